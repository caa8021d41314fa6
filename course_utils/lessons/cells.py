"""The cells of a notebook.

A notebook is read as the JSON it is: importing nbformat takes longer than grading an exercise.
"""

import ast
import dis
import hashlib
import json
import re
from dataclasses import dataclass
from pathlib import Path
from types import CodeType

_WATCHING = re.compile(r"\s*%%(time|timeit|capture|prun)\b[^\n]*")


class LessonError(ValueError):
    """What went wrong with a lesson or a learner's file, in words for the reader."""


@dataclass(frozen=True)
class Cell:
    """One cell of a notebook.

    Args:
        index: its place in the notebook, from 0.
        kind: `"code"`, `"markdown"` or `"raw"`.
        source: its text.
        metadata: its metadata, as stored.
        outputs: its outputs, as stored; empty for text.
        execution_count: the number beside a code cell that ran, else None.
        id: its name in the notebook, empty when it has none.
    """

    index: int
    kind: str
    source: str
    metadata: dict
    outputs: list
    execution_count: int | None
    id: str = ""

    @property
    def tags(self) -> list[str]:
        """The cell's tags."""
        tags = self.metadata.get("tags")
        return tags if isinstance(tags, list) else []

    @property
    def nbgrader(self) -> dict:
        """The cell's nbgrader metadata; empty when it is not part of an exercise."""
        found = self.metadata.get("nbgrader")
        return found if isinstance(found, dict) else {}

    @property
    def grade_id(self) -> str | None:
        """Name of the solution or check cell, unique in its lesson; None for other cells."""
        found = self.nbgrader.get("grade_id")
        return found if isinstance(found, str) else None

    @property
    def is_solution(self) -> bool:
        """Whether the learner writes an answer here."""
        return bool(self.nbgrader.get("solution"))

    @property
    def is_check(self) -> bool:
        """Whether this cell checks an answer and carries points."""
        return bool(self.nbgrader.get("grade")) and not self.is_solution


def counted(number: int, noun: str) -> str:
    """A number of things in words.

    >>> counted(1, "lesson"), counted(2, "lesson")
    ('1 lesson', '2 lessons')
    """
    return f"{number} {noun}" + ("" if number == 1 else "s")


def same_text(one: str, other: str) -> bool:
    """Whether two cells are the same but for spaces at line ends and empty lines."""
    return _lines(one) == _lines(other)


def fingerprint(source: str, grade_id: str | None = None, points: float | None = None) -> str:
    """A short name for a cell's text and what it is worth; spaces at line ends don't count.

    Args:
        source: the cell's text.
        grade_id: its name, when it is graded.
        points: of a check cell.
    """
    text = json.dumps([_lines(source), grade_id, points and float(points)])
    return hashlib.sha256(text.encode()).hexdigest()[:10]


def _lines(source: str) -> list[str]:
    return [line.rstrip() for line in source.split("\n") if line.strip()]


def region_lines(source: str, name: str) -> list[bool]:
    r"""Tell for each line of a cell whether it stands in a `BEGIN name` ... `END name` region.

    >>> region_lines("a\n### BEGIN SOLUTION\nb\n### END SOLUTION\nc", "SOLUTION")
    [False, True, True, True, False]
    """
    marks, inside = [], False
    for line in source.split("\n"):
        inside = inside or f"BEGIN {name}" in line
        marks.append(inside)
        inside = inside and f"END {name}" not in line
    return marks


def without_region(source: str, name: str, replacement: str = "") -> str:
    r"""A cell's text with each region replaced as nbgrader does, indented like its first line.

    >>> print(without_region("def f():\n    # BEGIN X\n    return 1\n    # END X", "X", "pass"))
    def f():
        pass
    """
    kept = []
    previous = False
    for line, inside in zip(source.split("\n"), region_lines(source, name), strict=True):
        if not inside:
            kept.append(line)
        elif not previous and replacement:
            indent = line[: len(line) - len(line.lstrip())]
            kept += [indent + text for text in replacement.split("\n")]
        previous = inside and f"END {name}" not in line
    return "\n".join(kept)


