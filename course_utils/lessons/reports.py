"""Grades as a table, as JSON and as a page."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from html import escape
from pathlib import Path

from course_utils.lessons import history
from course_utils.lessons.cells import LessonError, read_cells
from course_utils.lessons.copies import make_folder, write_atomically, write_json

from rich.table import Table
from rich.text import Text

FOLDER = "reports"

_MARKS = {"passed": "✓", "failed": "✗", "not started": "·", "given": "○"}
_COLOURS = {"passed": "green", "not started": "dim", "given": "dim"}

_STYLE = """
:root { color-scheme: light dark; --ink: #1c2128; --soft: #59636e; --line: #d5dae0;
  --page: #ffffff; --card: #f6f8fa; --good: #00714d; --bad: #b54400; --bar: #0072b2; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e9ed; --soft: #a0a9b3; --line: #3a424c;
  --page: #14181d; --card: #1d232a; --good: #3ecf98; --bad: #ff9a5c; --bar: #56b4e9; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 46rem; padding: 2.5rem 1.25rem 4rem; background: var(--page);
  color: var(--ink); font: 16px/1.55 system-ui, "Noto Sans", "Noto Sans CJK SC", sans-serif; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0; }
h2 { font-size: 1.05rem; margin: 0; display: flex; gap: .6rem; align-items: baseline; }
h2 .score { margin-left: auto; white-space: nowrap; font-variant-numeric: tabular-nums; }
.eyebrow, .meta, .where { color: var(--soft); }
.eyebrow { margin: 0 0 .3rem; }
.total { display: flex; align-items: center; gap: 1rem; margin: 1.3rem 0 2rem; }
.total b { font-size: 1.6rem; white-space: nowrap; font-variant-numeric: tabular-nums; }
.bar { flex: 1; height: .7rem; border-radius: .35rem; background: var(--line); overflow: hidden; }
.bar i { display: block; height: 100%; background: var(--bar); }
section, .note { border: 1px solid var(--line); border-radius: .6rem; background: var(--card);
  padding: .9rem 1.1rem; margin: 0 0 .9rem; }
section p { margin: .5rem 0 0; overflow-wrap: anywhere; }
.note { border-left: .3rem solid var(--bad); }
.passed .mark { color: var(--good); } .mark { font-weight: 700; color: var(--bad); }
.not-started .mark, .given .mark { color: var(--soft); }
pre { overflow-x: auto; margin: .6rem 0 0; padding: .6rem .8rem; border-radius: .4rem;
  border: 1px solid var(--line); background: var(--page); font-size: .85rem; }
