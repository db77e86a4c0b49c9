"""A design as a Python module: readable PyTorch that runs without this program. No torch is imported here."""

from __future__ import annotations

import keyword
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from engine.design.check import DesignReport, require_valid
from engine.design.kinds import Inner, LayerKind, Shape, times
from engine.design.network import NETWORK_INPUT, LayerSpec, NetworkDesign, resolved_inputs
from engine.design.places import inside, owner
from engine.design.wiring import inner_sources
from engine.own_modules import own_classes

TAKEN = frozenset(
    (
        "T_destination",
        "add_module",
        "apply",
        "bfloat16",
        "buffers",
        "call_super_init",
        "children",
        "compile",
        "cpu",
        "cuda",
        "dict",
        "double",
        "dump_patches",
        "each",
        "eval",
        "extra_repr",
        "float",
        "forward",
        "get_buffer",
        "get_extra_state",
        "get_parameter",
        "get_submodule",
        "half",
        "ipu",
        "list",
        "load_state_dict",
        "modules",
        "mtia",
        "named_buffers",
        "named_children",
        "named_modules",
        "named_parameters",
        "nn",
        "parameters",
        "range",
        "requires_grad_",
        "self",
        "set_extra_state",
        "set_submodule",
        "share_memory",
        "state_dict",
        "super",
        "to",
        "to_empty",
        "torch",
        "train",
        "training",
        "type",
        "x",
        "xpu",
        "zero_grad",
    )
)
"""Names that mean something in a module already: a layer that is called so gets an underscore."""


class Line(NamedTuple):
    """One line of the text; ``places`` are those of the layers it is of."""

    text: str
    places: tuple[str, ...] = ()


