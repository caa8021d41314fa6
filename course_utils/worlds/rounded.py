"""Round and boxy parts seen by a camera: for each pixel the nearest part, its depth and normal.

A round part is the hull of two balls, squashed along one direction if wished: a limb, a trunk's
section, an ellipsoid. Rays are intersected with them exactly, so parts hide one another as they
do in life.

Source: Inigo Quilez, "Rounded cone - intersection", https://iquilezles.org/articles/intersectors
"""

import math
from typing import NamedTuple

import numpy as np

_CHUNK = 40_000  # samples looked at in one go
_SHORT = 1e-3  # length of a ball's axis, as a share of its radius


class Part(NamedTuple):
    """What a part is called and made of.

    Attributes:
        piece: name of the piece of the body or thing it belongs to, such as "right_shin".
        colour: its own colour, three values in 0..255, or the name of one in a palette.
        cloth: how strongly folds roughen it, 0 for skin and wood.
    """

    piece: str
    colour: tuple | str
    cloth: float = 0.0


def squashed(*shares):
    """Return a stretch for `Parts.limb` that makes a part thinner or thicker.

    Args:
        *shares: pairs of a unit vector and the thickness along it as a share of what it was;
            the vectors are at right angles.
    """
    stretch = np.eye(3)
    for direction, share in shares:
        stretch += (1 / share - 1) * np.outer(direction, direction)
    return stretch, max(1.0, *(share for _, share in shares))


_ROUND = np.eye(3), 1.0


class Parts:
    """Parts in a place's own coordinates (forward, right, up), metres."""

    def __init__(self):
        self.round, self.boxes = [], []

    def limb(self, start, end, r0, r1, part, stretch=_ROUND):
        """Add the hull of two balls of radii `r0` and `r1` metres, see `squashed`."""
        matrix, widest = stretch
        self.round.append(((*start, *end, r0, r1, widest, *matrix.ravel()), part))

    def ball(self, middle, radius, part, stretch=_ROUND):
        """Add a ball, or an ellipsoid when it is squashed."""
        end = (middle[0], middle[1], middle[2] + _SHORT * radius)
        self.limb(middle, end, radius, radius, part, stretch)

    def box(self, middle, axes, halves, part):
        """Add a box: `axes` are its three unit vectors, (3, 3), `halves` half its three sizes."""
        self.boxes.append(((*middle, *np.ravel(axes), *halves), part))


