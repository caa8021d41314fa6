"""A diagram of a network: blocks for tensors, arrows for layers, arcs for skips."""

import math

from course_utils.plots.layers import from_model, from_rows, shape_text
from course_utils.plots.style import BLUE, GREY, INK, PREDICTION, SKY, YELLOW

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.textpath import TextPath

# All in inches.
_WIDTH = 10  # of a figure at most
_TALLEST, _LOWEST = 1.1, 0.2  # blocks
_WIDEST, _NARROWEST = 0.5, 0.09
_TEXT, _LINE = 8, 0.135  # points, and the height of a line of them
_LANE = 0.15  # between two arcs
_MARGIN = 0.12
_ARROW = {
    "arrowstyle": "-|>,head_width=0.16,head_length=0.3",
    "color": INK,
    "lw": 1.2,
    "shrinkA": 0,
    "shrinkB": 0,
}


def network(model_or_rows, title=""):
    """Draw a network from left to right: a block for each tensor, an arrow for each layer.

    A block is as high as the map's side and as wide as its channels (both on a log scale); a vector
    is a yellow bar as high as it is long. Its shape stands below it, the layer with its kernel and
    stride above the arrow. What changes no shape (batch norm, activations, dropout) is written
    below the layer before it. A long network goes on in further rows. Skips are arcs above the
    blocks; where one ends in another row, the same letter stands at both ends.

    Args:
        model_or_rows: a Sequential or functional Keras model that is built, or a list of (name,
            shape), the input first; shapes without the batch, like (32, 32, 16) or 10. A name may
            have line breaks.
        title: a line above it.

    Returns:
        The figure and its axes.

    Raises:
        TypeError: if the model is of another kind, so that nothing says how its layers are
            connected.
        ValueError: if the model is not built, or the list is empty or holds something else.

    Example:
        >>> from course_utils import plots
        >>> rows = [("input", (14, 14, 3)), ("conv 5×5", (10, 10, 16)), ("dense", 4)]
        >>> figure, ax = plots.network(rows, "By hand")
        >>> [text.get_text() for text in ax.texts if "×" in text.get_text()]
        ['14×14×3', 'conv 5×5', '10×10×16']
        >>> plt.close(figure)
    """
    is_model = hasattr(model_or_rows, "layers")
    blocks = from_model(model_or_rows) if is_model else from_rows(model_or_rows)
    if not blocks:
        raise ValueError("Expected a model or a list of (name, shape), got an empty list.")
    sizes = _sizes(blocks)
    rows = _rows(blocks, sizes)
    row_of = {place: number for number, row in enumerate(rows) for place in row}
    arcs = [
        (source, place)
        for place, block in enumerate(blocks)
        for source in block.sources
        if source != place - 1
    ]
    lanes = _lanes([arc for arc in arcs if row_of[arc[0]] == row_of[arc[1]]])
    across = [arc for arc in arcs if row_of[arc[0]] != row_of[arc[1]]]
    tops = [_top(blocks, sizes, row, lanes) for row in rows]
    below = 0.24
    height = sum(tops) + below * len(rows) + _MARGIN + (0.25 if title else 0)
    lengths = [sum(sum(_zones(blocks, sizes, place)) for place in row) for row in rows]
    length = max(*lengths, _text_width(title, 10), 2) + 2 * _MARGIN + 0.1
    figure = plt.figure(figsize=(length, height), layout="none")
    ax = figure.add_axes((0, 0, 1, 1))
    ax.set(xlim=(0, length), ylim=(0, height))
    ax.axis("off")
    if title:
        ax.text(_MARGIN, height - 0.05, title, fontsize=10, ha="left", va="top")
    centres = {}
    y = height - (0.25 if title else 0)
    for number, row in enumerate(rows):
        y -= tops[number]
        _draw_row(ax, blocks, sizes, row, y, centres, last=number == len(rows) - 1)
        y -= below
    _draw_arcs(ax, blocks, sizes, centres, lanes, row_of)
    _draw_letters(ax, sizes, centres, across)
    return figure, ax


def _sizes(blocks):
    """Height, width and colour of each block."""
    maps = [block.shape for block in blocks if len(block.shape) > 1]
    sides = [shape[0] for shape in maps if shape[0]]
    channels = [_channels(shape) for shape in maps]
    lengths = [_channels(block.shape) for block in blocks if len(block.shape) < 2]
    sizes = []
    for block in blocks:
        if len(block.shape) > 1:
            high = _log(block.shape[0] or max(sides, default=1), max(sides, default=1))
            wide = _log(_channels(block.shape), max(channels))
            color = SKY if block.sources else GREY
            low = (_LOWEST, _NARROWEST)
            sizes.append((low[0] + high * (_TALLEST - low[0]), low[1] + wide * _WIDEST, color))
        else:
            high = _log(_channels(block.shape), max(lengths))
            color = YELLOW if block.sources else GREY
            sizes.append((_LOWEST + high * (_TALLEST - _LOWEST), 0.13, color))
    return sizes


def _channels(shape):
    """The length of a vector, the channels of a map (anchors and their numbers together)."""
    return math.prod(part or 1 for part in (shape[2:] if len(shape) > 2 else shape[-1:]))


def _log(size, largest):
    """Where a size lies between 1 (0) and the largest (1), on a log scale."""
    return math.log(max(size, 1)) / math.log(largest) if largest > 1 else 1.0


def _text_width(text, points=_TEXT):
    """The width of a line in inches."""
    return TextPath((0, 0), text, size=points).get_extents().width / 72 if text.strip() else 0.0


