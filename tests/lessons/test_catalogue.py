"""The catalogue of the lessons."""

import re

from course_utils.lessons import catalogue
from course_utils.lessons.catalogue import LESSONS, PARTS

import pytest


def test_it_names_the_24_lessons_in_order():
    assert len(LESSONS) == 24
    assert list(LESSONS) == sorted(LESSONS), "P152a comes before P152b"
    assert [LESSONS[f"P{number}"].part for number in (131, 140, 141, 144, 145, 149, 150, 153)] == [
        part for part in PARTS for _ in range(2)
    ], "the parts follow one another"


@pytest.mark.parametrize("entry", LESSONS.values(), ids=LESSONS)
def test_an_entry_can_be_shown(entry):
    assert catalogue.lesson_id(entry.file_name) == entry.id
    assert re.fullmatch(r"[a-z]+(_[a-z]+)*", entry.slug)
    assert len(entry.title) <= 29, "`course status` has 80 columns"
    assert re.search(r"[\u4e00-\u9fff]", entry.chinese_title)
    assert entry.part in PARTS


@pytest.mark.parametrize(
    ("names", "found", "why"),
    [
        (["P153_style_cost", "P131_object_localization"], ["P131", "P153"], "in order"),
        (["P900_own", "P153_style_cost", "P800_x"], ["P153", "P800", "P900"], "others come last"),
        (["P136_iou"], ["P136"], "another slug is found, and refused by the lint"),
        (["P1_x", "notes", "P136", "Q136_x"], [], "no lesson's name"),
        ([], [], "an empty folder"),
    ],
)
def test_notebooks_are_found(tmp_path, names, found, why):
    for name in names:
        (tmp_path / f"{name}.ipynb").touch()
    assert list(catalogue.notebooks(tmp_path)) == found, why


def test_of_two_files_of_a_lesson_the_catalogues_own_counts(tmp_path):
    for slug in ("a_copy", "intersection_over_union", "z_copy"):
        (tmp_path / f"P136_{slug}.ipynb").touch()
    assert catalogue.notebooks(tmp_path)["P136"].name == LESSONS["P136"].file_name


def test_groups_follow_the_parts():
    groups = catalogue.by_part(["P153", "P900", "P131", "P132"])
    assert groups == {
        PARTS["detection"]: ["P131", "P132"],
        PARTS["style"]: ["P153"],
        catalogue.FURTHER: ["P900"],
    }
