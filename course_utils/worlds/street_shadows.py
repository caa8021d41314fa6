"""Shadows on the ground of a street: those of houses and trees, and those of the traffic."""

import math

from course_utils.worlds import scenery
from course_utils.worlds.lens import softened
from course_utils.worlds.street_layout import GROUND
from course_utils.worlds.street_settings import CAR, MOTORCYCLE, PEDESTRIAN

import numpy as np
from PIL import Image, ImageChops, ImageDraw

_GROUND = [255 * (kind in GROUND) for kind in range(256)]


class Ground:
    """The ground that is seen in a picture of a street, and the shadows that lie on it.

    Args:
        labels: L image of labels, of the camera's size; shadows fall on road and pavement.
        street, camera, light: what the picture shows, from where, and in which light.
    """

    def __init__(self, labels, street, camera, light):
        self._camera, self._light = camera, light
        self._first = camera.first_ground_row
        self._below = 0, self._first, camera.size, camera.size
        self._mask = labels.crop(self._below).point(_GROUND)
        self._still = Image.new("L", self._mask.size)
        outlines = _of_street(street, camera, light)
        self._draw(self._still, outlines, [_cast(light)] * len(outlines))

    def shade(self, image, things=()):
        """Lay the shadows of the street and of `things` in it on an RGB image, in place."""
        shadows, light = self._still.copy(), self._light
        casts, contacts, cast = [], [], _cast(light)
        for thing in things:
            outline, ring = outlines_of(thing, light)
            if cast and thing.place.sunny:
                casts.append(thing.place.ground(outline))
            contacts.append(thing.place.ground(ring))
        contact = int(255 * min(0.75, 0.55 + 0.3 * light.shadow))
        darkness = [cast] * len(casts) + [contact] * len(contacts)
        self._draw(shadows, casts + contacts, darkness)
        if shadows.getbbox():
            shadows = ImageChops.darker(softened(shadows, 0.6), self._mask)
            image.paste((0, 0, 0), self._below, shadows)

    def _draw(self, image, outlines, darkness):
        """Fill outlines on the ground, lists of (x, z) in metres, with their darkness, 0..255."""
        if not outlines:
            return
        camera, draw = self._camera, ImageDraw.Draw(image)
        x, z = np.array([point for outline in outlines for point in outline]).T
        scale = camera.focal / np.maximum(camera.depth(x, z), 0.7)
        points = np.empty((len(x), 2))
        points[:, 0] = camera.size / 2 + scale * ((x - camera.x) * camera.cos - z * camera.sin)
        points[:, 1] = camera.horizon - self._first + scale * camera.height
        flat, begin = points.ravel().tolist(), 0
        for outline, value in zip(outlines, darkness, strict=True):
            draw.polygon(flat[begin : begin + 2 * len(outline)], fill=value)
            begin += 2 * len(outline)


def _cast(light):
    """Return how dark shadows away from the sun are, 0..255; 0 when they cannot be seen."""
    darkness = int(255 * light.shadow)
    return darkness if darkness > 20 else 0


def _of_street(street, camera, light):
    """Return the outlines on the ground of the shadows of houses and trees."""
    if not _cast(light):
        return []
    outlines = []
    for wall, edge in zip(street.walls, street.sun_edges, strict=True):
        if abs(edge - wall) >= 0.1:
            # From just before the camera to far away.
            near, start = (
                max(-60.0, (0.7 - (x - camera.x) * camera.sin) / camera.cos) for x in (wall, edge)
            )
            outlines.append([(wall, near), (edge, start), (edge, 160.0), (wall, 160.0)])
    for x, z, looks in street.trees:
        if street.sunny(x) and 1 < camera.depth(x, z) < 40:
            outlines += scenery.tree_shadow(light, x, z, looks)
    return outlines


def outlines_of(thing, light):
    """Return the ground outlines (own coordinates) of a thing's cast shadow and of its contact.

    Returns:
        Two lists of (forward, right) points, metres.
    """
    place = thing.place
    sun_f, sun_r, sun_u = place.sun
    reach = min(6.0, 1.0 / sun_u)
    away = (-sun_f * reach, -sun_r * reach)
    half, side = thing.length / 2, thing.width / 2
    if thing.kind == PEDESTRIAN:
        length = math.hypot(*away)
        ahead = (away[0] / length, away[1] / length)
        outline = []
        profile = ((0.0, 0.10), (0.45, 0.17), (0.8, 0.23), (0.86, 0.09), (0.93, 0.11), (1.0, 0.05))
        for up, wide in profile:
            outline.append((ahead[0] * length * up * thing.height - ahead[1] * wide,
                            ahead[1] * length * up * thing.height + ahead[0] * wide))  # fmt: skip
        for up, wide in reversed(profile):
            outline.append((ahead[0] * length * up * thing.height + ahead[1] * wide,
                            ahead[1] * length * up * thing.height - ahead[0] * wide))  # fmt: skip
        ring = [
            (0.24 * math.cos(a * math.pi / 4), 0.24 * math.sin(a * math.pi / 4)) for a in range(8)
        ]
        return outline, ring
    if thing.kind == MOTORCYCLE:
        side *= 0.35
    points = [(f, r) for f in (-half, half) for r in (-side, side)]
    rise = thing.height * 0.95
    roof = 0.62 if thing.kind == CAR else 0.3
    points += [
        (f * roof - 0.1 * half + away[0] * rise, r * 0.85 + away[1] * rise) for f, r in points[:4]
    ]
    if thing.kind == CAR:
        points += [(f + away[0] * 0.9, r + away[1] * 0.9) for f, r in points[:4]]
    contact = [(half * a, side * 1.05 * b) for a, b in ((-1, -1), (1, -1), (1, 1), (-1, 1))]
    return _hull(points), contact


def _hull(points):
    """Return the convex hull of points, in order."""
    ordered = sorted(points)
    halves = []
    for sequence in (ordered, ordered[::-1]):
        chain = []
        for point in sequence:
            while len(chain) > 1 and _turn(chain[-2], chain[-1], point) <= 0:
                chain.pop()
            chain.append(point)
        halves += chain[:-1]
    return halves


def _turn(a, b, c):
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
