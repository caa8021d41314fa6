"""Ink wash: mountains in mist over a still lake, and a branch or bamboo close by."""

from course_utils.worlds.painting_canvas import mixed, smooth

import numpy as np
from PIL import Image, ImageDraw
from scipy import ndimage

# Paper, ink far away, ink close by, and the one warm colour.
_PALETTES = (
    {"paper": ("#F1E8D3",), "ink": ("#5E6C7A", "#14161C"), "warm": ("#B5312A",)},
    {"paper": ("#EFE3C6",), "ink": ("#6B6A4E", "#1C1A14"), "warm": ("#C0562A",)},
    {"paper": ("#EAE6DA",), "ink": ("#3E6A78", "#0F1820"), "warm": ("#A52C4A",)},
)


class _Sheet:
    """A sheet of paper that soaks up ink: each wash takes some of the light away."""

    def __init__(self, canvas, colours):
        self.canvas, self.colours = canvas, colours
        fibres = canvas.noise(380) + 1.3 * canvas.noise(160, stretch=(7, 1))
        stains = canvas.noise(2, 4)
        self.soak = canvas.noise(26, 4)
        self.grain = canvas.noise(260, 2)
        tone = 1 + 0.010 * fibres + 0.014 * stains
        self.image = colours["paper"][0] * tone[..., None]

    def wash(self, strength, colour, part=...):
        """Lay a wash, strength (rows, columns) 0..1 of a part, unevenly soaked up."""
        strength = strength * (1 + 0.10 * self.soak[part] + 0.07 * self.grain[part])
        paper = self.image[part]
        self.image[part] = mixed(paper, paper * colour + 0.03, np.clip(strength, 0, 1))

    def wet(self, mask, strength, colour, part=...):
        """Lay a wash with the dark rim that ink leaves where it dries."""
        soft = ndimage.gaussian_filter(mask, self.canvas.unit / 1100)
        rim = np.clip(soft - ndimage.gaussian_filter(soft, self.canvas.unit / 130), 0, 1)
        self.wash(strength * soft * (0.8 + 0.9 * rim), colour, part)

    def brushed(self, strokes, dry, strength, colour):
        """Lay brush strokes, whose bristles part where the brush runs dry.

        Args:
            strokes: list of (path (n, 2) in units, widths (n,) in units).
            dry: 0 for a full brush, 1 for one nearly dry.
            strength: of the ink, 0..1.
            colour: of the ink.
        """
        dice, unit = self.canvas.dice, self.canvas.unit
        mask = Image.new("L", self.canvas.shape[::-1])
        draw = ImageDraw.Draw(mask)
        for path, widths in strokes:
            along = np.gradient(path, axis=0)
            across = np.stack([-along[:, 1], along[:, 0]], axis=1)
            across /= np.linalg.norm(across, axis=1, keepdims=True) + 1e-9
            left, right = path + across * widths[:, None] / 2, path - across * widths[:, None] / 2
            outline = np.concatenate([left, right[::-1]]) * unit
            draw.polygon(outline.ravel().tolist(), fill=int(dice.uniform(185, 255)))
            for _ in range(round(14 * dry)):
                side = dice.uniform(-0.46, 0.46)
                first = dice.integers(0, max(1, len(path) - 3))
                part = slice(first, first + dice.integers(3, max(4, len(path))))
                bristle = (path + across * (widths * side)[:, None])[part] * unit
                wide = max(1, round(widths.max() * unit * 0.05))
                draw.line(bristle.ravel().tolist(), fill=int(dice.uniform(0, 130)), width=wide)
        if mask.getbbox() is None:
            return
        left, top, right, bottom = mask.getbbox()
        margin = round(unit / 25)
        part = (
            slice(max(0, top - margin), bottom + margin),
            slice(max(0, left - margin), right + margin),
        )
        ink = np.asarray(mask, np.float32)[part] / 255
        ink *= 1 - 0.25 * dry * smooth(self.grain[part], 0.6, 1.6)
        self.wet(ink, strength, colour, part)


