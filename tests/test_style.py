"""Style transfer: pictures prepared once, costs as the lecture has them, a loop that repeats."""

import itertools

from course_utils import pretrained, style
from course_utils.datasets.problems import DataError
from course_utils.worlds import story

import keras
import numpy as np
import pytest
from PIL import Image

RANDOM = np.random.default_rng(15)
SMALL = {"content_layer": "block2_conv2", "style_layers": ("block1_conv1", "block2_conv1")}


@pytest.fixture(scope="module")
def pair():
    """C and S, not square and of two sizes."""
    return style.picture(story.photograph(), 64), style.picture(story.painting(48))


# --- The network ----------------------------------------------------------------------------------


def test_pictures_are_prepared_exactly_once(pair):
    content, _ = pair
    found = style.network(("block3_conv1", "block1_conv2"))(content[None])
    vgg = pretrained.vgg16(last="block3_conv1")
    keras_own = keras.applications.vgg16.preprocess_input(content[None] * 255)
    np.testing.assert_allclose(found["block3_conv1"], vgg(keras_own), rtol=1e-3, atol=0.05)
    assert set(found) == {"block1_conv2", "block3_conv1"}
    raw = style.network("block3_conv1", prepare=lambda pictures: pictures)(content[None])
    np.testing.assert_allclose(raw["block3_conv1"], vgg(content[None]), rtol=1e-3, atol=1e-3)


def test_the_network_is_frozen():
    assert not style.network("block1_conv1").trainable_variables


# --- Costs ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", [(3, 5, 4), (2, 3, 5, 4), (1, 1, 1, 2)])
@pytest.mark.parametrize("divide", [False, True])
def test_gram_is_the_double_sum(shape, divide):
    activations = RANDOM.normal(size=shape).astype("float32")
    height, width, channels = shape[-3:]
    expected = np.zeros((*shape[:-3], channels, channels))
    for i, j, k, m in itertools.product(*map(range, (height, width, channels, channels))):
        expected[..., k, m] += activations[..., i, j, k] * activations[..., i, j, m]
    expected /= height * width if divide else 1
    np.testing.assert_allclose(style.gram_matrix(activations, divide), expected, atol=1e-4)


def test_content_cost_has_the_lectures_constant():
    content, generated = RANDOM.normal(size=(2, 1, 3, 5, 4)).astype("float32")
    expected = ((content - generated) ** 2).sum() / (4 * 3 * 5 * 4)
    assert float(style.content_cost(content, generated)) == pytest.approx(expected, rel=1e-5)


def test_style_layer_cost_has_the_lectures_constant():
    """1 / (2 n_H n_W n_C)^2 of undivided Gram matrices."""
    grams = [style.gram_matrix(a) for a in RANDOM.normal(size=(2, 3, 5, 4)).astype("float32")]
    expected = float(((grams[0] - grams[1]).numpy() ** 2).sum() / (2 * 3 * 5 * 4) ** 2)
    found = style.style_layer_cost(grams[0] / 15, grams[1] / 15)
    assert float(found) == pytest.approx(expected, rel=1e-5)


def test_style_does_not_ask_how_large_a_picture_is():
    tile = RANDOM.normal(size=(3, 5, 4)).astype("float32")
    twice = np.concatenate([tile, tile], axis=1)
    one, other = style.gram_matrix(tile, divide=True), style.gram_matrix(twice, divide=True)
    assert float(style.style_layer_cost(one, other)) == pytest.approx(0, abs=1e-10)


