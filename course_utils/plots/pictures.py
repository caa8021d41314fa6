"""Pictures, alone and in rows, with boxes on them."""

import math

from course_utils.plots.style import INK, PREDICTION, TRUTH, ink_on

import matplotlib.pyplot as plt
import numpy as np
from matplotlib import colors as matplotlib_colors
from matplotlib import patheffects


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
        outline.set_path_effects([*halo, patheffects.Normal()])
        ax.add_patch(outline)
        if fill:
            ax.add_patch(plt.Rectangle(corner, width, height, color=each, alpha=fill, linewidth=0))
        if caption:
            label = {"facecolor": each, "edgecolor": "none", "pad": 1.5, "alpha": 0.9}
            text_color = ink_on(each)
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


def predictions(images, truth, predicted, titles=None, columns=6, size=1.6):
    """Draw pictures in rows with the true boxes (solid) and the predicted ones (dashed).

    Args:
        images: sequence of n pictures as `show_picture` takes them.
        truth: n arrays of shape (boxes, 4), xyxy in pixels, one a picture; or None for none at
            all. Rows without width and height, the unused ones of a batch, are left out.
        predicted: the same for the predictions.
        titles: n titles, or None.
        columns: pictures in a row.
        size: width of a picture in inches.

    Returns:
        The figure and an array of its n axes.

    Raises:
        ValueError: if there are more or fewer truths, predictions or titles than pictures.
    """
    images = list(images)
    kinds = (("truth", truth, TRUTH, False), ("predicted", predicted, PREDICTION, True))
    for name, boxes, _, _ in kinds:
        if boxes is not None and len(boxes) != len(images):
            raise ValueError(
                f"{name}: expected {len(images)} arrays of boxes, one a picture, got {len(boxes)}"
            )
    figure, axes = picture_grid(images, titles, columns, size)
    lines = []
    for name, boxes, color, dashed in kinds:
        if boxes is None:
            continue
        for ax, each in zip(axes, boxes, strict=True):
            each = np.asarray(each, float).reshape(-1, 4)
            each = each[(each[:, 2:] - each[:, :2]).any(axis=1)]
            draw_boxes(ax, each, color=color, dashed=dashed, linewidth=1.8)
        label = "truth" if name == "truth" else "prediction"
        lines.append(plt.Line2D([], [], color=color, ls="--" if dashed else "-", label=label))
    if lines:
        legend_below(figure, lines)
    return figure, axes


def step_strip(count, size=2.2, arrows=True):
    """Make panels in one row, with a small arrow from each to the next.

    Args:
        count: number of panels, 1 or more.
        size: width and height of a panel in inches.
        arrows: False leaves the arrows out.

    Returns:
        The figure and an array of its `count` axes, which are empty and without frame.

    Raises:
        ValueError: if `count` is no whole number from 1 on.
    """
    if count != int(count) or count < 1:
        raise ValueError(f"count: expected a whole number from 1 on, got {count}")
    between = 0.16 if arrows else 0.04
    ratios = [1, *[between, 1] * (int(count) - 1)]
    figure = plt.figure(figsize=(size * sum(ratios), size + 0.25))
    grid = figure.add_gridspec(1, len(ratios), width_ratios=ratios)
    axes = np.array([figure.add_subplot(cell) for cell in list(grid)[::2]])
    for ax in axes:
        ax.axis("off")
    for cell in list(grid)[1::2] if arrows else ():
        ax = figure.add_subplot(cell)
        ax.axis("off")
        style = {"arrowstyle": "-|>,head_width=0.25,head_length=0.45", "color": INK, "lw": 1.5}
        ax.annotate("", (1, 0.5), (0, 0.5), xycoords="axes fraction", arrowprops=style)
    plt.sca(axes[0])
    return figure, axes


def legend_below(figure, handles):
    """Write a legend below all panels of a figure, which grows by the legend's height.

    Args:
        figure: the Matplotlib figure, with constrained layout.
        handles: Matplotlib artists with labels.
    """
    widest = max(len(handle.get_label()) for handle in handles)
    columns = int(figure.get_figwidth() // (0.085 * widest + 0.5))
    columns = min(len(handles), max(1, columns))
    rows = math.ceil(len(handles) / columns)
    columns = math.ceil(len(handles) / rows)
    figure.set_figheight(figure.get_figheight() + 0.12 + 0.19 * rows)
    figure.legend(handles=handles, loc="outside lower center", ncols=columns, fontsize=9)
