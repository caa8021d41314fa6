"""What is painted on a head of Faces: skin, eyes, brows, lips, lines, beard."""

import functools

from course_utils.worlds import face_head
from course_utils.worlds.face_geometry import bump, soft

import numpy as np

_TILE = 256

# How much beard grows on cheeks, chin and upper lip, for each of `face_nuisance.BEARDS`.
_BEARDS = np.array(
    [[0, 0, 0], [0.38, 0.42, 0.40], [0, 0, 0.95], [0, 0.95, 0.9], [0.95, 0.95, 0.92]], np.float32
)


@functools.lru_cache(maxsize=8)
def _tiles(size):
    """Return two seamless tiles of smooth noise, -1..1: pores of skin and strands of hair.

    They are no finer than what a picture of `size` pixels can show.
    """
    finest = 0.28 * size
    rng = np.random.Generator(np.random.PCG64(7))
    fx = np.fft.fftfreq(_TILE)[None] * _TILE
    fy = np.fft.fftfreq(_TILE)[:, None] * _TILE
    tiles = []
    for width, height in ((min(40.0, finest), min(40.0, finest)), (min(60.0, finest), 5.0)):
        keep = np.exp(-((fx / width) ** 2) - (fy / height) ** 2)
        keep *= np.hypot(fx / width, fy / height) ** 0.3
        field = np.fft.ifft2(np.fft.fft2(rng.standard_normal((_TILE, _TILE))) * keep).real
        tiles.append(np.clip(field / (2.2 * field.std()), -1, 1).astype(np.float32).ravel())
    return tiles


class Grain:
    """Noise for pictures of a size, sampled anywhere; one unit of x or y is one seamless tile.

    Args:
        size: side of the picture, pixels.
    """

    def __init__(self, size):
        self._pores, self._strands = _tiles(size)

    def pores(self, x, y):
        """Return noise of skin and cloth, -1..1."""
        return _taken(self._pores, x, y)

    def strands(self, x, y):
        """Return noise of hair, -1..1, that runs along y."""
        return _taken(self._strands, x, y)


def _taken(tile, x, y):
    column = (x * np.float32(_TILE) + np.float32(64 * _TILE)).astype(np.int32)
    row = (y * np.float32(_TILE) + np.float32(64 * _TILE)).astype(np.int32)
    column &= _TILE - 1
    row &= _TILE - 1
    row <<= 8
    row = row + column
    return tile.take(row)


def lay(colours, paint, cover):
    """Paint over `colours` (3, samples, rows, columns), in place, where `cover` is 1."""
    for channel, colour in enumerate(colours):
        change = paint[channel] - colour
        change *= cover
        colour += change


def relief(scene, x, y):
    """Return how far eye sockets, lids, lips and folds stand out of the solids, head units."""
    t, move, m = scene.t, scene.move, scene.m
    wide = np.abs(x)
    depth = -(0.085 + 0.03 * t.eye_depth) * bump(
        wide, y, (m.eye_x - 0.04, m.eye_y + 0.04), (0.29, 0.22)
    )
    depth += 0.055 * bump(wide, y, (m.eye_x, m.eye_y), (0.2, 0.15))
    depth += (0.06 + 0.03 * t.brow_ridge) * bump(x, y, (0, m.brow_y - 0.02), (0.62, 0.16))
    depth += 0.07 * bump(x, y, (0, m.mouth_y + 0.02 - 0.3 * m.drop), (0.42, 0.34))
    bone = (0.43 + 0.04 * t.cheekbone_width, -0.17 + 0.05 * t.cheekbone_height)
    high = 0.05 + 0.02 * t.cheekbone_width + 0.03 * move.cheek_raise
    depth += high * bump(wide, y, (bone[0], bone[1] + 0.02 * move.cheek_raise), (0.30, 0.24))
    depth += (0.03 + 0.05 * t.cheek_fullness) * bump(wide, y, (0.40, -0.55), (0.28, 0.34))
    top, upper, lower, bottom, _ = face_head.mouth(m, x)
    inside = np.maximum(1 - (x / m.mouth_width) ** 2, 0)
    for edge, other, high in ((top, upper, 0.026), (lower, bottom, 0.034)):
        middle, half = (edge + other) / 2, np.maximum((edge - other) / 2, 0.008)
        lip = (y - middle) / (1.5 * half)
        lip *= lip
        depth += high * inside * np.maximum(1 - lip, 0)
    depth -= 0.03 * bump(x, y, (0, bottom - 0.05), (0.2, 0.07))
    depth -= 0.022 * bump(x, y, (0, (top + m.nose_y) / 2 - 0.02), (0.05, 0.1))
    fold = 0.012 + 0.012 * t.age + 0.02 * np.maximum(move.mouth_corner, 0) + 0.012 * move.lip_raise
    depth -= np.maximum(fold, 0.002) * _fold(m, wide, y)
    return depth


