"""Measured claims: a figure beside its bar, in the lesson's output and in the results table."""

import math

import numpy as np

MIME_TYPE = "application/vnd.course.measured+json"


def measured(key, value, *, at_least=None, at_most=None):
    """Print a measured figure beside its bar, and stop the cell when it falls short.

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

    if not math.isfinite(value):
        raise AssertionError(f"{line}: not a finite number")
    if not bars.get("at_least", -math.inf) <= value <= bars.get("at_most", math.inf):
        raise AssertionError(f"{line}: the bar is missed")
    _show({MIME_TYPE: {"key": key, "value": value, **bars}, "text/plain": line})


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
