"""Solids of Faces: ellipsoids that melt into one another, seen from any side.

Heads are in units of about 10 cm: x to the right of the picture, y up, z towards the camera, the
eyes at y = 0. The picture is orthographic, so a ray is a pixel's (x, y) and an ellipsoid's depth
along it is a square root.
"""

import copy

import numpy as np


def rotation(yaw, pitch, roll):
    """Return the matrices (samples, 3, 3) that turn heads by these degrees (samples,).

    A positive yaw looks to the right of the picture, a positive pitch up, a positive roll
    tilts clockwise.
    """
    yaw, pitch, roll = (np.radians(np.asarray(angle, np.float32)) for angle in (yaw, pitch, roll))
    one, zero = np.ones_like(yaw), np.zeros_like(yaw)

    def matrix(*cells):
        return np.stack(cells, axis=-1).reshape(-1, 3, 3)

    sin, cos = np.sin(yaw), np.cos(yaw)
    turned = matrix(cos, zero, sin, zero, one, zero, -sin, zero, cos)
    sin, cos = np.sin(pitch), np.cos(pitch)
    nodded = matrix(one, zero, zero, zero, cos, sin, zero, -sin, cos)
    sin, cos = np.sin(roll), np.cos(roll)
    tilted = matrix(cos, sin, zero, -sin, cos, zero, zero, zero, one)
    return tilted @ nodded @ turned


class Pose:
    """How a head stands: turned by a matrix about a pivot.

    Args:
        matrix: (samples, 3, 3), from `rotation`.
        pivot: the point that stays where it is, (3,).
    """

    def __init__(self, matrix, pivot):
        self.matrix = matrix
        pivot = np.array(pivot, np.float32)
        self.shift = pivot - matrix @ pivot

    def of(self, samples):
        """Return the pose of some of the samples only."""
        some = copy.copy(self)
        some.matrix, some.shift = self.matrix[samples], self.shift[samples]
        return some

    def seen(self, points):
        """Return where points (samples, n, 3) of the head are as the camera sees them."""
        return points @ np.swapaxes(self.matrix, 1, 2) + self.shift[:, None]

    def own(self, x, y, z):
        """Return the head's own coordinates of what the camera sees at (x, y, z)."""
        m, shift = self.matrix[..., None, None], self.shift[..., None, None]
        x, y = x - shift[:, 0], y - shift[:, 1]
        z = z - shift[:, 2]
        return [m[:, 0, axis] * x + m[:, 1, axis] * y + m[:, 2, axis] * z for axis in range(3)]


class Ellipsoids:
    """Ellipsoids in the heads' own coordinates.

    Args:
        count: number of samples.
        rows: a list of (centre, radii, tilt, blend): three numbers or arrays (samples, 1, 1)
            each for centre and radii, degrees about the x axis, and how far the ellipsoid
            melts into those before it.
    """

    def __init__(self, count, rows):
        self.centres = np.empty((count, len(rows), 3), np.float32)
        self.radii = np.empty_like(self.centres)
        self.tilts = np.empty((count, len(rows)), np.float32)
        self.blends = [row[3] for row in rows]
        for number, (centre, radii, tilt, _) in enumerate(rows):
            self.tilts[:, number] = _column(tilt)
            for axis in range(3):
                self.centres[:, number, axis] = _column(centre[axis])
                self.radii[:, number, axis] = _column(radii[axis])


def _column(value):
    """Return a number as it is, an array (samples, 1, 1) as (samples,)."""
    return value[:, 0, 0] if isinstance(value, np.ndarray) else value


