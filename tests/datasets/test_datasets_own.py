"""One call for a lesson's pictures: the same shape from a world and from any reader's folder."""

import json
from dataclasses import replace

import course_utils  # noqa: F401  (before Keras)
from course_utils import schema
from course_utils.datasets import own, records
from course_utils.datasets.problems import DataError
from course_utils.worlds import faces, figures, streets

import numpy as np
import pytest
import small_folders as small

COUNTS = (6, 3, 4)
KEYS = {
    "voc": ("bounding_boxes",),
    "yolo": ("bounding_boxes",),
    "coco": ("bounding_boxes", "segmentation_masks", "instance_masks"),
    "masks": ("bounding_boxes", "segmentation_masks", "instance_masks"),
    "people": ("identities",),
    "plain": (),
}


def in_splits(root, maker):
    """A folder of a format with its pictures in three folders of splits, where it has any."""
    for split in ("train", "validation", "test"):
        for name in "ab":
            if maker == "yolo":
                small.picture(root / f"images/{split}/{name}.png")
                small.text(root / f"labels/{split}/{name}.txt", small.yolo_line())
            elif maker == "masks":
                small.picture(root / f"{split}/images/{name}.png")
                small.picture(root / f"{split}/instance_masks/{name}.png", small.instance_mask())
    small.text(root / "data.yaml", "names: [car, bus]\n")
    return root


@pytest.mark.parametrize(
    ("world", "settings"),
    [
        (streets, {"objects": (0, 3)}),
        (streets, {"objects": 1, "classes": ("motorcycle", "car")}),
        (faces, {"pictures": 2}),
        (figures, {}),
    ],
    ids=["streets", "two classes", "faces", "figures"],
)
def test_a_world(world, settings):
    found = own.splits(None, world, COUNTS, size=32, **settings)
    for name, count, batch in zip(own.NAMES, COUNTS, found, strict=True):
        schema.check(batch, batch=True)
        theirs = world.load(count, split=name, size=32, **settings)
        np.testing.assert_array_equal(batch["images"], theirs["images"], err_msg=name)
    assert found.pixel_names == (world.PIXEL_LABELS if "segmentation_masks" in found.train else ())


def test_a_label_is_the_place_in_the_classes_that_were_asked_for():
    names = ("motorcycle", "car")
    found = own.splits(None, streets, COUNTS, size=32, classes=names, objects=(0, 2))
    theirs = streets.load(6, size=32, classes=names, objects=(0, 2))["bounding_boxes"]["labels"]
    table = {-1: -1, streets.CLASS_NAMES.index("car"): 1, 2: 0}
    expected = [[table[label] for label in row] for row in theirs.tolist()]
    assert found.train["bounding_boxes"]["labels"].tolist() == expected
    assert found.class_names == names


def more(root, maker):
    """Add pictures to a small folder, so that each split can have one."""
    for number in range(2, 4):
        if maker == "plain":
            small.picture(root / f"more{number}.png")
        elif maker == "masks":
            small.picture(root / f"images/{number}.png")
            small.picture(root / f"instance_masks/{number}.png", small.instance_mask())
        elif maker == "coco":
            small.picture(root / f"images/{number}.png")
            small.text(root / "annotations.json", json.dumps(small.coco_content(4)))
    return root


def in_turns(folder):
    """A folder with its pictures, or people, dealt in turns: chance would leave a split empty."""
    samples = []
    for place, one in enumerate(folder.samples):
        kind = one.identity if folder.people else place
        samples.append(replace(one, split=own.NAMES[kind % 3]))
    return folder.of(samples)


@pytest.mark.parametrize("maker", small.MAKERS)
def test_a_folder_of_any_format(tmp_path, maker, monkeypatch, capsys):
    monkeypatch.setattr(records.Folder, "with_splits", in_turns)
    root = more(small.MAKERS[maker](tmp_path), maker)
    found = own.splits(root, streets, COUNTS, size=32)
    for batch in found:
        assert set(batch) == {"images", *KEYS[maker]}
        schema.check(batch, batch=True)
        assert batch["images"].shape[1:] == (32, 32, 3)
    counts = [len(batch["images"]) for batch in found]
    said = capsys.readouterr().out.splitlines()
    for name, count, line in zip(own.NAMES, counts, said, strict=True):
        assert line == f"{name:10s} {count} pictures of {root}"
    assert bool(found.people) == (maker == "people")
    assert bool(found.class_names) == ("bounding_boxes" in KEYS[maker])
    assert bool(found.pixel_names) == ("segmentation_masks" in KEYS[maker])


