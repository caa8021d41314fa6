"""Cars as solids: five kinds, seen from any side."""

import functools
import math

from course_utils.worlds.sprites import Material, Solid
from course_utils.worlds.vehicles import PAINTS, circle, lamps, varied

# Length, width, height in metres, and the outline from the front's lower edge over the roof to the
# rear's lower edge: (forward as a share of half the length, up as a share of the height).
KINDS = {
    "sedan": (4.6, 1.80, 1.46, (
        (0.97, 0.17), (1.0, 0.38), (0.93, 0.54), (0.45, 0.65), (0.12, 0.98), (-0.36, 1.0),
        (-0.70, 0.68), (-0.96, 0.65), (-1.0, 0.38), (-0.98, 0.19))),
    "hatchback": (3.9, 1.72, 1.48, (
        (0.97, 0.17), (1.0, 0.38), (0.92, 0.53), (0.50, 0.65), (0.14, 0.98), (-0.62, 1.0),
        (-0.92, 0.66), (-0.98, 0.60), (-1.0, 0.36), (-0.97, 0.19))),
    "estate": (4.7, 1.80, 1.50, (
        (0.97, 0.17), (1.0, 0.38), (0.93, 0.54), (0.48, 0.65), (0.18, 0.97), (-0.80, 1.0),
        (-0.95, 0.66), (-0.98, 0.60), (-1.0, 0.36), (-0.98, 0.19))),
    "suv": (4.6, 1.88, 1.74, (
        (0.97, 0.20), (1.0, 0.40), (0.95, 0.58), (0.52, 0.66), (0.24, 0.97), (-0.78, 1.0),
        (-0.95, 0.66), (-0.99, 0.60), (-1.0, 0.38), (-0.97, 0.22))),
    "van": (5.0, 1.94, 2.10, (
        (0.97, 0.15), (1.0, 0.32), (0.97, 0.46), (0.74, 0.56), (0.44, 0.97), (-0.96, 1.0),
        (-0.985, 0.62), (-0.99, 0.50), (-1.0, 0.30), (-0.98, 0.16))),
}  # fmt: skip
# Half the width at each point of the outline, as a share of half the full width.
_WIDTHS = (0.92, 0.96, 0.94, 0.97, 0.77, 0.77, 0.95, 0.96, 0.97, 0.93)
_UP = (0.0, 0.0, 1.0)
_NONE = (0.0, 0.0, 0.0)


def chosen(dice, lamps_on):
    """Draw a car: its kind and size, and the palette it is drawn in."""
    kinds = ("sedan", "sedan", "hatchback", "hatchback", "estate", "suv", "suv", "van")
    return {
        "kind": dice.choice(kinds),
        "closed": dice.random() < 0.4,
        "taxi": dice.random() < 0.06,
        "scale": dice.uniform(0.94, 1.06),
        "paint": varied(dice, dice.choice(PAINTS)),
        "rim": dice.choice(((150, 154, 160), (190, 192, 196), (60, 62, 66))),
        "plate": dice.choice(((236, 236, 230), (236, 236, 230), (236, 206, 70))),
        "glass": (34, 42, 50), "trim": (30, 31, 34), "tyre": (28, 28, 30), "sign": (250, 226, 120),
        **lamps(lamps_on), "grille": (26, 28, 31), "skin": (170, 124, 96),
    }  # fmt: skip


def size(car):
    """Return a car's (length, width, height) in metres."""
    return tuple(side * car["scale"] for side in KINDS[car["kind"]][:3])


def solid(place, car):
    """Return the Solid of a car as seen from `place`; its parts are in the order to draw."""
    half_width = size(car)[1] / 2
    right = place.eye[1]
    side = 0 if abs(right) < half_width else 1 if right > 0 else -1
    closed, taxi = car["closed"] and car["kind"] == "van", car["taxi"] and car["kind"] == "sedan"
    return _built(car["kind"], closed, taxi, place.eye[0] > 0, side, place.scale > 26)


@functools.cache
def _built(kind, closed, taxi, ahead, side, fine):
    return _Builder(kind, closed, taxi, ahead, side, fine).solid


