"""Answers as files: numbers exactly, pictures in whole enlarged pixels, refusals in sentences."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.colours import channels, colour_table
from engine.errors import FileError, ProbeError
from engine.probing.forms import GAP, SIDE, picture_of
from engine.probing.result import BarChart, HeatMap, ImageStrip, ProbeResult, Table
from engine.probing.saving import save_result


def heat_map(values: list[list[float]], picture: int | None = None) -> HeatMap:
    array = np.array(values, np.float32)
    image = None if picture is None else np.full((1, *array.shape), picture, np.uint8)
    return HeatMap("a heat map", values=array, picture=image)


def table(level: int) -> list[int]:
    return channels(colour_table("diverging"))[level].tolist()


def test_zero_is_neutral_and_the_range_symmetric() -> None:
    pixels = picture_of(heat_map([[-2, -1, 0, 1, 2, np.nan]]))
    row = pixels[0, :: pixels.shape[1] // 6][:6].tolist()
    assert row[:5] == [table(0), table(64), table(127), table(190), table(254)]
    assert row[5][3] == 0, "what is not computed is transparent"
    assert (picture_of(heat_map([[0, 0], [0, 0]])) == table(127)).all()


def test_the_strongest_value_sets_the_range_whatever_its_sign() -> None:
    pixels = picture_of(heat_map([[-4, 1]]))
    assert pixels[0, 0].tolist() == table(0) and pixels[0, -1].tolist() == table(159)


def test_a_heat_map_stands_beside_and_over_its_picture() -> None:
    pixels = picture_of(heat_map([[np.nan, 1.0]], picture=90))
    image, alone, over = (pixels[:, start : start + SIDE] for start in (0, SIDE + GAP, 2 * (SIDE + GAP)))
    assert pixels.shape == (SIDE // 2, 3 * SIDE + 2 * GAP, 4)
    assert (image == [90, 90, 90, 255]).all()
    assert (alone[:, : SIDE // 2, 3] == 0).all() and (alone[:, SIDE // 2 :] == table(254)).all()
    assert (over[:, : SIDE // 2] == [90, 90, 90, 255]).all(), "untried pixels show the picture"
    assert over[0, -1, 0] > over[0, -1, 1], "positive is red"


def test_pixels_are_enlarged_by_a_whole_factor_without_smoothing(tmp_path: Path) -> None:
    picture = np.linspace(0, 1, 3 * 5 * 7, dtype=np.float32).reshape(3, 5, 7)
    save_result(ImageStrip("two", pictures=(picture, picture[:1]), captions=("a", "b")), tmp_path / "strip.png")
    pixels = np.array(Image.open(tmp_path / "strip.png"))
    factor = pixels.shape[0] // 5
    assert factor > 1 and pixels.shape == (5 * factor, 2 * 7 * factor + GAP, 4)
    np.testing.assert_array_equal(pixels[::factor, : 7 * factor : factor, :3], (picture * 255).round().transpose(1, 2, 0))
    assert (pixels[:, 7 * factor : 7 * factor + GAP, 3] == 0).all()
    assert (pixels[:, 7 * factor + GAP :, :3].std(axis=2) == 0).all(), "one channel is grey"


def test_values_of_another_size_than_the_picture_are_blocks_of_it() -> None:
    values = np.array([[1.0, 0.0], [0.0, -1.0]], np.float32)
    pixels = picture_of(HeatMap("a map", values=values, picture=np.zeros((1, 8, 8), np.uint8)))
    alone = pixels[:, SIDE + GAP : 2 * SIDE + GAP]
    assert (alone[: SIDE // 2, : SIDE // 2] == table(254)).all() and (alone[SIDE // 2 :, SIDE // 2 :] == table(0)).all()


def test_an_empty_map_has_no_picture() -> None:
    with pytest.raises(ProbeError, match="has no picture"):
        picture_of(HeatMap("nothing yet"))


def test_bars_are_saved_as_numbers(tmp_path: Path) -> None:
    save_result(BarChart("bars", labels=("a", "b"), values=np.array([1, 2], np.float32)), tmp_path / "bars.NPY")
    assert np.load(tmp_path / "bars.NPY").tolist() == [1, 2]


@pytest.mark.parametrize(
    ("result", "name", "sentence"),
    [
        (BarChart("bars"), "bars.png", "has no picture"),
        (Table("rows"), "rows.npy", "no array of numbers"),
        (heat_map([[0]]), "map.jpg", "none of .npy, .csv and .png"),
    ],
)
def test_what_cannot_be_saved_is_refused(result, name: str, sentence: str, tmp_path: Path) -> None:
    with pytest.raises(ProbeError, match=sentence):
        save_result(result, tmp_path / name)
    assert not list(tmp_path.iterdir())


def test_a_missing_folder_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="does not exist"):
        save_result(heat_map([[0]]), tmp_path / "nowhere" / "map.npy")


def test_any_answer_is_saved_as_a_table(tmp_path: Path) -> None:
    answers = {
        "map": (heat_map([[0.25, np.nan]]), ["row,column,value", "0,0,0.25", "0,1,nan"]),
        "bars": (BarChart("bars", labels=("a",), values=np.array([0.5], np.float32), unit="logit"), ["name,logit", "a,0.5"]),
        "rows": (Table("rows", columns=("layer", "mean"), rows=(("c, 1", 0.1),)), ["layer,mean", '"c, 1",0.1']),
        "facts": (
            ProbeResult("words", {"best_unit": 3, "patch": [5, 4]}, units={"patch": "px"}),
            ["name,value,unit", "best unit,3,", "patch,5 × 4,px"],
        ),
    }
    for name, (answer, lines) in answers.items():
        save_result(answer, tmp_path / f"{name}.csv")
        assert (tmp_path / f"{name}.csv").read_text(encoding="utf-8").splitlines() == lines
