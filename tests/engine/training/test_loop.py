"""The loop against a network small enough to train by hand."""

from __future__ import annotations

import pytest
import torch

from engine.build import Network
from engine.data.dataset import DataSet, Split
from engine.data.meaning import slots
from engine.data.meanings.classes import Classes
from engine.data.meanings.grids import Image, Signal, Volume
from engine.design.network import NetworkDesign, layer
from engine.training.batches import epoch_batches, steps_per_epoch
from engine.training.config import TrainingConfig
from engine.training.loop import EpochEnd, Lesson, Place, Step, Validating, evaluate, shuffler, train
from engine.training.objective import make_objective
from engine.training.trainer import Trainer
from tests.helpers.tiny_data import tiny_cnn, tiny_config, tiny_images, tiny_problem, tiny_set


def lesson(network: Network, data: DataSet, config: TrainingConfig) -> Lesson:
    problem = tiny_problem(data)
    return Lesson(problem, make_objective(config, problem.task, network), config, torch.Generator())


def optimiser(network: Network, config: TrainingConfig) -> torch.optim.Optimizer:
    return config.optimizer.make(network.parameters(), torch.device("cpu"))


def two_pixels() -> NetworkDesign:
    return NetworkDesign("x", (1, 1, 2), (layer("f", "flatten"), layer("out", "linear", units=2)))


def test_one_step_by_hand() -> None:
    """One image x = (1, 0), target (1, 0), all weights 0: the gradient of the mean square is -x for the first unit."""
    split = Split({"image": torch.tensor([[[[255, 0]]]], dtype=torch.uint8), "label": torch.tensor([0])})
    named = slots(image=(Image(mean=(0.0,), deviation=(1.0,)), (1, 1, 2)), label=(Classes(names=("a", "b")), ()))
    data = DataSet("one", named, {"train": split, "validation": split, "test": split})
    config = tiny_config(epochs=1, batch_size=1, learning_rate=0.5, momentum=0.0, loss="mse")
    network = Network(two_pixels())
    torch.nn.init.zeros_(network.layers["out"].weight)
    torch.nn.init.zeros_(network.layers["out"].bias)

    events = list(train(network, optimiser(network, config), lesson(network, data, config), Place(), lambda _: None))

    assert [type(event) for event in events] == [Step, Validating, EpochEnd]
    assert events[0].loss.item() == pytest.approx(0.5)  # ((0-1)² + 0²)/2, before the step
    # d loss / d output = (-1, 0), so w moves by 0.5·(1·x) and b by 0.5·(1, 0)
    assert torch.allclose(network.layers["out"].weight, torch.tensor([[0.5, 0.0], [0.0, 0.0]]))
    assert torch.allclose(network.layers["out"].bias, torch.tensor([0.5, 0.0]))
    assert events[2].validation.loss == pytest.approx(0.0)  # the output is now (1, 0)
    assert events[2].validation.metrics["accuracy"] == 1.0


def test_validation_measures_the_whole_split_in_eval_mode_and_leaves_the_mode() -> None:
    data, network = tiny_set(validation=61), Network(tiny_cnn())
    network.train()
    before = {name: tensor.clone() for name, tensor in network.state_dict().items()}
    generator = evaluate(network, lesson(network, data, tiny_config()), "validation")
    with pytest.raises(StopIteration) as end:
        while True:
            next(generator)
    score = end.value.value

    assert network.training
    assert all(torch.equal(tensor, before[name]) for name, tensor in network.state_dict().items())
    network.eval()
    split = data.split("validation")
    logits, labels = network(data.slots["image"].meaning.encode(split["image"])).main, split["label"]
    assert score.loss == pytest.approx(torch.nn.functional.cross_entropy(logits, labels).item(), rel=1e-5)
    assert score.metrics == {"accuracy": pytest.approx((logits.argmax(1) == labels).float().mean().item())}


def test_no_validation_images_no_score() -> None:
    data, network, config = tiny_set(validation=0), Network(tiny_cnn()), tiny_config(epochs=1)
    *_, last = train(network, optimiser(network, config), lesson(network, data, config), Place(), lambda _: None)
    assert last == EpochEnd(None)


@pytest.mark.parametrize(("images", "size", "steps"), [(64, 16, 4), (65, 16, 4), (66, 16, 5), (3, 16, 1), (1, 16, 1), (5, 1, 5)])
def test_every_image_once_an_epoch_but_a_lonely_last_one(images: int, size: int, steps: int) -> None:
    split = tiny_images(images)
    batches = list(epoch_batches(split, ("label",), size, torch.Generator().manual_seed(1)))
    assert len(batches) == steps == steps_per_epoch(images, size)
    seen = sum(len(batch["label"]) for batch in batches)
    assert seen == (images - 1 if images % size == 1 and images > size > 1 else images)


def test_skipped_batches_are_the_first_ones() -> None:
    split = tiny_images(50)
    whole = list(epoch_batches(split, ("image", "label"), 8, torch.Generator().manual_seed(3)))
    rest = list(epoch_batches(split, ("image", "label"), 8, torch.Generator().manual_seed(3), skip=4))
    assert len(rest) == len(whole) - 4 > 0
    assert all(torch.equal(a[name], b[name]) for a, b in zip(rest, whole[4:], strict=True) for name in ("image", "label"))


def test_epochs_are_shuffled_differently_and_the_same_again() -> None:
    config = tiny_config()

    def order(epoch: int) -> list[int]:
        return torch.randperm(50, generator=shuffler(config, Place(epoch=epoch))).tolist()

    assert order(0) != order(1)
    assert order(1) == order(1)


@pytest.mark.parametrize(("dimensions", "meaning"), [(1, Signal()), (2, Image()), (3, Volume())])
def test_convolutions_of_any_dimensions_train(dimensions: int, meaning: Signal | Image | Volume) -> None:
    """The trainer lays weights out for speed: that must not be in the way of what is no picture."""
    shape = (1,) + (6,) * dimensions
    inputs = torch.rand(24, *shape, generator=torch.Generator().manual_seed(0))
    values = (inputs * 255).to(torch.uint8) if dimensions == 2 else inputs
    split = Split({"in": values, "label": torch.arange(24) % 2})
    named = slots(**{"in": (meaning, shape), "label": (Classes(names=("no", "yes")), ())})
    data = DataSet("grid", named, {"train": split, "validation": split, "test": split})
    layers = (layer("c", f"conv{dimensions}d", filters=3, kernel=3), layer("f", "flatten"), layer("out", "linear", units=2))
    trainer = Trainer(NetworkDesign("grid", shape, layers), tiny_config(epochs=3), data, torch.device("cpu"))
    losses = [float(event.loss) for event in trainer.events() if isinstance(event, Step)]
    assert len(losses) == trainer.total_steps and all(loss == loss for loss in losses)
