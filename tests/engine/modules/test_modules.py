"""Our own torch modules: their arithmetic by hand or against torch's, and their private random numbers."""

from __future__ import annotations

import copy
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from engine.design.network import layer
from engine.modules.dropout import Dropout
from engine.modules.expression import Expression
from engine.modules.gaussian_code import GaussianCode
from engine.modules.gaussian_noise import GaussianNoise
from engine.modules.random_module import RandomModule

DEVICES = ["cpu", *(["cuda"] if torch.cuda.is_available() else [])]


def seeded(module: RandomModule, seed: int, device: str = "cpu") -> RandomModule:
    module.generator = torch.Generator(device).manual_seed(seed)
    return module


def random_modules() -> list[RandomModule]:
    linear = {"mean": nn.Linear(6, 6), "log_variance": nn.Linear(6, 6)}
    return [Dropout(0.4), GaussianCode(linear), GaussianNoise(0.3)]


def output_of(module: nn.Module, inputs: Tensor) -> Tensor:
    returned: Any = module(inputs)
    return returned if isinstance(returned, Tensor) else returned.output


def test_dropout_is_torchs_number_by_number_from_the_same_seed() -> None:
    inputs = torch.randn(64, 500, requires_grad=True)
    torch.manual_seed(3)
    expected = nn.Dropout(0.3)(inputs)
    (gradient,) = torch.autograd.grad(expected.sum(), inputs)
    outputs = seeded(Dropout(0.3), 3)(inputs)
    assert torch.equal(outputs, expected)
    assert torch.equal(torch.autograd.grad(outputs.sum(), inputs)[0], gradient)


def test_dropout_keeps_its_share_and_its_mean() -> None:
    outputs = seeded(Dropout(0.2), 0)(torch.ones(1000, 1000))
    assert (outputs == 0).float().mean().item() == pytest.approx(0.2, abs=0.002)
    assert outputs.mean().item() == pytest.approx(1.0, abs=0.003)
    assert torch.equal(seeded(Dropout(0.0), 0)(torch.ones(3)), torch.ones(3))


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("index", [0, 1, 2], ids=["dropout", "gaussian_code", "gaussian_noise"])
def test_two_that_train_in_turn_draw_what_each_draws_alone(index: int, device: str) -> None:
    inputs = torch.ones(4, 6, device=device)

    def made(seed: int) -> RandomModule:
        torch.manual_seed(0)
        return seeded(random_modules()[index].to(device), seed, device)

    def alone(seed: int) -> list[Tensor]:
        module = made(seed)
        return [output_of(module, inputs) for _ in range(5)]

    expected = alone(1), alone(2)
    first, second = made(1), made(2)
    both = [(output_of(first, inputs), output_of(second, inputs)) for _ in range(5)]
    for number, (one, two) in enumerate(both):
        assert torch.equal(one, expected[0][number]) and torch.equal(two, expected[1][number])
    assert not torch.equal(expected[0][0], expected[0][1])


@pytest.mark.parametrize("index", [0, 1, 2], ids=["dropout", "gaussian_code", "gaussian_noise"])
def test_a_copy_draws_the_same_and_disturbs_nothing(index: int) -> None:
    module, inputs = seeded(random_modules()[index], 7), torch.ones(4, 6)
    twin = copy.deepcopy(module)
    drawn = output_of(twin, inputs)
    assert twin.generator is not module.generator
    assert torch.equal(output_of(module, inputs), drawn)


def test_generators_are_no_weights() -> None:
    dropout, code, noise = random_modules()
    assert not seeded(dropout, 0).state_dict() and not seeded(noise, 0).state_dict()
    assert list(seeded(code, 0).state_dict()) == ["mean.weight", "mean.bias", "log_variance.weight", "log_variance.bias"]
    assert not list(dropout.parameters()) and dropout.generator is not None


def test_without_a_generator_torchs_own_is_used() -> None:
    module, inputs = Dropout(0.5), torch.ones(50)
    torch.manual_seed(1)
    first = module(inputs)
    torch.manual_seed(1)
    assert torch.equal(module(inputs), first)


