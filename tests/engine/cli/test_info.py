from __future__ import annotations

import json
import subprocess
import sys

from tests.conftest import ROOT


def test_json_has_the_promised_keys_and_numbers(run):
    answer = run("info", "lenet5", "--json")
    assert answer.code == 0
    assert list(answer.json) == ["name", "input", "layers", "params", "macs", "activations"]
    assert answer.json["input"] == [1, 28, 28]
    assert list(answer.json["layers"][0]) == ["id", "kind", "output_shape", "params", "macs", "receptive_field"]
    first = answer.json["layers"][0]
    # 6 kernels of 5×5 and a bias each, at 28×28 places
    assert (first["params"], first["macs"]) == (6 * 26, 28 * 28 * 6 * 25)
    assert (first["output_shape"], first["receptive_field"]) == ([6, 28, 28], [5, 5])
    assert answer.json["params"] == sum(layer["params"] for layer in answer.json["layers"]) == 61_706


def test_text_names_every_layer_and_the_totals(run):
    answer = run("info", "lenet5")
    assert answer.code == 0
    assert "61,706" in answer.out
    assert all(f"\n{id} " in answer.out for id in ("c1", "p2", "out", "total"))


def test_a_built_in_name_goes_before_a_file_of_that_name(run, small, tmp_path):
    (tmp_path / "lenet5").write_text(small.read_text())
    assert run("info", "lenet5", "--json").json["name"] == "LeNet-5"
    assert run("info", "./lenet5", "--json").json["name"] == "Small"
    (tmp_path / "lenet5").rename(tmp_path / "mine")
    assert run("info", "mine", "--json").json["name"] == "Small"


def test_a_design_file_and_a_run_folder_can_be_named(run, small, trained):
    assert run("info", small, "--json").json["name"] == "Small"
    assert run("info", trained, "--json").json["name"] == "Small"


def test_list_names_the_built_in_networks(run):
    answer = run("info", "--list")
    assert answer.code == 0
    assert all(name in answer.out for name in ("lenet5", "softmax", "mlp", "convnetjs_mnist", "residual_small"))
    networks = {each["name"]: each for each in run("info", "--list", "--json").json["networks"]}
    assert {"name", "title", "notes", "params", "macs", "published_params", "published_macs", "equal"} <= set(networks["lenet5"])
    assert (networks["vgg_d"]["params"], networks["vgg_d"]["equal"], networks["vgg_s"]["equal"]) == (138_357_544, True, None)


def test_a_design_that_does_not_fit_says_where_and_why(run, small):
    document = json.loads(small.read_text())
    document["layers"][0]["kernel"] = 40
    small.write_text(json.dumps(document))
    answer = run("info", small)
    assert answer.code == 2
    assert "Layer 'c1'" in answer.err
    assert len(answer.err.strip().splitlines()) == 1
    assert "does not fit" in answer.out
    assert "waits for 'c1'" in answer.out
    assert run("info", small, "--json").out == ""


def test_what_is_not_there_is_one_sentence(run, tmp_path):
    (tmp_path / "x.design.json").write_bytes(b"\x80\x04junk")
    for words, expected in (
        (("lenet6",), "Did you mean 'lenet5'?"),
        (("nowhere/x.json",), "There is no file"),
        (("x.design.json",), "x.design.json"),
        ((), "Which network?"),
        (("--jsno",), "Did you mean '--json'?"),
    ):
        answer = run("info", *words)
        assert (answer.code, answer.out) == (2, "")
        assert expected in answer.err
        assert len(answer.err.strip().splitlines()) == 1


def test_info_needs_neither_torch_nor_qt():
    """In a fresh interpreter: the command that people run most starts in a fraction of a second."""
    code = (
        "import sys, main; rc = main.main(['info', 'lenet5']);"
        "print(sorted({'torch', 'PySide6', 'sklearn', 'PIL'} & set(sys.modules)), rc)"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=False)
    assert answer.stdout.splitlines()[-1] == "[] 0", answer.stderr
