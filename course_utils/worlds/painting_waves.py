"""Waves: a woodblock print of a great breaking wave, with a far mountain and a red sun."""

from course_utils.worlds.painting_canvas import mixed, ramp, smooth

import numpy as np
from PIL import Image, ImageDraw
from scipy.interpolate import CubicSpline

# Sky from top to horizon, sun, mountain, ink, water from dark to light, foam and its shade, wood.
_PALETTES = (
    {
        "sky": ("#D9CDB0", "#E9DFC4", "#E6D3AE", "#8F8B7C"),
        "sun": ("#C8452E",),
        "mountain": ("#3B5876", "#F4EEDD"),
        "water": ("#122C54", "#1F4E86", "#3F7FAE", "#8DB7C4", "#C9D8CC"),
        "foam": ("#F6F0DE", "#B4CFD0"),
        "wood": ("#C99A5B", "#8C5A30"),
    },
    {
        "sky": ("#F0C9A4", "#F4D8B8", "#EFA98A", "#C4605A"),
        "sun": ("#F6E3A8",),
        "mountain": ("#6A4668", "#F7E6D8"),
        "water": ("#0F3B40", "#17636A", "#2F918C", "#83BFAE", "#D2E0C4"),
        "foam": ("#FBF3E4", "#BFDCCB"),
        "wood": ("#D9A25E", "#9A4E34"),
    },
    {
        "sky": ("#23305C", "#3E4F80", "#8A86A4", "#E0B496"),
        "sun": ("#F4EBD0",),
        "mountain": ("#1C2748", "#DCDCE8"),
        "water": ("#101B3C", "#28356E", "#4F62A0", "#8E9CC8", "#D4D6E4"),
        "foam": ("#F2F0EA", "#B3BCDC"),
        "wood": ("#B98A5E", "#6E4434"),
    },
)
_INK = 0.0022  # half the width of an outline, units
# The breaker's two edges, from foot to tip, as shares of its width and height.
_BACK = np.array(
    [
        [-0.35, 0.02, 0.22, 0.38, 0.56, 0.75, 0.88, 0.90],
        [1.0, 0.82, 0.5, 0.23, 0.08, 0.09, 0.21, 0.33],
    ]
).T
_FRONT = np.array(
    [
        [1.15, 0.86, 0.67, 0.56, 0.545, 0.6, 0.72, 0.9],
        [1.0, 0.97, 0.87, 0.7, 0.52, 0.37, 0.28, 0.33],
    ]
).T


class _Block:
    """The carved block: flat shapes with dark outlines on a picture of the sky."""

    def __init__(self, canvas, colours, ground):
        self.canvas, self.colours = canvas, colours
        self.image = Image.fromarray(np.uint8(np.clip(ground, 0, 1) * 255))
        self.draw = ImageDraw.Draw(self.image)
        self.left = canvas.seed % 2 == 1  # mirrored pictures look to the left
        self.ink = tuple(np.uint8(colours["water"][0] * 0.55 * 255).tolist())

    def _pixels(self, points):
        points = np.array(points, float) * self.canvas.unit
        if self.left:
            points[:, 0] = self.canvas.shape[1] - points[:, 0]
        return points

    def shape(self, points, colour, outline=0.0):
        """Fill a polygon, (n, 2) in units, and outline it so many units wide."""
        points = self._pixels(points)
        fill = tuple(np.uint8(np.clip(colour, 0, 1) * 255).tolist())
        self.draw.polygon([tuple(point) for point in points], fill=fill)
        if outline:
            self.line(points / self.canvas.unit, outline, pixels=points)

    def line(self, points, width, pixels=None):
        """Draw an ink line so many units wide."""
        points = self._pixels(points) if pixels is None else pixels
        wide = max(1, round(width * self.canvas.unit))
        self.draw.line(points.ravel().tolist(), fill=self.ink, width=wide)

    def discs(self, circles, outline=0.6 * _INK):
        """Draw many discs, (n, 3) x, y, radius in units, as one white mass with one outline."""
        places = self._pixels(circles[:, :2])
        radii = circles[:, 2] * self.canvas.unit
        foam = [tuple(np.uint8(colour * 255).tolist()) for colour in self.colours["foam"]]
        side = -0.4 if self.left else 0.4
        passes = (
            (2 * outline * self.canvas.unit, self.ink, 1.0, 0.0),
            (0.0, foam[1], 1.0, 0.0),
            (0.0, foam[0], 0.72, 0.3),
        )
        for grown, fill, share, shift in passes:
            for (x, y), radius in zip(places, radii, strict=True):
                r = radius * share + grown
                if r < 0.5:
                    continue
                x1, y1 = x - side * shift * radius, y - shift * radius
                self.draw.ellipse((x1 - r, y1 - r, x1 + r, y1 + r), fill=fill)


