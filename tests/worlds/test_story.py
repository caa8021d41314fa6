"""The street, the cast and the pictures of style that run through the lessons."""

from course_utils import boxes
from course_utils.worlds import faces, story, streets

import numpy as np
import pytest

PEOPLE = dict(zip(story.NAMES, range(6), strict=True))


@pytest.fixture(scope="module")
def cast():
    return story.cast(size=32)


def box_of(record, name):
    """The box of a class in 0..1 of the picture."""
    labels = record["bounding_boxes"]["labels"].tolist()
    return record["bounding_boxes"]["boxes"][labels.index(streets.CLASS_NAMES.index(name))] / len(
        record["images"]
    )


def cell(box, cells):
    """Row and column of the cell in which the midpoint of a box lies."""
    left, top, right, bottom = box
    return int((top + bottom) / 2 * cells), int((left + right) / 2 * cells)


@pytest.mark.parametrize("size", [64, 128, 192])
def test_the_street_has_one_of_each_class(size):
    record = story.street(size)
    assert record["images"].shape == (size, size, 3)
    assert sorted(record["bounding_boxes"]["labels"]) == [0, 1, 2]
    assert record["visibility"].min() > 0.4, "what is hidden can't be taught on"


@pytest.mark.parametrize("size", [64, 128, 192])
def test_the_pedestrian_is_before_the_car_and_shares_its_cell(size):
    """So that P138 can ask for two objects in one cell."""
    record = story.street(size)
    person, car, other = (box_of(record, name) for name in streets.CLASS_NAMES)
    assert boxes.paired_iou(person, car) > 0
    assert cell(person, 3) == cell(car, 3) != cell(other, 3)
    labels = record["bounding_boxes"]["labels"].tolist()
    seen = record["visibility"][[labels.index(0), labels.index(1)]]
    assert seen[0] == 1 > seen[1], "the pedestrian hides a part of the car"


def test_the_cast_is_six_people(cast):
    assert len(story.NAMES) == len(set(cast["identities"].tolist())) == 6
    assert set(story.ENROLLED) | {story.TWIN, story.STRANGER} == set(story.NAMES)
    test = faces.SPLITS.index("test") * faces.PEOPLE
    assert (cast["identities"] >= test).all() and (cast["faces"] == 1).all()


@pytest.mark.parametrize("start", [1, 99])
def test_another_picture_shows_the_same_people(cast, start):
    other = story.cast(start, size=32)
    assert other["identities"].tolist() == cast["identities"].tolist()
    np.testing.assert_array_equal(other["traits"], cast["traits"])
    changed = abs(other["images"] - cast["images"]).mean(axis=(1, 2, 3))
    assert changed.min() > 0.02, "another day is another picture"


def test_the_twin_looks_like_alex_and_is_another_person(cast):
    alex, twin = PEOPLE["Alex"], PEOPLE[story.TWIN]
    looks = [faces.TRAITS.index(name) for name in faces.looks(cast) if name in faces.TRAITS]
    np.testing.assert_array_equal(cast["traits"][alex, looks], cast["traits"][twin, looks])
    others = np.delete(np.arange(len(faces.TRAITS)), looks)
    assert (cast["traits"][alex, others] != cast["traits"][twin, others]).all()
    assert cast["identities"][alex] != cast["identities"][twin]
    for name in set(story.NAMES) - {"Alex", story.TWIN}:
        assert (cast["traits"][alex, looks] != cast["traits"][PEOPLE[name], looks]).any()


@pytest.mark.parametrize("start", [-1, 100])
def test_there_are_a_hundred_pictures_of_each(start):
    with pytest.raises(ValueError, match=f"from 0 to 99, got {start}"):
        story.cast(start)


def test_photograph_and_painting():
    assert story.photograph().dtype == story.painting(32).dtype == np.float32
    assert story.painting(32).shape == (32, 32, 3)
