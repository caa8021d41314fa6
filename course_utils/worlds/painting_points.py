"""Points: a river on a summer evening, in dots of pure colour that the eye mixes."""

from course_utils.worlds.painting_canvas import Paint, at, mixed, ramp, smooth

import numpy as np
from PIL import Image, ImageDraw
from skimage import color

# Sky from the top down, sun, far bank, water from far to near, trees, meadow, sails and clothes.
_PALETTES = (
    {
        "sky": ("#5B8FD0", "#8FB8E0", "#F3D9B8", "#FBD08A", "#F9A960"),
        "sun": ("#FFF3C4",),
        "bank": ("#7C88C0", "#54789A", "#3F7E6A"),
        "water": ("#F6C48A", "#9DB6D4", "#4C86BE", "#2C5FA0"),
        "trees": ("#173F3A", "#2C7A44", "#86B23E", "#E8C948"),
        "meadow": ("#4E9A3C", "#A8C83C", "#F0D850", "#2E6A4A"),
        "clothes": ("#D8453A", "#2E3A80", "#F6E9D8", "#7A3C86"),
    },
    {
        "sky": ("#6A4FA8", "#B86AB0", "#F08A94", "#FBB26A", "#FDD98A"),
        "sun": ("#FFF0B0",),
        "bank": ("#8A5CA8", "#6A4890", "#443C7C"),
        "water": ("#FBC27A", "#E58A96", "#8E5EA8", "#4A3F8E"),
        "trees": ("#241E52", "#4A3C86", "#9A4A86", "#F0885A"),
        "meadow": ("#5E4A8A", "#A65A86", "#F0A05A", "#2E3068"),
        "clothes": ("#F6E2C4", "#2A2458", "#E85A4A", "#3A8A9A"),
    },
    {
        "sky": ("#3F9AC8", "#86C8DC", "#D8EBD8", "#F6F0C8", "#F8E2A0"),
        "sun": ("#FFFBE0",),
        "bank": ("#7AB0B8", "#4A9A94", "#2E8A6A"),
        "water": ("#EAF0D0", "#8CD0CC", "#3CA0B8", "#1F6E9A"),
        "trees": ("#0F4A4C", "#1F8A5E", "#8CC24A", "#F2D84A"),
        "meadow": ("#3EA04E", "#C0D84A", "#F6B84A", "#1F7A5A"),
        "clothes": ("#E8603C", "#1F4A8A", "#FBF0DC", "#C83A78"),
    },
)


def paint(canvas):
    """Paint it; returns (rows, columns, 3) in 0..1."""
    colours = canvas.palette(_PALETTES)
    image = _sketched(canvas, colours)
    pixels = image.shape[0] / canvas.bottom
    grain = 1 + 0.02 * canvas.noise(320)
    ground = mixed(np.array([0.93, 0.89, 0.80]), canvas.enlarged(image), 0.55)
    paint = Paint(canvas, ground * grain[..., None])
    for apart, radius, lively in (
        (0.0105, 0.0072, 0.5),
        (0.0090, 0.0050, 0.75),
        (0.0088, 0.0036, 1.2),
    ):
        _dot(paint, image, pixels, apart, radius, lively)
    return paint.dry(relief=0.22)


def _dot(paint, image, pixels, apart, radius, lively):
    """Set one dot into each cell of a grid, somewhere, in the order of chance."""
    canvas = paint.canvas
    dice = canvas.dice
    columns, rows = np.meshgrid(
        np.arange(-1, canvas.right / apart + 1), np.arange(-1, canvas.bottom / apart + 1)
    )
    places = np.stack([columns.ravel(), rows.ravel()], axis=1)
    places = (places + dice.uniform(-0.1, 1.1, places.shape)) * apart
    places = dice.permutation(places)
    count = len(places)
    hsv = color.rgb2hsv(np.clip(at(image, places * pixels), 0, 1)[None])[0]
    light = hsv[:, 2].copy()
    # Light is broken into warm dots, shadow into cold ones, and a few are the complement.
    warm = np.where(dice.random(count) < light, 0.115, 0.66)
    toward = (warm - hsv[:, 0] + 0.5) % 1 - 0.5
    hsv[:, 0] += toward * 0.30 * lively * dice.random(count) ** 2
    hsv[:, 0] += dice.normal(0, 0.022 * lively, count)
    hsv[:, 0] += 0.5 * (dice.random(count) < 0.022 * lively)
    hsv[:, 0] %= 1
    hsv[:, 1] = np.clip(hsv[:, 1] * 1.12 + dice.normal(0.03, 0.12 * lively, count), 0.05, 1)
    hsv[:, 2] = np.clip(hsv[:, 2] + dice.normal(0.02, 0.06 * lively, count), 0, 1)
    fills = np.uint8(color.hsv2rgb(hsv[None])[0] * 255).tolist()
    radii = radius * dice.uniform(0.72, 1.15, (count, 2)) * canvas.unit
    centres = places * canvas.unit
    boxes = np.concatenate([centres - radii, centres + radii], axis=1).tolist()
    thick = dice.integers(110, 256, count).tolist()
    for box, fill, high in zip(boxes, fills, thick, strict=True):
        paint.draw.ellipse(box, fill=(*fill, high))