class Seen:
    """What a camera sees of parts: arrays of (rows, columns) at `finer` times its resolution.

    Attributes:
        finer: how many samples a pixel has along each side.
        owner: int, the index into `parts` of the nearest part, -1 for none.
        depth: distance along the view, metres, infinite where there is nothing.
        parts: list of Part.
    """

    def __init__(self, camera, finer):
        self.finer, self.camera, self.parts = finer, camera, []
        side = camera.size * finer
        self.owner = np.full((side, side), -1, np.int32)
        self.depth = np.full((side, side), np.inf)
        steps = (np.arange(side) + 0.5) / finer
        self._x = (steps - camera.size / 2) / camera.focal
        self._y = (camera.horizon - steps) / camera.focal
        self._normals = []

    def add(self, place, parts):
        """See more parts, given in the coordinates of `place`."""
        view, offset = axes_of(place)
        if parts.round:
            self._add_round(view, offset, parts.round)
        if parts.boxes:
            self._add_boxes(view, offset, parts.boxes)

    def _window(self, points, reach):
        """Return the slices of samples that balls about `points`, (n, k, 3), can cover."""
        depth = np.maximum(points[..., 2] - reach, 0.1)
        side, focal = len(self.owner), self.camera.focal * self.finer
        column = self.camera.size * self.finer / 2 + focal * points[..., 0] / depth
        row = self.camera.horizon * self.finer - focal * points[..., 1] / depth
        reach = 1.02 * focal * reach / depth + 1
        low = [np.floor((v - reach).min(axis=1)).clip(0, side) for v in (row, column)]
        high = [np.ceil((v + reach).max(axis=1)).clip(0, side) for v in (row, column)]
        return np.stack([low[0], high[0], low[1], high[1]], axis=1).astype(int).tolist()

    def _add_round(self, view, offset, rows):
        values = np.array([row for row, _ in rows])
        start, end = values[:, 0:3] @ view.T + offset, values[:, 3:6] @ view.T + offset
        ra, rb = values[:, 6], values[:, 7]
        # In the stretched space the part is round; a ray keeps its parameter there.
        stretch = view @ values[:, 9:].reshape(-1, 3, 3) @ view.T
        a = np.einsum("nij,nj->ni", stretch, start)
        ba = np.einsum("nij,nj->ni", stretch, end) - a
        m0, m1, m5 = (ba * ba).sum(axis=1), -(ba * a).sum(axis=1), (a * a).sum(axis=1)
        rr = ra - rb
        d2 = m0 - rr * rr
        k0 = d2 * m5 - m1 * m1 + 2 * m1 * rr * ra - m0 * ra * ra
        to_axis = np.einsum("nij,nj->ni", stretch, ba)  # linear in the ray, as all these
        to_start = -np.einsum("nij,nj->ni", stretch, a)
        to_body = d2[:, None] * to_start + (rr * ra - m1)[:, None] * to_axis
        b = a + ba
        ca, cb = m5 - ra * ra, (b * b).sum(axis=1) - rb * rb
        squared = np.einsum("nij,njk->nik", stretch, stretch)
        reach = np.maximum(ra, rb) * values[:, 8]
        windows = self._window(np.stack([start, end], axis=1), reach[:, None])
        first = len(self.parts)
        self.parts += [part for _, part in rows]
        constants = np.column_stack([
            to_axis, to_start, to_body, squared[:, [0, 1, 2, 0, 0, 1], [0, 1, 2, 1, 2, 2]],
            d2, k0, m1 - ra * rr, ca, cb,
        ]).T  # fmt: skip
        for number, row, column in self._samples(windows):
            met, depth = _depths(constants[:, number], self._x[column], self._y[row])
            sample = row[met] * len(self.owner) + column[met]
            self._keep(first + number[met], sample, depth)
        self._normals.append((first, a, ba, m1 - ra * rr, d2, to_axis, stretch))

    def _samples(self, windows):
        """Yield (part, row, column) of all samples in the windows, some ten thousand at a time."""
        windows = np.array(windows)
        high, wide = (windows[:, 1] - windows[:, 0]), (windows[:, 3] - windows[:, 2])
        counts = high.clip(0) * wide.clip(0)
        chunk = np.cumsum(counts) // _CHUNK
        for number in np.unique(chunk):
            chosen = np.flatnonzero((chunk == number) & (counts > 0))
            if len(chosen):
                many = counts[chosen]
                part = np.repeat(chosen, many)
                place = np.arange(many.sum()) - np.repeat(np.cumsum(many) - many, many)
                row, column = np.divmod(place, wide[part])
                yield part, row + windows[part, 0], column + windows[part, 2]

    def _keep(self, number, sample, depth):
        """Note the parts `number` at samples where they are nearer than what was there."""
        met = np.flatnonzero((depth > 0) & (depth < self.depth.ravel()[sample]))
        number, sample, depth = number[met], sample[met], depth[met]
        nearest, owner = self.depth.ravel(), self.owner.ravel()
        np.minimum.at(nearest, sample, depth)
        wins = depth == nearest[sample]
        owner[sample[wins]] = number[wins]

    def _add_boxes(self, view, offset, rows):
        values = np.array([row for row, _ in rows])
        middle = values[:, :3] @ view.T + offset
        axes = values[:, 3:12].reshape(-1, 3, 3) @ view.T
        halves = values[:, 12:15]
        signs = np.array([[a, b, c] for a in (-1, 1) for b in (-1, 1) for c in (-1, 1)])
        corners = middle[:, None] + np.einsum("kj,nj,njc->nkc", signs, halves, axes)
        first = len(self.parts)
        self.parts += [part for _, part in rows]
        distance = np.einsum("nij,nj->ni", axes, middle)
        for number, row, column in self._samples(self._window(corners, 0.0)):
            x, y = self._x[column], self._y[row]
            enter, leave = -np.inf, np.inf
            for side in range(3):
                across, up, along = axes[number, side].T
                speed = across * x + up * y + along
                speed[abs(speed) < 1e-9] = 1e-9
                centre, half = distance[number, side] / speed, abs(halves[number, side] / speed)
                enter = np.maximum(enter, centre - half)
                leave = np.minimum(leave, centre + half)
            depth = np.where(enter < leave, enter, np.inf)
            self._keep(first + number, row * len(self.owner) + column, depth)
        self._normals.append((first, middle, axes, halves))

    def surface(self):
        """Return (rows, columns, owners, points, normals) of all samples that show a part.

        Points and normals are in view coordinates (right, up, along the view), metres, (n, 3).
        """
        rows, columns = np.nonzero(self.owner >= 0)
        owners, depth = self.owner[rows, columns], self.depth[rows, columns]
        rays = np.stack([self._x[columns], self._y[rows], np.ones(len(rows))], axis=1)
        points, normals = rays * depth[:, None], np.zeros((len(rows), 3))
        for group in self._normals:
            first, count = group[0], len(group[1])
            chosen = np.flatnonzero((owners >= first) & (owners < first + count))
            own, at = owners[chosen] - first, points[chosen]
            if len(group) == 4:
                normals[chosen] = _box_normals(at, *(values[own] for values in group[1:]))
            else:
                normals[chosen] = _round_normals(at, *(values[own] for values in group[1:]))
        return rows, columns, owners, points, normals

    def reduced(self, samples):
        """Return the mean of each pixel's samples, (size, size, ...) float32."""
        n = self.finer
        total = samples[::n, ::n].astype(np.float32)
        for row in range(n):
            for column in range(n):
                if row or column:
                    total += samples[row::n, column::n]
        return total / np.float32(n * n)


