"""How units are read, which activations rise, how real images are compared, and how occlusion shares out its positions."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from engine.probes.occlusion import Occlusion
from engine.probing.real_images import compare_with_data
from engine.probing.subject import encoded
from engine.probing.units import find_unit, outputs_of, rises
from tests.helpers.tiny_subject import first_image, plain_design, random_subject


def test_a_channel_is_read_at_its_position_as_its_mean_or_anywhere() -> None:
    subject = random_subject(plain_design((1, 12, 12)))
    maps = torch.randn(5, 4, 12, 12, generator=torch.Generator().manual_seed(0))
    mean, at = find_unit(subject, "c", 2, "mean"), find_unit(subject, "c", 2, "3,7")
    torch.testing.assert_close(mean.read(maps), maps[:, 2].mean((1, 2)))
    torch.testing.assert_close(at.read(maps), maps[:, 2, 3, 7])
    torch.testing.assert_close(at.read_anywhere(maps), maps[:, 2].amax((1, 2)))


class Wave(nn.Module):
    """Rises in the end, but not everywhere."""

    def forward(self, inputs: Tensor) -> Tensor:
        return inputs + 0.9 * torch.sin(3 * inputs)


@pytest.mark.parametrize(
    ("module", "expected"), [(nn.ReLU(), True), (nn.Tanh(), True), (Wave(), False), (nn.Threshold(9, 0), False)]
)
def test_only_what_never_falls_and_somewhere_climbs_rises(module: nn.Module, expected: bool) -> None:
    assert rises(module, (3,)) is expected


@pytest.mark.parametrize("at", ["centre", "mean"])
def test_real_images_are_compared_batch_by_batch(at: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.probing.real_images.BATCH", 5)
    subject = random_subject(plain_design((1, 12, 12)))
    unit = find_unit(subject, "c", 1, at)
    *_, best = compare_with_data(subject, unit)
    values, anywhere = [], []
    for split in subject.data.splits.values():
        outputs = outputs_of(subject, "c", encoded(subject, split["image"]))
        values.append(unit.read(outputs))
        anywhere.append(unit.read_anywhere(outputs))
    assert best.value == pytest.approx(float(torch.cat(values).max()), abs=1e-6)
    assert best.lowest == pytest.approx(float(torch.cat(values).min()), abs=1e-6)
    assert best.anywhere == pytest.approx(float(torch.cat(anywhere).max()), abs=1e-6)
    assert best.compared == 40 and best.done == 1.0


def test_a_first_answer_comes_after_sixteen_positions() -> None:
    subject = random_subject(plain_design((1, 28, 28)))
    first = next(Occlusion(patch=4, stride=1).run(subject, first_image(subject)))
    assert first.done == pytest.approx(16 / 625)


@pytest.mark.parametrize(("size", "patch", "stride"), [(28, 6, 1), (64, 13, 1), (72, 14, 2)])
def test_larger_images_are_covered_in_larger_steps(size: int, patch: int, stride: int) -> None:
    patches = Occlusion()._patches(size, size)
    assert patches.patch == (patch, patch) and patches.stride == (stride, stride)
    assert np.prod(patches.shape) == len(patches)
