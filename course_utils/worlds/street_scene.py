"""The street without its traffic: layout, sky, buildings, road and pavements, in perspective."""

import functools

from course_utils.worlds.camera import mix
from course_utils.worlds.facades import FACADES, facade, lay
from course_utils.worlds.scenery import TREES

import numpy as np
from PIL import Image, ImageChops, ImageDraw

SKY, BUILDING, ROAD, PAVEMENT, TREE = range(5)
_FAR = 115.0
_NEAR = 0.6

SIGN_COLOURS = ((168, 44, 40), (34, 72, 118), (36, 100, 70), (212, 164, 52), (60, 52, 60))


class Street:
    """What stands where: widths in metres, one row of plots on either side.

    Attributes:
        road: half the width of the carriageway.
        walls: x of the building line, (left, right).
        plots: for each side a list of dicts, from near to far; empty for a park.
        trees, posts: (x, z, dict of looks) of every tree and every piece of furniture.
    """

    def __init__(self, dice):
        self.road = dice.choice((3.2, 3.6, 4.6, 5.6, 6.8))
        self.pavements = dice.uniform(2.2, 4.6), dice.uniform(2.2, 4.6)
        self.walls = -self.road - self.pavements[0], self.road + self.pavements[1]
        self.asphalt = mix((92, 92, 96), (124, 120, 116), dice.random())
        self.paving = mix((168, 162, 152), (190, 188, 184), dice.random())
        self.centre_line = dice.choice(("dashed", "dashed", "solid", "yellow", "none"))
        self.edge_lines = dice.random() < 0.4
        self.crossing = dice.uniform(6, 30) if dice.random() < 0.4 else None
        self.bays = dice.random() < 0.3
        self.patches = [
            (dice.uniform(-self.road, self.road), dice.uniform(2, 40), dice.uniform(0.3, 1.6),
             dice.uniform(0.5, 6), dice.uniform(0.82, 1.1))
            for _ in range(5)
        ]  # fmt: skip
        style = dice.random()
        self.plots = tuple(
            [] if dice.random() < 0.16 else _plots(dice, style > 0.65) for _ in range(2)
        )
        self.trees = _trees(dice, self)
        self.posts = _posts(dice, self)

    def parks(self):
        """Return for each side whether it is a park."""
        return not self.plots[0], not self.plots[1]

    def strips(self):
        """Return what lies on the ground as (x0, x1, z0, z1, albedo, label or None) strips.

        They are in the order to paint; None keeps the label of what is below.
        """
        strips, kerb = [], self.road
        low = -60.0
        for high in (5.0, 14.0, 40.0, _FAR):
            for side, sign in enumerate((-1, 1)):
                wall = self.walls[side]
                beyond = self.paving if self.plots[side] else (104, 128, 74)
                strips.append((sign * kerb, wall, low, high, self.paving, None))
                strips.append((wall, wall + sign * 60, low, high, beyond, None))
            strips.append((-kerb, kerb, low, high, self.asphalt, ROAD))
            low = high
        for x, z, width, length, factor in self.patches:
            albedo = tuple(channel * factor for channel in self.asphalt)
            strips.append((x, min(x + width, kerb), z, z + length, albedo, None))
        strips += self._markings()
        for sign in (-1, 1):
            stone, face = (190, 186, 180), (112, 108, 104)
            strips.append((sign * (kerb - 0.12), sign * kerb, -40, _FAR, face, None))
            strips.append((sign * kerb, sign * (kerb + 0.18), -40, _FAR, stone, None))
        return strips

    def _markings(self):
        white, yellow = (
            mix((236, 234, 228), self.asphalt, 0.2),
            mix((222, 180, 56), self.asphalt, 0.15),
        )
        lines = []
        if self.centre_line == "dashed":
            lines += [(-0.07, 0.07, z, z + 3.0, white, None) for z in range(-29, 75, 6)]
        elif self.centre_line != "none":
            colour = yellow if self.centre_line == "yellow" else white
            lines += [(x, x + 0.1, -40, _FAR, colour, None) for x in (-0.16, 0.06)]
        edge = self.road - 0.45
        if self.edge_lines:
            lines += [(x - 0.06, x + 0.06, -40, _FAR, white, None) for x in (-edge, edge)]
        if self.bays and self.road > 4:
            inner = self.road - 2.1
            for z in range(-22, 50, 6):
                lines.append((inner, self.road, z, z + 0.12, white, None))
                lines.append((-self.road, -inner, z, z + 0.12, white, None))
        if self.crossing:
            z, count = self.crossing, int(2 * self.road - 0.6)
            lines.append((-self.road, self.road, z, z + 3.2, self.asphalt, None))
            for k in range(count):
                x = k + 0.5 - count / 2
                lines.append((x - 0.25, x + 0.25, z, z + 3.2, white, None))
        return lines

    def sun_edge(self, light, side):
        """Return how far the shadow of the buildings on `side` (0 or 1) reaches across, metres.

        Returns:
            The x up to which the ground lies in shadow, seen from that side's wall.
        """
        lean = light.direction[0] / light.direction[1]
        if not self.plots[side] or (lean < 0) != (side == 0):
            return self.walls[side]
        heights = [facade(plot["facade"]).height for plot in self.plots[side][:6]]
        height = sum(heights) / len(heights)
        return self.walls[side] - height * lean

    def sunny(self, light, x):
        """Return 1 where the sun reaches the ground at `x`, 0 in the buildings' shadow."""
        return float(self.sun_edge(light, 0) <= x <= self.sun_edge(light, 1))


