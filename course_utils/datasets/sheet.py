"""A contact sheet of a folder: some pictures, with their labels drawn."""

import collections
import io
from pathlib import Path

from course_utils import outputs, plots
from course_utils.datasets.problems import DataError, printable

import numpy as np
from matplotlib import colors
from matplotlib import pyplot as plt
from matplotlib.patches import Patch
from PIL import Image

_COLUMNS, _ROWS = 6, 3
_SIDE = 320  # pixels of the longer side of a picture on the sheet
_MOST_NAMES = 12


def save(path, folder):
    """Draw pictures of a folder with their boxes, masks and people, and write them to a file.

    The pictures are taken evenly from all of them; what can't be read is passed over.

    Args:
        path: where to write, a name that ends in .png, .jpg or .jpeg; its folder must exist.
        folder: a `records.Folder`.

    Raises:
        ValueError: if the name has another ending.
        DataError: if no picture can be read.
        OSError: if the file can't be written.
    """
    path = Path(path)
    plots.check_sheet_name(path)
    records = _some(folder)
    if not records:
        raise DataError("There is no picture to draw.")
    figure = _drawn(folder, records)
    drawn = io.BytesIO()
    figure.savefig(drawn, dpi=110)
    plt.close(figure)
    outputs.save_picture(Image.open(drawn), path)


def _some(folder):
    """Return up to a sheet of (sample, record), evenly from the whole folder."""
    wanted, found = _COLUMNS * _ROWS, []
    order = np.linspace(0, len(folder) - 1, min(wanted, len(folder))).astype(int)
    for place in order:
        try:
            found.append((folder.samples[place], folder[int(place)]))
        except DataError:
            continue
    return found


def _drawn(folder, records):
    pictures = [_reduced(record) for _, record in records]
    titles = [_title(folder, sample) for sample, _ in records]
    figure, axes = plots.picture_grid(
        [_on_square(image) for image, *_ in pictures], titles, columns=_COLUMNS, size=2.2
    )
    for ax in axes:
        ax.title.set_fontsize(7)
    names, colours = _legend(folder, pictures)
    for ax, (image, boxes, labels, masks) in zip(axes, pictures, strict=True):
        if masks:
            ax.imshow(_on_square(_tinted(masks, folder, colours), fill=0.0))
        top, left = _margin(image)
        found = [colours[label] for label in labels]
        plots.draw_boxes(ax, boxes + np.array((left, top) * 2), color=found, linewidth=1.2)
    if colours:
        figure.set_figheight(figure.get_figheight() + 0.35)
        shown = list(colours)[:_MOST_NAMES]
        patches = [Patch(color=colours[label]) for label in shown]
        texts = [printable(names[label])[:30] for label in shown]
        figure.legend(patches, texts, loc="outside lower center", ncols=6, fontsize=8)
    return figure


def _legend(folder, pictures):
    """Return the names of the labels, and {label: colour} of those drawn, the most frequent first.

    Labels are those of the boxes, or of the pixels where there are no boxes.
    """
    counts = collections.Counter()
    for _, _, labels, masks in pictures:
        if folder.class_names:
            counts.update(int(label) for label in labels)
        elif masks:
            counts.update(dict(enumerate(np.bincount(masks[0].ravel()).tolist())))
    names = folder.class_names or folder.pixel_names
    used = [label for label, count in counts.most_common() if count and label < len(names)]
    return names, dict(zip(used, _palette(len(used)), strict=True))


def _reduced(record):
    """Return a record's picture, boxes, labels and masks at the sheet's size."""
    image = Image.fromarray(np.uint8(record["images"] * 255 + 0.5))
    scale = _SIDE / max(image.size)
    size = tuple(max(1, round(side * scale)) for side in image.size)
    boxes = record.get("bounding_boxes", {"boxes": np.zeros((0, 4)), "labels": []})
    keys = [key for key in ("segmentation_masks", "instance_masks") if key in record]
    masks = [_nearest(record[key][..., 0], size) for key in keys]
    sides = np.divide(size * 2, image.size * 2)
    return np.asarray(image.resize(size)), boxes["boxes"] * sides, boxes["labels"], masks


def _nearest(mask, size):
    rows = np.arange(size[1]) * mask.shape[0] // size[1]
    return mask[rows[:, None], np.arange(size[0]) * mask.shape[1] // size[0]]


def _margin(image):
    return [(_SIDE - side) // 2 for side in image.shape[:2]]


def _on_square(image, fill=255):
    top, left = _margin(image)
    page = np.full((_SIDE, _SIDE, image.shape[2]), fill, image.dtype)
    page[top : top + image.shape[0], left : left + image.shape[1]] = image
    return page


def _tinted(masks, folder, class_colours):
    """Return a layer of half transparent colours: one an instance, or one a class."""
    numbers = masks[-1]
    if len(masks) == 2:
        colours = dict(enumerate(_palette(int(numbers.max())), 1))
    else:
        colours = {n: c for n, c in class_colours.items() if folder.pixel_names[n] != "background"}
    layer = np.zeros((*numbers.shape, 4))
    for number, colour in colours.items():
        layer[numbers == number] = colors.to_rgba(colour, 0.5)
    return layer


def _palette(count):
    """Return the course's colours first, then others, neighbours unlike each other."""
    places = 0.05 + 0.9 * (np.arange(max(0, count - len(plots.PALETTE))) * 0.618 % 1)
    more = plt.get_cmap("turbo")(places)
    return [*plots.PALETTE, *(colors.to_hex(one) for one in more)][:count]


def _title(folder, sample):
    name = printable(sample.picture.rsplit("/", 1)[-1])
    if folder.people:
        name = printable(f"{folder.people[sample.identity]}/{name}")
    return name if len(name) < 32 else name[:14] + "..." + name[-14:]
