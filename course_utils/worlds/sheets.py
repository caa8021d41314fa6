"""Contact sheets: what a world looks like, on one page."""

import io
from pathlib import Path

from course_utils import plots
from course_utils.worlds import streets

import numpy as np
from matplotlib import colors
from matplotlib import pyplot as plt
from matplotlib.patches import Patch
from PIL import Image

ENDINGS = (".png", ".jpg", ".jpeg")
_COLUMNS = 6
# One colour for each of `streets.PIXEL_LABELS`; the classes have those of their boxes.
_CLASS_COLOURS = (plots.PREDICTION, plots.BLUE, plots.YELLOW)
_LABEL_COLOURS = ("#CFE3F2", "#8C8C8C", "#4A4A4A", "#C9BFAE", plots.TRUTH, *_CLASS_COLOURS)


def save(path, world=None):
    """Draw the contact sheet of a world, or of all, and write it to a file.

    The sensor's noise is left out: it makes files large.

    Args:
        path: where to write, a name that ends in .png, .jpg or .jpeg; its folder must exist.
        world: one of `WORLDS`; None draws every world's sheet, one below the other.

    Raises:
        ValueError: if there is no such world, or the name has another ending.
        FileNotFoundError: if the folder is missing.
        OSError: if the file cannot be written.
    """
    if world is not None and world not in WORLDS:
        raise ValueError(f"There is no world {world!r}: choose one of {', '.join(WORLDS)}.")
    path = Path(path)
    if path.suffix.lower() not in ENDINGS:
        raise ValueError(f"A sheet ends in {', '.join(ENDINGS)}; got {path.name!r}.")
    if not path.parent.is_dir():
        raise FileNotFoundError(f"There is no folder {path.parent}: make it, or name another.")
    sheets = [_drawn(_SHEETS[name]) for name in (WORLDS if world is None else (world,))]
    width, height = max(sheet.width for sheet in sheets), sum(sheet.height for sheet in sheets)
    page, top = Image.new("RGB", (width, height), "white"), 0
    for sheet in sheets:
        page.paste(sheet, (0, top))
        top += sheet.height
    page.save(path, quality=88, optimize=True)


def _drawn(sheet):
    """The figure of a sheet as a picture."""
    figure, drawn = sheet(), io.BytesIO()
    figure.savefig(drawn, dpi=110)
    plt.close(figure)
    return Image.open(drawn).convert("RGB")


def _streets():
    """Twelve test samples of Streets: pictures, others with their boxes, the labels of these."""
    batch = streets.load(2 * _COLUMNS, split="test", size=192, objects=(1, 6), noise=0, seed=9)
    colours = np.array([colors.to_rgb(colour) for colour in _LABEL_COLOURS])
    labels = colours[batch["segmentation_masks"][_COLUMNS:, ..., 0]]
    figure, axes = plots.picture_grid([*batch["images"], *labels], columns=_COLUMNS, size=2.0)
    figure.set_figheight(figure.get_figheight() + 0.3)  # room for the legend
    boxes, classes = batch["bounding_boxes"]["boxes"], batch["bounding_boxes"]["labels"]
    for row in range(_COLUMNS, 2 * _COLUMNS):
        there = classes[row] >= 0
        found = [_CLASS_COLOURS[number] for number in classes[row][there]]
        plots.draw_boxes(axes[row], boxes[row][there], color=found, linewidth=1.5)
    patches = [Patch(color=colour) for colour in _LABEL_COLOURS]
    figure.legend(
        patches, streets.PIXEL_LABELS, loc="outside lower center", ncols=len(patches), fontsize=9
    )
    return figure


# Each world's sheet, in the order of the documentation.
_SHEETS = {"streets": _streets}
WORLDS = tuple(_SHEETS)
