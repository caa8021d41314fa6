"""`course data check`: what a folder holds, its problems, its sheet."""

import course_utils  # noqa: F401  (before Keras)
from course_utils.cli import app
from course_utils.datasets import checking, folders, sheet, summary
from course_utils.datasets.problems import printable

import numpy as np
import pytest
import small_folders as small
from PIL import Image
from typer.testing import CliRunner


def checked(root, **options):
    return checking.check(folders.read(root, **options))


def run(*arguments):
    return CliRunner().invoke(app, ["data", "check", *map(str, arguments)])


def test_a_summary_counts_what_is_there(tmp_path):
    small.yolo(tmp_path)
    small.text(tmp_path / "labels/val/b.txt", "")
    found = checked(tmp_path)
    assert (found.pictures, found.splits) == (4, {"train": 2, "validation": 2})
    assert found.sizes == {(60, 40): 4}
    assert found.classes == {"car": (3, 3), "bus": (0, 0)}
    assert found.box_sides == pytest.approx((20, 20, 20))
    assert (found.empty, found.tiny, found.problems) == (1, 0, [])
    assert summary.lines(found) == [
        "format   yolo",
        "pictures 4: train 2, validation 2",
        "sizes    60x40 (4)",
        "boxes    3, 20 to 20 pixels a side, half of them below 20; 1 pictures without any",
        "classes  car  3 on 3 pictures",
        "         bus  0 on 0 pictures",
    ]


def test_pixels_and_people_are_counted(tmp_path):
    mask = np.zeros(small.SIZE, np.uint8)
    mask[:10] = 5
    found = checked(small.masks(tmp_path / "masks", mask, "masks"))
    assert found.pixels == {"background": 0.75, "5": 0.25}
    assert "pixels   background  75.0%" in summary.lines(found)
    found = checked(small.people(tmp_path / "people"))
    assert "people   3, 2 pictures each" in summary.lines(found)


def test_broken_pictures_are_left_out_and_named(tmp_path):
    small.voc(tmp_path)
    (tmp_path / "JPEGImages/b.png").write_bytes(b"no picture")
    found = checked(tmp_path)
    assert found.pictures == len(found.readable) == 2
    (problem,) = found.problems
    assert str(problem).startswith("JPEGImages/b.png: no readable picture")
    assert problem.outcome == "picture left out"


def test_a_problem_is_reported_once_however_often_its_picture_is_read(tmp_path):
    small.voc(tmp_path, ["a"])
    unsaid = small.voc_xml(("car", 70, 70, 90, 90), size=(0, 0))
    small.text(tmp_path / "Annotations/a.xml", unsaid)
    folder = folders.read(tmp_path)
    for _ in range(3):
        checking.check(folder)
    assert len(folder.problems) == 1


def test_the_command_prints_a_summary_and_ends_well(tmp_path):
    result = run(small.coco(tmp_path / "mine"))
    assert result.exit_code == 0, result.output
    assert "format   coco" in result.output


def test_the_command_lists_problems_and_ends_with_1(tmp_path):
    small.yolo(tmp_path)
    small.text(tmp_path / "labels/val/a.txt", "9 0.5 0.5 0.1 0.1\n" * 30)
    result = run(tmp_path)
    assert result.exit_code == 1
    assert "30 problems found" in result.output
    assert "labels/val/a.txt:20: unknown class 9" in result.output
    assert "labels/val/a.txt:21: " not in result.output
    assert "and 10 more; --all lists them" in result.output
    assert "labels/val/a.txt:30: unknown class 9" in run(tmp_path, "--all").output


@pytest.mark.parametrize(
    "arguments, wrong",
    [
        (["gone"], "There is no folder"),
        ([__file__], "is a file: name the folder that holds the pictures"),
        (["."], "There are no pictures"),
        ([".", "--format", "pascal"], "There is no format 'pascal'"),
        ([".", "--sheet", "a.gif"], "A sheet ends in .png, .jpg, .jpeg; got 'a.gif'"),
        ([".", "--sheet", "gone/a.png"], "There is no folder gone"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_line(tmp_path, monkeypatch, arguments, wrong):
    monkeypatch.chdir(tmp_path)
    result = run(*arguments)
    assert result.exit_code == 1
    assert wrong in result.output
    assert isinstance(result.exception, SystemExit)


@pytest.mark.parametrize("name", small.MAKERS)
def test_a_sheet_of_each_format(tmp_path, name):
    root = small.MAKERS[name](tmp_path / "mine")
    result = run(root, "--sheet", tmp_path / "sheet.png")
    assert result.exit_code == 0, result.output
    drawn = np.array(Image.open(tmp_path / "sheet.png").convert("RGB")).astype(int)
    assert min(drawn.shape[:2]) > 100
    red = (drawn[..., 0] > 150) & (drawn[..., 1:].max(2) < 80)
    assert red.any() or name in ("masks", "coco")  # the painted car; instances are tinted
    blue = np.abs(drawn - (0, 0x72, 0xB2)).sum(2) < 40  # the box of the first class
    assert blue.any() == (name in ("voc", "yolo", "coco", "masks"))


def test_a_sheet_shows_classes_that_the_masks_have(tmp_path):
    mask = np.zeros(small.SIZE, np.uint8)
    mask[:10], mask[10:20] = 5, 255
    folder = folders.read(small.masks(tmp_path / "mine", mask, "masks"))
    sheet.save(tmp_path / "sheet.png", folder)
    assert (tmp_path / "sheet.png").stat().st_size > 1000


def test_file_names_that_are_no_text_can_be_printed(tmp_path):
    small.plain(tmp_path)
    (tmp_path / "bad\udcff\n[red].png").write_bytes(b"")
    result = run(tmp_path)
    assert result.exit_code == 1
    assert "bad  [red].png: no readable picture" in result.output
    assert printable("a\x1b[31m\u202eb") == "a [31m b"
