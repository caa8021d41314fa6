"""Trees and street furniture: what stands on the pavement and may hide the traffic."""

import functools
import math
import random

from course_utils.worlds.camera import lit
from course_utils.worlds.sprites import Sprite

from PIL import Image, ImageDraw

_BANK = 192  # height in pixels of a tree in the bank
_STEP = 0.84  # from each size of the bank to the next
TREES = 14


@functools.cache
def _tree(index, mirrored):
    """Return one tree of the bank at falling sizes, pairs of colours (RGB) and cover (L).

    Trees are lit from the upper left, or right when `mirrored`.

    The bank is drawn once a process from a seed of its own, so it is the same everywhere.
    """
    dice = random.Random(1000 + index)
    finer = 2
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
    return _levels(image.reduce(finer), (70, 92, 46), mirrored)


def _levels(image, behind, mirrored):
    """Return a picture of the bank at falling sizes, its colours laid on the colour `behind`."""
    if mirrored:
        image = image.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    levels, high = [], float(image.height)
    while high > 4:
        size = max(1, round(image.width * high / image.height)), round(high)
        smaller = image.resize(size, Image.Resampling.BOX)
        colours, cover = Image.new("RGB", size, behind), smaller.getchannel("A")
        colours.paste(smaller.convert("RGB"), mask=cover)
        levels.append((colours, cover))
        high *= _STEP
    return levels


def tree_sprite(place, looks, label):
    """Return a tree standing at `place`, None if it is outside the picture."""
    camera, light = place.camera, place.light
    mirrored = light.direction[0] * camera.cos > light.direction[2] * camera.sin
    levels = _tree(looks["kind"], mirrored)
    tall = looks["height"]
    wide = tall * looks["spread"] * levels[0][0].width / levels[0][0].height
    sun = 0.9 * light.direction[1]
    return _scaled(place, label, levels, wide, tall, 0.0, sun, looks["leaves"])


def tree_shadow(light, x, z, looks):
    """Return the outlines on the ground, (x, z) in metres, of a tree's shadow: trunk and crown."""
    sun_x, sun_y, sun_z = light.direction
    reach, tall = min(6.0, 1 / sun_y), looks["height"]
    top_x, top_z = -sun_x * reach * tall, -sun_z * reach * tall
    length = math.hypot(top_x, top_z)
    ahead_x, ahead_z = top_x / length, top_z / length
    broad = 0.3 * tall * looks["spread"]
    long, thick = 0.3 * math.hypot(tall, length), 0.015 * tall

    def at(along, across):
        return x + ahead_x * along - ahead_z * across, z + ahead_z * along + ahead_x * across

    middle = 0.64 * length
    trunk = [at(0, -thick), at(middle, -thick), at(middle, thick), at(0, thick)]
    return trunk, [at(middle + long * a, broad * b) for a, b in _CIRCLE]


_CIRCLE = [(math.cos(k * math.pi / 6), math.sin(k * math.pi / 6)) for k in range(12)]


def _scaled(place, label, levels, wide, tall, aside, sun, tint=(255, 255, 255)):
    """Return a picture of the bank as a Sprite, `wide` by `tall` metres, `aside` to the right."""
    camera = place.camera
    high, broad = max(3, round(tall * place.scale)), max(2, round(wide * place.scale))
    column = camera.size / 2 + place.scale * (place.across + aside)
    foot = camera.horizon + place.scale * camera.height
    left, top = round(column - broad / 2), round(foot - high)
    # Only what lies in the picture is scaled.
    x0, y0 = max(0, -left), max(0, -top)
    x1, y1 = min(broad, camera.size - left), min(high, camera.size - top)
    if x1 <= x0 or y1 <= y0:
        return None
    # The size next above needs no smoothing when it is scaled.
    larger = high / levels[0][0].height
    level = min(len(levels) - 1, max(0, int(math.log(larger, _STEP) + 0.3)))
    colours, cover = levels[level]
    smooth = Image.Resampling.BILINEAR if larger > 1 else Image.Resampling.NEAREST
    across, down = colours.width / broad, colours.height / high
    box = x0 * across, y0 * down, x1 * across, y1 * down
    size = x1 - x0, y1 - y0
    cover, colours = cover.resize(size, smooth, box), colours.resize(size, smooth, box)
    colours = lit(colours, place.light, sun * place.sunny, place.depth, tint)
    return Sprite(colours, cover, (left + x0, top + y0), place.depth, label)


