"""Stage: the views of one workspace as docks that are made when first opened, moved, closed, enlarged and put back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial

from PySide6.QtCore import QEvent, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QWidget

from engine.snapshot import Want
from widgets.dock import ViewDock
from widgets.dock_area import DockArea
from widgets.empty_stage import EmptyStage
from widgets.layouts import Aside, Layout, layout_from
from widgets.places import MINIMUM, TABS, Plan, few, few_sizes, first_sizes, plan
from widgets.theme import Look
from widgets.viewing.base import GROUPS, Focus, View

_TRIES = 8
"""So often sizes are given anew because cards need others: how much, is known only when all that stands in them is laid out."""


class Stage(DockArea):
    """One per workspace. ``kinds`` are all views that can be opened here; those that name this workspace and open at first
    are made at once, the others on demand. ``panels`` are the window's own views, which stand in no other workspace.

    As long as nobody moves anything, the first layout fits itself to the stage's size. One that somebody has moved keeps its
    proportions; where there is no room for it, its views stand as in a first layout until there is.
    """

    visible_changed = Signal()
    view_made = Signal(object)
    pick_requested = Signal()  # both from the hint on an empty stage
    restore_requested = Signal()

    def __init__(
        self,
        look: Look,
        name: str,
        kinds: Mapping[str, type[View]],
        panels: Sequence[View] = (),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName(f"stage-{name}")
        self._look, self._name, self._kinds = look, name, kinds
        self._enlarged: Layout | None = None
        self._aside: Aside | None = None  # while presenting
        self._presented: tuple[list[View], list[View]] = ([], [])  # what may be shown then: in front, and behind tabs
        self._coming: Aside | None = None  # what is put back as soon as the stage has its size of before
        self._remembered: Layout | None = None  # what somebody has moved; the docks' sizes follow it
        self._crowded: Layout | None = None  # the same, as long as there is no room for it
        self._first = True  # whether this is the first layout, untouched
        self._places: Plan = {}  # of the first layout
        self._placing = 0
        self._seen: set[str] = set()  # docks that are neither closed nor behind another tab
        self._tries = 0
        self._needed: list[tuple[QSize, int]] = []  # what the cards needed at least when they were given their sizes
        self._nothing = EmptyStage(look, self)
        self._nothing.pick_clicked.connect(self.pick_requested)
        self._nothing.restore_clicked.connect(self.restore_requested)
        for panel in panels:
            self._add_dock(panel)
        self._fitting = QTimer(self, singleShot=True, interval=0)
        self._fitting.timeout.connect(self._fit)
        self._noting = QTimer(self, singleShot=True, interval=0)
        self._noting.timeout.connect(self._note)
        look.changed.connect(self._fit_soon)
        self.visible_changed.connect(self._say_if_empty)
        self.restore_default()

    # -- which views there are --

    @property
    def views(self) -> tuple[View, ...]:
        """The views that have been made, open or closed."""
        return tuple(sorted((dock.view for dock in self.docks.values()), key=lambda view: view.order))

    def offered(self) -> list[View | type[View]]:
        """Every view that can be opened here, by group: as itself where it has been made, else as its class."""
        groups = [group for group, _ in GROUPS]
        made: dict[str, View | type[View]] = {name: dock.view for name, dock in self.docks.items()}
        return sorted((dict(self._kinds) | made).values(), key=lambda view: (groups.index(view.group), view.order))

    def __contains__(self, name: object) -> bool:
        return name in self.docks or name in self._kinds

    def is_open(self, name: str) -> bool:
        """Whether the view is on this stage, be it behind a tab or, for the moment, behind an enlarged one."""
        if self._enlarged is not None:
            return name in self._enlarged.open
        return name in self.docks and not self.docks[name].isHidden()

    def visible_views(self) -> list[View]:
        """The views that can be seen now (a view behind another tab or in a closed dock cannot)."""
        return [view for view in self.views if view.isVisible() and view.name in self._seen]

    def wants(self, focus: Focus) -> frozenset[Want]:
        """What the visible views want captured."""
        return frozenset(want for view in self.visible_views() for want in view.wants(focus))

    # -- opening and closing --

    def open_view(self, name: str) -> View:
        """Bring a view to the front; it is made if need be, and then stands as a tab on its group's place."""
        self._leave_enlarged()
        dock = self._dock(name)
        if dock.isHidden():
            if self.dockWidgetArea(dock) == Qt.DockWidgetArea.NoDockWidgetArea:
                with self._arranging():
                    self.put_beside_its_group(dock)
            dock.show()
            self._touched()
        dock.raise_()
        return dock.view

    def close_view(self, name: str) -> None:
        """Take a view off the stage. It keeps its place for the next time."""
        self._leave_enlarged()
        if name in self.docks:
            self.docks[name].close()

    def _dock(self, name: str) -> ViewDock:
        if name in self.docks:
            return self.docks[name]
        made = self._kinds[name](self._look)
        dock = self._add_dock(made)
        self.view_made.emit(made)
        return dock

    def _add_dock(self, view: View) -> ViewDock:
        name, dock = view.name, ViewDock(self._look, view, self)
        dock.hide()
        dock.visibilityChanged.connect(partial(self._seen_changed, name))
        dock.enlarge_requested.connect(partial(self.toggle_enlarged, name))
        dock.closed.connect(self._touched)
        dock.topLevelChanged.connect(self._touched)
        dock.dockLocationChanged.connect(self._touched)
        self.docks[name] = dock
        return dock

    # -- the first layout --

    def restore_default(self) -> None:
        """The views that open at first, each in its first place; those that do not fit are tabs of their group's place."""
        kinds = [kind for kind in self._kinds.values() if kind.opens and self._name in kind.workspaces]
        with self._arranging():
            opening = {kind.name: self._dock(kind.name).view for kind in kinds}
            opening |= {name: dock.view for name, dock in self.docks.items() if name not in self._kinds and dock.view.opens}
            self.clear_places()
            self._enlarged = self._remembered = self._crowded = None
            self._first = True
            self._put_in_places(self._plan(sorted(opening.values(), key=lambda view: view.order)))
        self._fit_soon()  # tab bars take their height only later

    def _plan(self, views: Sequence[View]) -> Plan:
        return plan(views, self.width() / self._look.scale, self.height() / self._look.scale)

    def _put_in_places(self, places: Plan) -> None:
        self._places = places
        self.put_in_places(places)
        self._proportion()

    def _proportion(self) -> None:
        gap = self.gap

        def comfortable(view: View) -> int:
            return self.docks[view.name].comfortable_width() + gap

        width, height = self.width() + gap, self.height() + gap  # one behind each card but the last; what is over Qt gives to any
        if self._aside is not None:
            sizes = few_sizes(self._places, width, height)
        else:
            sizes = first_sizes(self._places, width, height, self._look.scale, comfortable)
        self.give_sizes({name: (width - gap, height - gap) for name, (width, height) in sizes.items()})

    # -- following the stage's size --

    def showEvent(self, event: QShowEvent) -> None:
        """Sizes hold only once there is a size to divide."""
        super().showEvent(event)
        self._fit_soon()

    def minimumSizeHint(self) -> QSize:
        """One legible card: a smaller stage has fewer places, so the cards that stand on it now do not keep it large."""
        return QSize(self._look.px(MINIMUM[0]), self._look.px(MINIMUM[1] + TABS))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A layout that nobody has touched goes with the stage's size."""
        super().resizeEvent(event)
        self._nothing.setGeometry(self.rect())
        self._fit_soon()

    def _fit_soon(self) -> None:
        self._tries = _TRIES
        self._fitting.start()

    def _needs(self) -> list[tuple[QSize, int]]:
        return [(dock.minimumSizeHint(), dock.comfortable_width()) for dock in self.docks.values()]

    def _fit(self) -> None:
        self._needed = self._needs()
        if not self.isVisible() or self._enlarged is not None:
            return
        if self._aside is not None:
            self._fit_few()
        elif self._coming is not None and self._coming.layout.size == (self.width(), self.height()):
            before, self._coming = self._coming, None
            self._put_back(before)
        elif self._first:
            self._fit_plan()
        elif self._remembered is not None:
            self._fit_moved(self._remembered)

    def _fit_plan(self) -> None:
        """As in the first layout for this size; what was in front of its tabs stays there."""
        places = self._plan([view for view in self.views if self.is_open(view.name)])
        if places == self._places:
            self._proportion()
            return
        front = self.visible_views()
        with self._arranging():
            self.clear_places()
            self._put_in_places(places)
        self.raise_all(view.name for shared in places.values() for place in shared for view in place if view in front)
        self._fit_soon()  # tab bars take their height only later

    def _fit_moved(self, layout: Layout) -> None:
        """The proportions that somebody has given, or where cards would become illegible the places of a first layout."""
        if layout.has_room(self.width(), self.height(), self._look.scale):
            if self._crowded is not None:
                front, self._crowded = self.visible_views(), None
                self._apply(layout)
                self.raise_all(view.name for view in front)
            places = layout.scaled_places(self.width(), self.height())
            self.give_sizes({name: size for name, size in places.items() if self.is_open(name)})
            return
        if self._crowded is None:
            self._crowded, self._places = layout, {}
        self._fit_plan()

    def event(self, event: QEvent) -> bool:
        """A mouse press that reaches the stage itself is one on a separator between docks. A request for layout says that a card
        needs another size at least."""
        if event.type() == QEvent.Type.MouseButtonPress:
            self._touched()
            self._noting.stop()  # it is being dragged
        if event.type() == QEvent.Type.MouseButtonRelease:
            self._noting.start()
        if event.type() == QEvent.Type.LayoutRequest and self._tries and self._needed != self._needs():
            self._tries -= 1
            self._fitting.start()
        return super().event(event)

    def _touched(self) -> None:
        if not self._placing and self._enlarged is None and self._aside is None:
            self._first, self._remembered, self._coming, self._crowded = False, None, None, None
            self._noting.start()

    def _note(self) -> None:
        """What somebody has moved is how it is to be."""
        if self.isVisible() and not (self._first or self._placing or self._enlarged or self._aside or self._remembered):
            self._remembered = self._layout()

    # -- enlarging, keeping and putting back --

    def toggle_enlarged(self, name: str) -> None:
        """Give the whole stage to one view, or put the others back."""
        if self._enlarged is not None:
            self._leave_enlarged()
            return
        self._enlarged = self._layout()
        self._show_alone(name)

    def _show_alone(self, name: str) -> None:
        with self._arranging():
            for other, dock in self.docks.items():
                dock.setVisible(other == name)

    def _leave_enlarged(self) -> None:
        if self._enlarged is not None:
            layout, self._enlarged = self._enlarged, None
            self._apply(layout)

    def _layout(self) -> Layout:
        return Layout(
            first=self._first,
            open=tuple(name for name in self.docks if self.is_open(name)),
            state=self.state_text(),
            size=(self.width(), self.height()),
            places=self.place_sizes(),
            scale=self._look.scale,
        )

    def layout_text(self) -> str:
        """The docks' places and which are open as text, for the settings."""
        return self._kept().model_dump_json()

    def _kept(self) -> Layout:
        """The layout that is to come back, whatever shows for the moment."""
        for before in (self._aside, self._coming):
            if before is not None:
                return before.layout
        return self._crowded or self._enlarged or (self._remembered if not self.isVisible() else None) or self._layout()

    def restore_layout(self, text: str) -> None:
        """Put the docks where ``layout_text`` said; the first places where that does not fit."""
        layout, self._coming, self._crowded = layout_from(text), None, None
        if layout is None or layout.first or not self._apply(layout):
            self.restore_default()

    def _apply(self, layout: Layout) -> bool:
        """Open the views of ``layout`` and put them where it says; False where Qt cannot read its state."""
        with self._arranging():
            for name in layout.open:
                if name in self:
                    self._dock(name)
            done = self.take_state(layout.state)
        self._first, self._remembered = layout.first, layout
        self._fit_soon()
        return done

    # -- presenting --

    def present(self) -> None:
        """Show few of the views, those that tell most, large and without tabs, until ``stop_presenting``. A stage that is not
        seen meanwhile stays as it is."""
        if self._aside is None:
            alone = next((view.name for view in self.visible_views()), "") if self._enlarged is not None else ""
            front = [alone] if alone else list(self.place_sizes())
            opened = [view for view in self.views if self.is_open(view.name) and not (alone and view.name != alone)]
            self._presented = [view for view in opened if view.name in front], [view for view in opened if view.name not in front]
            self._aside, self._enlarged, self._coming = Aside(self._kept(), self._places, tuple(front), alone), None, None
            self._places = {}
            self._set_bare(True)
            self._fit_soon()

    def _set_bare(self, bare: bool) -> None:
        for dock in self.docks.values():
            dock.header.set_bare(bare)

    def stop_presenting(self) -> None:
        """Everything as it was before ``present``."""
        if self._aside is None:
            return
        before, self._aside, was_seen = self._aside, None, bool(self._places)
        self._set_bare(False)
        if was_seen:
            self._coming = None if before.alone else before
            self._put_back(before)
        else:
            self._places, self._enlarged = before.places, before.layout if before.alone else None
            self._fit_soon()

    def _put_back(self, before: Aside) -> None:
        """What stood here, for the size that the stage has by now."""
        if before.layout.first and not before.alone:
            self.restore_default()
            self.raise_all(before.front)
            return
        self._apply(before.layout)
        self._places = before.places
        if before.alone:
            self._enlarged = before.layout
            self._show_alone(before.alone)

    def _fit_few(self) -> None:
        places = few(*self._presented, self.width() / self._look.scale, self.height() / self._look.scale)
        if places == self._places:
            self._proportion()
            return
        with self._arranging():
            self.clear_places()
            self._put_in_places(places)
        self._fit_soon()

    # -- what can be seen --

    def _say_if_empty(self) -> None:
        """Where no view stands, say so and offer some."""
        self._nothing.setVisible(all(dock.isHidden() or dock.isFloating() for dock in self.docks.values()))

    @contextmanager
    def _arranging(self) -> Iterator[None]:
        """Docks that are moved meanwhile are not moved by the user, and what can be seen is told once, at the end."""
        self._placing += 1
        try:
            yield
        finally:
            self._placing -= 1
            if not self._placing:
                self.visible_changed.emit()

    def _seen_changed(self, name: str, seen: bool) -> None:
        (self._seen.add if seen else self._seen.discard)(name)
        if not self._placing:
            self.visible_changed.emit()
