"""Solids and sprites: things built of flat parts and limbs, drawn once with smooth edges."""

import functools
import math
from typing import NamedTuple

import numpy as np
from PIL import Image, ImageDraw

_PACKED, _OPAQUE = np.array([1, 1 << 8, 1 << 16]), 255 << 24


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


class Solid:
    """Parts in a thing's own coordinates (forward, right, up), metres.

    Built once, it can be drawn at any Place and in any colours. `nearer` moves a part towards the
    camera, metres, when parts are sorted by distance.
    """

    def __init__(self):
        self._points, self._parts, self._facing = [], [], {}
        self._frozen = None

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
        for right in (-half, half) if half < 0.1 else (-half, 0.0, half):
            self.polygon([(f, right, u) for f, u in points], material, nearer)

    def frozen(self):
        """Return the parts as arrays, made at the first call; nothing may be added after it."""
        if self._frozen is None:
            self._frozen = _Frozen(self._points, self._parts, self._facing)
        return self._frozen


class _Frozen:
    """The parts of a Solid as arrays."""

    def __init__(self, points, parts, facing):
        self.points = np.array(points, float)
        starts, counts, r0, r1, materials, nearer = zip(*parts, strict=True)
        self.starts, self.counts = np.array(starts), np.array(counts)
        self.nearer, self.widest = np.array(nearer), max(*r0, *r1)
        unique = list(dict.fromkeys(materials))
        index = {material: number for number, material in enumerate(unique)}
        self.parts = [
            (2 * start, 2 * count, a, b, index[material])
            for start, count, a, b, material in zip(starts, counts, r0, r1, materials, strict=True)
        ]
        self.names = [material.name for material in unique]
        self.normals = np.array([material.normal for material in unique])
        gloss = np.array([material.gloss for material in unique])
        # A colour c with a share of black or white in it is c * scale + added.
        mixed = np.array([material.mixed for material in unique])[:, None]
        self.mixed_scale, self.mixed_added = 1 - abs(mixed), np.maximum(-mixed, 0) * 255
        self.glossy = (gloss * np.maximum(self.normals[:, 2], 0))[:, None]
        self.glowing = [number for number, material in enumerate(unique) if material.glowing]
        self.faced = np.array(list(facing), int)
        self.facing = np.array(list(facing.values())).reshape(-1, 6)

    def colours(self, place, palette):
        """Return the colour seen of each material, packed into one number as Pillow takes it."""
        albedo = np.array([palette[name] for name in self.names])
        albedo = albedo * self.mixed_scale + self.mixed_added
        colours = place.shade_many(albedo, np.maximum(self.normals @ place.sun, 0), self.glossy)
        for number in self.glowing:
            colours[number] = place.light.glow(palette[self.names[number]], place.depth)
        return (colours.astype(np.int64) @ _PACKED + _OPAQUE).tolist()

    def facing_camera(self, place):
        """Return the indices of the parts that do not face away from the camera, in order."""
        kept = np.ones(len(self.parts), bool)
        if len(self.faced):
            looks = (place.eye - self.facing[:, :3]) * self.facing[:, 3:]
            kept[self.faced[looks.sum(axis=1) <= 0]] = False
        return np.flatnonzero(kept)


class Sprite:
    """A drawn thing and where it stands in the picture.

    Attributes:
        colours, cover: RGB or RGBA, and L, the thing's pixels at the picture's resolution and how
            far it covers each.
        solid: mode 1, set where the thing covers at least half a pixel.
        corner: (column, row) of its top left pixel in the picture; may lie outside.
        depth: distance from the camera, metres.
        label: what its pixels are called (an index of `streets.PIXEL_LABELS`).
    """

    def __init__(self, colours, cover, corner, depth, label):
        self.colours, self.cover = colours, cover
        self.corner, self.depth, self.label = corner, depth, label
        self.solid = cover.convert("1", dither=Image.Dither.NONE)

    @functools.cached_property
    def area(self):
        """The number of solid pixels, those outside the picture included."""
        return self.solid.histogram()[255]

    def extent(self):
        """Return the solid pixels' (left, top, right, bottom) in the picture, None if empty."""
        box = self.solid.getbbox()
        if box is None:
            return None
        left, top = self.corner
        return box[0] + left, box[1] + top, box[2] + left, box[3] + top


def drawn(place, label, solids, by_depth=True, enlarged=1.0):
    """Draw solids that belong together and return them as one Sprite.

    Args:
        place: the Place where they stand.
        label: index of `streets.PIXEL_LABELS`.
        solids: pairs of a Solid and the palette (name to colour) it is drawn in.
        by_depth: whether parts are drawn from far to near, or in the order they were added.
        enlarged: factor by which the solids are larger than they were built.
    """
    us, vs, keys, parts, margin = [], [], [], [], 0.0
    for solid, palette in solids:
        own, offset = solid.frozen(), 2 * sum(map(len, us))
        u, v, depth = place.project(own.points if enlarged == 1.0 else own.points * enlarged)
        colours, kept = own.colours(place, palette), own.facing_camera(place)
        if by_depth:
            near = own.nearer - np.add.reduceat(depth, own.starts) / own.counts
            keys.append(near[kept])
        for start, count, r0, r1, material in map(own.parts.__getitem__, kept.tolist()):
            parts.append((start + offset, count, r0, r1, colours[material]))
        us.append(u)
        vs.append(v)
        margin = max(margin, own.widest)
    if by_depth:
        order = np.argsort(np.concatenate(keys), kind="stable").tolist()
        parts = [parts[index] for index in order]
    u, v = (us[0], vs[0]) if len(us) == 1 else (np.concatenate(us), np.concatenate(vs))
    margin = margin * place.scale + 1
    left, top = math.floor(u.min() - margin), math.floor(v.min() - margin)
    width, height = math.ceil(u.max() + margin) - left, math.ceil(v.max() + margin) - top
    finer = 4 if width * height < 1600 else 3 if width * height < 5000 else 2
    flat = np.empty(2 * len(u))
    flat[::2], flat[1::2] = u - left, v - top
    flat = (flat * finer).tolist()
    # On a clear canvas opaque colours are their own premultiplied colours, which `reduce` needs.
    image = Image.new("RGBa", (width * finer, height * finer))
    _draw(ImageDraw.Draw(image), flat, parts, place.scale * finer)
    image = image.reduce(finer).convert("RGBA")
    return Sprite(image, image.getchannel("A"), (left, top), place.depth, label)


def _draw(draw, flat, parts, scale):
    for start, count, r0, r1, colour in parts:
        if count > 4:
            draw.polygon(flat[start : start + count], fill=colour)
            continue
        r0, r1 = r0 * scale, r1 * scale
        u, v = flat[start], flat[start + 1]
        if count == 2:
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
