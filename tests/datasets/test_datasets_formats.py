"""Each format, read into the course's record; what is wrong is named by file and line."""

import json
import os

import course_utils  # noqa: F401  (before Keras)
from course_utils import metrics
from course_utils.datasets import folders, outlines, streaming, transforms
from course_utils.datasets.problems import DataError
from course_utils.worlds import streets

import keras
import numpy as np
import pytest
import small_folders as small
from PIL import Image

BOXED = ("voc", "yolo", "coco")


def said(folder):
    return [str(problem) for problem in folder.problems]


@pytest.mark.parametrize("name", small.MAKERS)
def test_a_format_is_detected_and_its_records_are_like_those_of_streets(tmp_path, name):
    folder = folders.read(small.MAKERS[name](tmp_path))
    assert folder.format == name
    assert said(folder) == []
    record, street = folder[0], streets.render(0, size=32)
    assert record["images"].shape == (*small.SIZE, 3)
    assert record["images"].dtype == street["images"].dtype
    np.testing.assert_allclose(record["images"], small.painted() / 255, atol=1e-6)
    for key in ("boxes", "labels"):
        if "bounding_boxes" in record:
            mine, theirs = record["bounding_boxes"][key], street["bounding_boxes"][key]
            assert mine.dtype == theirs.dtype
            assert mine.shape[1:] == theirs.shape[1:]
    if "segmentation_masks" in record:
        assert record["segmentation_masks"].dtype == street["segmentation_masks"].dtype
        assert record["segmentation_masks"].shape == (*small.SIZE, 1)
        assert record["instance_masks"].shape == (*small.SIZE, 1)
    assert set(record) - set(street) <= {"identities"}


@pytest.mark.parametrize("name", BOXED)
def test_boxes_lie_on_what_was_painted(tmp_path, name):
    record = folders.read(small.MAKERS[name](tmp_path))[0]
    np.testing.assert_allclose(record["bounding_boxes"]["boxes"], [small.BOX], atol=1e-4)
    assert record["bounding_boxes"]["labels"].tolist() == [0]


@pytest.mark.parametrize(
    "name, splits",
    [
        ("voc", {"all": 3}),
        ("yolo", {"train": 2, "validation": 2}),
        ("coco", {"all": 2}),
        ("people", {"all": 6}),
    ],
)
def test_splits(tmp_path, name, splits):
    folder = folders.read(small.MAKERS[name](tmp_path))
    assert folder.splits == splits
    first = next(iter(splits))
    assert len(folder.split(first)) == splits[first]
    with pytest.raises(ValueError, match="no split 'night'"):
        folder.split("night")


def test_voc_splits_are_its_lists(tmp_path):
    small.voc(tmp_path)
    lists = tmp_path / "ImageSets/Main"
    small.text(lists / "train.txt", "a\n")
    small.text(lists / "val.txt", "b\nnowhere\n")
    small.text(lists / "trainval.txt", "a\nb\n")
    small.text(lists / "car_train.txt", "a 1\n")
    folder = folders.read(tmp_path)
    assert folder.splits == {"train": 1, "validation": 1, "all": 1}
    assert said(folder) == [
        "ImageSets/Main/val.txt:2: there is no picture called nowhere (line left out)"
    ]


def test_the_voc_database_counts_from_one_and_others_from_zero(tmp_path):
    small.voc(tmp_path, ["a"])
    x1, y1, x2, y2 = small.BOX
    inclusive = small.voc_xml(("car", x1 + 1, y1 + 1, x2, y2), database="The VOC2007 Database")
    small.text(tmp_path / "Annotations/a.xml", inclusive)
    assert folders.read(tmp_path)[0]["bounding_boxes"]["boxes"].tolist() == [list(small.BOX)]


