"""The README's table of lessons, made from the results and the notebooks."""

from pathlib import Path

from course_utils.lessons import catalogue
from course_utils.lessons.copies import write_atomically
from course_utils.lessons.notebook import Lesson, read_lesson
from course_utils.lessons.progress import learn_text, run_text
from course_utils.measured import rounded

BEGIN, END = "<!-- results: written by make results -->", "<!-- end of results -->"
COVER_WIDTH = 200


def table(results: dict, folder: Path) -> str:
    """The README's table of lessons, one a part.

    Args:
        results: the content of results.json.
        folder: folder of the solved notebooks.

    Returns:
        Markdown.
    """
    paths = catalogue.notebooks(folder)
    lessons = {name: read_lesson(path) for name, path in paths.items() if name in results}
    numbers = [*catalogue.LESSONS, *(name for name in lessons if name not in catalogue.LESSONS)]
    lines = []
    for title, group in catalogue.by_part(numbers).items():
        lines += [f"### {title}", ""]
        standing = [lessons[name] for name in group if name in lessons]
        if standing:
            lines.append("| | lesson | needs | learn | run | points | measured |")
            lines.append("|:--|:--|:--|--:|--:|--:|:--|")
            lines += [_line(lesson, results[lesson.id], paths) for lesson in standing]
            lines.append("")
        missing = [catalogue.LESSONS[name] for name in group if name not in lessons]
        if missing:
            names = ", ".join(f"{one.id} {one.title} {one.chinese_title}" for one in missing)
            lines += [f"Still to come: {names}.", ""]
    stand = sum(name in catalogue.LESSONS for name in lessons)
    lines.append(f"Lessons that stand today: {stand} of {len(catalogue.LESSONS)}.")
    lines.append(f"Run on {_machines([results[name]['run'] for name in lessons])}.")
    return "\n".join(lines)


def _machines(runs: list[dict]) -> str:
    """Processors, each with the dates of the first and the last run."""
    dates: dict[str, list[str]] = {}
    for run in runs:
        dates.setdefault(run["cpu"], []).append(run["date"])
    return "; ".join(
        f"{cpu} ({' to '.join(sorted({min(found), max(found)}))})" for cpu, found in dates.items()
    )


def _line(lesson: Lesson, result: dict, paths: dict[str, Path]) -> str:
    link = f"[**{lesson.id}**<br>{lesson.title}](notebooks/{lesson.path.name})"
    needs = [
        f"[{one}](notebooks/{paths[one].name})" if one in paths else one for one in lesson.needs
    ]
    figures = [claim_text(key, claim) for key, claim in result["figures"].items()]
    cover = f"data/covers/{lesson.id}.jpg"
    image = f'<img src="{cover}" width="{COVER_WIDTH}" alt="{lesson.title}">'
    cells = [
        image if (lesson.path.parent.parent / cover).is_file() else "",
        f"{link}<br>{lesson.chinese_title}",
        "<br>".join(needs),
        learn_text(lesson.learn_minutes).replace(" ", "&nbsp;"),
        run_text(result["seconds"]).replace(" ", "&nbsp;"),
        str(lesson.points),
        "<br>".join(figures).replace("≥ ", "≥&nbsp;").replace("≤ ", "≤&nbsp;"),
    ]
    return f"| {' | '.join(cells)} |"


def claim_text(key: str, claim: dict) -> str:
    """A measured figure beside its bar.

    Args:
        key: its name.
        claim: dict of `value` and, where promised, `at_least` and `at_most`.

    >>> claim_text("mean_iou", {"value": 0.8258, "at_least": 0.8})
    'mean iou 0.826 (≥ 0.8)'
    """
    bars = {"at_least": "≥", "at_most": "≤"}
    promised = [f"{sign} {claim[bar]:g}" for bar, sign in bars.items() if bar in claim]
    figure = f"{key.replace('_', ' ')} {rounded(claim['value'])}"
    return figure + (f" ({', '.join(promised)})" if promised else "")


def write(readme: Path, results: dict, folder: Path) -> None:
    """Put the table between the README's two markers.

    Args:
        readme: the file.
        results: the content of results.json.
        folder: folder of the solved notebooks.

    Raises:
        ValueError: if a marker is missing.
    """
    put_between(readme, BEGIN, END, f"{table(results, folder)}\n", "table")


def put_between(page: Path, begin: str, end: str, lines: str, what: str) -> None:
    """Put lines between two markers of a page, in place of those that stand there.

    Args:
        page: the file.
        begin: the line before them.
        end: the line behind them.
        lines: the new ones, with their line ends.
        what: how to call them in the error.

    Raises:
        ValueError: if a marker is missing.
    """
    before, _, rest = page.read_text(encoding="utf-8").partition(begin)
    _, found, after = rest.partition(end)
    if not found:
        raise ValueError(f"{page.name} needs the lines {begin!r} and {end!r} around its {what}")
    write_atomically(page, f"{before}{begin}\n{lines}{end}{after}")
