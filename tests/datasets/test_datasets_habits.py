"""Folders as people's tools and habits write them: what comes out, and what is said of it."""

import json

from course_utils.datasets import folders
from course_utils.datasets.problems import DataError
from course_utils.schema import VOID

import numpy as np
import pytest
import small_folders as small
from PIL import Image, ImageFilter

BOX = [10, 5, 30, 25]
HEIGHT, WIDTH = small.SIZE


def said(folder):
    return [str(problem) for problem in folder.problems]


def boxes(folder):
    return [one["bounding_boxes"]["boxes"].round(3).tolist() for one in folder]


# YOLO: what stands behind the box of BOX in a row, `kpt_shape`, and whether it is keypoints.
POINTS = "0.3 0.3"
ROWS = [
    (" ".join([POINTS + " 2"] * 17), "[17, 3]", True, "the 17 points of COCO, an even row"),
    (" ".join([POINTS + " 2"] * 4), "[4, 3]", True, "an odd row, as outlines have"),
    (" ".join([POINTS] * 2), "[2, 2]", True, "points without visibility"),
    ("", "[4, 3]", True, "a row without its points"),
    (" ".join([POINTS + " 2"] * 17), None, True, "nothing says so, but the row is even"),
    (" ".join([POINTS + " 2.0"] * 4), None, True, "nothing says so, but 2 is no share"),
    (" ".join([POINTS + " 1"] * 3), None, True, "all hidden, an even row"),
    (" ".join([POINTS] * 2), "[4, 3]", False, "fewer points than were said"),
    (POINTS.split()[0], None, False, "a score behind the box"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("points", "shape", "fits"), [row[:3] for row in ROWS], ids=[row[3] for row in ROWS]
)
def test_keypoints_behind_a_box(points, shape, fits, tmp_path):
    small.picture(tmp_path / "images/a.png")
    small.text(tmp_path / "labels/a.txt", f"{small.yolo_line().strip()} {points}\n")
    said_shape = f"kpt_shape: {shape}\n" if shape else ""
    small.text(tmp_path / "data.yaml", f"train: images\nnames: [hand]\n{said_shape}")
    folder = folders.read(tmp_path)
    if fits:
        assert boxes(folder) == [[BOX]] and said(folder) == []
        assert ("keypoints left out: only their boxes are read" in folder.notes) == bool(points)
    else:
        assert boxes(folder) == [[]]
        assert "labels/a.txt:1: expected class, x, y, width, height" in said(folder)[0]


@pytest.mark.parametrize("given", ["17", "[17]", "[17, 4]", "[0, 3]", "[a, 3]"])
def test_a_shape_of_keypoints_that_is_none(given, tmp_path):
    small.yolo(tmp_path)
    with (tmp_path / "data.yaml").open("a") as file:
        file.write(f"kpt_shape: {given}\n")
    assert "data.yaml: kpt_shape: number of points and 2 or 3" in said(folders.read(tmp_path))[0]


def test_an_outline_along_the_border_is_no_row_of_keypoints(tmp_path):
    small.picture(tmp_path / "a.png")
    small.text(tmp_path / "a.txt", "0 0 0 1 0 1 1 0 1\n0 0 0 .5 0 1 0 1 .5 1 1 .5 1 0 1 0 .5\n")
    folder = folders.read(tmp_path)
    assert boxes(folder) == [[[0, 0, WIDTH, HEIGHT]] * 2] and folder.notes == ()


def test_two_files_of_one_split_of_coco_are_put_together(tmp_path):
    """COCO has a file for each task; others have one for each class."""
    content = small.coco_content(1)
    (car,) = content["annotations"]
    bus = car | {"id": 9, "category_id": 7, "bbox": [40, 5, 10, 10]}
    small.picture(tmp_path / "val2017/0.png")
    for name, objects in [("instances", [car]), ("person_keypoints", [car]), ("buses", [bus, car])]:
        small.text(
            tmp_path / f"annotations/{name}_val2017.json",
            json.dumps(content | {"annotations": objects}),
        )
    folder = folders.read(tmp_path)
    assert folder.splits == {"validation": 1} and said(folder) == []
    assert sorted(folder[0]["bounding_boxes"]["labels"].tolist()) == [0, 1]
    assert sorted(boxes(folder)[0]) == [BOX, [40, 5, 50, 15]]
    assert folder[0]["instance_masks"].max() == 2


def test_a_second_file_of_coco_that_contradicts_the_first_is_reported(tmp_path):
    content = small.coco_content(1)
    other = content | {"images": [content["images"][0] | {"width": 30}]}
    small.picture(tmp_path / "images/0.png")
    for name, one in [("a", content), ("b", other)]:
        small.text(tmp_path / f"{name}.json", json.dumps(one))
    folder = folders.read(tmp_path)
    assert boxes(folder) == [[BOX]]
    assert any(
        "b.json: images/0.png has another size here than in a.json" in s for s in said(folder)
    )


# What becomes of the object at (40, 0) to (60, 40), beside the car of BOX: its pixels' label.
RIGHT = [40, 0, 20, 40]
RUNS = {"size": [HEIGHT, WIDTH], "counts": [40 * HEIGHT, 20 * HEIGHT]}
OUTLINE = [[40, 0, 60, 0, 60, 40, 40, 40]]
LEFT_OUT = [
    ({"iscrowd": 1, "segmentation": RUNS}, VOID, "a crowd"),
    ({"iscrowd": 1, "segmentation": []}, VOID, "a crowd without outline: its box"),
    ({"iscrowd": 1, "segmentation": {"size": [1, 1], "counts": "?"}}, VOID, "a broken outline"),
    ({"category_id": 99, "segmentation": OUTLINE}, VOID, "a class that is not defined"),
    ({"category_id": 99, "segmentation": None}, VOID, "the same without outline"),
    ({"bbox": [40, 0, 0, 40], "segmentation": OUTLINE}, VOID, "a box without width"),
    ({"category_id": 99, "segmentation": None, "bbox": None}, 0, "nothing says where it is"),
    ({"segmentation": OUTLINE}, 2, "an object like any other"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "label"), [r[:2] for r in LEFT_OUT], ids=[r[2] for r in LEFT_OUT]
)
def test_pixels_of_what_is_left_out_are_no_background(changes, label, tmp_path):
    content = small.coco_content(1)
    other = content["annotations"][0] | {"id": 5, "category_id": 7, "bbox": RIGHT} | changes
    content["annotations"].append(other)
    folder = folders.read(small.coco(tmp_path, content))
    pixels = folder[0]["segmentation_masks"][..., 0]
    assert set(np.unique(pixels[:, 40:])) == {label}
    assert (pixels[5:25, 10:30] == 1).all() and pixels[0, 0] == 0


def two_tone(blur=0.0):
    """A white disc on black, with soft edges if blurred: (height, width) uint8."""
    y, x = np.ogrid[:HEIGHT, :WIDTH]
    disc = Image.fromarray(np.uint8(255 * ((y - 20) ** 2 + (x - 30) ** 2 < 150)))
    return np.array(disc.filter(ImageFilter.GaussianBlur(blur)))


@pytest.mark.parametrize("classes", [(), ("sky", "cloud"), ("cloud",)])
@pytest.mark.parametrize(
    ("ending", "blur"),
    [("png", 0), ("png", 1), ("jpg", 0), ("jpg", 1), ("jpeg", 0), ("noisy.png", 0)],
)
def test_masks_of_black_and_white_are_two_classes(ending, blur, classes, tmp_path):
    mask = two_tone(blur)
    for name in "ab":
        small.picture(tmp_path / f"images/{name}.jpg")
        path = small.picture(tmp_path / f"masks/{name}.{ending.split('.')[-1]}", mask)
        if ending == "noisy.png":  # through JPEG once
            small.picture(tmp_path / "masks/x.jpg", mask, quality=60)
            Image.open(tmp_path / "masks/x.jpg").save(path)
            (tmp_path / "masks/x.jpg").unlink()
    if classes:
        small.text(tmp_path / "classes.txt", "\n".join(classes))
    folder = folders.read(tmp_path)
    assert folder.format == "masks" and len(folder) == 2 and said(folder) == []
    expected = {(): ("background", "object"), ("cloud",): ("background", "cloud")}
    assert folder.pixel_names == expected.get(classes, classes)
    labels = folder[0]["segmentation_masks"][..., 0]
    assert (labels[mask > 230] == 1).all() and (labels[mask < 30] == 0).all()
    assert (labels == VOID).any() >= bool(blur)
    assert (labels == VOID).mean() < 0.1
    if ending != "png" or blur:
        assert folder.notes[0].startswith("masks of black and white with values in between")
    else:
        assert folder.notes == ()


# Masks that are no two classes, and a part of what is said.
OTHER_MASKS = [
    ([0, 1, 2, 20, 255], "png", "note", "each of 4 values, 0 to 20, taken as one", "ids as VOC's"),
    ([0, 60, 120, 180], "png", "note", "each of 4 values, 0 to 180", "ids spread out"),
    ([0, 100, 130, 160], "jpg", "problem", "JPEG changes the numbers of masks", "greys in a JPEG"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("values", "ending", "kind", "words"),
    [r[:4] for r in OTHER_MASKS],
    ids=[r[4] for r in OTHER_MASKS],
)
def test_masks_of_more_classes_are_said_to_be(values, ending, kind, words, tmp_path):
    mask = np.repeat(np.uint8(values), 15)[None].repeat(HEIGHT, axis=0)[:, :WIDTH]
    small.picture(tmp_path / "images/a.png", small.painted((HEIGHT, mask.shape[1])))
    small.picture(tmp_path / f"masks/a.{ending}", mask)
    folder = folders.read(tmp_path)
    assert words in " ".join(folder.notes if kind == "note" else said(folder))


def test_a_jpeg_of_instances_is_refused_and_a_png_beside_it_taken(tmp_path):
    small.masks(tmp_path)
    small.picture(tmp_path / "images/c.png")
    for name in "ac":
        small.picture(tmp_path / f"instance_masks/{name}.jpg", small.instance_mask())
    folder = folders.read(tmp_path)
    assert [sample.mask for sample in folder.samples] == [f"instance_masks/{n}.png" for n in "ab"]
    assert "c.jpg: JPEG changes the numbers of instances: save the mask as PNG" in said(folder)[0]


# JSON files that are not COCO's, beside YOLO's labels.
NO_COCO = [
    ({"categories": [{"id": 0, "name": "cup"}], "info": {}}, "Label Studio's notes.json"),
    ({"images": 20, "annotations": "see labels"}, "a report"),
    ({"categories": [], "licenses": []}, "nothing"),
]


@pytest.mark.parametrize("content", [r[0] for r in NO_COCO], ids=[r[1] for r in NO_COCO])
def test_a_json_beside_yolo_labels_does_not_make_it_coco(content, tmp_path):
    small.text(small.yolo(tmp_path) / "notes.json", json.dumps(content))
    folder = folders.read(tmp_path)
    assert folder.format == "yolo" and len(folder) == 4 and said(folder) == []


def test_a_folder_of_two_formats_says_so(tmp_path):
    small.coco(small.yolo(tmp_path))
    folder = folders.read(tmp_path)
    assert folder.format == "coco"
    assert "read as coco; it could also be yolo: name the format" in folder.notes
    assert "could also" not in " ".join(folders.read(tmp_path, "yolo").notes)


def test_what_cannot_be_read_as_its_format_may_be_another(tmp_path):
    small.text(small.yolo(tmp_path) / "a.json", '{"images": [], "annotations": [], "x": 1}')
    with pytest.raises(DataError, match="name its format: yolo, plain"):
        folders.read(tmp_path)


def test_labels_without_their_picture_are_named(tmp_path):
    small.yolo(tmp_path)
    small.text(tmp_path / "labels/val/gone.txt", small.yolo_line())
    small.text(tmp_path / "labels/test/b.txt", small.yolo_line())
    small.text(tmp_path / "labels/train/README.txt", "how these were drawn")
    small.text(tmp_path / "elsewhere/list.txt", "0 0.5 0.5 0.1 0.1\n")
    assert said(folders.read(tmp_path)) == [
        "labels/test/b.txt: there is no picture called b (labels left out)",
        "labels/val/gone.txt: there is no picture called gone (labels left out)",
    ]


@pytest.mark.parametrize("kind", ["coco", "voc", "yolo"])
def test_pictures_without_labels_are_counted(kind, tmp_path):
    small.MAKERS[kind](tmp_path)
    small.picture(tmp_path / "more/x.png")
    words = {
        "coco": "1 pictures that no JSON file describes left out",
        "voc": "1 pictures that no XML file describes left out",
        "yolo": "1 pictures in no split left out",
    }
    assert words[kind] in folders.read(tmp_path).notes


def test_a_picture_in_two_splits_is_told(tmp_path):
    small.text(small.yolo(tmp_path) / "data.yaml", "train: images/train\nval: images\nnames: [a]\n")
    assert "2 pictures are in more than one split" in folders.read(tmp_path).notes


@pytest.mark.parametrize(
    "ending", ["jfif", "jpe", "jp2", "j2k", "avif", "dib", "tga", "apng", "pnm", "JPEG", "WebP"]
)
def test_pictures_of_every_kind_that_pillow_reads(ending, tmp_path):
    path = small.picture(tmp_path / "images/a.png")
    image = Image.open(path)
    image.save(path.with_suffix(f".{ending}"))
    path.unlink()
    small.text(tmp_path / "labels/a.txt", small.yolo_line())
    folder = folders.read(tmp_path)
    assert boxes(folder) == [[BOX]] and said(folder) == []
    assert np.abs(folder[0]["images"] - small.painted() / 255).mean() < 0.03


def test_files_that_are_passed_over_are_named(tmp_path):
    small.plain(tmp_path)
    for name in ("phone.heic", "scan.PSD", "walk.mp4", "more.mp4", "IMG_1", "notes.txt"):
        (tmp_path / name).write_bytes(b"?")
    folder = folders.read(tmp_path)
    assert len(folder) == 2
    assert [text.split(":")[0] for text in said(folder)] == ["phone.heic", "scan.PSD"]
    assert "not read: save it as JPEG or PNG (picture left out)" in said(folder)[0]
    assert folder.notes == ("other files passed over: .mp4 (2), without an ending (1)",)


def test_a_folder_of_pictures_that_cannot_be_read_says_why(tmp_path):
    (tmp_path / "phone.HEIC").write_bytes(b"?")
    with pytest.raises(DataError, match=r"no pictures .*phone.HEIC: .* save it as JPEG"):
        folders.read(tmp_path)


@pytest.mark.parametrize("stored", ["q.Jpg", "Q.JPG", "q.jpeg"])
@pytest.mark.parametrize("kind", ["voc", "coco", "yolo"])
def test_large_and_small_letters_of_a_name(kind, stored, tmp_path):
    """Windows and macOS make no difference between them, so tools write either."""
    small.picture(tmp_path / f"images/{stored}")
    if kind == "voc":
        small.text(tmp_path / "labels/q.xml", small.voc_xml(("car", *BOX)))
    elif kind == "yolo":
        small.text(tmp_path / "labels/q.txt", small.yolo_line())
    else:
        content = small.coco_content(1)
        content["images"][0]["file_name"] = stored.swapcase()
        small.text(tmp_path / "a.json", json.dumps(content))
    folder = folders.read(tmp_path)
    assert boxes(folder) == [[BOX]] and said(folder) == []


def test_two_names_that_differ_in_case_are_not_mixed_up(tmp_path):
    content = small.coco_content(1)
    content["images"][0]["file_name"] = "a.PNG"
    for name in ("a.png", "A.png"):
        small.picture(tmp_path / f"images/{name}")
    if len(list((tmp_path / "images").iterdir())) < 2:
        pytest.skip("this disk makes no difference")
    small.text(tmp_path / "a.json", json.dumps(content))
    with pytest.raises(DataError, match=r"there is no picture a\.PNG"):
        folders.read(tmp_path)
