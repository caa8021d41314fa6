"""Trees and street furniture: what stands on the pavement and may hide the traffic."""

import functools
import math
import random

from PIL import Image, ImageChops, ImageDraw

from course_utils.worlds.sprites import Material, Solid, Sprite, drawn

_BANK = 128  # height in pixels of a tree in the bank
TREES = 14


@functools.cache
def _tree(index):
    """Return one tree of the bank, RGBA, lit from the upper left, at falling sizes.

    The bank is drawn once a process from a seed of its own, so it is the same everywhere.
    """
    dice = random.Random(1000 + index)
    finer = 3
    high = finer * _BANK
    wide = int(high * dice.uniform(0.62, 0.78))
    image = Image.new("RGBA", (wide, high))
    draw = ImageDraw.Draw(image)
    middle, crown = wide / 2, 0.36 * high
    thick = 0.018 * high * dice.uniform(0.8, 1.4)
    for colour, shift in (((62, 50, 42, 255), 0.35), ((96, 78, 62, 255), -0.3)):
        part = thick * (1.0 if shift > 0 else 0.6)
        x = middle + shift * thick * 0.6
        draw.polygon(
            (x - part, high, x + part, high, x + part * 0.6, crown, x - part * 0.6, crown),
            fill=colour,
        )
        for lean in (-0.16, 0.13):
            draw.line(
                (x, 0.62 * high, x + lean * high, 0.42 * high), fill=colour, width=int(part * 0.9)
            )
    lumps = [
        (middle + wide * 0.26 * dice.uniform(-1, 1), crown + high * 0.19 * dice.uniform(-1, 1),
         high * dice.uniform(0.11, 0.19))
        for _ in range(10)
    ]  # fmt: skip
    lumps.append((middle, crown, high * 0.24))
    for layer in range(6):
        for _ in range(170):
            x, y, radius = dice.choice(lumps)
            angle, far = dice.uniform(0, 2 * math.pi), radius * math.sqrt(dice.random())
            # Brighter layers lie towards the light, so every lump gets a lit and a dark side.
            x += far * math.cos(angle) - layer * 0.010 * high
            y += far * math.sin(angle) * 0.92 - layer * 0.016 * high + 0.03 * high
            size = high * dice.uniform(0.008, 0.022)
            light = (0.42 + 0.125 * layer) * dice.uniform(0.82, 1.18) * (1.25 - 0.5 * y / high)
            colour = (int(128 * light), int(176 * light), int(84 * light), 255)
            draw.ellipse((x - size, y - size, x + size, y + size * 0.8), fill=colour)
    levels = [image.reduce(finer).convert("RGBa")]
    while levels[-1].height > 8:
        levels.append(levels[-1].reduce(2))
    return levels


def tree_sprite(place, looks, label):
    """Return a tree standing at `place`."""
    camera, light = place.camera, place.light
    tall = max(4, round(looks["height"] * place.scale))
    levels = _tree(looks["kind"])
    level = 0
    while level + 1 < len(levels) and levels[level + 1].height >= tall:
        level += 1
    source = levels[level]
    wide = max(3, round(tall * looks["spread"] * source.width / source.height))
    image = source.resize((wide, tall), Image.Resampling.BILINEAR)
    # The bank is lit from the left; mirrored for a sun on the right.
    if light.direction[0] * camera.cos > light.direction[2] * camera.sin:
        image = image.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    veil = place.shade((0, 0, 0), (0, 0, 0))
    bright = place.shade(looks["leaves"], (0, 0, 0.9))
    tint = tuple(max(0, b - v) for b, v in zip(bright, veil, strict=True))
    image = ImageChops.multiply(image, Image.new("RGBa", image.size, (*tint, 255)))
    image = image.convert("RGBA")
    if max(veil) > 3:
        image = ImageChops.add(image, Image.new("RGBA", image.size, (*veil, 0)))
    column = camera.size / 2 + place.scale * place.across
    foot = camera.horizon + place.scale * camera.height
    return Sprite(image, (round(column - wide / 2), round(foot - tall)), place.depth, label)


_IRON = Material("iron", (0, 0, 0.3))


@functools.cache
def _post(kind, side, disc, dusk):
    """Return the Solid of a lamp post, signal, sign, bollard or litter bin."""
    solid = Solid()

    def bar(start, end, radius, material=_IRON):
        solid.limb(start, end, radius, radius * 0.85, material)

    if kind == "lamp":
        bar((0, 0, 0), (0, 0, 6.2), 0.06)
        bar((0, 0, 0), (0, 0, 0.9), 0.10)
        bar((0, 0, 6.2), (0, -side * 1.5, 6.5), 0.04)
        lamp = Material("lamp", glowing=True) if dusk else _IRON
        bar((0, -side * 1.1, 6.45), (0, -side * 1.7, 6.5), 0.07, lamp)
    elif kind == "bollard":
        bar((0, 0, 0), (0, 0, 0.85), 0.07)
        bar((0, 0, 0.78), (0, 0, 0.80), 0.075, Material("white"))
    elif kind == "bin":
        bar((0, 0, 0.2), (0, 0, 0.80), 0.22, Material("green", (0, 0, 0.3)))
        bar((0, 0, 0.84), (0, 0, 0.88), 0.20, Material("green", (0, 0, 0.3), mixed=0.4))
    else:
        bar((0, 0, 0), (0, 0, 2.9), 0.035)
    if kind == "signal":
        bar((0, 0, 2.3), (0, 0, 3.0), 0.15, Material("black"))
        for up, name, lit in ((2.95, "stop", disc), (2.65, "wait", False), (2.35, "go", not disc)):
            lamp = Material(name, glowing=True) if lit else Material("black", mixed=-0.15)
            solid.disc((0, 0, up), 0.09, 0.09, lamp)
    elif kind == "sign" and disc:
        solid.disc((0, 0, 2.55), 0.32, 0.32, Material("red"))
        solid.disc((0, 0, 2.55), 0.22, 0.22, Material("white"))
    elif kind == "sign":
        for half, material in ((0.34, Material("white")), (0.30, Material("colour"))):
            low, high = 2.55 - half, 2.55 + half
            solid.polygon(
                [(0, -half, low), (0, half, low), (0, half, high), (0, -half, high)], material
            )
    return solid


_COLOURS = {
    "iron": (70, 74, 78), "white": (236, 234, 230), "red": (190, 34, 36), "green": (60, 84, 66),
    "black": (34, 36, 38), "lamp": (255, 236, 180), "stop": (255, 60, 40), "wait": (255, 190, 60),
    "go": (60, 230, 120),
}  # fmt: skip


def post_sprite(place, looks, label):
    """Return a piece of street furniture standing at `place`."""
    solid = _post(looks["kind"], looks["side"], looks["round"], place.light.day < 0.5)
    return drawn(place, label, [(solid, _COLOURS | {"colour": looks["colour"]})], by_depth=False)
