"""Solids and sprites: things built of flat parts and limbs, drawn once with smooth edges."""

import functools
import math
import operator
from typing import NamedTuple

import numpy as np
from PIL import Image, ImageDraw

_OPAQUE = -1 << 24  # the highest of four bytes is full


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

    Attributes:
        parts: (first point, end of its points, two radii, index of its material, nearer, index of
            the plane it lies in or None) of every part.
        materials: the Materials, each once.
        planes: (point, normal) of the sides that are drawn only when seen from outside.
        widest: the largest radius, metres.
    """

    def __init__(self):
        self._points, self._numbers, self.parts, self.materials = [], {}, [], []
        self.planes = {}
        self.widest = 0.0

    def polygon(self, points, material, nearer=0.0, plane=None):
        """Add a flat part; one in a `plane` is drawn only when seen from where that faces."""
        if plane is not None:
            plane = self.planes.setdefault(plane, len(self.planes))
        self._add(points, 0.0, 0.0, material, nearer, plane)

    def limb(self, start, end, r0, r1, material, nearer=0.0):
        """Add a limb of radii `r0` and `r1` metres, round at its start, cut off at its end."""
        self._add((start, end), r0, r1, material, nearer)

    def disc(self, point, across, down, material, nearer=0.0):
        """Add an ellipse that always looks at the camera, with its two radii in metres."""
        self._add((point,), across, down, material, nearer)

    def slab(self, points, half, material, nearer=0.0):
        """Add a flat part of thickness 2 * `half`, its side outline given as (forward, up)."""
        for right in (-half, half) if half < 0.1 else (-half, 0.0, half):
            self.polygon([(f, right, u) for f, u in points], material, nearer)

    def _add(self, points, r0, r1, material, nearer, plane=None):
        number = self._numbers.get(material)
        if number is None:
            number = self._numbers[material] = len(self.materials)
            self.materials.append(material)
        start = len(self._points)
        self._points += points
        self.parts.append((start, len(self._points), r0, r1, number, nearer, plane))
        self.widest = max(self.widest, r0, r1)

    @functools.cached_property
    def points(self):
        """All points, (3, n), made at the first look; no part may be added after it."""
        return np.array(self._points).T

    def seen(self, place, palette, enlarged):
        """Return (points, parts) for `drawn`: pixels (n, 2), and what to draw at them.

        A part is (nearness, first number, end of its numbers, two radii in metres, packed colour);
        the numbers are those of `points`, u and v in turn.
        """
        *points, depths = place.project(self.points, enlarged)
        depths, colours, parts = depths.tolist(), [None] * len(self.materials), []
        hidden = {number for number, plane in enumerate(self.planes) if not _seen(place, *plane)}
        for start, end, r0, r1, material, nearer, plane in self.parts:
            if plane in hidden:
                continue
            colour = colours[material]
            if colour is None:
                colour = colours[material] = _colour(self.materials[material], palette, place)
            # The middle lies between the first point and the one opposite.
            near = nearer - (depths[start] + depths[(start + end) // 2]) / 2
            parts.append((near, 2 * start, 2 * end, r0, r1, colour))
        return np.array(points).T, parts


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

    def paste(self, image, labels):
        """Lay the thing on an RGB image, and its label on the L image of labels, in place."""
        image.paste(self.colours, self.corner, self.cover)
        labels.paste(self.label, self.corner, self.solid)

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
        solids: pairs of a Solid or `outlines.Outlines`, and the palette (name to colour) it is
            drawn in.
        by_depth: whether parts are drawn from far to near, or in the order they were added.
        enlarged: factor by which the solids are larger than they were built.
    """
    projected, parts, first, widest = [], [], 0, 0.0
    for solid, palette in solids:
        points, own = solid.seen(place, palette, enlarged)
        if projected:
            own = [(near, start + first, end + first, *rest) for near, start, end, *rest in own]
        projected.append(points)
        parts += own
        first, widest = first + points.size, max(widest, solid.widest)
    if by_depth:
        parts.sort(key=_distance)
    points = projected[0] if len(projected) == 1 else np.concatenate(projected)
    margin = widest * place.scale + 1
    u, v = points.T
    left, top = math.floor(u.min() - margin), math.floor(v.min() - margin)
    right, bottom = math.ceil(u.max() + margin), math.ceil(v.max() + margin)
    width, height = right - left, bottom - top
    finer = 3 if width * height < 900 else 2
    flat = ((points - (left, top)) * finer).ravel().tolist()
    # On a clear canvas opaque colours are their own premultiplied colours, which `reduce` needs.
    image = Image.new("RGBa", (width * finer, height * finer))
    _draw(ImageDraw.Draw(image), flat, parts, place.scale * finer)
    image = image.reduce(finer).convert("RGBA")
    return Sprite(image, image.getchannel("A"), (left, top), place.depth, label)


