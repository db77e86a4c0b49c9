"""Design files: what is written is read back, and whatever else is read gives a DesignError that says what to do."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.design.check import check
from engine.design.document import MIGRATIONS, from_document, from_json, to_json
from engine.design.network import NetworkDesign, layer
from engine.errors import DesignError
from engine.zoo import network
from tests.helpers.designs import designs

LENET = """{
  "format": "layerscope-design/1",
  "name": "LeNet-5",
  "notes": "",
  "input": {"shape": [1, 28, 28]},
  "layers": [
    {"id": "c1", "kind": "conv2d", "filters": 6, "kernel": 5, "padding": 2},
    {"id": "a1", "kind": "tanh"},
    {"id": "p1", "kind": "avg_pool2d"},
    {"id": "f", "kind": "flatten"},
    {"id": "out", "kind": "linear", "bias": false}
  ]
}
"""


def document(*layers: dict[str, Any], **top: Any) -> dict[str, Any]:
    return {"format": "layerscope-design/1", "input": {"shape": [1, 28, 28]}, "layers": list(layers)} | top


def refusal(given: dict[str, Any] | str) -> DesignError:
    with pytest.raises(DesignError) as caught:
        from_json(given if isinstance(given, str) else json.dumps(given))
    assert len(str(caught.value)) < 500 and "\n" not in str(caught.value)
    return caught.value


def test_a_file_is_written_as_it_was_read() -> None:
    assert to_json(from_json(LENET)) == LENET


def test_only_what_differs_from_the_defaults_is_written_in_the_order_of_declaration() -> None:
    spec = layer("c", "conv2d", ("@in",), padding="same", kernel=(3, 5), filters=16)
    assert to_json(NetworkDesign("n", (1, 8, 8), (spec,))).splitlines()[6] == (
        '    {"id": "c", "kind": "conv2d", "kernel": [3, 5], "padding": "same", "inputs": ["@in"]}'
    )


@settings(max_examples=200)
@given(designs())
def test_any_design_is_read_back_equal(design: NetworkDesign) -> None:
    text = to_json(design)
    assert from_json(text) == design and to_json(from_json(text)) == text
    json.loads(text, parse_constant=lambda word: pytest.fail(f"{word} is not JSON"))


def test_a_kernel_larger_than_the_map_can_be_read_and_sits_on_its_layer() -> None:
    design = from_document(document({"id": "c", "kind": "conv2d", "kernel": 29}))
    error = check(design)["c"].error
    assert error is not None and error.field == "kernel" and "29 × 29 is larger than its input of 28 × 28" in str(error)


def test_a_list_of_any_length_gives_a_short_message() -> None:
    error = check(from_document(document({"id": "c1", "kind": "conv2d", "kernel": [3] * 100_000})))["c1"].error
    assert error is not None and error.field == "kernel" and len(str(error)) < 200


CONV = {"id": "c1", "kind": "conv2d"}

BAD = [
    (document(CONV, CONV), "c1", "id", "two layers have the id 'c1'", "'c2'"),
    (document(CONV | {"inputs": ["c1"]}), "c1", "inputs", "cycle", "earlier"),
    (document(CONV | {"inputs": ["r"]}, {"id": "r", "kind": "relu"}), "c1", "inputs", "comes later", "Move 'r' before 'c1'"),
    (document(CONV | {"inputs": ["zz"]}), "c1", "inputs", "does not exist", "Known: @in, c1"),
    (document(CONV | {"inputs": "r"}), "c1", "inputs", "not a list", '["c1", "p1"]'),
    (document(CONV | {"inputs": [""]}), "c1", "inputs", "does not exist", "Known"),
    (document(CONV, format="layerscope-design/2"), "", "format", "newer Layerscope (format 2", "Update"),
    (document(CONV, format="layerscope-design/" + "9" * 5000), "", "format", "newer Layerscope", "Update"),
    (document(CONV, format="layerscope-design/0"), "", "format", "never in use", "layerscope-design/1"),
    (document(CONV, format="layerscope-design/-1"), "", "format", "not a design", "layerscope-design/1"),
    (document(CONV, format="layerscope-design/１"), "", "format", "not a design", "layerscope-design/1"),
    (document(CONV, format="other/1"), "", "format", "'other/1'", "layerscope-design/1"),
    (document(CONV, format=None), "", "format", "None", "layerscope-design/1"),
    (document(CONV, layer=[]), "", "layer", "no entry 'layer'", "'layers'"),
    (document(CONV, layers={}), "", "layers", "{} is not a list", ""),
    (document(CONV, name=3), "", "name", "3 is not a text", ""),
    (document(CONV, notes=[]), "", "notes", "[] is not a text", ""),
    (document(CONV, input=[1, 28, 28]), "", "input", "not an object", ""),
    (document(CONV, input={}), "", "input.shape", "not a list", ""),
    (document(CONV, input={"shape": [1, 28.0, 28]}), "", "input.shape", "28.0 is not a whole number", ""),
    (document(CONV, input={"shape": [True, 28, 28]}), "", "input.shape", "not a whole number", ""),
    (document(CONV, input={"shape": [1, 0, 28]}), "", "input", "not an input shape", "[channels, height, width]"),
    (document(CONV, input={"shape": [1, 10**300, 28]}), "", "input", "not an input shape", "[channels, height, width]"),
    (document(CONV, input={"shape": []}), "", "input", "not an input shape", "[channels, height, width]"),
    (document(CONV, input={"shape": [1, 2], "mean": 0}), "", "input", "no entry 'mean'", "shape"),
    (document({"kind": "relu"}), "", "id", "Layer 1 has no id", '"id": "c1"'),
    (document({"id": 7, "kind": "relu"}), "", "id", "The id of layer 1 is 7", ""),
    (document({"id": "a b", "kind": "relu"}), "a b", "id", "not a layer id", "Start with a letter"),
    (document({"id": "@in", "kind": "relu"}), "@in", "id", "not a layer id", "Start with a letter"),
    (document({"id": "a" * 5000, "kind": "relu"}), "a" * 5000, "id", "not a layer id", "100 in all"),
    (document({"id": "c1"}), "c1", "kind", "no kind", "conv2d"),
    (document({"id": "c1", "kind": ["relu"]}), "c1", "kind", "['relu'], not a text", "conv2d"),
    (document({"id": "c1", "kind": "conv2"}), "c1", "kind", "no layer kind 'conv2'", "Did you mean 'conv2d'"),
    (document({"id": "res", "kind": "block", "layers": [CONV | {"kernel": 0}]}), "res.0.c1", "kernel", "out of range", "Use 1"),
    (document({"id": "res", "kind": "block", "layers": 3}), "res", "layers", "3 is not a list of layers", ""),
    (document({"id": "res", "kind": "block", "layers": [3]}), "res", "layers", "Layer 1 is 3, not an object", ""),
    (document({"id": "res", "kind": "block", "repeat": 10**9, "layers": []}), "res", "repeat", "out of range", "10000"),
    (document("relu"), "", "layers", "Layer 1 is 'relu', not an object", ""),  # type: ignore[arg-type]
    (document(CONV | {"kernal": 3}), "c1", "kernal", "no parameter 'kernal'", "Did you mean 'kernel'"),
    (document({"id": "r", "kind": "relu", "slope": 3}), "r", "slope", "no parameter 'slope'", "It has none"),
    (document(CONV | {"kernel": "5"}), "c1", "kernel", "'5' is not a whole number", ""),
    (document(CONV | {"kernel": 0}), "c1", "kernel", "0 is out of range", "Use 1 to 1024"),
    (document(CONV | {"kernel": 10**400}), "c1", "kernel", "out of range", "Use 1 to 1024"),
    (document({"id": "d", "kind": "dropout", "rate": 10**400}), "d", "rate", "", ""),
    (document(CONV | {"padding": "some"}), "c1", "padding", "'same' or 'valid'", ""),
    (document(CONV | {"bias": 1}), "c1", "bias", "true or false", ""),
    (document(CONV | {"padding_mode": "mirror"}), "c1", "padding_mode", "one of zeros, reflect", ""),
]


@pytest.mark.parametrize(("given", "layer_id", "field", "problem", "suggestion"), BAD)
def test_a_bad_design_names_layer_field_problem_and_suggestion(
    given: dict[str, Any], layer_id: str, field: str, problem: str, suggestion: str
) -> None:
    error = refusal(given)
    assert (error.layer, error.field) == (layer_id, field)
    assert problem in error.problem + error.suggestion and suggestion in error.suggestion


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "not valid JSON: expecting value, line 1, column 1"),
        (LENET[:200], "not valid JSON"),
        ("[" * 100_000, "nested too deeply"),
        ('{"format": "layerscope-design/1", "notes": ' + "[" * 900 + "]" * 900 + "}", "not a text"),
        ("[1, 2]", "not an object"),
        ("null", "not an object"),
        ("1" * 5000, "too long"),
        (LENET.replace('"filters": 6', '"filters": NaN'), "NaN is not a number"),
        (LENET.replace('"filters": 6', '"filters": -Infinity'), "-Infinity is not a number"),
        (LENET.replace('"filters": 6', '"filters": 1e999'), "not a whole number"),
        (
            LENET.replace('"filters": 6', '"filters": 6, "filters": 7'),
            "Layer 'c1': The entry 'filters' is there twice",
        ),
        (LENET.replace('"notes": ""', '"name": ""'), "'name' is there twice"),
        (LENET.replace("LeNet-5", "\\ud800"), "not Unicode"),
        ("\x00\x01PK\x03\x04", "not valid JSON"),
        ("\ufeff" + LENET, "not valid JSON"),
        (LENET + "{}", "extra data"),
    ],
)
def test_what_is_no_design_at_all(text: str, words: str) -> None:
    assert words in str(refusal(text))


def test_too_many_layers_are_refused_before_they_are_read() -> None:
    assert "10001 layers are too many" in str(refusal(document(*[CONV] * 10_001)))


def test_an_older_version_is_migrated(monkeypatch: pytest.MonkeyPatch) -> None:
    def migrate(old: dict[str, Any]) -> dict[str, Any]:
        return {**old, "layers": [{"kind": entry.pop("type"), **entry} for entry in old["layers"]]}

    monkeypatch.setitem(MIGRATIONS, 0, migrate)
    design = from_document(document({"id": "r", "type": "relu"}, format="layerscope-design/0"))
    assert design["r"].kind == "relu"


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["conv2d", "add", "same", "@in", "c1"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["id", "kind", "inputs", "kernel", "filters", "rate", "shape", "layers", "format"])
            | st.text(max_size=4),
            inner,
            max_size=5,
        )
    ),
    max_leaves=12,
)


@settings(max_examples=250)
@given(json_values, st.booleans())
def test_arbitrary_json_is_a_design_or_a_design_error(value: Any, inside: bool) -> None:
    given = document(layers=value) if inside else value
    try:
        check(from_json(json.dumps(given)))
    except DesignError as error:
        assert error.problem


@settings(max_examples=80)
@given(
    st.lists(
        st.dictionaries(st.sampled_from(["id", "kind", "inputs", "kernel", "rate", "units", "padding"]), json_values), max_size=3
    )
)
def test_arbitrary_layers_are_read_or_refused(layers: list[dict[str, Any]]) -> None:
    try:
        check(from_json(json.dumps(document(*layers))))
    except DesignError as error:
        assert error.problem


@settings(max_examples=250)
@given(st.data())
def test_mutated_files_are_read_or_refused(data: st.DataObject) -> None:
    """Cut, with bytes changed, or with pieces of itself put elsewhere."""
    text = to_json(network(data.draw(st.sampled_from(["lenet5", "residual_small"]))))
    for _ in range(data.draw(st.integers(1, 4))):
        at, length = data.draw(st.integers(0, len(text))), data.draw(st.integers(0, 20))
        start = data.draw(st.integers(0, len(text)))
        piece = data.draw(st.sampled_from(["", text[start : start + length]]) | st.text(max_size=3))
        text = text[:at] + piece + text[at + data.draw(st.integers(0, 20)) :]
    try:
        check(from_json(text))
    except DesignError as error:
        assert error.problem


@settings(max_examples=100)
@given(st.text())
def test_arbitrary_text_is_refused(text: str) -> None:
    with pytest.raises(DesignError):
        from_json(text)