def test_style_cost_weighs_layers():
    zeros, ones = ({name: np.full((2, 2), value) for name in "ab"} for value in (0.0, 1.0))
    assert float(style.style_cost(zeros, ones)) == pytest.approx(0.25)
    assert float(style.style_cost(zeros, ones, {"a": 2, "b": 1})) == pytest.approx(0.75)
    assert float(style.style_cost(zeros, ones, {"b": 4})) == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("weights", "reason"),
    [((2.0, 0.03), "both"), ((1.0, 0.0), "content alone"), ((0.0, 1.0), "style alone")],
)
def test_costs_of_a_picture(pair, weights, reason):
    """By hand from the network's activations, and the gradient against a small step along it."""
    content, brush = pair
    start = style.noise(content.shape, seed=3)
    costs = style.Costs(content, brush, *weights, **SMALL)
    (total, own_content, own_style), gradient = costs(start)
    layers = (*SMALL["style_layers"], SMALL["content_layer"])
    c, s, g = (style.network(layers)(image[None]) for image in (content, brush, start))
    expected = {"content": 0.0, "style": 0.0}
    if weights[0]:
        expected["content"] = float(np.mean((c[layers[2]] - g[layers[2]]) ** 2)) / 4
    if weights[1]:
        for name in layers[:2]:
            gram = [np.einsum("hwk,hwl->kl", a[name][0], a[name][0]) for a in (s, g)]
            places = [a[name].shape[1] * a[name].shape[2] for a in (s, g)]
            difference = gram[0] / places[0] - gram[1] / places[1]
            expected["style"] += 0.5 * float(np.mean(difference**2)) / 4
    assert float(own_content) == pytest.approx(expected["content"], rel=1e-3)
    assert float(own_style) == pytest.approx(expected["style"], rel=1e-3)
    by_hand = weights[0] * expected["content"] + weights[1] * expected["style"]
    assert float(total) == pytest.approx(by_hand, rel=1e-3)
    gradient = gradient.numpy()
    step = 0.05 * gradient / np.linalg.norm(gradient)
    rise = float(costs(start + step)[0][0]) - float(costs(start - step)[0][0])
    assert rise == pytest.approx(2 * 0.05 * np.linalg.norm(gradient), rel=0.02), reason


def test_two_pairs_do_not_share_targets(pair):
    content, brush = pair
    one = style.Costs(content, brush, **SMALL)
    other = style.Costs(content[:, ::-1], brush, 5, 0.2, **SMALL)
    assert float(one(content)[0][1]) == pytest.approx(0, abs=1e-5)
    assert float(other(content)[0][1]) > 0.1
    total, own_content, own_style = other(content)[0].numpy()
    assert total == pytest.approx(5 * own_content + 0.2 * own_style, rel=1e-5)


# --- The loop -------------------------------------------------------------------------------------


@pytest.mark.parametrize("optimizer", style.OPTIMIZERS)
@pytest.mark.parametrize("start", style.STARTS)
def test_the_same_seed_gives_the_same_picture(pair, optimizer, start):
    results = [
        style.transfer(*pair, steps=6, optimizer=optimizer, start=start, seed=seed, **SMALL)
        for seed in (4, 4, 5)
    ]
    np.testing.assert_array_equal(results[0].picture, results[1].picture)
    np.testing.assert_array_equal(results[0].history["total"], results[1].history["total"])
    same = np.array_equal(results[0].picture, results[2].picture)
    assert same == (start == "content")
    for result in results:
        assert result.picture.dtype == np.float32 and result.picture.shape == pair[0].shape
        assert result.picture.min() >= 0 and result.picture.max() <= 1
        assert result.fall > 0.5
        assert result.steps == 6 and {len(v) for v in result.history.values()} == {7}
        assert (np.diff(result.history["seconds"]) >= 0).all()


@pytest.mark.parametrize("optimizer", style.OPTIMIZERS)
def test_history_and_snapshots_belong_together(pair, optimizer):
    seen = []
    result = style.transfer(
        *pair, 1, 0.01, steps=4, optimizer=optimizer, start="noise", seed=2, snapshots=(0, 3, 4),
        progress=lambda step, steps, history: seen.append((step, steps, history["total"][-1])),
        **SMALL,
    )  # fmt: skip
    assert list(result.snapshots) == [0, 3, 4] and result.optimizer == optimizer
    np.testing.assert_array_equal(result.snapshots[0], style.noise(pair[0].shape, seed=2))
    np.testing.assert_array_equal(result.snapshots[4], result.picture)
    costs = style.Costs(*pair, 1, 0.01, **SMALL)
    for step, image in result.snapshots.items():
        found = [result.history[name][step] for name in ("total", "content", "style")]
        np.testing.assert_allclose(found, costs(image)[0], rtol=1e-3)
    assert seen == [(step, 4, result.history["total"][step]) for step in range(5)]


