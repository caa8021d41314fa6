"""Mosaic: stones set along the lines of a sun, a sea and its fish, in a border."""

from course_utils.worlds.painting_canvas import Paint, at, jittered, mixed, ramp

import numpy as np
from scipy import ndimage
from scipy.spatial import cKDTree

# Sun from its middle outwards, sky from the sun outwards, sea from far to near, fish, border.
_PALETTES = (
    {
        "sun": ("#FFF0B8", "#F6C945", "#E8932C", "#C9542A"),
        "sky": ("#F4E3BC", "#E8C48A", "#8FB6BE", "#3F7EA6", "#24507F"),
        "sea": ("#7FC4B8", "#2F9AA0", "#1C6E8C", "#174A70", "#EFE7CF"),
        "fish": ("#D9542B", "#F0A03C", "#F6E2B0", "#7A2A22"),
        "border": ("#7C2B25", "#EADBB5", "#2B4C6F", "#C98F35"),
        "grout": ("#5B5146",),
    },
    {
        "sun": ("#FFF6D0", "#F6C65A", "#E0713C", "#A82E4A"),
        "sky": ("#F7E3D2", "#EDB9A8", "#B5627F", "#6C3F73", "#3A2A58"),
        "sea": ("#E0A18C", "#8E6C96", "#4F5391", "#2C3470", "#F3E3D0"),
        "fish": ("#2E8C8A", "#7CC4A8", "#F2EBC8", "#174A56"),
        "border": ("#3A2A58", "#F0DEC6", "#A63B5C", "#D9A24A"),
        "grout": ("#4B4148",),
    },
    {
        "sun": ("#FFF7D8", "#F9DB6B", "#E5B02E", "#B87A22"),
        "sky": ("#F2F0D4", "#C9DDA6", "#7FB88C", "#3C8A78", "#1F5A5C"),
        "sea": ("#9ED2C0", "#4AA6B0", "#2B7396", "#203F72", "#F2EAD0"),
        "fish": ("#C23B4A", "#EE8A6A", "#FBE6C8", "#6A1F34"),
        "border": ("#1F4A4C", "#EEE2BE", "#A8452F", "#D6A63C"),
        "grout": ("#57564C",),
    },
)
_STONE = 0.0145  # side of a stone, units
_MOVES = 7
_BORDER = 0.075


def paint(canvas):
    """Paint it; returns (rows, columns, 3) in 0..1."""
    colours, dice = canvas.palette(_PALETTES), canvas.dice
    image, angles, region = _sketched(canvas, colours)
    pixels = image.shape[0] / canvas.bottom
    edges = (region != np.roll(region, 1, 0)) | (region != np.roll(region, 1, 1))
    edges[[0, -1]] = edges[:, [0, -1]] = True
    distance = ndimage.distance_transform_edt(~edges) / pixels
    slope = np.gradient(ndimage.gaussian_filter(distance, 2))
    along = np.arctan2(*slope)  # rows of stones follow an outline
    angles = np.where(distance < 1.6 * _STONE, along, angles)
    centres, sides = _set(canvas, angles, distance, region, pixels)

    angle = at(angles, centres * pixels) + dice.normal(0, 0.03, len(centres))
    shades = jittered(dice, at(image, centres * pixels), 0.012, 0.09, 0.075)
    corners = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)]) / 2
    corners = corners + dice.normal(0, 0.045, (len(centres), 4, 2))
    turned = np.stack([np.cos(angle), np.sin(angle), -np.sin(angle), np.cos(angle)], axis=1)
    stones = centres[:, None] + sides[:, None, None] * corners @ turned.reshape(-1, 2, 2)

    grain = 1 + 0.08 * canvas.noise(300) + 0.06 * canvas.noise(40, 2)
    paint = Paint(canvas, colours["grout"][0] * grain[..., None])
    thick = dice.integers(150, 256, len(stones))
    fills = np.uint8(np.clip(shades, 0, 1) * 255)
    for stone, fill, high in zip(stones * canvas.unit, fills, thick, strict=True):
        paint.draw.polygon([tuple(c) for c in stone], fill=(*fill.tolist(), int(high)))
    worn = 1 + 0.035 * canvas.noise(150, 2) + 0.03 * canvas.noise(3, 2)
    return paint.dry(relief=0.5) * worn[..., None]


