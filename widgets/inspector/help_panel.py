"""The help panel: one page about a kind of layer, made from its declaration; and the page of shortcuts."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from PySide6.QtWidgets import QFrame, QTextBrowser, QWidget

from engine.design.check import DesignReport
from engine.design.kinds import LAYER_KINDS, LayerKind, times
from engine.design.network import NetworkDesign
from engine.design.parameters import FormField, Kind, form_fields
from widgets.explanations import groups
from widgets.form.values import limits, written
from widgets.inspector.explain import arithmetic_html, formula_lines
from widgets.network.scroll_bar import scroll_bar_sheet
from widgets.theme import Look

INPUT_HELP = (
    "What the network reads: one image as channels × height × width, or one vector. Data of another size are resized to it, "
    "and grey and colour are converted. Every later size follows from it."
)

_COLOURS = ("@outline@", "@strong@")  # what pages name instead of a theme's colours, which may be another's when they are shown


class HelpPanel(QTextBrowser):
    """Shows pages made from declarations; it knows no kind by name."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._page = ""
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setOpenLinks(False)
        self.setAccessibleName("Help")
        self.restyle()
        self.set_page("<h2>Help</h2><p>Select a layer and press F1, or press “?” in the inspector.</p>")
        look.changed.connect(self.restyle)

    def show_kind(self, kind: str, design: NetworkDesign | None = None, report: DesignReport | None = None, id: str = "") -> None:
        """The page of a kind of layer; with a design, the arithmetic of its layer ``id``. "" is the network's input."""
        if not kind:
            self.set_page(_heading("Input", "") + _paragraphs(INPUT_HELP))
            return
        cls = LAYER_KINDS.get(kind)
        parts = [_heading(cls.title, f"{cls.category} layer · <code>{escape(kind)}</code>"), _paragraphs(cls.help)]
        if design is not None and report is not None and id in design and design[id].kind == kind:
            parts.append(self._arithmetic(design[id].parameters, report, id))
        parts += [_inputs(cls), _parameters(form_fields(cls)), f"<p class='muted'>{escape((cls.__doc__ or '').strip())}</p>"]
        self.set_page("".join(parts))

    def show_choice(self, kind: type[Kind] | Kind) -> None:
        """The page of anything that can be chosen: an optimiser, a loss, a task, a probe; its parameters and their choices."""
        cls = kind if isinstance(kind, type) else type(kind)
        note = f"<p class='muted'>{escape((cls.__doc__ or '').strip())}</p>"
        self.set_page(
            _heading(cls.title, f"<code>{escape(cls.kind)}</code>") + _paragraphs(cls.help) + _parameters(form_fields(cls)) + note
        )

    def show_keys(self, rows: Sequence[tuple[str, str]]) -> None:
        """The page of shortcuts: (keys, what they do)."""
        cells = "".join(f"<tr><td><code>{escape(keys)}</code></td><td>{escape(title)}</td></tr>" for keys, title in rows)
        self.set_page(f"{_heading('Keyboard shortcuts', '')}<table cellpadding='3'>{cells}</table>")

    def show_explanations(self) -> None:
        """The page of what every number, colour and warning means."""
        parts = [_heading("What the numbers and colours mean", "Each of them says so too where the mouse rests on it.")]
        for about, found in groups().items():
            rows = "".join(f"<tr><td><b>{escape(each.title)}</b></td><td>{escape(each.text)}</td></tr>" for each in found)
            parts.append(f"<h3>{escape(about)}</h3><table cellspacing='0'>{rows}</table>")
        self.set_page("".join(parts))

    def set_page(self, html: str) -> None:
        """Show ``html`` in the theme's colours: it may name them, as ``_COLOURS`` do."""
        self._page = html
        self._set_html()

    def _set_html(self) -> None:
        html = self._page
        for mark in _COLOURS:
            html = html.replace(mark, self._look.colour(mark.strip("@")).name())
        self.setHtml(html)

    def _arithmetic(self, parameters: LayerKind, report: DesignReport, id: str) -> str:
        lines = formula_lines(parameters, report[id])
        if not lines:
            return ""
        html = arithmetic_html(lines, *_COLOURS)
        shapes = " and ".join(times(shape) for shape in report[id].inputs)
        return f"<h3>{escape(id)}, reading {shapes}</h3><p><code>{html}</code></p>"

    def restyle(self) -> None:
        """The theme or the scale changed."""
        px, name = self._look.px, {key: self._look.colour(key).name() for key in self._look.theme.colours}
        self.setFont(self._look.font(12))
        self.setStyleSheet(
            f"QTextBrowser {{ background: transparent; color: {name['text']}; border: none; padding: {px(8)}px; }}"
            + scroll_bar_sheet(self._look)
        )
        self.document().setDefaultStyleSheet(
            f"h2 {{ font-size: {px(16)}px; margin-bottom: 0; }} h3 {{ font-size: {px(13)}px; margin-bottom: {px(2)}px; }}"
            f".muted {{ color: {name['muted']}; }} td {{ padding: {px(2)}px {px(10)}px {px(2)}px 0; }} p {{ line-height: 135%; }}"
            f".kind {{ line-height: 115%; margin: {px(8)}px 0 0 0; }}"
        )
        self._set_html()


def _heading(title: str, below: str) -> str:
    return f"<h2>{escape(title)}</h2>" + (f"<p class='muted'>{below}</p>" if below else "")


def _paragraphs(text: str) -> str:
    return "".join(f"<p>{escape(part)}</p>" for part in text.split("\n\n"))


def _inputs(cls: type[LayerKind]) -> str:
    fewest, most = cls.inputs_allowed
    return f"<p>It joins {fewest} to {most} inputs.</p>" if most > 1 else ""


def _parameters(fields: Sequence[FormField]) -> str:
    if not fields:
        return "<p class='muted'>It has no parameters.</p>"
    rows = "".join(_parameter(field) for field in fields)
    return f"<h3>Parameters</h3><table cellspacing='0'>{rows}</table>"


def _parameter(field: FormField) -> str:
    says = f"{escape(field.help)}<br><span class='muted'>{escape(_facts(field))}</span>"
    return f"<tr><td><b>{escape(field.label)}</b></td><td>{says}{_kinds(field)}</td></tr>"


def _facts(field: FormField) -> str:
    """The range, the words and the default, on one line."""
    switch = {True: "on", False: "off"}
    default = switch[field.default] if isinstance(field.default, bool) else written(field, field.default) or field.none_text
    words = ", ".join(field.choices) if field.registry is None else ""
    several = "none, one or several" if field.form == "many_of" else ""
    live = "may change during a run" if field.live else ""
    parts = (limits(field), words, several, f"default {default}" if default else "", live)
    return "; ".join(part for part in parts if part)


def _kinds(field: FormField) -> str:
    """What can be chosen, one line each, with what it is."""
    if field.registry is None:
        return ""
    kinds = [field.registry.get(name) for name in field.choices]
    return "".join(f"<p class='kind'>{_kind_name(kind)}<br>{escape(kind.help)}</p>" for kind in kinds)


def _kind_name(kind: type[Kind]) -> str:
    return f"<b>{escape(kind.title)}</b> <code class='muted'>{escape(kind.kind)}</code>"
