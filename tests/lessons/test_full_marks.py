"""A learner whose answers are all right gets to the last cell.

By default a copy is run up to the first cell that trains, or, behind the last exercise, that takes
its time in another way; with COURSE_WHOLE=1 it is run whole.
"""

import os

from course_utils.lessons import catalogue
from course_utils.lessons.cells import read_cells
from course_utils.lessons.copies import learner_copy
from course_utils.lessons.kernel import Kernel, Limits
from course_utils.lessons.notebook import notebooks_folder, read_lesson

import pytest
from lessons.small_lesson import fill_in
from lessons.test_answers import answers_of

NOTEBOOKS = catalogue.notebooks(notebooks_folder())
WHOLE = os.environ.get("COURSE_WHOLE") == "1"
LIMITS = Limits(cell_seconds=600, memory=6 * 2**30)
START_ANEW = """
%reset -f
import os
os.chdir({folder!r})
"""


def takes_its_time(cell, is_behind):
    """Whether a cell trains, makes a function that does, or measures behind the last exercise."""
    measures = "nbval-ignore-output" in cell.tags
    seeds = "set_random_seed(" in cell.source and measures
    return cell.grade_id is None and (".fit(" in cell.source or seeds or (is_behind and measures))


@pytest.fixture(scope="module", params=NOTEBOOKS)
def lesson(request):
    """One lesson after the other."""
    return read_lesson(NOTEBOOKS[request.param])


@pytest.fixture(scope="module")
def kernel(lesson):
    """A kernel serves all tests of its lesson."""
    with Kernel(LIMITS) as kernel:
        yield kernel


def right_answers(lesson, which):
    """The course's own answers, or the first or the last of the right ones in tests/answers."""
    if which == "own":
        return {exercise.name: exercise.reference for exercise in lesson.exercises}
    rights = [one for one in answers_of(lesson.id) if one.kind == "right"]
    found = {}
    for exercise in lesson.exercises:
        sources = [one.source for one in rights if one.exercise == exercise.name]
        found[exercise.name] = sources[0 if which == "first" else -1]
    return found


@pytest.mark.parametrize("which", ["own", "first", "last"])
def test_full_marks_reach_the_end(lesson, kernel, which, tmp_path):
    path = tmp_path / lesson.path.name
    path.write_text(learner_copy(lesson), encoding="utf-8")
    fill_in(path, right_answers(lesson, which))
    kernel.run(START_ANEW.format(folder=str(tmp_path)), LIMITS.cell_seconds)
    cells = read_cells(path)
    last = max(cell.index for cell in cells if cell.grade_id)
    for cell in cells:
        if not WHOLE and takes_its_time(cell, cell.index > last):
            break
        if cell.kind != "code":
            continue
        outcome = kernel.run(cell.source, LIMITS.cell_seconds)
        name = cell.grade_id or f"{cell.index + 1}: {cell.source.splitlines()[0]}"
        assert outcome.status == "ok", (
            f"cell {name}: {outcome.status} {outcome.type} {outcome.message}"
        )
