"""Paintings: the same at every size, different from style to style, rich at every scale."""

import hashlib
import subprocess
import sys

from course_utils import pretrained
from course_utils.worlds import paintings

import keras
import numpy as np
import pytest

SEEDS = (0, 1, 2)


@pytest.fixture(scope="module")
def pictures():
    """Every style in three palettes, 128x128."""
    return {
        (style, seed): paintings.render(style, 128, seed)
        for style in paintings.STYLES
        for seed in SEEDS
    }


@pytest.fixture(scope="module")
def large():
    """Every style, 256x256."""
    return {style: paintings.render(style, 256) for style in paintings.STYLES}


def halved(image):
    """The picture at half its size, each pixel the mean of four."""
    height, width, _ = image.shape
    return image.reshape(height // 2, 2, width // 2, 2, 3).mean(axis=(1, 3))


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
    """Measured on 24 pictures: 0.965 or more to itself, 0.57 or less to another seed."""
    small, large = pictures[style, 0], large[style]
    assert alike(small, halved(large)) > 0.94
    assert abs(small - halved(large)).mean() < 0.06
    other = paintings.render(style, 128, 3)  # the same palette, another composition
    assert alike(small, other) < 0.75
    detail = large - halved(large).repeat(2, axis=0).repeat(2, axis=1)
    assert detail.std() > 0.02, "the larger picture is only blown up"


@pytest.mark.parametrize("style", paintings.STYLES)
def test_texture_at_every_scale(large, style):
    """Contrast in each of five octaves, from 2 to 32 pixels."""
    image = large[style]
    for octave in range(5):
        smaller = halved(image)
        contrast = (image - smaller.repeat(2, axis=0).repeat(2, axis=1)).std()
        assert contrast > 0.03, f"octave {octave}: {contrast:.3f}"
        image = smaller


@pytest.mark.parametrize("style", paintings.STYLES)
def test_seeds_change_palette_and_composition(pictures, style):
    means = [pictures[style, seed].mean(axis=(0, 1)) for seed in SEEDS]
    for one, other in ((0, 1), (1, 2), (0, 2)):
        assert alike(pictures[style, one], pictures[style, other]) < 0.9
        assert abs(means[one] - means[other]).max() > 0.008, "the same palette"


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