def paint(canvas):
    """Paint it; returns (rows, columns, 3) in 0..1."""
    colours = canvas.palette(_PALETTES)
    sheet = _Sheet(canvas, colours)
    near = "right" if canvas.seed % 2 == 0 else "left"
    x, y = canvas.grid()
    sun = (0.30 if near == "right" else 0.70), 0.24
    disc = np.hypot(x - sun[0] * canvas.right, y - sun[1] * canvas.bottom)
    disc += 0.0015 * sheet.soak
    sheet.wet((disc < 0.078).astype(np.float32), 0.82, colours["warm"][0] * 1.15)
    _mountains(sheet, x, y)
    _lake(sheet, near)
    if canvas.seed % 2 == 0:
        _bamboo(sheet, near)
    else:
        _branch(sheet, near)
    _seal(sheet, near)
    return sheet.image


def _mountains(sheet, x, y):
    """Paint ridges one before the other, each dark along its top and lost in mist below."""
    canvas, dice = sheet.canvas, sheet.canvas.dice
    warp = 0.0055 * canvas.noise(14, 3) + 0.0012 * canvas.noise(90, 2)
    far, close = sheet.colours["ink"]
    for number, (base, high) in enumerate(((0.47, 0.20), (0.54, 0.26), (0.61, 0.20), (0.68, 0.12))):
        s = x[0] / canvas.right
        peaks = np.zeros_like(s)
        for _ in range(5):
            middle, wide = dice.uniform(-0.05, 1.05), dice.uniform(0.07, 0.22)
            tall = dice.uniform(0.35, 1.0)
            peaks = np.maximum(peaks, tall * np.exp(-(np.abs((s - middle) / wide) ** 1.35)))
        ridge = canvas.bottom * (base - high * peaks)
        depth = y - ridge + warp * (1 + number / 2)
        body = smooth(depth, 0.0, 0.006)
        mist = np.exp(-np.clip(depth, 0, 1) / (0.055 + 0.030 * number))
        folds = canvas.noise(22, 4, stretch=(0.6, 2.2))
        texture = 0.75 + 0.30 * folds * np.exp(-np.clip(depth, 0, 1) / 0.12)
        strength = body * (0.03 + 0.85 * mist) * texture * (0.42 + 0.16 * number)
        sheet.wash(strength, mixed(far, close, 0.22 * number))
        rim = np.exp(-((depth - 0.004) ** 2) / 0.0045**2) * smooth(folds, -0.9, 1.0)
        sheet.wash(0.55 * rim * (0.35 + 0.2 * number), close)
        trees = _trees(canvas, ridge, s, number)
        if trees:
            sheet.brushed(trees, 0.2, 0.30 + 0.16 * number, mixed(far, close, 0.25 + 0.25 * number))


def _trees(canvas, ridge, s, number):
    """Return strokes of pines that stand on a ridge."""
    dice, strokes = canvas.dice, []
    if number < 2:
        return strokes
    for _ in range(26):
        place = dice.uniform(0.02, 0.98)
        foot = np.interp(place, s, ridge) + 0.004
        tall = dice.uniform(0.018, 0.034) * (0.5 + 0.35 * number)
        x = place * canvas.right
        trunk = np.stack([np.full(5, x), np.linspace(foot, foot - tall, 5)], axis=1)
        strokes.append((trunk, np.full(5, 0.0022)))
        for step in np.linspace(0.25, 0.95, 5):
            half = 0.34 * tall * (1.15 - step)
            level = foot - tall * step
            bough = np.array(
                [(x - half, level + 0.25 * half), (x, level), (x + half, level + 0.3 * half)]
            )
            strokes.append((bough, np.array([0.001, 0.0042, 0.001])))
    return strokes


