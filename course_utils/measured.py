"""Measured claims: a figure beside its bar, in the lesson's output and in the results table.

What a lesson claims holds for its stored parameters. Where a reader has changed them, a claim that
does not hold is told in a line, and the lesson goes on.
"""

import ast
import math

import numpy as np

MIME_TYPE = "application/vnd.course.measured+json"


def measured(key, value, *, at_least=None, at_most=None):
    """Print a measured figure beside its bar, and stop the cell when it falls short.

    With other parameters than the lesson's own it is only printed.

    The figure also goes into the cell's output in machine-readable form, from which the table of
    results is made, so that no figure there is typed by hand.

    Args:
        key: name of the figure, snake_case, the same in every run, like `"mean_iou"`.
        value: a number, or an array of one number.
        at_least: the smallest value that the lesson promises, or None.
        at_most: the largest value that the lesson promises, or None.

    Raises:
        AssertionError: if the figure falls short of its bar, or is not a finite number.
        ValueError: if the key is no identifier, or the value not one number.

    >>> measured("mean_iou", 0.8312, at_least=0.8)
    mean_iou = 0.831 (at least 0.8)
    """
    if not (isinstance(key, str) and key.isidentifier()):
        raise ValueError(f"A key is a name like 'mean_iou', not {key!r}")
    if np.size(value) != 1:
        raise ValueError(f"{key}: expected one number, got shape {np.shape(value)}")
    value = float(np.reshape(value, ()))
    bars = {"at_least": at_least, "at_most": at_most}
    bars = {name: float(bar) for name, bar in bars.items() if bar is not None}
    promise = ", ".join(f"{name.replace('_', ' ')} {bar:g}" for name, bar in bars.items())
    line = f"{key} = {rounded(value)}" + (f" ({promise})" if promise else "")

    is_finite = math.isfinite(value)
    if is_finite and bars.get("at_least", -math.inf) <= value <= bars.get("at_most", math.inf):
        _show({MIME_TYPE: {"key": key, "value": value, **bars}, "text/plain": line})
    elif parameters_are_changed():
        print(f"{key} = {rounded(value)} (with the stored parameters {promise or 'finite'})")
    else:
        why = "the bar is missed" if is_finite else "not a finite number"
        raise AssertionError(f"{line}: {why}")


def claim(condition, text):
    """Stop the cell when a claim that an experiment should show does not hold.

    With other parameters than the lesson's own only a note is printed.

    Args:
        condition: whether the claim holds.
        text: the claim, like `"the mask helps"`.

    Raises:
        AssertionError: if it does not hold.

    >>> claim(0.8 > 0.7, "the mask helps")
    """
    if condition:
        return
    if parameters_are_changed():
        print(f"Note: with your parameters it does not hold that {text}.")
    else:
        raise AssertionError(f"It does not hold that {text}")


def parameters_are_changed():
    """Whether the notebook that calls has other parameters than the course's own lesson.

    The notebook names its lesson in `LESSON`. Compared are the names that the lesson's cell tagged
    `parameters` sets to plain values. Outside a notebook, or without the course's lesson, nothing
    counts as changed.

    Returns:
        True or False.
    """
    names = _user_names()
    stored = _stored_parameters(names["LESSON"]) if isinstance(names.get("LESSON"), str) else {}
    return any(name in names and not _is_same(names[name], value) for name, value in stored.items())


def _user_names():
    from IPython import get_ipython

    shell = get_ipython()
    return {} if shell is None else shell.user_ns


def _stored_parameters(lesson_id):
    """Names and values of the parameters cell of the course's own lesson."""
    # here, as lessons is above this module: a notebook need not load it
    from course_utils.lessons.cells import LessonError, read_cells, without_magics
    from course_utils.lessons.notebook import notebooks_folder

    stored = {}
    try:
        for path in notebooks_folder().glob(f"{lesson_id}_*.ipynb"):
            for cell in read_cells(path):
                if "parameters" in cell.tags:
                    stored |= _plain_values(without_magics(cell.source))
    except (LessonError, OSError, SyntaxError):
        return {}
    return stored


def _plain_values(source):
    r"""The names that a cell sets to plain values.

    >>> _plain_values("a, b = 1, (2, 3)\nc = d = 'x'\ne = f(1)\ng: int = -4")
    {'a': 1, 'b': (2, 3), 'c': 'x', 'd': 'x', 'g': -4}
    """
    values = {}
    for step in ast.parse(source).body:
        if isinstance(step, ast.AnnAssign) and step.value is not None:
            targets = [step.target]
        elif isinstance(step, ast.Assign):
            targets = step.targets
        else:
            continue
        for target in targets:
            pairs = [(target, step.value)]
            if isinstance(target, ast.Tuple) and isinstance(step.value, ast.Tuple):
                pairs = zip(target.elts, step.value.elts, strict=False)
            for name, value in pairs:
                try:
                    plain = ast.literal_eval(value)
                except ValueError:
                    continue
                if isinstance(name, ast.Name):
                    values[name.id] = plain
    return values


def _is_same(value, stored):
    try:
        return bool(value == stored)
    except ValueError:  # an array, where the lesson has a plain value
        return False


def rounded(value):
    """Write a figure for readers: three digits, or whole with commas from a thousand on.

    >>> rounded(0.83456), rounded(12345.6)
    ('0.835', '12,346')
    """
    return f"{value:,.0f}" if abs(value) >= 999.5 else f"{value:.3g}"


def _show(bundle):
    """Display a bundle in a notebook, print its text elsewhere."""
    from IPython import get_ipython

    if get_ipython() is None:
        print(bundle["text/plain"])
        return
    from IPython.display import display

    display(bundle, raw=True)
