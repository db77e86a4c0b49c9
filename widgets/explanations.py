"""Explanations: what every number, colour, curve and warning on screen means and what is healthy, in one table of texts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Explained:
    """``title`` is what it is called on screen; ``text`` one or two plain sentences. They are grouped under ``about``."""

    title: str
    text: str
    about: str


CURVES, HEALTH, SPEED, SIZE = "Curves", "Health", "Speed", "Size"
COLOURS, ANSWERS, SETTINGS = "Colours and signs", "Answers", "Settings"

EXPLANATIONS: Mapping[str, Explained] = {
    "training": Explained(
        "training",
        "On the batches that the network learns from: thin is each batch, thick their moving average. Healthy: the "
        "loss falls, fast at first and then slowly.",
        CURVES,
    ),
    "validation": Explained(
        "validation",
        "On examples that the network never learns from. Healthy: it stays close to training; where the two drift "
        "apart, the network learns by heart.",
        CURVES,
    ),
    "best": Explained(
        "best … at step",
        "The best value on the validation examples so far, and when it was reached. Its weights are kept as the best checkpoint.",
        CURVES,
    ),
    "lost": Explained(
        "not a number",
        "A red cross marks a step whose value was infinite or not a number: the run has diverged. A lower learning rate helps.",
        CURVES,
    ),
    "gradient_norm": Explained(
        "gradient norm |∇|",
        "How strongly the last batch pulls at this layer's weights. Healthy: much the same size from layer to layer; "
        "next to 0 nothing reaches this layer, and growing without end the run diverges.",
        HEALTH,
    ),
    "update_ratio": Explained(
        "update : weight",
        "How far one step moved the weights, as a share of their size. Healthy: about 0.001, in small networks up to "
        "0.1 at first; it shrinks as the schedule lowers the learning rate.",
        HEALTH,
    ),
    "activations": Explained(
        "activations μ σ",
        "Mean and spread of what the layer answers to a fixed set of test examples. Healthy: the spread neither dies "
        "out nor explodes from layer to layer.",
        HEALTH,
    ),
    "dead": Explained(
        "dead units",
        "The share of units that answer 0 to every one of a fixed set of test examples. Healthy: few; above one half "
        "much of the layer is useless, and a lower learning rate or another activation helps.",
        HEALTH,
    ),
    "sparkline": Explained(
        "the small curve on a card",
        "The gradient norm |∇| of a layer that learns, on a logarithmic axis, or the share of dead units of an "
        "activation, from the first step to the one that is shown. Healthy: it settles down.",
        HEALTH,
    ),
    "speed": Explained(
        "images/s",
        "How many training examples the network learns from in a second. It depends on the network, the batch size "
        "and the device, and says nothing of how well it learns.",
        SPEED,
    ),
    "capture": Explained(
        "capture",
        "The share of the time that goes into the pictures you see instead of into training. Healthy: below the "
        "budget in the training settings, a few percent; pictures come less often before it is exceeded.",
        SPEED,
    ),
    "pace": Explained(
        "the speed slider",
        "How many steps the network may learn a second. Up to 8 a second the pictures of every step are shown, so that "
        "learning can be talked over; at full speed it learns as fast as the machine can.",
        SPEED,
    ),
    "epoch": Explained(
        "epoch",
        "How often the network has seen the whole training set, and how often it is to see it. Validation is measured "
        "along the way.",
        SPEED,
    ),
    "left": Explained(
        "left",
        "How long the run will still take at its present speed, in minutes and seconds.",
        SPEED,
    ),
    "parameters": Explained(
        "parameters (params)",
        "How many numbers the network learns: weights and biases. More can learn more, but need more examples and memory.",
        SIZE,
    ),
    "macs": Explained(
        "MACs, multiply-adds",
        "How many multiplications and additions one example costs on its way through the network. It tells how slow "
        "the network is.",
        SIZE,
    ),
    "shape": Explained(
        "12 × 28 × 28",
        "The size of what a layer hands on: channels × height × width, or one number for a vector.",
        SIZE,
    ),
    "field": Explained(
        "receptive field",
        "How large the part of the picture is that one number of this layer can see: height × width.",
        SIZE,
    ),
    "diverging": Explained(
        "blue, white, red",
        "Values with a sign: white is zero, blue is negative, red is positive, and both ends are equally far from zero.",
        COLOURS,
    ),
    "sequential": Explained(
        "dark to bright",
        "Values without a sign: the darkest is the low end of the range that stands below the pictures, the brightest "
        "the high end.",
        COLOURS,
    ),
    "grey": Explained(
        "black to white",
        "The picture as it is stored: 0 is black and 255 is white.",
        COLOURS,
    ),
    "scale": Explained(
        "scale",
        "Per layer: one range for all pictures, so that they can be compared. Per map: each picture has its own, so "
        "that faint ones show. Fixed: the range stays as it is now.",
        COLOURS,
    ),
    "marks": Explained(
        "green ✓ and red ✗",
        "Green: the predicted class is the true one. Red: it is not; below stand the predicted class and, behind ≠, "
        "the true one.",
        COLOURS,
    ),
    "cells": Explained(
        "window, products, sum",
        "An output cell is the sum of all numbers in the window, each times the weight that lies on it, over all channels, and "
        "the bias. Dashed cells are padding, crossed ones are read by no window, empty output cells are still to come.",
        COLOURS,
    ),
    "matrix": Explained(
        "matrix M",
        "Each row makes one output cell and each column reads one pixel; empty cells hold no weight. The same few weights stand "
        "in every row, shifted. Mᵀ leads from outputs back to pixels, as a transposed convolution does.",
        COLOURS,
    ),
    "categories": Explained(
        "the edge of a card",
        "The sort of layer: convolution, activation, pooling, normalisation, linear, joining or shape, each in its own colour.",
        COLOURS,
    ),
    "opinion": Explained(
        "bars beside the picture",
        "How probable the network finds each class, of those it finds most probable; the true one bears ✓. Without "
        "classes: the numbers of its answer and, in grey, the true ones.",
        ANSWERS,
    ),
    "probability": Explained(
        "probability P",
        "How sure the network is of a class, from 0 to 100 %; those of all classes add up to 100 %.",
        ANSWERS,
    ),
    "logit": Explained(
        "logit",
        "The class's own score before softmax makes probabilities of all scores. Only differences between classes count.",
        ANSWERS,
    ),
    "lowest_at": Explained(
        "lowest at",
        "Where the patch's upper left corner lies when the answer is lowest: row, then column, counted from 0.",
        ANSWERS,
    ),
    "strongest_pixel": Explained(
        "strongest pixel",
        "The pixel that the answer needs most, by the mean over all patches that cover it.",
        ANSWERS,
    ),
    "positions": Explained(
        "positions",
        "In how many places the patch was tried: so often the network was asked.",
        ANSWERS,
    ),
    "activation": Explained(
        "activation",
        "How strongly the unit answers to the picture that was made for it.",
        ANSWERS,
    ),
    "best_real_activation": Explained(
        "best real activation",
        "How strongly the unit answers to the best of the real pictures that were compared.",
        ANSWERS,
    ),
    "ratio": Explained(
        "ratio",
        "The activation for the picture that was made, divided by the best real one. Above 1 it beats every real picture.",
        ANSWERS,
    ),
    "decay": Explained(
        "decay",
        "How strongly the picture was pulled towards the usual pictures of the data.",
        ANSWERS,
    ),
    "jitter": Explained(
        "jitter",
        "By how many pixels the picture was shifted at random in each step.",
        ANSWERS,
    ),
    "blur": Explained(
        "blur",
        "How wide the blur was that the picture got every four steps, in pixels.",
        ANSWERS,
    ),
    "total_variation": Explained(
        "total variation",
        "The price of differences between neighbouring pixels.",
        ANSWERS,
    ),
    "data": Explained(
        "Data",
        "The data set, and how many training examples it has once they are read. Click to choose another.",
        SETTINGS,
    ),
    "optimiser": Explained(
        "SGD · lr",
        "The optimiser and its learning rate lr: how far each step goes against the gradient. Too large and the loss "
        "jumps or grows, too small and it hardly falls. Click to change.",
        SETTINGS,
    ),
    "device": Explained(
        "Device",
        "Where the network is trained: on the processor (CPU) or on a graphics card. Click to change.",
        SETTINGS,
    ),
}


def explain(name: str) -> str:
    """The explanation called ``name``, as a tooltip says it; a name that is not in the table is a bug of ours (KeyError)."""
    return EXPLANATIONS[name].text


def groups() -> dict[str, list[Explained]]:
    """All explanations by what they are about, in the order of the table."""
    found: dict[str, list[Explained]] = {}
    for each in EXPLANATIONS.values():
        found.setdefault(each.about, []).append(each)
    return found