def _depths(constants, x, y):
    """Return (met, depth): which rays (x, y, 1) meet their round part, and where along them."""
    (ax, ay, az, sx, sy, sz, bx, by, bz, xx, yy, zz, xy, xz, yz, d2, k0, m1, ca, cb) = constants
    square = (xx * x + 2 * (xz + xy * y)) * x + (yy * y + 2 * yz) * y + zz
    along = ax * x + ay * y + az
    body = bx * x + by * y + bz
    k2 = d2 * square - along * along
    root = body * body - k0 * k2
    # Rays without a root miss the cone, and so the balls within it; one along the axis has one.
    met = np.flatnonzero(root > -1e-9 * body * body)
    square, along, x, y, d2 = square[met], along[met], x[met], y[met], d2[met]
    depth = (-np.sqrt(np.maximum(root[met], 0)) - body[met]) / k2[met]
    place = depth * along + m1[met]
    # Where the ray meets no side of the cone, it may meet one of the two balls at the ends.
    ends = np.flatnonzero((place <= 0) | (place >= d2))
    rest, square, along = met[ends], square[ends], along[ends]
    start = sx[rest] * x[ends] + sy[rest] * y[ends] + sz[rest]
    nearest = np.full(len(ends), np.inf)
    for straight, c in ((start, ca[rest]), (start - along, cb[rest])):
        root = straight * straight - square * c
        hit = (-straight - np.sqrt(np.maximum(root, 0))) / square
        np.minimum(nearest, hit, out=nearest, where=root > 0)
    depth[ends] = nearest
    return met, depth


def _round_normals(points, a, ba, m1, d2, to_axis, stretch):
    share = (m1 + np.einsum("ni,ni->n", to_axis, points)) / np.maximum(d2, 1e-12)
    middle = a + ba * share.clip(0, 1)[:, None]
    away = np.einsum("nij,nj->ni", stretch, points) - middle
    away = np.einsum("nij,nj->ni", stretch, away)
    return away / np.maximum(np.linalg.norm(away, axis=1, keepdims=True), 1e-9)


def _box_normals(points, middle, axes, halves):
    local = np.einsum("nij,nj->ni", axes, points - middle) / halves
    side = abs(local).argmax(axis=1)
    chosen = np.arange(len(points))
    return axes[chosen, side] * np.sign(local[chosen, side])[:, None]


def axes_of(place):
    """Return (view, offset): own (forward, right, up) as (right, up, depth) of the camera."""
    turn = place.heading - place.camera.yaw
    sin, cos = math.sin(turn), math.cos(turn)
    view = np.array([[sin, cos, 0.0], [0.0, 0.0, 1.0], [cos, -sin, 0.0]])
    return view, np.array([place.across, -place.camera.height, place.depth])
