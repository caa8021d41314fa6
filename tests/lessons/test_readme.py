"""The README's table of lessons."""

import re

from course_utils.lessons import readme
from course_utils.lessons.catalogue import LESSONS, PARTS
from course_utils.lessons.readme import BEGIN, END

import pytest
from lessons.small_lesson import small_lesson
from nbformat.v4.nbjson import writes


def result(**figures):
    run = {"date": "2026-01-02", "cpu": "A processor, 2 cores"}
    return {"seconds": 20.2, "figures": figures, "run": run}


@pytest.fixture
def folder(tmp_path):
    """A folder with three lessons of the catalogue and one of a teacher's own."""
    (tmp_path / "notebooks").mkdir()
    notebook = small_lesson()
    head = notebook.cells[0].source
    for number in ("P136", "P131", "P153"):
        entry = LESSONS[number]
        title = f"# {number} · {entry.title} · {entry.chinese_title}"
        notebook.cells[0].source = head.replace("# P901 · Counting by hand · 计数", title)
        notebook.metadata["course"]["needs"] = [] if number == "P131" else ["P131", "P132"]
        (tmp_path / "notebooks" / entry.file_name).write_text(writes(notebook), encoding="utf-8")
    (tmp_path / "notebooks" / "P901_counting.ipynb").write_text(writes(small_lesson()))
    (tmp_path / "data" / "covers").mkdir(parents=True)
    (tmp_path / "data" / "covers" / "P131.jpg").touch()
    return tmp_path / "notebooks"


def test_lessons_stand_in_order_under_their_parts(folder):
    figures = {"mean_iou": {"value": 0.8312, "at_least": 0.8}, "error": {"value": 2, "at_most": 3}}
    stored = {"P136": result(**figures), "P131": result(pairs={"value": 10000.0})}
    written = readme.table(stored | {"P901": result()}, folder)
    assert re.findall("^### (.*)", written, re.M) == [*PARTS.values(), "Further lessons"]
    detection = written.split("### ")[1]
    head, rule, first, second = [line for line in detection.split("\n") if line.startswith("|")]
    assert head.count("|") == rule.count("|") == first.count("|") == second.count("|") == 8
    assert first == (
        '| <img src="data/covers/P131.jpg" width="200" alt="Object localization"> '
        "| [**P131**<br>Object localization](notebooks/P131_object_localization.ipynb)<br>目标定位 "
        "|  | 45&nbsp;min | 20&nbsp;s | 10 | pairs 10,000 |"
    )
    assert second.startswith("|  | [**P136**"), "no picture where there is no cover"
    assert "| [P131](notebooks/P131_object_localization.ipynb)<br>P132 |" in second
    assert second.endswith("| mean iou 0.831 (≥&nbsp;0.8)<br>error 2 (≤&nbsp;3) |")
    assert written.endswith(
        "Lessons that stand today: 2 of 24.\nRun on A processor, 2 cores (2026-01-02)."
    )


def test_what_does_not_stand_yet_is_named_once(folder):
    written = readme.table({"P136": result(), "P153": result()}, folder)
    coming = [line for line in written.split("\n") if line.startswith("Still to come: ")]
    assert len(coming) == 4
    assert coming[0].startswith("Still to come: P131 Object localization 目标定位, P132 Landmark")
    assert "covers/P131" not in written, "a notebook that was never run does not stand"
    for number, entry in LESSONS.items():
        there = f"{number} {entry.title} {entry.chinese_title}" in "".join(coming)
        assert there == (number not in ("P136", "P153")), number


def test_a_whole_part_needs_no_such_line(folder, monkeypatch):
    monkeypatch.setattr(readme.catalogue, "LESSONS", {"P131": LESSONS["P131"]})
    assert "Still to come" not in readme.table({"P131": result()}, folder)


def test_machines_are_named_with_their_first_and_last_date(folder):
    runs = {"P131": "2026-01-03", "P136": "2026-01-01", "P153": "2026-01-02"}
    stored = {name: result() | {"run": {"date": d, "cpu": "A"}} for name, d in runs.items()}
    assert readme.table(stored, folder).endswith("\nRun on A (2026-01-01 to 2026-01-03).")


def test_readme_keeps_what_is_around_the_table(folder):
    page = folder.parent / "README.md"
    page.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n", encoding="utf-8")
    readme.write(page, {"P131": result()}, folder)
    once = page.read_text("utf-8")
    assert once.startswith(f"before\n{BEGIN}\n### Object detection\n")
    assert once.endswith(f"\n{END}\nafter\n") and "old" not in once
    readme.write(page, {"P131": result()}, folder)
    assert page.read_text("utf-8") == once


@pytest.mark.parametrize("text", ["nothing", f"{BEGIN}\n", f"\n{END}"])
def test_readme_without_both_markers_is_left_alone(folder, text):
    page = folder.parent / "README.md"
    page.write_text(text)
    with pytest.raises(ValueError, match=r"README\.md needs the lines .* around its table"):
        readme.write(page, {}, folder)
    assert page.read_text() == text
