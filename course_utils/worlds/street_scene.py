"""The street without its traffic, painted in perspective: sky, ground, houses."""

import functools

from course_utils.worlds import scenery, walls
from course_utils.worlds.camera import Place, mix
from course_utils.worlds.facades import facade
from course_utils.worlds.street_layout import BUILDING, PAVEMENT, SKY, TREE

import numpy as np
from PIL import Image, ImageDraw

_NEAR = 0.6
_CROWN = ((0.0, 0.2), (0.12, 0.7), (0.4, 1.0), (0.65, 0.95), (0.9, 0.65), (1.0, 0.2))


class Painter:
    """Paints the fixed parts of a street: colours at twice the picture's size, labels at it."""

    def __init__(self, street, camera, light):
        self.street, self.camera, self.light = street, camera, light
        self.big = 2 * camera.size
        self.labels = Image.new("L", (camera.size, camera.size), SKY)
        self._label = ImageDraw.Draw(self.labels)

    def paint(self, dice):
        """Return (RGB image, label image L), both of the camera's size."""
        self.image = _sky(self.camera, self.light, dice)
        self._draw = ImageDraw.Draw(self.image)
        self._skyline(dice)
        self._ground()
        for side in (0, 1):
            self._houses(side)
        image = self.image.reduce(2)
        walls.lay(image, self.labels, self.street, self.camera, self.light)
        return image, self.labels

    def _fill(self, points, colour, label):
        """Fill a polygon given in canvas pixels."""
        self._draw.polygon(points, fill=colour)
        self._label.polygon([value / 2 for value in points], fill=label)

    def _skyline(self, dice):
        """Far roofs and trees along the horizon."""
        row, unit = 2 * self.camera.horizon, self.big / 80
        roofs = self.light.shade((120, 124, 132), 0.3, self.light.haze_distance)
        leaves = self.light.shade((70, 96, 62), 0.4, self.light.haze_distance * 0.6)
        wooded, u = dice.random() < 0.5, -10.0
        tops, crowns = [u, row + 2], [u, row + 2]
        while u < self.big:
            width, high = unit * dice.uniform(3, 8), unit * dice.uniform(0.8, 4.5)
            tops += u, row - high, u + width, row - high
            if wooded:
                high = unit * dice.uniform(0.8, 2.2)
                for across, up in _CROWN:
                    crowns += u + across * width, row - up * high
            u += width
        self._fill((*tops, u, row + 2), roofs, BUILDING)
        if wooded:
            self._fill((*crowns, u, row + 2), leaves, TREE)

    def _ground(self):
        """Everything on the ground, as strips between two x and two z, in one batch."""
        street, light, camera = self.street, self.light, self.camera
        row, up = 2 * camera.horizon, light.direction[1]
        base = light.shade(street.paving, 0.5, 60)
        self._fill((0, row, self.big, row, self.big, self.big, 0, self.big), base, PAVEMENT)
        *sides, albedos, kinds = zip(*street.strips(), strict=True)
        x0, x1, z0, z1 = np.array(sides)
        colours = light.shade_many(np.array(albedos), up, np.clip((z0 + z1) / 2, 2, 70))
        x, z = np.array((x0, x1, x1, x0)), np.array((z0, z0, z1, z1))
        z = np.maximum(z, (_NEAR - (x - camera.x) * camera.sin) / camera.cos)
        depth = camera.depth(x, z)
        across = (x - camera.x) * camera.cos - z * camera.sin
        scale = 2 * camera.focal / depth
        u, v = self.big / 2 + scale * across, row + scale * camera.height
        top, bottom = v.min(axis=0), v.max(axis=0)
        seen = (u.max(axis=0) > 0) & (u.min(axis=0) < self.big)
        seen &= (top < self.big) & (bottom - top > 0.4)
        points = np.array((u, v)).T.reshape(len(kinds), 8)
        for index in np.flatnonzero(seen).tolist():
            corners = points[index].tolist()
            self._draw.polygon(corners, fill=colours[index])
            if kinds[index] is not None:
                self._label.polygon([value / 2 for value in corners], fill=kinds[index])

    def _houses(self, side):
        """What shows of the houses on one side behind their fronts: gables and roofs."""
        street, camera, light = self.street, self.camera, self.light
        wall, out = street.walls[side], 2 * side - 1
        nearest = (_NEAR - (wall - camera.x) * camera.sin) / camera.cos
        facing, gable = max(0.0, -out * light.direction[0]), max(0.0, -light.direction[2])
        plots = street.plots[side]
        for index in range(len(plots) - 1, -1, -1):
            z0, z1 = plots[index]["z"]
            if z1 <= nearest + 0.05:
                break
            start, front = max(z0, nearest), facade(plots[index]["facade"])
            first, last = camera.column(wall, start), camera.column(wall, z1)
            inside = first > 0 if side == 0 else first < camera.size
            if z0 > nearest and inside and camera.depth(wall, z0) < 90:
                before = plots[index - 1] if index else None
                if not (
                    before
                    and before["z"][1] == z0
                    and facade(before["facade"]).height >= front.height + 2.6
                ):
                    depth = camera.depth(wall, z0)
                    self._gable(front, wall, out, z0, light.shade(front.wall, gable, depth))
            if front.roof and max(first, last) > 0 and min(first, last) < camera.size:
                self._roof(front, wall, out, start, z1, facing)

    def _rows(self, depth, *heights):
        scale = 2 * self.camera.focal / depth
        return [2 * self.camera.horizon + scale * (self.camera.height - up) for up in heights]

    def _gable(self, front, wall, out, z, colour):
        camera, back, ridge = self.camera, wall + out * 11, wall + out * 5
        depths = [camera.depth(x, z) for x in (wall, ridge, back)]
        if min(depths) < _NEAR:
            return
        u0, u1, u2 = (2 * camera.column(x, z) for x in (wall, ridge, back))
        low0, top0 = self._rows(depths[0], 0, front.height)
        low2, top2 = self._rows(depths[2], 0, front.height)
        (peak,) = self._rows(depths[1], front.height + (2.6 if front.roof else 0))
        self._fill((u0, low0, u0, top0, u1, peak, u2, top2, u2, low2), colour, BUILDING)

    def _roof(self, front, wall, out, z0, z1, facing):
        camera, points = self.camera, []
        for x, z, up in ((-0.3, z0, 0.0), (5, z0, 2.6), (5, z1, 2.6), (-0.3, z1, 0.0)):
            x = wall + out * x
            depth = max(_NEAR, camera.depth(x, z))
            points += (2 * camera.column(x, z), *self._rows(depth, front.height + up))
        depth = camera.depth(wall, (z0 + z1) / 2)
        self._fill(points, self.light.shade(front.roof, 0.3 + 0.5 * facing, depth), BUILDING)


