from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.design.document import to_json
from engine.design.network import NetworkDesign, layer
from engine.errors import DesignError, FileError, LayerscopeError
from engine.files.design_file import MAX_BYTES, load_design, save_design

DESIGN = NetworkDesign("Tiny ×", (1, 8, 8), (layer("c1", "conv2d", filters=2), layer("c2", "conv2d", filters=3, kernel=(1, 3))))


def test_round_trip(tmp_path):
    path = tmp_path / "tiny.design.json"
    save_design(path, DESIGN)
    assert load_design(path) == DESIGN
    assert path.read_text(encoding="utf-8") == to_json(DESIGN)


def test_a_byte_order_mark_is_forgiven(tmp_path):
    path = tmp_path / "tiny.design.json"
    path.write_bytes(b"\xef\xbb\xbf" + to_json(DESIGN).encode())
    assert load_design(path) == DESIGN


def test_mistakes_name_the_file_the_layer_and_the_field(tmp_path):
    path = tmp_path / "tiny.design.json"
    path.write_text(to_json(DESIGN).replace('"filters": 2', '"filters": 0'), encoding="utf-8")
    with pytest.raises(DesignError) as caught:
        load_design(path)
    assert (caught.value.layer, caught.value.field) == ("c1", "filters")
    assert str(path) in str(caught.value)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "not valid JSON"),
        (b"\xff\xfe\x00", "not UTF-8"),
        (b"\x80\x04\x95", "not UTF-8"),
        (b"[1, 2]", "not an object"),
        (b'{"format": "layerscope-design/99"}', "newer Layerscope"),
        (b"[" * 100_000, "not valid JSON"),
    ],
)
def test_foreign_files_give_a_sentence_with_their_name(tmp_path, data, words):
    path = tmp_path / "x.design.json"
    path.write_bytes(data)
    with pytest.raises(LayerscopeError, match=words) as caught:
        load_design(path)
    assert "x.design.json" in str(caught.value)


def test_a_huge_file_is_refused_unread(tmp_path):
    path = tmp_path / "x.design.json"
    with path.open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    with pytest.raises(FileError, match="bytes long"):
        load_design(path)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=60)
@given(cut=st.integers(0, 400), at=st.integers(0, 400), byte=st.integers(0, 255))
def test_damage_is_noticed_or_harmless(tmp_path, cut, at, byte):
    """Whatever happens to a file, it is a design or a sentence."""
    path = tmp_path / "x.design.json"
    data = bytearray(to_json(DESIGN).encode())
    data[at % len(data)] = byte
    path.write_bytes(data[: max(len(data) - cut, 0)])
    try:
        assert isinstance(load_design(path), NetworkDesign)
    except LayerscopeError as error:
        assert str(path) in str(error)
