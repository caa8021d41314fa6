"""Light on round parts: shading, folds, the shadows between parts and on the ground."""

from course_utils.worlds.rounded import axes_of

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

_THIN = 0.018  # metres; thinner parts, such as lips, cast no shadow
_RING = np.stack([np.cos(np.arange(10) * np.pi / 5), np.sin(np.arange(10) * np.pi / 5)], axis=1)


def shaded(seen, place, palette):
    """Return (colours, cover): the parts as the light of a place shows them, at picture size.

    Args:
        seen: the `rounded.Seen`.
        place: the Place whose light and coordinates are used.
        palette: colours by name, for parts that name theirs.

    Returns:
        colours (size, size, 3) float32 in 0..255, already weighted with cover (size, size, 1),
        the share of each pixel that parts cover.
    """
    rows, columns, owners, points, normals = seen.surface()
    light, (view, offset) = place.light, axes_of(place)
    colours = [palette.get(part.colour, part.colour) for part in seen.parts]
    albedo = np.array(colours, float)[owners]
    cloth = np.array([part.cloth for part in seen.parts])[owners]
    own = (points - offset) @ view
    # Folds: the normals of cloth sway with the place on the body.
    wave = np.sin(own @ (31.0, 23.0, 47.0)) + np.sin(own @ (-41.0, 37.0, 29.0) + 1.0)
    normals = normals + (0.09 * cloth * wave)[:, None] * np.array([0.5, 1.0, 0.2])
    sun = view @ np.array(place.sun)
    lit = np.maximum(normals @ sun, 0) * place.sunny
    sky = 0.74 + 0.20 * normals[:, 1] - 0.16 * normals[:, 2]
    sky *= _openness(seen, rows, columns)
    gain = light.ambient_array * sky[:, None] + 0.95 * lit[:, None] * light.sun_array
    layers = np.zeros((*seen.owner.shape, 4), np.float32)
    layers[rows, columns, :3] = np.minimum(albedo * gain, 255)
    layers[rows, columns, 3] = 1
    layers = seen.reduced(layers)
    return layers[..., :3], layers[..., 3:]


def _openness(seen, rows, columns):
    """Return how much of the sky each sample sees past what is close before it, 0..1."""
    if not len(rows):
        return np.ones(0)
    step = max(1, round(0.035 * seen.camera.focal * seen.finer / seen.depth.min()))
    depth = np.pad(seen.depth, step, constant_values=np.inf)
    here, side = seen.depth[rows, columns], depth.shape[1]
    index = (rows + step) * side + columns + step
    dark = np.zeros(len(rows))
    for down, right in ((0, 1), (0, -1), (-1, 0), (1, 1), (-1, 1)):
        before = here - depth.ravel()[index - (down * side + right) * step]
        before[(before < 0.02) | (before > 0.5)] = 0
        dark += np.minimum(before, 0.06)
    return 1 - 1.7 * dark


def shadows(parts_by_place, floor):
    """Return the light that is left on the ground, (size, size, 1) float32, 0..1.

    Args:
        parts_by_place: pairs of a Place and its Parts.
        floor: (size, size), 1 where the ground is, 0 elsewhere.
    """
    place = parts_by_place[0][0]
    camera, light = place.camera, place.light
    size = camera.size
    scale = camera.focal / place.depth
    left = np.ones((size, size), np.float32)
    strength = 0.85 * light.shadow * place.sunny
    for share, direction, blur in (
        (strength, light.direction, 0.012 * scale),
        (0.42, (0.0, 1.0, 0.0), 0.05 * scale),
    ):
        if share < 0.05:
            continue
        mask = Image.new("L", (size, size))
        draw = ImageDraw.Draw(mask)
        for where, parts in parts_by_place:
            for outline in _cast(where, parts, direction, 0.5 if direction[1] == 1 else 9.0):
                draw.polygon(outline, fill=255)
        mask = mask.filter(ImageFilter.BoxBlur(max(0.4, blur)))
        left *= 1 - np.float32(share / 255) * np.asarray(mask, np.float32)
    return (1 - (1 - left) * floor)[..., None].astype(np.float32)


def _cast(place, parts, direction, highest):
    """Return the outlines in picture pixels of the shadows of parts on the ground."""
    camera = place.camera
    view, offset = axes_of(place)
    rows = [row[:8] for row, _ in parts.round]
    for row, _ in parts.boxes:
        middle, axes, halves = np.array(row[:3]), np.reshape(row[3:12], (3, 3)), row[12:]
        longest = int(np.argmax(halves))
        half = axes[longest] * halves[longest]
        thick = sorted(halves)[1]
        rows.append((*(middle - half), *(middle + half), thick, thick))
    values = np.array(rows).reshape(-1, 8)
    low, thick = np.minimum(values[:, 2], values[:, 5]), values[:, 6:8].max(axis=1)
    values = values[(low < highest) & (thick > _THIN)]
    if not len(values):
        return []
    sin, cos = place.sin, place.cos
    lean = np.array([direction[0] * sin + direction[2] * cos,
                     direction[0] * cos - direction[2] * sin]) / direction[1]  # fmt: skip
    ends = values[:, :6].reshape(-1, 2, 3)
    ground = ends[..., :2] - ends[..., 2:] * lean
    rings = ground[:, :, None] + values[:, 6:8, None, None] * _RING
    along = ground[:, 1] - ground[:, 0]
    length = np.maximum(np.hypot(along[:, 0], along[:, 1]), 1e-6)[:, None]
    aside = np.stack([-along[:, 1], along[:, 0]], axis=1) / length
    r0, r1 = values[:, 6:7] * aside, values[:, 7:8] * aside
    quads = np.stack([ground[:, 0] + r0, ground[:, 0] - r0, ground[:, 1] - r1, ground[:, 1] + r1],
                     axis=1)  # fmt: skip
    outlines = []
    for points in (rings.reshape(-1, 10, 2), quads):
        flat = np.concatenate([points, np.zeros((*points.shape[:2], 1))], axis=2)
        across, up, depth = np.moveaxis(flat @ view.T + offset, 2, 0)
        depth = np.maximum(depth, 0.4)
        u = camera.size / 2 + camera.focal * across / depth
        v = camera.horizon - camera.focal * up / depth
        outlines += np.stack([u, v], axis=2).reshape(len(points), -1).tolist()
    return outlines