def _plots(dice, tall):
    plots, z = [], dice.uniform(-34, -26)
    while z < _FAR:
        index = dice.randrange(FACADES)
        if tall and dice.random() < 0.6:
            index -= index % 3  # every third front of the bank is a high one
        front = facade(index)
        plots.append({"z": (z, z + front.width), "facade": index, "mirrored": dice.random() < 0.5})
        z += front.width + (dice.uniform(3, 9) if dice.random() < 0.13 else 0.0)
    return plots


def _trees(dice, street):
    trees = []
    for side in (0, 1):
        sign = 2 * side - 1
        park = not street.plots[side]
        if not park and dice.random() < 0.4:
            continue
        z, step = dice.uniform(3, 12), dice.uniform(6, 15)
        while z < 55:
            inset = street.pavements[side]
            x = sign * (street.road + (dice.uniform(1.2, inset) if park else 0.9))
            trees.append((x, z, _tree(dice)))
            if park:
                trees.append(
                    (sign * (street.road + inset + dice.uniform(2, 14)), z + 2, _tree(dice))
                )
            z += step * dice.uniform(0.7, 1.4)
    return trees


def _tree(dice):
    green = dice.choice(((150, 190, 130), (190, 214, 150), (214, 206, 120), (140, 170, 140)))
    leaves = tuple(channel * dice.uniform(0.9, 1.1) for channel in green)
    return {
        "height": dice.uniform(4.5, 8.5), "spread": dice.uniform(0.85, 1.25),
        "kind": dice.randrange(TREES), "leaves": leaves,
    }  # fmt: skip


def _posts(dice, street):
    posts, z, step = [], dice.uniform(4, 16), dice.uniform(16, 28)
    side = dice.choice((-1, 1))
    while z < 60:
        posts.append(
            (
                side * (street.road + 0.5),
                z,
                {"kind": "lamp", "side": side, "colour": SIGN_COLOURS[0], "round": False},
            )
        )
        z += step
    for _ in range(dice.randrange(4)):
        side = dice.choice((-1, 1))
        kind = dice.choice(("sign", "sign", "bollard", "bin", "signal"))
        looks = {
            "kind": kind,
            "side": side,
            "colour": dice.choice(SIGN_COLOURS),
            "round": dice.random() < 0.5,
        }
        posts.append((side * (street.road + dice.uniform(0.35, 0.8)), dice.uniform(4, 30), looks))
    return posts


