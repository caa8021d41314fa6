"""Labels follow the picture, whatever is done to it."""

import course_utils  # noqa: F401  (before Keras)
from course_utils.datasets import fitting, transforms
from course_utils.schema import VOID
from course_utils.worlds import streets

import keras
import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

BOXES = {"bounding_box_format": "xyxy"}
sides = st.integers(24, 90)
shares = st.tuples(*[st.floats(0.05, 0.95)] * 4)


def painted(height, width, box):
    """A black record with one white object, a mask of it, and landmarks at its corners."""
    x1, y1, x2, y2 = box
    image = np.zeros((height, width, 3), np.float32)
    image[y1:y2, x1:x2] = 1
    mask = (image[..., :1] > 0).astype(np.uint8)
    return {
        "images": image,
        "bounding_boxes": {
            "boxes": np.array([box, [0, 0, 0, 0]], np.float32),
            "labels": np.array([2, -1], np.int32),
        },
        "segmentation_masks": mask * 3,
        "instance_masks": mask.astype(np.uint16) * 300,
    }


@st.composite
def records(draw):
    height, width = draw(sides), draw(sides)
    a, b, c, d = draw(shares)
    x1, x2 = sorted((int(a * width), int(b * width)))
    y1, y2 = sorted((int(c * height), int(d * height)))
    return painted(height, width, (x1, y1, min(x2 + 5, width), min(y2 + 5, height)))


def extent(mask):
    """The box of the pixels that are not 0, or None."""
    rows, columns = np.nonzero(mask)
    if not len(rows):
        return None
    return np.array([columns.min(), rows.min(), columns.max() + 1, rows.max() + 1], float)


def assert_follows(record, tolerance=1.5, least=4):
    """The box is the extent of the object's pixels, in the picture and in both masks."""
    boxes = np.asarray(record["bounding_boxes"]["boxes"])
    labels = np.asarray(record["bounding_boxes"]["labels"]).tolist()
    image = np.asarray(record["images"])[..., 0]
    height, width = image.shape
    assert (boxes >= -1e-3).all()
    assert (boxes <= np.array([width, height, width, height]) + 1e-3).all()
    assert boxes[1].tolist() == [0, 0, 0, 0]
    assert labels[1] == -1
    assert labels[0] in (2, -1)
    wide, tall = boxes[0, 2:] - boxes[0, :2]
    # An object of which half a pixel is left is grey all over: its ends can't be seen.
    bright = image.max() > 0.9
    masks = {
        "picture": (image > 0.5) & bright,
        "instances": np.asarray(record["instance_masks"])[..., 0] == 300,
        "classes": np.asarray(record["segmentation_masks"])[..., 0] == 3,
    }
    for name, mask in masks.items():
        found = extent(mask)
        if found is None:
            assert min(wide, tall) < least, name  # too little of it is left to see
        else:
            assert labels[0] == 2, name
            np.testing.assert_allclose(boxes[0], found, atol=tolerance, err_msg=name)
    assert set(np.unique(record["instance_masks"])) <= {0, 300}
    assert set(np.unique(record["segmentation_masks"])) <= {0, 3, VOID}


@settings(max_examples=60)
@given(records(), sides, sides, st.sampled_from(fitting.FITS))
def test_fitted_labels_lie_on_the_object(record, height, width, fit):
    result = fitting.fitted(as_bytes(record), (height, width), fit)
    assert result["images"].shape == (height, width, 3)
    assert_follows(result | {"images": result["images"] / 255}, tolerance=1)


def as_bytes(record):
    return record | {"images": Image.fromarray(np.uint8(record["images"] * 255))}


def test_fitted_labels_lie_on_an_object_of_which_half_a_pixel_is_left():
    """It is grey, and at its corners less than half of white."""
    record = as_bytes(painted(72, 41, (16, 17, 32, 29)))
    result = fitting.fitted(record, (27, 76), "crop")
    (box, _) = result["bounding_boxes"]["boxes"]
    assert box[3] == pytest.approx(0.524, abs=0.001)
    assert_follows(result | {"images": result["images"] / 255}, tolerance=1)