def _sky(camera, light, dice):
    """Return the canvas, twice the picture's size, with a sky on it: a gradient and clouds."""
    size, horizon = camera.size, max(0, int(camera.horizon))
    high = _heights(size).clip(0, horizon) * (1 / max(1, horizon))
    column = light.zenith_array + high**0.8 * (light.skyline_array - light.zenith_array)
    image = Image.fromarray(column.astype(np.uint8)[:, None])
    image = image.resize((size, size), Image.Resampling.NEAREST)
    if horizon > 2:
        # Clouds flatten towards the horizon: a wide, low cut of the bank.
        x, y, wide = dice.randrange(100), dice.randrange(60), dice.randrange(90, 150)
        cut = x, y, x + wide, y + 150
        mask = clouds(round(16 * (0.15 + 0.75 * (1 - abs(2 * light.clouds - 1)))))
        mask = mask.resize((size, min(horizon, size)), Image.Resampling.NEAREST, cut)
        white = mix((252, 252, 252), light.skyline, 0.25 + 0.75 * (1 - light.day) ** 0.7)
        image.paste(tuple(map(int, white)), (0, 0), mask)
    return image.resize((2 * size, 2 * size), Image.Resampling.NEAREST)


@functools.cache
def _heights(size):
    return np.arange(size, dtype=float)[:, None]


@functools.cache
def clouds(cover=16):
    """Return a bank of soft noise to cut clouds from, values 0..255 * `cover` / 16; drawn once."""
    if cover < 16:
        return clouds().point(lambda value: value * cover // 16)
    random = np.random.default_rng(7)
    total = np.zeros((256, 256))
    for octave, weight in ((4, 1.0), (8, 0.6), (16, 0.35), (32, 0.2), (64, 0.1)):
        noise = Image.fromarray((random.random((octave, octave)) * 255).astype(np.uint8))
        total += weight * np.asarray(noise.resize((256, 256), Image.Resampling.BICUBIC), float)
    low, high = np.percentile(total, (40, 97))
    return Image.fromarray((np.clip((total - low) / (high - low), 0, 1) * 255).astype(np.uint8))


def standing(street, camera, light):
    """Return the sprites of the trees and posts in view."""
    sprites = []
    for things, draw, label, reach in (
        (street.trees, scenery.tree_sprite, TREE, 2.6),
        (street.posts, scenery.post_sprite, BUILDING, 0.6),
    ):
        for x, z, looks in things:
            depth = camera.depth(x, z)
            if depth < 2.0 + reach:
                continue
            u, room = camera.column(x, z), reach * camera.focal / depth
            if -room < u < camera.size + room and camera.focal * reach / depth > 1.5:
                place = Place(camera, light, x, z, 0.0, street.sunny(x))
                sprites.append(draw(place, looks, label))
    return [sprite for sprite in sprites if sprite]