_distance = operator.itemgetter(0)


def _seen(place, point, normal):
    """Return whether the camera is outside the plane, where its normal points."""
    (f, r, u), (f0, r0, u0), (forward, right, up) = place.eye, point, normal
    return (f - f0) * forward + (r - r0) * right + (u - u0) * up > 0


def _colour(material, palette, place):
    """Return the colour seen of a material, packed into one number as Pillow takes it."""
    name, (forward, right, up), gloss, mixed, glowing = material
    red, green, blue = palette[name]
    if glowing:
        return packed(*place.light.glow((red, green, blue), place.depth))
    if mixed:
        scale, white = 1 - abs(mixed), -255 * mixed if mixed < 0 else 0.0
        red, green, blue = red * scale + white, green * scale + white, blue * scale + white
    sun_forward, sun_right, sun_up = place.sun
    sun = forward * sun_forward + right * sun_right + up * sun_up
    sun = sun if sun > 0 else 0.0
    r_sky, g_sky, b_sky, r_sun, g_sun, b_sun, r_zenith, g_zenith, b_zenith, *haze = place.tones
    red, green, blue = (
        red * (r_sky + r_sun * sun),
        green * (g_sky + g_sun * sun),
        blue * (b_sky + b_sun * sun),
    )
    if gloss and up > 0:
        gloss *= up
        keep = 1 - 0.4 * gloss
        red, green, blue = (
            red * keep + gloss * r_zenith,
            green * keep + gloss * g_zenith,
            blue * keep + gloss * b_zenith,
        )
    return packed(red + haze[0], green + haze[1], blue + haze[2])


def packed(red, green, blue):
    """Return an opaque colour, 0 or more and cut at 255, as the number that Pillow takes."""
    red, green, blue = int(red), int(green), int(blue)
    if red > 255 or green > 255 or blue > 255:
        red, green, blue = min(red, 255), min(green, 255), min(blue, 255)
    return red | green << 8 | blue << 16 | _OPAQUE


def _draw(draw, flat, parts, scale):
    polygon, ellipse = draw.polygon, draw.ellipse
    for _, start, end, r0, r1, colour in parts:
        if end - start > 4:
            polygon(flat[start:end], fill=colour)
            continue
        r0, r1 = r0 * scale, r1 * scale
        if end - start == 2:
            u, v = flat[start:end]
            ellipse((u - r0, v - r1, u + r0, v + r1), fill=colour)
            continue
        u, v, u1, v1 = flat[start:end]
        du, dv = u1 - u, v1 - v
        length = math.hypot(du, dv)
        if length > 0.5:
            a, b = -dv / length, du / length
            a0, b0, a1, b1 = a * r0, b * r0, a * r1, b * r1
            outline = u + a0, v + b0, u - a0, v - b0, u1 - a1, v1 - b1, u1 + a1, v1 + b1
            polygon(outline, fill=colour)
        if r0 > 0.8:
            ellipse((u - r0, v - r0, u + r0, v + r0), fill=colour)
