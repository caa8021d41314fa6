"""One picture of Faces from traits and nuisance: solids, paint, light, lens."""

from course_utils.worlds import (
    face_backgrounds,
    face_expressions,
    face_hair,
    face_head,
    face_landmarks,
    face_light,
    face_paint,
    face_people,
    face_wear,
)
from course_utils.worlds.face_geometry import Pose, Solids, rotation, soft

import numpy as np

PIXEL_LABELS = ("background", "body", "face", "hair", "hat")
_UNITS = 2.4  # head units from border to border at zoom 1
_MIDDLE = -0.2  # the height on the head that is in the middle of the picture

# How much beard grows on cheeks, chin and upper lip.
_BEARDS = np.array(
    [[0, 0, 0], [0.38, 0.42, 0.40], [0, 0, 0.95], [0, 0.95, 0.9], [0.95, 0.95, 0.92]], np.float32
)


class Beard:
    """How much beard grows where, each (samples, 1, 1)."""

    def __init__(self, kind):
        self.beard_cheeks, self.beard_chin, self.beard_lip = (
            column[:, None, None] for column in _BEARDS[kind].T
        )


def drawn(traits, offsets, nuisance, dice, free, size):
    """Draw people.

    Args:
        traits: (samples, traits) float32, -1..1, in the order of `face_people.TRAITS`.
        offsets: (samples, 3) float32, 0..1, where the skin's texture starts.
        nuisance: {name: (samples,)} of `face_nuisance`.
        dice: (samples, moves) float32, -1..1.
        free: (samples, numbers) float32, 0..1.
        size: side of the picture, pixels.

    Returns:
        Four arrays: pictures (samples, size, size, 3) float32 in linear light without blur and
        noise, their backgrounds alone, landmarks (samples, 64, 2) float32 and labels
        (samples, size, size) uint8.
    """
    n = nuisance
    t = face_people.named(traits)
    move = face_expressions.moves(n["expression"], n["strength"], dice)
    m = face_head.measures(t, move)
    offsets = [offsets[:, column, None, None] for column in range(offsets.shape[1])]
    free = [free[:, column, None, None] for column in range(free.shape[1])]
    pose = Pose(rotation(n["yaw"], n["pitch"], n["roll"]), face_head.PIVOT)
    body = Pose(rotation(0.4 * n["yaw"], 0.1 * n["pitch"], 0.25 * n["roll"]), face_head.NECK_PIVOT)

    scale = (size * n["zoom"] / _UNITS)[:, None, None]
    pixel = 1 / scale
    places = np.arange(size, dtype=np.float32) + 0.5
    left = size * (0.5 + n["shift_x"])[:, None, None]
    top = size * (0.5 + n["shift_y"])[:, None, None] + _MIDDLE * scale
    x, y = (places[None, None, :] - left) / scale, (top - places[None, :, None]) / scale

    head = face_head.solids(t, move, m)
    colours, depth, cover, labels = _person(
        face_paint.Grain(size),
        t,
        m,
        move,
        n,
        offsets,
        free,
        pose,
        body,
        Solids(head, pose),
        x,
        y,
        pixel,
    )
    light = face_light.direction(n["light_side"], n["light_height"])
    labels, gloss, frame = labels
    shaded = face_light.shaded(
        colours, depth, pixel, light, n["contrast"][:, None, None], gloss,
        n["warmth"][:, None, None],
    )  # fmt: skip
    face_wear.glasses(n, m, pose, free, light, x, y, pixel, shaded, frame)
    shaded *= cover
    behind = face_backgrounds.painted(n["background"], free[20:], size)
    shaded += behind * (1 - cover)
    for light in (shaded, behind):
        light *= n["brightness"][:, None, None]

    points = face_landmarks.located(m, head, pose)
    marks = np.stack(
        [
            left[..., 0] + points[..., 0] * scale[..., 0],
            top[..., 0] - points[..., 1] * scale[..., 0],
        ],
        axis=-1,
    )
    pictures, behind = (np.ascontiguousarray(np.moveaxis(a, 0, -1)) for a in (shaded, behind))
    return pictures, behind, marks.astype(np.float32), labels


