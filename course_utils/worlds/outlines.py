"""Round parts painted flat: the outline and two tones of each, for pictures of small people.

`rounded.Seen` meets the same parts with a ray for each sample; here a part is one polygon, and the
parts are sorted by distance. A part is the hull of two ellipsoids of one shape, so its outline is
the hull of two ellipses: a linear map makes circles of them, and half circles about the two ends
are mapped back. That is the hull of parts that hardly taper, as those of people.
Points and vectors of the picture are complex numbers here, u + iv.
"""

import math
from typing import NamedTuple

from course_utils.worlds.sprites import packed

import numpy as np

_LARGE = 90  # height in pixels from which on outlines have more points
_THINNEST, _BROAD = 0.45, 3.4  # pixels; thinner parts are left out, broader ones have two tones
_SKY, _SUN = 0.76, 0.64  # skylight on a part, and sunlight on one lit from where the camera is
_SHARE, _SHIFT = 0.6, 0.36  # breadth of the bright tone, and how far it lies towards the light
_TURNS = 32  # directions of view that squashed parts are looked at from


class Outlines:
    """Round `rounded.Parts`, ready to be drawn by `sprites.drawn` as often as wished.

    Args:
        parts: the Parts, without boxes, coloured by names.

    Attributes:
        height: of the highest point, metres.
    """

    widest = 0.0  # all points lie on the edge, see `sprites.Solid`

    def __init__(self, parts):
        values = np.array([row for row, _ in parts.round])
        self._names = [part.colour for _, part in parts.round]
        forward, right, up = values[:, :6].reshape(-1, 2, 3).transpose(2, 1, 0)
        self._level, self._rise = forward + 1j * right, 1j * up
        self._radii = values[:, 6:8].T.copy()
        # The columns of each squash turn a round part into what it is.
        squash = np.linalg.inv(values[:, 9:].reshape(-1, 3, 3))
        self._squash = squash.transpose(1, 2, 0).reshape(3, -1).copy()
        reach = self._radii * np.linalg.norm(squash[:, 2], axis=1)
        self.height = float((up + reach).max())
        self._known, self._shapes = sorted(set(self._names)), {}

    def seen(self, place, palette, enlarged):
        """Return (points, parts) as `sprites.Solid.seen` does."""
        camera, count = place.camera, len(self._names)
        # `place.project` in complex numbers: depth and across, then the picture's u and v.
        turn = place.heading - camera.yaw
        seen = self._level * (enlarged * complex(math.cos(turn), math.sin(turn)))
        seen += complex(place.depth, place.across)
        scale = camera.focal / seen.real
        middles = seen.imag + (1j * camera.height - enlarged * self._rise)
        middles = middles * scale + complex(camera.size / 2, camera.horizon)
        radii = self._radii * (enlarged * scale)
        turn -= place.across / place.depth
        shape = self._shape(round(turn * _TURNS / math.tau) % _TURNS)
        axis = middles[1] - middles[0]
        axis = shape.there * axis + shape.across * axis.conj()
        length = np.abs(axis) + 1e-9
        # An end within the other, or nearly, becomes a circle that touches it from within.
        radii = np.maximum(radii, radii[::-1] - length)
        broad = radii[0] * shape.thin
        axis /= length
        arcs, narrow, bulge = _ARCS[enlarged * self.height * place.scale >= _LARGE]
        if broad.max() > _BROAD:
            shift = (axis.conj() * _lightest(place)).imag
            dark, arcs = arcs, np.empty((2, *arcs.shape[:2], count), complex)
            arcs[0], arcs[1] = dark, narrow + shift * bulge
        along = radii * axis
        forth, back = along * shape.forth, along.conj() * shape.back
        points = forth[:, None] * arcs + back[:, None] * arcs.conj() + middles[:, None]
        points = points.reshape(-1, 2 * arcs.shape[-2], count).swapaxes(1, 2)
        near = [enlarged * each - place.depth for each in shape.near]
        return self._painted(place, palette, points, near, broad)

    def _painted(self, place, palette, points, near, broad):
        """Return what `seen` does from the outlines, and perhaps those of the bright tones.

        `points` is (1 or 2, part, point); `near` is how parts are sorted, `broad` their radius in
        pixels, about.
        """
        gains = _gains(place)[: 2 * len(points) - 1]
        plain, *two_tones = (self._coloured(palette, place, *each) for each in gains)
        names, numbers = self._names, 2 * points.shape[2]
        chosen = (broad > min(_THINNEST, broad.max() / 3)).nonzero()[0]
        toned = broad > _BROAD
        kept, parts, first = [points[0][chosen]], [], 0
        for number, two in zip(chosen.tolist(), toned[chosen].tolist(), strict=True):
            colour = (two_tones[0] if two else plain)[names[number]]
            parts.append((near[number], first, first + numbers, 0.0, 0.0, colour))
            first += numbers
        if two_tones:
            kept.append(points[1][toned])
            for number in toned.nonzero()[0].tolist():
                colour = two_tones[1][names[number]]
                parts.append((near[number], first, first + numbers, 0.0, 0.0, colour))
                first += numbers
        return np.concatenate(kept).ravel().view(float).reshape(-1, 2), parts

    def _shape(self, turn):
        """Return the Shape of the parts seen from a direction, one of `_TURNS`."""
        shape = self._shapes.get(turn)
        if shape is None:
            sin, cos = math.sin(turn * math.tau / _TURNS), math.cos(turn * math.tau / _TURNS)
            view = np.array([[sin, cos, 0], [0, 0, -1], [cos, -sin, 0]])
            steps = (view @ self._squash).reshape(3, 3, -1)
            squared = np.einsum("ijn,kjn->ikn", steps, steps)
            # The map takes 1 to a + ib and i to ic.
            a = np.sqrt(squared[0, 0])
            b = squared[0, 1] / a
            c = np.sqrt(squared[1, 1] - b * b)
            forth, back, area = (a + c + 1j * b) / 2, (a - c + 1j * b) / 2, a * c
            bulk = np.sqrt(squared[2, 2]) * self._radii.max(axis=0)
            near = bulk - (self._level * complex(cos, sin)).real.mean(axis=0)
            shape = Shape(
                forth, back, forth.conj() / area, -back / area, np.sqrt(area), near.tolist()
            )
            self._shapes[turn] = shape
        return shape

    def _coloured(self, palette, place, of_sky, of_sun):
        """Return the packed colour of each name, under those shares of skylight and sunlight."""
        colours = {}
        r_sky, g_sky, b_sky, r_sun, g_sun, b_sun, *_, r_haze, g_haze, b_haze = place.tones
        r_gain, g_gain = of_sky * r_sky + of_sun * r_sun, of_sky * g_sky + of_sun * g_sun
        b_gain = of_sky * b_sky + of_sun * b_sun
        for name in self._known:
            red, green, blue = palette[name]
            colours[name] = packed(
                red * r_gain + r_haze, green * g_gain + g_haze, blue * b_gain + b_haze
            )
        return colours


