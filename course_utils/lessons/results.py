"""Replay lessons from top to bottom, store their outputs, and make the table of results.

`python -m course_utils.lessons.results [P136 ...]` is the one way by which outputs get into the
notebooks and figures into data/results.json and the README; none is typed by hand. A lesson that
fails is left as it was.
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

from course_utils.lessons.notebook import ROOT
from course_utils.measured import MIME_TYPE, rounded

import nbclient
import nbformat

NOTEBOOKS = ROOT / "notebooks"
RESULTS = ROOT / "data" / "results.json"
COVERS = ROOT / "data" / "covers"
README = ROOT / "README.md"
BEGIN, END = "<!-- results: written by make results -->", "<!-- end of results -->"
CELL_SECONDS = 300
PLANNED_LESSONS = 24


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


def table(results):
    """The README's table of lessons.

    Args:
        results: the content of results.json.

    Returns:
        Markdown.
    """
    lines = ["| lesson | | seconds | measured on held-out data or against the library |"]
    lines.append("|---|---|---|---|")
    for name, result in sorted(results.items()):
        path = next(NOTEBOOKS.glob(f"{name}_*.ipynb"))
        _, english, chinese = _heading(nbformat.read(path, as_version=4))
        picture = f'<img src="data/covers/{name}.png" width="260" alt="{english}">'
        claims = "<br>".join(_claim(key, claim) for key, claim in result["figures"].items())
        link = f"[**{name}** {english}](notebooks/{path.name})<br>{chinese}"
        lines.append(f"| {link} | {picture} | {result['seconds']:.0f} | {claims} |")
    runs = sorted({(r["run"]["date"], r["run"]["cpu"]) for r in results.values()})
    lines.append("")
    lines.append(f"Lessons that stand today: {len(results)} of {PLANNED_LESSONS}.")
    lines.append("Run on " + "; ".join(f"{cpu} ({date})" for date, cpu in runs) + ".")
    return "\n".join(lines)


def write_readme(results, readme=README):
    """Put the table between the README's two markers.

    Args:
        results: the content of results.json.
        readme: the file.

    Raises:
        ValueError: if a marker is missing.
    """
    text = readme.read_text(encoding="utf-8")
    if BEGIN not in text or END not in text:
        raise ValueError(f"{readme.name} needs the lines {BEGIN!r} and {END!r} around its table")
    before, rest = text.split(BEGIN, 1)
    after = rest.split(END, 1)[1]
    readme.write_text(f"{before}{BEGIN}\n{table(results)}\n{END}{after}", encoding="utf-8")


def main(names):
    """Replay the named lessons, or all, and write their outputs, the results and the README.

    Args:
        names: lessons like "P136"; none means all.

    Returns:
        0, or 1 if a lesson failed.
    """
    results = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {}
    paths = sorted(NOTEBOOKS.glob("P*.ipynb"))
    known = {path.name.split("_")[0]: path for path in paths}
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
            print(f"    {_claim(key, claim)}")
        nbformat.write(notebook, known[name])
        COVERS.mkdir(parents=True, exist_ok=True)
        if picture := cover(notebook):
            (COVERS / f"{name}.png").write_bytes(picture)
        results[name] = {"seconds": round(seconds, 1), "figures": claims, "run": environment()}
    results = {name: results[name] for name in sorted(results) if name in known}
    RESULTS.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
    write_readme(results)
    return 1 if failed else 0


def _heading(notebook):
    """Lesson, English and Chinese title, from the first line of the first cell."""
    first_line = notebook.cells[0].source.splitlines()[0]
    return [part.strip() for part in re.sub("^# ", "", first_line).split("·")]


def _stored(number):
    """Four digits, but every digit of a large count."""
    return float(f"{number:.4g}") if abs(number) < 1000 else float(round(number))


def _claim(key, claim):
    bars = {"at_least": "≥", "at_most": "≤"}
    promised = [f"{sign} {claim[bar]:g}" for bar, sign in bars.items() if bar in claim]
    figure = f"{key.replace('_', ' ')} {rounded(claim['value'])}"
    return figure + (f" ({', '.join(promised)})" if promised else "")


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