def _person(grain, t, m, move, n, offsets, free, pose, body, head, x, y, pixel):
    """Return colours, depth, cover and (labels, gloss, head coordinates) of people."""
    hues = face_people.colours(t)
    # Body
    neck, shoulders = face_head.neck(t, body)
    depth, outline = neck.depth(x, y)
    low, low_outline = shoulders.depth(x, y)
    bx, by, _ = body.own(x, y, np.maximum(depth, low))
    collar = -1.50 - 0.35 * free[9] * np.maximum(1 - np.abs(bx) / 0.45, 0)
    shirt = soft(low_outline, pixel) * soft(collar + 0.35 * bx * bx - by, pixel)
    cover = np.maximum(soft(outline, pixel), soft(low_outline, pixel))
    depth = np.maximum(depth, low)
    colours = hues.skin * np.ones_like(depth)
    face_paint.lay(colours, face_wear.clothes(grain, free, bx, by), shirt)
    depth += 0.02 * shirt
    labels = np.where(cover > 0.5, np.uint8(1), np.uint8(0))
    # Head
    top, outline = head.depth(x, y)
    mine = soft(outline, pixel)
    mine *= soft(top - depth, 0.03)
    hx, hy, hz = pose.own(x, y, top)
    hx = np.where(hz > 0, hx, np.float32(9))  # nothing is painted on the back of the head
    top += face_paint_relief(t, move, m, hx, hy, hz)
    face = np.empty_like(colours)
    face_paint.skin(grain, t, move, m, hues, offsets, hx, hy, face)
    face_paint.nostrils(t, m, hx, hy, pixel, face)
    lip = face_paint.lips(t, move, m, hues, hx, hy, pixel, face)
    gloss = (0.16 + 0.05 * t.skin_texture) * (1 + 0.8 * lip)
    rows = np.flatnonzero(n["beard"])
    if rows.size:
        _bearded(grain, rows, n, m, hues, offsets, hx, hy, hz, pixel, lip, face, gloss)
    gaze = (0.035 * (2 * free[13] - 1), 0.012 * (2 * free[14] - 1))
    opening = face_paint.eyes(t, m, hues, gaze, hx, hy, pixel, face)
    gloss *= 1 - opening
    face_paint.brows(grain, t, m, hues, offsets, hx, hy, pixel, face)
    face_paint.lay(colours, face, mine)
    gloss *= mine
    depth += (top - depth) * (mine > 0.5)
    labels[mine > 0.5] = 2
    cover = np.maximum(cover, mine)
    # Hair and hat
    hair = face_hair.Hair(t, m, pose, n["hair_style"], n["hat"], grain, 2 * free[15] - 1)
    rows = np.flatnonzero(hair.end[:, 0, 0] < 0)
    if rows.size:
        above, hairy, shade = hair.let_down(rows, x[rows], y[rows], pixel[rows], offsets)
        hairy *= soft(above - depth[rows], 0.04)
        _lay_some(rows, colours, hues.hair[:, rows] * shade, hairy)
        gloss[rows] += (0.10 * shade * shade - gloss[rows]) * hairy
        _raise_some(rows, depth, labels, cover, above, hairy, 3)
    above, hairy, shade = hair.layer(x, y, pixel, offsets)
    hairy *= np.maximum(
        soft(above - depth + 0.08, 0.04), (hy > 0.2) & ((np.abs(hx) < 0.66) | (hz < 0))
    )
    face_paint.lay(colours, hues.hair * shade, hairy)
    gloss += (0.10 * shade * shade - gloss) * hairy
    depth += (np.maximum(above, depth) - depth) * (hairy > 0.5)
    labels[hairy > 0.5] = 3
    cover = np.maximum(cover, hairy)
    rows = np.flatnonzero(n["hat"])
    if rows.size:
        hat = face_wear.Hat(n, m, pose, hair, grain, free)
        above, worn, cloth = hat.layer(rows, x[rows], y[rows], pixel[rows])
        worn *= soft(above - depth[rows] + 0.25, 0.03)
        _lay_some(rows, colours, cloth, worn)
        gloss[rows] *= 1 - worn
        _raise_some(rows, depth, labels, cover, above, worn, 4)
    return colours, depth, cover, (labels, gloss, (hx, hy, hz))


def _lay_some(rows, colours, paint, layer):
    """Paint some of the samples."""
    some = colours[:, rows]
    face_paint.lay(some, paint, layer)
    colours[:, rows] = some


def _raise_some(rows, depth, labels, cover, above, layer, label):
    """Put a layer on top of some of the samples: their depth, labels and cover."""
    here = layer > 0.5
    depth[rows] = np.where(here, np.maximum(above, depth[rows]), depth[rows])
    labels[rows] = np.where(here, np.uint8(label), labels[rows])
    cover[rows] = np.maximum(cover[rows], layer)


def face_paint_relief(t, move, m, x, y, z):
    """Return the relief of the front of the head."""
    return face_paint.relief(t, move, m, x, y) * soft(z - 0.25, 0.3)


def _bearded(grain, rows, n, m, hues, offsets, x, y, z, pixel, lip, face, gloss):
    class Some:
        pass

    some = Some()
    for name, value in vars(m).items():
        setattr(some, name, value[rows])
    shades = Some()
    shades.hair = hues.hair[:, rows]
    painted = face[:, rows]
    cover = face_paint.beard(
        grain, Beard(n["beard"][rows]), some, shades, [o[rows] for o in offsets], x[rows], y[rows],
        z[rows], pixel[rows], lip[rows], painted,
    )  # fmt: skip
    face[:, rows] = painted
    gloss[rows] *= 1 - 0.8 * cover