VOC_PROBLEMS = {
    "inverted": (("car", 30, 5, 10, 25), "inverted box (30, 5, 10, 25)", "box left out"),
    "no width": (("car", 10, 5, 10, 25), "without width or height", "box left out"),
    "sticks out": (("car", 10, 5, 70, 25), "sticks out of the picture of (60, 40)", "box cut"),
    "outside": (("car", 70, 5, 90, 25), "outside the picture of (60, 40)", "box left out"),
    "no number": (("car", "ten", 5, 90, 25), "xmin: a number expected", "box left out"),
    "not finite": (("car", "nan", 5, 90, 25), "a box of numbers that are none", "box left out"),
    "no name": (("", 10, 5, 30, 25), "an object without a name", "box left out"),
}


@pytest.mark.parametrize("bad, wrong, outcome", VOC_PROBLEMS.values(), ids=VOC_PROBLEMS)
def test_a_bad_voc_box_is_named_by_line_and_the_others_stay(tmp_path, bad, wrong, outcome):
    small.voc(tmp_path, ["a"])
    small.text(tmp_path / "Annotations/a.xml", small.voc_xml(("car", *small.BOX), bad))
    folder = folders.read(tmp_path)
    (problem,) = folder.problems
    assert (problem.file, problem.line, problem.outcome) == ("Annotations/a.xml", 5, outcome)
    assert wrong in problem.text
    boxes = folder[0]["bounding_boxes"]["boxes"]
    assert boxes[0].tolist() == list(small.BOX)
    assert len(boxes) == (2 if outcome == "box cut" else 1)
    assert (boxes <= [60, 40, 60, 40]).all()


XML_TRAPS = {
    "external entity": '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    "<annotation><object><name>&x;</name></object></annotation>",
    "billion laughs": '<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
    "<annotation><object><name>&b;</name></object></annotation>",
    "not closed": "<annotation>\n<object>\n",
    "empty": "",
    "another root": "<html><annotation/></html>",
    "too deep": "<annotation>" + "<a>" * 10_000 + "</a>" * 10_000 + "</annotation>",
    "unknown encoding": '<?xml version="1.0" encoding="klingon"?><annotation/>',
}


@pytest.mark.parametrize("content", XML_TRAPS.values(), ids=XML_TRAPS)
def test_xml_that_is_a_trap_or_broken_costs_its_picture_only(tmp_path, content):
    small.voc(tmp_path, ["a", "b"])
    small.text(tmp_path / "Annotations/a.xml", content)
    folder = folders.read(tmp_path, "voc")
    (problem,) = folder.problems
    assert (problem.file, problem.outcome) == ("Annotations/a.xml", "picture left out")
    assert "root:" not in problem.text
    assert [sample.picture for sample in folder.samples] == ["JPEGImages/b.png"]


def test_voc_pictures_beside_their_xml(tmp_path):
    for split in ("train", "test"):
        small.picture(tmp_path / f"{split}/a.png")
        small.text(tmp_path / f"{split}/a.xml", small.voc_xml(("car", *small.BOX)))
    folder = folders.read(tmp_path)
    found = {sample.split: sample.picture for sample in folder.samples}
    assert found == {"train": "train/a.png", "test": "test/a.png"}


def test_difficult_objects_of_voc_stay_and_are_marked(tmp_path):
    small.voc(tmp_path)
    box = (0, 0, 8, 8)
    both = small.voc_xml(("car", *small.BOX), ("bus", *box), ("bus", 9, 9, 9, 9))
    marked = both.replace("<name>bus</name>", "<name>bus</name><difficult> 1 </difficult>", 1)
    marked = marked.replace("<name>car</name>", "<name>car</name><difficult>0</difficult>")
    small.text(tmp_path / "Annotations/b.xml", marked)
    folder = folders.read(tmp_path)
    assert [one["bounding_boxes"]["ignore"].tolist() for one in folder] == [[0], [0, 1], [0]]
    boxes = folder.only(["bus"])[1]["bounding_boxes"]
    assert boxes["ignore"].tolist() == [True] and boxes["boxes"].tolist() == [list(box)]

    flip = transforms.Sequence(keras.layers.RandomFlip(bounding_box_format="xyxy"))
    for augment in (None, flip):
        stream = streaming.stream(folder, small.SIZE, batch_size=3, augment=augment)
        boxes = next(stream.as_numpy_iterator())["bounding_boxes"]
        assert boxes["ignore"].tolist() == [[False, False], [False, True], [False, False]]
        assert boxes["ignore"].dtype == bool
        sure = {"scores": np.ones(boxes["labels"].shape)}
        scores = metrics.average_precision(boxes, boxes | sure)["per_class"]["ap50"]
        np.testing.assert_allclose(scores, [np.nan, 1])