def _fold(m, wide, y):
    """Return 1 on the fold from the wing of the nose to beside the corner of the mouth."""
    along = (m.nose_y + 0.06 - y) / (m.nose_y + 0.10 - m.mouth_y)
    line = m.nose_width + 0.04 + (m.mouth_width + 0.05 - m.nose_width) * along * (1.3 - 0.3 * along)
    off = (wide - line) / 0.05
    off *= off
    ends = np.maximum(4 * along * (1.1 - along), 0)
    return np.maximum(1 - off, 0) * np.minimum(ends, 1)


def skin(scene, x, y, colours):
    """Paint the skin: mottled, rosy cheeks, freckles, lines of age."""
    t, move, m, grain, offsets = scene.t, scene.move, scene.m, scene.grain, scene.offsets
    wide = np.abs(x)
    noise = grain.pores(0.45 * x + offsets[0], 0.45 * y + offsets[1])
    colours[:] = scene.hues.skin * (1 + (0.05 + 0.03 * t.skin_texture) * noise)
    rosy = bump(wide, y, (0.40, -0.30), (0.34, 0.30)) + 0.8 * bump(
        x, y, (0, m.nose_y + 0.08), (0.2, 0.2)
    )
    rosy *= 0.11 + 0.09 * t.ruddiness
    colours[1] *= 1 - rosy
    colours[2] *= 1 - rosy
    spots = grain.pores(1.3 * x + offsets[1], 1.3 * y + offsets[2])
    spots = np.clip(5 * (spots - 0.35), 0, 1) * np.maximum(1 - ((y + 0.2) / 0.5) ** 2, 0)
    spots *= 0.22 * np.maximum(t.freckles, 0)
    colours *= 1 - spots * np.array((0.6, 1.0, 1.2), np.float32).reshape(3, 1, 1, 1)
    old = np.maximum(t.age, 0)
    furrow = 0.10 * old + 0.12 * np.maximum(move.brow_inner, 0)
    wave = np.sin(34 * (y + 0.12 * x * x)) - 0.55
    lines = furrow * np.maximum(wave, 0) * bump(x, y, (0, m.brow_y + 0.26), (0.5, 0.17))
    lines += (0.35 * old + 0.30 * np.maximum(move.mouth_corner, 0)) * 0.4 * _fold(m, wide, y)
    lines += (
        0.30 * np.maximum(move.brow_knit, 0) * bump(wide, y, (0.055, m.brow_y - 0.02), (0.03, 0.10))
    )
    bag = (0.10 + 0.12 * old) * bump(wide, y, (m.eye_x - 0.02, m.eye_y - 0.125), (0.18, 0.05))
    lines += bag
    colours *= 1 - lines


def nostrils(scene, x, y, colours):
    """Paint the nostrils."""
    t, m, pixel = scene.t, scene.m, scene.pixel
    wide = np.abs(x)
    hole = bump(
        wide, y, (0.55 * m.nose_width, m.nose_y + 0.005 + 0.3 * m.nose_upturn),
        (0.045 + 0.008 * t.nostril_size + pixel, 0.024 + 0.012 * t.nose_upturn + pixel),
    )  # fmt: skip
    colours *= 1 - 0.8 * np.minimum(2 * hole, 1)


def eyes(scene, x, y, colours):
    """Paint both eyes: white, iris, pupil, glint, lashes, the fold of the lid.

    Returns:
        (samples, rows, columns), 1 in the opening between the lids.
    """
    t, m, pixel, details = scene.t, scene.m, scene.pixel, scene.details
    gaze = (0.035 * (2 * details.gaze_x - 1), 0.012 * (2 * details.gaze_y - 1))
    wide, side = np.abs(x), np.sign(x)
    top, bottom, along = face_head.eye(m, wide)
    inside = 1 - np.abs(along)
    ends = soft(inside * m.eye_width, pixel)
    crease = (y - top - 0.052 + 0.016 * t.lid_fold) / 0.02
    crease *= crease
    colours *= 1 - (0.34 + 0.1 * t.lid_fold) * np.maximum(1 - crease, 0) * ends
    opening = soft(top - y, pixel) * soft(y - bottom, pixel) * ends
    white = (0.80 - 0.28 * np.clip((y - top) / 0.05 + 1, 0, 1) ** 2) * (1 - 0.25 * along * along)
    warm = np.array((1.0, 0.93, 0.88), np.float32).reshape(3, 1, 1, 1)
    eye = warm * white
    dx = wide - (m.eye_x + gaze[0] * side)
    dy = y - (m.eye_y + 0.012 + gaze[1])
    radius = np.sqrt(dx * dx + dy * dy)
    lay(eye, scene.hues.iris * (0.55 + 5 * radius), soft(np.float32(0.074) - radius, pixel))
    eye *= 1 - 0.6 * np.maximum(1 - (radius - 0.072) ** 2 / 0.014**2, 0)
    eye *= 1 - 0.97 * soft(np.float32(0.032) - radius, pixel)
    glint = (dx * side + 0.022) ** 2 + (dy - 0.022) ** 2
    eye += 0.75 * np.maximum(1 - glint / (0.013 + 0.5 * pixel) ** 2, 0)
    lay(colours, eye, opening)
    lash = (y - top - 0.004) / (0.014 + 0.6 * pixel)
    lash *= lash
    dark = 0.85 * np.maximum(1 - lash, 0) * soft(inside * m.eye_width + 0.015, pixel)
    below = (y - bottom) / (0.008 + 0.6 * pixel)
    below *= below
    dark = np.maximum(dark, 0.4 * np.maximum(1 - below, 0) * ends)
    colours *= 1 - dark
    return opening


