"""The page that JupyterLab opens first: the lessons, the points so far, what to do."""

import shutil
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

from course_utils.lessons import catalogue
from course_utils.lessons.catalogue import LESSONS
from course_utils.lessons.cells import LessonError
from course_utils.lessons.copies import make_folder, write_atomically
from course_utils.lessons.notebook import Lesson
from course_utils.lessons.progress import Progress, learn_text, progress, progress_bar, run_text
from course_utils.lessons.reports import FOLDER

FILE_NAME = "START.md"
COVERS = "covers"

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
| `course update` | bring lessons to the course's newer version; your answers and cells stay |
| `course solution {example} 1` | the course's own answer to exercise 1 |
| `course reset {example}` | start a lesson anew; your old file is kept |
| `course solution {example} 1 --insert` | put it into your copy, without points, to go on |
| `course restore {example}` | the files of yours that were kept, and how to get one back |
"""


def write_start_page(directory: Path, folder: Path | None = None) -> Path:
    """Write the start page anew, and the covers that it shows.

    Args:
        directory: the learner's folder.
        folder: folder of the solved notebooks; None for the course's own.

    Returns:
        The page.
    """
    rows = {row.lesson.id: row for row in progress(directory, folder)}
    links = {number: f"[{number}]({_link(row)})" for number, row in rows.items()}
    points = sum(row.points for row in rows.values())
    of = sum(row.lesson.points for row in rows.values())
    to_come = catalogue.by_part(catalogue.LESSONS)
    lines = [_HEAD]
    lines.append(f"**Your points:** {progress_bar(points, of, width=20)} {points} / {of}\n")
    if go_on := next((row for row in rows.values() if not row.next_step.startswith("done")), None):
        lines.append(f"**Go on with** {links[go_on.lesson.id]}: {_next_step(go_on)}\n")
    lines.append(
        f"*Made on {datetime.now():%Y-%m-%d at %H:%M}. After a later grading choose "
        "File ▸ Reload … from Disk.*\n"
    )
    for title, numbers in catalogue.by_part(rows).items():
        lines += [f"## {title}\n", "| | lesson | needs | learn | run | points | next |"]
        lines.append("|:--|:--|:--|--:|--:|:--|:--|")
        lines += [_line(rows[number], links, directory) for number in numbers]
        lines.append("")
        if later := [one for one in to_come.get(title, []) if one not in rows]:
            names = [f"{one} {LESSONS[one].title} {LESSONS[one].chinese_title}" for one in later]
            lines.append(f"Still to come: {', '.join(names)}.\n")
    lines.append(_FOOT.format(example=next(iter(rows))))
    path = directory / FILE_NAME
    if path.exists() and not path.read_bytes().startswith(_HEAD.encode()[:30]):
        raise LessonError(
            f"{path} is not the course's start page: move it away, or name another folder with "
            "--dir."
        )
    write_atomically(path, "\n".join(lines))
    return path


def _line(row: Progress, links: dict[str, str], directory: Path) -> str:
    lesson = row.lesson
    title = lesson.title.replace("|", "\\|")
    report = f" · [report]({FOLDER}/{lesson.id}.html)" if row.graded else ""
    cells = [
        _cover(lesson, directory),
        f"[**{lesson.id}** {title}]({_link(row)})<br>{lesson.chinese_title}",
        ", ".join(links.get(need, need) for need in lesson.needs),
        learn_text(lesson.learn_minutes).replace(" ", "&nbsp;"),
        run_text(row.run_seconds).replace(" ", "&nbsp;"),
        f"{progress_bar(row.points, lesson.points)}&nbsp;{row.points}&nbsp;/&nbsp;{lesson.points}",
        _next_step(row) + report,
    ]
    return f"| {' | '.join(cells)} |"


def _next_step(row: Progress) -> str:
    if row.next_step.startswith("course update"):
        return f"a newer version exists: `{row.next_step}`"
    return row.next_step


def _link(row: Progress) -> str:
    """The learner's file, as a link takes it."""
    return quote(row.path.name if row.path else row.lesson.path.name)


def _cover(lesson: Lesson, directory: Path) -> str:
    """The cover as JupyterLab shows it: it serves no file from outside the learner's folder."""
    source = lesson.path.parent.parent / "data" / "covers" / f"{lesson.id}.jpg"
    if not source.is_file():
        return ""
    target = directory / COVERS / source.name
    if not target.is_file() or target.stat().st_size != source.stat().st_size:
        make_folder(target.parent)
        shutil.copyfile(source, target)
    return f'<img src="{COVERS}/{source.name}" width="120" alt="">'
