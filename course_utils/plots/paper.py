"""Squared paper: a grid of numbers, as one would write them by hand."""

from course_utils.plots.style import PREDICTION, ink_on

import matplotlib.pyplot as plt
import numpy as np
from matplotlib import colors as matplotlib_colors


def squared_paper(ax, numbers, window=None, faces=None, title="", digits="g"):
    """Draw a grid of numbers on squared paper, with a window on it.

    Args:
        ax: the Matplotlib axes to draw on. Square (row, column) lies around x = column, y = row.
        numbers: array of shape (rows, columns); None or nan leaves a square empty.
        window: (top, left, height, width) in squares, to be outlined; several of them; or None.
        faces: the squares' colours: nested lists of shape (rows, columns) with Matplotlib colours
            or None (white), or an array of shape (rows, columns, 3 or 4) in 0..1.
        title: a line above it.
        digits: how numbers are written, a format such as "g", ".1f" or "+d".

    Raises:
        ValueError: if a shape is another, or a colour is none.
    """
    numbers = np.array(numbers, dtype=object)
    if numbers.ndim != 2 or not numbers.size:
        raise ValueError(f"numbers: expected (rows, columns), got {numbers.shape}")
    rows, columns = numbers.shape
    texts = [[_written(number, digits) for number in row] for row in numbers]
    fills = _fills(faces, rows, columns)
    ax.imshow(fills, extent=(-0.5, columns - 0.5, rows - 0.5, -0.5))
    for line in range(rows + 1):
        ax.plot([-0.5, columns - 0.5], [line - 0.5] * 2, color="#AAAAAA", linewidth=0.8)
    for line in range(columns + 1):
        ax.plot([line - 0.5] * 2, [-0.5, rows - 0.5], color="#AAAAAA", linewidth=0.8)
    size = _font_size(ax, rows, columns, max(len(text) for row in texts for text in row))
    for row in range(rows):
        for column in range(columns):
            style = {"ha": "center", "va": "center", "fontsize": size}
            ax.text(column, row, texts[row][column], color=ink_on(fills[row, column]), **style)
    for top, left, height, width in np.reshape([] if window is None else window, (-1, 4)):
        corner = (left - 0.5, top - 0.5)
        ax.add_patch(
            plt.Rectangle(corner, width, height, fill=False, edgecolor=PREDICTION, linewidth=2.5)
        )
    ax.set(xlim=(-0.55, columns - 0.45), ylim=(rows - 0.45, -0.55), title=title, aspect="equal")
    ax.axis("off")


def _written(number, digits):
    """A number as text; nothing for None and nan; no minus before a zero."""
    if number is None or number != number:
        return ""
    if digits.endswith("d"):
        return format(round(number), digits)
    text = format(float(number), digits)
    return text.replace("-", "", 1) if not text.strip("-0.") else text


def _fills(faces, rows, columns):
    """The squares' colours over white paper, (rows, columns, 3)."""
    fills = np.ones((rows, columns, 4))
    if faces is None:
        return fills[..., :3]
    if len(faces) != rows or any(len(row) != columns for row in faces):
        raise ValueError(f"faces: expected {rows} rows of {columns} colours, one a square")
    for row in range(rows):
        for column in range(columns):
            if faces[row][column] is not None:
                fills[row, column] = matplotlib_colors.to_rgba(faces[row][column])
    strength = fills[..., 3:]
    return fills[..., :3] * strength + (1 - strength)


def _font_size(ax, rows, columns, longest):
    """Points, so that the longest number fits into a square."""
    place = ax.get_position()
    width = place.width * ax.figure.get_figwidth() * 72 / columns
    height = place.height * ax.figure.get_figheight() * 72 / rows
    square = min(width, height)
    return float(np.clip(min(0.5 * square, 0.8 * square / (0.62 * max(longest, 1))), 4, 15))
