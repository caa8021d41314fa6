"""The street without its traffic: layout, sky, buildings, road and pavements, in perspective."""

import functools
import math

import numpy as np
from PIL import Image, ImageDraw

from course_utils.worlds.camera import mix

SKY, BUILDING, ROAD, PAVEMENT, TREE = range(5)
_FAR = 160.0
_NEAR = 0.6

WALLS = (
    (178, 112, 88), (150, 86, 70), (214, 196, 160), (226, 214, 192), (196, 186, 176),
    (170, 164, 156), (204, 170, 130), (222, 206, 204), (158, 176, 186), (190, 150, 120),
    (234, 226, 210), (140, 120, 108), (128, 136, 146),
)  # fmt: skip
SIGNS = ((168, 44, 40), (34, 72, 118), (36, 100, 70), (212, 164, 52), (60, 52, 60), (196, 110, 60))
ROOFS = ((110, 66, 54), (84, 80, 84), (132, 84, 62), (70, 74, 82))


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
        self.plots = tuple([] if dice.random() < 0.16 else _plots(dice, style) for _ in range(2))
        self.trees = _trees(dice, self)
        self.posts = _posts(dice, self)

    def parks(self):
        """Return for each side whether it is a park."""
        return not self.plots[0], not self.plots[1]

    def sun_edge(self, light, side):
        """Return how far the shadow of the buildings on `side` (0 or 1) reaches across, metres.

        Returns:
            The x up to which the ground lies in shadow, seen from that side's wall.
        """
        lean = light.direction[0] / light.direction[1]
        if not self.plots[side] or (lean < 0) != (side == 0):
            return self.walls[side]
        height = sum(plot["height"] for plot in self.plots[side][:6]) / len(self.plots[side][:6])
        return self.walls[side] - height * lean

    def sunny(self, light, x):
        """Return 1 where the sun reaches the ground at `x`, 0 in the buildings' shadow."""
        return float(self.sun_edge(light, 0) <= x <= self.sun_edge(light, 1))


def _plots(dice, style):
    plots, z = [], dice.uniform(-34, -26)
    while z < _FAR:
        width = dice.uniform(7, 19)
        floors = dice.choice((2, 3, 3, 4, 5)) if style < 0.7 else dice.choice((4, 5, 6, 8))
        storey = dice.uniform(2.9, 3.5)
        plots.append({
            "z": (z, z + width), "storey": storey, "ground": storey + dice.uniform(0.3, 1.0),
            "height": floors * storey + 1.2, "floors": floors,
            "wall": mix(dice.choice(WALLS), (200, 200, 200), dice.uniform(0, 0.25)),
            "shop": dice.random() < 0.55, "sign": dice.choice(SIGNS),
            "pitch": dice.uniform(2.4, 3.6), "window": dice.uniform(0.42, 0.6),
            "tall": dice.uniform(0.5, 0.66), "frame": dice.random() < 0.6,
            "trim": dice.choice(((236, 232, 224), (96, 88, 82), (180, 172, 160))),
            "roof": dice.choice(ROOFS) if floors < 5 and dice.random() < 0.55 else None,
            "balconies": dice.random() < 0.22, "phase": dice.randrange(1 << 16),
        })  # fmt: skip
        z += width + (dice.uniform(3, 9) if dice.random() < 0.13 else 0.0)
    return plots


def _trees(dice, street):
    trees = []
    for side in (0, 1):
        sign = 2 * side - 1
        park = not street.plots[side]
        if not park and dice.random() < 0.4:
            continue
        z, step = dice.uniform(3, 12), dice.uniform(6, 15)
        while z < 75:
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
    return {
        "height": dice.uniform(4.5, 8.5), "spread": dice.uniform(1.4, 2.6),
        "crown": dice.randrange(12), "trunk": dice.uniform(0.11, 0.2),
        "tint": (dice.uniform(0.75, 1.25), dice.uniform(0.85, 1.1), dice.uniform(0.6, 1.0)),
    }  # fmt: skip


