"""Sprites: things drawn once with smooth edges, then laid into the picture by depth."""

import math

import numpy as np
from PIL import Image, ImageDraw

_HALF_COVERED = [0] * 128 + [255] * 128


class Sprite:
    """A drawn thing and where it stands in the picture.

    Attributes:
        image: RGBA, the pixels of the thing at the picture's resolution.
        solid: L, 255 where the thing covers at least half a pixel.
        corner: (column, row) of its top left pixel in the picture; may lie outside.
        depth: distance from the camera, metres.
        label: what its pixels are called (an index of `streets.PIXEL_LABELS`).
        area: number of solid pixels, those outside the picture included.
    """

    def __init__(self, image, corner, depth, label):
        self.image, self.corner, self.depth, self.label = image, corner, depth, label
        self.solid = image.getchannel("A").point(_HALF_COVERED)
        self.area = self.solid.histogram()[255]

    def extent(self):
        """Return the solid pixels' (left, top, right, bottom) in the picture, None if empty."""
        box = self.solid.getbbox()
        if box is None:
            return None
        left, top = self.corner
        return box[0] + left, box[1] + top, box[2] + left, box[3] + top


class Sketch:
    """Polygons, limbs and discs in picture coordinates, drawn from far to near.

    Every part has a depth in metres; parts of equal depth are drawn in the order they came.
    """

    def __init__(self):
        self._coordinates = []
        self._parts = []

    def polygon(self, points, colour, depth=0.0):
        """Add a filled polygon: `points` is a flat list u, v, u, v, ... in pixels."""
        self._parts.append((-depth, len(self._coordinates), len(points), 0.0, 0.0, colour))
        self._coordinates += points

    def limb(self, u0, v0, r0, u1, v1, r1, colour, depth=0.0):
        """Add a limb: two discs of radii `r0` and `r1` pixels and everything between them."""
        self._parts.append((-depth, len(self._coordinates), 4, r0, r1, colour))
        self._coordinates += (u0, v0, u1, v1)

    def disc(self, u, v, across, down, colour, depth=0.0):
        """Add an upright ellipse with the radii `across` and `down`, pixels."""
        self._parts.append((-depth, len(self._coordinates), 2, across, down, colour))
        self._coordinates += (u, v)

    def extent(self):
        """Return (left, top, right, bottom) of everything sketched, pixels as floats."""
        points = np.array(self._coordinates).reshape(-1, 2)
        low, high = points.min(axis=0), points.max(axis=0)
        return low[0], low[1], high[0], high[1]

    def sprite(self, depth, label, margin=2.0):
        """Draw the parts and return them as a Sprite.

        Args:
            depth: distance of the whole from the camera, metres.
            label: index of `streets.PIXEL_LABELS`.
            margin: room in pixels around the points, for the radii of limbs and discs.
        """
        points = np.array(self._coordinates).reshape(-1, 2)
        low = np.floor(points.min(axis=0) - margin).astype(int)
        width, height = np.ceil(points.max(axis=0) + margin).astype(int) - low
        finer = 4 if height <= 40 else 3 if height <= 64 else 2
        flat = ((points - low) * finer).ravel().tolist()
        image = Image.new("RGBA", (int(width) * finer, int(height) * finer))
        draw = ImageDraw.Draw(image)
        for _, start, count, r0, r1, colour in sorted(self._parts, key=_by_depth):
            if not r0:
                draw.polygon(flat[start : start + count], fill=colour)
            elif count == 2:
                u, v = flat[start], flat[start + 1]
                across, down = r0 * finer, r1 * finer
                draw.ellipse((u - across, v - down, u + across, v + down), fill=colour)
            else:
                _draw_limb(draw, *flat[start : start + 4], r0 * finer, r1 * finer, colour)
        return Sprite(image.reduce(finer), (int(low[0]), int(low[1])), depth, label)


def _by_depth(part):
    return part[0]


def _draw_limb(draw, u0, v0, u1, v1, r0, r1, colour):
    du, dv = u1 - u0, v1 - v0
    length = math.hypot(du, dv)
    if length > 0.5:
        du, dv = du / length, dv / length
        draw.polygon(
            (
                u0 - dv * r0,
                v0 + du * r0,
                u0 + dv * r0,
                v0 - du * r0,
                u1 + dv * r1,
                v1 - du * r1,
                u1 - dv * r1,
                v1 + du * r1,
            ),
            fill=colour,
        )
    if r0 > 0.8:
        draw.ellipse((u0 - r0, v0 - r0, u0 + r0, v0 + r0), fill=colour)
    if r1 > 0.8:
        draw.ellipse((u1 - r1, v1 - r1, u1 + r1, v1 + r1), fill=colour)