def test_boxes_follow_the_letterbox_and_have_the_same_room_everywhere(tmp_path):
    root = in_splits(tmp_path, "yolo")
    small.text(root / "labels/test/b.txt", small.yolo_line() * 3)
    found = own.splits(root, None, COUNTS, size=60)
    for batch in found:
        assert batch["bounding_boxes"]["boxes"].shape == (2, 3, 4)
    # 60 x 40 pixels lie between bars of 10 above and below
    x1, y1, x2, y2 = small.BOX
    assert found.train["bounding_boxes"]["boxes"][0, 0].tolist() == [x1, y1 + 10, x2, y2 + 10]
    assert found.train["bounding_boxes"]["labels"].tolist() == [[0, -1, -1]] * 2
    red = found.train["images"][0, y1 + 10 : y2 + 10, x1:x2]
    assert (red[1:-1, 1:-1, 0] > 0.7).all() and (found.train["images"][0, :9] == 0).all()


def test_masks_follow_the_letterbox(tmp_path):
    found = own.splits(in_splits(tmp_path, "masks"), None, COUNTS, size=60)
    mask = found.test["segmentation_masks"][0, ..., 0]
    assert (mask[:10] == schema.VOID).all() and (mask[50:] == schema.VOID).all()
    assert mask[10:50].max() < len(found.pixel_names)
    assert found.train["bounding_boxes"]["labels"].shape == (2, 2)


@pytest.mark.parametrize(
    ("classes", "names", "labels"),
    [(None, ("car", "bus"), [0, 0]), (("bus", "car"), ("bus", "car"), [1, 1]),
     (("bus",), ("bus",), [])],
    ids=["all", "in another order", "one that no picture shows"],
)  # fmt: skip
def test_classes_of_a_folder(tmp_path, classes, names, labels):
    found = own.splits(in_splits(tmp_path, "yolo"), None, COUNTS, size=32, classes=classes)
    assert found.class_names == names
    assert found.train["bounding_boxes"]["labels"].ravel().tolist() == labels
    assert len(found.train["images"]) == 2


def test_so_many_at_most_evenly_over_the_names(tmp_path):
    root = in_splits(tmp_path, "yolo")
    for number in range(10):
        shade = np.full((8, 8, 3), 20 * number, np.uint8)
        small.picture(root / f"images/test/x{number}.png", shade)
    for name in "ab":
        (root / f"images/test/{name}.png").unlink()
        (root / f"labels/test/{name}.txt").unlink()
    found = own.splits(root, None, (1, 9, 4), size=32, keys=())
    assert [len(batch["images"]) for batch in found] == [1, 2, 4]
    shades = (found.test["images"][:, 0, 0, 0] * 255 / 20).round().astype(int)
    assert shades.tolist() == [0, 3, 6, 9]
    assert set(found.test) == {"images"} and found.class_names == ()


def test_a_person_is_in_one_split(tmp_path):
    small.people(tmp_path, names=[f"person{number:02d}" for number in range(30)])
    found = own.splits(tmp_path, faces, (100, 100, 100), size=32, keys=("identities",))
    seen = [set(batch["identities"].tolist()) for batch in found]
    assert sum(map(len, seen)) == len(set.union(*seen)) == len(found.people) == 30


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        ({"keys": ("identities",)}, DataError, "was read as 'yolo' and has no identities, only"),
        ({"classes": ("car", "cat")}, ValueError, "There is no class 'cat'"),
        ({"counts": (2, 2)}, ValueError, "three whole numbers"),
        ({"counts": (2, 2, 0)}, ValueError, "three whole numbers"),
        ({"fit": "squeeze"}, ValueError, "fit must be one of"),
        ({"folder": "nowhere"}, DataError, "nowhere"),
        ({"folder": None}, ValueError, "Without a folder there must be a world"),
        ({"folder": None, "world": streets, "keys": ("identities",)}, ValueError,
         "There is no 'identities' in this world"),
        ({"folder": None, "world": streets, "classes": ("cat",)}, ValueError,
         "There is no class 'cat' in this world"),
        ({"folder": None, "world": faces, "classes": ("car",)}, ValueError, "There is no class"),
        ({"folder": None, "world": streets, "object": 1}, TypeError, "object"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named(tmp_path, change, error, words):
    settings = {"folder": in_splits(tmp_path, "yolo"), "world": None, "counts": COUNTS, "size": 32}
    with pytest.raises(error, match=words):
        own.splits(**(settings | change))


def test_a_split_without_a_picture_is_named(tmp_path):
    small.plain(tmp_path)
    with pytest.raises(DataError, match="of 2 pictures, dealt by chance, none is for"):
        own.splits(tmp_path, None, COUNTS, size=32)


def test_problems_are_counted(tmp_path, capsys):
    root = in_splits(tmp_path, "yolo")
    small.text(root / "labels/train/a.txt", "0 0.5 0.5 0 0.2\n")
    own.splits(root, None, COUNTS, size=32)
    assert "1 problem: `course data check" in capsys.readouterr().out