@dataclass
class Source:
    """``lines`` of a module whose class ``name`` is the network; ``weights`` say what each layer (by its id in the flat design)
    is called in the module's ``state_dict``."""

    name: str
    lines: list[Line]
    weights: dict[str, str] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The whole file."""
        return "\n".join(line.text for line in self.lines) + "\n"

    def weight_name(self, name: str) -> str:
        """What the weight that is called ``name`` in a checkpoint is called in the module."""
        layer = owner(name, self.weights)
        return f"{self.weights[layer]}{name[len(layer) :]}"


def source_of(design: NetworkDesign) -> Source:
    """The module for ``design``; DesignError where it does not fit."""
    report = require_valid(design)
    writer = _Writer(design, report)
    name = writer.write(design.name or "Network", "", [design.input_shape, *design.inputs.values()])
    head = [
        Line(f'"""{_plain(design.name)}: {report.costs.params:,} parameters, {report.costs.macs:,} multiply-adds an image."""'),
        Line(""),
        Line("import torch"),
        Line("from torch import nn"),
    ]
    own = [Line(text) for each in writer.own.values() for text in ("", "", *each.splitlines())]
    source = Source(name, [*head, *own, *writer.lines, *_example(name, design, report)])
    source.weights = writer.weights
    return source


class _Writer:
    """Writes a class for the network and one for each different block in it, the innermost first."""

    def __init__(self, design: NetworkDesign, report: DesignReport) -> None:
        self.design, self.report = design, report
        self.lines: list[Line] = []
        self.weights: dict[str, str] = {}
        self.own = _own_classes(design, report)
        self._classes: dict[tuple[object, ...], str] = {}
        self._names: set[str] = {*self.own, *([] if design.name else ["Network"])}

    def write(self, title: str, block: str, shapes: Sequence[Shape], inner: Inner | None = None, prefix: str = "") -> str:
        """Write the class of the layers in ``block`` (a place with its copy, "" the whole network), which reads ``shapes``; its
        name. ``prefix`` is what its weights are called before their own names."""
        level = _Level(self, block, inner.layers if inner else self.design.layers, shapes, prefix)
        level.go_through(self.report)
        key = (inner, tuple(shapes), title) if inner else None
        if key in self._classes:
            return self._classes[key]
        name = self._free(title)
        if key is not None:
            self._classes[key] = name
        self.lines += level.class_lines(name, title, shapes, inner.end if inner else None)
        return name

    def _free(self, title: str) -> str:
        words = re.findall(r"[A-Za-z0-9]+", title)
        stem = "".join(word[:1].upper() + word[1:] for word in words) or "Block"
        stem = stem if stem[0].isalpha() else f"Net{stem}"
        name = next(each for each in (stem, *(f"{stem}{number}" for number in range(2, 10_000))) if each not in self._names)
        self._names.add(name)
        return name


class _Level:
    """The layers of one block: what makes them, and what is computed with them."""

    def __init__(self, writer: _Writer, block: str, layers: Sequence[LayerSpec], shapes: Sequence[Shape], prefix: str) -> None:
        self.writer, self.block, self.layers, self.prefix = writer, block, layers, prefix
        self.made: list[Line] = []
        self.computed: list[Line] = []
        further = writer.design.inputs if not block else ()
        given = inner_sources(len(shapes)) if block else [NETWORK_INPUT, *(f"@{name}" for name in further)]
        self.arguments = ["x", *(map(_nth, range(2, len(shapes) + 1)) if block else map(_identifier, further))]
        self.names = dict(zip(given, self.arguments, strict=True))
        self._shapes = dict(zip(given, shapes, strict=True))

    def go_through(self, report: DesignReport) -> None:
        """Write what each layer is and does; the classes of blocks are written on the way."""
        wires = dict(zip((spec.id for spec in self.layers), resolved_inputs(self.layers), strict=True))
        for spec in self.layers:
            place = self._place(spec.id)
            attribute = self._attribute(spec.id)
            reads = [self.names[source] for source in wires[spec.id]]
            shapes = [self._shapes[source] for source in wires[spec.id]]
            if spec.parameters.inner is not None:
                self._write_block(spec, place, attribute, reads, shapes)
            else:
                parameters = self._paired(spec.parameters, wires, reads, shapes)
                self._write_leaf(parameters, place, attribute, reads, shapes)
            self.names[spec.id] = attribute
            self._shapes[spec.id] = report[place].output_shape or ()

    def _attribute(self, id: str) -> str:
        """The name of a layer in Python: as its id, as far as that can be, and no other's."""
        word, others = _identifier(id), {*self.names.values()}
        return next(name for name in (word, *(f"{word}_{number}" for number in range(2, 10_002))) if name not in others)

    def _place(self, id: str) -> str:
        block, _, copy = self.block.rpartition(".")
        return inside(block, id, int(copy)) if self.block else id

    def _paired(
        self, parameters: LayerKind, wires: Mapping[str, Sequence[str]], reads: list[str], shapes: list[Shape]
    ) -> LayerKind:
        """``parameters`` with those of the partner that they name, which then reads what that reads too."""
        named = getattr(parameters, parameters.partner_field) if parameters.partner_field else None
        partner = next((each for each in self.layers if each.id == named), None)
        if partner is None:
            return parameters
        reads += [self.names[source] for source in wires[partner.id]]
        shapes += [self._shapes[source] for source in wires[partner.id]]
        return parameters.paired(partner.parameters) or parameters

    def _write_leaf(self, parameters: LayerKind, place: str, attribute: str, reads: list[str], shapes: list[Shape]) -> None:
        self.writer.weights[place] = f"{self.prefix}{attribute}"
        made = parameters.torch(shapes)
        if made is not None:
            self.made.append(Line(f"        self.{attribute} = {made}", (place,)))
        self.computed.append(Line(f"        {attribute} = {parameters.call(f'self.{attribute}', reads)}", (place,)))

    def _write_block(self, spec: LayerSpec, place: str, attribute: str, reads: list[str], shapes: list[Shape]) -> None:
        inner = spec.parameters.inner
        assert inner is not None
        title = getattr(spec.parameters, "name", "") or spec.parameters.title
        classes, given = [], list(shapes)
        for copy in range(inner.repeat):
            prefix = f"{self.prefix}{attribute}.{copy}." if inner.repeat > 1 else f"{self.prefix}{attribute}."
            classes.append(self.writer.write(title, f"{place}.{copy}", given, inner, prefix))
            last = self.writer.report[self.writer.design.outputs[inside(place, inner.layers[-1].id, copy)]]
            given = [last.output_shape or (), *shapes[1:]]
        if inner.end is not None:
            self.writer.weights[place] = f"{self.prefix}{attribute}"
        if inner.repeat == 1:
            self.made.append(Line(f"        self.{attribute} = {classes[0]}()", (place,)))
            self.computed.append(Line(f"        {attribute} = self.{attribute}({', '.join(reads)})", (place,)))
            return
        self.made.append(Line(f"        self.{attribute} = nn.ModuleList({_listed(classes)})", (place,)))
        first, *others = reads
        self.computed += [
            Line(f"        {attribute} = {first}", (place,)),
            Line(f"        for each in self.{attribute}:", (place,)),
            Line(f"            {attribute} = each({', '.join([attribute, *others])})", (place,)),
        ]

    def class_lines(self, name: str, title: str, shapes: Sequence[Shape], end: LayerKind | None) -> list[Line]:
        """The class, with two empty lines before it."""
        last = self.names[self.layers[-1].id]
        result = end.call("", ["x", last]) if end is not None else last
        heads = [] if self.block else [self.names[id] for id, _ in self.writer.design.heads]
        returned = [Line(f"        return {result}")]
        if heads:
            returned = [Line("        if self.training:"), Line(f"            return {', '.join([result, *heads])}"), *returned]
        place = (self.block.rpartition(".")[0],) if self.block else ()
        return [
            Line(""),
            Line(""),
            Line(f"class {name}(nn.Module):", place),
            Line(f'    """{_plain(title)}, of {" and ".join(map(times, shapes))}."""', place),
            Line(""),
            Line("    def __init__(self):"),
            Line("        super().__init__()"),
            *self.made,
            Line(""),
            Line(f"    def forward(self, {', '.join(self.arguments)}):"),
            *self.computed,
            *returned,
        ]


