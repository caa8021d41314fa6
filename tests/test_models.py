"""Networks that lessons share: their shapes, their lengths, what they refuse."""

from course_utils import models

import keras
import numpy as np
import pytest


@pytest.mark.parametrize(
    ("settings", "shape", "parameters"),
    [
        ({}, (32, 32, 3), 225_056),
        ({"channels": 1}, (32, 32, 1), 225_056 - 2 * 9 * 32),
        ({"size": 16}, (16, 16, 3), 225_056 - (16 - 4) * 128 * 64),
        ({"numbers": 8}, (32, 32, 3), 225_056 - 56 * (16 * 128 + 1)),
    ],
    ids=["stored", "grey", "small pictures", "fewer numbers"],
)
def test_face_encoder(settings, shape, parameters):
    model = models.face_encoder(**settings)
    assert model.input_shape == (None, *shape)
    assert model.output_shape == (None, settings.get("numbers", 64))
    assert model.count_params() == parameters


def test_encodings_have_length_one():
    keras.utils.set_random_seed(1)
    images = np.random.default_rng(2).random((5, 16, 16, 3), np.float32)
    encodings = models.face_encoder(16)(images).numpy()
    np.testing.assert_allclose(np.linalg.norm(encodings, axis=1), 1, atol=1e-5)
    assert np.ptp(encodings, axis=0).max() > 1e-3, "pictures that differ have other encodings"


@pytest.mark.parametrize("size", [0, 4, 30, -8])
def test_a_size_that_three_pools_do_not_halve_is_refused(size):
    with pytest.raises(ValueError, match="multiple of 8"):
        models.face_encoder(size)
