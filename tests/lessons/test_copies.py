"""The learner's copies: what is in them, and that no work is ever lost."""

import json
import os

from course_utils.lessons import copies
from course_utils.lessons.cells import LessonError, read_cells
from course_utils.lessons.notebook import read_lesson

import nbformat
import pytest
from lessons.small_lesson import FILE_NAME, small_lesson


def test_a_copy_has_no_solutions_hidden_tests_or_outputs(lesson, released):
    assert "result += number" not in released
    assert "SOLUTION" not in released
    assert "secret_list" not in released and "HIDDEN" not in released
    notebook = nbformat.reads(released, as_version=4)
    nbformat.validate(notebook)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert all(cell.outputs == [] and cell.execution_count is None for cell in code)
    assert not any("execution" in cell.metadata for cell in notebook.cells)
    assert len(notebook.cells) == len(lesson.cells)


def test_a_copy_is_what_the_grader_compares_with(lesson, untouched):
    cells = {cell.grade_id: cell.source for cell in read_cells(untouched)}
    for exercise in lesson.exercises:
        assert cells[exercise.name] == exercise.stub
        assert cells[exercise.checks_name].rstrip() == exercise.visible_checks.rstrip()


def test_setup_and_parameters_stay(lesson, untouched):
    own = [c.source for c in read_cells(untouched) if {"setup", "parameters"} & set(c.tags)]
    assert own == [cell.source for cell in lesson.setup]


def test_graded_cells_are_marked_as_nbgrader_does(released):
    graded = [c for c in json.loads(released)["cells"] if "nbgrader" in c["metadata"]]
    assert len(graded) == 6
    for cell in graded:
        assert len(cell["metadata"]["nbgrader"]["checksum"]) == 32
        assert cell["metadata"]["deletable"] is False
        is_check = cell["metadata"]["nbgrader"]["grade"]
        assert cell["metadata"].get("editable", True) is not is_check


def test_what_nbgrader_refuses_is_named(tmp_path):
    notebook = small_lesson()
    notebook.cells[4].source = notebook.cells[4].source.replace("### END SOLUTION", "")
    nbformat.write(notebook, tmp_path / FILE_NAME)
    with pytest.raises(LessonError, match="nbgrader refuses P901"):
        copies.learner_copy(read_lesson(tmp_path / FILE_NAME))


def test_prepare_writes_what_is_missing_and_touches_nothing_else(notebooks, tmp_path):
    directory = tmp_path / "a" / "my lessons"
    assert copies.prepare(directory, notebooks) == [directory / FILE_NAME]
    mine = directory / FILE_NAME
    mine.write_bytes(b"my own work")
    os.utime(mine, (1, 1))
    assert copies.prepare(directory, notebooks) == []
    assert mine.read_bytes() == b"my own work" and mine.stat().st_mtime == 1
    assert os.listdir(directory) == [FILE_NAME]


def test_prepare_leaves_a_link_to_nowhere_alone(notebooks, tmp_path):
    (tmp_path / FILE_NAME).symlink_to(tmp_path / "nowhere")
    assert copies.prepare(tmp_path, notebooks) == []
    assert (tmp_path / FILE_NAME).is_symlink()


def test_prepare_where_a_file_is_in_the_way(notebooks, tmp_path):
    (tmp_path / "my_lessons").write_text("a file")
    for directory in (tmp_path / "my_lessons", tmp_path / "my_lessons" / "deeper"):
        with pytest.raises(NotADirectoryError, match="is a file"):
            copies.prepare(directory, notebooks)


def test_a_full_disk_leaves_nothing_half_made(notebooks, tmp_path, monkeypatch):
    def full(self, target):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.replace", full)
    with pytest.raises(OSError, match="No space"):
        copies.prepare(tmp_path, notebooks)
    assert os.listdir(tmp_path) == []


def test_reset_keeps_every_old_file(lesson, released, tmp_path):
    mine = tmp_path / FILE_NAME
    kept = []
    for text in ("first", "second", "third"):
        mine.write_text(text)
        path, old = copies.reset(lesson, tmp_path)
        assert path == mine and mine.read_text("utf-8").strip() == released.strip()
        assert old.read_text() == text
        kept.append(old)
    assert len(set(kept)) == 3 and all(old.parent.name == "kept" for old in kept)
    assert sorted(os.listdir(tmp_path)) == sorted([FILE_NAME, "kept"])


def test_reset_without_an_old_file(lesson, tmp_path):
    path, old = copies.reset(lesson, tmp_path)
    assert path.exists() and old is None and os.listdir(tmp_path) == [FILE_NAME]


def test_reset_on_a_full_disk_keeps_the_file_where_it_is(lesson, tmp_path, monkeypatch):
    (tmp_path / FILE_NAME).write_text("mine")

    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("tempfile.mkstemp", full)
    with pytest.raises(OSError, match="No space"):
        copies.reset(lesson, tmp_path)
    assert (tmp_path / FILE_NAME).read_text() == "mine"


def test_files_are_written_whole_with_usual_permissions(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("old")
    copies.write_atomically(path, "和")
    assert path.read_bytes() == "和\n".encode()
    expected = tmp_path / "b.txt"
    expected.write_text("")
    assert path.stat().st_mode == expected.stat().st_mode
    assert sorted(os.listdir(tmp_path)) == ["a.txt", "b.txt"]
