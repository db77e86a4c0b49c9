"""Names in words, as they stand beside pictures and on buttons: layers, classes, advice."""

from __future__ import annotations

from engine.design.network import NETWORK_INPUT, NetworkDesign


def layer_title(design: NetworkDesign, id: str) -> str:
    """A layer's kind and id: "Convolution c1"; the input is "Input"."""
    if id in ("", NETWORK_INPUT):
        return "Input"
    return f"{design[id].parameters.title} {id}" if id in design else id


def begun_without(layer: str) -> str:
    """What is said where something of ``layer`` is asked of a network that was built without it, and how to get one with it."""
    return f"The run that is shown was started without the layer '{layer}'. Ctrl+R starts one with it."


def class_name(classes: tuple[str, ...], index: int) -> str:
    """The name of class ``index``, or its number where it has none, or "?" for none."""
    if index < 0:
        return "?"
    return classes[index] if index < len(classes) else str(index)


def as_title(advice: str) -> str:
    """A piece of advice as what a button says: "Set units of layer 'out' to 10." becomes "set units of out to 10"."""
    text = advice.strip().rstrip(".").replace("layer '", "").replace("'", "")
    return text[:1].lower() + text[1:]
