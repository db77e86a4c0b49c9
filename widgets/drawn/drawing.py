"""The network, drawn and edited: a canvas with its buttons, which blocks are unfolded, and what gestures ask for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from time import perf_counter

from PySide6.QtCore import QMimeData, QPoint, QTimer, Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QWidget

from engine.design.check import DesignReport
from engine.design.kinds import LAYER_KINDS
from engine.design.network import Edit, NetworkDesign
from engine.design.places import block_of, inside
from engine.errors import LayerscopeError
from widgets.drawn import edits
from widgets.drawn.canvas import EMPTY, Canvas
from widgets.drawn.drawer import Drawer
from widgets.drawn.figures import Link, drawn
from widgets.drawn.graph import graph_scene
from widgets.drawn.picture import Fonts
from widgets.drawn.scene import Scene, Wire
from widgets.drawn.volume_scene import volume_scene
from widgets.drawn.zoom_bar import ZoomBar
from widgets.network.clipboard import ids_from_mime, kind_from_mime, layers_from_mime
from widgets.network.edits import insert_kind
from widgets.network.palette import Palette
from widgets.network.rows import Position
from widgets.theme import Look

WAYS = {"volumes": volume_scene, "graph": graph_scene}
"""The ways to draw a network, by name."""
QUICK_S, WAITS, WAIT_S = 0.005, 4, 0.4
"""A drawing that takes longer than the first waits, after an edit, for so many times what it takes, at most the last."""
MOST = 2_000
TOO_MANY = "{:,} layers are too many to draw. Group some of them into blocks (Ctrl+Shift+B), or fold those that are unfolded."
FEW = 24
"""A network whose blocks, unfolded, are no more figures than this begins with all of them unfolded."""


class NetworkDrawing(QWidget):
    """Shows a design and asks for edits; it never changes one. GUI thread only. It draws when it is seen."""

    edit_requested = Signal(str, object, str)  # title, Edit, merge key
    selection_changed = Signal(list)  # places of the selected layers, the current one last; [] for the input
    help_requested = Signal(str)  # a kind
    refused = Signal(str)  # why a gesture cannot be, as a sentence
    drawn_anew = Signal()

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.look, self.fonts = look, Fonts()
        self.way = "volumes"
        self.unfolded: frozenset[str] = frozenset()
        self.design: NetworkDesign | None = None
        self._report: DesignReport | None = None
        self._selection: tuple[str, ...] = ()
        self._is_outdated = self._is_new = False
        self._link: Link | None = None
        self.palette_popup: Palette | None = None
        self.canvas = Canvas(look, self.fonts)
        self.bar = ZoomBar(look, self.canvas)
        self._took = 0.0  # to draw it, the last time, in seconds
        self._later = QTimer(self, singleShot=True)
        self._later.timeout.connect(self._draw_if_seen)
        self.drawer = Drawer(look)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.drawer)
        layout.addWidget(self.canvas, 1)
        self._connect()

    def _connect(self) -> None:
        hand = self.canvas.hand
        hand.chosen.connect(self._choose)
        hand.wired.connect(lambda source, reader: self._ask(f"Wire {source} to {reader}", edits.wire(source, reader)))
        hand.plus_clicked.connect(self._open_palette)
        hand.folded.connect(self.toggle_fold)
        hand.dropped.connect(self._drop)
        hand.remedy_clicked.connect(self._mend)
        hand.menu_asked.connect(lambda place, wire, at: self.menu(place, wire).popup(at))
        self.canvas.key_pressed.connect(self._key)

    # -- what is shown --

    def set_design(self, design: NetworkDesign, report: DesignReport) -> None:
        """Show ``design``; another network begins at its beginning."""
        self._is_new = self._is_new or self.design is None or self.design.name != design.name
        self.design, self._report = design, report
        self._update()

    def set_selection(self, places: Iterable[str]) -> None:
        """Mark these, the last one as the current. No signal."""
        self._selection = tuple(places)
        if not self._is_outdated:
            self.canvas.set_selection(self._seen(place) for place in self._selection)

    def set_way(self, way: str) -> None:
        """Draw as "volumes" or as a "graph"."""
        if way != self.way:
            self.way, self._is_new = way, True
            self._update()

    def scene(self) -> Scene:
        """The drawing as it is now, made at once if need be."""
        if self._is_outdated:
            self._draw()
        return self.canvas.scene

    def toggle_fold(self, place: str) -> None:
        """Unfold a block, or fold it; nothing for other layers."""
        if self.design is None or place not in self.design or not self.design[place].inside:
            return
        self.unfolded = self.unfolded ^ {place}
        self._update()

    def fold_all(self, *, unfold: bool = False) -> None:
        """Fold all blocks, or unfold all, those inside others too."""
        self.unfolded = _blocks(self.design) if unfold and self.design is not None else frozenset()
        self._update()

    def _update(self) -> None:
        """Draw anew: at once where that is quick, else as soon as the hand rests; the list shows every edit at once."""
        self._is_outdated = True
        if self._took > QUICK_S:
            self._later.start(round(1000 * min(WAIT_S, WAITS * self._took)))
        else:
            self._draw_if_seen()

    def _draw_if_seen(self) -> None:
        if self._is_outdated and self.isVisible():
            self._draw()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._is_outdated:
            self._draw()

    def _draw(self) -> None:
        begun = perf_counter()
        self._make_scene()
        self._took = perf_counter() - begun

    def _make_scene(self) -> None:
        self._is_outdated = False
        if self.design is None or self._report is None:
            return
        self.unfolded = frozenset(place for place in self.unfolded if place in self.design and self.design[place].inside)
        if self._is_new and not self.unfolded:
            self.unfolded = first_unfolded(self.design, self._report)
        count = len(self.design.layers) + sum(len(self.design.layers_in(place)) for place in self.unfolded)
        self.canvas.note = TOO_MANY.format(count) if count > MOST else ""
        scene = EMPTY
        if count <= MOST:
            root = drawn(self.design, self._report, self.unfolded)
            scene = WAYS[self.way](root, self.fonts.measure) if root.items or root.sources else EMPTY
        anew, self._is_new = self._is_new, False
        self.canvas.set_scene(scene, anew=anew)
        self.canvas.set_selection(self._seen(place) for place in self._selection)
        self.drawn_anew.emit()

    def _seen(self, place: str) -> str:
        """What is drawn of ``place``: itself in the copy that is drawn, or the block that is folded over it."""
        shown = re.sub(r"\.\d+\.", ".0.", place)
        while self.canvas.scene.box_of(shown) is None and block_of(shown):
            shown = block_of(shown)
        return shown

    # -- gestures --

    def _choose(self, place: str, add: bool) -> None:
        if self.design is None or place not in self.design:
            places: tuple[str, ...] = ()  # the input
        elif not add:
            places = (place,)
        else:
            others = tuple(each for each in self._selection if each != place)
            places = others if place in self._selection else (*others, place)
        self._selection = places
        self.canvas.set_selection(self._seen(each) for each in places)
        self.selection_changed.emit(list(places))

    def _key(self, command: str) -> None:
        if command == "remove":
            self.remove(self._selection)
        elif self._selection:
            self.toggle_fold(self._selection[-1])

    def remove(self, places: Sequence[str]) -> None:
        """Ask for layers to be taken out."""
        if places:
            self._ask(f"Remove {_names(places)}", lambda design: design.without(places))

    def insert(self, kind: str, link: Link | None) -> None:
        """Ask for a new layer of ``kind`` on ``link``; at the end of the network for None."""
        if self.design is None or kind not in LAYER_KINDS:
            return
        end = len(self.design.layers)
        edit = edits.insert_on(link, kind) if link is not None else insert_kind(kind, Position("", end))
        self._ask(f"Add {LAYER_KINDS.get(kind).title.lower()}", edit)

    def _open_palette(self, wire: Wire) -> None:
        """Search the kinds at the "+" of a line; the one that is chosen is put there."""
        self._link = wire.link
        if self.palette_popup is None:
            self.palette_popup = Palette(self.look, self, popup=True)
            self.palette_popup.chosen.connect(lambda kind: self.insert(kind, self._link))
        self.palette_popup.open_at(self.canvas.mapToGlobal(self.canvas.to_screen(wire.handle) + QPoint(self.look.px(12), 0)))

    def _drop(self, mime: QMimeData, wire: Wire | None, as_copy: bool) -> None:
        link, kind, ids = wire.link if wire is not None else None, kind_from_mime(mime), ids_from_mime(mime)
        if kind:
            self.insert(kind, link)
        elif ids and not as_copy and link is not None:
            self._ask(f"Move {_names(ids)}", edits.move_onto(link, ids))
        elif self.design is not None:
            self._drop_copies(mime, link)

    def _drop_copies(self, mime: QMimeData, link: Link | None) -> None:
        try:
            specs = layers_from_mime(mime)
        except LayerscopeError as error:
            self.refused.emit(error.plainly())
            return

        def edit(design: NetworkDesign) -> NetworkDesign:
            if link is None:
                return design.pasted(len(design.layers), *specs)
            return design.pasted(design.index(link.reader), *specs, block=block_of(link.reader))

        self._ask(f"Copy {_names([spec.id for spec in specs])}", edit)

    def _mend(self, place: str) -> None:
        """Do what a layer that does not fit says would mend it, where that is simple."""
        error = self._report[place].error if self._report is not None else None
        if error is not None and error.fix is not None:
            self._ask(error.suggestion.strip().rstrip("."), error.fix)

    def _ask(self, title: str, edit: Edit) -> None:
        """Ask for ``edit`` if it can be and changes something; else say why it cannot."""
        if self.design is None:
            return
        try:
            after = edit(self.design)
        except LayerscopeError as error:
            self.refused.emit(error.plainly())
            return
        if after != self.design:
            self.edit_requested.emit(title, edit, "")

    def menu(self, place: str, wire: Wire | None) -> QMenu:
        """What can be done with a layer, or with a line."""
        menu, design = QMenu(self), self.design
        if wire is not None and wire.link is not None:
            link = wire.link
            menu.addAction("Put a layer here…").triggered.connect(lambda: self._open_palette(wire))
            title = f"Unwire {link.source} from {link.reader}"
            menu.addAction(title).triggered.connect(lambda: self._ask(title, edits.unwire(link)))
        elif design is not None and place in design:
            spec = design[place]
            if spec.inside:
                words = "Fold" if place in self.unfolded else "Unfold"
                menu.addAction(f"{words}\tEnter").triggered.connect(lambda: self.toggle_fold(place))
            menu.addAction("Duplicate").triggered.connect(
                lambda: self._ask(f"Duplicate {place}", lambda design: design.duplicated([place]))
            )
            menu.addAction("Remove\tDel").triggered.connect(lambda: self.remove([place]))
            menu.addSeparator()
            menu.addAction(f"Help on {spec.parameters.title.lower()}").triggered.connect(
                lambda: self.help_requested.emit(spec.kind)
            )
        return menu

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.drawer.fit(round(self.width() / self.look.scale))
        self.bar.settle()


def first_unfolded(design: NetworkDesign, report: DesignReport) -> frozenset[str]:
    """The blocks that are unfolded where nobody has chosen: all of them in small networks, none in others."""
    every = _blocks(design)
    count = sum(1 for _ in drawn(design, report, every).figures()) if len(every) <= FEW else FEW + 1
    return every if count <= FEW else frozenset()


def _blocks(design: NetworkDesign, block: str = "") -> frozenset[str]:
    """The places of all blocks, each in its first copy."""
    found: set[str] = set()
    for spec in design.layers_in(block):
        if spec.inside:
            place = inside(block, spec.id)
            found |= {place} | _blocks(design, place)
    return frozenset(found)


def _names(places: Sequence[str]) -> str:
    """How titles name layers: the place of one, the number of several."""
    return places[0] if len(places) == 1 else f"{len(places)} layers"