def test_voc_takes_no_mask_for_its_picture(tmp_path):
    small.picture(tmp_path / "images/a.png")
    small.text(tmp_path / "annotations/xmls/a.xml", small.voc_xml(("cat", *small.BOX)))
    for folder in ("annotations/trimaps", "SegmentationClass"):
        small.picture(tmp_path / folder / "a.png", small.instance_mask())
    assert [one.picture for one in folders.read(tmp_path).samples] == ["images/a.png"]


def test_a_missing_picture(tmp_path):
    small.voc(tmp_path)
    (tmp_path / "JPEGImages/b.png").unlink()
    folder = folders.read(tmp_path)
    assert len(folder) == 2
    assert said(folder) == [
        "Annotations/b.xml: there is no picture called b (picture left out)",
    ]


YOLO_PROBLEMS = {
    "few words": ("0 0.5 0.5 0.1", "expected class, x, y, width, height, got 4 words"),
    "no number": ("0 0.5 half 0.1 0.1", "expected numbers"),
    "unknown class": ("2 0.5 0.5 0.1 0.1", "unknown class 2: expected 0 to 1"),
    "half a class": ("0.5 0.5 0.5 0.1 0.1", "unknown class 0.5"),
    "negative class": ("-1 0.5 0.5 0.1 0.1", "unknown class -1"),
    "inverted": ("0 0.5 0.5 -0.1 0.1", "inverted box"),
    "zero": ("0 0.5 0.5 0 0.1", "without width or height"),
    "outside": ("0 1.5 0.5 0.1 0.1", "outside the picture"),
    "sticks out": ("0 0.95 0.5 0.2 0.1", "sticks out of the picture"),
    "infinite": ("0 inf 0.5 0.2 0.1", "a box of numbers that are none"),
}


@pytest.mark.parametrize("line, wrong", YOLO_PROBLEMS.values(), ids=YOLO_PROBLEMS)
def test_a_bad_yolo_line_is_named(tmp_path, line, wrong):
    small.yolo(tmp_path)
    small.text(tmp_path / "labels/val/a.txt", f"\n{small.yolo_line()}{line}\n")
    folder = folders.read(tmp_path)
    (problem,) = folder.problems
    assert (problem.file, problem.line) == ("labels/val/a.txt", 3)
    assert wrong in problem.text
    boxes = folder.split("validation")[0]["bounding_boxes"]["boxes"]
    np.testing.assert_allclose(boxes[0], small.BOX, atol=1e-4)


def test_yolo_outlines_names_by_number_lists_and_roboflow_paths(tmp_path):
    small.yolo(tmp_path)
    small.text(tmp_path / "labels/val/a.txt", "1 0.1 0.2 0.5 0.2 0.5 0.9\n")
    small.text(tmp_path / "lists/val.txt", "./images/val/a.png\n\n./images/val/gone.png\n")
    small.text(
        tmp_path / "data.yaml",
        "path: /content/somewhere\ntrain: ../images/train\nval: lists/val.txt\n"
        "names:\n  0: car\n  2: tram\n",
    )
    folder = folders.read(tmp_path)
    assert folder.class_names == ("car", "1", "tram")
    assert folder.splits == {"train": 2, "validation": 1}
    assert said(folder) == [
        "lists/val.txt:3: there is no picture ./images/val/gone.png (picture left out)"
    ]
    boxes = folder.split("validation")[0]["bounding_boxes"]["boxes"]
    np.testing.assert_allclose(boxes, [[6, 8, 30, 36]], atol=1e-4)