def test_noise_has_its_deviation_and_is_none_in_eval_mode() -> None:
    noise, inputs = seeded(GaussianNoise(0.3), 0), torch.full((1000, 1000), 2.0)
    added = noise(inputs) - inputs
    assert added.mean().item() == pytest.approx(0, abs=0.002) and added.std().item() == pytest.approx(0.3, abs=0.002)
    assert torch.equal(noise.eval()(inputs), inputs)


def code_of(mean: list[float], log_variance: list[float]) -> GaussianCode:
    """A code of given μ and log σ², whatever it reads."""
    maps = {"mean": nn.Linear(3, len(mean)), "log_variance": nn.Linear(3, len(mean))}
    for part, bias in (("mean", mean), ("log_variance", log_variance)):
        nn.init.zeros_(maps[part].weight)
        maps[part].bias.data = torch.tensor(bias)
    return GaussianCode(maps)


def test_the_divergence_by_hand_and_against_torchs_distributions() -> None:
    # ½·((1 + 4 − 1 − 0) + (e − 1 + 0 − 1))
    code = code_of([2.0, 0.0], [0.0, 1.0])
    kl = code(torch.randn(5, 3)).terms["kl"].item()
    assert kl == pytest.approx(0.5 * (4 + 2.718281828 - 2), rel=1e-6)
    normal = torch.distributions.Normal
    theirs = torch.distributions.kl_divergence(normal(torch.tensor([2.0, 0.0]), torch.tensor([0.0, 0.5]).exp()), normal(0.0, 1.0))
    assert kl == pytest.approx(theirs.sum().item(), rel=1e-6)
    assert code_of([0.0], [0.0])(torch.randn(5, 3)).terms["kl"].item() == 0


def test_the_divergence_is_a_mean_over_the_batch() -> None:
    code, inputs = random_modules()[1].eval(), torch.randn(8, 6)
    each = [code(inputs[n : n + 1]).terms["kl"].item() for n in range(8)]
    assert code(inputs).terms["kl"].item() == pytest.approx(sum(each) / 8, rel=1e-5)


def test_codes_are_drawn_with_their_mean_and_deviation_and_are_the_mean_in_eval_mode() -> None:
    code = seeded(code_of([2.0, -1.0], [0.0, -2.0]), 0)
    drawn = code(torch.zeros(100_000, 3)).output
    assert drawn.mean(0).tolist() == pytest.approx([2.0, -1.0], abs=0.02)
    assert drawn.std(0).tolist() == pytest.approx([1.0, 0.3679], abs=0.01)
    assert torch.equal(code.eval()(torch.zeros(2, 3)).output, torch.tensor([[2.0, -1.0]] * 2))


def test_the_gradient_passes_through_the_draw_to_both_maps() -> None:
    code = seeded(random_modules()[1], 0)
    code(torch.ones(4, 6)).output.square().sum().backward()
    assert all(weights.grad is not None and weights.grad.abs().sum() > 0 for weights in code.parameters())


@pytest.mark.parametrize("dimensions", [1, 2, 3])
@pytest.mark.parametrize("kernel", [2, 4])
def test_an_uneven_border_is_torchs_without_its_warning(dimensions: int, kernel: int) -> None:
    shape = (2, *[6] * dimensions)
    conv = layer("c", f"conv{dimensions}d", filters=3, kernel=kernel, padding="same", dilation=3, groups=1).parameters
    module, inputs = conv.build([shape]), torch.randn(2, *shape)
    left = 3 * (kernel - 1) // 2
    padded = nn.functional.pad(inputs, (left, 3 * (kernel - 1) - left) * dimensions)
    convolve = getattr(nn.functional, f"conv{dimensions}d")
    assert torch.equal(module(inputs), convolve(padded, module.weight, module.bias, dilation=3))
    assert conv.source([shape]) == f"nn.Conv{dimensions}d(2, 3, kernel_size={kernel}, padding='same', dilation=3)"


def test_an_expression_computes_its_text_and_can_be_copied() -> None:
    module = Expression("torch.relu(a) + nn.functional.relu(b)", ("a", "b"))
    ones = torch.ones(3)
    assert torch.equal(copy.deepcopy(module)(ones, -ones), ones)
    assert "torch.relu(a)" in repr(module)
