"""Image files of every mode, damaged and hostile ones, and pictures fitted to a network."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

import engine.data.images as images
from engine.data.fit import fit_images, fit_masks, fit_notes
from engine.data.images import fitted_picture, read_image
from engine.errors import DataError, LayerscopeError

RED, HALF = (200, 40, 80), 128


def saved(path: Path, image: Image.Image) -> Path:
    image.save(path)
    return path


@pytest.mark.parametrize(
    ("mode", "channels", "suffix"),
    [
        ("1", 1, "png"),
        ("L", 1, "png"),
        ("P", 3, "png"),
        ("RGB", 3, "png"),
        ("CMYK", 3, "tif"),
        ("YCbCr", 3, "jpg"),
        ("L", 1, "pgm"),
    ],
)
def test_modes(tmp_path: Path, mode: str, channels: int, suffix: str) -> None:
    image = Image.new("RGB", (6, 4), RED)
    image.paste((255, 255, 255), (0, 0, 3, 4))
    picture = read_image(saved(tmp_path / f"ä file.{suffix}", image.quantize(4) if mode == "P" else image.convert(mode)))
    assert picture.shape == (channels, 4, 6)
    assert picture.dtype == np.uint8
    assert picture[:, 0, 0].min() >= 250
    if channels == 3:
        assert np.abs(picture[:, 3, 5].astype(int) - RED).max() <= 12
    else:
        assert picture[0, 3, 5] < 128


def test_transparency_shows_white(tmp_path: Path) -> None:
    image = Image.new("RGBA", (4, 4), (*RED, 0))
    image.putpixel((1, 0), (*RED, 255))
    image.putpixel((2, 0), (0, 0, 0, HALF))
    picture = read_image(saved(tmp_path / "rgba.png", image))
    assert picture[:, 3, 3].tolist() == [255, 255, 255]
    assert picture[:, 0, 1].tolist() == list(RED)
    assert picture[:, 0, 2].tolist() == pytest.approx([127] * 3, abs=1)
    grey = read_image(saved(tmp_path / "la.png", Image.new("LA", (3, 3), (7, 0))))
    assert grey.tolist() == [[[255] * 3] * 3]
    palette = Image.new("P", (2, 1))
    palette.putpalette([*RED, 0, 0, 0])
    palette.putpixel((1, 0), 1)
    palette.save(tmp_path / "p.png", transparency=1)
    assert read_image(tmp_path / "p.png")[:, 0].T.tolist() == [list(RED), [255] * 3]


def test_deep_greys(tmp_path: Path) -> None:
    deep = Image.fromarray(np.array([[0, 257 * 100, 65535]], np.uint16))
    assert read_image(saved(tmp_path / "16.png", deep))[0].tolist() == [[0, 100, 255]]
    for values, expected in (
        ([0.0, 0.5, 1.0], [0, 128, 255]),
        ([0.0, 100.0, 255.0], [0, 100, 255]),
        ([-1.0, 0.0, 1.0], [0, 128, 255]),
    ):
        real = Image.fromarray(np.array([values], np.float32))
        assert read_image(saved(tmp_path / "f.tif", real))[0].tolist() == [expected]
    with pytest.raises(DataError, match="not finite"):
        read_image(saved(tmp_path / "nan.tif", Image.fromarray(np.array([[np.nan, 1]], np.float32))))


def test_a_turned_photo_is_upright(tmp_path: Path) -> None:
    image = Image.new("RGB", (6, 4), RED)
    exif = image.getexif()
    exif[0x0112] = 6
    image.save(tmp_path / "photo.jpg", exif=exif)
    assert read_image(tmp_path / "photo.jpg").shape == (3, 6, 4)


@settings(max_examples=60)
@given(data=st.data(), suffix=st.sampled_from(["png", "jpg", "gif", "bmp", "tif", "webp"]))
def test_damaged_files_give_sentences(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject, suffix: str) -> None:
    path = tmp_path_factory.mktemp("images") / f"picture.{suffix}"
    noise = np.random.default_rng(0).integers(0, 256, (12, 9, 3), dtype=np.uint8)
    Image.fromarray(noise).save(path)
    content = bytearray(path.read_bytes())
    for place in data.draw(st.lists(st.integers(0, len(content) - 1), max_size=6)):
        content[place] = data.draw(st.integers(0, 255))
    path.write_bytes(content[: data.draw(st.integers(0, len(content)))])
    try:
        picture = read_image(path)
    except LayerscopeError as error:
        assert str(path) in str(error)
    else:
        assert picture.dtype == np.uint8
        assert picture.ndim == 3


@pytest.mark.parametrize("content", [b"", b"not an image", b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", b"\x80\x04]."])
def test_files_that_are_no_images(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.png").write_bytes(content)
    with pytest.raises(DataError, match="not an image that can be read"):
        read_image(tmp_path / "x.png")


def test_missing_folder_and_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(DataError, match="no file"):
        read_image(tmp_path / "gone.png")
    with pytest.raises(DataError, match="is a folder, not an image file"):
        read_image(tmp_path)
    Image.new("L", (60, 60)).save(tmp_path / "big.png")
    monkeypatch.setattr(images, "MOST_PIXELS", 3599)
    with pytest.raises(DataError, match="too large"):
        read_image(tmp_path / "big.png")
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 2000)  # Pillow's own limit warns, and from twice that on raises
    with pytest.raises(DataError, match="too large"):
        read_image(tmp_path / "big.png")
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 1000)
    with pytest.raises(DataError, match="too large"):
        read_image(tmp_path / "big.png")


@pytest.mark.parametrize("shape", [(1, 28, 28), (3, 32, 32), (1, 8, 5), (3, 1, 1)])
@pytest.mark.parametrize("size", [(1, 28, 28), (3, 40, 60), (3, 7, 3), (1, 1, 1)])
def test_any_picture_fits_any_network(shape: tuple[int, ...], size: tuple[int, ...]) -> None:
    picture = np.random.default_rng(0).integers(0, 256, size, dtype=np.uint8)
    fitted, words = fitted_picture(picture, shape, "a.png")
    assert fitted.shape == shape
    assert fitted.dtype == np.uint8
    assert words == ("a.png" if size == shape else "a.png, fitted to the network's input")
    if size == shape:
        assert np.array_equal(fitted, picture)


def test_pictures_and_sets_are_fitted_alike() -> None:
    import torch

    picture = np.random.default_rng(1).integers(0, 256, (3, 20, 30), dtype=np.uint8)
    alone = fitted_picture(picture, (1, 12, 12), "a.png")[0]
    among = fit_images(torch.from_numpy(np.stack([picture, 255 - picture])), (1, 12, 12))[0].numpy()
    assert np.array_equal(alone, among)


def test_flat_pictures_stay_flat_and_grey_is_as_bright_as_it_looks() -> None:
    flat = np.full((1, 9, 9), 77, np.uint8)
    assert set(fitted_picture(flat, (3, 25, 31), "a")[0].flat) == {77}
    green = np.zeros((3, 4, 4), np.uint8)
    green[1] = 255
    assert set(fitted_picture(green, (1, 4, 4), "a")[0].flat) == {round(0.587 * 255)}


def test_the_middle_is_kept() -> None:
    wide = np.zeros((1, 4, 12), np.uint8)
    wide[:, :, 4:8] = 200
    assert set(fitted_picture(wide, (1, 4, 4), "a")[0].flat) == {200}
    assert fit_notes("set", (1, 4, 12), (1, 4, 4)) == (
        "set: 4×12 images cropped to the middle 4×4, which has the input's proportions.",
    )


def test_masks_follow_their_images() -> None:
    import torch

    image = torch.zeros(1, 1, 6, 6, dtype=torch.uint8)
    image[..., 2:4, 0:2] = 255
    mask = image[:, 0] > 0
    for shape in ((1, 12, 12), (1, 3, 3)):
        large, moved = fit_images(image, shape), fit_masks(mask, shape)
        assert moved.dtype == torch.bool
        assert torch.equal(large[:, 0] > 127, moved)


@pytest.mark.parametrize(
    "picture", [np.zeros((28, 28), np.uint8), np.zeros((4, 5, 5), np.uint8), np.zeros((1, 5, 5), np.float32)]
)
def test_what_is_no_picture(picture: np.ndarray) -> None:
    with pytest.raises(DataError, match="not a grey or RGB picture"):
        fitted_picture(picture, (1, 28, 28), "a")


def test_pipes_and_devices_are_never_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.png")
    for path in (tmp_path / "pipe.png", Path("/dev/zero")):
        with pytest.raises(DataError, match="is a device or pipe, not an image file"):
            read_image(path)


ORIENTATION = b"II*\0\x08\0\0\0\x01\0\x12\x01"
"""The head of a camera's notes with one entry, which says how the picture is turned."""
TURNED = b"II*\0\x08\0\0\0\x02\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0"
"""Notes that say it well, with another entry to come: Pillow cannot write those that follow, which it tries when it turns."""


@pytest.mark.parametrize(
    "notes",
    [
        b"II*\0\x08\0\0\0\x01\0\x12\x01\x05\0\x01\0\0\0\x1a\0\0\0\x06\0\0\0\0\0\0\0\0\0\0\0",  # six divided by zero
        b"II*\0\xff\xff\xff\xff",
        b"MM\0*\0\0\0\x08\xff\xff",
        TURNED + b"\x1a\x01\x02\0\x04\0\0\0six\0\0\0\0\0",  # a resolution in letters
        TURNED + b"\x28\x01\x0b\0\x01\0\0\0\0\0\xc0\x3f\0\0\0\0",  # a unit of one and a half
        b"nothing",
    ],
)
def test_damaged_camera_notes_do_no_harm(tmp_path: Path, notes: bytes) -> None:
    Image.new("L", (4, 2), 7).save(tmp_path / "a.jpg", exif=b"Exif\0\0" + notes)
    assert read_image(tmp_path / "a.jpg").shape == ((1, 4, 2) if notes.startswith(TURNED) else (1, 2, 4))