def test_yolo_without_settings_has_numbers_for_names(tmp_path):
    small.picture(tmp_path / "images/a.png")
    small.picture(tmp_path / "images/bare.png")
    small.text(tmp_path / "labels/a.txt", small.yolo_line(label=3))
    folder = folders.read(tmp_path)
    assert (folder.format, folder.class_names) == ("yolo", ("0", "1", "2", "3"))
    assert [len(sample.boxes) for sample in folder.samples] == [1, 0]
    assert folder.notes == ("1 pictures without a file of labels: nothing on them",)
    small.text(tmp_path / "classes.txt", "car\nbus\ntram\nbike\n")
    assert folders.read(tmp_path).class_names == ("car", "bus", "tram", "bike")


def test_one_bad_line_does_not_hide_that_a_folder_is_yolo(tmp_path):
    small.picture(tmp_path / "images/a.png")
    small.text(tmp_path / "labels/a.txt", "0,0.5,0.5,0.2,0.2\n0 0.5 0.5 0.2 0.2\n")
    folder = folders.read(tmp_path)
    assert folder.format == "yolo"
    assert [problem.line for problem in folder.problems] == [1]


def test_yolo_settings_may_hold_nothing_but_names(tmp_path):
    small.yolo(tmp_path)
    small.text(tmp_path / "data.yaml", "names: [tram, car]\n")
    assert folders.read(tmp_path).format == "yolo"
    assert folders.read(tmp_path).class_names == ("tram", "car")


def test_a_folder_is_dealt_only_where_it_lacks_a_split(tmp_path):
    small.yolo(tmp_path)
    assert folders.read(tmp_path).with_splits().splits == folders.read(tmp_path).dealt().splits
    small.picture(tmp_path / "images/test/c.png")
    small.text(tmp_path / "data.yaml", "names: [car, bus]\n")
    whole = folders.read(tmp_path)
    assert set(whole.splits) == {"train", "validation", "test"}
    assert whole.with_splits() is whole


@pytest.mark.parametrize(
    "content",
    [
        "names: [\ntrain: images",
        "names: 3\ntrain: images",
        "train: ../../names",
        "names: {a: b}\nnc: 1",
    ],
)
def test_broken_settings_of_yolo_are_reported(tmp_path, content):
    small.yolo(tmp_path)
    small.text(tmp_path / "data.yaml", content)
    folder = folders.read(tmp_path, "yolo")
    assert len(folder) == 4
    assert {problem.file for problem in folder.problems} == {"data.yaml"}


def test_coco_outlines_become_masks(tmp_path):
    folder = folders.read(small.coco(tmp_path))
    assert folder.class_names == ("car", "bus")
    assert folder.pixel_names == ("background", "car", "bus")
    x1, y1, x2, y2 = small.BOX
    expected = np.zeros(small.SIZE, int)
    expected[y1:y2, x1:x2] = 1
    for record in folder:  # one has polygons, the other runs
        np.testing.assert_array_equal(record["instance_masks"][..., 0], expected)
        np.testing.assert_array_equal(record["segmentation_masks"][..., 0], expected)
    assert len(folder) == len(list(folder)) == 2


def test_coco_pictures_are_found_where_people_keep_them(tmp_path):
    content = json.dumps(small.coco_content())
    for number in range(2):
        small.picture(tmp_path / f"val2017/{number}.png")
    small.text(tmp_path / "annotations/instances_val2017.json", content)
    folder = folders.read(tmp_path)
    assert folder.splits == {"validation": 2}


def coco_changes():
    def annotation(**changes):
        content = small.coco_content()
        content["annotations"][1] |= changes
        return content

    def images(**changes):
        content = small.coco_content()
        content["images"][1] |= changes
        return content

    return {
        "unknown class": (annotation(category_id=4), "unknown class 4", "box left out"),
        "no such picture": (annotation(image_id=99), "no picture with id 99", "box left out"),
        "inverted": (annotation(bbox=[5, 5, -3, 4]), "inverted box", "box left out"),
        "zero": (annotation(bbox=[5, 5, 0, 4]), "without width or height", "box left out"),
        "outside": (annotation(bbox=[70, 5, 5, 5]), "outside the picture", "box left out"),
        "sticks out": (annotation(bbox=[50, 5, 20, 5]), "sticks out", "box cut"),
        "three numbers": (annotation(bbox=[5, 5, 4]), "expected bbox", "box left out"),
        "words": (annotation(bbox=["a", 5, 4, 4]), "expected bbox", "box left out"),
        "bad polygon": (annotation(segmentation=[[1, 2]]), "three or more points", "outline"),
        "bad runs": (
            annotation(segmentation={"size": [40, 60], "counts": [3]}),
            "runs that do not fill",
            "outline",
        ),
        "missing picture": (images(file_name="gone.png"), "no picture gone.png", "picture"),
        "twice": (images(id=10), "a second picture with id 10", "picture left out"),
        "no name": (images(file_name=None), "expected `id` and `file_name`", "picture"),
    }


