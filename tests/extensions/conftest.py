"""The same program fixture as the other window tests use."""

from tests.app.conftest import until  # noqa: F401
from tests.widgets.conftest import nothing_left_behind  # noqa: F401
