"""What a capture is: a function that turns a network at one step into something small that a view can draw."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.build import is_out_of_memory
from engine.capturing.context import CaptureContext
from engine.design.network import NETWORK_INPUT
from engine.errors import LayerscopeError
from engine.registry import Registry
from engine.snapshot import Want

Capture = Callable[[CaptureContext, Want], Any]
"""What ``want`` asks for, as plain numpy (Tiles, Bars, Wall or a new type), or None where that layer has nothing to show."""


@dataclass(frozen=True)
class CaptureKind:
    """A capture as it is enrolled. While a run trains, what was taken less than ``every`` seconds ago is shown again instead of
    being taken anew: for what costs much and need not flicker. It is then taken together with the next health, which is measured
    once a second. A run that pauses, and a past step, take everything anew."""

    take: Capture
    every: float = 0.0


CAPTURES: Registry[CaptureKind] = Registry("capture", "engine.captures", LayerscopeError)


def capture(name: str, every: float = 0.0) -> Callable[[Capture], Capture]:
    """Function decorator: enrol a capture. From then on any view may put ``Want(name, layer)`` on the watch list."""

    def enrol(function: Capture) -> Capture:
        CAPTURES.add(name, CaptureKind(function, every))
        return function

    return enrol


def take(wants: Iterable[Want], context: CaptureContext) -> tuple[dict[Want, Any], dict[Want, str]]:
    """(what was captured, why the rest failed in one sentence each). A capture that fails never ends a run.

    Of a layer that the network does not have there is nothing, and that is no failure: the window may be ahead of the run, and
    says so where the pictures would be.
    """
    captured: dict[Want, Any] = {}
    failures: dict[Want, str] = {}
    for want in wants:
        if want.layer not in ("", NETWORK_INPUT) and want.layer not in context.design:
            continue
        try:
            found = CAPTURES.get(want.capture).take(context, want)
        except LayerscopeError as error:
            failures[want] = f"{_what(want)} cannot be shown: {error}"
        except Exception as error:  # whatever a capture does wrong, the training goes on
            if is_out_of_memory(error):
                failures[want] = f"There is not enough memory to show {_what(want).lower()}."
            else:
                failures[want] = f"{_what(want)} cannot be shown because of an error in the program: {error!r}"
        else:
            if found is not None:
                captured[want] = read_only(found)
    return captured, failures


def read_only(found: Any) -> Any:
    """``found`` with every array in it closed to writing, as two threads will share it."""
    for value in getattr(found, "__dict__", {}).values():
        for array in value if isinstance(value, tuple) else (value,):
            if isinstance(array, np.ndarray):
                array.flags.writeable = False
    return found


def _what(want: Want) -> str:
    name = want.capture.replace("_", " ").capitalize()
    return f"{name} of layer '{want.layer}'" if want.layer else name