def paint(canvas):
    """Paint it; returns (rows, columns, 3) in 0..1."""
    colours = canvas.palette(_PALETTES)
    dice = canvas.dice
    block = _Block(canvas, colours, _sky(canvas, colours))
    right, bottom = canvas.right, canvas.bottom
    _mountain(block, dice)
    heights = (0.69, 0.75, 0.81)
    for number, height in enumerate(heights):
        _swell(block, dice, height * bottom, 0.035 + 0.012 * number, 2.4 - 0.4 * number, number)
    _boat(block, dice, 0.74 * right, 0.82 * bottom)
    _great_wave(block, dice)
    _swell(block, dice, 0.885 * bottom, 0.06, 1.5, 3)
    _boat(block, dice, 0.30 * right, 0.925 * bottom)
    _swell(block, dice, 0.97 * bottom, 0.05, 2.0, 4)
    _spray(block, dice)
    _seal(block, dice)
    return _printed(canvas, np.asarray(block.image, np.float32) / 255)


def _sky(canvas, colours):
    """Return the sky: a hand-wiped gradient, flat clouds, the sun."""
    x, y = canvas.grid()
    down = y / canvas.bottom
    image = ramp(colours["sky"], down / 0.72 + 0.02 * canvas.noise(3, stretch=(5, 1)))
    clouds = canvas.noise(11, 1, stretch=(11, 1))
    edge = smooth(clouds + 0.9 * np.cos(6 * down), 0.80, 0.84) * smooth(down, 0.5, 0.42)
    image = mixed(image, colours["foam"][0], 0.55 * edge)
    place = (0.80 if canvas.seed % 2 == 0 else 0.20), 0.20
    disc = np.hypot(x - place[0] * canvas.right, y - place[1] * canvas.bottom)
    return mixed(image, colours["sun"][0], smooth(disc, 0.085, 0.083))


def _mountain(block, dice):
    canvas, colours = block.canvas, block.colours
    middle, foot = canvas.right * dice.uniform(0.70, 0.78), 0.74 * canvas.bottom
    wide, high = 0.30, 0.20
    s = np.linspace(-1, 1, 61)
    slope = foot - high * (1 - np.abs(s) ** 0.62) - 0.004 * np.sin(19 * s)
    slope[np.abs(s) < 0.05] = slope[np.abs(s) < 0.05].max()
    outline = np.stack([middle + wide * s, slope], axis=1)
    block.shape(outline, colours["mountain"][0], _INK)
    snow = foot - 0.5 * high + 0.022 * np.abs((9 * s) % 2 - 1) - 0.02 * np.cos(17 * s)
    block.shape(_between(outline[:, 0], slope, np.maximum(snow, slope)), colours["mountain"][1])


