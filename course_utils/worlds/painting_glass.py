"""Stained glass: a sun over hills and a river, with lilies, in lead, lit from behind."""

from course_utils.worlds.painting_canvas import jittered, lit, mixed, ramp, smooth

import numpy as np
from PIL import Image, ImageFilter
from scipy import ndimage

# Sun, sky from the sun outwards, hills from far to near, river, petals, leaves, frame.
_PALETTES = (
    {
        "sun": ("#FFE88A", "#FFB52E"),
        "sky": ("#FFD98C", "#F59B4C", "#D9557A", "#7B4BB0", "#2F4FB5", "#1C3A8C"),
        "hills": ("#6E7FD0", "#2E8FA8", "#1F8A5B", "#4FA43A"),
        "river": ("#BFE9F2", "#58BFE0", "#2A86C8"),
        "petals": ("#F7F2FF", "#E89AD0", "#C2358A", "#F8D23C"),
        "leaves": ("#1F7A3E", "#5DB04A", "#0F5A3C"),
        "frame": ("#B3202C", "#1C4E9E", "#E0A526"),
    },
    {
        "sun": ("#FFF4CC", "#FFD659"),
        "sky": ("#E8F7D8", "#9BE0C6", "#4FC0C8", "#2A8CC0", "#2560A8", "#28408C"),
        "hills": ("#4E9BC0", "#7FB24A", "#C9A42E", "#D2722C"),
        "river": ("#E2F6F2", "#8CD8DC", "#36A0B8"),
        "petals": ("#FFF2E0", "#FF9C6E", "#E0442E", "#FFD84A"),
        "leaves": ("#2C8A50", "#8CC04A", "#146048"),
        "frame": ("#20636E", "#D8892B", "#8A2433"),
    },
    {
        "sun": ("#F6F4FF", "#D8D4F8"),
        "sky": ("#C9D4FF", "#8FA8F0", "#5B73D8", "#3A49A8", "#2B2F7C", "#1C1E55"),
        "hills": ("#5E58B8", "#3B6FA8", "#2A8C94", "#1F6E5C"),
        "river": ("#F0F4FF", "#A8C4F4", "#5B86D8"),
        "petals": ("#FFFFFF", "#C8B4F4", "#8A5AD0", "#FFE27A"),
        "leaves": ("#1F7470", "#4AA890", "#124C58"),
        "frame": ("#54268C", "#1E6E8C", "#C8A2E0"),
    },
)
_KINDS = 512  # panes a group can hold
_SKY, _SUN, _HILLS, _RIVER, _PETALS, _LEAVES, _FRAME = range(7)


def paint(canvas):
    """Paint it; returns (rows, columns, 3) in 0..1."""
    colours = canvas.palette(_PALETTES)
    panes, image = _panes(canvas, colours)
    depth = _lead(canvas, panes)
    # Each pane is a piece of glass of its own: tone, streaks that lie its way, waves.
    tint = canvas.dice.normal(0, 1, (7 * _KINDS, 3)).astype(np.float32)[panes]
    image *= 1 + 0.16 * tint[..., :1]
    lying, standing = (canvas.noise(16, 3, stretch) for stretch in ((4, 1), (1, 4)))
    streaks = np.where(tint[..., 1] > 0, lying, standing)
    image = mixed(image, 1.0, 0.42 * smooth(streaks + 0.6 * tint[..., 2], 0.4, 2.4))
    image *= (1 - 0.16 * smooth(-streaks, 0.2, 2.0))[..., None]
    waves = 0.5 + 0.12 * canvas.noise(45, 2)
    image = lit(image, waves, 0.9, blur=canvas.unit / 500)
    x, y = canvas.grid()
    far = np.hypot(x / canvas.right - 0.5, y / canvas.bottom - 0.42)
    image *= (1.12 - 0.55 * far**1.5)[..., None]
    image *= (0.62 + 0.38 * smooth(-depth, 0.0, 0.016))[..., None]
    return _leaded(canvas, np.clip(image, 0, 1), depth)


