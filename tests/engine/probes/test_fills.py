"""What each fill shows, exactly: so wide a blur, so much noise, the same for the same seed."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from engine.data.meanings.grids import Image
from engine.design.parameters import form_fields
from engine.errors import ProbeError
from engine.fill import FILLS, Fill
from engine.probes.occlusion import Occlusion
from engine.probing.parse import make_probe

MEANING = Image(mean=(0.4, 0.1, 0.6), deviation=(0.25, 0.5, 0.1))


def images(size: int = 200) -> Tensor:
    """Three channels with other means and deviations."""
    noise = torch.randn(1, 3, size, size, generator=torch.Generator().manual_seed(9))
    return noise * torch.tensor([1.0, 0.2, 4.0]).view(1, 3, 1, 1) + torch.tensor([5.0, -1.0, 0.0]).view(1, 3, 1, 1)


def fill(**settings: str) -> Fill:
    made = make_probe("occlusion", settings)
    assert isinstance(made, Occlusion)
    return made.fill


@pytest.mark.parametrize("kind", list(FILLS))
def test_every_fill_covers_the_whole_of_the_image_and_leaves_it_alone(kind: str) -> None:
    for precision in (torch.float32, torch.float64):
        inputs = images(12).to(precision)
        before = inputs.clone()
        state = torch.get_rng_state()
        cover = FILLS.get(kind)().cover(inputs, MEANING, (4, 3))
        assert cover.shape == inputs.shape and cover.dtype == precision and cover.isfinite().all()
        assert torch.equal(inputs, before) and torch.equal(torch.get_rng_state(), state)
        assert torch.equal(cover, FILLS.get(kind)().cover(inputs, MEANING, (4, 3)))


@pytest.mark.parametrize("patch", [(6, 3), (2, 8)])
def test_the_blur_deviates_by_half_the_patch_along_each_side(patch: tuple[int, int]) -> None:
    point = torch.zeros(1, 1, 61, 61)
    point[..., 30, 30] = 1
    spread = fill(fill="blur").cover(point, MEANING, patch)[0, 0]
    place = torch.arange(61.0) - 30
    down, across = ((spread.sum(1 - side) * place**2).sum() / spread.sum() for side in (0, 1))
    assert float(down) ** 0.5 == pytest.approx(patch[0] / 2, rel=0.02)
    assert float(across) ** 0.5 == pytest.approx(patch[1] / 2, rel=0.02)


def test_the_noise_has_the_mean_and_the_deviation_of_each_channel() -> None:
    inputs = images()
    cover = fill(fill="noise").cover(inputs, MEANING, (4, 4))
    torch.testing.assert_close(cover.mean((2, 3)), inputs.mean((2, 3)), atol=0.03, rtol=0.01)
    torch.testing.assert_close(cover.std((2, 3)), inputs.std((2, 3)), atol=0, rtol=0.02)
    alike = torch.corrcoef(torch.stack([cover[0, 0].flatten(), inputs[0, 0].flatten()]))[0, 1]
    assert abs(float(alike)) < 0.05, "it is noise, not the image"


def test_the_noise_is_fixed_by_its_seed() -> None:
    inputs = images(12)
    one, same, other = (
        fill(fill="noise", **settings).cover(inputs, MEANING, (4, 4))
        for settings in ({"fill.seed": "3"}, {"seed": "3"}, {"seed": "4"})
    )
    assert torch.equal(one, same)
    assert not torch.equal(one, other)


def test_the_mean_and_the_grey_are_each_channels_own() -> None:
    inputs = images(12)
    mean = fill(fill="mean").cover(inputs, MEANING, (4, 4))
    torch.testing.assert_close(mean[..., 3, 5], inputs.mean((2, 3)))
    grey = fill(fill="grey").cover(inputs, MEANING, (4, 4))
    torch.testing.assert_close(grey[0, :, 0, 0], torch.tensor([0.1 / 0.25, 0.4 / 0.5, -0.1 / 0.1]))


@pytest.mark.parametrize(
    ("settings", "kind", "value"),
    [
        ({"fill": "0.5"}, "number", 0.5),
        ({"fill": "-1"}, "number", -1.0),
        ({"fill": "number", "value": "2"}, "number", 2.0),
        ({"fill": "number", "fill.value": "2"}, "number", 2.0),
        ({"fill": "grey"}, "grey", None),
    ],
)
def test_fills_are_written_as_names_or_numbers(settings: dict[str, str], kind: str, value: float | None) -> None:
    made = fill(**settings)
    assert made.kind == kind and getattr(made, "value", None) == value


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"fill": "grei"}, r"Setting 'fill' of the occlusion probe: There is no fill 'grei'\. Did you mean 'grey'"),
        ({"fill": "1e9"}, r"Setting 'fill\.value'.*out of range"),
        ({"fill": "grey", "seed": "3"}, "belongs to noise, but the fill is grey"),
        ({"fill": "grey", "fill.seed": "3"}, r"no setting 'fill\.seed' \(fill is grey\)"),
        ({"fill": "noise", "fill.seed": "-1"}, r"Setting 'fill\.seed'.*out of range"),
        ({"fill": "noise", "fill.seed": "few"}, "'few' is not a whole number"),
        ({"colour": "red"}, "^The occlusion probe has no (setting|parameter) 'colour'"),
    ],
)
def test_a_wrong_fill_is_a_sentence(settings: dict[str, str], sentence: str) -> None:
    with pytest.raises(ProbeError, match=sentence):
        make_probe("occlusion", settings)


@pytest.mark.parametrize("kind", list(FILLS))
def test_it_explains_itself(kind: str) -> None:
    made = FILLS.get(kind)
    assert made.title and len(made.help) > 15
    assert all(len(field.help) > 10 for field in form_fields(made))
