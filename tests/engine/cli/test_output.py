from __future__ import annotations

import json

from engine.cli.output import print_json, table


def test_json_is_one_line_and_has_no_nan(capsys):
    print_json({"a": float("nan"), "b": [float("inf"), 1.5], "c": "×\n"})
    out = capsys.readouterr().out
    assert out.count("\n") == 1
    assert json.loads(out) == {"a": None, "b": [None, 1.5], "c": "×\n"}


def test_table_aligns_numbers_right():
    assert table(("name", "n"), [("a", 1234), ("long", 5)], numbers=(1,)).splitlines() == [
        "name      n",
        "a     1,234",
        "long      5",
    ]