_IRON, _BLACK, _WHITE = (70, 74, 78), (34, 36, 38), (236, 234, 230)
# Width and height in metres, and how far the middle lies from the foot, towards the road.
_POSTS = {
    "lamp": (2.0, 6.7, 0.85), "bollard": (0.2, 0.9, 0.0), "bin": (0.5, 0.95, 0.0),
    "signal": (0.5, 3.2, 0.0), "sign": (0.8, 2.95, 0.0),
}  # fmt: skip


@functools.cache
def _post(kind, disc, colour, dusk, mirrored):
    """Return a lamp post, signal, sign, bollard or litter bin of the bank, at falling sizes."""
    wide, tall, aside = _POSTS[kind]
    metre = 2 * _BANK / tall
    image = Image.new("RGBA", (int(wide * metre), 2 * _BANK))
    draw = ImageDraw.Draw(image)
    foot = wide / 2 - aside

    def box(x0, x1, y0, y1, colour):
        corners = (
            (foot + x0) * metre,
            (tall - y1) * metre,
            (foot + x1) * metre,
            (tall - y0) * metre,
        )
        draw.rectangle(corners, fill=(*colour, 255))

    def round_(x, y, radius, colour):
        u, v, r = (foot + x) * metre, (tall - y) * metre, radius * metre
        draw.ellipse((u - r, v - r, u + r, v + r), fill=(*colour, 255))

    if kind == "lamp":
        box(-0.07, 0.07, 0, 6.3, _IRON)
        box(-0.07, -0.03, 0, 6.3, (110, 114, 118))
        box(-0.11, 0.11, 0, 0.9, _IRON)
        box(0, 1.7, 6.25, 6.35, _IRON)
        box(1.05, 1.75, 6.2, 6.45, (255, 240, 196) if dusk else (92, 96, 100))
    elif kind == "bollard":
        box(-0.08, 0.08, 0, 0.85, _IRON)
        box(-0.08, 0.08, 0.66, 0.76, _WHITE)
    elif kind == "bin":
        box(-0.24, 0.24, 0.08, 0.85, (60, 84, 66))
        box(-0.24, -0.10, 0.08, 0.85, (78, 104, 84))
        box(-0.25, 0.25, 0.80, 0.92, (40, 58, 46))
    else:
        box(-0.04, 0.04, 0, 2.9, (120, 124, 128))
    if kind == "signal":
        box(-0.2, 0.2, 2.1, 3.15, _BLACK)
        for up, lamp, on in (
            (2.95, (255, 60, 40), disc),
            (2.63, (255, 190, 60), False),
            (2.31, (60, 230, 120), not disc),
        ):
            round_(0, up, 0.13, lamp if on else (58, 52, 46))
    elif kind == "sign" and disc:
        round_(0, 2.55, 0.36, (190, 34, 36))
        round_(0, 2.55, 0.25, _WHITE)
    elif kind == "sign":
        box(-0.36, 0.36, 2.19, 2.91, _WHITE)
        box(-0.32, 0.32, 2.23, 2.87, colour)
    return _levels(image.reduce(2), _IRON, mirrored)


def post_sprite(place, looks, label):
    """Return a piece of street furniture standing at `place`, None if outside the picture."""
    kind, side = looks["kind"], looks["side"]
    wide, tall, aside = _POSTS[kind]
    disc, dusk = (
        looks["round"] and kind in ("signal", "sign"),
        kind == "lamp" and place.light.day < 0.5,
    )
    colour = looks["colour"] if kind == "sign" and not disc else None
    levels = _post(kind, disc, colour, dusk, side > 0)
    return _scaled(place, label, levels, wide, tall, -side * aside, 0.4)