def _sketched(canvas, colours):
    """Return the composition as a sketch of colours."""
    dice = canvas.dice
    right, bottom = canvas.right, canvas.bottom
    x, y = canvas.grid(sketch=True)
    across, down = x / right, y / bottom
    mirror = canvas.seed % 2 == 1
    across = 1 - across if mirror else across
    shore = 0.44
    clouds = canvas.noise(3.2, 4, stretch=(3.2, 1), sketch=True)
    image = ramp(colours["sky"], down / shore + 0.05 * clouds)
    image = mixed(
        image, colours["sun"][0], 0.62 * smooth(clouds, 0.5, 1.6) * smooth(down, 0.42, 0.2)
    )
    sun = np.hypot((across - 0.62) * right, (down - 0.30) * bottom)
    image = mixed(image, colours["sun"][0], 0.75 * np.exp(-sun / 0.085))
    image = mixed(image, colours["sun"][0], smooth(sun, 0.052, 0.046))

    bumps = dice.uniform(0, 6, 6)
    for number in range(3):
        top = shore - 0.085 + 0.028 * number
        wave = sum(np.sin(across * (7 + 9 * k + 5 * number) + bumps[k]) / (1 + k) for k in range(3))
        bank = (down > top - 0.026 * wave * (1 - 0.2 * number)) & (down < shore + 0.012)
        lit_side = 0.25 + 0.15 * np.sin(across * 40 + bumps[number])
        image[bank] = mixed(colours["bank"][number], colours["sky"][3], lit_side * 0.7)[bank]

    water = down > shore
    deep = np.clip((down - shore) / (1 - shore), 0, 1)
    ripples = np.sin(150 * deep**0.6 + 1.5 * canvas.noise(7, 2, stretch=(7, 1), sketch=True))
    lake = ramp(colours["water"], deep * 1.5 + 0.10 * ripples)
    mirrored = np.clip(np.round((2 * shore - down) * len(image)).astype(int), 0, len(image) - 1)
    reflected = image[mirrored, np.arange(image.shape[1])]
    lake = mixed(lake, reflected, 0.55 * smooth(deep, 0.32, 0.0))
    glitter = np.exp(-(((across - 0.62) / (0.035 + 0.10 * deep)) ** 2)) * (
        ripples > 0.1 - 0.5 * deep
    )
    lake = mixed(lake, colours["sun"][0], 0.85 * glitter * smooth(deep, 0.9, 0.1))
    image[water] = lake[water]

    for place, tall, level in ((0.42, 0.17, 0.50), (0.80, 0.12, 0.475), (0.52, 0.075, 0.462)):
        place += dice.uniform(-0.03, 0.03)
        up = (level - down) / tall
        lean = (across - place) * right / (tall * bottom)
        sail = (up > 0.08) & (up < 1) & (lean > 0.02) & (lean < 0.46 * (1 - up) + 0.03)
        jib = (up > 0.10) & (up < 0.8) & (lean < -0.02) & (lean > -0.30 * (0.8 - up))
        hull = (up < 0.05) & (up > -0.07) & (np.abs(lean - 0.05) < 0.42 + 1.2 * up)
        shadow = (
            (up < -0.07) & (up > -0.8) & (np.abs(lean - 0.05 - 0.05 * ripples) < 0.20 + 0.25 * up)
        )
        image[sail | jib] = mixed(colours["clothes"][2], colours["sun"][0], 0.4)
        image[hull] = colours["clothes"][1]
        image[shadow] = mixed(image, colours["clothes"][2], 0.42)[shadow]
    _meadow(canvas, colours, image, across, down)
    return image


