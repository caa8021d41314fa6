"""The course's own answer, put into a learner's copy, so that who gives up can go on."""

from pathlib import Path

from course_utils.lessons.cells import LessonError, as_text, cells_of, read_content
from course_utils.lessons.copies import find_copy, put_in_place
from course_utils.lessons.notebook import Exercise, Lesson

_BEGIN = "# The course's own answer"
MARK = f"{_BEGIN}, put in by `course solution --insert`. No points: write yours, remove this line."


def is_given(answer: str) -> bool:
    r"""Whether an answer is marked as the course's own.

    >>> is_given(MARK + "\ndef f(): ..."), is_given("def f(): ...")
    (True, False)
    """
    return answer.lstrip().startswith(_BEGIN)


def insert(lesson: Lesson, exercise: Exercise, directory: Path) -> tuple[Path, Path]:
    """Put the course's own answer, marked as such, into a learner's copy.

    Args:
        lesson: the lesson.
        exercise: one of its exercises.
        directory: the learner's folder.

    Returns:
        The learner's file, and where the old one is kept.

    Raises:
        LessonError: there is no copy, or no answer cell, or it can't be read.
    """
    path = find_copy(lesson, directory)
    was = path.read_bytes()
    content = read_content(path)
    cells = [cell for cell in cells_of(content) if cell.grade_id == exercise.name]
    if not cells:
        raise LessonError(
            f"{path.name} has no answer cell `{exercise.name}`: `course update {lesson.id}` "
            "brings it."
        )
    first = content["cells"][cells[0].index]
    first["cell_type"], first["source"] = "code", f"{MARK}\n{exercise.reference.strip()}"
    first["outputs"], first["execution_count"] = [], None
    for cell in reversed(cells[1:]):  # parts of an answer that was split, or its copies
        del content["cells"][cell.index]
    return path, put_in_place(path, as_text(content), path, was)
