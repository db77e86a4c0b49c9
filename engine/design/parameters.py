"""Parameters that describe themselves: one declaration gives validation, form, JSON, command-line keys and help."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Annotated, Any, ClassVar, Generic, Literal, TypeVar, get_args, get_origin

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic.fields import FieldInfo

from engine.registry import Registry


def _as_sizes(value: object) -> object:
    """Lists become tuples, as JSON knows no tuples; everything else is left to pydantic."""
    return tuple(value) if isinstance(value, list) else value


Sizes = Annotated[int | tuple[int, ...], BeforeValidator(_as_sizes)]
"""One integer for all dimensions, or one per dimension (height, width)."""

Padding = Annotated[int | tuple[int, ...] | Literal["same", "valid"], BeforeValidator(_as_sizes)]
"""Sizes, or 'same' (output as large as the input at stride 1), or 'valid' (none)."""

Words = Annotated[tuple[str, ...], BeforeValidator(_as_sizes)]
"""Names, such as those of classes."""

Reals = Annotated[tuple[float, ...], BeforeValidator(_as_sizes)]
"""Numbers, such as the mean of each channel."""


def _as_rows(value: object) -> object:
    """A list of lists as tuples; everything else is left to pydantic."""
    return tuple(_as_sizes(row) for row in value) if isinstance(value, list | tuple) else value


def _table(rows: tuple[tuple[float, ...], ...]) -> tuple[tuple[float, ...], ...]:
    if not rows or not rows[0] or len({len(row) for row in rows}) > 1:
        raise ValueError("not a table")
    return rows


Rows = Annotated[tuple[tuple[float, ...], ...], BeforeValidator(_as_rows), AfterValidator(_table)]
"""A table of numbers, row by row, all rows of one length, such as a kernel."""


class ParameterModel(BaseModel):
    """Frozen, validated parameters. Made from a user's plain values by ``engine.design.values.construct``."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, validate_default=False, arbitrary_types_allowed=True)


class PlainValue(ABC):
    """A value of a class of its own that says itself how files write it."""

    @abstractmethod
    def plain(self) -> Any:
        """The same, JSON-ready."""


class Kind(ParameterModel):
    """Something that can be chosen: a layer, a loss, an optimiser, a task, a probe. Subclasses are enrolled in a Kinds.

    ``kind`` is its name in files and on the command line, ``title`` its name on screen, ``help`` what it does, in sentences.
    """

    kind: ClassVar[str] = ""
    title: ClassVar[str] = ""
    help: ClassVar[str] = ""

    def summary(self) -> str:
        """What differs from the defaults, in one short line."""
        from engine.design.values import changed_values

        return " · ".join(f"{name.replace('_', ' ')} {value}" for name, value in changed_values(self).items())


K = TypeVar("K", bound=Kind)


class Kinds(Registry[type[K]], Generic[K]):
    """The registry of one sort of Kind. ``declare`` is the class decorator that enrols one.

    ``shorthand`` reads texts that are no kind's name but stand for one with a value: "0.5" for {"kind": "number", ...}.
    """

    def __init__(
        self,
        noun: str,
        package: str,
        error: Callable[[str, str], Exception],
        shorthand: Callable[[str], dict[str, Any] | None] = lambda text: None,
    ) -> None:
        super().__init__(noun, package, error)
        self.shorthand = shorthand

    def declare(self, cls: type[K]) -> type[K]:
        """Enrol ``cls``. From then on it is in forms, files, help pages, after --set and in the conformance tests."""
        self.add(cls.kind, cls)
        return cls


@dataclass(frozen=True)
class FormField:
    """What a form, a command line or a help page needs to know of one parameter.

    Of a choice, ``registry`` holds the kinds, ``choices`` their names, and ``default`` is a name, or for several a tuple.
    """

    name: str
    label: str
    help: str
    form: str  # whole | real | switch | choice | sizes | padding | text | words | reals | rows | one_of | many_of | layers
    default: Any
    low: float | None = None
    high: float | None = None
    choices: tuple[str, ...] = ()
    unit: str = ""
    optional: bool = False  # None is allowed and means what ``none_text`` says
    none_text: str = ""
    live: bool = False  # may change while a run is alive
    registry: Kinds[Any] | None = field(default=None, compare=False, repr=False)


