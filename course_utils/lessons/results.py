"""Replay lessons from top to bottom, store their outputs, and make the table of results.

`python -m course_utils.lessons.results [P136 ...]` is the one way by which outputs get into the
notebooks and figures into data/results.json and the README; none is typed by hand. Stored pictures
have 256 colours. A lesson that fails is left as it was. The feet of all notebooks are written anew.
"""

import base64
import datetime
import importlib.metadata
import json
import os
import platform
import re
import sys
import time
from pathlib import Path

from course_utils.lessons import catalogue, pictures, readme
from course_utils.lessons.copies import write_atomically
from course_utils.lessons.notebook import ROOT
from course_utils.measured import MIME_TYPE

import nbclient
import nbformat

NOTEBOOKS = ROOT / "notebooks"
RESULTS = ROOT / "data" / "results.json"
COVERS = ROOT / "data" / "covers"
README = ROOT / "README.md"
CELL_SECONDS = 300


def execute(notebook, folder, allow_errors=False):
    """Run a notebook's cells in a fresh kernel; the notebook gets their outputs.

    Args:
        notebook: as nbformat reads it.
        folder: path of the folder to run in.
        allow_errors: whether to go on after a cell that fails.

    Raises:
        nbclient.exceptions.CellExecutionError: if a cell fails, unless errors are allowed.
    """
    client = nbclient.NotebookClient(
        notebook,
        timeout=CELL_SECONDS,
        kernel_name="python3",
        record_timing=False,
        resources={"metadata": {"path": str(folder)}},
        allow_errors=allow_errors,
    )
    client.widget_registry = {}  # nbclient would play the browser, and can then miss a reply
    client.execute()


def run(path):
    """Run a notebook from top to bottom in a fresh kernel.

    Args:
        path: the notebook's file; it is not written.

    Returns:
        The notebook with its new outputs, and the seconds that the run took, kernel included.

    Raises:
        nbclient.exceptions.CellExecutionError: if a cell fails.
    """
    notebook = nbformat.read(path, as_version=4)
    start = time.perf_counter()
    execute(notebook, path.parent)
    seconds = time.perf_counter() - start
    notebook.metadata.pop("widgets", None)  # a slider needs a kernel; its state alone is noise
    notebook.metadata["language_info"] = {"name": "python"}  # no version: it changes by machine
    return notebook, seconds


def outputs(notebook):
    """All outputs of a notebook that carry data, as pairs of a cell and a MIME bundle."""
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if "data" in output:
                yield cell, output["data"]


def figures(notebook):
    """The measured claims in a notebook's outputs.

    Args:
        notebook: a notebook with outputs.

    Returns:
        Dict of key to a dict with `value` and, where promised, `at_least` and `at_most`.

    Raises:
        ValueError: if a key occurs twice.
    """
    found = {}
    for _, data in outputs(notebook):
        if MIME_TYPE in data:
            claim = dict(data[MIME_TYPE])
            key = claim.pop("key")
            if key in found:
                raise ValueError(f"the figure {key!r} is measured twice")
            found[key] = {name: _stored(number) for name, number in claim.items()}
    return found


def cover(notebook):
    """The first picture of the cell tagged `cover`, as PNG bytes, or None."""
    for cell, data in outputs(notebook):
        if "cover" in cell.metadata.get("tags", []) and "image/png" in data:
            return base64.b64decode(data["image/png"])
    return None


def environment():
    """On what a run was made: date, processor, versions."""
    libraries = ("keras", "numpy", "tensorflow")
    return {
        "date": datetime.date.today().isoformat(),
        "cpu": _processor(),
        "python": platform.python_version(),
        **{library: importlib.metadata.version(library) for library in libraries},
    }


def read_results():
    """The stored results: a dict by the lesson's number."""
    return json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {}


def store(name, result):
    """Put one lesson's row into the results, which are read again: another run may have written.

    Args:
        name: the lesson's number.
        result: dict of `seconds`, `figures` and `run`.
    """
    stored = read_results() | {name: result}
    rows = {one: stored[one] for one in catalogue.notebooks(NOTEBOOKS) if one in stored}
    write_atomically(RESULTS, json.dumps(rows, indent=2))


def write_feet():
    """Write the last cell of every notebook, which leads to its neighbours; nothing else of it."""
    for name, path in catalogue.notebooks(NOTEBOOKS).items():
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
            last = content["cells"][-1]
        except (ValueError, LookupError):  # being written just now: its own run writes its foot
            print(f"{path.name} cannot be read: its foot is left as it is")
            continue
        text = catalogue.foot(name, NOTEBOOKS)
        if last.get("id") == "foot" and "".join(last["source"]) != text:
            last["source"] = [text]
            write_atomically(path, json.dumps(content, indent=1, ensure_ascii=False))


def main(names):
    """Replay the named lessons, or all, and write their outputs, the results and the README.

    Args:
        names: lessons like "P136"; none means all.

    Returns:
        0, or 1 if a lesson failed.
    """
    known = catalogue.notebooks(NOTEBOOKS)
    if unknown := set(names) - set(known):
        print(f"There is no lesson {sorted(unknown)}: there are {', '.join(known)}")
        return 1
    failed = []
    for name in names or known:
        print(f"{name} ...", end=" ", flush=True)
        try:
            notebook, seconds = run(known[name])
            claims = figures(notebook)
        except Exception as error:  # whatever a cell raises, the other lessons still run
            print(f"failed\n{type(error).__name__}: {error}")
            failed.append(name)
            continue
        print(f"{seconds:.1f} s")
        for key, claim in claims.items():
            print(f"    {readme.claim_text(key, claim)}")
        if picture := cover(notebook):
            COVERS.mkdir(parents=True, exist_ok=True)
            (COVERS / f"{name}.jpg").write_bytes(pictures.cover(picture))
        pictures.quantise_outputs(notebook)
        nbformat.write(notebook, known[name])
        store(name, {"seconds": round(seconds, 1), "figures": claims, "run": environment()})
    write_feet()
    readme.write(README, read_results(), NOTEBOOKS)
    return 1 if failed else 0


def _stored(number):
    """Four digits, but every digit of a large count."""
    return float(f"{number:.4g}") if abs(number) < 1000 else float(round(number))


def _processor():
    """The processor's name and the number of cores in use."""
    name = platform.processor() or platform.machine()
    information = Path("/proc/cpuinfo")
    if information.exists():
        found = re.search(r"model name\s*:\s*(.+)", information.read_text(encoding="utf-8"))
        name = found.group(1) if found else name
    return f"{name}, {os.cpu_count()} cores"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