@pytest.mark.parametrize("content, wrong, outcome", coco_changes().values(), ids=coco_changes())
def test_a_bad_entry_of_coco_is_named_by_line(tmp_path, content, wrong, outcome):
    small.coco(tmp_path, content)
    folder = folders.read(tmp_path)
    problem = folder.problems[0]
    assert problem.file == "annotations.json"
    assert wrong in problem.text
    assert problem.outcome.startswith(outcome)
    lines = (tmp_path / "annotations.json").read_text().splitlines()
    key = problem.text.split("[")[0]
    entry = json.JSONDecoder().raw_decode("\n".join(lines[problem.line - 1 :]).strip())[0]
    assert entry == content[key][1]
    assert len(folder[0]["bounding_boxes"]["boxes"]) == 1


@pytest.mark.parametrize(
    "content",
    [
        '{"images": [], "annotations": ',
        '{"images": {}, "annotations": [], "categories": []}',
        '{"images": ' + "[" * 100_000,
    ],
    ids=["cut off", "no list", "too deep"],
)
def test_a_broken_json_is_refused(tmp_path, content):
    small.coco(tmp_path)
    (tmp_path / "annotations.json").write_text(content)
    with pytest.raises(DataError, match=r"No pictures .* read as coco\. .*annotations\.json: "):
        folders.read(tmp_path)


def test_a_json_of_a_gigabyte_is_refused_unread(tmp_path):
    small.coco(tmp_path)
    with (tmp_path / "annotations.json").open("r+b") as file:
        file.truncate(1_000_000_000)  # a sparse file
    with pytest.raises(DataError, match="expected at most 512 MB, the file has 1,000 MB"):
        folders.read(tmp_path)


def test_crowds_and_objects_without_an_outline_are_noted(tmp_path):
    content = small.coco_content()
    content["annotations"][0]["iscrowd"] = 1
    content["annotations"].append(content["annotations"][1] | {"segmentation": []})
    folder = folders.read(small.coco(tmp_path, content))
    assert [len(sample.boxes) for sample in folder.samples] == [0, 2]
    assert folder.pixel_names == ()
    assert folder.notes == (
        "1 crowds left out: no single objects",
        "some objects have no outline: no masks",
    )


@pytest.mark.parametrize("seed", range(5))
def test_runs_are_decoded_as_pycocotools_does(seed):
    from pycocotools import mask as reference

    dice = np.random.default_rng(seed)
    mask = (dice.random((37, 23)) < (0.5, 0.02, 0.98, 0, 1)[seed]).astype(np.uint8)
    encoded = reference.encode(np.asfortranarray(mask))
    encoded["counts"] = encoded["counts"].decode()
    found = outlines.painted([outlines.checked(encoded, mask.shape)], mask.shape)
    np.testing.assert_array_equal(found, mask)


def test_polygons_agree_with_pycocotools():
    from pycocotools import mask as reference

    dice = np.random.default_rng(0)
    for _ in range(20):
        angles = np.sort(dice.uniform(0, 2 * np.pi, 12))
        points = 50 + dice.uniform(10, 45, 12)[:, None] * np.c_[np.cos(angles), np.sin(angles)]
        theirs = reference.decode(reference.frPyObjects([points.ravel().tolist()], 100, 100))
        found = outlines.painted([outlines.checked([points.ravel().tolist()], None)], (100, 100))
        both, either = (found & theirs[..., 0]).sum(), (found | theirs[..., 0]).sum()
        assert both / either > 0.98