def _lake(sheet, near):
    """Paint the lake: still streaks, a boat with a fisherman, birds far off."""
    canvas, dice = sheet.canvas, sheet.canvas.dice
    far, close = sheet.colours["ink"]
    strokes = []
    for _ in range(34):
        level = canvas.bottom * (0.74 + 0.24 * dice.random() ** 1.3)
        start, long = dice.uniform(-0.1, 1.0) * canvas.right, dice.uniform(0.05, 0.30)
        path = np.linspace((start, level), (start + long, level + dice.normal(0, 0.002)), 14)
        path[:, 1] += 0.002 * np.sin(np.linspace(0, 9, 14) + dice.uniform(0, 6))
        strokes.append((path, 0.005 * np.sin(np.linspace(0.1, 3.0, 14))))
    sheet.brushed(strokes, 0.8, 0.26, far)

    middle = canvas.right * (0.34 if near == "right" else 0.66) + dice.normal(0, 0.02)
    level, way = canvas.bottom * 0.815, 1 if near == "right" else -1
    place = np.array([middle, level])
    s = np.linspace(-1, 1, 24)
    hull = np.stack([middle + way * 0.085 * s, level - 0.022 * s**4 - 0.008 * s], axis=1)
    body = [(-0.018, -0.006), (-0.014, -0.034), (-0.012, -0.052)]
    robe = np.array(body) * (way, 1) + place
    hat = np.array([(-0.036, -0.052), (-0.012, -0.068), (0.012, -0.052)]) * (way, 1)
    rod = np.array([(-0.010, -0.034), (0.06, -0.085), (0.13, -0.100)]) * (way, 1)
    line = np.array([(0.13, -0.100), (0.131, -0.05), (0.131, -0.004)]) * (way, 1)
    sheet.brushed(
        [
            (hull, 0.013 * np.sin(np.linspace(0.25, 2.9, 24))),
            (robe, np.array([0.026, 0.020, 0.010])),
            (hat + place, np.array([0.002, 0.012, 0.002])),
            (rod + place, np.array([0.0035, 0.0025, 0.0012])),
            (line + place, np.full(3, 0.0010)),
        ],
        0.3, 0.95, close,
    )  # fmt: skip
    under = hull * (1, -0.35) + (0, 1.35 * level + 0.016)
    sheet.brushed([(under, 0.010 * np.sin(np.linspace(0.2, 2.9, 24)))], 1.0, 0.35, far)
    birds = []
    flock = np.array([canvas.right * (0.52 if near == "right" else 0.48), canvas.bottom * 0.17])
    for number in range(7):
        place = flock + np.array([0.030 * number * way, 0.012 * abs(number - 2)])
        place += dice.normal(0, 0.006, 2)
        wing = dice.uniform(0.009, 0.014)
        points = np.array([(-1, -0.35), (-0.5, -0.55), (0, 0), (0.5, -0.6), (1, -0.3)]) * wing
        birds.append((place + points, np.array([0.001, 0.003, 0.0035, 0.003, 0.001])))
    sheet.brushed(birds, 0.0, 0.85, close)


def _bamboo(sheet, near):
    """Paint stalks of bamboo, joint by joint, and their leaves."""
    canvas, dice = sheet.canvas, sheet.canvas.dice
    far, close = sheet.colours["ink"]
    for depth, count in ((0, 3), (1, 3)):
        stalks, joints, leaves = [], [], []
        for number in range(count):
            share = 0.80 + 0.065 * number + dice.uniform(-0.02, 0.02)
            foot = canvas.right * (share if near == "right" else 1 - share)
            lean, wide = dice.normal(0, 0.04), 0.018 + 0.010 * depth - 0.003 * number
            level = canvas.bottom + 0.02
            while level > -0.05:
                long = dice.uniform(0.10, 0.15)
                t = np.linspace(0, 1, 12)
                rise = level - (long - 0.006) * t
                path = np.stack([foot + lean * (canvas.bottom - rise), rise], axis=1)
                swell = 1 + 0.14 * np.abs(2 * t - 1) ** 4
                stalks.append((path, wide * swell))
                top = path[-1]
                knot = np.array([(-0.62, 0.2), (0, -0.15), (0.62, 0.2)]) * wide + top
                joints.append((knot, np.array([0.004, 0.0026, 0.004])))
                if dice.random() < 0.75:
                    leaves += _twig(dice, top, near, 0.8 + 0.35 * depth)
                level -= long
        ink = mixed(far, close, 0.15 + 0.75 * depth)
        sheet.brushed(stalks, 1.0, 0.34 + 0.36 * depth, ink)
        sheet.brushed(joints, 0.0, 0.5 + 0.4 * depth, close)
        sheet.brushed(leaves, 0.35, 0.42 + 0.5 * depth, ink)


