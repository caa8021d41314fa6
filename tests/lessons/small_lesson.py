"""A lesson of the tests' own: three exercises, the anatomy of a real one, no TensorFlow."""

import json
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

FILE_NAME = "P901_counting.ipynb"

_HEAD = """# P901 · Counting by hand · 计数

*Lecture P901 · about 30 seconds on 2 CPU cores · you need: nothing*

At the end you can add."""

_TOTAL = '''def total(numbers):
    """Sum of a list of numbers."""
    ### BEGIN SOLUTION
    result = 0.0
    for number in numbers:
        result += number
    return result
    ### END SOLUTION'''
_TOTAL_CHECKS = """answer = total(values)
assert type(answer) in (int, float), f"total should give a number, not a {type(answer).__name__}"
assert answer == 6, "1 + 2 + 3 is 6: does the sum start at 0?"
### BEGIN HIDDEN TESTS
secret_list = [rng.random() for _ in range(5)]
assert abs(total(secret_list) - sum(secret_list)) < 1e-9, "Wrong for five random numbers"
assert total([]) == 0
### END HIDDEN TESTS"""

_MEAN = '''def mean(numbers):
    """Mean of a list of numbers; 0 for an empty list."""
    ### BEGIN SOLUTION
    return total(numbers) / len(numbers) if numbers else 0.0
    ### END SOLUTION'''
_MEAN_CHECKS = """print("checking the mean of", values)
assert mean(values) == 2, "The mean of 1, 2, 3 is 2"
### BEGIN HIDDEN TESTS
assert mean([]) == 0, "An empty list has mean 0"
### END HIDDEN TESTS
assert mean([4.0]) == 4.0, "The mean of one number is the number"
"""

_SPREAD = '''def spread(numbers):
    """Mean absolute deviation from the mean."""
    ### BEGIN SOLUTION
    middle = mean(numbers)
    return mean([abs(number - middle) for number in numbers])
    ### END SOLUTION'''
_SPREAD_CHECKS = """assert math.isclose(spread(values), 2 / 3), "Deviations 1, 0, 1: mean 2/3"
### BEGIN HIDDEN TESTS
assert spread([5.0, 5.0]) == 0, "Equal numbers have no spread"
### END HIDDEN TESTS"""


def _graded(source, name, points=None):
    nbgrader = {
        "cell_type": "code",
        "grade": points is not None,
        "grade_id": name,
        "locked": points is not None,
        "schema_version": 3,
        "solution": points is None,
        "task": False,
    }
    if points is not None:
        nbgrader["points"] = points
    return new_code_cell(source, metadata={"nbgrader": nbgrader})


def small_lesson():
    """The solved notebook, with outputs of one clean run."""
    cells = [
        new_markdown_cell(_HEAD),
        new_code_cell(
            "import math\nimport random\n\nrng = random.Random(901)\nvalues = [1.0, 2.0, 3.0]",
            metadata={"tags": ["setup"]},
        ),
        new_code_cell("STEPS = 10", metadata={"tags": ["parameters"]}),
        new_markdown_cell("## Exercise 1: add them up (4 points)\n\nWrite `total`."),
        _graded(_TOTAL, "total"),
        _graded(_TOTAL_CHECKS, "total_checks", 4),
        new_code_cell("demonstration = total(values)\nprint(demonstration)"),
        new_markdown_cell("## Exercise 2: the mean (3 points)\n\nWrite `mean`."),
        _graded(_MEAN, "mean"),
        _graded(_MEAN_CHECKS, "mean_checks", 3),
        new_markdown_cell("## Exercise 3: the spread (3 points)\n\nWrite `spread`."),
        _graded(_SPREAD, "spread"),
        _graded(_SPREAD_CHECKS, "spread_checks", 3),
        new_markdown_cell("## What to remember\n\n- Start at 0."),
    ]
    notebook = new_notebook(
        cells=cells,
        metadata={
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        },
    )
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    for number, cell in enumerate(code, start=1):
        cell.execution_count = number
        cell.metadata["execution"] = {"iopub.status.busy": "2026-01-01T00:00:00Z"}
    for number, cell in enumerate(notebook.cells):
        cell.id = f"cell-{number}"
    notebook.cells[6].outputs = [new_output("stream", name="stdout", text="6.0\n")]
    notebook.cells[9].outputs = [
        new_output("stream", name="stdout", text="checking the mean of [1.0, 2.0, 3.0]\n")
    ]
    return notebook


def write_small_lesson(folder: Path) -> Path:
    """Write the solved notebook to a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / FILE_NAME
    nbformat.write(small_lesson(), path)
    return path


RIGHT = {
    "total": "def total(numbers):\n    return float(sum(numbers))",
    "mean": "def mean(numbers):\n    return total(numbers) / max(len(numbers), 1)",
    "spread": "def spread(numbers):\n    m = mean(numbers)\n"
    "    return mean([max(n - m, m - n) for n in numbers])",
}


def graded_cell(content, name):
    """The first cell of a grade_id, in a notebook's JSON."""
    return next(
        cell
        for cell in content["cells"]
        if cell["metadata"].get("nbgrader", {}).get("grade_id") == name
    )


def fill_in(path: Path, answers):
    """Write answers into a learner's copy."""
    content = json.loads(path.read_text("utf-8"))
    for name, source in answers.items():
        graded_cell(content, name)["source"] = source
    path.write_text(json.dumps(content), encoding="utf-8")
    return content
