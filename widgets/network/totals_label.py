"""The network list's totals, in the header: as much of the line as there is room for."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QSizePolicy

from engine.design.check import DesignReport
from widgets.explanations import explain
from widgets.network.cards import shorter, totals
from widgets.theme import Look


class TotalsLabel(QLabel):
    """ "25,150 parameters · 0.51 M MACs", or in red how many layers do not fit."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self.setAccessibleName("Totals")
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)

    def show_totals(self, report: DesignReport, room: int) -> None:
        """Those of a design, in at most ``room`` pixels."""
        misfits = len(report.errors)
        text = totals(report.costs, misfits)
        fitting = [each for each in (text, *shorter(text)) if self.fontMetrics().horizontalAdvance(each) <= room]
        self.setText(fitting[0] if fitting else "")
        self.setToolTip(f"{text}\n{explain('parameters')}\n{explain('macs')}")
        self.setStyleSheet(f"color: {self._look.colour('bad' if misfits else 'muted').name()};")