def _swell(block, dice, base, high, waves, depth):
    """Draw a row of swells across the picture: body, stripes along it, foam on its crests."""
    canvas, colours = block.canvas, block.colours
    x = np.linspace(-0.05, canvas.right + 0.05, 400)
    phase = dice.uniform(0, np.pi)
    turn = np.pi * waves * x / canvas.right * max(1, canvas.right) + phase
    # A crest leans to the right and is sharp; a trough is round.
    crest = (1 - np.abs(np.sin(turn + 0.25 * np.sin(2 * turn)))) ** 1.35
    crest *= 0.75 + 0.4 * np.sin(1.3 * x + dice.uniform(0, 6))
    top = base - high * crest * 1.7 + 0.3 * high * np.sin(2.1 * x + phase)
    floor = np.full_like(x, canvas.bottom + 0.1)
    water = colours["water"]
    body = ramp(water[:4], 0.72 - 0.14 * depth)
    block.shape(_between(x, top, floor), body, 2 * _INK)
    under = 0.008
    for stripe in range(13):
        thick = (0.005 + 0.0022 * stripe) * dice.uniform(0.8, 1.5) * (0.6 + 0.16 * depth)
        wander = 0.006 * np.sin(turn * dice.uniform(0.8, 1.6) + dice.uniform(0, 6))
        flat = under * (0.5 + 1.3 * (1 - crest))
        swing = np.sin(turn * dice.uniform(0.7, 1.3) + dice.uniform(0, 6))
        width = thick * np.clip(0.25 + swing, 0, 1)
        upper = top + flat + wander
        colour = water[(1, 4, 0, 3, 2, 0, 4)[stripe % 7]]
        _ribbons(block, x, upper, upper + width, colour)
        under += thick * 1.1 + 0.003
    peaks = np.flatnonzero((top[1:-1] < top[:-2]) & (top[1:-1] < top[2:]) & (crest[1:-1] > 0.5)) + 1
    reach = 16 + 5 * depth
    for peak in peaks:
        for step in sorted(range(-reach, reach + 1, 2), key=abs, reverse=True):
            near = np.clip(peak + step, 0, len(x) - 1)
            size = (0.0045 + 0.0016 * depth) * (1 - abs(step) / (1.3 * reach))
            angle = (0.4 if step > 0 else 2.3) + dice.normal(0, 0.5)
            place = x[near], top[near] + 0.6 * size
            block.discs(_claw(dice, place, angle, size, 0.5 if step > 0 else -0.5, 1))


def _between(x, top, floor):
    """Return the polygon between two curves over the same x."""
    return np.concatenate([np.stack([x, top], 1), np.stack([x, floor], 1)[::-1]])


def _ribbons(block, x, upper, lower, colour):
    """Fill between two curves wherever they are apart."""
    apart = np.flatnonzero(np.diff(np.concatenate([[0], lower > upper + 0.0008, [0]])))
    for first, last in zip(apart[::2], apart[1::2], strict=True):
        if last - first > 3:
            part = slice(first, last)
            block.shape(_between(x[part], upper[part], lower[part]), colour)


def _great_wave(block, dice):
    """Draw the breaker: its body, the stripes drawn up its face, its claws of foam."""
    canvas, colours = block.canvas, block.colours
    corner = np.array([0.0, 0.10 * canvas.bottom])
    extent = np.array([0.66 * canvas.right, 0.86 * canvas.bottom])
    share = np.linspace(0, 1, 160)
    back, front = (
        CubicSpline(np.linspace(0, 1, 8), points + dice.normal(0, 0.006, (8, 2)))(share) * extent
        + corner
        for points in (_BACK, _FRONT)
    )
    front[-1] = back[-1]
    water = colours["water"]
    block.shape(np.concatenate([back, front[::-1]]), water[1], 2 * _INK)

    def face(t, s):
        """A place on the wave: t 0 at its back, 1 at its front; s from foot to tip."""
        curve = np.clip(s, 0, 1) * 159
        low = np.minimum(curve.astype(int), 158)
        part = (curve - low)[:, None]
        edges = [(e[low] * (1 - part) + e[low + 1] * part) for e in (back, front)]
        return edges[0] * (1 - np.clip(t, 0, 1)[:, None]) + edges[1] * np.clip(t, 0, 1)[:, None]

    shades = (0, 3, 0, 2, 4, 0, 1, 3, 0, 4)
    for number, middle in enumerate(np.linspace(0.10, 0.96, 22)):
        s = np.linspace(dice.uniform(0.0, 0.25), dice.uniform(0.72, 0.97), 60)
        half = dice.uniform(0.014, 0.030) * np.sin(np.linspace(0.15, 3.1, 60)) ** 0.7
        t = middle + 0.02 * np.sin(5 * s + number)
        ribbon = np.concatenate([face(t - half, s), face(t + half, s)[::-1]])
        block.shape(ribbon, water[shades[number % 10]], _INK if number % 3 == 0 else 0)
    for t in (0.16, 0.09, 0.02):  # rows of claws on the back and the crest, the outermost last
        for s in np.linspace(0.36 + 1.6 * t, 0.97, 28):
            place, ahead = face(np.array([t, t]), np.array([s, s + 0.02]))
            angle = np.arctan2(*(ahead - place)[::-1])
            size = (0.0075 + 0.0075 * smooth(s, 0.35, 0.8)) * dice.uniform(0.65, 1.25)
            turned = angle + dice.normal(0.5 if t > 0.05 else -0.5, 0.35)
            block.discs(_claw(dice, place, turned, size, 0.5, 1))
    for t in (0.45, 0.7, 0.95):  # the lip, whose claws hang down and curl back
        for s in np.linspace(0.99, 0.80 - 0.10 * t, 9):
            place = face(np.array([t]), np.array([s]))[0]
            size = dice.uniform(0.006, 0.014)
            block.discs(_claw(dice, place, dice.normal(1.2, 0.5), size, 0.6, 2))


