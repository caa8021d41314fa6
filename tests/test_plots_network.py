"""Diagrams of networks: blocks, names, connections, and that nothing overlaps."""

import itertools

from course_utils import plots
from course_utils.plots.layers import from_model

import keras
import matplotlib.pyplot as plt
import pytest
from keras import layers


@pytest.fixture(autouse=True)
def close_all():
    yield
    plt.close("all")


def convolutional(convs=3):
    parts = [keras.Input((64, 64, 3))]
    for number in range(convs):
        parts += [
            layers.Conv2D(8 * 2**number, 3, padding="same", use_bias=False),
            layers.BatchNormalization(),
            layers.Activation("relu"),
            layers.MaxPooling2D(),
        ]
    return keras.Sequential([*parts, layers.Flatten(), layers.Dense(8)])


def unet():
    image = x = keras.Input((32, 48, 3))
    skips = []
    for channels in (8, 16, 32):
        x = layers.Conv2D(channels, 3, padding="same", activation="relu")(x)
        x = layers.Conv2D(channels, 3, padding="same", activation="relu")(x)
        skips.append(x)
        x = layers.MaxPooling2D()(x)
    for channels in (32, 16, 8):
        x = layers.Conv2DTranspose(channels, 3, strides=2, padding="same")(x)
        x = layers.Concatenate()([skips.pop(), x])
        x = layers.Conv2D(channels, 3, padding="same", activation="relu")(x)
    return keras.Model(image, x)


def residual():
    image = keras.Input((32, 32, 3))
    x = layers.Conv2D(8, 3, padding="same")(image)
    y = layers.Conv2D(8, 3, padding="same", activation="relu")(x)
    y = layers.Conv2D(8, 3, padding="same")(y)
    return keras.Model(image, layers.ReLU()(x + y))


def siamese():
    embed = keras.Sequential([keras.Input((8,)), layers.Dense(4)], name="embedding")
    one, other = keras.Input((8,), name="one"), keras.Input((8,), name="other")
    return keras.Model([one, other], layers.Subtract()([embed(one), embed(other)]))


def read(model):
    return [(" ".join(block.lines), block.shape, block.sources) for block in from_model(model)]


def test_what_changes_no_shape_is_written_below_the_layer_before():
    assert read(convolutional(1)) == [
        ("input", (64, 64, 3), []),
        ("conv 3×3 + batch norm + relu", (64, 64, 8), [0]),
        ("max pool 2×2", (32, 32, 8), [1]),
        ("flatten", (8192,), [2]),
        ("dense", (8,), [3]),
    ]


def test_skips_are_read():
    sources = [block[2] for block in read(residual())]
    assert sources == [[], [0], [1], [2], [1, 3]]
    assert read(residual())[-1][0] == "add + relu"


def test_a_layer_called_twice_is_said_so():
    names = [block[0] for block in read(siamese())]
    assert names == ["one", "embedding", "other", "embedding same weights", "subtract"]


@pytest.mark.parametrize(
    ("layer", "name"),
    [
        (layers.Conv2D(4, 5, strides=2, activation="relu"), "conv 5×5 stride 2 + relu"),
        (layers.Conv2D(4, (1, 3), dilation_rate=2), "conv 1×3 dilation 2"),
        (layers.Conv2DTranspose(4, 3, strides=2), "transpose conv 3×3 stride 2"),
        (layers.MaxPooling2D(2), "max pool 2×2"),
        (layers.MaxPooling2D(3, strides=1), "max pool 3×3 stride 1"),
        (layers.UpSampling2D(2), "upsample ×2"),
        (layers.GlobalAveragePooling2D(), "global average"),
        (layers.Reshape((32, 4, 6)), "reshape"),
        (layers.Dense(3, activation="softmax"), "dense + softmax"),
    ],
)
def test_names_of_layers(layer, name):
    assert read(keras.Sequential([keras.Input((16, 16, 3)), layer]))[-1][0] == name


@pytest.mark.parametrize("make", [convolutional, unet, residual, siamese])
def test_texts_overlap_nothing_and_stay_inside(make):
    figure, ax = plots.network(make(), "A title that says which network this is")
    figure.canvas.draw()
    assert figure.get_figwidth() <= 10.01
    boxes = [text.get_window_extent() for text in ax.texts if len(text.get_text()) > 1]
    boxes = [box for box in boxes if box.width > 2]
    for one, other in itertools.combinations(boxes, 2):
        assert not one.shrunk(0.9, 0.9).overlaps(other.shrunk(0.9, 0.9))
    for box in boxes:
        assert box.x0 >= 0 and box.y0 >= 0
        assert box.x1 <= figure.bbox.width and box.y1 <= figure.bbox.height
        for patch in ax.patches:
            block = patch.get_window_extent()
            if 2 < block.width < 80 and patch.__class__.__name__ == "Rectangle":
                assert not box.shrunk(0.9, 0.9).overlaps(block)


def test_every_tensor_has_a_block_and_its_shape():
    _, ax = plots.network([("input", (14, 10, 3)), ("conv", (None, None, 8)), ("dense", 4)])
    texts = [text.get_text() for text in ax.texts if text.get_text()]
    assert texts == ["input", "14×10×3", "conv", "?×?×8", "dense", "4"]
    heights = [patch.get_height() for patch in ax.patches if isinstance(patch, plt.Rectangle)]
    assert len(heights) == 3


def test_larger_maps_are_higher_and_more_channels_wider():
    rows = [("a", (32, 32, 4)), ("b", (8, 8, 4)), ("c", (8, 8, 64))]
    _, ax = plots.network(rows)
    a, b, c = [patch for patch in ax.patches if isinstance(patch, plt.Rectangle)]
    assert a.get_height() > b.get_height() == c.get_height()
    assert a.get_width() == b.get_width() < c.get_width()


class Subclassed(keras.Model):
    def call(self, inputs):
        return inputs


@pytest.mark.parametrize(
    ("given", "error", "says"),
    [
        ([], ValueError, "got an empty list"),
        ([("input", (3,)), "dense"], ValueError, r"row 1: expected \(name, shape\), got 'dense'"),
        ([((3,), "input")], ValueError, "row 0: expected"),
        (keras.Sequential([layers.Dense(3)]), ValueError, "begin it with keras.Input"),
        (Subclassed(), TypeError, "Subclassed: expected a Sequential or functional model"),
    ],
)
def test_network_refuses(given, error, says):
    with pytest.raises(error, match=says):
        plots.network(given)


def test_a_long_word_stays_whole():
    inputs = keras.Input((8,))
    normal = keras.layers.LayerNormalization()(keras.layers.Dense(4)(inputs))
    _, ax = plots.network(keras.Model(inputs, keras.layers.UnitNormalization()(normal)))
    words = " ".join(text.get_text() for text in ax.texts).replace("+", " ").split()
    assert {"normalization", "unit", "norm"} <= set(words)
    plt.close("all")
