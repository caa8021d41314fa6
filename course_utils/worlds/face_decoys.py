"""What Faces shows where there is no face: other pictures, and things that resemble a face."""

import functools

from course_utils.worlds import photographs, streets

import numpy as np
from PIL import Image, ImageDraw

# The last two start from a rendered person: its tiles in another order, or seen from behind.
KINDS = ("photograph", "street", "backdrop", "cartoon", "shuffled", "behind")
SHUFFLED, BEHIND = KINDS.index("shuffled"), KINDS.index("behind")
_SHARES = np.cumsum((0.25, 0.25, 0.10, 0.13, 0.14))
_PHOTOGRAPHS = ("chelsea", "china", "coffee", "flower", "motorcycle", "rocket")
_STREETS = 24


def kinds(numbers):
    """Return places in `KINDS` for uniform numbers 0..1, (samples,)."""
    return np.searchsorted(_SHARES, numbers, side="right")


@functools.lru_cache(maxsize=4)
def _bank(split):
    """Return photographs and streets to cut pieces from, two lists of Pillow images."""
    taken = [photographs.load(name)["images"] for name in _PHOTOGRAPHS]
    drawn = streets.load(_STREETS, split=split, size=128, objects=(0, 5))["images"]
    return [
        [Image.fromarray(np.uint8(255 * picture + 0.5)) for picture in pictures]
        for pictures in (taken, drawn)
    ]


def drawn(kind, stream, split, person, behind):
    """Return a picture without a face, (size, size, 3) float32 in linear light.

    Args:
        kind: place in `KINDS`.
        stream: a NumPy Generator.
        split: the streets are those of this split.
        person: (size, size, 3) float32, the sample as it would be with a face, linear light.
        behind: (size, size, 3) float32, what would be behind that person.
    """
    name, size = KINDS[kind], len(person)
    if name == "behind":
        return person
    if name == "backdrop":
        return behind
    if name == "shuffled":
        return _shuffled(person, stream)
    if name == "cartoon":
        picture = _cartoon(behind, stream)
    else:
        pictures = _bank(split)[KINDS.index(name)]
        picture = _piece(pictures[stream.integers(len(pictures))], stream, size)
    return (np.asarray(picture, np.float32) / 255) ** 2


def _shuffled(person, stream):
    """Cut a picture into 3x3 tiles and put each in another place."""
    size = len(person)
    edges = [0, size // 3, size - size // 3]
    side = size // 3
    order = stream.permutation(9)
    order = np.roll(order, 1)[np.argsort(order)]  # one cycle: no tile stays
    mixed = person.copy()
    for place, source in enumerate(order):
        (row, column), (top, left) = (
            (edges[number // 3], edges[number % 3]) for number in (place, source)
        )
        mixed[row : row + side, column : column + side] = person[
            top : top + side, left : left + side
        ]
    return mixed


def _cartoon(behind, stream):
    """Draw two dots and a bar on something round: a smiley, a socket, a button."""
    size = len(behind)
    zoom = 4 if size < 128 else 2
    picture = Image.fromarray(np.uint8(255 * np.sqrt(np.clip(behind, 0, 1))))
    picture = picture.resize((zoom * size, zoom * size), Image.Resampling.BILINEAR)
    draw = ImageDraw.Draw(picture)
    side = zoom * size
    wide, tall = side * stream.uniform(0.22, 0.42), side * stream.uniform(0.25, 0.45)
    x, y = side * stream.uniform(0.42, 0.58, 2)
    body = tuple(stream.integers(40, 256, 3).tolist())
    dark = tuple(int(0.25 * channel) for channel in body)
    corners = (x - wide, y - tall, x + wide, y + tall)
    if stream.random() < 0.6:
        draw.ellipse(corners, fill=body)
    else:
        draw.rounded_rectangle(corners, radius=0.25 * wide, fill=body)
    dot, apart, high = wide * stream.uniform((0.08, 0.3, -0.1), (0.2, 0.5, 0.5))
    for eye in (-1, 1):
        cx, cy = x + eye * apart, y - high
        draw.ellipse((cx - dot, cy - dot, cx + dot, cy + dot), fill=dark)
    mouth = (x - 0.5 * wide, y + 0.05 * tall, x + 0.5 * wide, y + 0.6 * tall)
    if stream.random() < 0.7:
        begin = 20 if stream.random() < 0.6 else 200
        draw.arc(mouth, begin, begin + 140, fill=dark, width=max(1, int(0.1 * wide)))
    return picture.resize((size, size), Image.Resampling.BOX)


def _piece(picture, stream, size):
    """Cut a square from a picture, mirrored half of the time, and scale it."""
    most = min(picture.size)
    side = most * stream.uniform(0.3, 1.0)
    left = stream.uniform(0, picture.width - side)
    top = stream.uniform(0, picture.height - side)
    piece = picture.resize(
        (size, size), Image.Resampling.BILINEAR, (left, top, left + side, top + side)
    )
    if stream.random() < 0.5:
        piece = piece.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    return piece
