"""Colours and Matplotlib's defaults, one for the whole course.

Colours are of Okabe and Ito's palette, which colour-blind readers can tell apart; truth and
prediction also differ in their line: truth is solid, a prediction dashed. Importing this module
sets Matplotlib's defaults.
"""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib import colors as matplotlib_colors

INK = "#222222"
TRUTH = "#009E73"
PREDICTION = "#D55E00"
BLUE, SKY, YELLOW, PINK, GREY = "#0072B2", "#56B4E9", "#F0E442", "#CC79A7", "#999999"
PALETTE = (BLUE, PREDICTION, TRUTH, PINK, SKY, YELLOW)
# Of `streets.PIXEL_LABELS`: sky, building, road, pavement, tree, pedestrian, car, motorcycle.
LABEL_COLORS = np.array(
    [
        matplotlib_colors.to_rgb(color)
        for color in ("#CFE3F2", "#B08FB8", "#4A4A4A", "#C9BFAE", TRUTH, PREDICTION, BLUE, YELLOW)
    ]
)
SHEET_ENDINGS = (".png", ".jpg", ".jpeg")

plt.rcParams.update(
    {
        "axes.edgecolor": "#888888",
        "axes.labelcolor": INK,
        "axes.prop_cycle": plt.cycler(color=PALETTE),
        "axes.spines.right": False,
        "axes.spines.top": False,
        "axes.titlesize": 10,
        "figure.constrained_layout.use": True,
        "figure.dpi": 100,
        "font.size": 9.5,
        "grid.alpha": 0.3,
        "image.cmap": "cividis",
        "image.interpolation": "nearest",
        "legend.frameon": False,
        "lines.linewidth": 2,
        "text.color": INK,
        "xtick.color": "#555555",
        "ytick.color": "#555555",
    }
)


def ink_on(color):
    """The colour of text that can be read on this colour: white or `INK`.

    >>> [ink_on(color) == INK for color in (YELLOW, SKY, TRUTH, "black", (1, 1, 1))]
    [True, True, False, False, True]
    """
    red, green, blue = matplotlib_colors.to_rgb(color)
    return INK if 0.299 * red + 0.587 * green + 0.114 * blue > 0.55 else "white"


def check_sheet_name(path):
    """Refuse a file's name that no contact sheet can have, before anything is drawn.

    Args:
        path: `Path` of the picture to write.

    Raises:
        ValueError: if it has another ending than `SHEET_ENDINGS`.
        FileNotFoundError: if its folder is missing.
        NotADirectoryError: if a file stands in the folder's place.
    """
    if path.suffix.lower() not in SHEET_ENDINGS:
        raise ValueError(f"A sheet ends in {', '.join(SHEET_ENDINGS)}; got {path.name!r}.")
    if not path.parent.is_dir():
        if path.parent.exists():
            raise NotADirectoryError(f"{path.parent} is a file: name a folder.")
        raise FileNotFoundError(f"There is no folder {path.parent}: make it, or name another.")
