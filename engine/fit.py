"""What is known before any data are loaded: which task suits design and data, and whether the one can learn from the other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from engine.data.augmentation import Augmentation
from engine.data.meaning import Slot
from engine.data.source import DATASETS
from engine.design.check import DesignReport, check, require_no_error, require_valid
from engine.design.kinds import Shape
from engine.design.network import NetworkDesign
from engine.errors import DataError, DesignError
from engine.task import TASKS, Roles, Task, require_input


def usual_task(slots: Mapping[str, Slot], design: NetworkDesign) -> Task:
    """The first task that suits the data and the network's output; else classify, or the first that the data allow, rather one
    whose answers are another slot than what is read.

    ``slots`` may be those of a data set that is not loaded yet, in their stored shapes.
    """
    return _usual_task(slots, design, check(design))


def _usual_task(slots: Mapping[str, Slot], design: NetworkDesign, report: DesignReport) -> Task:
    output = report.output_shape or ()
    fitted = fitted_slots(slots, design)
    for kind in TASKS.entries():
        if kind.suits(fitted, output):
            return kind()
    return _first_allowed(slots)


def _first_allowed(slots: Mapping[str, Slot]) -> Task:
    allowed = [(kind, roles) for kind in TASKS.entries() if (roles := _roles(kind, slots)) is not None]
    allowed.sort(key=lambda each: each[1].target == each[1].input)
    return allowed[0][0]() if allowed else TASKS.get("classify")()


def own_input(task: Task | None, slots: Mapping[str, Slot]) -> Shape:
    """The input of a network that reads the values of ``slots`` as they are stored, to learn ``task`` (None: the usual one);
    DataError where the data do not have what the task needs."""
    return (task or _first_allowed(slots)).roles(slots).input.network_shape


def _roles(kind: type[Task], slots: Mapping[str, Slot]) -> Roles | None:
    try:
        return kind().roles(slots)
    except DataError:
        return None


def require_fit(task: Task | None, data: str, design: NetworkDesign) -> Task | None:
    """DesignError or DataError, often with a fix, where ``design`` cannot learn ``task`` (None: the usual one) from ``data``.

    Of a file or a folder nothing is known before it is read, so that whatever is wrong with it shows later. The answer is the
    task where it is known.
    """
    report = check(design)
    slots = DATASETS.get(data).slots if data in DATASETS else None
    if slots is not None and report.layers:
        require_input_fit(task, slots, design, report)
    require_no_error(report)
    require_weights(report)
    return task if slots is None else require_fit_to(task, slots, design, report)


def require_input_fit(task: Task | None, slots: Mapping[str, Slot], design: NetworkDesign, report: DesignReport) -> None:
    """DesignError or DataError, often with a fix, where the network, which has layers, does not read what the data hold. That may
    be why its layers do not fit in themselves, as ``report`` says of them."""
    chosen = task or _usual_task(slots, design, report)
    require_input(report, chosen.roles(fitted_slots(slots, design)).input)


def require_fit_to(task: Task | None, slots: Mapping[str, Slot], design: NetworkDesign, report: DesignReport) -> Task:
    """The same for data of these ``slots``, in their stored shapes; ``report`` is that of ``design``, in which all layers fit."""
    chosen = task or _usual_task(slots, design, report)
    chosen.check(report, chosen.roles(fitted_slots(slots, design)))
    return chosen


def require_augmentations(augmentations: Iterable[Augmentation], slots: Mapping[str, Slot]) -> None:
    """DesignError where one of them would change nothing in data of these slots."""
    for augmentation in augmentations:
        if not any(augmentation.concerns(slot.meaning) for slot in slots.values()):
            held = ", ".join(sorted({slot.meaning.kind for slot in slots.values()}))
            raise DesignError(
                f"The augmentation '{augmentation.kind}' changes nothing in these data, which hold {held}",
                "Leave it out.",
                field="augment",
            )


def require_batches(design: NetworkDesign, size: int) -> None:
    """DesignError where a layer cannot learn from batches of ``size`` examples."""
    if size > 1:
        return
    for spec, report in zip(design.flat.layers, require_valid(design).leaves, strict=True):
        if spec.parameters.compares_examples(report.inputs):
            raise DesignError(
                "it compares the examples of a batch with one another, but a batch has only one",
                "Use batch_size=2 or more, and at least two training examples.",
                layer=report.id,
            )


def require_weights(report: DesignReport) -> None:
    """DesignError where the network has nothing to learn."""
    if report.costs.params == 0:
        raise DesignError("The network has no weights, so there is nothing to train", "Add a convolution or a linear layer.")


def fitted_slots(slots: Mapping[str, Slot], design: NetworkDesign) -> dict[str, Slot]:
    """The slots in the shapes that their values have once they are fitted to the design's input."""
    shape = design.input_shape
    return {name: replace(slot, shape=slot.meaning.fitted_shape(slot.shape, shape)) for name, slot in slots.items()}
