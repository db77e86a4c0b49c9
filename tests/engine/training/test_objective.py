"""The one number that training makes smaller: heads with weights, layers' own terms, penalties; and further inputs."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

import pytest
import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from engine.build import Network, Outputs
from engine.data.dataset import DataSet, Split
from engine.data.meaning import Slot, slots
from engine.data.meanings.vector import Vector
from engine.design.document import from_json, to_json
from engine.design.network import NetworkDesign, layer
from engine.design.parameters import parameter
from engine.errors import DataError, DesignError
from engine.problem import make_problem
from engine.snapshot import Metric
from engine.task import TASKS, Roles, Task
from engine.training.kinds import PENALTIES, Penalty
from engine.training.objective import make_objective
from engine.training.trainer import Trainer
from tests.helpers.tiny_data import tiny_config, tiny_set, trained

CPU = torch.device("cpu")


def with_head(weight: float = 0.3) -> NetworkDesign:
    """A trunk, an auxiliary head, and the main output, which reads the trunk too."""
    layers = (
        layer("f", "flatten"),
        layer("trunk", "linear", units=4),
        layer("aux", "linear", units=2),
        layer("out", "linear", ("trunk",), units=2),
    )
    return NetworkDesign("heads", (1, 8, 8), layers, heads=(("aux", weight),))


def total_of(design: NetworkDesign, **config: Any) -> tuple[Tensor, Network, Outputs, Tensor, Tensor]:
    trainer = Trainer(design, tiny_config(**config), tiny_set(), CPU)
    inputs, targets = trainer.problem.prepare(trainer.problem.data.split("train").part(slice(0, 12)))
    outputs = trainer.network(inputs, trainer.lesson.objective.keep)
    return trainer.lesson.objective(trainer.network, outputs, inputs, targets), trainer.network, outputs, inputs, targets


def test_a_head_adds_its_weighted_loss_and_gradient() -> None:
    total, network, outputs, inputs, targets = total_of(with_head(0.3))
    by_hand = cross_entropy(outputs.main, targets) + 0.3 * cross_entropy(outputs.heads["aux"], targets)
    assert total.item() == pytest.approx(by_hand.item(), rel=1e-6)
    total.backward()
    gradient = network.layers["trunk"].weight.grad.clone()
    network.zero_grad()
    code = network.layers["trunk"](inputs.flatten(1))
    main, aux = (cross_entropy(network.layers[id](code), targets) for id in ("out", "aux"))
    (one,) = torch.autograd.grad(main, network.layers["trunk"].weight, retain_graph=True)
    (other,) = torch.autograd.grad(aux, network.layers["trunk"].weight)
    assert torch.allclose(gradient, one + 0.3 * other, atol=1e-6)
    assert other.abs().sum() > 0


def test_what_validation_reports_is_the_main_output_alone() -> None:
    _, network, outputs, _, targets = total_of(with_head())
    objective = make_objective(tiny_config(penalty="l2"), TASKS.get("classify")(), network)
    assert objective.error(network, outputs, targets).item() == pytest.approx(cross_entropy(outputs.main, targets).item())


def test_a_layers_own_terms_are_added() -> None:
    layers = (layer("f", "flatten"), layer("z", "gaussian_code", width=3), layer("out", "linear", units=2))
    total, _, outputs, _, targets = total_of(NetworkDesign("vae", (1, 8, 8), layers))
    assert set(outputs.terms) == {"z.kl"} and outputs.terms["z.kl"].item() > 0
    expected = cross_entropy(outputs.main, targets) + outputs.terms["z.kl"]
    assert total.item() == pytest.approx(expected.item(), rel=1e-6)


def test_penalties_are_added_and_find_what_they_want_kept() -> None:
    penalty = [{"kind": "activity_l1", "layer": "trunk", "strength": 0.5}, {"kind": "l2", "strength": 0.2}]
    total, network, outputs, _, targets = total_of(with_head(0.0), penalty=penalty)
    assert set(outputs.kept) == {"trunk"}
    sparse = 0.5 * outputs.kept["trunk"].abs().sum(1).mean()
    small = 0.1 * sum(weight.square().sum() for weight in network.parameters() if weight.dim() > 1)
    expected = cross_entropy(outputs.main, targets) + sparse + small
    assert total.item() == pytest.approx(expected.item(), rel=1e-5)


@pytest.mark.parametrize(
    ("config", "words"),
    [
        ({"penalty": "activity_l1"}, "not said which layer"),
        ({"penalty": {"kind": "activity_l1", "layer": "trnk"}}, "Did you mean 'trunk'"),
    ],
)
def test_a_penalty_on_a_layer_that_is_not_there(config: dict[str, Any], words: str) -> None:
    with pytest.raises(DesignError) as caught:
        Trainer(with_head(), tiny_config(**config), tiny_set(), CPU)
    assert words in str(caught.value) and caught.value.field == "penalty.activity_l1.layer"


def test_a_loss_of_classes_for_a_task_without_them() -> None:
    with pytest.raises(DesignError, match=r"Use loss=mse"):
        make_objective(tiny_config(loss="cross_entropy"), TASKS.get("regress")(), Network(with_head()))


def test_a_penalty_whose_strength_changes_while_it_trains_is_felt_at_the_next_step() -> None:
    class Constant(Penalty):
        """So much is added to the loss."""

        kind: ClassVar[str] = "constant_test"
        title: ClassVar[str] = "Constant"
        help: ClassVar[str] = "Adds a number."
        much: float = parameter(0.0, "What is added.", low=0.0, high=1e6, live=True)

        def of(self, network: Network, outputs: Outputs, inputs: Mapping[str, Tensor]) -> Tensor:
            return torch.tensor(self.much)

    PENALTIES.declare(Constant)
    try:
        trainer = Trainer(with_head(), tiny_config(penalty="constant_test"), tiny_set(), CPU)
        events = trainer.events()
        assert float(next(events).loss) < 100
        trainer.change({"penalty.constant_test.much": 1000.0})
        assert float(next(events).loss) > 1000
    finally:
        PENALTIES.remove("constant_test")


def test_a_run_with_a_head_trains_both() -> None:
    final = trained(with_head(1.0)).runner.final_state
    fresh = Trainer(with_head(1.0), tiny_config(), tiny_set(), CPU).network.layers.state_dict()
    assert not torch.equal(final.network["aux.weight"], fresh["aux.weight"])
    assert final.step == 26


# -- further inputs --


class Sum(Task):
    """To answer the sum of all numbers of two slots."""

    kind: ClassVar[str] = "sum_test"
    title: ClassVar[str] = "Sum"
    help: ClassVar[str] = "Adds up."
    usual_loss: ClassVar[str] = "mse"
    metrics: ClassVar[tuple[Metric, ...]] = (Metric("mse", "Error", "", "lower"),)

    @classmethod
    def suits(cls, slots: Mapping[str, Slot], output: Any) -> bool:
        return "left" in slots

    def roles(self, slots: Mapping[str, Slot]) -> Roles:
        return Roles(slots["left"], slots["total"])

    def tallies(self, outputs: Outputs, targets: Tensor) -> Any:
        return {"mse": ((outputs.main.detach() - targets).square().sum(), float(targets.numel()))}

    def questions(self, roles: Roles) -> tuple[str, ...]:
        return ("sum",)

    def scores(self, outputs: Outputs, targets: Tensor | None, unit: str) -> Tensor:
        return outputs.main

    def answer(self, outputs: Outputs, targets: Tensor | None, roles: Roles) -> Any:
        from engine.snapshot import Bars

        return Bars(("sum",), outputs.main[0].numpy())

    def overview(self, outputs: Outputs, targets: Tensor, roles: Roles, values: Any) -> Any:
        from engine.snapshot import Pairs

        return Pairs(("sum",), targets.numpy(), outputs.main.numpy())


@pytest.fixture
def adding() -> Iterator[None]:
    TASKS.declare(Sum)
    yield
    TASKS.remove("sum_test")


def two_slots(names: tuple[str, str] = ("left", "right"), width: int = 3) -> DataSet:
    def split(seed: int) -> Split:
        generator = torch.Generator().manual_seed(seed)
        values = {name: torch.randn(64, width if name == names[1] else 2, generator=generator) for name in names}
        return Split({**values, "total": sum(value.sum(1, keepdim=True) for value in values.values())})

    named = slots(
        **{names[0]: (Vector(), (2,)), names[1]: (Vector(), (width,))},
        total=(Vector(), (1,)),
    )
    return DataSet("pairs", named, {"train": split(1), "validation": split(2), "test": split(3)})


def two_inputs() -> NetworkDesign:
    layers = (layer("both", "concat", ("@in", "@right")), layer("out", "linear", units=1))
    return NetworkDesign("two", (2,), layers, further_inputs=(("right", (3,)),))


def test_a_design_with_two_inputs_learns_from_both(adding: None) -> None:
    config = tiny_config(task="sum_test", epochs=30, learning_rate=0.1, schedule="constant")
    watcher = trained(two_inputs(), config, load=two_slots)
    assert watcher.ended.reason == "Finished 30 epochs."
    assert watcher.history["validation/mse"].values[-1] < 1e-3  # impossible from the left alone: the right has variance 3
    weight = watcher.runner.final_state.network["out.weight"]
    assert torch.allclose(weight, torch.ones(1, 5), atol=0.05)
    assert watcher.snapshots[-1].front.values.keys() == {"left", "right", "total"}


def test_two_inputs_that_the_data_do_not_have(adding: None) -> None:
    def refusal(data: DataSet) -> str:
        with pytest.raises(DataError) as caught:
            make_problem(Sum(), data, two_inputs()).check(two_inputs())
        return str(caught.value)

    assert "no slot 'right'. Did you mean 'rigth'" in refusal(two_slots(("left", "rigth")))
    assert "The network's input 'right' reads 3, but the data's right is 4" in refusal(two_slots(width=4))


# -- on paper --


def test_inputs_and_heads_are_written_and_read() -> None:
    for design in (two_inputs(), with_head()):
        assert from_json(to_json(design)) == design
    assert json.loads(to_json(two_inputs()))["inputs"] == {"right": {"shape": [3]}}
    assert json.loads(to_json(with_head(0.25)))["heads"] == {"aux": 0.25}


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"heads": {"axu": 0.3}}, "heads", "Did you mean 'aux'"),
        ({"heads": {"aux": -1}}, "heads", "Use 0 to 100"),
        ({"heads": {"aux": "much"}}, "heads", "'much' is not the weight"),
        ({"heads": {"aux": True}}, "heads", "True is not the weight"),
        ({"heads": {"aux": float("nan")}}, "", "NaN is not a number"),
        ({"heads": ["aux"]}, "heads", "not an object"),
        ({"inputs": {"right": [3]}}, "inputs.right", "not an object"),
        ({"inputs": {"right": {}}}, "inputs.right.shape", "not a list"),
        ({"inputs": {"right": {"shape": [0]}}}, "inputs.right", "not an input shape"),
        ({"inputs": {"right": {"shape": [3], "mean": 1}}}, "inputs.right", "no entry 'mean'"),
        ({"inputs": {"a b": {"shape": [3]}}}, "id", "'a b'"),
        ({"inputs": [1]}, "inputs", "not an object"),
    ],
)
def test_mistakes_in_them_are_one_sentence(change: dict[str, Any], field: str, words: str) -> None:
    document = json.loads(to_json(with_head())) | change
    with pytest.raises(DesignError) as caught:
        from_json(json.dumps(document))
    assert words in str(caught.value) and caught.value.field == field
    assert "\n" not in str(caught.value) and len(str(caught.value)) < 300


def test_a_layer_that_reads_an_input_that_is_not_there() -> None:
    with pytest.raises(DesignError, match=r"'@right', which does not exist"):
        NetworkDesign("x", (2,), (layer("both", "concat", ("@in", "@right")),))