def _leaded(canvas, image, depth):
    """Lay the lead over the glass, round and dull, and let the light spill over it."""
    round_ = np.sqrt(np.clip(1 - (1 - depth / 0.005) ** 2, 0, 1)) * (depth > 0)
    metal = 0.10 + 0.05 * round_ + 0.015 * canvas.noise(120, 2)
    came = lit(np.stack([metal, metal, metal * 1.12], axis=-1), round_, 1.1, blur=canvas.unit / 800)
    edge = smooth(depth, -0.7 / canvas.unit, 0.7 / canvas.unit)
    image = mixed(image, came, edge)
    small = Image.fromarray(np.uint8(np.clip(image, 0, 1) * 255)).reduce(4)
    spread = small.filter(ImageFilter.GaussianBlur(canvas.unit * 0.002))
    glow = np.asarray(spread.resize(canvas.shape[::-1], Image.Resampling.BILINEAR)) / np.float32(
        255
    )
    return image + (0.05 + 0.16 * edge)[..., None] * glow


def _lead(canvas, panes):
    """Return how deep in lead each pixel lies, units: along every joint, wider between groups."""
    depth = np.full(panes.shape, -1.0, np.float32)
    for labels, half in ((panes, 0.0032), (panes // _KINDS, 0.0052)):
        glass = np.ones(panes.shape, bool)
        glass[:, 1:] &= labels[:, 1:] == labels[:, :-1]
        glass[1:] &= labels[1:] == labels[:-1]
        depth = np.maximum(depth, half - ndimage.distance_transform_edt(glass) / canvas.unit)
    return depth


def _panes(canvas, colours):
    """Return the number of each pixel's pane (its group times `_KINDS`, and so on), and colours."""
    dice = canvas.dice
    x, y = canvas.grid()
    right, bottom = canvas.right, canvas.bottom
    middle = right * dice.uniform(0.38, 0.62), bottom * dice.uniform(0.34, 0.40)
    radius = np.hypot(x - middle[0], y - middle[1])
    turn = np.arctan2(y - middle[1], x - middle[0]) / (2 * np.pi) + 0.5

    # The sky: rays cut across by arcs, whose places differ from ray to ray.
    rays = 28
    ray = np.floor(turn * rays + 0.12 * np.sin(radius * 14)).astype(int) % rays
    shift = dice.uniform(0, 0.11, rays)
    ring = np.floor((radius + shift[ray]) / 0.115).astype(int)
    panes = _SKY * _KINDS + (ray * 14 + np.clip(ring, 0, 13))
    level = ((ring + 0.5) * 0.115 - shift[ray]) / 0.72
    shade = ramp(colours["sky"], level + 0.09 * dice.standard_normal(rays)[ray])
    sun = radius < 0.115
    wedge = np.where(radius < 0.05, 0, 1 + np.floor(turn * 10).astype(int))
    panes[sun] = _SUN * _KINDS + wedge[sun]
    shade[sun] = mixed(colours["sun"][0], colours["sun"][1], (wedge % 2) * (wedge > 0))[sun]

    def table(name, mask, number, kinds, colour=None, part=...):
        """Cut panes by number out of a group, with colours drawn from a palette."""
        share = dice.random(_KINDS) if colour is None else np.full(_KINDS, colour)
        drawn = jittered(dice, ramp(colours[name], share), 0.012, 0.06, 0.05)
        number = np.clip(number, 0, _KINDS - 1).astype(int)
        panes[part][mask] = (kinds * _KINDS + number)[mask]
        shade[part][mask] = drawn[number[mask]]

    # Hills: each cut by slanted lines and along its slope.
    base = np.array([0.60, 0.665, 0.74, 0.83])
    for number in range(4):
        phase = dice.uniform(0, 6, 2)
        wave = np.sin((3.2 - 0.5 * number) * x / right + phase[0])
        wave += 0.4 * np.sin(9 * x / right + phase[1])
        ridge = bottom * (base[number] - 0.055 * wave)
        hill = y > ridge
        deep = np.floor((y - ridge) / 0.052)
        slant = np.floor((x + (0.8 - 1.6 * (number % 2)) * (y - ridge)) / 0.15 + 0.5 * deep)
        drawn = mixed(colours["hills"][number], colours["hills"][(number + 1) % 4], 0.16 * deep)
        pane = number * 128 + (np.clip(deep, 0, 7) * 16 + slant % 16).astype(int)
        panes[hill] = (_HILLS * _KINDS + pane)[hill]
        shade[hill] = drawn[hill]

    # The river winds towards us.
    down = np.clip((y / bottom - 0.64) / 0.36, 0, 1)
    bend = 0.5 * (right / 2 + middle[0])
    bend += 0.11 * right * np.sin(4.6 * down + dice.uniform(0, 6)) * (0.5 + 0.3 * down)
    offset = (x - bend) / (0.018 + 0.15 * down**1.3)
    river = (np.abs(offset) < 1) & (y > 0.645 * bottom)
    piece = np.floor(9 * down**0.8) * 3 + np.floor((offset + 1) * 1.5)
    table("river", river, piece, _RIVER)

    for side in (0, 1):
        for place in range(3):
            across = (0.07 + 0.105 * place) + dice.uniform(-0.015, 0.015)
            spot = right * (across if side == 0 else 1 - across)
            high = bottom * (0.60 + 0.105 * place + dice.uniform(-0.03, 0.03))
            _lily(table, dice, x, y, spot, high, bottom, 3 * side + place)
    edge = np.minimum.reduce([x, y, right - x, bottom - y])
    upright = np.minimum(x, right - x) < np.minimum(y, bottom - y)
    share = np.where(upright, y / bottom, x / right)
    count = np.floor(
        share * np.where(upright, *(round(length / 0.083) for length in (bottom, right)))
    )
    corner = (np.minimum(x, right - x) < 0.05) & (np.minimum(y, bottom - y) < 0.05)
    far = np.where(upright, x > right / 2, y > bottom / 2)
    kind = np.where(
        corner, 250 + 2 * (x > right / 2) + (y > bottom / 2), count * 4 + upright * 2 + far
    )
    frame = edge < 0.05
    table("frame", frame, kind, _FRAME)
    colour = np.where(corner, 2, count.astype(int) % 2)
    shade[frame] = colours["frame"][colour][frame]
    return panes, shade


def _lily(table, dice, x, y, spot, high, bottom, number):
    """Cut a flower of six petals on a stem with two leaves."""
    columns = np.flatnonzero(np.abs(x[0] - spot) < 0.13)
    part = np.s_[:, columns[0] : columns[-1] + 1]
    x, y = x[part], y[part]
    sway = 0.02 * np.sin(9 * (y - high) + number)
    for leaf, way in enumerate((-1, 1)):
        up = (bottom - y) / (0.72 * (bottom - high))
        lean = spot + way * 0.075 * np.sin(1.7 * np.clip(up, 0, 1)) + sway
        half = 0.022 * np.abs(np.sin(np.pi * np.clip(up, 0, 1))) ** 0.8
        mask = (np.abs(x - lean) < half) & (up > 0) & (up < 1)
        table("leaves", mask, 20 * number + 6 * leaf + np.floor(2.6 * up), _LEAVES, part=part)
    stem = (np.abs(x - spot - sway) < 0.006) & (y > high)
    table("leaves", stem, np.full(x.shape, 20 * number + 15), _LEAVES, part=part)
    size, tilt = dice.uniform(0.066, 0.088), dice.uniform(0, 1)
    u, v = x - spot, y - high
    distance, angle = np.hypot(u, v), np.arctan2(v, u) / (2 * np.pi) * 6 + tilt
    petal = np.floor(angle) % 6
    reach = size * (0.62 + 0.38 * np.abs(np.sin(np.pi * angle)) ** 0.6)
    colour = (0.0, 0.5, 0.67)[number % 3]
    table("petals", distance < reach, 16 * number + petal, _PETALS, colour, part)
    table("petals", distance < 0.28 * size, np.full(x.shape, 16 * number + 12), _PETALS, 1.0, part)