def _own_classes(design: NetworkDesign, report: DesignReport) -> dict[str, str]:
    """The texts of all classes that the layers need and torch does not have, by name."""
    found: dict[str, str] = {}
    for spec, leaf in zip(design.flat.layers, report.leaves, strict=True):
        made = spec.parameters.torch(leaf.inputs)
        found |= own_classes(made) if made else {}
    return found


def _listed(classes: Sequence[str]) -> str:
    """A list of modules of these classes: of one class, by a loop."""
    if len(set(classes)) == 1:
        return f"[{classes[0]}() for _ in range({len(classes)})]"
    return f"[{', '.join(f'{each}()' for each in classes)}]"


def _identifier(name: str) -> str:
    """A Python name for a layer's id."""
    word = re.sub(r"\W", "_", name)
    return f"{word}_" if word in TAKEN or word.startswith("register_") or keyword.iskeyword(word) else word


def _nth(number: int) -> str:
    return f"x{number}_"


def _plain(text: str) -> str:
    """What may stand in a docstring of one line."""
    return " ".join(text.replace("\\", "/").replace('"', "'").split()) or "A network"


def _example(name: str, design: NetworkDesign, report: DesignReport) -> list[Line]:
    """How it is used, as far as that can be run at once."""
    make = "torch.zeros({}, dtype=torch.long)" if report.reads_tokens else "torch.zeros({})"
    inputs = ", ".join(make.format(", ".join(map(str, (1, *shape)))) for shape in (design.input_shape, *design.inputs.values()))
    return [
        Line(""),
        Line(""),
        Line('if __name__ == "__main__":'),
        Line(f"    network = {name}().eval()"),
        Line(f"    print(network({inputs}).shape)"),
    ]