def _posts(dice, street):
    posts, z, step = [], dice.uniform(4, 16), dice.uniform(16, 28)
    side = dice.choice((-1, 1))
    while z < 90:
        posts.append((side * (street.road + 0.5), z, {"kind": "lamp", "side": side}))
        z += step
    for _ in range(dice.randrange(4)):
        side = dice.choice((-1, 1))
        kind = dice.choice(("sign", "sign", "bollard", "bin", "signal"))
        looks = {
            "kind": kind,
            "side": side,
            "colour": dice.choice(SIGNS),
            "round": dice.random() < 0.5,
        }
        posts.append((side * (street.road + dice.uniform(0.35, 0.8)), dice.uniform(4, 30), looks))
    return posts


class Painter:
    """Draws the fixed parts of a street at twice the picture's size, colours and labels at once.

    The canvas is RGBA; the fourth channel carries the label of each pixel.
    """

    def __init__(self, street, camera, light):
        self.street, self.camera, self.light = street, camera, light
        self.big = 2 * camera.size
        self.image = _sky(camera, light, self.big)
        self.draw = ImageDraw.Draw(self.image)

    def paint(self, dice, random):
        """Return (RGB image, label image L), both of the camera's size."""
        self._skyline(dice)
        self._ground()
        order = sorted((0, 1), key=lambda side: abs(self.street.walls[side] - self.camera.x))
        for side in reversed(order):
            self._facades(side, random)
        labels = self.image.getchannel("A")
        size = self.camera.size
        image = self.image.convert("RGB").reduce(2)
        return image, labels.resize((size, size), Image.Resampling.NEAREST)

    def _fill(self, points, colour, label):
        self.draw.polygon(points, fill=(*colour, label))

    def _skyline(self, dice):
        """Far roofs and trees along the horizon."""
        row, camera = 2 * self.camera.horizon, self.camera
        u, unit = -10.0, camera.size / 40
        wood = dice.random() < 0.5
        while u < self.big:
            width = unit * dice.uniform(2, 7)
            top = row - unit * dice.uniform(0.8, 4.5)
            colour = self.light.shade((120, 124, 132), 0.3, self.light.haze_distance)
            self._fill((u, row + 2, u, top, u + width, top, u + width, row + 2), colour, BUILDING)
            if wood:
                top = row - unit * dice.uniform(0.8, 2.2)
                colour = self.light.shade((70, 96, 62), 0.4, self.light.haze_distance * 0.6)
                self.draw.ellipse((u, top, u + width, 2 * row - top + unit), fill=(*colour, TREE))
            u += width * dice.uniform(0.6, 1.0)

    def _strip(self, x0, x1, z0, z1, colour, label):
        """Fill the ground between x0..x1 and z0..z1, cut at the near plane."""
        camera = self.camera
        points = []
        for x, z in ((x0, z0), (x1, z0), (x1, z1), (x0, z1)):
            nearest = (_NEAR - (x - camera.x) * camera.sin) / camera.cos
            z = max(z, nearest)
            depth = camera.depth(x, z)
            points.append(2 * camera.column(x, z))
            points.append(2 * (camera.horizon + camera.focal * camera.height / depth))
        if points[0] == points[6] and points[2] == points[4]:
            return
        self._fill(points, colour, label)

    def _ground(self):
        street, light, camera = self.street, self.light, self.camera
        row = 2 * camera.horizon
        beyond = light.shade(street.paving, 0.5, 60)
        self._fill((0, row, self.big, row, self.big, self.big, 0, self.big), beyond, PAVEMENT)
        grass = (104, 128, 74)
        up = light.direction[1]
        cuts = (3.0, 7.0, 14.0, 30.0, _FAR)
        low = -60.0
        for high in cuts:
            far = min(low + 6 if low > 0 else 4.0, 60)
            paving = light.shade(street.paving, up, far)
            lawn = light.shade(grass, up, far)
            for side in (0, 1):
                kerb, wall = (2 * side - 1) * street.road, street.walls[side]
                self._strip(kerb, wall, low, high, paving, PAVEMENT)
                beyond = lawn if not street.plots[side] else paving
                self._strip(wall, wall + (2 * side - 1) * 60, low, high, beyond, PAVEMENT)
            self._strip(
                -street.road, street.road, low, high, light.shade(street.asphalt, up, far), ROAD
            )
            low = high
        joint = light.shade(mix(street.paving, (0, 0, 0), 0.16), up, 8)
        for side in (0, 1):
            kerb, wall = (2 * side - 1) * street.road, street.walls[side]
            for step in range(-8, 14):
                self._strip(kerb, wall, 1.5 * step, 1.5 * step + 0.05, joint, PAVEMENT)
            for share in (0.33, 0.66):
                x = kerb + (wall - kerb) * share
                self._strip(x, x + 0.04, -12, 22, joint, PAVEMENT)
        self._markings(up)
        stone = light.shade((186, 182, 176), up, 8)
        face = light.shade((120, 116, 110), 0.2, 8)
        for sign in (-1, 1):
            kerb = sign * street.road
            self._strip(kerb, kerb + sign * 0.18, -40, _FAR, stone, PAVEMENT)
            self._strip(kerb - sign * 0.12, kerb, -40, _FAR, face, PAVEMENT)

    def _markings(self, up):
        street, light = self.street, self.light
        for x, z, width, length, factor in street.patches:
            albedo = tuple(channel * factor for channel in street.asphalt)
            self._strip(
                x, min(x + width, street.road), z, z + length, light.shade(albedo, up, z), ROAD
            )
        worn = mix((232, 230, 224), street.asphalt, 0.25)

        def paint(z, colour=worn):
            return light.shade(colour, up, abs(z))

        yellow = (218, 178, 60)
        if street.centre_line == "dashed":
            for step in range(-5, 14):
                z = 6.0 * step + 1.0
                self._strip(-0.07, 0.07, z, z + 3.0, paint(z), ROAD)
        elif street.centre_line != "none":
            colour = paint(10, yellow if street.centre_line == "yellow" else worn)
            self._strip(-0.16, -0.06, -40, _FAR, colour, ROAD)
            self._strip(0.06, 0.16, -40, _FAR, colour, ROAD)
        if street.edge_lines:
            for sign in (-1, 1):
                x = sign * (street.road - 0.45)
                self._strip(x, x + sign * 0.12, -40, _FAR, paint(12), ROAD)
        if street.bays and street.road > 4:
            for sign in (-1, 1):
                x = sign * (street.road - 2.1)
                for step in range(-4, 9):
                    z = 5.5 * step
                    self._strip(x, sign * street.road, z, z + 0.12, paint(z), ROAD)
        if street.crossing:
            z, x = street.crossing, -street.road + 0.3
            while x < street.road - 0.4:
                self._strip(x, x + 0.5, z, z + 3.2, paint(z), ROAD)
                x += 1.0

    def _facades(self, side, random):
        street, camera, light = self.street, self.camera, self.light
        wall, out = street.walls[side], 2 * side - 1
        if not street.plots[side]:
            return
        nearest = (_NEAR - (wall - camera.x) * camera.sin) / camera.cos
        facing = max(0.0, -out * light.direction[0])
        gable = max(0.0, -light.direction[2])
        for plot in reversed(street.plots[side]):
            z0, z1 = plot["z"]
            if z1 <= nearest:
                continue
            start = max(z0, nearest)
            left, right = 2 * camera.column(wall, start), 2 * camera.column(wall, z1)
            depth0, depth1 = camera.depth(wall, start), camera.depth(wall, z1)
            visible = max(left, right) > 0 and min(left, right) < self.big
            if z0 > nearest:
                self._gable(plot, wall, out, z0, light.shade(plot["wall"], gable, depth0))
            if not visible:
                continue
            middle = (depth0 + depth1) / 2
            colour = light.shade(plot["wall"], facing, middle)
            rows0, rows1 = self._rows(depth0), self._rows(depth1)
            top = plot["height"]
            self._fill(
                (left, rows0(0), left, rows0(top), right, rows1(top), right, rows1(0)),
                colour,
                BUILDING,
            )
            if plot["roof"]:
                self._roof(plot, wall, out, start, z1, facing)
            self._openings(plot, wall, start, facing, middle, random)

    def _rows(self, depth):
        horizon, scale, eye = (
            2 * self.camera.horizon,
            2 * self.camera.focal / depth,
            self.camera.height,
        )
        return lambda up: horizon + scale * (eye - up)

    def _gable(self, plot, wall, out, z, colour):
        camera, back = self.camera, wall + out * 12
        depth0, depth1 = camera.depth(wall, z), camera.depth(back, z)
        if depth0 < _NEAR or depth1 < _NEAR:
            return
        u0, u1 = 2 * camera.column(wall, z), 2 * camera.column(back, z)
        rows0, rows1, top = self._rows(depth0), self._rows(depth1), plot["height"]
        self._fill((u0, rows0(0), u0, rows0(top), u1, rows1(top), u1, rows1(0)), colour, BUILDING)
        if plot["roof"]:
            ridge = wall + out * 5
            depth = camera.depth(ridge, z)
            peak = self._rows(depth)(top + 3.0)
            self._fill(
                (u0, rows0(top), 2 * camera.column(ridge, z), peak, u1, rows1(top)),
                colour,
                BUILDING,
            )

    def _roof(self, plot, wall, out, z0, z1, facing):
        camera, top = self.camera, plot["height"]
        points = []
        for x, z, up in (
            (wall - out * 0.3, z0, top),
            (wall + out * 5, z0, top + 3.0),
            (wall + out * 5, z1, top + 3.0),
            (wall - out * 0.3, z1, top),
        ):
            depth = max(_NEAR, camera.depth(x, z))
            points += (2 * camera.column(x, z), self._rows(depth)(up))
        colour = self.light.shade(
            plot["roof"], 0.3 + 0.5 * facing, camera.depth(wall, (z0 + z1) / 2)
        )
        self._fill(points, colour, BUILDING)

    def _openings(self, plot, wall, start, facing, depth, random):
        """Windows, doors, shop fronts, cornices: rectangles on the wall, drawn as one batch."""
        camera, light = self.camera, self.light
        z0, z1 = plot["z"]
        columns = max(1, int((z1 - z0) / plot["pitch"]))
        pitch = (z1 - z0) / columns
        pixel = 2 * camera.focal / depth
        top, storey, ground = plot["height"], plot["storey"], plot["ground"]
        rectangles, colours = [], []

        def add(za, zb, ya, yb, colour):
            rectangles.append((za, zb, ya, yb))
            colours.append(colour)

        trim = light.shade(plot["trim"], facing, depth)
        darker = light.shade(mix(plot["wall"], (0, 0, 0), 0.28), facing, depth)
        base = light.shade(mix(plot["wall"], (60, 60, 60), 0.35), facing, depth)
        add(z0, z1, 0, 0.7, base)
        add(z0, z1, top - 0.35, top, trim)
        add(z0, z1, top - 0.45, top - 0.35, darker)
        add(z0, z1, ground - 0.12, ground + 0.1, trim)
        self._ground_floor(add, plot, facing, depth, columns, pitch)
        # Only floors inside the picture and columns wide enough to be seen.
        ceiling = camera.height + camera.horizon / camera.focal * max(
            camera.depth(wall, start), depth * 1.6
        )
        lit = random.random((columns, plot["floors"]))
        tone = random.random((columns, plot["floors"]))
        lamps = (1 - light.day) * 0.8
        if pixel * pitch * 0.35 > 1.2:
            for column in range(columns):
                za = z0 + (column + 0.5 - plot["window"] / 2) * pitch
                zb = za + plot["window"] * pitch
                if zb < start or not -40 < 2 * camera.column(wall, max(za, start)) < self.big + 40:
                    continue
                for floor in range(1, plot["floors"]):
                    y = ground + (floor - 1) * storey + 0.75
                    if y > ceiling:
                        break
                    yb = y + plot["tall"] * storey
                    if plot["frame"] and pixel > 5:
                        add(za - 0.12, zb + 0.12, y - 0.12, yb + 0.14, trim)
                    if lit[column, floor] < lamps * 0.6:
                        glass = light.glow(
                            mix((255, 214, 140), (255, 176, 90), tone[column, floor]), depth
                        )
                    else:
                        glass = light.shade(
                            (52, 62, 74), facing * 0.3, depth, 0.12 + 0.4 * tone[column, floor]
                        )
                    add(za, zb, y, yb, glass)
                    if pixel > 8:
                        add(za, zb, yb - 0.22, yb, darker)
                        add((za + zb) / 2 - 0.04, (za + zb) / 2 + 0.04, y, yb, trim)
                        add(za - 0.1, zb + 0.1, y - 0.14, y, trim)
                    if plot["balconies"] and column % 2 and pixel > 4:
                        add(za - 0.3, zb + 0.3, y - 0.2, y + 0.5, darker)
        self._rectangles(wall, start, rectangles, colours)

    def _ground_floor(self, add, plot, facing, depth, columns, pitch):
        light, z0 = self.light, plot["z"][0]
        door = light.shade(mix(plot["sign"], (40, 30, 26), 0.4), facing, depth)
        inside = (255, 226, 166) if light.day < 0.5 else None
        ground = plot["ground"]
        for column in range(columns):
            za, zb = z0 + column * pitch, z0 + (column + 1) * pitch
            if (column + plot["phase"]) % 4 == 1:
                add(za + 0.30 * pitch, zb - 0.30 * pitch, 0, 2.3, door)
                add(
                    za + 0.36 * pitch,
                    zb - 0.36 * pitch,
                    1.2,
                    2.1,
                    light.shade((50, 58, 66), 0.2, depth, 0.2),
                )
            elif plot["shop"]:
                glass = (
                    light.glow(inside, depth)
                    if inside
                    else light.shade((58, 66, 74), 0.2, depth, 0.25)
                )
                add(za + 0.12, zb - 0.12, 0.5, ground - 0.85, glass)
                add(za + 0.12, zb - 0.12, 0.5, 1.1, light.shade((70, 72, 74), 0.2, depth, 0.1))
            else:
                add(
                    za + 0.28 * pitch,
                    zb - 0.28 * pitch,
                    1.0,
                    2.4,
                    light.shade((52, 62, 74), 0.2, depth, 0.3),
                )
        if plot["shop"]:
            sign = light.shade(plot["sign"], 0.2 + facing, depth)
            add(z0 + 0.15, plot["z"][1] - 0.15, ground - 0.85, ground - 0.2, sign)

    def _rectangles(self, wall, start, rectangles, colours):
        camera = self.camera
        boxes = np.array(rectangles)
        z = np.maximum(boxes[:, :2], start)
        depth = (wall - camera.x) * camera.sin + z * camera.cos
        across = (wall - camera.x) * camera.cos - z * camera.sin
        u = 2 * (camera.size / 2 + camera.focal * across / depth)
        scale = 2 * camera.focal / depth
        v = 2 * camera.horizon + scale[:, :, None] * (camera.height - boxes[:, None, 2:])
        quads = np.stack(
            [u[:, 0], v[:, 0, 0], u[:, 0], v[:, 0, 1], u[:, 1], v[:, 1, 1], u[:, 1], v[:, 1, 0]],
            axis=1,
        )
        seen = (u.max(axis=1) > 0) & (u.min(axis=1) < self.big) & (abs(u[:, 0] - u[:, 1]) > 0.7)
        seen &= v[:, :, 1].min(axis=1) < self.big
        seen &= v[:, :, 0].max(axis=1) > 0
        polygon = self.draw.polygon
        for index, quad in zip(np.flatnonzero(seen).tolist(), quads[seen].tolist(), strict=True):
            polygon(quad, fill=(*colours[index], BUILDING))


def _sky(camera, light, big):
    """Return the RGBA canvas with a sky: a gradient, clouds, label 0."""
    rows = np.clip(np.arange(big) / max(1.0, 2 * camera.horizon), 0, 1)[:, None] ** 0.8
    zenith, skyline = np.array(light.zenith), np.array(light.skyline)
    column = zenith + (skyline - zenith) * rows
    sky = np.zeros((big, 1, 4), np.uint8)
    sky[:, 0, :3] = np.clip(column, 0, 255)
    image = Image.fromarray(sky).resize((big, big), Image.Resampling.NEAREST)
    return image


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


def angle_of(dice, spread):
    """Return a heading near the street's direction, forwards or backwards, radians."""
    return dice.choice((0.0, math.pi)) + dice.gauss(0, spread)
