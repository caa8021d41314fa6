"""Solids and sprites: things built of flat parts and limbs, drawn once with smooth edges."""

import math
from typing import NamedTuple

import numpy as np
from PIL import Image, ImageDraw


class Material(NamedTuple):
    """How a part takes the light.

    Attributes:
        name: key of the palette's colour.
        normal: direction of the surface in own coordinates; shorter than 1 for round, rough parts.
        gloss: share of the sky mirrored by surfaces that face up.
        mixed: share (0..1) of black, or of white when negative, mixed into the colour.
        glowing: whether the part shines by itself, whatever the light.
    """

    name: str
    normal: tuple = (0.0, 0.0, 0.6)
    gloss: float = 0.0
    mixed: float = 0.0
    glowing: bool = False

    def seen(self, place, palette):
        """Return the colour seen at a Place, (red, green, blue) in 0..255."""
        albedo, mixed = palette[self.name], self.mixed
        if mixed > 0:
            albedo = tuple(channel * (1 - mixed) for channel in albedo)
        elif mixed < 0:
            albedo = tuple(channel - mixed * (255 - channel) for channel in albedo)
        if self.glowing:
            return place.light.glow(albedo, place.depth)
        return place.shade(albedo, self.normal, self.gloss)


class Solid:
    """Parts in a thing's own coordinates (forward, right, up), metres.

    Built once, it can be drawn at any Place and in any colours. `nearer` moves a part towards the
    camera, metres, when parts are sorted by distance.
    """

    def __init__(self):
        self._points, self._parts, self._facing = [], [], {}
        self._arrays = None

    def polygon(self, points, material, nearer=0.0, facing=None):
        """Add a flat part; one with a normal `facing` is drawn only when seen from that side."""
        if facing is not None:
            self._facing[len(self._parts)] = (*points[0], *facing)
        self._parts.append((len(self._points), len(points), 0.0, 0.0, material, nearer))
        self._points += points

    def limb(self, start, end, r0, r1, material, nearer=0.0):
        """Add a limb: balls of radii `r0` and `r1` metres and everything between them."""
        self._parts.append((len(self._points), 2, r0, r1, material, nearer))
        self._points += (start, end)

    def disc(self, point, across, down, material, nearer=0.0):
        """Add an ellipse that always looks at the camera, with its two radii in metres."""
        self._parts.append((len(self._points), 1, across, down, material, nearer))
        self._points.append(point)

    def slab(self, points, half, material, nearer=0.0):
        """Add a flat part of thickness 2 * `half`, its side outline given as (forward, up)."""
        for right in (-half, 0.0, half):
            self.polygon([(f, right, u) for f, u in points], material, nearer)

    def arrays(self):
        """Return the parts as arrays: points, starts, counts, radii, nearer, facing."""
        if self._arrays is None:
            starts, counts, r0, r1, _, nearer = zip(*self._parts, strict=True)
            self._arrays = (
                np.array(self._points, float), np.array(starts), np.array(counts), r0, r1,
                np.array(nearer), [part[4] for part in self._parts],
                np.array(list(self._facing)), np.array(list(self._facing.values())),
            )  # fmt: skip
        return self._arrays


class Sprite:
    """A drawn thing and where it stands in the picture.

    Attributes:
        image: RGBA, the pixels of the thing at the picture's resolution.
        solid: mode 1, set where the thing covers at least half a pixel.
        corner: (column, row) of its top left pixel in the picture; may lie outside.
        depth: distance from the camera, metres.
        label: what its pixels are called (an index of `streets.PIXEL_LABELS`).
        area: number of solid pixels, those outside the picture included.
    """

    def __init__(self, image, corner, depth, label):
        self.image, self.corner, self.depth, self.label = image, corner, depth, label
        self.solid = image.getchannel("A").convert("1", dither=Image.Dither.NONE)
        self.area = self.solid.histogram()[255]

    def extent(self):
        """Return the solid pixels' (left, top, right, bottom) in the picture, None if empty."""
        box = self.solid.getbbox()
        if box is None:
            return None
        left, top = self.corner
        return box[0] + left, box[1] + top, box[2] + left, box[3] + top


def drawn(place, label, solids, by_depth=True):
    """Draw solids that belong together and return them as one Sprite.

    Args:
        place: the Place where they stand.
        label: index of `streets.PIXEL_LABELS`.
        solids: pairs of a Solid and the palette (name to colour) it is drawn in.
        by_depth: whether parts are drawn from far to near, or in the order they were added.
    """
    points, parts, margin = [], [], 0.0
    for solid, palette in solids:
        own, starts, counts, r0, r1, nearer, materials, faced, facing = solid.arrays()
        u, v, depth = place.project(own)
        if by_depth:
            keys = nearer - np.add.reduceat(depth, starts) / counts
        else:
            keys = nearer
        hidden = set()
        if len(faced):
            looks = ((np.array(place.eye) - facing[:, :3]) * facing[:, 3:]).sum(axis=1)
            hidden = set(faced[looks <= 0].tolist())
        seen, offset = {}, 2 * sum(len(array) for array in points)
        for index, key in enumerate(keys.tolist()):
            if index in hidden:
                continue
            material = materials[index]
            colour = seen.get(material)
            if colour is None:
                colour = seen[material] = material.seen(place, palette)
            start = offset + 2 * int(starts[index])
            parts.append((key, start, int(counts[index]), r0[index], r1[index], colour))
        points.append(np.stack([u, v], axis=1))
        margin = max(margin, *r0, *r1)
    if by_depth:
        parts.sort(key=_by_key)
    points = np.concatenate(points) if len(points) > 1 else points[0]
    margin = margin * place.scale + 1
    low = np.floor(points.min(axis=0) - margin)
    width, height = np.ceil(points.max(axis=0) + margin - low).astype(int).tolist()
    finer = 4 if height <= 40 else 3 if height <= 72 else 2
    flat = ((points - low) * finer).ravel().tolist()
    image = Image.new("RGBA", (width * finer, height * finer))
    _draw(ImageDraw.Draw(image), flat, parts, place.scale * finer)
    return Sprite(image.reduce(finer), (int(low[0]), int(low[1])), place.depth, label)


def _by_key(part):
    return part[0]


def _draw(draw, flat, parts, scale):
    for _, start, count, r0, r1, colour in parts:
        if count > 2:
            draw.polygon(flat[start : start + 2 * count], fill=colour)
            continue
        r0, r1 = r0 * scale, r1 * scale
        u, v = flat[start], flat[start + 1]
        if count == 1:
            draw.ellipse((u - r0, v - r1, u + r0, v + r1), fill=colour)
            continue
        u1, v1 = flat[start + 2], flat[start + 3]
        du, dv = u1 - u, v1 - v
        length = math.hypot(du, dv)
        if length > 0.5:
            a, b = -dv / length, du / length
            outline = (u + a * r0, v + b * r0, u - a * r0, v - b * r0,
                       u1 - a * r1, v1 - b * r1, u1 + a * r1, v1 + b * r1)  # fmt: skip
            draw.polygon(outline, fill=colour)
        if r0 > 0.8:
            draw.ellipse((u - r0, v - r0, u + r0, v + r0), fill=colour)
        if r1 > 0.8:
            draw.ellipse((u1 - r1, v1 - r1, u1 + r1, v1 + r1), fill=colour)
