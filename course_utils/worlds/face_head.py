"""The head of Faces: its solids, and where eyes, brows, nose and mouth lie on it."""

from types import SimpleNamespace

from course_utils.worlds.face_geometry import Ellipsoids, Solids

import numpy as np

PIVOT = (0.0, -0.35, -0.25)
NECK_PIVOT = (0.0, -1.25, -0.4)


def measures(t, move):
    """Return the measures of heads in head units, each (samples, 1, 1).

    Args:
        t: traits by name, from `face_people.named`.
        move: moves by name, from `face_expressions.moves`.
    """
    m = SimpleNamespace()
    m.width = 0.76 + 0.065 * t.head_width
    m.top = 1.11 + 0.07 * t.head_height
    m.hairline = 0.70 + 0.09 * t.forehead_height
    m.drop = 0.17 * move.mouth_open
    m.jaw_width = 0.59 + 0.10 * t.jaw_width + 0.02 * t.head_width
    m.chin_y = -1.10 - 0.12 * t.chin_length - m.drop
    # Eyes
    m.eye_x = 0.325 + 0.05 * t.eye_spacing
    m.eye_y = 0.035 * t.eye_height
    m.eye_width = 0.168 + 0.03 * t.eye_width
    open_eye = 1 + 0.55 * move.lid_open
    m.lid_upper = np.maximum((0.078 + 0.026 * t.eye_opening) * open_eye - 0.012 * move.squint, 0.02)
    m.lid_lower = np.maximum(
        0.05 + 0.012 * t.eye_opening + 0.012 * move.lid_open - 0.035 * move.squint, 0.012
    )
    m.eye_tilt = 0.03 * t.eye_tilt
    # Brows: the inner and the outer end, and the arch between them
    m.brow_y = m.eye_y + 0.235 + 0.05 * t.brow_height
    m.brow_inner = m.eye_x - 0.185 - 0.035 * move.brow_knit
    m.brow_outer = m.brow_inner + 0.41 + 0.05 * t.brow_length
    m.brow_inner_y = 0.03 * t.brow_tilt + 0.105 * move.brow_inner - 0.02
    m.brow_outer_y = -0.03 * t.brow_tilt + 0.10 * move.brow_outer - 0.02
    m.brow_arch = 0.055 + 0.045 * t.brow_arch
    m.brow_thickness = 0.044 + 0.025 * t.brow_thickness
    # Nose
    m.nose_y = -0.50 - 0.075 * t.nose_length + 0.025 * move.nose_wrinkle
    m.nose_width = 0.17 + 0.048 * t.nose_width + 0.015 * move.nose_wrinkle
    m.nose_depth = 0.94 + 0.06 * t.nose_bridge
    m.nose_upturn = 0.03 * t.nose_upturn
    m.nose_tip = 0.115 + 0.025 * t.nose_tip
    # Mouth: its seam is a curve from corner to corner, the lips open about it
    m.mouth_y = -0.755 - 0.035 * t.mouth_height - 0.03 * t.nose_length + 0.02 * move.lip_raise
    m.mouth_width = (0.275 + 0.055 * t.mouth_width) * (1 + 0.22 * move.mouth_widen)
    m.corner = 0.085 * move.mouth_corner
    m.open_upper = 0.03 * move.mouth_open + 0.02 * np.minimum(move.mouth_open, 0.3)
    m.open_lower = 0.24 * move.mouth_open
    thin = 1 - 0.6 * np.clip(move.lip_press, 0, 1)
    m.upper_lip = (0.058 + 0.03 * t.upper_lip) * thin
    m.lower_lip = (0.078 + 0.034 * t.lower_lip) * thin
    m.lip_raise = 0.055 * move.lip_raise
    m.lip_bow = 0.55 + 0.45 * t.lip_bow
    return m


