"""What is said of every pixel: label masks and heat maps."""

from course_utils.plots.pictures import legend_below, show_picture
from course_utils.plots.style import LABEL_COLORS

import numpy as np
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.patches import Patch


def show_mask(ax, mask, image=None, title="", colors=LABEL_COLORS, strength=0.6):
    """Draw the labels of pixels as colours, alone or over the picture.

    Args:
        ax: the Matplotlib axes to draw on.
        mask: array of shape (height, width) or (height, width, 1), whole numbers or bool, each the
            place of its colour in `colors`.
        image: the picture below, as `show_picture` takes it, or None. It may be larger than the
            mask, which is stretched to it.
        title: a line above it.
        colors: array of shape (labels, 3), red, green, blue in 0..1.
        strength: over a picture, how strong the colours are, 0 (unseen) to 1 (opaque).

    Raises:
        TypeError: if the mask holds no whole numbers.
        ValueError: if its shape is another, or a label has no colour.
    """
    mask, colors = np.asarray(mask), np.asarray(colors, float)
    if mask.dtype.kind not in "biu":
        raise TypeError(f"mask: expected whole numbers (scores? argmax first), got {mask.dtype}")
    if mask.ndim == 3 and mask.shape[-1] == 1:
        mask = mask[..., 0]
    if mask.ndim != 2:
        raise ValueError(f"mask: expected (height, width[, 1]), got {mask.shape}")
    mask = mask.astype(int)
    if mask.size and not (0 <= mask.min() and mask.max() < len(colors)):
        raise ValueError(
            f"mask: expected labels 0 to {len(colors) - 1}, one a colour, "
            f"got {mask.min()} to {mask.max()}"
        )
    if image is None:
        show_picture(ax, colors[mask], title)
    else:
        show_picture(ax, image, title)
        ax.imshow(colors[mask], alpha=strength, extent=_extent(image))


def mask_legend(figure, names=None, colors=LABEL_COLORS):
    """Write which colour is which label, below all panels of a figure, which grows a little.

    Args:
        figure: the Matplotlib figure.
        names: the labels' names in their order; None for those of Streets.
        colors: array of shape (labels, 3), as in `show_mask`.

    Raises:
        ValueError: if there are more names than colours.
    """
    if names is None:
        from course_utils.worlds import streets

        names = streets.PIXEL_LABELS
    names = list(names)
    if len(names) > len(colors):
        raise ValueError(f"expected {len(colors)} names at most, one a colour, got {len(names)}")
    patches = [
        Patch(facecolor=color, edgecolor="#888888", linewidth=0.5, label=name)
        for name, color in zip(names, colors, strict=False)
    ]
    legend_below(figure, patches)


def heat_map(ax, values, image=None, title="", low=0, high=1):
    """Draw a grid of values as colours with a colour bar, alone or over the picture in grey.

    Over a picture, low values are more transparent than high ones.

    Args:
        ax: the Matplotlib axes to draw on.
        values: array of shape (rows, columns) or (rows, columns, 1).
        image: the picture below, as `show_picture` takes it, or None; the grid is stretched to it.
        title: a line above it.
        low: the value of the darkest colour; None for the smallest value.
        high: the value of the lightest colour; None for the largest.

    Raises:
        ValueError: if the shape is another.
    """
    values = np.asarray(values, float)
    if values.ndim == 3 and values.shape[-1] == 1:
        values = values[..., 0]
    if values.ndim != 2:
        raise ValueError(f"values: expected (rows, columns[, 1]), got {values.shape}")
    low = np.nanmin(values) if low is None else low
    high = np.nanmax(values) if high is None else high
    more = {}
    if image is not None:
        image = np.asarray(image)
        image = image / 255 if image.dtype == np.uint8 else image
        grey = image if image.ndim == 2 else image.mean(axis=-1)
        show_picture(ax, 0.2 + 0.8 * grey)
        share = np.clip((values - low) / ((high - low) or 1), 0, 1)
        more = {"alpha": np.nan_to_num(0.3 + 0.5 * share), "extent": _extent(image)}
    scale = ScalarMappable(Normalize(low, high), "inferno")
    ax.imshow(values, cmap=scale.cmap, norm=scale.norm, **more)
    ax.set_title(title)
    ax.axis("off")
    bar = ax.figure.colorbar(scale, ax=ax, fraction=0.046, pad=0.03)
    bar.outline.set_visible(False)
    bar.ax.tick_params(labelsize=8)


def _extent(image):
    """Where a picture's pixels lie: left, right, bottom, top."""
    height, width = np.shape(image)[:2]
    return -0.5, width - 0.5, height - 0.5, -0.5
