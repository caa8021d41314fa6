"""A lesson of the tests' own: three exercises, the anatomy of a real one, no TensorFlow."""

import json
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

FILE_NAME = "P901_counting.ipynb"
FOOT = "No other lesson stands beside this one."
COURSE = {
    "part": "detection",
    "needs": ["P131"],
    "learn_minutes": 45,
    "lecture": [{"item": "a sum starts at 0", "cell": "total-task"}],
}

_HEAD = """# P901 · Counting by hand · 计数

*Lecture P901 · 45 minutes to learn · needs: nothing*

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
rng = random.Random(9011)
secret_list = [rng.random() for _ in range(5)]
assert abs(total(secret_list) - sum(secret_list)) < 1e-9, "Wrong for five random numbers"
assert total([]) == 0
### END HIDDEN TESTS
checks.passed(4)"""

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
checks.passed(3)"""

_SPREAD = '''def spread(numbers):
    """Mean absolute deviation from the mean."""
    ### BEGIN SOLUTION
    middle = mean(numbers)
    return mean([abs(number - middle) for number in numbers])
    ### END SOLUTION'''
_SPREAD_CHECKS = """assert math.isclose(spread(values), 2 / 3), "Deviations 1, 0, 1: mean 2/3"
### BEGIN HIDDEN TESTS
assert spread([5.0, 5.0]) == 0, "Equal numbers have no spread"
### END HIDDEN TESTS
checks.passed(3)"""


_SETUP = """import math
import random

from course_utils import checks

LESSON = "P901"
values = [1.0, 2.0, 3.0]"""

_PREDICTION = """

<details><summary><b>What do you expect?</b> Is it large?</summary>

No.
</details>"""

_REMEMBER = """## What to remember

- Start at 0.

## Five questions

""" + "\n".join(
    f"<details><summary>{number}. Why?</summary>Because.</details>" for number in range(1, 6)
)

_GRADE = "from course_utils.lessons.inside import grade_here\n\ngrade_here(LESSON)"
_IDS = [
    *("title", "setup", "parameters", "total-task", "total-answer", "total-checks", "total-run"),
    *("mean-task", "mean-answer", "mean-checks", "spread-task", "spread-answer", "spread-checks"),
    *("remember", "grade", "foot"),
]


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
            _SETUP,
            metadata={"tags": ["setup"]},
        ),
        new_code_cell("STEPS = 10", metadata={"tags": ["parameters"]}),
        new_markdown_cell("## Exercise 1: add them up (4 points)\n\nWrite `total`." + _PREDICTION),
        _graded(_TOTAL, "total"),
        _graded(_TOTAL_CHECKS, "total_checks", 4),
        new_code_cell("demonstration = total(values)\nprint(demonstration)"),
        new_markdown_cell("## Exercise 2: the mean (3 points)\n\nWrite `mean`." + _PREDICTION),
        _graded(_MEAN, "mean"),
        _graded(_MEAN_CHECKS, "mean_checks", 3),
        new_markdown_cell("## Exercise 3: the spread (3 points)\n\nWrite `spread`." + _PREDICTION),
        _graded(_SPREAD, "spread"),
        _graded(_SPREAD_CHECKS, "spread_checks", 3),
        new_markdown_cell(_REMEMBER),
        new_code_cell(_GRADE, metadata={"tags": ["nbval-ignore-output"]}),
        new_markdown_cell(FOOT),
    ]
    notebook = new_notebook(
        cells=cells,
        metadata={
            "course": COURSE,
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        },
    )
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    for number, cell in enumerate(code, start=1):
        cell.execution_count = number
        cell.metadata["execution"] = {"iopub.status.busy": "2026-01-01T00:00:00Z"}
    for cell, name in zip(notebook.cells, _IDS, strict=True):
        cell.id = name
    printed = {
        5: "passed: 4 points\n",
        6: "6.0\n",
        9: "checking the mean of [1.0, 2.0, 3.0]\npassed: 3 points\n",
        12: "passed: 3 points\n",
    }
    for index, text in printed.items():
        notebook.cells[index].outputs = [new_output("stream", name="stdout", text=text)]
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