@pytest.mark.parametrize("fit", fitting.FITS)
@pytest.mark.parametrize("shape", [(40, 60), (61, 33), (90, 90)])
def test_fitting_agrees_with_keras_resizing(fit, shape):
    record = painted(*shape, (8, 9, 27, 31))
    layer = keras.layers.Resizing(
        48, 64, crop_to_aspect_ratio=fit == "crop", pad_to_aspect_ratio=fit == "letterbox", **BOXES
    )
    theirs = transforms.Carried(layer)(record)
    mine = fitting.fitted(as_bytes(record), (48, 64), fit)
    np.testing.assert_allclose(
        mine["bounding_boxes"]["boxes"], theirs["bounding_boxes"]["boxes"], atol=1
    )
    for key in ("segmentation_masks", "instance_masks"):
        same = mine[key] == np.asarray(theirs[key])
        assert same.mean() > 0.94, key
    assert np.abs(mine["images"] / 255 - np.asarray(theirs["images"])).mean() < 0.05


def test_fitting_by_hand():
    record = as_bytes(painted(20, 40, (10, 5, 30, 15)))
    letterbox = fitting.fitted(record, (20, 20), "letterbox")
    assert letterbox["bounding_boxes"]["boxes"][0].tolist() == [5, 7.5, 15, 12.5]
    assert (letterbox["segmentation_masks"][:5] == VOID).all()
    assert (letterbox["instance_masks"][:5] == 0).all()
    assert (letterbox["images"][:5] == 0).all()
    crop = fitting.fitted(record, (20, 20), "crop")
    assert crop["bounding_boxes"]["boxes"][0].tolist() == [0, 5, 20, 15]
    stretch = fitting.fitted(record, (20, 20), "stretch")
    assert stretch["bounding_boxes"]["boxes"][0].tolist() == [5, 5, 15, 15]


def test_a_box_in_the_cropped_part_is_gone():
    result = fitting.fitted(as_bytes(painted(20, 60, (0, 5, 10, 15))), (20, 20), "crop")
    assert result["bounding_boxes"]["labels"].tolist() == [-1, -1]
    assert (result["bounding_boxes"]["boxes"] == 0).all()


def test_16_bits_are_fitted_too():
    record = painted(20, 40, (10, 5, 30, 15))
    grey = record | {"images": Image.fromarray(np.float32(record["images"].mean(axis=2)))}
    fitted = fitting.fitted(grey, (30, 30), "letterbox")
    assert fitted["images"].shape == (30, 30, 3) and fitted["images"].dtype == np.float32
    assert_follows(fitted)


def test_no_such_fit():
    with pytest.raises(ValueError, match="letterbox, crop, stretch; got 'squeeze'"):
        fitting.check("squeeze")


LAYERS = {
    "letterbox": lambda seed: keras.layers.Resizing(50, 40, pad_to_aspect_ratio=True, **BOXES),
    "centre": lambda seed: keras.layers.CenterCrop(24, 24, **BOXES),
    "crop": lambda seed: transforms.RandomCrop(24, 24, seed=seed, **BOXES),
    "flip": lambda seed: keras.layers.RandomFlip("horizontal", seed=seed, **BOXES),
    "flip up": lambda seed: keras.layers.RandomFlip("vertical", seed=seed, **BOXES),
    "zoom in": lambda seed: keras.layers.RandomZoom(
        (-0.4, -0.1), fill_mode="constant", seed=seed, **BOXES
    ),
    "zoom out": lambda seed: keras.layers.RandomZoom(
        (0.1, 0.5), fill_mode="constant", seed=seed, **BOXES
    ),
    "shift": lambda seed: keras.layers.RandomTranslation(
        0.3, 0.3, fill_mode="constant", seed=seed, **BOXES
    ),
    "brightness": lambda seed: keras.layers.RandomBrightness(
        0.1, value_range=(0, 1), seed=seed, **BOXES
    ),
}


