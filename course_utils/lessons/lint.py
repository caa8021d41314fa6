"""The lint of the lessons: it refuses what the replay would pass unseen, and a broken anatomy.

    python -m course_utils.lessons.lint notebooks/*.ipynb
    python -m course_utils.lessons.lint P139

prints one line for each problem, `file: cell: problem`, and exits with 1 when there is one.
Cells are counted from 1. The rules stand in `course_utils/lessons/rules/`.
"""

import re
import sys
from collections.abc import Callable
from pathlib import Path

from course_utils.lessons.cells import LessonError
from course_utils.lessons.notebook import Lesson, find_lesson, read_lesson
from course_utils.lessons.rules import Problem, Problems, code, exercises, notebook, text

RULES: list[Callable[[Lesson], Problems]] = [
    notebook.notebook_format,
    notebook.in_the_catalogue,
    notebook.course_metadata,
    notebook.cell_ids,
    notebook.one_clean_run,
    notebook.pictures_have_words,
    notebook.sizes,
    notebook.budget,
    notebook.foot,
    text.head,
    text.predictions,
    text.five_questions,
    text.links,
    code.tagged_cells,
    code.lesson_is_named,
    code.last_expressions,
    code.shown_with_words,
    code.random_numbers,
    code.measured_keys,
    exercises.grade_ids,
    exercises.exercises_stand,
    exercises.names,
]


def lint(path: Path) -> list[Problem]:
    """Look at one notebook.

    Args:
        path: a solved lesson.

    Returns:
        Its problems, in the order of the cells; empty when all is well.
    """
    try:
        lesson = read_lesson(path)
    except LessonError as error:
        return [Problem(None, str(error))]
    if not lesson.cells:
        return [Problem(None, "It has no cells.")]
    problems = [problem for rule in RULES for problem in rule(lesson)]
    return sorted(problems, key=lambda problem: problem.cell or 0)


def main(arguments: list[str]) -> int:
    """Lint the notebooks that are named, and print their problems.

    Args:
        arguments: paths of notebooks, or lessons like `"P139"`.

    Returns:
        The exit code: 1 when there is a problem.
    """
    if not arguments:
        print("usage: python -m course_utils.lessons.lint notebooks/*.ipynb", file=sys.stderr)
        return 2
    bad = False
    for name in arguments:
        try:
            path = find_lesson(name).path if re.fullmatch(r"P\d+[a-z]?", name) else Path(name)
        except LessonError as error:
            print(f"{name}: {error}")
            bad = True
            continue
        for problem in lint(path):
            place = f"cell {problem.cell}" if problem.cell else "notebook"
            print(f"{name}: {place}: {problem.text}")
            bad = True
    return int(bad)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