def test_runs_of_another_size_than_a_picture_whose_size_is_not_said(tmp_path):
    content = small.coco_content()
    for number, entry in enumerate(content["images"]):
        entry["height"] = (None, 10**4000)[number]
    for number, runs in enumerate(([2000, 400], [2**62, 400])):
        content["annotations"][number]["segmentation"] = {"size": [40, 60], "counts": runs}
    content["annotations"][1]["segmentation"]["size"] = [2**31, 2**31]
    small.coco(tmp_path, content)
    assert "runs that do not fill" in folders.read(tmp_path).problems[0].text
    content["annotations"][1]["segmentation"] = {"size": [4, 6], "counts": [4, 20]}
    folder = folders.read(small.coco(tmp_path, content))
    assert folder[0]["instance_masks"].sum() == 400
    with pytest.raises(DataError, match=r"images/1\.png: the runs .* another size"):
        folder[1]


def test_the_smaller_of_two_objects_is_in_front():
    square = [[0, 0, 8, 0, 8, 8, 0, 8]]
    small_one = [[2, 2, 4, 2, 4, 4, 2, 4]]
    found = outlines.painted([outlines.checked(one, None) for one in (small_one, square)], (8, 8))
    assert (found == 1).sum() == 4
    assert (found == 2).sum() == 60


def test_instance_masks_give_boxes(tmp_path):
    folder = folders.read(small.masks(tmp_path))
    record = folder[0]
    assert record["bounding_boxes"]["boxes"].tolist() == [list(small.BOX), [40, 30, 48, 34]]
    assert np.unique(record["instance_masks"]).tolist() == [0, 1, 2]
    assert np.unique(record["segmentation_masks"]).tolist() == [0, 1]


def class_mask(*values):
    mask = np.zeros(small.SIZE, np.uint8)
    for row, value in enumerate(values):
        mask[row] = value
    return mask


def coloured(mask, palette):
    return np.array(palette, np.uint8)[mask]


MASK_KINDS = {
    "ids saved as colours": (
        np.repeat(class_mask(3)[..., None], 3, 2),
        ("background", "3"),
        [0, 1],
    ),
    "grey among colours": (
        coloured(class_mask(1, 2), [(0, 0, 0), (9, 9, 9), (0, 0, 255)]),
        ("background", "#0000ff", "#090909"),
        [0, 1, 2],
    ),
    "ids": (class_mask(3, 5), ("background", "3", "5"), [0, 1, 2]),
    "ids and void": (class_mask(3, 255), ("background", "3"), [0, 1, 255]),
    "black and white": (class_mask(255), ("background", "object"), [0, 1]),
    "colours": (
        coloured(class_mask(1, 2), [(0, 0, 0), (255, 0, 0), (0, 0, 255)]),
        ("background", "#0000ff", "#ff0000"),
        [0, 1, 2],
    ),
    "16 bits": (class_mask(3).astype(np.uint16) * 100, ("background", "300"), [0, 1]),
}


@pytest.mark.parametrize("mask, names, values", MASK_KINDS.values(), ids=MASK_KINDS)
def test_masks_of_classes(tmp_path, mask, names, values):
    folder = folders.read(small.masks(tmp_path, mask, "masks"))
    assert (folder.format, folder.pixel_names, folder.class_names) == ("masks", names, ())
    assert np.unique(folder[0]["segmentation_masks"]).tolist() == values
    assert said(folder) == []


def test_a_palette_mask_holds_its_places_not_its_colours(tmp_path):
    small.masks(tmp_path, folder="masks")
    for name in "ab":
        image = Image.fromarray(class_mask(1, 2)).convert("P")
        image.putpalette([0, 0, 0, 200, 200, 200, 9, 9, 9])
        image.save(tmp_path / f"masks/{name}.png")
    assert np.unique(folders.read(tmp_path)[0]["segmentation_masks"]).tolist() == [0, 1, 2]


