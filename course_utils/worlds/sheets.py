"""Contact sheets: what a world looks like, on one page."""

import io
from pathlib import Path

from course_utils import outputs, plots
from course_utils.worlds import faces, figures, paintings, streets

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.patches import Patch
from PIL import Image

_COLUMNS = 6


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
    plots.check_sheet_name(path)
    sheets = [_drawn(_SHEETS[name]) for name in (WORLDS if world is None else (world,))]
    width, height = max(sheet.width for sheet in sheets), sum(sheet.height for sheet in sheets)
    page, top = Image.new("RGB", (width, height), "white"), 0
    for sheet in sheets:
        page.paste(sheet, (0, top))
        top += sheet.height
    outputs.save_picture(page, path)


def _drawn(sheet):
    """The figure of a sheet as a picture."""
    figure, drawn = sheet(), io.BytesIO()
    figure.savefig(drawn, dpi=110)
    plt.close(figure)
    return Image.open(drawn).convert("RGB")


def _streets():
    """Twelve test samples of Streets: pictures, others with their boxes, the labels of these."""
    batch = streets.load(
        2 * _COLUMNS, split="test", size=192, objects=(1, 6), noise=0, seed=9, moments=1
    )
    labels = plots.LABEL_COLORS[batch["segmentation_masks"][_COLUMNS:, ..., 0]]
    figure, axes = plots.picture_grid([*batch["images"], *labels], columns=_COLUMNS, size=2.0)
    figure.set_figheight(figure.get_figheight() + 0.3)  # room for the legend
    boxes, classes = batch["bounding_boxes"]["boxes"], batch["bounding_boxes"]["labels"]
    for row in range(_COLUMNS, 2 * _COLUMNS):
        there = classes[row] >= 0
        names = [streets.CLASS_NAMES[number] for number in classes[row][there]]
        found = [plots.LABEL_COLORS[streets.PIXEL_LABELS.index(name)] for name in names]
        plots.draw_boxes(axes[row], boxes[row][there], color=found, linewidth=1.5)
    patches = [Patch(color=colour) for colour in plots.LABEL_COLORS]
    figure.legend(
        patches, streets.PIXEL_LABELS, loc="outside lower center", ncols=len(patches), fontsize=9
    )
    return figure


def _faces():
    """People, one person again and again, look-alikes, expressions with landmarks, no faces."""
    looks = {"size": 112, "noise": 0, "blur": (0.0, 0.3)}
    columns, one = 8, {"identities": faces.PEOPLE * faces.SPLITS.index("test") + 29}
    people = faces.load(2 * columns, "test", start=100, **looks)
    again = faces.load(columns, "test", start=40, **one, **looks)
    same = {name: values[:1].repeat(columns) for name, values in faces.looks(again).items()}
    strangers = faces.load(columns, "test", start=60, **looks | same)
    moods = faces.load(
        7, "test", start=80, identities=one["identities"] - 7, expression=list(faces.EXPRESSIONS),
        hat="none", glasses="none", beard="none", hair_style="tied", yaw=(-12, 12), **looks,
    )  # fmt: skip
    others = faces.load(columns + 1, "test", start=19, faces=0, **looks)["images"]
    rows = (people["images"], again["images"], strangers["images"], moods["images"], others)
    figure, axes = plots.picture_grid(np.concatenate(rows), columns=columns, size=1.02)
    first = 4 * columns
    for ax, points in zip(axes[first:], moods["landmarks"], strict=False):
        ax.scatter(points[:, 0] - 0.5, points[:, 1] - 0.5, s=2.5, color=plots.SKY, linewidths=0)
    figure.set_figheight(figure.get_figheight() + 0.9)  # room for the titles
    titles = (
        (0, "people"),
        (2, "one person: other hair, beard, glasses, light, pose"),
        (3, "other people with the hair and skin of the first above"),
        (4, "seven expressions and their landmarks"),
        (5, "no faces"),
    )
    for row, title in titles:
        axes[row * columns].set_title(" ", fontsize=8)
        place = {"transform": axes[row * columns].transAxes, "va": "bottom", "fontsize": 8}
        axes[row * columns].text(0, 1.03, title, **place).set_in_layout(False)
    return figure


def _paintings():
    """Every style in its three palettes, a column each."""
    pictures = [
        paintings.render(style, 256, seed) for seed in range(3) for style in paintings.STYLES
    ]
    titles = [*paintings.STYLES, *[""] * (2 * len(paintings.STYLES))]
    figure, axes = plots.picture_grid(pictures, titles, columns=len(paintings.STYLES), size=1.9)
    figure.set_figheight(figure.get_figheight() - 0.5)  # only the first row has titles
    for ax in axes:
        ax.images[0].set_interpolation("antialiased")
    return figure


def _figures():
    """Six poses, a column each; below, what the labels say of the joints."""
    columns = [
        figures.load(4, "test", start=50 + 20 * number, poses=name, size=176, noise=0,
                     occlusion=0.25, figure_height=(0.8, 0.95), light=(0.5, 1.0))
        for number, name in enumerate(figures.POSE_NAMES)
    ]  # fmt: skip
    cells = [(column, row) for row in range(4) for column in columns]
    pictures = [column["images"][row] for column, row in cells]
    titles = [*figures.POSE_NAMES, *[""] * (3 * len(columns))]
    figure, axes = plots.picture_grid(pictures, titles, columns=len(columns), size=1.6)
    figure.set_figheight(figure.get_figheight() - 0.5)  # only the first row has titles
    sides = [plots.BLUE if name.startswith("left") else plots.YELLOW for name in figures.JOINTS]
    for ax, (column, row) in list(zip(axes, cells, strict=True))[2 * len(columns) :]:
        x, y = (column["joints"][row] - 0.5).T
        for first, second in figures.BONES:
            ax.plot(x[[first, second]], y[[first, second]], color="white", linewidth=0.8)
        seen = column["joint_visibility"][row] > 0
        edges = [side if shown else "black" for side, shown in zip(sides, seen, strict=True)]
        fills = [side if shown else "none" for side, shown in zip(sides, seen, strict=True)]
        ax.scatter(x, y, s=9, facecolors=fills, edgecolors=edges, linewidths=0.8, zorder=3)
        ax.set(xlim=(-0.5, 175.5), ylim=(175.5, -0.5))
    return figure


# Each world's sheet, in the order of the documentation.
_SHEETS = {"streets": _streets, "faces": _faces, "figures": _figures, "paintings": _paintings}
WORLDS = tuple(_SHEETS)
