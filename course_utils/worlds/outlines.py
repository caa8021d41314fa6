"""Round parts painted flat: the outline and two tones of each, for pictures of small people.

`rounded.Seen` meets the same parts with a ray for each sample; here a part is one polygon, and the
parts are sorted by distance. A part is the hull of two ellipsoids of one shape, so its outline is
the hull of two ellipses: a linear map makes circles of them, and arcs about those are mapped back.
Points and vectors of the picture are complex numbers here, u + iv.
"""

import math
from typing import NamedTuple

import numpy as np

_LARGE = 90  # height in pixels from which on outlines have more points
_THINNEST, _BROAD = 0.45, 2.0  # pixels; thinner parts are left out, broader ones have two tones
_SKY, _SUN = 0.83, 0.69  # skylight on a part, and sunlight on one lit from where the camera is
_SHARE, _SHIFT = 0.6, 0.36  # breadth of the bright tone, and how far it lies towards the light
_TURNS = 32  # directions of view that squashed parts are looked at from
_OPAQUE = -1 << 24  # the highest of four bytes is full


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
        self._ends = np.concatenate([values[:, 0:3], values[:, 3:6]]).T.copy()
        self._radii = values[:, 6:8].T.copy()
        # The columns of each squash turn a round part into what it is.
        squash = np.linalg.inv(values[:, 9:].reshape(-1, 3, 3))
        self._squash = squash.transpose(1, 2, 0).reshape(3, -1).copy()
        reach = self._radii * np.linalg.norm(squash[:, 2], axis=1)
        self.height = float((self._ends[2].reshape(2, -1) + reach).max())
        self._known, self._shapes = sorted(set(self._names)), {}

    def seen(self, place, palette, enlarged):
        """Return (points, parts) as `sprites.Solid.seen` does."""
        camera, count = place.camera, len(self._names)
        u, v, depth = place.project(self._ends, enlarged).reshape(3, 2, count)
        radii = self._radii * (camera.focal * enlarged) / depth
        turn = place.heading - camera.yaw - place.across / place.depth
        shape = self._shape(round(turn * _TURNS / math.tau) % _TURNS)
        axis = (u[1] - u[0]) / shape.a
        axis = axis + 1j * ((v[1] - v[0] - shape.b * axis) / shape.c)
        length = np.abs(axis) + 1e-9
        # An end within the other, or nearly, becomes a circle that touches it from within.
        radii = np.maximum(radii, radii[::-1] - length)
        broad = radii[0] * shape.thin
        axis = axis / length
        along = radii * axis
        forth, back = (along * shape.forth)[:, None], (along.conj() * shape.back)[:, None]
        arcs = _ARCS[enlarged * self.height * place.scale >= _LARGE]
        middles = (u + 1j * v)[:, None]
        tones = [middles + forth * arcs + back * arcs.conj()]
        if broad.max() > _BROAD:
            shift = (axis.conj() * _lightest(place)).imag
            arcs = arcs.real + 1j * (_SHARE * arcs.imag + shift * np.abs(arcs.imag))
            tones.append(middles + forth * arcs + back * arcs.conj())
        near = (enlarged * shape.bulk - (depth[0] + depth[1]) / 2).tolist()
        least = min(_THINNEST, broad.max() / 3), _BROAD
        kept, parts, first, numbers = [], [], 0, 4 * len(arcs[0])
        for outlines, breadth, gains in zip(tones, least, _gains(place, len(tones)), strict=False):
            colours = self._coloured(palette, place, *gains)
            chosen = (broad > breadth).nonzero()[0]
            kept.append(outlines.reshape(-1, count).T[chosen])
            for number in chosen.tolist():
                colour = colours[self._names[number]]
                parts.append((near[number], first, first + numbers, 0, 0, colour))
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
            a = np.sqrt(squared[0, 0])
            b = squared[0, 1] / a
            c = np.sqrt(squared[1, 1] - b * b)
            bulk = np.sqrt(squared[2, 2]) * self._radii.max(axis=0)
            whole = a + 1j * b
            shape = Shape(a, b, c, (whole + c) / 2, (whole - c) / 2, bulk, np.minimum(a, c))
            self._shapes[turn] = shape
        return shape

    def _coloured(self, palette, place, of_sky, of_sun):
        """Return the packed colour of each name, under those shares of skylight and sunlight."""
        light, colours = place.tones, {}
        red_gain, green_gain, blue_gain = (
            of_sky * light[channel] + of_sun * light[channel + 3] for channel in range(3)
        )
        *_, red_haze, green_haze, blue_haze = light
        for name in self._known:
            red, green, blue = palette[name]
            red, green = int(red * red_gain + red_haze), int(green * green_gain + green_haze)
            blue = int(blue * blue_gain + blue_haze)
            if red > 255 or green > 255 or blue > 255:
                red, green, blue = min(red, 255), min(green, 255), min(blue, 255)
            colours[name] = red | green << 8 | blue << 16 | _OPAQUE
        return colours


class Shape(NamedTuple):
    """How round parts look from a direction; arrays (n,) of the linear maps from circles.

    Attributes:
        a, b, c: the map takes 1 to a + ib, and i to ic.
        forth, back: the same map, as z to forth * z + back * conjugate of z.
        bulk: how far parts reach from their axes towards the camera, metres.
        thin: the smallest radius as a share of the circle's.
    """

    a: np.ndarray
    b: np.ndarray
    c: np.ndarray
    forth: np.ndarray
    back: np.ndarray
    bulk: np.ndarray
    thin: np.ndarray


def _gains(place, tones):
    """Return the shares of skylight and sunlight of one tone, or of a dark and a bright one."""
    (forward, right, up), (eye_forward, eye_right, _) = place.sun, place.eye
    level = math.hypot(forward, right) * math.hypot(eye_forward, eye_right)
    cosine = (forward * eye_forward + right * eye_right) / level
    # The mean over the visible side of an upright limb, nearly.
    lit = _SUN * math.sqrt(1 - 0.7 * up * up) * (0.5 + 0.5 * cosine) ** 1.65
    if tones == 1:
        return ((_SKY, lit),)
    return (_SKY - 0.07, 0.4 * lit), (_SKY + 0.04, 1.5 * lit)


def _lightest(place):
    """Return how far the bright tone lies towards the light in the picture."""
    forward, right, up = place.sun
    turn = place.heading - place.camera.yaw
    strength = place.sunny * place.light.sun[1]
    across = strength * (forward * math.sin(turn) + right * math.cos(turn))
    towards = complex(across, -strength * up - 0.25)
    return towards * (_SHIFT / abs(towards))


def _arcs(count):
    """Return half a circle about each end, 1 being forward along the axis: (2, count, 1)."""
    angles = math.pi * (np.linspace(0, 1, count) + np.array([[0.5], [1.5]]))
    return np.exp(1j * angles)[..., None]


_ARCS = _arcs(4), _arcs(6)