def test_names_and_colours_of_masks_come_from_tables(tmp_path):
    mask = coloured(class_mask(1, 2), [(0, 0, 0), (255, 0, 0), (0, 0, 255)])
    small.masks(tmp_path, mask, "labels")
    small.text(tmp_path / "class_dict.csv", "name,r,g,b\nroad,0,0,0\ncar,255,0,0\n")
    folder = folders.read(tmp_path)
    assert folder.pixel_names == ("road", "car")
    assert np.unique(folder[0]["segmentation_masks"]).tolist() == [0, 1, 255]
    assert said(folder) == [
        ".: the masks have an unknown colour (0, 0, 255) (read as unlabelled)",
    ]


def test_names_of_ids_come_from_a_text_or_yaml(tmp_path):
    small.masks(tmp_path, class_mask(1, 2), "masks")
    small.text(tmp_path / "classes.txt", "road\ncar\nsky\n")
    assert folders.read(tmp_path).pixel_names == ("road", "car", "sky")
    (tmp_path / "classes.txt").unlink()
    small.text(tmp_path / "classes.yaml", "classes:\n  1: car\n")
    folder = folders.read(tmp_path)
    assert folder.pixel_names == ("background", "car")
    assert said(folder) == [".: the masks have an unknown class 2 (read as unlabelled)"]


def test_a_yaml_of_aliases_upon_aliases_is_no_trap(tmp_path):
    bomb = "a0: &a0 [x, x]\n" + "".join(
        f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12)
    )
    small.yolo(tmp_path / "yolo")
    text = f"{bomb}path: *a11\ntrain: *a11\nval: [*a11]\nnames: *a11\n"
    small.text(tmp_path / "yolo/data.yaml", text)
    folder = folders.read(tmp_path / "yolo")
    assert len(folder) == 4
    assert {problem.file for problem in folder.problems} == {"data.yaml"}
    small.masks(tmp_path / "masks", class_mask(1), "masks")
    small.text(tmp_path / "masks/names.yaml", f"{bomb}classes: {{0: *a11, 1: car}}\n")
    assert folders.read(tmp_path / "masks").pixel_names == ("0", "car")


def test_a_mask_of_one_grey_among_coloured_ones(tmp_path):
    small.masks(tmp_path, coloured(class_mask(1), [(0, 0, 0), (255, 0, 0)]), "masks")
    small.picture(tmp_path / "masks/b.png", np.full(small.SIZE, 9, np.uint8))
    folder = folders.read(tmp_path)
    assert folder.pixel_names == ("background", "#090909", "#ff0000")
    assert np.unique(folder[1]["segmentation_masks"]).tolist() == [1]


def test_masks_beside_their_pictures_and_what_is_alone(tmp_path):
    for name in "ab":
        small.picture(tmp_path / f"{name}.jpg")
        small.picture(tmp_path / f"{name}_mask.png", class_mask(1))
    small.picture(tmp_path / "alone.jpg")
    folder = folders.read(tmp_path)
    assert [sample.mask for sample in folder.samples] == ["a_mask.png", "b_mask.png"]
    assert [problem.file for problem in folder.problems] == ["alone.jpg"]


def test_a_mask_of_another_size_is_refused(tmp_path):
    small.masks(tmp_path)
    small.picture(tmp_path / "instance_masks/a.png", np.ones((7, 9), np.uint8))
    folder = folders.read(tmp_path)
    with pytest.raises(DataError, match=r"instance_masks/a.png: a mask of 9x7 .* of 60x40"):
        folder[0]
    assert len(list(folder)) == 1


def test_people_are_in_natural_order_and_dealt_whole(tmp_path):
    folder = folders.read(small.people(tmp_path, [f"s{n}" for n in range(1, 13)], 3))
    assert folder.people[:3] == ("s1", "s2", "s3")
    assert folder[3]["identities"] == 1
    dealt = folder.dealt(validation=0.3, test=0.3)
    owners = {}
    for sample in dealt.samples:
        owners.setdefault(sample.identity, set()).add(sample.split)
    assert all(len(splits) == 1 for splits in owners.values())
    assert len(dealt.splits) == 3
    again = folders.read(tmp_path).dealt(validation=0.3, test=0.3)
    assert [one.split for one in again.samples] == [one.split for one in dealt.samples]


