"""Every grading of a learner, a line each: what was earned once is never lost."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

FILE_NAME = "history.jsonl"


@dataclass(frozen=True)
class Grading:
    """One grading of one lesson.

    Args:
        lesson: its number.
        points: what was reached.
        of: what the lesson was worth then.
        graded_at: local date and time.
        file: name of the file.
    """

    lesson: str
    points: int
    of: int
    graded_at: str = ""
    file: str = ""

    @property
    def is_possible(self) -> bool:
        """Whether it can be what a grading found, and not a damaged line."""
        counts = type(self.points) is int and type(self.of) is int
        return counts and 0 <= self.points <= self.of and isinstance(self.lesson, str)


def add(grading: Grading, folder: Path) -> None:
    """Add a line to the history.

    Args:
        grading: what was found.
        folder: the learner's folder of reports.
    """
    with (folder / FILE_NAME).open("a+b") as file:
        line = json.dumps(asdict(grading), ensure_ascii=False).encode() + b"\n"
        if file.tell():
            file.seek(-1, 2)
            if file.read(1) != b"\n":  # a process was killed, or a disk full, in its last line
                line = b"\n" + line
        file.write(line)


def read(folder: Path) -> dict[str, list[Grading]]:
    """All gradings, oldest first, by the lesson's number. A damaged line is passed over.

    Args:
        folder: the learner's folder of reports.
    """
    try:
        lines = (folder / FILE_NAME).read_bytes().split(b"\n")
    except OSError:
        return {}
    found: dict[str, list[Grading]] = {}
    for line in lines:
        try:
            grading = Grading(**json.loads(line))
        except (ValueError, TypeError):
            continue
        if grading.is_possible:
            found.setdefault(grading.lesson, []).append(grading)
    return found


def best(gradings: list[Grading]) -> Grading | None:
    """The grading with most points, of equal ones the first; None without any."""
    return max(gradings, key=lambda one: one.points, default=None)
