"""Tables of scores as text."""

import numpy as np


def score_table(rows, columns, title=""):
    """Print a table of scores, aligned, with three digits a number.

    Args:
        rows: dict of a row's name to its values, as many as there are columns: numbers, texts,
            bools (yes or no) or None (a dash). Whole numbers (int) keep all their digits.
        columns: the columns' names.
        title: a line above it.

    Raises:
        ValueError: if a row has more or fewer values than there are columns.

    >>> score_table({"no anchors": [0.7123, 12], "five": [0.8, 3456]}, ["ap50", "false alarms"])
                 ap50  false alarms
    no anchors  0.712            12
    five        0.800         3,456
    """
    columns = [str(name) for name in columns]
    lines = [["", *columns]]
    for name, values in rows.items():
        values = [values] if np.ndim(values) == 0 else list(values)
        if len(values) != len(columns):
            raise ValueError(
                f"row {name!r}: expected {len(columns)} values ({', '.join(columns)}), "
                f"got {len(values)}"
            )
        lines.append([str(name), *(_written(value) for value in values)])
    widths = [max(len(line[place]) for line in lines) for place in range(len(columns) + 1)]
    if title:
        print(title)
    for name, *texts in lines:
        cells = [name.ljust(widths[0])]
        cells += [text.rjust(width) for text, width in zip(texts, widths[1:], strict=True)]
        print("  ".join(cells).rstrip())


def _written(value):
    """A value in three digits.

    >>> [_written(value) for value in (0.5, 12.345, -0.0, 1234.5, 7, None, True, "all")]
    ['0.500', '12.3', '0.00', '1,234', '7', '-', 'yes', 'all']
    """
    if value is None or isinstance(value, str):
        return value or "-"
    value = np.asarray(value).item()  # a tensor or array of one number too
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    if value != value:
        return "-"
    if abs(value) >= 999.5:
        return f"{value:,.0f}"
    return f"{value + 0.0:#.3g}".removesuffix(".")