def _meadow(canvas, colours, image, across, down):
    """Draw the near shore, its shadows, a tree with its crown, and people who look on."""
    dice = canvas.dice
    right, bottom = canvas.right, canvas.bottom
    edge = 0.74 + 0.17 * smooth(across, 0.25, 0.95) + 0.008 * np.sin(37 * across)
    land = down > edge
    tufts = canvas.noise(12, 3, stretch=(3, 1), sketch=True)
    image[land] = ramp(colours["meadow"][:3], 0.42 + 0.22 * tufts)[land]
    shade = smooth(np.sin(9 * across - 16 * down + 0.8 * tufts), 0.1, 0.6)
    shade = np.maximum(shade, smooth(across + 0.5 * (down - 0.8), 0.42, 0.20))
    image[land] = mixed(image, colours["meadow"][3], 0.72 * shade)[land]

    bend = 0.115 + 0.03 * np.sin(5 * down + 1) - 0.02 * (1 - down)
    trunk = (np.abs(across - bend) * right < 0.022 + 0.05 * smooth(down, 0.78, 0.95)) & (
        down < 0.93
    )
    bark = mixed(colours["trees"][0], colours["clothes"][3], 0.5 + 0.4 * np.sin(190 * across))
    image[trunk] = bark[trunk]
    leaves = canvas.noise(11, 3, sketch=True)
    crown = np.zeros_like(across, bool)
    glow = np.zeros_like(across)
    for _ in range(26):
        a, b = dice.normal(0.12, 0.11), dice.normal(0.16, 0.10)
        size = dice.uniform(0.055, 0.115)
        apart = np.hypot((across - a) * right, (down - b) * bottom) + 0.016 * leaves
        inside = apart < size
        light = smooth(((across - a) * right - (down - b) * bottom) / size, -1.0, 1.1)
        glow = np.where(inside, light, glow)
        crown |= inside
    crown &= down < 0.56
    image[crown] = ramp(colours["trees"], 0.75 * glow + 0.11 * leaves)[crown]
    _people(canvas, colours, image)


def _people(canvas, colours, image):
    """Draw a few people on the shore, one with a parasol, into the sketch."""
    dice = canvas.dice
    drawn = Image.fromarray(np.uint8(np.clip(image, 0, 1) * 255))
    pen = ImageDraw.Draw(drawn)
    rows, columns = image.shape[:2]
    unit = rows / canvas.bottom
    tones = [tuple(np.uint8(c * 255).tolist()) for c in colours["clothes"]]
    people = (
        (0.36, 0.90, 0.150, 0, True),
        (0.435, 0.905, 0.165, 1, False),
        (0.60, 0.935, 0.105, 3, True),
    )
    for place, foot, tall, tone, parasol in people:
        place += dice.uniform(-0.02, 0.02)
        x = (1 - place if canvas.seed % 2 else place) * columns
        y, t = foot * rows, tall * unit
        dress = [
            (-0.20, 0),
            (0.20, 0),
            (0.10, -0.42),
            (0.12, -0.72),
            (-0.09, -0.72),
            (-0.10, -0.45),
        ]
        if tone == 1:  # a man in a coat
            dress = [
                (-0.13, 0),
                (0.13, 0),
                (0.14, -0.40),
                (0.13, -0.76),
                (-0.13, -0.76),
                (-0.14, -0.4),
            ]
        pen.polygon([(x + a * t, y + b * t) for a, b in dress], fill=tones[tone])
        shadow = [(0, 0), (0.16, 0), (0.95, 0.16), (0.70, 0.18)]
        pen.polygon([(x - a * t, y + b * t) for a, b in shadow], fill=tones[1])
        pen.ellipse(
            (x - 0.065 * t, y - 0.92 * t, x + 0.065 * t, y - 0.76 * t), fill=(226, 176, 140)
        )
        pen.rectangle((x - 0.08 * t, y - 0.98 * t, x + 0.08 * t, y - 0.90 * t), fill=tones[1])
        if parasol:
            top = y - 1.22 * t
            pen.line((x + 0.12 * t, y - 0.5 * t, x + 0.20 * t, top), fill=tones[1], width=2)
            dome = (x - 0.18 * t, top - 0.12 * t, x + 0.58 * t, top + 0.42 * t)
            pen.pieslice(dome, 190, 350, fill=tones[(tone + 2) % 4])
    image[:] = np.asarray(drawn) / 255