def test_people_in_a_folder_of_theirs_and_in_splits(tmp_path):
    small.people(tmp_path / "a/lfw_funneled")
    assert folders.read(tmp_path / "a").people == ("ann", "bob", "cy")
    small.people(tmp_path / "b/train")
    small.people(tmp_path / "b/test", ["ann", "dan"])
    folder = folders.read(tmp_path / "b")
    assert folder.people == ("ann", "bob", "cy", "dan")
    assert folder.splits == {"train": 6, "test": 4}


def test_two_folders_are_people_only_when_named_so(tmp_path):
    small.people(tmp_path, ["style", "content"])
    assert folders.read(tmp_path).format == "plain"
    assert folders.read(tmp_path, "people").people == ("content", "style")


def test_only_some_classes_in_another_order(tmp_path):
    small.yolo(tmp_path)
    small.text(tmp_path / "labels/train/a.txt", small.yolo_line() + small.yolo_line(1))
    folder = folders.read(tmp_path, classes=("bus",))
    assert folder.class_names == ("bus",)
    assert [sample.labels.tolist() for sample in folder.samples] == [[0], [], [], []]
    with pytest.raises(ValueError, match="no class 'tram'"):
        folders.read(tmp_path, classes=("tram",))


def test_only_some_classes_of_masks_from_outlines(tmp_path):
    content = small.coco_content()
    content["annotations"][1]["category_id"] = 7
    small.coco(tmp_path, content)
    folder = folders.read(tmp_path, classes=("bus",))
    assert folder.pixel_names == ("background", "bus")
    assert [record["segmentation_masks"].max() for record in folder] == [0, 1]


@pytest.mark.parametrize("name", ["é", "中文 图片", "ñandú 🦤"])
@pytest.mark.parametrize("kind", ["voc", "yolo", "coco"])
def test_names_in_any_script_and_either_spelling_of_accents(tmp_path, name, kind):
    import unicodedata

    on_disk, written = (unicodedata.normalize(form, name) for form in ("NFD", "NFC"))
    small.picture(tmp_path / f"images/{on_disk}.png")
    if kind == "voc":
        small.text(tmp_path / f"Annotations/{written}.xml", small.voc_xml(("car", *small.BOX)))
    elif kind == "yolo":
        small.text(tmp_path / f"labels/{written}.txt", small.yolo_line())
    else:
        content = small.coco_content(1)
        content["images"][0]["file_name"] = f"{written}.png"
        small.text(tmp_path / "annotations.json", json.dumps(content))
    folder = folders.read(tmp_path)
    assert said(folder) == []
    np.testing.assert_allclose(folder[0]["bounding_boxes"]["boxes"], [small.BOX], atol=1e-4)


def test_links_out_of_the_folder_are_not_followed(tmp_path):
    outside = small.picture(tmp_path / "outside/secret.png").parent
    root = small.plain(tmp_path / "mine")
    (root / "out.png").symlink_to(outside / "secret.png")
    (root / "folder").symlink_to(outside)
    (root / "nowhere.png").symlink_to("gone.png")
    (root / "round.png").symlink_to("round.png")
    (root / "inside.png").symlink_to("a.png")
    folder = folders.read(root)
    assert [sample.picture for sample in folder.samples] == ["a.png", "b.png", "inside.png"]
    assert {problem.file for problem in folder.problems} == {
        "out.png", "folder", "nowhere.png", "round.png",
    }  # fmt: skip


def test_what_is_no_regular_file_is_passed_over(tmp_path):
    small.plain(tmp_path)
    os.mkfifo(tmp_path / "pipe.png")  # opening it would wait for ever
    (tmp_path / "folder.png").mkdir()
    small.picture(tmp_path / ".hidden/c.png")
    assert len(folders.read(tmp_path)) == 2


def test_no_folder_nothing_in_it_and_no_such_format(tmp_path):
    with pytest.raises(DataError, match="There is no folder"):
        folders.read(tmp_path / "gone")
    with pytest.raises(DataError, match="There are no pictures"):
        folders.read(tmp_path)
    with pytest.raises(ValueError, match="no format 'pascal': choose one of coco, yolo"):
        folders.read(tmp_path, "pascal")