def brows(scene, x, y, colours):
    """Paint both brows."""
    wide = np.abs(x)
    line, thickness, along = face_head.brow(scene.m, wide)
    hairs = scene.grain.strands(1.2 * y + 0.5 * wide + scene.offsets[0], 0.3 * wide)
    across = (y - line) / (thickness + 0.4 * scene.pixel)
    across *= across
    cover = np.maximum(1 - across, 0) * soft(np.minimum(along, 1.02 - along), 0.12)
    cover *= (0.95 + 0.2 * scene.t.brow_darkness) * (1.2 + 0.35 * hairs)
    lay(colours, 0.55 * scene.hues.hair + 0.01, np.minimum(cover, 0.95))


def lips(scene, x, y, colours):
    """Paint the mouth: lips, teeth and the dark between them.

    Returns:
        (samples, rows, columns), 1 on the lips.
    """
    m, pixel = scene.m, scene.pixel
    top, upper, lower, bottom, along = face_head.mouth(m, x)
    ends = soft((1 - np.abs(along)) * m.mouth_width + 0.01, 0.03 + pixel)
    cover = soft(top - y, 0.012 + pixel) * soft(y - bottom, 0.02 + pixel) * ends
    shade = 1 - 0.22 * soft(y - (upper + lower) / 2, 0.02 + pixel)
    lay(colours, scene.hues.lips * shade, 0.85 * cover)
    seam = (y - (upper + lower) / 2) / (0.012 + 0.6 * pixel)
    seam *= seam
    colours *= 1 - 0.72 * np.maximum(1 - seam, 0) * soft(
        (1.06 - np.abs(along)) * m.mouth_width, 0.02 + pixel
    )
    gap = soft(upper - y, pixel) * soft(y - lower, pixel) * ends
    dark = np.array((0.055, 0.012, 0.012), np.float32).reshape(3, 1, 1, 1)
    inner = np.broadcast_to(dark, colours.shape).copy()
    teeth = soft(0.062 - (upper - y), 0.015 + pixel) * (1 - 0.35 * along * along)
    lay(inner, np.array((0.66, 0.62, 0.53), np.float32).reshape(3, 1, 1, 1), teeth)
    tongue = bump(x, y, (0, lower + 0.015), (0.16, 0.11)) * 0.8
    lay(inner, np.array((0.36, 0.10, 0.09), np.float32).reshape(3, 1, 1, 1), tongue)
    lay(colours, inner, gap * np.clip((upper - lower) / 0.02 - 0.5, 0, 1))
    return cover


def beard(scene, x, y, z, lip, colours):
    """Paint beards, from stubble to full, but not on lips.

    Returns:
        (samples, rows, columns), 1 where nothing but hair is seen.
    """
    m, offsets = scene.m, scene.offsets
    cheeks, low, above = (column[:, None, None] for column in _BEARDS[scene.n["beard"]].T)
    wide = np.abs(x)
    hairs = scene.grain.strands(0.9 * x + offsets[1], 0.25 * y + offsets[2])
    edge = -0.42 - 0.45 * (1 - wide / 0.62) ** 2
    full = soft(edge - y, 0.10) * soft(0.16 + z, 0.2)
    chin = bump(x, y, (0, m.chin_y + 0.14), (0.36, 0.34))
    tache = soft(m.nose_y - 0.05 - y, 0.05) * soft(y - m.mouth_y + 0.02, 0.05)
    tache *= soft(m.mouth_width + 0.05 - wide - 0.3 * (m.mouth_y + 0.1 - y), 0.07)
    around = soft(m.mouth_width + 0.09 - wide, 0.07) * soft(m.mouth_y + 0.05 - y, 0.08)
    cover = cheeks * full
    cover = np.maximum(cover, low * np.minimum(2.5 * chin, 1))
    cover = np.maximum(cover, low * 0.9 * around * soft(-0.5 - y, 0.1))
    cover = np.maximum(cover, above * tache)
    cover *= (1 + 0.3 * hairs) * (1 - lip)
    np.clip(cover, 0, 0.96, out=cover)
    lay(colours, scene.hues.hair * (0.75 + 0.35 * hairs), cover)
    return cover
