"""One look for the whole course: pictures, boxes, windows and curves.

Colours are of Okabe and Ito's palette, which colour-blind readers can tell apart; truth and
prediction also differ in their line: truth is solid, a prediction dashed. Importing this module
sets Matplotlib's defaults.
"""

import itertools
import math

import matplotlib.pyplot as plt
import numpy as np
from matplotlib import colors as matplotlib_colors
from matplotlib import patheffects

INK = "#222222"
TRUTH = "#009E73"
PREDICTION = "#D55E00"
BLUE, SKY, YELLOW, PINK, GREY = "#0072B2", "#56B4E9", "#F0E442", "#CC79A7", "#999999"
PALETTE = (BLUE, PREDICTION, TRUTH, PINK, SKY, YELLOW)
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


def show_picture(ax, image, title=""):
    """Draw a picture without axes.

    Args:
        ax: the Matplotlib axes to draw on.
        image: array of shape (height, width), (height, width, 1) or (height, width, 3), in 0..1,
            or 0..255 if uint8.
        title: a line above it.

    Raises:
        ValueError: if the shape is another.
    """
    image = np.asarray(image)
    if image.ndim == 3 and image.shape[-1] == 1:
        image = image[..., 0]
    if image.ndim != 2 and not (image.ndim == 3 and image.shape[-1] == 3):
        raise ValueError(f"image: expected (height, width[, 1 or 3]), got {image.shape}")
    if image.dtype != np.uint8:
        image = np.clip(image, 0, 1)
    ax.imshow(image, cmap="gray", vmin=0, vmax=255 if image.dtype == np.uint8 else 1)
    ax.set_title(title)
    ax.axis("off")


def draw_boxes(ax, boxes, captions=None, color=TRUTH, dashed=False, linewidth=2.0, fill=0.0):
    """Draw boxes on a picture.

    Args:
        ax: the Matplotlib axes to draw on.
        boxes: array of shape (n, 4) or (4,), xyxy in pixels of the picture.
        captions: n texts to write beside the boxes, or None.
        color: a Matplotlib colour, or n of them.
        dashed: True for predictions, False for the truth.
        linewidth: in points.
        fill: how strongly the inside is tinted, 0 (not at all) to 1.

    Raises:
        ValueError: if there are more or fewer captions or colours than boxes.
    """
    boxes = np.asarray(boxes, float).reshape(-1, 4)
    captions = [None] * len(boxes) if captions is None else list(captions)
    one_color = matplotlib_colors.is_color_like(color)
    colors = [color] * len(boxes) if one_color else list(color)
    for name, given in (("captions", captions), ("colors", colors)):
        if len(given) != len(boxes):
            raise ValueError(f"expected {len(boxes)} {name}, one a box, got {len(given)}")

    halo = [patheffects.withStroke(linewidth=linewidth + 1.5, foreground="white", alpha=0.7)]
    for (x1, y1, x2, y2), caption, each in zip(boxes, captions, colors, strict=True):
        corner, width, height = (x1 - 0.5, y1 - 0.5), x2 - x1, y2 - y1  # pixel 0 starts at -0.5
        style = {"linewidth": linewidth, "linestyle": "--" if dashed else "-"}
        outline = plt.Rectangle(corner, width, height, fill=False, edgecolor=each, **style)
        outline.set_path_effects([] if dashed else [*halo, patheffects.Normal()])
        ax.add_patch(outline)
        if fill:
            ax.add_patch(plt.Rectangle(corner, width, height, color=each, alpha=fill, linewidth=0))
        if caption:
            label = {"facecolor": each, "edgecolor": "none", "pad": 1.5, "alpha": 0.9}
            text_color = INK if each in (YELLOW, SKY) else "white"
            at_top = ax.get_ylim()[1] <= y1 - 0.07 * abs(np.diff(ax.get_ylim())[0])
            place = {"ha": "left", "va": "bottom" if at_top else "top", "clip_on": True}
            ax.text(x1, y1, caption, fontsize=8, color=text_color, bbox=label, **place)


def picture_grid(images, titles=None, columns=6, size=1.6):
    """Draw pictures in rows.

    Args:
        images: sequence of n pictures as `show_picture` takes them.
        titles: n titles, or None.
        columns: pictures in a row.
        size: width of a picture in inches.

    Returns:
        The figure and an array of its n axes.

    Raises:
        ValueError: if there is no picture, or another number of titles.
    """
    images = list(images)
    titles = [""] * len(images) if titles is None else list(titles)
    if not images or len(titles) != len(images):
        raise ValueError(f"expected pictures and as many titles, got {len(images)}, {len(titles)}")
    columns = min(columns, len(images))
    rows = math.ceil(len(images) / columns)
    height, width = np.shape(images[0])[:2]
    title_height = 0.25 * any(titles)
    figure, axes = plt.subplots(
        rows,
        columns,
        figsize=(columns * size, rows * (size * height / width + title_height)),
        squeeze=False,
    )
    axes = axes.ravel()
    for ax in axes[len(images) :]:
        ax.axis("off")
    for ax, image, title in zip(axes, images, titles, strict=False):
        show_picture(ax, image, title)
    return figure, axes[: len(images)]


def training_curves(histories, metric="loss", ax=None):
    """Draw how a metric changed over the epochs, training and validation.

    Args:
        histories: dict of name to `keras.callbacks.History`, or one `History`.
        metric: the key in the history, like "loss".
        ax: Matplotlib axes, or None for a new figure.

    Returns:
        The axes.

    Raises:
        KeyError: if a history does not have the metric.
    """
    if not isinstance(histories, dict):
        histories = {"": histories}
    ax = ax or plt.subplots(figsize=(4.5, 2.8))[1]
    for color, (name, history) in zip(itertools.cycle(PALETTE), histories.items(), strict=False):
        for key, line in ((metric, "-"), (f"val_{metric}", "--")):
            if key in history.history:
                values = history.history[key]
                kind = "validation" if key.startswith("val_") else "training"
                label = f"{name}, {kind}" if name else kind
                ax.plot(range(1, len(values) + 1), values, line, color=color, label=label)
            elif line == "-":
                raise KeyError(f"the history has no {metric!r}, only {sorted(history.history)}")
    ax.set(xlabel="epoch", ylabel=metric.replace("_", " "))
    ax.xaxis.get_major_locator().set_params(integer=True)  # no half epochs
    ax.grid(True)
    ax.legend()
    return ax


def check_sheet_name(path):
    """Refuse a file's name that no contact sheet can have, before anything is drawn.

    Args:
        path: `Path` of the picture to write.

    Raises:
        ValueError: if it has another ending than `SHEET_ENDINGS`.
        FileNotFoundError: if its folder is missing.
    """
    if path.suffix.lower() not in SHEET_ENDINGS:
        raise ValueError(f"A sheet ends in {', '.join(SHEET_ENDINGS)}; got {path.name!r}.")
    if not path.parent.is_dir():
        raise FileNotFoundError(f"There is no folder {path.parent}: make it, or name another.")