def _twig(dice, place, near, size):
    """Return the strokes of a twig and its hanging leaves."""
    way = -1 if near == "right" else 1
    way = way if dice.random() < 0.75 else -way
    t = np.linspace(0, 1, 10)
    reach = np.array([way * dice.uniform(0.06, 0.16), -dice.uniform(0.0, 0.05)]) * size
    twig = place + t[:, None] * reach + np.stack([0 * t, 0.03 * t * t], axis=1)
    strokes = [(twig, np.linspace(0.0040, 0.0016, 10))]
    for step in (4, 6, 7, 9, 9, 9):
        angle = np.pi / 2 - way * dice.uniform(0.1, 1.15)
        long = dice.uniform(0.06, 0.115) * size
        path = twig[step] + long * t[:, None] * (np.cos(angle), np.sin(angle))
        path[:, 0] += way * 0.10 * long * np.sin(np.pi * t)
        strokes.append((path, 0.20 * long * np.sin(np.pi * t**0.62) ** 1.1 + 0.0004))
    return strokes


def _branch(sheet, near):
    """Paint a bough of plum, its twigs and its blossoms."""
    canvas, dice = sheet.canvas, sheet.canvas.dice
    close = sheet.colours["ink"][1]
    way = -1 if near == "right" else 1
    start = np.array([canvas.right if near == "right" else 0.0, 0.10 * canvas.bottom])
    start -= (way * 0.03, 0)
    boughs, blossoms = [], []

    def grow(place, angle, long, wide, depth):
        path = [np.array(place)]
        for _ in range(13):
            angle += dice.normal(0, 0.17)
            path.append(path[-1] + long / 13 * np.array([way * np.cos(angle), np.sin(angle)]))
        path = np.array(path)
        widths = wide * np.linspace(1, 0.42, 14) * dice.uniform(0.85, 1.15, 14)
        boughs.append((path, widths))
        if depth:
            for step in dice.choice(np.arange(3, 14), 4, replace=False):
                turn = dice.choice((-1, 1)) * dice.uniform(0.45, 1.0)
                grow(
                    path[step],
                    angle + turn,
                    long * dice.uniform(0.4, 0.62),
                    widths[step] * 0.5,
                    depth - 1,
                )
        for step in dice.choice(np.arange(4, 14), 4, replace=False):
            blossoms.append(path[step] + dice.normal(0, 0.012, 2))

    grow(start, 0.42, 0.62, 0.034, 2)
    grow(start + np.array([0, 0.16]), 0.9, 0.36, 0.020, 1)
    sheet.brushed(boughs, 1.0, 0.88, close)
    petals, hearts = [], []
    for place in blossoms:
        size, tilt = dice.uniform(0.010, 0.017), dice.uniform(0, 6)
        for petal in range(5):
            angle = tilt + petal * 2 * np.pi / 5
            end = place + 1.7 * size * np.array([np.cos(angle), np.sin(angle)])
            petals.append(
                (np.linspace(place, end, 7), size * 1.25 * np.sin(np.linspace(0.3, 2.75, 7)))
            )
        for angle in dice.uniform(0, 6.3, 6):
            end = place + 0.9 * size * np.array([np.cos(angle), np.sin(angle)])
            hearts.append((np.linspace(place, end, 3), np.array([0.0012, 0.001, 0.0024])))
    sheet.brushed(petals, 0.5, 0.78, sheet.colours["warm"][0] * 1.2)
    sheet.brushed(hearts, 0.0, 0.9, close)


def _seal(sheet, near):
    """Press a red seal into the corner."""
    canvas, dice = sheet.canvas, sheet.canvas.dice
    side = 0.042
    corner = np.array(
        [0.045 if near == "right" else canvas.right - 0.045 - side, canvas.bottom - 0.10]
    )
    mask = Image.new("L", canvas.shape[::-1])
    draw = ImageDraw.Draw(mask)
    box = np.concatenate([corner, corner + side]) * canvas.unit
    draw.rectangle(box.tolist(), fill=255)
    for _ in range(9):
        a = corner + side * dice.uniform(0.14, 0.86, 2)
        b = a + side * (np.array([0.3, 0]) if dice.random() < 0.5 else np.array([0, 0.3]))
        line = np.clip(
            np.concatenate([a, b]), np.tile(corner + 0.1 * side, 2), np.tile(corner + 0.9 * side, 2)
        )
        draw.line((line * canvas.unit).tolist(), fill=0, width=max(1, round(0.0035 * canvas.unit)))
    sheet.wash(0.9 * np.asarray(mask, np.float32) / 255, sheet.colours["warm"][0])