class Painter:
    """Draws the fixed parts of a street: colours at twice the picture's size, labels at its size."""

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
        order = sorted((0, 1), key=lambda side: -abs(self.street.walls[side] - self.camera.x))
        for side in order:
            self._houses(side)
        return self.image.reduce(2), self.labels

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
        while u < self.big:
            width = unit * dice.uniform(3, 8)
            top = row - unit * dice.uniform(0.8, 4.5)
            self._fill((u, row + 2, u, top, u + width, top, u + width, row + 2), roofs, BUILDING)
            if wooded:
                top = row - unit * dice.uniform(0.8, 2.2)
                box = (u, top, u + width, 2 * row - top + unit)
                self._draw.ellipse(box, fill=leaves)
                self._label.ellipse([value / 2 for value in box], fill=TREE)
            u += width * dice.uniform(0.6, 1.0)

    def _ground(self):
        """Everything on the ground, as strips between two x and two z, in one batch."""
        street, light, camera = self.street, self.light, self.camera
        row, up = 2 * camera.horizon, light.direction[1]
        base = light.shade(street.paving, 0.5, 60)
        self._fill((0, row, self.big, row, self.big, self.big, 0, self.big), base, PAVEMENT)
        strips = street.strips()
        boxes = np.array([strip[:4] for strip in strips])
        colours = light.shade_many(
            np.array([strip[4] for strip in strips]), up, np.clip(boxes[:, 2:].mean(axis=1), 2, 70)
        )
        x, z = boxes[:, (0, 1, 1, 0)], boxes[:, (2, 2, 3, 3)]
        z = np.maximum(z, (_NEAR - (x - camera.x) * camera.sin) / camera.cos)
        depth = camera.depth(x, z)
        across = (x - camera.x) * camera.cos - z * camera.sin
        u = self.big / 2 + 2 * camera.focal / depth * across
        v = row + 2 * camera.focal * camera.height / depth
        seen = (v.min(axis=1) < self.big) & (np.ptp(v, axis=1) > 0.4)
        seen &= (u.max(axis=1) > 0) & (u.min(axis=1) < self.big)
        points = np.stack([u, v], axis=2).reshape(len(boxes), 8)
        for index in np.flatnonzero(seen).tolist():
            corners = points[index].tolist()
            self._draw.polygon(corners, fill=colours[index])
            if strips[index][5] is not None:
                self._label.polygon([value / 2 for value in corners], fill=strips[index][5])

    def _houses(self, side):
        street, camera, light = self.street, self.camera, self.light
        wall, out = street.walls[side], 2 * side - 1
        nearest = (_NEAR - (wall - camera.x) * camera.sin) / camera.cos
        facing, gable = max(0.0, -out * light.direction[0]), max(0.0, -light.direction[2])
        plots = street.plots[side]
        for index in range(len(plots) - 1, -1, -1):
            plot, before = plots[index], plots[index - 1] if index else None
            z0, z1 = plot["z"]
            if z1 <= nearest + 0.05:
                continue
            start, front = max(z0, nearest), facade(plot["facade"])
            columns = 2 * camera.column(wall, start), 2 * camera.column(wall, z1)
            hidden = (
                before
                and before["z"][1] == z0
                and facade(before["facade"]).height >= front.height + 2.6
            )
            if z0 > nearest and not hidden and camera.depth(wall, z0) < 90:
                self._gable(
                    front, wall, out, z0, light.shade(front.wall, gable, camera.depth(wall, z0))
                )
            if max(columns) < 0 or min(columns) > self.big:
                continue
            if front.roof:
                self._roof(front, wall, out, start, z1, facing)
            outline = lay(self.image, camera, light, plot, wall, out, start)
            self._label.polygon([value / 2 for value in outline], fill=BUILDING)

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
    """Return the canvas with a sky on it: a gradient and clouds."""
    size, horizon = camera.size, int(camera.horizon)
    high = (np.arange(size) / max(1.0, camera.horizon)).clip(0, 1)[:, None] ** 0.8
    column = np.array(light.zenith) * (1 - high) + np.array(light.skyline) * high
    column = np.clip(column, 0, 255).astype(np.uint8)
    image = Image.fromarray(column[:, None]).resize((size, size), Image.Resampling.NEAREST)
    if horizon > 2:
        # Clouds flatten towards the horizon: a wide, low cut of the bank.
        x, y, wide = dice.randrange(100), dice.randrange(60), dice.randrange(90, 150)
        cut = x, y, x + wide, y + 150
        mask = clouds().resize((size, horizon), Image.Resampling.BILINEAR, cut)
        cover = int(255 * (0.15 + 0.75 * (1 - abs(2 * light.clouds - 1))))
        mask = ImageChops.multiply(mask, Image.new("L", mask.size, cover))
        white = mix((252, 252, 252), light.skyline, 0.25 + 0.75 * (1 - light.day) ** 0.7)
        image.paste(tuple(int(value) for value in white), (0, 0), mask)
    return image.resize((2 * size, 2 * size), Image.Resampling.NEAREST)


@functools.cache
def clouds():
    """Return a bank of soft noise, values 0..255, to cut clouds from; drawn once."""
    random = np.random.default_rng(7)
    total = np.zeros((256, 256))
    for octave, weight in ((4, 1.0), (8, 0.6), (16, 0.35), (32, 0.2), (64, 0.1)):
        noise = Image.fromarray((random.random((octave, octave)) * 255).astype(np.uint8))
        total += weight * np.asarray(noise.resize((256, 256), Image.Resampling.BICUBIC), float)
    low, high = np.percentile(total, (40, 97))
    return Image.fromarray((np.clip((total - low) / (high - low), 0, 1) * 255).astype(np.uint8))
