"""The inspector: the parameters of what is selected, its arithmetic live, what a change did downstream, its health."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import cast

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from engine.design.check import DesignReport, LayerReport
from engine.design.kinds import compact, times
from engine.design.mending import mend_of
from engine.design.network import Edit, LayerSpec, NetworkDesign
from engine.design.parameters import FormField, form_fields
from engine.design.places import block_of, own_id
from engine.errors import DesignError, LayerscopeError
from engine.snapshot import History
from engine.words import counted, large
from widgets.common.given import given
from widgets.common.whereabouts import around_in_words, in_words
from widgets.explanations import explain
from widgets.form import ParameterForm
from widgets.form.values import reason
from widgets.inspector.block_facts import block_lines
from widgets.inspector.blocks import ButtonGrid, Heading, TextBlock
from widgets.inspector.explain import MAX_CHANGES, arithmetic_html, changes_below, formula_lines, health_html, health_lines
from widgets.inspector.head_button import HEAD_FIELD, HeadButton, head_weight
from widgets.inspector.misfit import Misfit
from widgets.network.scroll_bar import scroll_bar_sheet
from widgets.theme import Look

ID_FIELD = FormField("@id", "Name", "The layer's id: how other layers, files and curves refer to it.", "text", "")
MANY = 40  # so many layers are named where several are selected
SHAPE_FIELD = FormField("@shape", "Shape", "Channels, height, width; or one number for vectors.", "sizes", (1, 28, 28), low=1)


class Inspector(QWidget):
    """Emits intents only; what it shows is given to it. GUI thread only."""

    edit_requested = Signal(str, object, str)  # title, Edit, merge key
    help_requested = Signal(str)  # a kind
    look_inside = Signal(str)  # a probe
    left = Signal()  # the keyboard is done here

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._design: NetworkDesign | None = None
        self._report: DesignReport | None = None
        self._id = ""  # the layer that is shown; "" for the input or several
        self._misfit: LayerscopeError | None = None  # what of the network does not go with the data
        self._before: DesignReport | None = None  # the report before the last change made here
        self._gesture = 0  # counts finished gestures, so that two of them do not merge
        self._changing = ""  # the field of the gesture that goes on
        self._history, self._step = History(), float("inf")
        self._alike: frozenset[str] | None = None
        self._tips: tuple[str, ...] = ()  # of the health block
        self.setObjectName("inspectorPanel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._make()
        self._lay_out()
        self.restyle()
        look.changed.connect(self.restyle)

    def _make(self) -> None:
        look = self._look
        self.title = Heading(look, "NOTHING SELECTED", space_above=0)
        self.help_button = given(QToolButton(), text="?")
        self.help_button.setAccessibleName("Help on this kind of layer")
        self.help_button.setToolTip("What this kind of layer does (F1)")
        self.help_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.help_button.clicked.connect(self._ask_help)
        self.about = given(QLabel(wordWrap=True, textFormat=Qt.TextFormat.RichText), toolTip=explain("shape"))
        for label in (self.title, self.about):  # a long id widens nothing
            policy = label.sizePolicy()
            policy.setHorizontalPolicy(QSizePolicy.Policy.Ignored)
            label.setSizePolicy(policy)
        self._misfit_told = Misfit(look, self)
        self._misfit_told.mended.connect(lambda title, edit: self.edit_requested.emit(title, edit, ""))
        self.error_box, self.fix_button = self._misfit_told.text, self._misfit_told.button
        self.head_button = HeadButton()
        self.head_button.edit_requested.connect(self.edit_requested)
        self.form = ParameterForm(look)
        self.form.changed.connect(self._on_changed)
        self.form.left.connect(self.left)
        self.arithmetic = TextBlock(look)
        self.arithmetic.setToolTip("\n".join(explain(name) for name in ("parameters", "macs", "field")))
        self.downstream_title, self.downstream = Heading(look, "WHAT CHANGED DOWNSTREAM"), TextBlock(look)
        self.health_title, self.health = Heading(look, "HEALTH"), TextBlock(look)
        self.probes_title, self.probes = Heading(look, "LOOK INSIDE"), ButtonGrid(look)
        self.probes.chosen.connect(self.look_inside)

    def _lay_out(self) -> None:
        self._scroll = QScrollArea(widgetResizable=True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        body = given(QWidget(), objectName="inspectorBody")
        self._column = QVBoxLayout(body)
        self._head = QHBoxLayout()
        self._head.addWidget(self.title, 1)
        self._head.addWidget(self.help_button)
        self._column.addLayout(self._head)
        upper = (self.about, self.error_box, self.fix_button, self.form, self.head_button, self.arithmetic)
        for part in (
            *upper,
            self.downstream_title,
            self.downstream,
            self.health_title,
            self.health,
            self.probes_title,
            self.probes,
        ):
            self._column.addWidget(part)
        self._column.addStretch(1)
        self._scroll.setWidget(body)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._scroll)

    def take_keyboard(self) -> None:
        """To the first field of what is shown."""
        if not self.form.isHidden():
            self.form.focus_first()

    # -- what is shown --

    def show_layer(self, design: NetworkDesign, report: DesignReport, id: str, misfit: LayerscopeError | None = None) -> None:
        """One layer: its form, arithmetic and health. An unknown id shows the input. ``misfit`` is what of the network does not
        go with the data."""
        if id not in design:
            self.show_input(design, report, "")
            return
        if id != self._id:
            self._forget_change()
        self._design, self._report, self._id, self._misfit = design, report, id, misfit
        spec, each = design[id], report[id]
        self.title.setText(f"{spec.parameters.title.upper()} · {own_id(id)}")
        where = f"In {around_in_words(design, id)}: what is set here is set in every copy." if block_of(id) else ""
        self._set_about(_flow(design, spec, each), each.note, where)
        beside = misfit if isinstance(misfit, DesignError) and misfit.layer == id else None
        within = in_words(design, each.error.layer) if each.error and each.error.layer not in ("", id) else ""
        self._misfit_told.show(each.error or beside, mend_of(design, report, id) if each.error else None, within)
        self._show_form(spec, each)
        self.head_button.show_layer(design, id)
        self._show_arithmetic(spec, each)
        self._show_downstream()
        self._show_health()
        self._show_sections(layer=True)

    def _show_form(self, spec: LayerSpec, report: LayerReport) -> None:
        """The id, what can be set of the layer, and of an auxiliary output its weight. Layers inside are edited in the list."""
        values = {name: getattr(spec.parameters, name) for name in type(spec.parameters).model_fields}
        own = report.error is not None and report.error.layer in ("", report.id) and report.error.field in values
        errors = {report.error.field: ""} if report.error is not None and own else {}
        fields = tuple(field for field in form_fields(spec.parameters) if field.form != "layers")
        weight = head_weight(self._design, report.id) if self._design is not None else None
        heads = () if weight is None else (HEAD_FIELD,)
        values |= {ID_FIELD.name: spec.id, HEAD_FIELD.name: weight}
        self.form.set_fields((ID_FIELD, *fields, *heads), values, errors)
        self.form.show()

    def show_input(
        self, design: NetworkDesign, report: DesignReport, data_note: str, misfit: LayerscopeError | None = None
    ) -> None:
        """The network's input: its shape can be edited."""
        self._forget_change()
        self._design, self._report, self._id, self._misfit = design, report, "", misfit
        self.title.setText("INPUT")
        costs = report.costs
        sizes = f"{counted(len(design.layers), 'layer')}, {counted(costs.params, 'parameter')}"
        layers = f"{sizes}, {large(costs.macs)} multiply-adds for one image."
        self._set_about(" · ".join(part for part in (data_note, times(design.input_shape)) if part), "", layers)
        self._misfit_told.show(None if isinstance(misfit, DesignError) and misfit.layer else misfit)
        self.form.set_fields((SHAPE_FIELD,), {SHAPE_FIELD.name: design.input_shape})
        self.form.show()
        self._show_sections(layer=False)

    def show_many(self, ids: Sequence[str]) -> None:
        """Several layers: which, and what can be done with them together."""
        self._forget_change()
        self._id = ""
        self.title.setText(f"{len(ids)} LAYERS")
        more = f" and {len(ids) - MANY:,} more" if len(ids) > MANY else ""
        self._set_about(
            ", ".join(own_id(id) for id in ids[:MANY]) + more,
            "",
            "Del removes them, Ctrl+D duplicates, Alt+↑ and Alt+↓ move, Ctrl+C copies.",
        )
        self._misfit_told.show(None)
        self.form.hide()
        self._show_sections(layer=False)

    def set_health(self, history: History, step: float) -> None:
        """The health numbers up to ``step``. Cheap: nothing is laid out again unless the text changed."""
        self._history, self._step = history, step
        if self._id:
            self._show_health()

    def set_alike(self, ids: frozenset[str] | None) -> None:
        """The layers that the health numbers are of; the others have changed since, and show none. None: all."""
        self._alike = ids
        if self._id:
            self._show_health()

    def set_probes(self, probes: Sequence[tuple[str, str, str]]) -> None:
        """The questions that can be asked of a layer: (name, title, help)."""
        self.probes.set_entries(probes)
        self._show_sections(layer=bool(self._id))

    def _show_sections(self, layer: bool) -> None:
        self.help_button.setVisible(layer)
        for widget in (self.health_title, self.health):
            widget.setVisible(layer)
        if not layer and self._design is not None:
            self.head_button.show_layer(self._design, "")
        for part in (self.probes_title, self.probes):
            part.setVisible(layer and bool(self.probes.buttons))
        if not layer:
            self.arithmetic.set_html("")
            self._show_changes("")

    def _set_about(self, text: str, note: str, more: str = "") -> None:
        amber = f"<span style='color:{self._name('warning')}'>{escape(note)}</span>" if note else ""
        self.about.setText("<br>".join(part for part in (escape(text), amber, escape(more)) if part))
        self.about.setVisible(bool(self.about.text()))

    def _show_arithmetic(self, spec: LayerSpec, report: LayerReport) -> None:
        lines = formula_lines(spec.parameters, report)
        if spec.inside and self._design is not None and self._report is not None:
            lines = block_lines(self._design, self._report, report.id)
        self.arithmetic.set_html(arithmetic_html(lines, self._name("outline"), self._name("strong")))

    def _show_health(self) -> None:
        is_of_it = self._alike is None or self._id in self._alike
        lines = health_lines(self._history if is_of_it else History(), self._id, self._step)
        colours = {"good": self._name("good"), "warning": self._name("warning")}
        muted = f"<span style='color:{self._name('muted')}'>{self._why_no_health(is_of_it)}</span>"
        html = health_html(lines, colours) if lines else muted
        if html not in self.health.label.text():
            self.health.set_html(html)
        if tuple(line.tip for line in lines) != self._tips:
            self._tips = tuple(line.tip for line in lines)
            self.health.set_tips(self._tips)

    def _why_no_health(self, is_of_it: bool) -> str:
        """``is_of_it``: the numbers there are, if any, are of the layer as it is now."""
        if self._design is not None and self._id in self._design and self._design[self._id].inside:
            return "Each layer inside has its own: unfold the block and choose one."
        if not is_of_it:
            return "The run began before the last edits: Ctrl+R starts one with them."
        has_trained = any(len(self._history[name]) for name in self._history.names())
        if has_trained and not any(name.startswith("layer/") for name in self._history.names()):
            return "Not recorded by “train”: it is measured while the window trains."
        others = (self._history[name] for name in self._history.names() if name.startswith("layer/"))
        if any(series.until(self._step) is not None for series in others):
            has_weights = self._report is not None and self._report[self._id].costs.params > 0
            return "Not measured of this layer." if has_weights else "None: this layer has no weights, and learns nothing."
        return "Train (Space) to see it."

    def _show_downstream(self) -> None:
        if self._before is None or self._report is None or self._design is None:
            self._show_changes("")
            return
        changes = changes_below(self._design, self._before, self._report, self._id)
        rows = [escape(change.text()) for change in changes[:MAX_CHANGES]]
        if len(changes) > MAX_CHANGES:
            rows.append(f"<span style='color:{self._name('muted')}'>and {len(changes) - MAX_CHANGES} more</span>")
        self._show_changes("<br>".join(rows))

    def _show_changes(self, html: str) -> None:
        self.downstream.set_html(html)
        self.downstream_title.setVisible(bool(html))

    # -- what is asked for --

    def _on_changed(self, name: str, value: object, continuing: bool) -> None:
        if self._design is None:
            return
        if name != self._changing:  # a new gesture: what it changes is told against what was before it
            self._before = self._report
            self._gesture += 1
        self._changing = name if continuing else ""
        title, edit = self._edit_for(name, value)
        key = f"{self._id}/{name}/{self._gesture}" if continuing else ""
        try:
            changed = edit(self._design) != self._design
        except LayerscopeError as error:
            self._refuse(name, error)
            return
        if changed:
            self.edit_requested.emit(title, edit, key)

    def _edit_for(self, name: str, value: object) -> tuple[str, Edit]:
        id = self._id
        own = own_id(id)
        if name == ID_FIELD.name:
            return f"Rename {own} to {value}", lambda design: design.with_id(id, str(value))
        if name == HEAD_FIELD.name:
            weight = cast("float", value)
            return f"Set the weight of output {id} to {weight:g}", lambda design: design.with_head(id, weight)
        if name == SHAPE_FIELD.name:
            shape = value if isinstance(value, tuple) else (value,)
            return f"Set the input to {times(shape)}", lambda design: design.with_input(shape)
        label = name.replace("_", " ")
        shown = compact(value) if isinstance(value, tuple) else value
        return f"Set {label} of {own} to {shown}", lambda design: design.with_parameters(id, **{name: value})

    def _refuse(self, name: str, error: LayerscopeError) -> None:
        """Say below the field why not; the design stays as it is, Esc brings its value back."""
        self._changing = ""
        self.form.rows[name].show_value(self._current_value(name), reason(error))

    def _current_value(self, name: str) -> object:
        assert self._design is not None
        if name == ID_FIELD.name:
            return own_id(self._id)
        if name == HEAD_FIELD.name:
            return head_weight(self._design, self._id)
        return self._design.input_shape if name == SHAPE_FIELD.name else getattr(self._design[self._id].parameters, name)

    def _ask_help(self) -> None:
        if self._design is not None and self._id in self._design:
            self.help_requested.emit(self._design[self._id].kind)

    def _forget_change(self) -> None:
        self._before, self._changing = None, ""

    # -- looks --

    def _name(self, colour: str) -> str:
        return self._look.colour(colour).name()

    def restyle(self) -> None:
        """The theme or the scale changed."""
        px, look = self._look.px, self._look
        self.setStyleSheet(
            f"#inspectorPanel {{ background: {self._name('panel')}; }}"
            "QScrollArea, #inspectorBody { background: transparent; border: none; }"
            f"QToolButton {{ background: {self._name('field')}; color: {self._name('text')}; padding: 0;"
            f" border: 1px solid {self._name('line')}; border-radius: {px(10)}px; }}"
            f"QToolButton:hover, QToolButton:focus {{ border-color: {self._name('outline')}; }}" + scroll_bar_sheet(look)
        )
        self._column.setContentsMargins(px(12), px(12), px(12), px(16))
        self._column.setSpacing(px(8))
        self.title.setFixedHeight(px(22))
        self.help_button.setFixedSize(px(22), px(22))
        self.help_button.setFont(look.font(11, bold=True))
        self.about.setFont(look.font(11))
        self.about.setStyleSheet(f"color: {self._name('muted')};")
        upper = (self.title, self.error_box, self.arithmetic, self.downstream_title, self.downstream)
        for part in (*upper, self.health_title, self.health, self.probes_title, self.probes):
            part.restyle()
        self._redraw()

    def _redraw(self) -> None:
        """Colours stand in the texts: write them again."""
        if self._id and self._design is not None and self._report is not None:
            self.health.set_html("")
            self.show_layer(self._design, self._report, self._id, self._misfit)


def _flow(design: NetworkDesign, spec: LayerSpec, report: LayerReport) -> str:
    """Shapes in and out in one line: "12 × 14 × 14 + 12 × 14 × 14 → 12 × 14 × 14"."""
    if report.blocked_by:
        return f"Waits for {in_words(design, report.blocked_by)}, which does not fit yet."
    into = " + ".join(times(shape) for shape in report.inputs)
    return f"{into} → {times(report.output_shape)}" if report.output_shape else f"reads {into}"