def _claw(dice, place, angle, size, curl, depth):
    """Return the discs of a claw of foam: a chain that curls and shrinks, with smaller claws."""
    discs, spot = [], np.array(place, float)
    for step in range(9):
        radius = size * (1 - step / 10.5)
        discs.append([(*spot, radius)])
        if depth > 0 and step in (2, 4, 6):
            side = angle + (1.1 if step % 4 else -0.9)
            discs.append(_claw(dice, spot, side, radius * 0.6, curl * 1.1, depth - 1))
        spot = spot + 1.05 * radius * np.array([np.cos(angle), np.sin(angle)])
        angle += curl * dice.uniform(0.25, 0.75)
    return np.concatenate(discs)


def _spray(block, dice):
    """Throw drops off the crest."""
    canvas = block.canvas
    count = 260
    along = dice.beta(1.2, 2.0, count)
    x = canvas.right * (0.50 + 0.30 * along) + dice.normal(0, 0.03, count)
    y = canvas.bottom * (0.16 + 0.42 * along**1.2) + np.abs(dice.normal(0, 0.09, count)) - 0.06
    radius = 0.0016 + 0.0035 * dice.random(count) ** 3
    block.discs(np.stack([x, y, radius], axis=1), outline=0.0)


def _boat(block, dice, x, y):
    """Draw a long narrow boat with its rowers."""
    wood, foam = block.colours["wood"], block.colours["foam"][0]
    long, tilt = dice.uniform(0.20, 0.24), dice.uniform(-0.12, 0.12)
    s = np.linspace(-1, 1, 30)
    keel = np.stack([x + long / 2 * s, y + tilt * long / 2 * s - 0.034 * s**4 - 0.010 * s], axis=1)
    rim = keel - np.stack([0 * s, 0.020 * (1 - s**6)], axis=1)
    for number in range(6):
        head = rim[6 + 3 * number] - (0, 0.006)
        block.discs(np.array([(*head, 0.0075)]))
    block.shape(np.concatenate([keel, rim[::-1]]), wood[0], _INK)
    block.line(keel * 0.6 + rim * 0.4, _INK)
    lower = np.concatenate([keel, (keel * 0.75 + rim * 0.25)[::-1]])
    block.shape(lower, wood[1])
    block.shape(np.concatenate([keel[:3], rim[:3][::-1]]), foam, _INK)


def _seal(block, dice):
    """Press the printer's seal into a corner: a red square with marks that mean nothing."""
    colours, side = block.colours, 0.052
    left, top = 0.045, 0.05
    square = np.array([(0, 0), (1, 0), (1, 1.6), (0, 1.6), (0, 0)]) * side + (left, top)
    red = colours["sun"][0] if block.canvas.seed % 3 == 0 else np.array([0.72, 0.22, 0.16])
    block.shape(square, red)
    for row in range(4):
        for column in range(2):
            start = np.array(
                [left + side * (0.18 + 0.42 * column), top + side * (0.16 + 0.36 * row)]
            )
            for _ in range(3):
                a, b = start + dice.uniform(0, 0.26, (2, 2)) * side
                mark = np.array([a, b, b + 0.003, a + 0.003])
                block.shape(mark, colours["foam"][0])


def _printed(canvas, image):
    """Press the block on paper: grain of the wood, uneven ink, fibres."""
    grain = canvas.noise(90, stretch=(14, 1)) + 0.6 * canvas.noise(30, stretch=(9, 1))
    uneven = canvas.noise(7, 3)
    fibres = canvas.noise(420) + canvas.noise(200, stretch=(6, 1))
    inked = 1 - image.min(axis=-1)  # paper shows the grain less than ink does
    tone = 1 + (0.012 + 0.03 * inked) * grain + 0.012 * uneven + 0.012 * fibres
    return image * tone[..., None]
