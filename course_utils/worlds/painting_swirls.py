"""Swirls: a night of whirling strokes over hills, with a village and a cypress."""

from course_utils.worlds.painting_canvas import (
    Paint,
    at,
    jittered,
    mixed,
    ramp,
    smooth,
    traced,
)

import numpy as np
from PIL import Image, ImageDraw

# Sky from deep to pale, lights, hills from far to near, the dark tree.
_PALETTES = (
    {
        "sky": ("#0D1B4C", "#16307A", "#2450A4", "#4A7CC4", "#8FB3D9", "#DDE4C8"),
        "light": ("#F2E394", "#F5C93A", "#E99A1C"),
        "hills": ("#35609C", "#274A7A", "#2C5A55", "#1E3A3C"),
        "tree": ("#10201A", "#1F3A25", "#4A4A22", "#2B1C18"),
    },
    {
        "sky": ("#4B1B4F", "#8C2B4E", "#C8452F", "#E77A2B", "#F3AE4B", "#F8E0A2"),
        "light": ("#FFF3C0", "#FBDD74", "#F4B43C"),
        "hills": ("#6A4C86", "#46386E", "#2E4A5E", "#1E2C40"),
        "tree": ("#1A1524", "#2E2436", "#3C3A2C", "#4E2E26"),
    },
    {
        "sky": ("#0E3B43", "#12636B", "#2A8C88", "#5FB3A0", "#A4D3B4", "#EDEBC6"),
        "light": ("#FFF6D0", "#F8D66A", "#EE9D3E"),
        "hills": ("#3F7C86", "#7A8F3C", "#C09A34", "#8A6A24"),
        "tree": ("#102A24", "#1E4630", "#3C5A2A", "#2A2A1C"),
    },
)
_SKY, _LIGHT, _HILLS, _VILLAGE, _TREE = range(5)


def paint(canvas):
    """Paint it; returns (rows, columns, 3) in 0..1."""
    dice = canvas.dice
    colours = canvas.palette(_PALETTES)
    image, angles, region = _sketched(canvas, colours)
    pixels = image.shape[0] / canvas.bottom
    paint = Paint(canvas, canvas.enlarged(image) * 0.8)
    for layer in range(_TREE + 1):
        for count, width, length in ((3000, 0.020, 0.13), (9000, 0.0105, 0.085)):
            small = 0.5 if layer in (_VILLAGE, _LIGHT) else 1.0
            starts = canvas.places(int(count / small**2), margin=0.05)
            starts = starts[at(region, starts * pixels) == layer]
            lengths = length * small * dice.uniform(0.5, 1.3, len(starts))
            paths = traced(angles, starts, lengths, 10, pixels)
            inside = at(region, paths * pixels) == layer
            kept = np.cumprod(inside, axis=1).sum(axis=1)
            shades = jittered(dice, at(image, paths[:, 2] * pixels), 0.012, 0.10, 0.07)
            if layer == _SKY:  # pale and dark streaks run through it
                streak = dice.random(len(starts))
                pale = colours["sky"][dice.integers(3, 6, len(starts))]
                shades = mixed(shades, pale, 0.55 * (streak > 0.90))
                shades = mixed(shades, colours["sky"][0], 0.6 * (streak < 0.07))
            widths = width * small * dice.uniform(0.6, 1.25, len(starts))
            paint.strokes(paths, kept, widths, shades)
    weave = 1 + 0.02 * canvas.noise(320)
    return paint.dry() * weave[..., None]


