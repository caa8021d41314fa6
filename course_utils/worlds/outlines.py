"""Round parts painted flat: the outline and two tones of each, for pictures of small people.

`rounded.Seen` meets the same parts with a ray for each sample; here a part is one polygon, and the
parts are sorted by distance. A part is the hull of two ellipsoids of one shape, so its outline is
the hull of two ellipses: a linear map makes circles of them, and arcs about those are mapped back.
Points and vectors of the picture are complex numbers here, u + iv.
"""

import math
from typing import NamedTuple

import numpy as np

_LARGE = 90  # height of a person in pixels from which on outlines have more points
_TONED = 36  # height from which on parts have two tones
_THINNEST, _BROAD = 0.45, 2.0  # pixels; thinner parts are left out, broader ones have two tones
_SHARE, _SHIFT = 0.62, 0.3  # breadth of the bright tone, and how far it lies towards the light
_NEARER = 0.6  # how much of a part's bulk counts when parts are sorted by distance
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
        self._known, self._shapes = sorted(set(self._names)), {}
        self.height = float((self._ends[2].reshape(2, -1) + reach).max())

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
        # From the axis on, this is the angle at which the straight sides touch the circles.
        beta = np.arccos(np.minimum(np.maximum((radii[0] - radii[1]) / length, -1), 1))
        tall = enlarged * self.height * place.scale
        constant, factor = _ANGLES[tall >= _LARGE]
        angles = constant + factor * beta
        axis = axis / length
        tones = _tones(place, tall >= _TONED)
        arcs = np.empty((len(tones), *angles.shape), complex)
        arcs.real = np.cos(angles)
        aside = np.sin(angles)
        arcs[0].imag = aside
        if len(tones) > 1:
            arcs[1].imag = _SHARE * aside + (axis.conj() * _lightest(place)).imag * np.abs(aside)
        axis = radii * axis
        forth, back = axis * shape.forth, axis.conj() * shape.back
        points = forth[:, None] * arcs + back[:, None] * arcs.conj()
        points += (u + 1j * v)[:, None]
        points = points.reshape(len(tones), -1, count).swapaxes(1, 2)
        near = (enlarged * shape.bulk - depth[0] - depth[1]).tolist()
        broad = radii[0] * shape.thin
        thinnest = min(_THINNEST, broad.max() / 3)
        parts, kept = [], []
        numbers, first = 2 * points.shape[2], 0
        for tone, gains in zip(points, tones, strict=True):
            colours = self._coloured(palette, *gains)
            chosen = (broad > thinnest).nonzero()[0]
            kept.append(tone[chosen])
            for number in chosen.tolist():
                parts.append((near[number], first, first + numbers, 0, 0, colours[number]))
                first += numbers
            thinnest = _BROAD
        points = np.concatenate(kept) if len(kept) > 1 else kept[0]
        return points.ravel().view(float).reshape(-1, 2), parts

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
            bulk = 2 * _NEARER * np.sqrt(squared[2, 2]) * self._radii.max(axis=0)
            whole = a + 1j * b
            shape = Shape(a, b, c, (whole + c) / 2, (whole - c) / 2, bulk, np.minimum(a, c))
            self._shapes[turn] = shape
        return shape

    def _coloured(self, palette, gains, haze):
        """Return the packed colour of each part."""
        (r_gain, g_gain, b_gain), (r_haze, g_haze, b_haze) = gains, haze
        colours = {}
        for name in self._known:
            red, green, blue = palette[name]
            red, green = int(red * r_gain + r_haze), int(green * g_gain + g_haze)
            blue = int(blue * b_gain + b_haze)
            if red > 255 or green > 255 or blue > 255:
                red, green, blue = min(red, 255), min(green, 255), min(blue, 255)
            colours[name] = red | green << 8 | blue << 16 | _OPAQUE
        return [colours[name] for name in self._names]


class Shape(NamedTuple):
    """How round parts look from a direction; arrays (n,) of the linear maps from circles.

    Attributes:
        a, b, c: the map takes 1 to a + ib, and i to ic.
        forth, back: the same map, as z to forth * z + back * conjugate of z.
        bulk: how far parts reach towards the camera, metres, as it counts for sorting.
        thin: the smallest radius as a share of the circle's.
    """

    a: np.ndarray
    b: np.ndarray
    c: np.ndarray
    forth: np.ndarray
    back: np.ndarray
    bulk: np.ndarray
    thin: np.ndarray


def _tones(place, toned):
    """Return the light on parts as (gains of the channels, haze): one, or dark and bright."""
    sky, sun, haze = place.tones[0:3], place.tones[3:6], place.tones[9:12]
    (forward, right, up), (eye_forward, eye_right, _) = place.sun, place.eye
    level = math.hypot(forward, right) * math.hypot(eye_forward, eye_right)
    cosine = (forward * eye_forward + right * eye_right) / level
    # The mean over the visible side of an upright limb, nearly.
    lit = 0.74 * math.sqrt(1 - 0.7 * up * up) * (0.5 + 0.5 * cosine) ** 1.65
    shares = ((0.71, 0.45 * lit), (0.83, 1.4 * lit)) if toned else ((0.78, lit),)
    return [
        (
            [
                of_sky * skylight + of_sun * sunlight
                for skylight, sunlight in zip(sky, sun, strict=True)
            ],
            haze,
        )
        for of_sky, of_sun in shares
    ]


def _lightest(place):
    """Return how far the bright tone lies towards the light in the picture."""
    forward, right, up = place.sun
    turn = place.heading - place.camera.yaw
    strength = place.sunny * place.light.sun[1]
    across = strength * (forward * math.sin(turn) + right * math.cos(turn))
    towards = complex(across, -strength * up - 0.25)
    return towards * (_SHIFT / abs(towards))


def _angles(count):
    """Return the angles about both ends as (constant, factor) of beta, (end, point, 1)."""
    steps = np.linspace(0, 1, count)
    constant = np.stack([2 * math.pi * steps, 0 * steps])
    return constant[..., None], np.stack([1 - 2 * steps, 2 * steps - 1])[..., None]


_ANGLES = _angles(4), _angles(6)
