"""Rules about what a lesson says: head, predictions, questions, links."""

import re
from urllib.parse import unquote

from course_utils.lessons import catalogue
from course_utils.lessons.cells import LessonError
from course_utils.lessons.notebook import Lesson
from course_utils.lessons.rules import Problem, Problems, problem, text_cells

LEAST_PREDICTIONS = 3
QUESTIONS = 5

_PREDICTION = re.compile(r"<details>\s*<summary>\s*(<\w+>\s*)*What do you expect\?")
_LINK = re.compile(r"\]\(\s*<?([^)\s>]+)|\b(?:src|href)\s*=\s*[\"']([^\"']+)")
_CODE = re.compile(r"```.*?```|`[^`\n]*`|\$\$.*?\$\$|\$[^$\n]*\$", re.DOTALL)
_ELSEWHERE = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]+:|#|//")


def head(lesson: Lesson) -> Problems:
    """The first cell is the title, and the title that of the catalogue."""
    try:
        title_is_whole = bool(lesson.title and lesson.chinese_title)
    except LessonError as error:
        yield Problem(1, str(error))
        return
    first = lesson.cells[0]
    entry = catalogue.LESSONS.get(lesson.id)
    if first.kind != "markdown" or not first.source.startswith(f"# {lesson.id} · "):
        yield Problem(1, f"The first cell is text and begins with '# {lesson.id} · '.")
    elif not title_is_whole:
        yield Problem(1, "The title line is '# number · English title · Chinese title'.")
    elif entry and (lesson.title, lesson.chinese_title) != (entry.title, entry.chinese_title):
        title = f"{entry.title} · {entry.chinese_title}"
        yield Problem(1, f"The catalogue calls it '{title}'.")


def predictions(lesson: Lesson) -> Problems:
    """A reader predicts before looking."""
    number = sum(len(_PREDICTION.findall(cell.source)) for cell in text_cells(lesson))
    if number < LEAST_PREDICTIONS:
        yield Problem(
            None,
            f"{number} folded predictions; {LEAST_PREDICTIONS} are the least: "
            "<details><summary><b>What do you expect?</b> ...",
        )


def five_questions(lesson: Lesson) -> Problems:
    """At the end stand five questions with folded answers."""
    text = "\n".join(cell.source for cell in text_cells(lesson))
    sections = re.split(r"^#+ ", text, flags=re.M)
    found = [section for section in sections if section.startswith("Five questions")]
    if not found:
        yield Problem(None, "There is no section '## Five questions'.")
    elif (number := found[-1].count("<details>")) != QUESTIONS:
        yield Problem(None, f"'Five questions' has {number} folded answers, not {QUESTIONS}.")


def links(lesson: Lesson) -> Problems:
    """A link to a file leads to a file that exists."""
    for cell in text_cells(lesson):
        for found in _LINK.finditer(_CODE.sub("", cell.source)):
            target = found[1] or found[2]
            if _ELSEWHERE.match(target) or target.startswith("attachment:"):
                continue
            file = lesson.path.parent / unquote(target.split("#")[0])
            if not file.exists():
                yield problem(cell, f"The link to {target} leads to no file.")