def solids(t, move, m):
    """Return the head's `Ellipsoids`: skull, face, jaw, chin, nose, ears."""
    rows = [
        ((0, 0.32, -0.2), (m.width, m.top - 0.36, 0.94), 0, 0.1),
        ((0, 0.02, 0.0), (m.width - 0.04 + 0.03 * t.temple_width, 0.98, 0.80), 0, 0.15),
        (
            (0, -0.42 - 0.5 * m.drop, 0.12),
            (m.jaw_width, 0.60 + 0.05 * t.jaw_drop + 0.5 * m.drop, 0.62),
            20,
            0.2,
        ),
        (
            (0, m.chin_y + 0.32, 0.30 + 0.06 * t.chin_forward),
            (0.36 + 0.08 * t.chin_width, 0.34, 0.32),
            0,
            0.26,
        ),
    ]
    length = (0.12 - m.nose_y) / 2
    rows += [
        (
            (0, (0.16 + m.nose_y) / 2 + 0.04, m.nose_depth - 0.16),
            (0.085 + 0.3 * (m.nose_width - 0.125), length + 0.06, 0.14),
            19 + 4 * t.nose_bridge,
            0.12,
        ),
        (
            (0, m.nose_y + 0.07 + m.nose_upturn, m.nose_depth - 0.06),
            (m.nose_tip, 0.095, 0.13),
            0,
            0.08,
        ),
    ]
    for side in (-1, 1):
        rows.append(
            (
                (side * (m.nose_width - 0.065), m.nose_y + 0.045, m.nose_depth - 0.2),
                (0.075, 0.07, 0.12),
                0,
                0.05,
            )
        )
    stick_out = 0.03 * t.ear_angle
    for side in (-1, 1):
        rows.append(
            (
                (side * (m.width + 0.02 + stick_out), -0.10, -0.12),
                (0.07 + 0.5 * stick_out, 0.22 + 0.04 * t.ear_size, 0.15),
                10,
                0.03,
            )
        )
    return Ellipsoids(len(m.width), rows)


def neck(t, pose):
    """Return the `Solids` of the neck and those of the shoulders."""
    wide = 0.43 + 0.06 * t.neck_width
    broad = 1.45 + 0.15 * t.neck_width
    count = len(wide)
    throat = Ellipsoids(count, [((0, -1.2, -0.32), (wide, 1.1, 0.42), -8, 0.1)])
    shoulders = Ellipsoids(
        count,
        [
            ((0, -2.0, -0.45), (broad, 0.70, 0.6), 0, 0.1),
            ((0, -1.68, -0.42), (0.72, 0.42, 0.42), 0, 0.6),
        ],
    )
    return Solids(throat, pose), Solids(shoulders, pose)


def brow(m, x):
    """Return the middle line and the thickness of a brow at |x|, and the place 0..1 along it."""
    along = (x - m.brow_inner) / (m.brow_outer - m.brow_inner)
    away = along - 0.6
    line = m.brow_y + m.brow_inner_y + (m.brow_outer_y - m.brow_inner_y) * along
    line = line + m.brow_arch * (1 - 2.8 * away * away)
    return line, m.brow_thickness * (1.1 - 0.55 * along), along


def eye(m, x):
    """Return the upper and lower lid at |x|, and the place -1..1 from inner to outer corner."""
    along = (x - m.eye_x) / m.eye_width
    square = np.minimum(along * along, 1)
    line = m.eye_y + m.eye_tilt * along
    round_lid = 1 - 0.5 * square - 0.5 * square * square
    return line + m.lid_upper * round_lid, line - m.lid_lower * (1 - square), along


def mouth(m, x):
    """Return the edges of the lips at x, from top to bottom, and the place -1..1 along them."""
    along = x / m.mouth_width
    square = np.minimum(along * along, 1)
    arch = 1 - square
    seam = m.mouth_y + m.corner * (square - 0.35)
    upper = seam + m.open_upper * arch + m.lip_raise * arch * 0.6
    lower = seam - m.open_lower * arch
    top = upper + (m.upper_lip + 0.3 * m.lip_raise) * arch * (
        0.92 + m.lip_bow * (square * arch * 2.4 - 0.12)
    )
    bottom = lower - m.lower_lip * arch * (1.0 + 0.3 * arch)
    return top, upper, lower, bottom, along
