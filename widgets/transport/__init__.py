"""The transport bar: run, pause, step, stop, and the filmstrip timeline."""

from widgets.transport.bar import Transport

__all__ = ["Transport"]