def _zones(blocks, sizes, place):
    """The widths of the arrow before a block, and of the block with its shape."""
    label = max(_text_width(line) for line in blocks[place].lines)
    shape = _text_width(shape_text(blocks[place].shape))
    if not _has_arrow(blocks, place):
        return 0.12 if place else 0.0, max(sizes[place][1], shape, label) + 0.06
    return max(0.34, label + 0.14), max(sizes[place][1], shape) + 0.02


def _has_arrow(blocks, place):
    """Whether a block is made from the one before it."""
    return place > 0 and place - 1 in blocks[place].sources


def _rows(blocks, sizes):
    """Break the blocks into as few rows as fit, about equally long."""
    widths = [sum(_zones(blocks, sizes, place)) for place in range(len(blocks))]

    def broken(limit):
        rows, used = [[]], 0.0
        for place, width in enumerate(widths):
            if rows[-1] and used + width > limit:
                rows.append([])
                used = 0.0
            rows[-1].append(place)
            used += width
        return rows

    most = _WIDTH - 2 * _MARGIN - 0.1
    fewest = len(broken(most))
    limits = np.arange(max(widths), most, 0.1)
    return next((rows for limit in limits if len(rows := broken(limit)) == fewest), broken(most))


def _lanes(arcs):
    """The lane of each arc: the shortest lowest, those that share a stretch one above another."""
    lanes = {}
    for first, last in sorted(arcs, key=lambda arc: (arc[1] - arc[0], arc)):
        taken = {lane for (a, b), lane in lanes.items() if a <= last and first <= b}
        lanes[first, last] = next(lane for lane in range(len(arcs)) if lane not in taken)
    return lanes


def _top(blocks, sizes, row, lanes):
    """How much room a row needs above the feet of its tallest possible blocks."""
    half = _TALLEST / 2
    room = max(half + _over(blocks, sizes, place) for place in row)
    for place in row:
        if _has_arrow(blocks, place):
            room = max(room, half + _LINE * len(blocks[place].lines) + 0.05)
    here = [lane for (first, _), lane in lanes.items() if first in row]
    return room + 0.08 + (0.1 + _LANE * (max(here) + 1) if here else 0)


def _over(blocks, sizes, place):
    """How far a block reaches above the middle of its row, with the label that stands on it."""
    label = 0 if _has_arrow(blocks, place) else _LINE * len(blocks[place].lines) + 0.05
    return sizes[place][0] / 2 + label


def _draw_row(ax, blocks, sizes, row, y, centres, last):
    """Draw the blocks of one row on the line y, and remember where they are."""
    middle, x = y + _TALLEST / 2, _MARGIN
    before = x
    for place in row:
        height, width, color = sizes[place]
        gap, room = _zones(blocks, sizes, place)
        centre = x + gap + room / 2
        text = "\n".join(blocks[place].lines)
        style = {"fontsize": _TEXT, "ha": "center", "linespacing": 1.15}
        if _has_arrow(blocks, place):
            start = before if place != row[0] else x
            end = centre - width / 2
            ax.annotate("", (end - 0.02, middle), (start + 0.02, middle), arrowprops=_ARROW)
            ax.text(x + gap / 2, middle + 0.05, text, va="bottom", **style)
        else:
            ax.text(centre, middle + height / 2 + 0.04, text, va="bottom", **style)
        corner = (centre - width / 2, middle - height / 2)
        look = {"facecolor": color, "edgecolor": INK, "linewidth": 0.8}
        ax.add_patch(plt.Rectangle(corner, width, height, **look))
        ax.text(
            centre, middle - height / 2 - 0.04, shape_text(blocks[place].shape), va="top", **style
        )
        centres[place] = (centre, middle)
        before = centre + width / 2
        x += gap + room
    if not last and _has_arrow(blocks, row[-1] + 1):
        ax.plot([before + 0.02, x + 0.1], [middle] * 2, color=INK, linewidth=1.1, linestyle=":")


def _draw_arcs(ax, blocks, sizes, centres, lanes, row_of):
    """Draw skips within a row: up, across above all labels, down."""
    for (first, last), lane in lanes.items():
        (x1, middle), (x2, _) = centres[first], centres[last]
        row = [place for place, number in row_of.items() if number == row_of[first]]
        top = middle + _top(blocks, sizes, row, {}) - _TALLEST / 2 + 0.02 + _LANE * lane
        feet = [middle + _over(blocks, sizes, place) + 0.02 for place in (first, last)]
        ax.plot([x1, x1, x2], [feet[0], top, top], color=BLUE, linewidth=1.2)
        ax.annotate("", (x2, feet[1]), (x2, top), arrowprops=_ARROW | {"color": BLUE})


def _draw_letters(ax, sizes, centres, across):
    """Mark both ends of a skip into another row with one letter, inside the blocks."""
    marks = {}
    for number, ends in enumerate(across):
        letter = chr(ord("a") + number % 26)
        for place, color in zip(ends, (BLUE, PREDICTION), strict=True):
            x, middle = centres[place]
            y = middle + sizes[place][0] / 2 - 0.13 - 0.21 * marks.get(place, 0)
            marks[place] = marks.get(place, 0) + 1
            circle = {"boxstyle": "circle,pad=0.2", "facecolor": color, "edgecolor": "white"}
            style = {"ha": "center", "va": "center", "color": "white", "bbox": circle}
            ax.text(x, y, letter, fontsize=_TEXT, **style)
