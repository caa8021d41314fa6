"""Networks that more than one lesson uses."""

import course_utils  # noqa: F401 (sets what must be set before Keras is imported)

import keras
from keras import layers

FACE_SIZE = 32  # side in pixels of the pictures that the stored face encoder has learned from


def face_encoder(size=FACE_SIZE, channels=3, numbers=64):
    """Build the network f(x) of lessons P145 to P149: a face becomes a few numbers.

    Lesson P148 trains it; `weights.load_into(face_encoder(), "face_encoder")` loads what it has
    learned. Two faces are compared by the squared distance of their encodings, 0 to 4.

    Args:
        size: side of the square pictures in pixels, a multiple of 8.
        channels: 3 for colour, 1 for grey.
        numbers: numbers of an encoding.

    Returns:
        An untrained `keras.Model` from (batch, size, size, channels) in 0..1 to (batch, numbers);
        each encoding has length 1.

    Raises:
        ValueError: if size is no multiple of 8.

    Source: lectures P147 and P148.

    >>> face_encoder().count_params()
    225056
    """
    if size < 8 or size % 8:
        raise ValueError(f"size: expected a multiple of 8, as three pools halve it, got {size!r}")
    inputs = x = keras.Input((size, size, channels))
    for filters in (32, 64, 128):
        x = layers.Conv2D(filters, 3, padding="same", use_bias=False)(x)
        x = layers.BatchNormalization(momentum=0.9)(x)
        x = layers.ReLU()(x)
        x = layers.MaxPooling2D()(x)
    x = layers.Dense(numbers)(layers.Flatten()(x))
    return keras.Model(inputs, layers.UnitNormalization()(x), name="face_encoder")