def _sketched(canvas, colours):
    """Return the composition as sketches: colours, directions of the strokes, and regions."""
    dice = canvas.dice
    x, y = canvas.grid(sketch=True)
    across, down = x / canvas.right, y / canvas.bottom
    moon = dice.random() < 0.5  # on the right or on the left; the tree stands on the other side
    image, angles, lights = _sky(canvas, colours, x, y, moon)
    region = np.where(lights, _LIGHT, _SKY)

    top = dice.uniform(0.66, 0.72)
    phases = dice.uniform(0, 6, (4, 2))
    for number, shade in enumerate(colours["hills"]):
        wave = np.sin(across * (5 - number) + phases[number, 0])
        wave += 0.5 * np.sin(across * 11 + phases[number, 1])
        ridge = top + 0.085 * number - (0.06 - 0.012 * number) * wave
        below = down > ridge
        slope = np.gradient(ridge * canvas.bottom, axis=1) / np.gradient(x, axis=1)
        deep = (down - ridge) * canvas.bottom
        bands = 0.5 + 0.5 * np.sin(deep * 130 + 3 * canvas.noise(5, 2, sketch=True))
        near = colours["hills"][(number + 1) % 4]
        shaded = mixed(shade, near, 0.45 * bands)
        rim = smooth(deep, 0.03, 0.0)
        shaded = mixed(shaded, colours["sky"][4], 0.55 * rim)
        image = np.where(below[..., None], shaded, image)
        turn = 0.35 * np.sin(deep * 40 + across * 9) * smooth(deep, 0.0, 0.05)
        angles = np.where(below, np.arctan(slope) + turn, angles)
        region[below] = _HILLS
        if number == 2:
            _village(canvas, colours, ridge[0], image, angles, region)
    _tree(canvas, colours, x, y, 0.14 if moon else 0.86, image, angles, region)
    return image, angles, region


def _sky(canvas, colours, x, y, moon):
    """Return the sky's colours, the directions of its strokes, and where its lights are."""
    dice = canvas.dice
    right, bottom = canvas.right, canvas.bottom
    stream = 1.2 * y + 0.05 * np.sin(5 * x / right + dice.uniform(0, 6))
    stream += 0.02 * canvas.noise(3, sketch=True)
    lights = [(0.84 if moon else 0.16, 0.16, 0.085)]
    for _ in range(60):
        place = dice.uniform(0.05, 0.95), dice.uniform(0.06, 0.56)
        apart = [np.hypot((place[0] - a) * right, (place[1] - b) * bottom) for a, b, _ in lights]
        if min(apart) > 0.19 and len(lights) < 9:
            lights.append((*place, dice.uniform(0.022, 0.042)))
    side = 1 if moon else -1
    whirls = [(0.5 - 0.06 * side, 0.36, 0.105, side), (0.5 + 0.14 * side, 0.47, 0.07, -side)]
    inward = np.zeros_like(x)
    for a, b, spread, sense in whirls:
        near = np.exp(-((x - a * right) ** 2 + (y - b * bottom) ** 2) / (2 * spread**2))
        stream += sense * 0.36 * (spread / 0.1) * near
        inward += 0.35 * sense * near
    halo, core = np.zeros_like(x), np.zeros_like(x)
    for a, b, size in lights:
        distance = np.hypot(x - a * right, y - b * bottom)
        near = np.exp(-((distance / (2.2 * size)) ** 2))
        stream += 4.0 * size * near
        halo = np.maximum(halo, np.exp(-((distance / (1.8 * size)) ** 2)))
        core = np.maximum(core, smooth(distance, 0.75 * size, 0.5 * size))
    dy, dx = np.gradient(stream)
    angles = np.arctan2(-dx, dy) + inward
    bands = 0.5 + 0.5 * np.sin(24 * stream + 0.5 * canvas.noise(4, 2, sketch=True))
    share = 0.08 + 0.62 * bands + 0.22 * smooth(y / bottom, 0.35, 0.72)
    image = ramp(colours["sky"], share)
    rings = 0.5 + 0.5 * np.sin(halo * 22)
    image = mixed(image, mixed(colours["light"][0], colours["sky"][4], 0.7 * rings), 0.95 * halo)
    image = mixed(image, colours["light"][1], core)
    a, b, size = lights[0]  # the moon is a crescent
    bite = np.hypot(x - (a - 0.03 / right) * right, y - (b - 0.01) * bottom)
    disc = smooth(np.hypot(x - a * right, y - b * bottom), 0.8 * size, 0.7 * size)
    image = mixed(image, colours["light"][2], disc * smooth(bite, 0.55 * size, 0.65 * size))
    return image, angles, halo > 0.6


