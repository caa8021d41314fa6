"""Tests of receptive fields, by brute force and by the gradient of networks."""

from course_utils import pretrained, receptive

import keras
import numpy as np
import pytest
import tensorflow as tf

FIELDS = [  # layers, field, reason
    ([], (1, 1, 0), "a pixel sees itself"),
    ([(3, 1, 1)], (3, 1, -1), "one convolution"),
    ([(3, 1, 1), (3, 1, 1)], (5, 1, -2), "two of 3 see as much as one of 5"),
    ([(2, 2, 0)], (2, 2, 0), "a pooling"),
    ([(2, 2, 0), (3, 1, 1)], (6, 2, -2), "after a pooling, pixels count double"),
    ([(3, 2, 0), (3, 2, 0)], (7, 4, 0), "strides multiply"),
    ([(1, 1, 0), (1, 1, 0)], (1, 1, 0), "1 x 1 sees no neighbours"),
    ([(7, 2, 3), (3, 2, 1)], (11, 4, -5), "the beginning of a ResNet"),
    ([(1, 3, 0), (2, 1, 0)], (4, 3, 0), "a stride above the kernel leaves gaps inside"),
]


def seen(layers, unit):
    """First and last pixel that a unit sees, by following it down."""
    units = {unit}
    for kernel, stride, padding in reversed(layers):
        units = {one * stride - padding + place for one in units for place in range(kernel)}
    return min(units), max(units)


@pytest.mark.parametrize(("layers", "field", "reason"), FIELDS)
def test_field(layers, field, reason):
    assert receptive.receptive_field(layers) == field, reason
    size, step, start = field
    for unit in (0, 1, 5):
        first = start + unit * step
        assert seen(layers, unit) == (first, first + size - 1), reason


@pytest.mark.parametrize("layer", [(0, 1, 0), (3, 0, 0), (3, 1, -1)])
def test_field_of_impossible_layers(layer):
    with pytest.raises(ValueError, match="expected a kernel"):
        receptive.receptive_field([layer])


def test_fields_of_vgg16():
    rows = receptive.layers_of(pretrained.vgg16())
    sizes = [
        receptive.receptive_field(list(rows.values())[: list(rows).index(name) + 1])[0]
        for name in ("block1_conv2", "block2_conv2", "block3_conv3", "block4_conv3", "block5_pool")
    ]
    assert sizes == [5, 14, 40, 92, 212]


@pytest.mark.parametrize(("row", "column"), [(2, 3), (3, 2)])
def test_gradient_reaches_the_patch_and_no_further(row, column):
    inputs = keras.Input((26, 34, 1))
    hidden = keras.layers.Conv2D(1, 3, padding="same", kernel_initializer="ones")(inputs)
    hidden = keras.layers.AveragePooling2D(2)(hidden)
    hidden = keras.layers.Conv2D(1, 5, padding="same", kernel_initializer="ones")(hidden)
    model = keras.Model(inputs, keras.layers.AveragePooling2D(2)(hidden))
    picture = tf.zeros((1, 26, 34, 1))
    with tf.GradientTape() as tape:
        tape.watch(picture)
        unit = model(picture)[0, row, column, 0]
    pixels = tape.gradient(unit, picture)[0, :, :, 0].numpy() != 0
    field = receptive.receptive_field(receptive.layers_of(model).values())
    x1, y1, x2, y2 = receptive.unit_to_patch(row, column, field, 26, 34)
    assert pixels[y1:y2, x1:x2].all() and pixels.sum() == field[0] ** 2


@pytest.mark.parametrize(
    ("layer", "words"),
    [
        (keras.layers.Conv2D(1, (3, 5)), "square"),
        (keras.layers.Conv2D(1, 3, dilation_rate=2), "dilated"),
        (keras.layers.MaxPooling2D(2, padding="same"), "padding="),
    ],
)
def test_layers_that_have_no_one_field(layer, words):
    with pytest.raises(ValueError, match=words):
        receptive.layers_of(keras.Sequential([keras.Input((32, 32, 3)), layer]))


@pytest.mark.parametrize(
    ("row", "column", "patch", "reason"),
    [
        (1, 1, (0, 0, 6, 6), "touches the corner"),
        (1, 4, (6, 0, 12, 6), "columns are x"),
        (3, 1, (0, 4, 6, 10), "rows are y"),
        (0, 2, None, "above the picture"),
        (2, 0, None, "left of it"),
        (4, 2, None, "below it"),
        (2, 5, None, "right of it"),
    ],
)
def test_patch(row, column, patch, reason):
    assert receptive.unit_to_patch(row, column, (6, 2, -2), 10, 12) == patch, reason


def test_top_nine_beside_a_loop():
    rng = np.random.default_rng(151)
    maps, whole = rng.normal(size=(14, 5, 7)), rng.random((5, 7)) < 0.4
    places = []
    for picture in range(14):
        best = max(zip(*np.nonzero(whole), strict=True), key=lambda at: maps[(picture, *at)])
        places.append((picture, *map(int, best)))
    places.sort(key=lambda place: -maps[place])
    assert receptive.top_nine(maps, whole).tolist() == [list(place) for place in places[:9]]
    assert receptive.top_nine(maps[:4], whole).shape == (4, 3)


def test_top_nine_refuses():
    with pytest.raises(ValueError, match="got"):
        receptive.top_nine(np.zeros((2, 3, 4)), np.ones((4, 3), bool))
    with pytest.raises(ValueError, match="larger than the pictures"):
        receptive.top_nine(np.zeros((2, 3, 4)), np.zeros((3, 4), bool))


def test_mosaic():
    patches = [np.full((2, 2, 3), value) for value in (0.0, 0.25, 0.5, 0.75)]
    grid = receptive.mosaic(patches)
    assert grid.shape == (5, 8, 3)
    assert grid[0, 3, 0] == 0.25 and grid[3, 0, 0] == 0.75
    assert (grid[2] == 1).all() and (grid[3:, 3:] == 1).all()
    with pytest.raises(ValueError, match="one shape"):
        receptive.mosaic([np.zeros((2, 2, 3)), np.zeros((3, 3, 3))])