def _set(canvas, angles, distance, region, pixels):
    """Spread the stones evenly, none across an outline; return their centres and sides.

    Lloyd's method: each stone moves to the middle of the ground nearest to it, again and again.
    Near is measured in squares turned like the stone (Hausner, Simulating decorative mosaics,
    2001), so that stones come to stand in rows.
    """
    dice = canvas.dice
    rows, columns = np.mgrid[0 : region.shape[0], 0 : region.shape[1]]
    free = (distance > 0.08 * _STONE) & ((rows + columns) % 2 == 0)  # half of it is enough
    weight = np.where(region >= _FISH, 1.9, 1.0)[free]
    # The region as a third coordinate keeps each stone on its side of an outline.
    ground = np.stack([columns[free] + 0.5, rows[free] + 0.5, 99.0 * region[free]], axis=1)
    ground[:, :2] /= pixels
    count = int(2 * weight.sum() / pixels**2 / _STONE**2)
    centres = ground[dice.choice(len(ground), count, replace=False, p=weight / weight.sum())]
    for _ in range(_MOVES):
        near = cKDTree(centres).query(ground, k=4)[1]
        apart = ground[:, None, :2] - centres[near, :2]
        angle = at(angles, centres * pixels)
        c, s = np.cos(angle)[near], np.sin(angle)[near]
        square = np.maximum(
            abs(apart[..., 0] * c + apart[..., 1] * s), abs(apart[..., 1] * c - apart[..., 0] * s)
        )
        square += 9.0 * (centres[near, 2] != ground[:, None, 2])
        nearest = near[np.arange(len(near)), square.argmin(axis=1)]
        total = np.bincount(nearest, weight, count)
        for axis in range(2):
            middle = np.bincount(nearest, weight * ground[:, axis], count)
            centres[total > 0, axis] = (middle / np.maximum(total, 1e-9))[total > 0]
    area = 2 * np.bincount(nearest, minlength=count) / pixels**2
    sides = np.sqrt(np.clip(area, (0.55 * _STONE) ** 2, (1.35 * _STONE) ** 2))
    return centres[:, :2], sides


_FISH = 100


def _sketched(canvas, colours):
    """Return the composition as sketches: colours, directions of the rows, and regions."""
    dice = canvas.dice
    right, bottom = canvas.right, canvas.bottom
    x, y = canvas.grid(sketch=True)
    middle = right * dice.uniform(0.38, 0.62), bottom * dice.uniform(0.36, 0.42)
    radius = np.hypot(x - middle[0], y - middle[1])
    turn = np.arctan2(y - middle[1], x - middle[0])
    size = 0.15

    # The sky: rings around the sun, crossed by its rays.
    rings = np.floor((radius - size) / 0.055)
    image = ramp(colours["sky"], (rings + 0.5) * 0.055 / 0.55)
    region = 10 + rings.astype(int)
    rays = 16
    ray = (turn * rays / (2 * np.pi) + 0.10 * np.sin(radius * 26)) % 1
    reach = size + 0.13 + 0.10 * (np.floor(turn * rays / (2 * np.pi)) % 2)
    flame = (np.abs(ray - 0.5) < 0.34 * (1 - (radius - size) / (reach - size))) & (radius < reach)
    image[flame] = ramp(colours["sun"], 0.35 + 0.65 * (radius - size) / 0.23)[flame]
    region[flame] = 30
    disc = radius < size
    parts = np.floor(radius / 0.05)
    image[disc] = ramp(colours["sun"], parts / 3)[disc]
    petal = disc & (radius > 0.05) & (np.sin(turn * 8 + 3 * (parts % 2)) > 0.35)
    image[petal] = ramp(colours["sun"], parts / 3 + 0.3)[petal]
    region[disc] = 40 + (parts + 4 * petal)[disc].astype(int)
    angles = turn + np.pi / 2

    # The sea: bands that follow its waves.
    phase = dice.uniform(0, 6, 3)
    swell = 0.020 * np.sin(13 * x + phase[0]) + 0.012 * np.sin(29 * x + phase[1])
    depth = y - 0.60 * bottom + swell
    sea = depth > 0
    band = np.floor(depth / 0.045)
    shade = ramp(colours["sea"][:4], (band + 0.3 * np.sin(2.4 * band)) * 0.045 / (0.36 * bottom))
    crest = np.sin(13 * x + phase[0] + 1.7 * band) > 0.72
    image = np.where(sea[..., None], shade, image)
    image[sea & crest] = mixed(shade, colours["sea"][4], 0.75)[sea & crest]
    region[sea] = 60 + (2 * band + crest)[sea].astype(int)
    slope = np.gradient(swell, axis=1) / np.gradient(x, axis=1)
    angles = np.where(sea, -np.arctan(slope), angles)
    for number, (a, b, way) in enumerate(((0.30, 0.74, 1), (0.70, 0.83, -1))):
        long = 0.15 - 0.02 * number
        place = right * (a + dice.uniform(-0.04, 0.04)), bottom * b
        _fish(colours, x, y, place, long, way, image, angles, region, _FISH + 20 * number)
    _border(canvas, colours, x, y, image, angles, region)
    return image, angles, region