class _Builder:
    """Puts a car together in the order it is painted: far things first.

    Cars that are small in the picture go without what is too `fine` to be seen.
    """

    def __init__(self, kind, closed, taxi, ahead, side, fine):
        self.fine, self.round = fine, 14 if fine else 10
        self.kind, self.closed = kind, closed
        self.length, self.width, self.height, outline = KINDS[kind]
        self.outline = [(f * self.length / 2, u * self.height) for f, u in outline]
        self.halves = [share * self.width / 2 for share in _WIDTHS]
        self.wheel = 0.37 if kind in ("suv", "van") else 0.32
        self.axles = (0.62 * self.length / 2, -0.60 * self.length / 2)
        self.rear = 7 if self.outline[7][1] - self.outline[8][1] > 0.2 else 6
        self.headlamp = Material("headlamp", glowing=True)
        self.tail_lamp = Material("tail_lamp", glowing=True)
        self.solid = Solid()
        self._below(ahead, side)
        for strip in range(8, -1, -1) if ahead else range(9):
            self._strip(strip)
        if side:
            self._flank(side, ahead)
        if taxi:
            middle = (self.outline[4][0] + self.outline[5][0]) / 2 + 0.2
            low, high = self.height, self.height + 0.16
            corners = [
                (middle, -0.25, low),
                (middle, 0.25, low),
                (middle, 0.22, high),
                (middle, -0.22, high),
            ]
            self.solid.polygon(corners, Material("sign", (0, 0, 0.5)))

    def _below(self, ahead, side):
        """The dark underneath and the treads of the wheels."""
        add, wheel, dark = self.solid.polygon, self.wheel, Material("tyre", _NONE, mixed=0.5)
        floor, half = self.outline[0][1], self.halves[0] * 0.92
        for end in (-0.47, 0.47):
            f = end * self.length
            add(
                [
                    (f, -half, 0.16),
                    (f, half, 0.16),
                    (f, half, floor + 0.1),
                    (f, -half, floor + 0.1),
                ],
                dark,
            )
        tread = Material("tyre", _NONE)
        for axle in sorted(self.axles, reverse=not ahead):
            for hand in (-(side or 1), side or 1):
                outer, inner = hand * (self.width / 2 - 0.03), hand * (self.width / 2 - 0.24)
                add([(f, inner, u) for f, u in circle(axle, wheel, wheel, self.round)], tread)
                shown = 1 if ahead else -1
                for reach, low in ((0.375, 0.1), (0.75, 0.32)) if self.fine else ((0.6, 0.2),):
                    f, low, high = axle + shown * wheel * reach, wheel * low, wheel * 1.2
                    add(
                        [(f, inner, low), (f, outer, low), (f, outer, high), (f, inner, high)],
                        tread,
                    )

    def _strip(self, strip):
        """One strip across the car, from `outline[strip]` to the next point, and what is on it."""
        (f0, u0), (f1, u1) = self.outline[strip], self.outline[strip + 1]
        w0, w1 = self.halves[strip], self.halves[strip + 1]
        norm = math.hypot(f1 - f0, u1 - u0)
        normal = ((u1 - u0) / norm, 0.0, (f0 - f1) / norm)

        def paint(s0, s1, t0, t1, material):
            """Paint a part: s from -1 (left) to 1 (right), t along the outline."""
            corners = []
            for s, t in ((s0, t0), (s1, t0), (s1, t1), (s0, t1)):
                corners.append((f0 + (f1 - f0) * t, s * (w0 + (w1 - w0) * t), u0 + (u1 - u0) * t))
            self.solid.polygon(corners, material, plane=((f0, -w0, u0), normal))

        body = Material("paint", normal, 0.16)
        paint(-1, 1, 0, 1, body)
        if strip in (3, 5):
            self._pane(paint, front=strip == 3)
        elif strip == 2 and self.fine:
            crease = Material("paint", normal, 0.16, -0.10)
            paint(-0.62, 0.62, 0.0, 1.0, crease)
            paint(-0.5, 0.5, 0.94, 1.0, Material("trim", normal))
        elif strip == 1:
            paint(-0.52, 0.52, 0.30, 0.86, Material("grille", normal))
            if self.fine:
                paint(-0.50, 0.50, 0.52, 0.60, Material("rim", normal))
                paint(-0.07, 0.07, 0.46, 0.72, Material("rim", normal, mixed=-0.4))
            for hand in (-1, 1):
                if self.fine:
                    paint(hand * 0.57, hand * 0.99, 0.40, 0.95, Material("trim", normal))
                paint(hand * 0.60, hand * 0.97, 0.46, 0.90, self.headlamp)
        elif strip == 0:
            paint(-0.95, 0.95, 0.0, 0.34, Material("trim", normal))
            if self.fine:
                paint(-0.60, 0.60, 0.30, 0.56, Material("grille", normal))
            paint(-0.27, 0.27, 0.58, 0.98, Material("plate", normal))
        elif strip == self.rear:
            for hand in (-1, 1):
                if self.fine:
                    paint(hand * 0.64, hand * 0.99, 0.08, 0.60, Material("trim", normal))
                paint(hand * 0.66, hand * 0.97, 0.12, 0.56, self.tail_lamp)
            if self.fine:
                paint(-0.62, 0.62, 0.12, 0.20, Material("paint", normal, mixed=0.3))
            paint(-0.27, 0.27, 0.42, 0.84, Material("plate", normal))
        elif strip == 8:
            paint(-0.95, 0.95, 0.45, 1.0, Material("trim", normal))

    def _pane(self, paint, front):
        if self.closed and not front:
            paint(-0.01, 0.01, 0.0, 1.0, Material("paint", mixed=0.5))
            return
        sky = 0.60 if front else 0.46
        t0, t1 = (0.05, 0.93) if front else (0.08, 0.95)
        paint(-0.91, 0.91, t0, t1, Material("glass", _UP, sky))
        low = (t0, 0.48) if front else (0.52, t1)
        paint(-0.91, 0.91, *low, Material("glass", _UP, sky * 0.5))
        if not self.fine:
            return
        if front:
            paint(0.18, 0.56, 0.05, 0.42, Material("glass", _UP, sky * 0.2))
            paint(-0.56, -0.18, 0.05, 0.46, Material("glass", _UP, sky * 0.2))
            paint(-0.46, -0.28, 0.40, 0.68, Material("skin", mixed=0.55))
        else:
            for hand in (-1, 1):
                paint(hand * 0.2, hand * 0.55, 0.45, t1, Material("glass", _UP, sky * 0.25))
        # A slanting reflection across the glass.
        paint(-0.70, -0.52, t0, t1, Material("glass", _UP, sky * 1.25))

    def _flank(self, side, ahead):
        """The flank that the camera sees: body, windows, doors, lamps, mirror, wheels."""
        add, outline = self.solid.polygon, self.outline
        normal = (0.0, float(side), 0.15)
        at = [(f, side * w, u) for (f, u), w in zip(outline, self.halves, strict=True)]
        half = at[3][1]
        bottom, belt = outline[0][1], outline[3][1]
        front, back = outline[0][0], outline[9][0]

        def flat(points, material):
            add([(f, half, u) for f, u in points], material)

        def band(share, low, high, material):
            f0, f1 = front * share, back * share
            flat([(f0, low), (f1, low), (f1, high), (f0, high)], material)

        add([at[i] for i in (0, 1, 2, 3, 6, 7, 8, 9)], Material("paint", normal, 0.25))
        add([at[i] for i in (3, 4, 5, 6)], Material("paint", normal, 0.25))
        rise = belt - bottom
        low, crease = bottom + 0.30 * rise, bottom + 0.66 * rise
        band(1.0, bottom, low, Material("paint", normal, mixed=0.24))
        if self.fine:
            band(0.99, bottom, bottom + 0.09, Material("trim", normal))
            band(0.98, crease, crease + 0.045, Material("paint", normal, 0.4, -0.2))
        self._windows(at)
        seam = Material("paint", normal, mixed=0.5)
        doors = (0.02, 0.48, 0.88) if self.kind != "van" else (0.02, 0.26, 0.62)
        doors = doors if self.fine else ()
        for share in doors:
            f = outline[3][0] + (outline[6][0] - outline[3][0]) * share
            flat([(f, bottom + 0.1), (f + 0.025, bottom + 0.1), (f + 0.025, belt), (f, belt)], seam)
        for share in doors[1:]:
            f = outline[3][0] + (outline[6][0] - outline[3][0]) * share + 0.1
            u = crease + 0.09
            flat(
                [(f, u), (f + 0.2, u), (f + 0.2, u + 0.035), (f, u + 0.035)],
                Material("trim", normal, 0.2),
            )
        (f2, u2), (f7, u7) = outline[2], outline[7]
        flat(
            [(f2 + 0.04, u2 - 0.16), (f2 - 0.26, u2 - 0.09), (f2 - 0.22, u2), (f2, u2)],
            self.headlamp,
        )
        corners = ((0.0, -0.02), (0.2, -0.03), (0.16, -0.18), (-0.03, -0.2))
        flat([(f7 + f, u7 + u) for f, u in corners], self.tail_lamp)
        f, r, mirror = (
            outline[3][0] - 0.12,
            side * (abs(half) + 0.15),
            Material("paint", normal, mixed=0.35),
        )
        add(
            [
                (f, half, belt + 0.02),
                (f, r, belt + 0.02),
                (f, r, belt + 0.17),
                (f, half, belt + 0.10),
            ],
            mirror,
        )
        if self.fine:
            add(
                [
                    (f, r, belt + 0.02),
                    (f + 0.16, r, belt + 0.04),
                    (f + 0.16, r, belt + 0.15),
                    (f, r, belt + 0.17),
                ],
                mirror,
            )
        for axle in sorted(self.axles, reverse=not ahead):
            self._wheel(axle, side, abs(half), normal, bottom)

    def _windows(self, at):
        """Side windows: s along the belt from front to back, t from the belt to the roof."""

        def point(s, t):
            lower = [a + (b - a) * s for a, b in zip(at[3], at[6], strict=True)]
            upper = [a + (b - a) * s for a, b in zip(at[4], at[5], strict=True)]
            return tuple(a + (b - a) * t for a, b in zip(lower, upper, strict=True))

        def pane(s0, s1, t0, t1, material):
            self.solid.polygon(
                [point(s0, t0), point(s1, t0), point(s1, t1), point(s0, t1)], material
            )

        if self.kind == "van":
            panes = [(0.03, 0.24)] if self.closed else [(0.03, 0.24), (0.30, 0.60), (0.64, 0.94)]
        elif self.kind in ("estate", "suv"):
            panes = [(0.06, 0.36), (0.40, 0.68), (0.72, 0.93)]
        else:
            panes = [(0.07, 0.47), (0.52, 0.90)]
        for s0, s1 in panes if self.fine else ((panes[0][0], panes[-1][1]),):
            pane(s0 - 0.015, s1 + 0.015, 0.04, 0.93, Material("trim"))
        for s0, s1 in panes:
            pane(s0, s1, 0.08, 0.90, Material("glass", _UP, 0.36))
            pane(s0 + 0.02, s1, 0.60, 0.90, Material("glass", _UP, 0.62))
        s0, s1 = panes[0]
        if self.fine and not self.closed:
            pane(
                s0 + 0.45 * (s1 - s0),
                s0 + 0.75 * (s1 - s0),
                0.08,
                0.55,
                Material("trim", mixed=0.2),
            )

    def _wheel(self, axle, side, half, normal, bottom):
        wheel = self.wheel
        for radius, inset, material in (
            (1.17, 0.0, Material("tyre", _NONE, mixed=0.5)), (1.0, 0.03, Material("tyre", normal)),
            (0.70, 0.02, Material("rim", normal, mixed=0.4)), (0.64, 0.02, Material("rim", normal)),
        ):  # fmt: skip
            least = bottom if radius > 1 else 0.0
            outline = circle(axle, wheel, wheel * radius, self.round)
            self.solid.polygon(
                [(f, side * (half - inset), max(u, least)) for f, u in outline], material
            )
        if not self.fine:
            return
        right, gap = side * (half - 0.02), Material("rim", normal, mixed=0.62)
        for k in range(5):
            angle = k * 2 * math.pi / 5 + 0.3
            spread = ((0.24, -0.5), (0.58, -0.32), (0.58, 0.32), (0.24, 0.5))
            points = []
            for radius, turn in spread:
                forward, up = math.cos(angle + turn), math.sin(angle + turn)
                points.append((axle + wheel * radius * forward, right, wheel * (1 + radius * up)))
            self.solid.polygon(points, gap)