@pytest.mark.parametrize("layer", LAYERS.values(), ids=LAYERS)
@settings(max_examples=8)
@given(records(), st.integers(0, 1000))
def test_layers_carry_all_labels(layer, record, seed):
    layer = layer(seed)
    result = transforms.Carried(layer)(record)
    # Keras rounds the inner size of a letterbox for pixels, but not for boxes.
    padded = getattr(layer, "pad_to_aspect_ratio", False)
    assert_follows(result, tolerance=2.5 if padded else 1.5)
    for key in ("segmentation_masks", "instance_masks"):
        assert np.asarray(result[key]).dtype == record[key].dtype


@settings(max_examples=8)
@given(st.integers(0, 1000))
def test_a_turned_box_holds_the_object(seed):
    record = painted(60, 80, (30, 20, 50, 40))
    layer = keras.layers.RandomRotation(0.08, fill_mode="constant", seed=seed, **BOXES)
    result = transforms.Carried(layer)(record)
    found = extent(np.asarray(result["instance_masks"])[..., 0])
    box = np.asarray(result["bounding_boxes"]["boxes"])[0]
    assert (found[:2] >= box[:2] - 1.5).all()
    assert (found[2:] <= box[2:] + 1.5).all()


def test_keras_own_random_crop_still_takes_rows_for_columns():
    """When this fails, Keras has mended it, and `transforms.RandomCrop` can go."""
    record = painted(60, 60, (30, 10, 50, 20))
    offsets = {"transformation": (0, 20)}  # 20 pixels cut on the left
    boxes = dict(record["bounding_boxes"])
    theirs = keras.layers.RandomCrop(40, 40, **BOXES).transform_bounding_boxes(boxes, **offsets)
    mine = transforms.RandomCrop(40, 40, **BOXES).transform_bounding_boxes(
        record["bounding_boxes"], **offsets
    )
    assert np.asarray(mine["boxes"])[0].tolist() == [10, 10, 30, 20]
    assert np.asarray(theirs["boxes"])[0].tolist() != [10, 10, 30, 20]


def test_landmarks_move_and_change_sides():
    image = np.zeros((8, 10, 3), np.float32)
    record = {
        "images": image,
        "landmarks": np.array([[2, 3], [7, 4], [5, 6]], np.float32),
    }
    seeds = {}
    for seed in range(20):
        layer = keras.layers.RandomFlip("horizontal", seed=seed, **BOXES)
        moved = transforms.Carried(layer, mirrored=[1, 0, 2])(record)
        points = np.asarray(moved["landmarks"]).tolist()
        seeds[points == record["landmarks"].tolist()] = points
    assert seeds[False] == [[3, 4], [8, 3], [5, 6]]
    assert True in seeds


def test_a_joint_that_leaves_is_no_longer_visible():
    record = {
        "images": np.zeros((40, 40, 3), np.float32),
        "joints": np.array([[1, 20], [20, 20]], np.float32),
        "joint_visibility": np.ones(2, np.float32),
    }
    moved = transforms.Carried(keras.layers.CenterCrop(20, 20, **BOXES))(record)
    assert np.asarray(moved["joints"]).tolist() == [[0, 10], [10, 10]]
    assert np.asarray(moved["joint_visibility"]).tolist() == [0, 1]


def test_a_batch_of_streets_is_augmented_in_tf_data_and_out_of_it():
    batch = streets.load(3, size=64, objects=(1, 3))
    augment = transforms.Sequence(
        keras.layers.RandomFlip("horizontal", **BOXES),
        transforms.RandomCrop(48, 48, **BOXES),
        keras.layers.RandomBrightness(0.2, value_range=(0, 1), **BOXES),
    )
    dataset = tf.data.Dataset.from_tensor_slices(batch).batch(3).map(augment)
    for result in (augment(batch), next(iter(dataset))):
        assert result["images"].shape == (3, 48, 48, 3)
        assert result.keys() == batch.keys()
        for key in ("segmentation_masks", "instance_masks", "visibility"):
            assert result[key].dtype == batch[key].dtype
    assert batch["images"].shape == (3, 64, 64, 3)
