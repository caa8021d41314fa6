"""What stands where in a street: widths, houses, trees, furniture, markings."""

from course_utils.worlds.camera import mix
from course_utils.worlds.facades import FACADES, facade
from course_utils.worlds.scenery import TREES

FAR = 115.0
# The first of `streets.PIXEL_LABELS`; the classes of objects follow.
SKY, BUILDING, ROAD, PAVEMENT, TREE = range(5)
GROUND = ROAD, PAVEMENT  # what has grain, and takes shadows

SIGN_COLOURS = ((168, 44, 40), (34, 72, 118), (36, 100, 70), (212, 164, 52), (60, 52, 60))


class Street:
    """What stands where: widths in metres, one row of plots on either side.

    Attributes:
        road: half the width of the carriageway.
        walls: x of the building line, (left, right).
        plots: for each side a list of dicts, from near to far; empty for a park.
        trees, posts: (x, z, dict of looks) of every tree and every piece of furniture.
        sun_edges: the x between which the sun reaches the ground, (left, right).
    """

    def __init__(self, dice, light):
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
        self.sun_edges = self._sun_edge(light, 0), self._sun_edge(light, 1)

    def parks(self):
        """Return for each side whether it is a park."""
        return not self.plots[0], not self.plots[1]

    def strips(self):
        """Return what lies on the ground as (x0, x1, z0, z1, albedo, label or None) strips.

        They are in the order to paint; None keeps the label of what is below.
        """
        strips, kerb = [], self.road
        low = -60.0
        for high in (8.0, 30.0, FAR):
            for side, sign in enumerate((-1, 1)):
                wall, far = self.walls[side], self.walls[side] + sign * 60
                if self.plots[side]:
                    strips.append((sign * kerb, far, low, high, self.paving, None))
                else:
                    strips.append((sign * kerb, wall, low, high, self.paving, None))
                    strips.append((wall, far, low, high, (104, 128, 74), None))
            strips.append((-kerb, kerb, low, high, self.asphalt, ROAD))
            low = high
        for x, z, width, length, factor in self.patches:
            albedo = tuple(channel * factor for channel in self.asphalt)
            strips.append((x, min(x + width, kerb), z, z + length, albedo, None))
        strips += self._markings()
        for sign in (-1, 1):
            stone, face = (190, 186, 180), (112, 108, 104)
            strips.append((sign * (kerb - 0.12), sign * kerb, -40, FAR, face, None))
            strips.append((sign * kerb, sign * (kerb + 0.18), -40, FAR, stone, None))
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
            lines += [(x, x + 0.1, -40, FAR, colour, None) for x in (-0.16, 0.06)]
        edge = self.road - 0.45
        if self.edge_lines:
            lines += [(x - 0.06, x + 0.06, -40, FAR, white, None) for x in (-edge, edge)]
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

    def _sun_edge(self, light, side):
        """Return the x up to which the buildings on `side` (0 or 1) cast their shadow."""
        lean = light.direction[0] / light.direction[1]
        if not self.plots[side] or (lean < 0) != (side == 0):
            return self.walls[side]
        heights = [facade(plot["facade"]).height for plot in self.plots[side][:6]]
        return self.walls[side] - sum(heights) / len(heights) * lean

    def sunny(self, x):
        """Return 1 where the sun reaches the ground at `x`, 0 in the buildings' shadow."""
        return float(self.sun_edges[0] <= x <= self.sun_edges[1])


def _plots(dice, tall):
    plots, z = [], dice.uniform(-34, -26)
    while z < FAR:
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
