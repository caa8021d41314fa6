"""Paintings: the same at every size, different from style to style, rich at every scale."""

import hashlib
import subprocess
import sys

from course_utils import pretrained
from course_utils.worlds import paintings

import keras
import numpy as np
import pytest

SEEDS = (0, 1, 2, 3)  # three palettes, and the first again


@pytest.fixture(scope="module")
def pictures():
    """Every style with every seed, 128x128."""
    return {
        (style, seed): paintings.render(style, 128, seed)
        for style in paintings.STYLES
        for seed in SEEDS
    }


@pytest.fixture(scope="module")
def large():
    """Every style, 384x384."""
    return {style: paintings.render(style, 384) for style in paintings.STYLES}


def shrunk(image, by):
    """The picture so many times smaller, each pixel the mean of those it stands for."""
    height, width, _ = image.shape
    return image.reshape(height // by, by, width // by, by, 3).mean(axis=(1, 3))


def detail(image):
    """Contrast that the picture loses when it is halved."""
    return (image - shrunk(image, 2).repeat(2, axis=0).repeat(2, axis=1)).std()


def alike(one, other):
    """Correlation of two pictures."""
    return np.corrcoef(one.ravel(), other.ravel())[0, 1]


def test_the_styles():
    assert paintings.STYLES == ("swirls", "waves", "mosaic", "ink", "glass", "points")


@pytest.mark.parametrize("style", paintings.STYLES)
def test_shape_dtype_and_range(pictures, style):
    for seed in SEEDS:
        image = pictures[style, seed]
        assert image.shape == (128, 128, 3) and image.dtype == np.float32 and image.flags.writeable
        assert 0 <= image.min() < 0.25 and 0.8 < image.max() <= 1


def test_another_process_paints_the_same_in_any_order(pictures):
    program = (
        "import hashlib\nfrom course_utils.worlds import paintings\n"
        "for style in reversed(paintings.STYLES):\n"
        "    image = paintings.render(style, (128, 128), seed=1)\n"
        "    print(style, hashlib.sha256(image.tobytes()).hexdigest())\n"
    )
    printed = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True,
        env={"PYTHONHASHSEED": "5", "PATH": ""},
    ).stdout  # fmt: skip
    sums = {s: hashlib.sha256(pictures[s, 1].tobytes()).hexdigest() for s in paintings.STYLES}
    assert dict(line.split() for line in printed.splitlines()) == sums


@pytest.mark.parametrize("style", paintings.STYLES)
def test_a_larger_picture_is_the_same_with_more_detail(pictures, large, style):
    small, smaller = pictures[style, 0], shrunk(large[style], 3)
    assert alike(small, smaller) > 0.94
    assert abs(small - smaller).mean() < 0.06
    assert alike(small, pictures[style, 3]) < 0.75, "another seed gives nearly the same"
    assert detail(large[style]) > 0.02, "the larger picture is only blown up"


@pytest.mark.parametrize("style", paintings.STYLES)
def test_texture_at_every_scale(large, style):
    image = large[style]
    for octave in range(5):  # of 2, 4, ... 32 pixels
        assert detail(image) > 0.03, f"octave {octave}"
        image = shrunk(image, 2)


def shared_colours(one, other, steps=8):
    """The share of colours that two pictures have in common."""
    histograms = [
        np.histogramdd(image.reshape(-1, 3), steps, [(0, 1)] * 3)[0] / (128 * 128)
        for image in (one, other)
    ]
    return np.minimum(*histograms).sum()


@pytest.mark.parametrize("style", paintings.STYLES)
def test_seeds_0_1_and_2_are_the_palettes_and_3_the_first_again(pictures, style):
    shares = [shared_colours(pictures[style, 0], pictures[style, seed]) for seed in (1, 2, 3)]
    assert max(shares[:2]) < 0.72 < 0.75 < shares[2]


def test_every_style_has_a_texture_of_its_own(pictures):
    """The Gram matrix of VGG-16 finds the same style in another palette, colours aside."""
    names = [style for style, _ in pictures]
    grey = np.stack([image.mean(axis=-1, keepdims=True) for image in pictures.values()])
    grey = 0.5 + 0.2 * (grey - grey.mean((1, 2), keepdims=True)) / grey.std((1, 2), keepdims=True)
    inputs = pretrained.preprocess(np.clip(grey, 0, 1).astype(np.float32).repeat(3, axis=-1))
    vgg = pretrained.vgg16(last="block3_conv1")
    flat = keras.ops.convert_to_numpy(vgg(inputs)).reshape(len(names), -1, 256)
    gram = (flat.transpose(0, 2, 1) @ flat).reshape(len(names), -1)
    gram /= np.linalg.norm(gram, axis=1, keepdims=True)
    likeness = gram @ gram.T
    np.fill_diagonal(likeness, -1)
    right = [
        names[nearest] == name for name, nearest in zip(names, likeness.argmax(1), strict=True)
    ]
    assert np.mean(right) >= 0.85


@pytest.mark.parametrize(
    ("style", "size"),
    [
        *((style, 32) for style in paintings.STYLES),
        *(zip(paintings.STYLES, 3 * [(33, 131), (131, 33)], strict=True)),
    ],
)
def test_every_size(style, size):
    image = paintings.render(style, size, seed=4)
    assert image.shape == (*np.broadcast_to(size, 2), 3)
    assert np.isfinite(image).all() and image.std() > 0.1


@pytest.mark.parametrize("style", ["waves", "points"])
def test_the_largest(style):
    image = paintings.render(style, (256, 1024), seed=2)
    assert image.shape == (256, 1024, 3) and image.std() > 0.1


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ({"style": "cubism"}, ValueError, "style must be one of swirls, waves.*; got 'cubism'"),
        ({"size": 31}, ValueError, "size must be from 32 to 1024; got 31"),
        ({"size": (64, 1025)}, ValueError, "size must be from 32 to 1024; got 1025"),
        ({"size": (32, 129)}, ValueError, r"four times as long as wide; got \(32, 129\)"),
        ({"size": (64, 64, 3)}, ValueError, r"one number or \(height, width\)"),
        ({"size": 64.0}, TypeError, "size must be a whole number; got 64.0"),
        ({"size": "large"}, TypeError, "size must be a whole number"),
        ({"seed": -1}, ValueError, "seed must be at least 0"),
        ({"seed": 0.5}, TypeError, "seed must be a whole number"),
    ],
)
def test_wrong_arguments_are_named(arguments, error, words):
    with pytest.raises(error, match=words):
        paintings.render(**{"style": "ink"} | arguments)
