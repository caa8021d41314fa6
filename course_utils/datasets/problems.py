"""What is wrong with a folder, by file and line, and what was done about it."""

from dataclasses import dataclass


class DataError(Exception):
    """A folder, a picture or a file of labels that can't be read. The message says why."""


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong with a folder.

    Attributes:
        file: path below the folder, with forward slashes; "" for the folder itself.
        line: line in the file, from 1; None where there is none.
        text: what is wrong: what was expected and what came.
        outcome: what was done: "picture left out", "box left out", "box cut", ...
    """

    file: str
    line: int | None
    text: str
    outcome: str

    def __str__(self):
        place = printable(self.file or ".") + ("" if self.line is None else f":{self.line}")
        return f"{place}: {printable(self.text)} ({self.outcome})"


def printable(text):
    r"""Make a text out of a file fit to print: one line, no control characters.

    Example:
        >>> printable("a\tb")
        'a b'
    """
    clean = "".join(one if one.isprintable() else " " for one in str(text))
    return clean if len(clean) <= 300 else clean[:297] + "..."