def _fish(colours, x, y, place, long, way, image, angles, region, label):
    """Draw a fish that swims left or right into the sketches."""
    s = way * (x - place[0]) / long  # -1 at the tail, 1 at the mouth
    t = (y - place[1]) / long - 0.10 * np.cos(2.2 * s)
    half = 0.40 * np.clip(1 - s * s, 0, 1) ** 0.75 * (1 + 0.25 * s)
    body = (np.abs(t) < half) & (np.abs(s) < 1)
    tail = (s < -0.80) & (s > -1.42) & (np.abs(t) < 0.10 + 0.62 * (-0.80 - s)) & ~body
    tail &= s > -1.42 + 0.25 * np.cos(4 * t)
    fin = (np.abs(s + 0.05 - 0.3 * np.abs(t)) < 0.30) & (np.abs(t) < half + 0.17) & ~body
    scales = np.floor(5.5 * s + 0.9 * np.cos(6 * t))
    shade = ramp(colours["fish"][:3], 0.5 + 0.5 * np.sin(2.1 * scales) + 0.5 * t)
    parts = (
        (fin, colours["fish"][3], 1),
        (tail, colours["fish"][1], 2),
        (body, shade, 3 + np.clip(scales + 6, 0, 11).astype(int) % 2),
        (body & (s > 0.52), colours["fish"][1], 5),
        (np.hypot(s - 0.70, t + 0.06) < 0.115, colours["fish"][2], 6),
        (np.hypot(s - 0.72, t + 0.06) < 0.05, colours["fish"][3], 7),
    )
    for mask, colour, part in parts:
        image[mask] = np.broadcast_to(colour, image.shape)[mask]
        region[mask] = (label + np.broadcast_to(part, region.shape))[mask]
    angles[body | tail | fin] = (-0.2 * np.sin(2.2 * s) * way)[body | tail | fin]


def _border(canvas, colours, x, y, image, angles, region):
    """Draw the border, a wave between two lines, into the sketches."""
    inwards = np.minimum.reduce([x, y, canvas.right - x, canvas.bottom - y])
    flat = np.where(np.minimum(x, canvas.right - x) < np.minimum(y, canvas.bottom - y), y, x)
    wave = 0.045 + 0.013 * np.sin(2 * np.pi * flat / 0.115)
    row = np.select(
        [inwards < 0.020, inwards < wave, inwards < 0.066, inwards < _BORDER + 0.012],
        [0, 1, 2, 3],
        9,
    )
    for number in range(4):
        mask = row == number
        image[mask] = colours["border"][number]
        region[mask] = 90 + number
    angles[row < 9] = 0