def test_adam_is_adam(pair):
    """Three steps by the formulas of the paper, in NumPy."""
    content, brush = pair
    costs = style.Costs(content, brush, **SMALL)
    image, first, second = content.copy(), 0.0, 0.0
    for step in range(1, 4):
        gradient = costs(image)[1].numpy()
        first = 0.9 * first + 0.1 * gradient
        second = 0.999 * second + 0.001 * gradient**2
        corrected = first / (1 - 0.9**step), second / (1 - 0.999**step)
        image = np.clip(image - 0.05 * corrected[0] / (np.sqrt(corrected[1]) + 1e-7), 0, 1)
    found = style.transfer(content, brush, steps=3, learning_rate=0.05, **SMALL)
    np.testing.assert_allclose(found.picture, image, atol=2e-3)


@pytest.mark.parametrize("optimizer", style.OPTIMIZERS)
def test_no_steps_give_the_start(pair, optimizer):
    result = style.transfer(*pair, steps=0, optimizer=optimizer, start=pair[0][::-1], **SMALL)
    np.testing.assert_array_equal(result.picture, pair[0][::-1])
    assert result.steps == 0 and result.fall == 0


def test_one_cost_alone(pair):
    content, brush = pair
    rebuilt = style.transfer(
        content, None, style_weight=0, steps=25, optimizer="lbfgs", start="noise",
        content_layer="block1_conv2",
    )  # fmt: skip
    assert rebuilt.fall > 0.99 and (rebuilt.history["style"] == 0).all()
    start = style.noise((40, 56))
    texture = style.transfer(
        None, brush, 0, 1, steps=25, optimizer="lbfgs", start=start,
        style_layers={"block1_conv1": 1.0},
    )  # fmt: skip
    assert texture.picture.shape == (40, 56, 3)
    assert texture.fall > 0.95 and (texture.history["content"] == 0).all()


@pytest.mark.parametrize(("size", "steps", "told"), [(128, 4, 6), (96, 3, 3)])
def test_paint_goes_from_coarse_to_fine(size, steps, told):
    seen = []
    result = style.paint(
        story.photograph(), story.painting(), size=size, steps=steps,
        progress=lambda step, of, history: seen.append((step, of)),
    )  # fmt: skip
    assert max(result.picture.shape) == size and result.fall > 0.3
    assert seen[0] == (0, told) and seen[-1] == (told, told) and seen == sorted(seen)
    costs = style.Costs(style.picture(story.photograph(), size), story.painting(size))
    content = style.picture(story.photograph(), size)
    assert result.history["total"][0] == pytest.approx(float(costs(content)[0][0]), rel=0.2)
    assert (np.diff(result.history["seconds"]) >= 0).all()


def test_224_pixels_fall_to_five_percent_from_noise():
    """Asked for: within 60 s. These steps are 7 s on two cores."""
    content = style.picture(story.photograph()[:, :427], 224)
    assert content.shape == (224, 224, 3)
    result = style.transfer(content, story.painting(224), steps=34, start="noise")
    assert result.fall > 0.95, result.history["total"]
    assert result.history["seconds"][-1] < 60


# --- Pictures from files --------------------------------------------------------------------------


def test_pictures_of_all_kinds(tmp_path):
    values = RANDOM.integers(0, 256, (40, 60, 3), np.uint8)
    whole = Image.fromarray(values)
    for name in ("a.png", "a.bmp", "a.tif"):
        whole.save(tmp_path / name)
        np.testing.assert_allclose(style.picture(tmp_path / name), values / 255, atol=1e-6)
    whole.convert("L").save(tmp_path / "grey.png")
    grey = style.picture(str(tmp_path / "grey.png"))
    assert grey.shape == (40, 60, 3) and (grey[..., 0] == grey[..., 2]).all()
    clear = whole.copy()
    clear.putalpha(0)
    clear.save(tmp_path / "clear.png")
    assert (style.picture(tmp_path / "clear.png") == 1).all(), "transparent is white"
    turned = Image.Exif()
    turned[0x0112] = 6
    whole.save(tmp_path / "turned.png", exif=turned)
    np.testing.assert_allclose(
        style.picture(tmp_path / "turned.png"), np.rot90(values, -1) / 255, atol=1e-6
    )


