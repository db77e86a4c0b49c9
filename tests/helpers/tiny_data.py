"""Small data sets and networks that train in a moment, for tests of everything that trains."""

from __future__ import annotations

import time
from collections.abc import Callable

import torch

from engine.data.dataset import DataSet, Split
from engine.data.meaning import slots
from engine.data.meanings.classes import Classes
from engine.data.meanings.grids import Image
from engine.design.network import NetworkDesign, layer
from engine.problem import Problem
from engine.snapshot import History
from engine.task import TASKS, Task
from engine.training.config import TrainingConfig, training_config
from engine.training.mailbox import Mailbox
from engine.training.messages import Ended, Mail
from engine.training.runner import Runner


def tiny_images(count: int = 200, size: int = 8, seed: int = 0, channels: int = 1) -> Split:
    """Noisy stripes: class 0 lies, class 1 stands."""
    generator = torch.Generator().manual_seed(seed)
    labels = torch.arange(count) % 2
    stripes = (torch.arange(size) % 4 < 2).float() * 160
    lying = stripes.view(1, 1, size, 1).expand(count, channels, size, size)
    pictures = torch.where(labels.view(-1, 1, 1, 1) == 0, lying, lying.transpose(2, 3))
    noise = torch.rand(pictures.shape, generator=generator) * 90
    return Split({"image": (pictures + noise).to(torch.uint8), "label": labels})


def tiny_set(train: int = 200, size: int = 8, channels: int = 1, validation: int = 60, test: int = 80) -> DataSet:
    """Two classes of striped images, with the real normalisation of the training split."""
    splits = {
        "train": tiny_images(train, size, 1, channels),
        "validation": tiny_images(validation, size, 2, channels),
        "test": tiny_images(test, size, 3, channels),
    }
    meaning = Image().measured(splits["train"]["image"])
    named = slots(image=(meaning, (channels, size, size)), label=(Classes(names=("lying", "standing")), ()))
    return DataSet("stripes", named, splits)


def tiny_problem(data: DataSet | None = None, task: Task | None = None) -> Problem:
    """``task`` (to classify) on ``data`` (the striped images)."""
    return Problem(task or TASKS.get("classify")(), data or tiny_set())


def tiny_cnn(size: int = 8, channels: int = 1) -> NetworkDesign:
    """A network with everything that makes resuming hard: batch normalisation, dropout, a closing softmax."""
    return NetworkDesign(
        "tiny",
        (channels, size, size),
        (
            layer("c", "conv2d", filters=4, kernel=3, padding=1),
            layer("bn", "batch_norm"),
            layer("r", "relu"),
            layer("p", "max_pool2d", kernel=2),
            layer("d", "dropout", rate=0.3),
            layer("f", "flatten"),
            layer("out", "linear", units=2),
            layer("s", "softmax"),
        ),
    )


def tiny_config(**values: object) -> TrainingConfig:
    """Quick, on the CPU."""
    return training_config(**{"epochs": 2, "batch_size": 16, "learning_rate": 0.05, "device": "cpu", **values})


class Watcher:
    """Drives a Runner as the window does: polls its mailbox and remembers everything that came."""

    def __init__(self, runner: Runner, mailbox: Mailbox) -> None:
        self.runner = runner
        self.mailbox = mailbox
        self.history = History()
        self.mail: list[Mail] = []
        self.notices: list[str] = []
        self.ended: Ended | None = None

    def poll(self) -> Mail:
        mail = self.mailbox.take()
        self.mail.append(mail)
        for name, (steps, values) in mail.points.items():
            self.history.extend(name, steps, values)
        self.notices += mail.notices
        self.ended = mail.ended or self.ended
        return mail

    @property
    def snapshots(self) -> list:
        return [mail.snapshot for mail in self.mail if mail.snapshot is not None]

    @property
    def progress(self) -> list:
        return [mail.progress for mail in self.mail if mail.progress is not None]

    def until(self, condition: Callable[[], object], timeout: float = 20.0) -> None:
        """Poll until ``condition``; fails after ``timeout`` seconds."""
        end = time.perf_counter() + timeout
        while True:
            self.poll()
            if condition():
                return
            assert time.perf_counter() < end, "it did not happen in time"
            time.sleep(0.002)

    def until_step(self, step: int) -> None:
        """Poll until a snapshot of ``step`` has come."""
        self.until(lambda: self.snapshots and self.snapshots[-1].step == step)

    def finish(self) -> Ended:
        """Wait for the end of the run and of its thread."""
        self.until(lambda: self.ended)
        assert self.runner.join(5)
        assert self.ended is not None
        return self.ended


def watched(
    design: NetworkDesign | None = None,
    config: TrainingConfig | None = None,
    load: Callable[[], DataSet] = tiny_set,
    **options: object,
) -> Watcher:
    """A Runner (not started) of a tiny network on tiny data, one CPU thread."""
    mailbox = Mailbox()
    options.setdefault("threads", 1)
    runner = Runner(design or tiny_cnn(), config or tiny_config(), load, mailbox, **options)  # type: ignore[arg-type]
    return Watcher(runner, mailbox)


def trained(design: NetworkDesign | None = None, config: TrainingConfig | None = None, **options: object) -> Watcher:
    """A run that has come to its end."""
    watcher = watched(design, config, **options)  # type: ignore[arg-type]
    watcher.runner.start()
    watcher.finish()
    return watcher
