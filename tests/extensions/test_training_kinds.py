"""A loss, penalty, optimiser, schedule, initialiser, task and family: one file each, and everything else follows.

Each is written to a temporary folder and loaded through its registry; then all of them are used by ``train --set``, saved in
config.json, resumed and evaluated. Nothing else is edited.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import torch

import main
from engine.design.parameters import Kinds
from engine.files.run_folder import RunFolder
from engine.task import TASKS
from engine.training.kinds import INITIALISERS, LOSSES, OPTIMISERS, PENALTIES, SCHEDULES
from engine.zoo import NETWORKS
from tests.helpers.kind_promises import (
    initialiser_keeps_its_promises,
    loss_keeps_its_promises,
    optimiser_keeps_its_promises,
    penalty_keeps_its_promises,
    schedule_keeps_its_promises,
)
from tests.helpers.throw_away import loaded

LOSS = '''
"""The fourth power of the distance."""
from engine.training.kinds import LOSSES, Loss
from engine.design.parameters import parameter

@LOSSES.declare
class Quartic(Loss):
    """The mean of (y − t)⁴."""
    kind, title, help = "quartic_test", "Quartic", "The mean of the fourth power of the distance."
    scale: float = parameter(1.0, "What it is multiplied by.", low=0.0, high=10.0)

    def of(self, outputs, targets):
        return self.scale * ((outputs - targets) ** 4).mean()
'''
PENALTY = '''
"""A penalty on biases alone."""
from engine.training.kinds import PENALTIES, Penalty
from engine.design.parameters import parameter

@PENALTIES.declare
class Biases(Penalty):
    """The sum of the squares of all biases."""
    kind, title, help = "biases_test", "Biases", "Adds the squares of all biases, times a strength."
    strength: float = parameter(0.1, "What it is multiplied by.", low=0.0, high=10.0)

    def of(self, network, outputs, inputs):
        return self.strength * sum(weight.square().sum() for weight in network.parameters() if weight.dim() == 1)
'''
OPTIMISER = '''
"""Steps by the sign of the gradient."""
from engine.training.kinds import OPTIMISERS, Optimiser
from engine.design.parameters import parameter

@OPTIMISERS.declare
class Signs(Optimiser):
    """w ← w − ε·sign(g + λw)."""
    kind, title, help = "signs_test", "Signs", "Every weight moves by the same distance, against its gradient."
    learning_rate: float = parameter(0.001, "How far each weight moves.", low=0.0, high=1.0, live=True)
    pull: float = parameter(0.0, "Pull towards zero.", low=0.0, high=1.0, live=True)

    def options(self):
        return {"lr": self.learning_rate, "pull": self.pull}

    def make(self, parameters, device):
        import torch

        class SignDescent(torch.optim.Optimizer):
            @torch.no_grad()
            def step(self, closure=None):
                for group in self.param_groups:
                    for weight in group["params"]:
                        self.state[weight]["seen"] = self.state[weight].get("seen", torch.zeros(())) + 1
                        weight -= group["lr"] * (weight.grad + group["pull"] * weight).sign()

        return SignDescent(parameters, self.options())
'''
SCHEDULE = '''
"""Half the rate after half the run."""
from engine.training.kinds import SCHEDULES, Schedule

@SCHEDULES.declare
class Halved(Schedule):
    """1, then 1/2."""
    kind, title, help = "halved_test", "Halved", "Half the rate in the second half of the run."

    def share(self, progress):
        return 1.0 if progress < 0.5 else 0.5
'''
INITIALISER = '''
"""Small weights of either sign."""
from engine.training.kinds import INITIALISERS, Initialiser

@INITIALISERS.declare
class Coins(Initialiser):
    """±0.05."""
    kind, title, help = "coins_test", "Coins", "Every weight is plus or minus one and the same number."

    def apply(self, network):
        import torch
        for weight in network.parameters():
            weight.data = (torch.randint(0, 2, weight.shape).float() - 0.5) / 10
'''
TASK = '''
"""How bright a picture is."""
from engine.data.meaning import Slot
from engine.data.meanings.vector import Vector
from engine.design.check import DesignReport
from engine.snapshot import Bars, Metric, Pairs
from engine.task import TASKS, Roles, Task

@TASKS.declare
class Brightness(Task):
    """To answer with the mean of all pixels."""
    kind, title, help = "brightness_test", "Brightness", "Says how bright a picture is."
    usual_loss = "mse"
    metrics = (Metric("off", "Mean distance", "grey levels", "lower"),)

    @classmethod
    def suits(cls, slots, output):
        return output == (1,)

    def roles(self, slots):
        return Roles(slots["image"], Slot("brightness", Vector(names=("brightness",)), (1,)))

    def prepare(self, batch, roles, generator):
        inputs = roles.input.meaning.encode(batch["image"])
        return inputs, (batch["image"].float() / 255).flatten(1).mean(1, keepdim=True)

    def tallies(self, outputs, targets):
        return {"off": ((outputs.main.detach() - targets).abs().sum() * 255, float(len(targets)))}

    def questions(self, roles):
        return ("brightness",)

    def scores(self, outputs, targets, unit):
        return outputs.main

    def answer(self, outputs, targets, roles):
        return Bars(("brightness",), outputs.main[0].numpy())

    def overview(self, outputs, targets, roles, values):
        return Pairs(("brightness",), targets.numpy(), outputs.main.numpy())
'''
FAMILY = '''
"""One linear layer with one output."""
from engine.design.network import layer
from engine.design.parameters import parameter
from engine.families import NETWORKS, Family

@NETWORKS.declare
class One(Family):
    """Flatten, linear."""
    kind, title, help = "one_test", "One", "A linear layer with few outputs."
    input_shape = (1, 8, 8)
    data, training = "digits", {"task": "brightness_test", "optimizer": "signs_test", "batch_size": 128}
    outputs: int = parameter(1, "How many outputs.", low=1, high=9)

    def layers(self, input_shape):
        return [layer("f", "flatten"), layer("out", "linear", units=self.outputs)]
'''

FILES: tuple[tuple[Kinds, str, str], ...] = (
    (LOSSES, "quartic_test", LOSS),
    (PENALTIES, "biases_test", PENALTY),
    (OPTIMISERS, "signs_test", OPTIMISER),
    (SCHEDULES, "halved_test", SCHEDULE),
    (INITIALISERS, "coins_test", INITIALISER),
    (TASKS, "brightness_test", TASK),
    (NETWORKS, "one_test", FAMILY),
)


@pytest.fixture(autouse=True)
def extensions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.chdir(tmp_path)
    torch.set_num_threads(1)
    with loaded(FILES, tmp_path):
        yield


Call = Callable[..., dict]


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str]) -> Call:
    def command(*words: object) -> dict:
        capsys.readouterr()
        code = main.main([str(word) for word in words])
        printed = capsys.readouterr()
        assert code == 0, printed.err
        return json.loads(printed.out.splitlines()[-1])

    return command


CHOSEN = (
    "loss=quartic_test",
    "scale=2",
    "penalty=biases_test",
    "penalty.strength=0.2",
    "schedule=halved_test",
    "init=coins_test",
)


def test_all_of_them_train_are_saved_resumed_and_evaluated(call: Call, tmp_path: Path) -> None:
    words = ("train", "one_test", "--data", "digits", "--device", "cpu", "--json", "--set", *CHOSEN, "pull=0.01")
    straight = call(*words, "--epochs", 2, "--out", "straight")
    assert (straight["task"], straight["headline"]["name"], straight["headline"]["unit"]) == (
        "brightness_test",
        "off",
        "grey levels",
    )
    assert list(straight["metrics"]["test"]) == ["loss", "off"]

    saved = json.loads((tmp_path / "straight" / "config.json").read_text())["training"]
    assert saved["loss"] == {"kind": "quartic_test", "scale": 2.0}
    assert saved["penalty"] == [{"kind": "biases_test", "strength": 0.2}]
    assert saved["optimizer"] == {"kind": "signs_test", "pull": 0.01}
    assert (saved["schedule"], saved["init"], saved["task"]) == ("halved_test", "coins_test", "brightness_test")

    run = RunFolder.open(tmp_path / "straight")
    rates = run.history()["learning_rate"].values
    assert set(rates.tolist()) == {0.001, 0.0005}
    assert run.history()["validation/off"].values[-1] < run.history()["train/off"].values[0]
    state = run.load_checkpoint()
    assert state.live == {"optimizer.learning_rate": 0.001, "optimizer.pull": 0.01}
    assert state.optimizer["out.weight/seen"].item() == state.step

    constant = tuple(word.replace("halved_test", "constant") for word in words)
    call(*constant, "--epochs", 2, "--out", "whole")
    call(*constant, "--epochs", 1, "--out", "parts")
    call("resume", "parts", "--epochs", 2, "--json")
    one, two = (RunFolder.open(tmp_path / each).load_checkpoint().tensors() for each in ("whole", "parts"))
    assert one.keys() == two.keys() and all(torch.equal(one[name], two[name]) for name in one)
    evaluated = call("evaluate", "straight", "--json")
    assert evaluated["headline"] == straight["headline"]
    assert call("info", "one_test:outputs=3", "--json")["params"] == 3 * 65


def test_the_best_checkpoint_is_that_of_the_throw_away_headline(call: Call, tmp_path: Path) -> None:
    """Lower is better: a rate that is far too high makes it worse with every epoch."""
    words = ("--epochs", 3, "--set", "learning_rate=0.5", "schedule=constant")
    call("train", "one_test", "--data", "digits", "--device", "cpu", "--out", "run", "--json", *words)
    run = RunFolder.open(tmp_path / "run")
    points = run.history()["validation/off"]
    best = int(points.steps[points.values.argmin()])
    assert run.best_checkpoint() == run.checkpoint_path(best)


def test_they_keep_the_promises_of_their_sort() -> None:
    loss_keeps_its_promises(LOSSES.get("quartic_test"))
    penalty_keeps_its_promises(PENALTIES.get("biases_test"))
    optimiser_keeps_its_promises(OPTIMISERS.get("signs_test"))
    schedule_keeps_its_promises(SCHEDULES.get("halved_test"))
    initialiser_keeps_its_promises(INITIALISERS.get("coins_test"))


@pytest.mark.parametrize(("name", "words"), [("train", "quartic_test: The mean of the fourth power"), ("train", "pull = 0")])
def test_the_help_page_has_them(name: str, words: str, capsys: pytest.CaptureFixture[str]) -> None:
    main.main([name, "--help"])
    assert words in capsys.readouterr().out