def parameter(
    default: Any,
    help: str,
    *,
    label: str = "",
    low: float | None = None,
    high: float | None = None,
    unit: str = "",
    none_text: str = "",
    live: bool = False,
    form: str = "",
) -> Any:
    """Declare one parameter: its default, what it is, the range ``low``..``high`` (inclusive) and its unit.

    Whole numbers, real numbers, switches, choices of words (``Literal``), ``Sizes`` and ``Padding`` are told apart by the
    annotation. For ``Sizes`` the range holds for every dimension. ``none_text`` is what a default of None means. ``live``:
    it may change while a run is alive. ``form`` says what the annotation cannot, as "layers" of a block's.
    """
    extra: dict[str, Any] = {"label": label, "unit": unit, "low": low, "high": high, "none_text": none_text, "live": live}
    extra |= {"form": form} if form else {}
    return Field(default=default, description=help, json_schema_extra=extra)


def one_of(registry: Kinds[K], default: str | None, help: str, *, label: str = "", none_text: str = "") -> Any:
    """Declare a choice of one kind of ``registry``, by default ``default`` with its own defaults.

    A default of None is allowed for annotations ``X | None``; ``none_text`` says what it means.
    """
    extra = {"label": label, "none_text": none_text, "registry": registry, "form": "one_of", "choice": default}
    make: Callable[[], Any] = (lambda: None) if default is None else (lambda: registry.get(default)())
    return Field(default_factory=make, description=help, json_schema_extra=extra)  # type: ignore[arg-type]


def many_of(registry: Kinds[K], help: str, *, label: str = "") -> Any:
    """Declare a choice of several kinds of ``registry``, each at most once and in order; by default none."""
    extra = {"label": label, "registry": registry, "form": "many_of", "choice": ()}
    return Field(default=(), description=help, json_schema_extra=extra)  # type: ignore[arg-type]


def form_fields(model: type[ParameterModel] | ParameterModel) -> tuple[FormField, ...]:
    """One FormField per parameter, in the order of declaration."""
    fields = _form_fields(model if isinstance(model, type) else type(model))
    return tuple(_with_choices(each) if each.registry is not None else each for each in fields)


def _with_choices(field: FormField) -> FormField:
    """The field with the kinds that are enrolled by now."""
    assert field.registry is not None
    return replace(field, choices=tuple(field.registry))


@cache
def _form_fields(kind: type[ParameterModel]) -> tuple[FormField, ...]:
    return tuple(_form_field(name, info) for name, info in kind.model_fields.items())


def _form_field(name: str, info: FieldInfo) -> FormField:
    extra: dict[str, Any] = dict(info.json_schema_extra) if isinstance(info.json_schema_extra, dict) else {}
    form, choices, optional = _form_of(info)
    registry = extra.get("registry")
    return FormField(
        name=name,
        label=str(extra.get("label") or name.replace("_", " ").capitalize()),
        help=info.description or "",
        form=extra.get("form", form),
        default=info.default if registry is None else extra["choice"],
        low=extra.get("low"),
        high=extra.get("high"),
        choices=choices,
        unit=str(extra.get("unit") or ""),
        optional=optional,
        none_text=str(extra.get("none_text") or ""),
        live=bool(extra.get("live")),
        registry=registry,
    )


def _form_of(info: FieldInfo) -> tuple[str, tuple[str, ...], bool]:
    """(form, choices, whether None is allowed) of an annotation."""
    parts = _members(info.annotation)
    optional = type(None) in parts
    words = tuple(str(word) for part in parts if get_origin(part) is Literal for word in get_args(part))
    for part in parts:
        if get_origin(part) is tuple and get_origin(get_args(part)[0]) is tuple:
            return "rows", (), optional
        if get_origin(part) is tuple and get_args(part)[0] in (str, float):
            return ("words" if get_args(part)[0] is str else "reals"), (), optional
    if any(get_origin(part) is tuple for part in parts):
        return ("padding" if words else "sizes"), words, optional
    if words:
        return "choice", words, optional
    for kind, form in ((bool, "switch"), (int, "whole"), (float, "real")):
        if kind in parts:
            return form, (), optional
    return "text", (), optional


def _members(annotation: Any) -> tuple[Any, ...]:
    """The alternatives of a union, flattened; Annotated is looked through."""
    if get_origin(annotation) is Annotated:
        return _members(get_args(annotation)[0])
    if get_origin(annotation) in (Literal, tuple) or not get_args(annotation):
        return (annotation,)
    return tuple(member for part in get_args(annotation) for member in _members(part))