code { font: .9em ui-monospace, "SFMono-Regular", Menlo, Consolas, monospace; }
.where { font-size: .92rem; }
"""


@dataclass(frozen=True)
class ExerciseReport:
    """The grade of one exercise.

    Args:
        number: of the exercise, from 1.
        name: of the exercise.
        heading: what it is about.
        points: what the answer is worth: all or nothing.
        of: what a right answer is worth.
        status: `"passed"`, `"failed"`, `"not started"`, `"given"` (the course's own answer, put in
            by `course solution --insert`), `"missing"`, `"timeout"`, `"memory"`,
            `"died"`, or `"not graded"` when the time for the lesson was over.
        advice: what to look at, empty when passed.
        where: the check that failed or the learner's own line, as far as known.
        details: what else the check said.
    """

    number: int
    name: str
    heading: str
    points: int
    of: int
    status: str
    advice: str = ""
    where: str = ""
    details: str = ""


@dataclass(frozen=True)
class LessonReport:
    """The grade of one lesson.

    Args:
        lesson: its number, such as `"P136"`.
        title: English title.
        chinese_title: Chinese title.
        file: name of the learner's file.
        points: the sum over the exercises.
        of: what the lesson is worth.
        exercises: one report each, in order.
        problem: why the file could not be graded at all; empty when it could.
        notes: what was odd about the file: changed, copied and missing cells.
        graded_at: local date and time.
        seconds: how long it took.
        sha256: of the learner's answers, to see later whether they have changed since.
    """

    lesson: str
    title: str
    chinese_title: str
    file: str
    points: int
    of: int
    exercises: list[ExerciseReport]
    problem: str = ""
    notes: list[str] = field(default_factory=list)
    graded_at: str = ""
    seconds: float = 0.0
    sha256: str = ""

    @property
    def is_full(self) -> bool:
        """Whether every point was reached."""
        return self.points == self.of and not self.problem

    def as_dict(self) -> dict:
        """The report as plain dicts and lists, for JSON."""
        return asdict(self)


def answers_sum(path: Path) -> str:
    """SHA-256 sum of a file's answers, of all its bytes when it is no notebook.

    So a notebook that was only opened, run or annotated counts as the same. Empty when there is
    no file.
    """
    try:
        graded = [c for c in read_cells(path) if c.is_solution]
        content = json.dumps([[cell.grade_id, cell.kind, cell.source] for cell in graded]).encode()
    except LessonError:
        try:
            content = path.read_bytes()
        except OSError:
            return ""
    return hashlib.sha256(content).hexdigest()


def save(report: LessonReport, directory: Path) -> tuple[Path, Path]:
    """Add a report to the history, and write it as JSON and as a page, each whole or not at all.

    A file that could not be graded takes nothing away: where there is an earlier report, it stays.

    Args:
        report: the grade of a lesson.
        directory: the learner's folder; the files go to its `reports/`.

    Returns:
        The JSON file and the HTML file.
    """
    folder = directory / FOLDER
    make_folder(folder)
    earlier = load(report.lesson, directory)
    data, page = folder / f"{report.lesson}.json", folder / f"{report.lesson}.html"
    if report.problem and earlier:
        return data, page
    if not report.problem:
        if earlier and report.lesson not in history.read(folder):  # graded before there was one
            _remember(earlier, folder)
        _remember(report, folder)
    write_json(data, report.as_dict())
    write_atomically(page, as_html(report))
    return data, page


def gradings(directory: Path) -> dict[str, list[history.Grading]]:
    """All gradings in a learner's folder, oldest first, by the lesson's number.

    Args:
        directory: the learner's folder.
    """
    return history.read(directory / FOLDER)


def best(lesson_id: str, directory: Path) -> history.Grading | None:
    """The best grading of a lesson so far, None before the first.

    Args:
        lesson_id: such as `"P136"`.
        directory: the learner's folder.
    """
    return history.best(gradings(directory).get(lesson_id, []))


def as_grading(report: LessonReport) -> history.Grading:
    """A report as a line of the history."""
    return history.Grading(report.lesson, report.points, report.of, report.graded_at, report.file)


def _remember(report: LessonReport, folder: Path) -> None:
    if not report.problem:
        history.add(as_grading(report), folder)


def load(lesson_id: str, directory: Path) -> LessonReport | None:
    """The last report of a lesson, None when there is none that can be read.

    Args:
        lesson_id: such as `"P136"`.
        directory: the learner's folder.
    """
    try:
        content = json.loads((directory / FOLDER / f"{lesson_id}.json").read_text("utf-8"))
        content["exercises"] = [ExerciseReport(**one) for one in content["exercises"]]
        report = LessonReport(**content)
        counts = isinstance(report.points, int) and isinstance(report.of, int)
        return report if counts and 0 <= report.points <= report.of else None
    except (OSError, ValueError, TypeError, KeyError):
        return None


def as_table(reports: Iterable[LessonReport]) -> Table:
    """The table that `course grade` prints.

    Args:
        reports: one a lesson.
    """
    table = Table(show_lines=False, expand=False, pad_edge=False, box=None, padding=(0, 2, 0, 0))
    table.add_column("Lesson", no_wrap=True)
    table.add_column("Exercise")
    table.add_column("Points", justify="right", no_wrap=True)
    table.add_column("What to look at", overflow="fold", ratio=1)
    for report in reports:
        total = f"{report.points} / {report.of}"
        style = "green" if report.is_full else "bold"
        table.add_row(
            Text(report.lesson, style),
            Text(report.title, style),
            Text(total, style),
            Text(report.problem, "red") if report.problem else Text(""),
        )
        for one in [] if report.problem else report.exercises:
            mark, colour = _MARKS.get(one.status, "✗"), _COLOURS.get(one.status, "red")
            table.add_row(
                "",
                Text(f"{mark} {one.number}  {one.heading or one.name}", colour),
                Text(f"{one.points} / {one.of}"),
                _advice(one),
            )
        for note in report.notes:
            table.add_row("", "", "", Text(f"Note: {note}", "magenta"))
    return table


def _advice(one: ExerciseReport) -> Text:
    text = Text(one.advice, "dim" if one.status == "not started" else "")
    if one.where:
        text.append(f"\n{one.where}", "dim")
    return text


def as_html(report: LessonReport) -> str:
    """The report as one page that needs no other file, in the reader's light or dark colours.

    Args:
        report: the grade of a lesson.
    """
    share = 100 * report.points / report.of if report.of else 0
    parts = [
        "<!doctype html>",
        f'<html lang="en"><meta charset="utf-8"><title>{escape(report.lesson)}: '
        f"{report.points} of {report.of} points</title>",
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<style>{_STYLE}</style>",
        f'<p class="eyebrow">{escape(report.lesson)} · '
        f'<span lang="zh">{escape(report.chinese_title)}</span></p>',
        f"<h1>{escape(report.title)}</h1>",
        f'<div class="total"><b>{report.points} / {report.of}</b>'
        f'<div class="bar"><i style="width:{share:.0f}%"></i></div></div>',
    ]
    if report.problem:
        parts.append(f'<p class="note">{_prose(report.problem)}</p>')
    else:
        parts += [_section(one) for one in report.exercises]
    parts += [f'<p class="note">{_prose(note)}</p>' for note in report.notes]
    parts.append(
        f'<p class="meta">Graded {escape(report.graded_at)} from {escape(report.file)} '
        f"in {report.seconds:g} s. All or nothing for each exercise; after a wrong answer the "
        "following exercises are graded with the course's own solution of it.</p></html>"
    )
    return "\n".join(parts)


def _section(one: ExerciseReport) -> str:
    kind = one.status.replace(" ", "-")
    parts = [
        f'<section class="{escape(kind)}"><h2><span class="mark">{_MARKS.get(one.status, "✗")}'
        f"</span> Exercise {one.number}: {escape(one.heading or one.name)}"
        f'<span class="score">{one.points} / {one.of}</span></h2>'
    ]
    if one.advice:
        parts.append(f"<p>{_prose(one.advice)}</p>")
    if one.where:
        parts.append(f'<p class="where">{_prose(one.where)}</p>')
    if one.details:
        parts.append(f"<pre>{escape(one.details)}</pre>")
    parts.append("</section>")
    return "".join(parts)


def _prose(text: str) -> str:
    """Escaped text, with `code` between backticks set as code."""
    pieces = escape(text).split("`")
    if len(pieces) % 2 == 0:
        return escape(text)
    return "".join(f"<code>{p}</code>" if i % 2 else p for i, p in enumerate(pieces))