@pytest.mark.parametrize(
    ("shape", "size", "expected"),
    [
        ((427, 640), 160, (107, 160)),
        ((640, 427), 160, (160, 107)),
        ((40, 60), 90, (60, 90)),
        ((64, 64), 64, (64, 64)),
        ((50, 90), None, (50, 90)),
    ],
)
def test_size_is_the_longer_side(shape, size, expected):
    found = style.picture(np.full((*shape, 3), 0.25), size)
    assert found.shape == (*expected, 3) and found.dtype == np.float32
    np.testing.assert_allclose(found, 0.25, atol=1e-6)


def test_saved_and_read_again(tmp_path):
    image = RANDOM.random((33, 44, 3)).astype(np.float32)
    for name in ("a.png", "a.BMP", "a.jpg", "a.webp", "a.tiff"):
        style.save(image, tmp_path / name)
        assert style.picture(tmp_path / name).shape == image.shape
    np.testing.assert_allclose(style.picture(tmp_path / "a.png"), image, atol=0.5 / 255 + 1e-6)


def test_no_picture(tmp_path):
    (tmp_path / "a.jpg").write_text("not a picture")
    with pytest.raises(DataError, match=r"a\.jpg: no readable picture"):
        style.picture(tmp_path / "a.jpg")
    with pytest.raises(DataError, match=r"b\.jpg: there is no such file"):
        style.picture(tmp_path / "b.jpg")


# --- What can't be used ---------------------------------------------------------------------------

GOOD = np.full((40, 48, 3), 0.5, np.float32)


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        ({"content": GOOD * 255}, ValueError, "content must lie in 0..1; got 127.5 to 127.5"),
        ({"style": GOOD.astype(np.uint8)}, TypeError, "style must be floats in 0..1; got uint8"),
        ({"content": GOOD[..., :1]}, ValueError, r"\(height, width, 3\); got \(40, 48, 1\)"),
        ({"content": GOOD[:31]}, ValueError, "at least 32x32"),
        ({"content": GOOD * np.nan}, ValueError, "content must lie in 0..1"),
        ({"content": None}, ValueError, "Without content, start must be a picture"),
        ({"style": None}, ValueError, "style is None, though its weight is not 0"),
        ({"start": "random"}, ValueError, "one of noise, content, or a picture; got 'random'"),
        ({"start": GOOD[:33]}, ValueError, r"shape of content, \(40, 48, 3\); got \(33, 48, 3\)"),
        ({"optimizer": "sgd"}, ValueError, "one of adam, lbfgs; got 'sgd'"),
        ({"steps": -1}, ValueError, "steps must be a whole number"),
        ({"steps": 1.5}, ValueError, "steps must be a whole number"),
        ({"content_weight": -1}, ValueError, "content_weight must be a number from 0 on"),
        ({"style_weight": np.inf}, ValueError, "style_weight must be a number from 0 on"),
        ({"content_weight": 0, "style_weight": 0}, ValueError, "nothing to do"),
        ({"content_layer": "block9"}, ValueError, "must be one of block1_conv1"),
    ],
)
def test_what_cannot_be_used_is_named(change, error, words):
    arguments = {"content": GOOD, "style": GOOD, "steps": 1} | change
    with pytest.raises(error, match=words):
        style.transfer(**arguments)


@pytest.mark.parametrize(
    ("size", "words"),
    [
        (16, "size must be a whole number from 32 on; got 16"),
        (50.5, "size must be a whole number"),
        (40, "480x100 pixels: with a longer side of 40"),
    ],
)
def test_sizes_that_cannot_be(size, words):
    with pytest.raises(ValueError, match=words):
        style.picture(np.zeros((100, 480, 3)), size)


def test_names_that_cannot_be_written():
    with pytest.raises(ValueError, match=r"ends in \.png"):
        style.save(GOOD, "painted.gif")
