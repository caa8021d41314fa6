"""The page that JupyterLab opens first: the lessons, the points so far, what to do."""

from pathlib import Path

from course_utils.lessons.copies import copy_path, write_atomically
from course_utils.lessons.notebook import Lesson, all_lessons
from course_utils.lessons.reports import FOLDER, LessonReport, file_sum, load

FILE_NAME = "START.md"

_HEAD = """\
# Convolutional networks, by hand

Lectures P131 to P153 of Andrew Ng's deep learning course as notebooks: object detection,
segmentation, face recognition and style transfer.

**How it works.** Open a lesson, read, and run its cells one by one with `Shift`+`Enter`. Where it
says `# YOUR CODE HERE`, write your answer and run the check cell below it: it tells at once what
to look at.

"""
_FOOT = """
**Points.** Save the notebook (`Ctrl`+`S`), open a terminal (*File ▸ New ▸ Terminal*) and type

| | |
|:--|:--|
| `course grade {example}` | grade this lesson, in seconds; `course grade` grades all |
| `course status` | the points so far |
| `course solution {example} 1` | the course's own answer to exercise 1 |
| `course reset {example}` | start a lesson anew; your old file is kept |

Then open this page again, or reload it (*File ▸ Reload … from Disk*).
"""


def progress_bar(points: int, of: int, width: int = 10) -> str:
    """Points as a bar of text.

    >>> progress_bar(4, 10)
    '■■■■□□□□□□'
    """
    filled = width * points // of if of else 0
    return "■" * filled + "□" * (width - filled)


def minutes_text(minutes: float | None) -> str:
    """Minutes as a reader says them.

    >>> minutes_text(0.5), minutes_text(2.0), minutes_text(None)
    ('½ min', '2 min', '')
    """
    if minutes is None:
        return ""
    if minutes < 0.4:
        return f"{60 * minutes:.0f} s"
    return "½ min" if minutes < 0.75 else f"{minutes:g} min"


def has_changed(report: LessonReport, lesson: Lesson, directory: Path) -> bool:
    """Whether the learner's file has changed since it was graded.

    Args:
        report: its last report.
        lesson: the lesson.
        directory: the learner's folder.
    """
    return file_sum(copy_path(lesson, directory)) != report.sha256


def write_start_page(directory: Path, folder: Path | None = None) -> Path:
    """Write the start page anew.

    Args:
        directory: the learner's folder.
        folder: folder of the solved notebooks; None for the course's own.

    Returns:
        The page.
    """
    lessons = all_lessons(folder)
    lines = [_HEAD, "| | lesson | | time | points | |", "|:--|:--|:--|--:|:--|:--|"]
    total = 0
    for lesson in lessons:
        report = load(lesson.id, directory)
        points = report.points if report else 0
        total += points
        score = f"{progress_bar(points, lesson.points)} {points} / {lesson.points}"
        link = f"[report]({FOLDER}/{lesson.id}.html)" if report else ""
        name = lesson.title.replace("|", "\\|")
        lines.append(
            f"| {lesson.id} | [{name}]({lesson.path.name}) | {lesson.chinese_title} "
            f"| {minutes_text(lesson.minutes)} | {score} | {link} |"
        )
    of = sum(lesson.points for lesson in lessons)
    lines.append(f"| | | | | **{progress_bar(total, of)} {total} / {of}** | |")
    lines.append(_FOOT.format(example=lessons[0].id))
    path = directory / FILE_NAME
    write_atomically(path, "\n".join(lines))
    return path
