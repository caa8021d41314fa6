"""The 64 landmarks of Faces: points of the surface that is drawn, seen or hidden."""

from course_utils.worlds import face_head
from course_utils.worlds.face_geometry import Pose, Solids

import numpy as np

COUNT = 64
JAW, BROWS, NOSE, MOUTH = slice(0, 13), slice(13, 23), slice(23, 32), slice(44, 64)
EYES = (slice(32, 38), slice(38, 44))  # the left one of the picture first
# Where each landmark's counterpart is: points of a mirrored picture, in the usual order.
MIRRORED = np.array(
    [*range(12, -1, -1), *range(22, 12, -1), *range(23, 27), *range(31, 26, -1),
     41, 40, 39, 38, 43, 42, 35, 34, 33, 32, 37, 36,
     50, 49, 48, 47, 46, 45, 44, 55, 54, 53, 52, 51, 60, 59, 58, 57, 56, 63, 62, 61]
)  # fmt: skip
_JAW_ANGLES = np.radians(np.linspace(-97, 97, 13)).astype(np.float32)
_RADII = np.linspace(0.3, 1.4, 45).astype(np.float32)
_BROW = np.array((0.05, 0.27, 0.5, 0.75, 0.97), np.float32)


def located(m, head, pose):
    """Return the landmarks of heads as the camera sees them.

    Args:
        m: measures of the heads, from `face_head.measures`.
        head: the heads' `Ellipsoids`.
        pose: the `Pose` in which they are seen.

    Returns:
        (samples, 64, 3) float32, head units, x to the right, y up, z towards the camera.
    """
    upright = Pose(np.broadcast_to(np.eye(3, dtype=np.float32), pose.matrix.shape), (0, 0, 0))
    upright = Solids(head, upright)
    x, y = _on_the_face(m)
    z, _ = upright.depth(x, y)
    jaw = _jaw_line(m, upright)
    points = np.concatenate([jaw, np.stack([x, y, z], axis=-1)[:, 0]], axis=1)
    return pose.seen(points.astype(np.float32))


def _jaw_line(m, upright):
    """Return the outline from ear to ear by the chin, (samples, 13, 3)."""
    count = len(m.width)
    angle = _JAW_ANGLES[None, :, None]
    x = np.sin(angle) * _RADII + np.zeros((count, 1, 1), np.float32)
    y = -0.2 - np.cos(angle) * _RADII * (1 + 0 * m.drop)
    z, _ = upright.depth(x, y)
    back = 0.45 * np.cos(angle) ** 2 - 0.10  # the jaw runs back to the ears
    beyond = z < back
    last = np.argmax(beyond, axis=2)
    rows, columns = np.indices(last.shape)
    before, after = z[rows, columns, last - 1], z[rows, columns, last]
    deep = back[0, :, 0] + np.zeros_like(before)
    share = (before - deep) / (before - after)
    radius = _RADII[last - 1] + share * (_RADII[1] - _RADII[0])
    return np.stack(
        [
            np.sin(_JAW_ANGLES) * radius,
            -0.2 - np.cos(_JAW_ANGLES) * radius,
            deep,
        ],
        axis=-1,
    )


def _on_the_face(m):
    """Return x and y of the landmarks on brows, nose, eyes and mouth, (samples, 1, 51) each."""
    xs, ys = [], []

    def add(x, y):
        x, y = np.broadcast_arrays(x, y)
        xs.append(x)
        ys.append(y)

    wide = m.brow_inner + (m.brow_outer - m.brow_inner) * _BROW
    line, _, _ = face_head.brow(m, wide)
    add(-wide[..., ::-1], line[..., ::-1])
    add(wide, line)
    bridge = np.linspace(0, 1, 4, dtype=np.float32)
    tip = m.nose_y + 0.07 + m.nose_upturn
    add(0 * tip, 0.06 + (tip - 0.06) * bridge)
    base = np.linspace(-1, 1, 5, dtype=np.float32)
    add(0.85 * m.nose_width * base, m.nose_y + 0.03 * np.abs(base))
    for side in (-1, 1):
        along = np.array((-1, -0.4, 0.4, 1, 0.4, -0.4), np.float32)  # clockwise from the left
        place = m.eye_x + side * along * m.eye_width
        top, bottom, _ = face_head.eye(m, place)
        above = np.array((1, 1, 1, 1, 0, 0), bool)
        add(side * place, np.where(above, top, bottom))
    outer = np.array((-1, -0.66, -0.3, 0, 0.3, 0.66, 1, 0.66, 0.3, 0, -0.3, -0.66), np.float32)
    top, upper, lower, bottom, _ = face_head.mouth(m, outer * m.mouth_width)
    add(outer * m.mouth_width, np.where(np.arange(12) < 7, top, bottom))
    inner = np.array((-0.85, -0.35, 0, 0.35, 0.85, 0.35, 0, -0.35), np.float32)
    top, upper, lower, bottom, _ = face_head.mouth(m, inner * m.mouth_width)
    add(inner * m.mouth_width, np.where(np.arange(8) < 5, upper, lower))
    return np.concatenate(xs, axis=2), np.concatenate(ys, axis=2)
