"""Suiting: which built-in network can learn what the one that was named cannot, as it can be typed."""

from __future__ import annotations

from collections.abc import Iterator

from engine.cli.designs import is_built_in
from engine.data.dataset import DataSet
from engine.data.source import class_names
from engine.errors import DesignError, LayerscopeError
from engine.families import NETWORKS, Classifier, Family, family, network
from engine.problem import Problem, make_problem

PLAIN = "mlp"
"""What is tried before the others: it reads whatever has a shape, and tells any classes apart."""


def with_way_on(error: LayerscopeError, named: str, problem: Problem) -> LayerscopeError:
    """``error``, which kept the network ``named`` from learning ``problem``, with the built-in network to name instead. Where
    ``named`` is a design's file, or no other suits, it is ``error`` itself."""
    instead = suiting(named, problem) if is_built_in(named) else None
    if instead is None:
        return error
    is_same = family(instead) is family(named)
    advice = f"{error.suggestion} Here that is {instead} in place of {named}." if is_same else f"Train {instead} instead."
    if isinstance(error, DesignError):
        return DesignError(error.problem, advice, layer=error.layer, field=error.field)
    return type(error)(error.problem, advice)


def suiting(named: str, problem: Problem) -> str | None:
    """The first built-in network that can learn the data of ``problem``: that of ``named`` for their classes or shape, else one
    that is usual for them, else a plain one, else any; None where there is none."""
    return next((expression for expression in _candidates(named, problem.data) if _suits(expression, problem)), None)


def _candidates(named: str, data: DataSet) -> Iterator[str]:
    classes = len(class_names(data.slots))
    shape = ",".join(str(size) for size in next(iter(data.slots.values())).network_shape)
    yield _with_classes(named.partition(":")[0], family(named), classes)
    order = sorted(NETWORKS.entries(), key=lambda kind: (kind is not family(named), kind.data != data.name, kind.kind != PLAIN))
    for kind in order:
        yield _with_classes(f"{kind.kind}@{shape}", kind, classes)


def _with_classes(expression: str, kind: type[Family], classes: int) -> str:
    return f"{expression}:classes={classes}" if classes and issubclass(kind, Classifier) else expression


def _suits(expression: str, problem: Problem) -> bool:
    try:
        design = network(expression)
        make_problem(problem.task, problem.data, design).check(design)
    except LayerscopeError:
        return False
    return True