def _village(canvas, colours, ridge, image, angles, region):
    """Draw houses and a church along a ridge into the sketches."""
    dice = canvas.dice
    rows, columns = region.shape
    scale = rows / canvas.bottom
    drawn = Image.fromarray(np.uint8(np.clip(image, 0, 1) * 255))
    mask = Image.new("L", drawn.size)
    pens = ImageDraw.Draw(drawn), ImageDraw.Draw(mask)

    def shape(points, colour):
        for pen, fill in zip(pens, (tuple(np.uint8(colour * 255).tolist()), 255), strict=True):
            pen.polygon([tuple(point) for point in points], fill=fill)

    middle = dice.uniform(0.35, 0.65)
    houses = np.sort(middle + dice.normal(0, 0.17, 11))
    for number, place in enumerate(houses[(houses > 0.03) & (houses < 0.97)]):
        left = place * columns
        base = ridge[int(left)] * rows + scale * dice.uniform(0.03, 0.07)
        wide, high = scale * dice.uniform(0.04, 0.065), scale * dice.uniform(0.026, 0.04)
        wall = jittered(dice, colours["hills"][:1] * 0.75 + 0.2, 0.02, 0.1, 0.1)[0]
        roof = jittered(dice, colours["tree"][2:3] * 1.2, 0.03, 0.1, 0.08)[0]
        if number == 5:
            tower = (left + wide * 0.2, left + wide * 0.5, left + wide * 0.35)
            shape(
                [(tower[0], base), (tower[1], base), (tower[1], base - 2.4 * high),
                 (tower[2], base - 6 * high), (tower[0], base - 2.4 * high)],
                wall,
            )  # fmt: skip
        shape(
            [(left, base), (left + wide, base), (left + wide, base - high), (left, base - high)],
            wall,
        )
        eaves = base - high
        shape(
            [(left - 2, eaves), (left + wide + 2, eaves), (left + 0.5 * wide, eaves - 0.8 * high)],
            roof,
        )
        lamp, sill = left + wide * dice.uniform(0.2, 0.6), base - 0.2 * high
        x2, y2 = lamp + 0.22 * wide, sill - 0.45 * high
        shape([(lamp, sill), (x2, sill), (x2, y2), (lamp, y2)], colours["light"][1])
    inside = np.asarray(mask) > 0
    image[:] = np.asarray(drawn) / 255
    angles[inside] = 0.1
    region[inside] = _VILLAGE


def _tree(canvas, colours, x, y, place, image, angles, region):
    """Draw a cypress, a dark flame, into the sketches."""
    dice = canvas.dice
    up = 1 - (y / canvas.bottom - 0.06) / 0.94  # 0 at the foot, 1 at the tip
    phase = dice.uniform(0, 6)
    sway = 0.012 * np.sin(9 * up + phase) + 0.006 * np.sin(23 * up)
    offset = x - place * canvas.right - sway
    half = 0.085 * np.clip(1 - up, 0, 1) ** 0.75 * (0.72 + 0.28 * np.sin(3.1 * up + 0.4))
    half *= 1 + 0.18 * np.sin(34 * up + phase) * np.sign(offset)
    tree = (np.abs(offset) < half) & (up < 1)
    lick = 11 * (offset / 0.08) + 6 * np.sin(7 * up + phase)
    shade = ramp(colours["tree"], 0.5 + 0.5 * np.sin(lick))
    shade = mixed(shade, colours["hills"][2] * 1.25, 0.5 * (np.sin(lick * 1.7 + 1) > 0.8))
    image[tree] = shade[tree]
    lean = -np.pi / 2 + 0.5 * np.sin(13 * up + phase) - 1.6 * offset / 0.1 * smooth(up, 0.0, 0.9)
    angles[tree] = lean[tree]
    region[tree] = _TREE
