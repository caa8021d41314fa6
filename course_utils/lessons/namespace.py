"""The kernel's side of grading: what one answer changed is put back before the next is graded."""

import builtins
import copy
import json
import linecache
import os
import sys
from types import ModuleType

import numpy as np

_LONGEST_MESSAGE = 2_000
_CHANGEABLE = (np.ndarray, list, dict, set)
_remembered: dict[str, dict] = {}
_written: dict[str, str] = {}  # each cell's text as it was written, by its file's name


def remember(shell) -> None:
    """Keep the names as the setup cells left them, and let `exit()` end a cell, not the kernel.

    Kept are also what the setup's arrays and lists hold, and the names in the modules it imports.
    From now on the text of each cell is kept as it was written, before IPython reads its magics.
    IPython's own traceback is not used, and formatting it takes seconds after an endless recursion.

    Args:
        shell: IPython's shell of this kernel.
    """
    made = {name: value for name, value in shell.user_ns.items() if name[0] != "_"}
    modules = [value for value in made.values() if isinstance(value, ModuleType)]
    _remembered["setup"] = dict(shell.user_ns)
    _remembered["copies"] = {
        name: copy.deepcopy(value) for name, value in made.items() if isinstance(value, _CHANGEABLE)
    }
    _remembered["modules"] = {module: dict(vars(module)) for module in modules}
    _remembered["builtins"] = dict(vars(builtins))

    def ask_exit() -> None:
        raise SystemExit("exit() was called")

    shell.ask_exit = ask_exit
    name_of = shell.compile.get_code_name

    def name_and_keep(raw_code: str, transformed_code: str, number: int) -> str:
        name = name_of(raw_code, transformed_code, number)
        _written[name] = raw_code
        return name

    shell.compile.get_code_name = name_and_keep
    shell.InteractiveTB.set_mode("Minimal")


def restore(shell) -> None:
    """Put back the names of the setup cells, what they hold, and Python's own, such as `print`.

    Args:
        shell: IPython's shell of this kernel.
    """
    setup, own = _remembered["setup"], _remembered["builtins"]
    vars(builtins).update(own)
    for module, names in _remembered["modules"].items():
        now = vars(module)
        now.update({name: value for name, value in names.items() if now.get(name) is not value})
    for name in list(shell.user_ns):
        if name in own and name not in setup and not name.startswith("_"):
            del shell.user_ns[name]
    shell.user_ns.update({name: value for name, value in setup.items() if name[0] != "_"})
    shell.user_ns.update(copy.deepcopy(_remembered["copies"]))


def rewind(shell) -> None:
    """Forget every name made since the setup cells, and put theirs back.

    Args:
        shell: IPython's shell of this kernel.
    """
    for name in set(shell.user_ns) - set(_remembered["setup"]):
        del shell.user_ns[name]
    restore(shell)


def describe() -> str:
    """The last exception as JSON: its type, message, and the deepest line in each cell it passed.

    Cells and lines are those that were written, whatever IPython made of a magic or empty lines.

    Returns:
        `{"type", "message", "name", "frames": [{"source", "line"}, ...]}`, frames from the outside
        in; `name` is the missing name of a NameError.
    """
    error = sys.last_value
    frames: dict[str, dict] = {}
    trace = error.__traceback__
    while trace is not None:
        name = trace.tb_frame.f_code.co_filename
        if _is_cell(name):
            frames.pop(name, None)
            frames[name] = _frame(name, trace.tb_lineno)
        trace = trace.tb_next
    if isinstance(error, SyntaxError) and error.filename and _is_cell(error.filename):
        frames[error.filename] = _frame(error.filename, error.lineno)
    return json.dumps(
        {
            "type": type(error).__name__,
            "message": _message(error),
            "name": getattr(error, "name", None) if isinstance(error, NameError) else None,
            "frames": list(frames.values()),
        }
    )


def _is_cell(filename: str) -> bool:
    known = filename in linecache.cache and not filename.startswith("<frozen")
    return known and not os.path.exists(filename)


def _frame(filename: str, line: int | None) -> dict:
    ran = "".join(linecache.getlines(filename))
    written = _written.get(filename, ran)
    if line is not None:  # IPython drops empty lines at the top
        line += written.rstrip().count("\n") - ran.rstrip().count("\n")
    return {"source": written, "line": line}


def _message(error: BaseException) -> str:
    text = error.msg if isinstance(error, SyntaxError) else str(error)
    return text[:_LONGEST_MESSAGE]
