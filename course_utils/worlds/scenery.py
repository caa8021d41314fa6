"""Trees and street furniture: what stands on the pavement and may hide the traffic."""

import functools
import math
import random

from PIL import Image, ImageDraw

from course_utils.worlds.sprites import Sketch, Sprite

_BANK = 96
_CROWNS = 12


@functools.cache
def crown(index):
    """Return the crown of a tree, RGBA, lit from the upper left; drawn once a process."""
    dice = random.Random(1000 + index)
    big = 3 * _BANK
    image = Image.new("RGBA", (big, big))
    draw = ImageDraw.Draw(image)
    lumps = [(dice.gauss(0, 0.19), dice.gauss(0, 0.19), dice.uniform(0.12, 0.22)) for _ in range(9)]
    for shade in range(5):
        for _ in range(70 + 30 * shade):
            x, y, radius = dice.choice(lumps)
            angle, far = dice.uniform(0, 2 * math.pi), radius * math.sqrt(dice.random())
            shift = -0.018 * shade
            px = 0.5 + x + far * math.cos(angle) + shift
            py = 0.52 + y + far * math.sin(angle) * 0.9 + shift * 1.5
            size = dice.uniform(0.012, 0.034)
            light = (0.45 + 0.17 * shade) * dice.uniform(0.85, 1.15) * (1.12 - 0.35 * py)
            colour = (int(74 * light), int(108 * light), int(48 * light), 255)
            px, py, size = px * big, py * big, size * big
            draw.ellipse((px - size, py - size, px + size, py + size), fill=colour)
    image = image.reduce(3)
    return image.crop(image.getbbox())


def tree_sprite(place, looks, label):
    """Return a tree: a trunk, two branches and a crown of leaves."""
    sketch = Sketch()
    metre = place.scale
    bark, shade = place.shade((92, 74, 58), (0, 0, 0.3)), place.shade((60, 48, 40), (0, 0, 0))
    height, spread = looks["height"], looks["spread"]
    base = height - 1.9 * spread
    us, vs, _ = place.project([(0, 0, 0), (0, 0, base + spread * 0.8)])
    r0, r1 = looks["trunk"] * metre, looks["trunk"] * metre * 0.6
    sketch.limb(us[0], vs[0] - r0 * 0.3, r0, us[1], vs[1], r1, shade)
    sketch.limb(
        us[0] - r0 * 0.3, vs[0] - r0 * 0.3, r0 * 0.55, us[1] - r1 * 0.3, vs[1], r1 * 0.5, bark
    )
    trunk = sketch.sprite(place.depth, label, margin=max(2.0, r0 + 1))
    width, tall = max(2, round(2 * spread * metre)), max(2, round(2 * spread * metre * 1.05))
    leaves = crown(looks["crown"]).resize((width, tall), Image.Resampling.BOX, reducing_gap=1.5)
    # The bank is lit from the left; mirror it for a sun on the right.
    sun_right = (
        place.light.direction[0] * place.camera.cos - place.light.direction[2] * place.camera.sin
    )
    if sun_right > 0:
        leaves = leaves.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    leaves = leaves.point(_tinted(place, looks["tint"]))
    left = round(us[1] - width / 2)
    top = round(vs[0] - height * metre)
    corner = min(left, trunk.corner[0]), min(top, trunk.corner[1])
    right = max(left + width, trunk.corner[0] + trunk.image.width)
    bottom = max(top + tall, trunk.corner[1] + trunk.image.height)
    image = Image.new("RGBA", (right - corner[0], bottom - corner[1]))
    image.paste(trunk.image, (trunk.corner[0] - corner[0], trunk.corner[1] - corner[1]))
    image.alpha_composite(leaves, (left - corner[0], top - corner[1]))
    return Sprite(image, corner, place.depth, label)


def _tinted(place, tint):
    """Return the look-up table that lights, tints and veils a bank image."""
    dark = place.shade((0, 0, 0), (0, 0, 0))
    full = place.shade((255 * 0.55,) * 3, (0, 0, 0.75))
    table = []
    for channel in range(3):
        slope = (full[channel] - dark[channel]) / (255 * 0.55) * tint[channel]
        table += [min(255, int(dark[channel] + slope * value)) for value in range(256)]
    return table + list(range(256))


def post_sprite(place, looks, label):
    """Return a lamp post, traffic sign, traffic signal, bollard or litter bin."""
    sketch = Sketch()
    metre, kind, side = place.scale, looks["kind"], looks["side"]
    iron = place.shade((70, 74, 78), (0, 0, 0.3))

    def bar(start, end, radius, colour=iron):
        us, vs, _ = place.project([start, end])
        r = max(0.3, radius * metre)
        sketch.limb(us[0], vs[0], r, us[1], vs[1], r * 0.85, colour)

    if kind == "lamp":
        bar((0, 0, 0), (0, 0, 6.2), 0.06)
        bar((0, 0, 0), (0, 0, 0.9), 0.10)
        bar((0, 0, 6.2), (0, -side * 1.5, 6.5), 0.04)
        dusk = place.light.day < 0.5
        lamp = place.light.glow((255, 236, 180), place.depth) if dusk else iron
        bar((0, -side * 1.1, 6.45), (0, -side * 1.7, 6.5), 0.07, lamp)
    elif kind == "bollard":
        bar((0, 0, 0), (0, 0, 0.9), 0.07)
    elif kind == "bin":
        bar((0, 0, 0.15), (0, 0, 0.85), 0.24, place.shade((60, 84, 66), (0, 0, 0.3)))
    else:
        bar((0, 0, 0), (0, 0, 2.9), 0.035)
        us, vs, _ = place.project([(0, 0, 2.55)])
        if kind == "signal":
            bar((0, 0, 2.3), (0, 0, 3.0), 0.15, place.shade((34, 36, 38), (0, 0, 0.2)))
            lit = looks["round"]
            for up, colour, on in (
                (2.95, (255, 60, 40), lit),
                (2.65, (90, 70, 20), False),
                (2.35, (60, 230, 120), not lit),
            ):
                shown = place.light.glow(colour, place.depth) if on else place.shade((52, 46, 40))
                u, v, _ = place.project([(0, 0, up)])
                sketch.disc(u[0], v[0], 0.09 * metre, 0.09 * metre, shown)
        elif looks["round"]:
            rim, inner = place.shade((190, 34, 36)), place.shade((236, 234, 230))
            sketch.disc(us[0], vs[0], 0.32 * metre, 0.32 * metre, rim)
            sketch.disc(us[0], vs[0], 0.22 * metre, 0.22 * metre, inner)
        else:
            half, colour = 0.30 * metre, place.shade(looks["colour"])
            u, v = us[0], vs[0]
            sketch.polygon(
                [u - half, v - half, u + half, v - half, u + half, v + half, u - half, v + half],
                colour,
            )
    return sketch.sprite(place.depth, label, margin=max(2.0, 0.4 * metre))