class Solids:
    """Ellipsoids of heads in a pose, ready to be seen.

    Args:
        rows: `Ellipsoids`.
        pose: a `Pose`.
    """

    def __init__(self, rows, pose):
        self.blends = rows.blends
        centres, radii, angles = rows.centres, rows.radii, np.radians(rows.tilts)
        count = len(centres)
        axes = np.zeros((count, len(rows.blends), 3, 3), np.float32)
        axes[..., 0, 0] = 1
        axes[..., 1, 1] = axes[..., 2, 2] = np.cos(angles)
        axes[..., 1, 2], axes[..., 2, 1] = np.sin(angles), -np.sin(angles)
        axes = pose.matrix[:, None] @ axes
        form = (axes / radii[..., None, :] ** 2) @ np.swapaxes(axes, 2, 3)
        at = pose.seen(centres)
        depth = form[..., 2, 2]
        lean = form[..., :2, 2] / depth[..., None]
        flat = form[..., :2, :2] / depth[..., None, None] - lean[..., :, None] * lean[..., None, :]
        sx, sy, sz = (at[..., axis] for axis in range(3))
        xx, xy, yy = flat[..., 0, 0], 2 * flat[..., 0, 1], flat[..., 1, 1]
        narrow = 0.5 * depth * np.minimum(1 / np.sqrt(xx * depth), 1 / np.sqrt(yy * depth))
        values = (
            1 / depth - xx * sx**2 - xy * sx * sy - yy * sy**2,
            2 * xx * sx + xy * sy,
            2 * yy * sy + xy * sx,
            -xx,
            -xy,
            -yy,
            sz + lean[..., 0] * sx + lean[..., 1] * sy,
            -lean[..., 0],
            -lean[..., 1],
            narrow,
        )
        self.values = [value.astype(np.float32)[..., None, None] for value in values]

    def of(self, samples):
        """Return the same solids of some of the samples only."""
        some = copy.copy(self)
        some.values = [value[samples] for value in self.values]
        return some

    def depth(self, x, y):
        """Return the depth of the surface along rays, and how far inside the outline they are.

        Args:
            x: (samples, 1, columns) or (samples, 1, points).
            y: (samples, rows, 1) or (samples, 1, points).

        Returns:
            Two arrays (samples, rows, columns): z, which falls steeply outside the outline, and
            roughly the distance to the outline, negative outside.
        """
        depth = outline = None
        for number, blend in enumerate(self.blends):
            c, cx, cy, cxx, cxy, cyy, z, zx, zy, narrow = (
                value[:, number] for value in self.values
            )
            inside = (cxy * y + cx) * x
            inside += (cxx * x) * x
            inside += (cyy * y + cy) * y + c
            own = np.sqrt(np.abs(inside))
            np.copysign(own, inside, out=own)
            np.minimum(own, 4 * own, out=own)  # falls off outside, whatever its shape
            own += zx * x
            own += zy * y + z
            inside *= narrow
            if depth is None:
                depth, outline = own, inside
            else:
                depth = smooth_maximum(depth, own, blend)
                np.maximum(outline, inside, out=outline)
        return depth, outline


def smooth_maximum(first, second, blend):
    """Return the larger of two arrays, rounded off where they are closer than `blend`."""
    near = np.subtract(first, second)
    np.abs(near, out=near)
    np.subtract(np.float32(blend), near, out=near)
    np.maximum(near, 0, out=near)
    near *= near
    near *= np.float32(0.25 / blend)
    near += np.maximum(first, second)
    return near


def pick(condition, yes, no):
    """Return `np.where(condition, yes, no)` as float32."""
    return np.where(condition, yes, no).astype(np.float32, copy=False)


def soft(distance, width):
    """Return 0 outside, 1 inside and a ramp of `width` where a signed distance changes sign."""
    cover = distance / width
    cover += np.float32(0.5)
    return np.clip(cover, 0, 1, out=cover)


def bump(x, y, at, radii):
    """Return a hill of height 1 at `at` that ends smoothly at `radii`."""
    first, second = (x - at[0]) / radii[0], (y - at[1]) / radii[1]
    first *= first
    second *= second
    first += second
    np.subtract(np.float32(1), first, out=first)
    np.maximum(first, 0, out=first)
    first *= first
    return first