def made_and_used(source: str) -> tuple[set[str], set[str]]:
    r"""The names that a cell makes at its top level, and the global names that it uses.

    Args:
        source: text of a code cell; lines of IPython's magics are left out.

    Raises:
        SyntaxError: it is no Python.

    >>> made, used = made_and_used("import math as m\ndef f(x):\n    return x + y")
    >>> sorted(made), sorted(used)
    (['f', 'm'], ['y'])
    """
    made: set[str] = set()
    used: set[str] = set()
    allow_await = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT  # a kernel allows it, too
    cell = compile(without_magics(source), "cell", "exec", allow_await, dont_inherit=True)
    todo = [cell]
    while todo:
        code = todo.pop()
        stored, loaded = set(), set()  # by name: the cell's own names, or those of a class body
        for step in dis.get_instructions(code):
            if step.opname == "STORE_NAME":
                stored.add(step.argval)
            elif step.opname == "LOAD_NAME":
                loaded.add(step.argval)
            elif step.opname == "STORE_GLOBAL":
                made.add(step.argval)
            elif step.opname == "LOAD_GLOBAL":
                used.add(step.argval)
        if code is cell:
            made |= stored
        used |= loaded - stored
        todo += [constant for constant in code.co_consts if isinstance(constant, CodeType)]
    return made, used


def without_magics(source: str) -> str:
    """A cell's text with the lines of IPython's magics made empty.

    Args:
        source: text of a code cell.
    """
    return "\n".join(
        "" if line.lstrip().startswith(("%", "!")) else line for line in source.split("\n")
    )


def without_watching(source: str) -> str:
    r"""A cell's text without magics at its top that only watch the rest, such as `%%time`.

    Their line becomes empty. What stands below runs as it is, and its errors keep their lines.

    Args:
        source: text of a code cell.

    >>> without_watching("%%time\n%%capture\nx = 1")
    '\n\nx = 1'
    """
    while found := _WATCHING.match(source):
        source = "\n" * found[0].count("\n") + source[found.end() :]
    return source


def read_cells(path: Path) -> tuple[Cell, ...]:
    """Read the cells of any notebook file; see `read_notebook`."""
    return read_notebook(path)[0]


def read_notebook(path: Path) -> tuple[tuple[Cell, ...], dict]:
    """Read the cells and the metadata of any notebook file.

    Args:
        path: a notebook of format 4.

    Returns:
        Its cells, and its metadata as stored.

    Raises:
        LessonError: the file is missing, empty, cut off, or not a notebook; the message says which.
    """
    content = read_content(path)
    return cells_of(content), content["metadata"]


def cells_of(content: dict) -> tuple[Cell, ...]:
    """The cells of a notebook's JSON."""
    return tuple(_read_cell(i, cell) for i, cell in enumerate(content["cells"]))


def as_text(content: dict) -> str:
    """A notebook's JSON as text."""
    text = json.dumps(content, ensure_ascii=False, indent=1)
    try:
        text.encode()
    except UnicodeEncodeError:  # half a character
        text = json.dumps(content, indent=1)
    return text


def read_content(path: Path) -> dict:
    """Read a notebook as the JSON it is; its `cells` are dicts and its `metadata` is one, too.

    Args:
        path: a notebook of format 4.

    Raises:
        LessonError: the file is missing, empty, cut off, or not a notebook; the message says which.
    """
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise LessonError(f"{path.name} is not there.") from None
    except OSError as error:
        raise LessonError(f"{path.name} cannot be read: {error.strerror}.") from None
    if not data.strip():
        raise LessonError(f"{path.name} is empty.")
    try:
        content = json.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise LessonError(f"{path.name} is not UTF-8 text (byte {error.start}).") from None
    except json.JSONDecodeError as error:
        raise LessonError(
            f"{path.name} is not a whole notebook: its JSON breaks off or is damaged at line "
            f"{error.lineno} ({error.msg})."
        ) from None
    except (RecursionError, ValueError) as error:
        raise LessonError(f"{path.name} is not a notebook: {error}.") from None
    cells = content.get("cells") if isinstance(content, dict) else None
    if not isinstance(cells, list):
        raise LessonError(f"{path.name} is JSON, but not a notebook of format 4: it has no cells.")
    metadata = content.get("metadata")
    content["cells"] = [cell for cell in cells if isinstance(cell, dict)]
    content["metadata"] = metadata if isinstance(metadata, dict) else {}
    return content


def _read_cell(index: int, raw: dict) -> Cell:
    source, metadata, outputs = raw.get("source"), raw.get("metadata"), raw.get("outputs")
    if isinstance(source, list):
        source = "".join(part for part in source if isinstance(part, str))
    source = source if isinstance(source, str) else ""
    return Cell(
        index,
        str(raw.get("cell_type")),
        # JSON may hold half a character, which no other file and no kernel takes; and lines may end
        # as Windows ends them
        re.sub(r"\r\n?", "\n", source.encode("utf-8", "replace").decode()),
        metadata if isinstance(metadata, dict) else {},
        outputs if isinstance(outputs, list) else [],
        raw.get("execution_count"),
        str(raw.get("id") or ""),
    )
