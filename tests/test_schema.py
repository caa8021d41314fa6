"""One schema of records over all worlds and readers: a key means the same everywhere."""

from course_utils import schema
from course_utils.datasets import folders, streaming, transforms
from course_utils.worlds import faces, figures, photographs, story, streets

import keras
import numpy as np
import pytest
from datasets.small_folders import MAKERS

FLIP = keras.layers.RandomFlip("horizontal", bounding_box_format="xyxy", seed=1)
CROP = transforms.RandomCrop(20, 20, bounding_box_format="xyxy", seed=1)
RECORDS = {
    "streets": lambda: streets.render(3, size=48, objects=(2, 4)),
    "an empty street": lambda: streets.render(0, size=48, objects=0),
    "faces": lambda: faces.render(0, size=32),
    "no face": lambda: faces.render(0, size=32, faces=0),
    "figures": lambda: figures.render(0, size=32),
    "the story's street": lambda: story.street(64),
    **{name: lambda name=name: photographs.load(name) for name in ("coffee", "china")},
}
BATCHES = {
    "streets": lambda: streets.load(6, size=48, objects=(0, 3)),
    "faces": lambda: faces.load(6, size=32, faces=0.5),
    "figures": lambda: figures.load(3, size=32, crop=0.5),
    "the cast": lambda: story.cast(size=32),
    "real faces": photographs.faces,
}


@pytest.mark.parametrize("name", RECORDS)
def test_a_worlds_record(name):
    schema.check(RECORDS[name]())


@pytest.mark.parametrize("name", BATCHES)
def test_a_worlds_batch(name):
    schema.check(BATCHES[name](), batch=True)


@pytest.mark.parametrize("maker", MAKERS)
def test_a_readers_folder(maker, tmp_path):
    folder = folders.read(MAKERS[maker](tmp_path))
    for record in folder:
        schema.check(record)
    schema.check(streaming.load(folder, (32, 48)), batch=True)


@pytest.mark.parametrize("layer", [FLIP, CROP], ids=["flipped", "cropped"])
@pytest.mark.parametrize("name", ["streets", "figures"])
def test_what_was_moved(name, layer):
    batch = transforms.Sequence(layer)(BATCHES[name]())
    numbers = keras.tree.map_structure(np.asarray, batch)
    schema.check(numbers, batch=True)
    assert numbers.keys() == BATCHES[name]().keys()


@pytest.mark.parametrize(
    ("world", "mask"), [(streets, "building"), (faces, "hair"), (figures, "person")]
)
def test_masks_hold_places_of_the_worlds_own_list(world, mask):
    pixels = world.load(3, size=48)["segmentation_masks"]
    assert (pixels == world.PIXEL_LABELS.index(mask)).any()
    assert pixels.max() < len(world.PIXEL_LABELS)


def test_streets_have_one_list_of_labels():
    assert streets.PIXEL_LABELS[-3:] == streets.CLASS_NAMES


def street(**changes):
    """A record of two objects that fits the schema, but for the changes."""
    boxes = {
        "boxes": np.array([[0, 0, 2, 3], [1, 1, 6, 4]], np.float32),
        "labels": np.array([1, 0], np.int32),
    }
    record = {
        "images": np.zeros((4, 6, 3), np.float32),
        "visibility": np.ones(2, np.float32),
        "instance_masks": np.full((4, 6, 1), 2, np.uint8),
    }
    inner = {key: changes.pop(key) for key in ("boxes", "labels") if key in changes}
    return record | changes | {"bounding_boxes": boxes | inner}


def boxes(*rows):
    return np.array(rows, np.float32)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({}, None),
        ({"joint_visibility": np.ones(14, np.float32)}, None),
        ({"visible": np.ones(2, np.float32)}, "visible: no key of the schema"),
        ({"images": np.zeros((4, 6, 3))}, "images: expected float32, got float64"),
        ({"images": np.full((4, 6, 3), 255, np.float32)}, "images: expected 0 to 1, got 255"),
        ({"images": np.zeros((6, 4, 3), np.float32)}, r"instance_masks: expected .*got \(4, 6, 1"),
        ({"visibility": np.ones(14, np.float32)}, "visibility: expected"),  # of joints
        ({"visibility": np.full(2, -1, np.float32)}, "visibility: expected 0 to 1, got -1"),
        ({"faces": np.zeros(1, np.float32)}, r"faces: expected \(\).*got \(1,\)"),
        ({"boxes": boxes([0, 0, 2, 3])}, "bounding_boxes.labels: expected"),
        ({"boxes": boxes([0, 0, 2, 3], [3, 1, 2, 4])}, "x1 < x2"),
        ({"boxes": boxes([0, 0, 2, 3], [1, 1, 4, 6])}, "inside the picture"),  # x and y swapped
        ({"labels": np.array([1, -1], np.int32)}, "boxes: expected 0 where labels is -1"),
        ({"instance_masks": np.full((4, 6, 1), 3, np.uint8)}, "no object without a box"),
    ],
)
def test_what_is_not_in_the_schema(changes, says):
    if says is None:
        schema.check(street(**changes))
    else:
        with pytest.raises(ValueError, match=says):
            schema.check(street(**changes))


def test_padded_visibility_is_zero():
    unused = {"boxes": boxes([0, 0, 2, 3], [0, 0, 0, 0]), "labels": np.array([1, -1], np.int32)}
    one = {"instance_masks": np.ones((4, 6, 1), np.uint8)}
    with pytest.raises(ValueError, match="visibility: expected 0 where labels is -1"):
        schema.check(street(**unused, **one))
    schema.check(street(**unused, **one, visibility=np.array([1, 0], np.float32)))
