"""Light on Faces: shading, cast shadows and the dark of hollows, from a depth map."""

import numpy as np

_REACH = (0.05, 0.10, 0.17, 0.26, 0.40)  # head units along the ray to the light
_WRAP = np.array((0.42, 0.22, 0.14), np.float32).reshape(3, 1, 1, 1)


def direction(side, height):
    """Return where the light comes from, three arrays (samples, 1, 1), from degrees (samples,)."""
    side, height = np.radians(side)[:, None, None], np.radians(height)[:, None, None]
    return np.sin(side) * np.cos(height), np.sin(height), np.cos(side) * np.cos(height)


def normals(depth, pixel):
    """Return the surface's normals, three arrays like `depth` (samples, rows, columns)."""
    across, down = np.empty_like(depth), np.empty_like(depth)
    across[..., 1:-1] = depth[..., :-2] - depth[..., 2:]
    across[..., 0], across[..., -1] = across[..., 1], across[..., -2]
    down[:, 1:-1] = depth[:, 2:] - depth[:, :-2]
    down[:, 0], down[:, -1] = down[:, 1], down[:, -2]
    for slope in (across, down):
        slope *= 0.5 / pixel
        np.clip(slope, -4, 4, out=slope)
    ahead = across * across
    ahead += down * down
    ahead += 1
    ahead = 1 / np.sqrt(ahead)
    across *= ahead
    down *= ahead
    return across, down, ahead


def _padded(depth, room):
    """Return the depth map with `room` pixels of nothing around it."""
    count, rows, columns = depth.shape
    padded = np.full((count, rows + 2 * room, columns + 2 * room), -9, np.float32)
    padded[:, room:-room, room:-room] = depth
    return padded


def shadows(depth, light, pixel):
    """Return 1 where the light arrives and 0 where something stands before it."""
    count, rows, columns = depth.shape
    room = int(np.ceil(_REACH[-1] / pixel.min())) + 1
    padded = _padded(depth, room)
    lit = np.ones_like(depth)
    for row in range(count):
        lx, ly, lz = (float(axis[row, 0, 0]) for axis in light)
        scale = 1 / float(pixel[row, 0, 0])
        for reach in _REACH:
            dx, dy = round(reach * lx * scale), round(-reach * ly * scale)
            if dx == dy == 0:
                continue
            other = padded[row, room + dy : room + dy + rows, room + dx : room + dx + columns]
            hidden = other - depth[row]
            hidden -= np.float32(reach * lz + 0.015)
            hidden *= np.float32(-8)
            hidden += 1
            np.minimum(lit[row], hidden, out=lit[row])
    np.maximum(lit, 0, out=lit)
    return lit


def hollows(depth, pixel):
    """Return 1 on open skin and less where the surface around it is nearer to the camera."""
    rows, columns = depth.shape[1:]
    near = [max(1, round(0.10 / float(p))) for p in pixel[:, 0, 0]]
    room = max(near) + 1
    padded = _padded(depth, room)
    dark = np.zeros_like(depth)
    for row, step in enumerate(near):
        for dx, dy in ((step, 0), (-step, 0), (0, step), (0, -step)):
            other = padded[row, room + dy : room + dy + rows, room + dx : room + dx + columns]
            higher = other - depth[row]
            np.clip(higher, -0.12, 0.12, out=higher)
            dark[row] += higher
    np.maximum(dark, 0, out=dark)
    dark *= -2.2
    dark += 1
    np.maximum(dark, 0.35, out=dark)
    return dark


def shaded(colours, depth, pixel, light, contrast, gloss, warmth):
    """Return the light that leaves a surface towards the camera.

    Args:
        colours: (3, samples, rows, columns), its colours in linear light.
        depth: (samples, rows, columns), head units.
        pixel: (samples, 1, 1), the side of a pixel in head units.
        light: from `direction`.
        contrast: (samples, 1, 1), the key light's share, 0..1.
        gloss: (samples, rows, columns), how much it shines.
        warmth: (samples, 1, 1), -1 blue to 1 yellow.

    Returns:
        (3, samples, rows, columns) float32.
    """
    nx, ny, nz = normals(depth, pixel)
    lit = shadows(depth, light, pixel)
    open_sky = hollows(depth, pixel)
    facing = nx * light[0] + ny * light[1] + nz * light[2]
    ambient = (1 - contrast) * open_sky * (0.72 + 0.28 * ny)
    half = [light[0], light[1], light[2] + 1]
    length = np.sqrt(half[0] ** 2 + half[1] ** 2 + half[2] ** 2)
    shine = (nx * half[0] + ny * half[1] + nz * half[2]) / length
    np.maximum(shine, 0, out=shine)
    for _ in range(4):
        shine *= shine
    shine *= gloss
    shine *= lit
    key_colour = 1 + warmth[None] * np.array((0.08, 0.0, -0.14), np.float32).reshape(3, 1, 1, 1)
    key = (contrast * 1.55) * key_colour
    fill = 1 - 0.5 * (key_colour - 1)
    out = np.empty_like(colours)
    lit = 0.25 * open_sky * lit + 0.75 * lit
    for channel in range(3):
        wrap = _WRAP[channel]
        soft = (facing + wrap) * (1 / (1 + wrap))
        np.maximum(soft, 0, out=soft)
        soft *= lit
        soft *= key[channel]
        soft += ambient * fill[channel]
        soft *= colours[channel]
        soft += shine * key[channel]
        out[channel] = soft
    return out