class Shape(NamedTuple):
    """How round parts look from a direction: the maps from circles to ellipses, arrays (n,).

    Attributes:
        forth, back: z becomes forth * z + back * conjugate of z.
        there, across: the same for the inverse map.
        thin: the ellipse's mean radius as a share of the circle's.
        near: list; how far the parts' nearest points are this side of the place, metres.
    """

    forth: np.ndarray
    back: np.ndarray
    there: np.ndarray
    across: np.ndarray
    thin: np.ndarray
    near: list


def _gains(place):
    """Return the shares of skylight and sunlight of one tone, and of a dark and a bright one."""
    (forward, right, up), (eye_forward, eye_right, _) = place.sun, place.eye
    level = math.hypot(forward, right) * math.hypot(eye_forward, eye_right)
    cosine = (forward * eye_forward + right * eye_right) / level
    # The mean over the visible side of an upright limb, nearly.
    lit = _SUN * math.sqrt(1 - 0.7 * up * up) * (0.5 + 0.5 * cosine) ** 1.65
    return (_SKY, lit), (_SKY - 0.04, 0.5 * lit), (_SKY + 0.05, 1.4 * lit)


def _lightest(place):
    """Return how far the bright tone lies towards the light in the picture."""
    forward, right, up = place.sun
    turn = place.heading - place.camera.yaw
    strength = place.sunny * place.light.sun[1]
    across = strength * (forward * math.sin(turn) + right * math.cos(turn))
    towards = complex(across, -strength * up - 0.25)
    return towards * (_SHIFT / abs(towards))


def _arcs(count):
    """Return half a circle about each end, 1 being forward along the axis: (2, count, 1).

    With it come the narrower outline of the bright tone, and how that bulges when it is shifted.
    """
    angles = math.pi * (np.linspace(0, 1, count) + np.array([[0.5], [1.5]]))[..., None]
    # All points but the outer ones lie so far out that the area is that of the half circle.
    middle = (count - 3) / 2
    area = math.pi / 2 / math.sin(math.pi / (count - 1))
    radius = np.ones((count, 1))
    radius[1:-1] = (math.sqrt(1 + 4 * middle * area) - 1) / (2 * middle)
    along, aside = radius * np.cos(angles), radius * np.sin(angles)
    return along + 1j * aside, along + 1j * _SHARE * aside, 1j * np.abs(aside)


_ARCS = _arcs(5), _arcs(7)
