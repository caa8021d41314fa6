"""Pictures of Faces: the layers of a person, one on another, then light and background."""

from course_utils.worlds import (
    face_backgrounds,
    face_hair,
    face_head,
    face_landmarks,
    face_light,
    face_paint,
    face_wear,
)
from course_utils.worlds.face_geometry import Solids, soft
from course_utils.worlds.face_scene import Scene

import numpy as np

PIXEL_LABELS = ("background", "body", "face", "hair", "hat")
_BODY, _FACE, _HAIR, _HAT = range(1, 5)


def drawn(traits, offsets, nuisance, moves, details, size):
    """Draw people; see `Scene` for the arguments.

    Returns:
        Four arrays: pictures (samples, size, size, 3) float32 in linear light without blur and
        noise, their backgrounds alone, landmarks (samples, 64, 2) float32 and labels
        (samples, size, size) uint8.
    """
    scene = Scene(traits, offsets, nuisance, moves, details, size)
    head = face_head.solids(scene.t, scene.move, scene.m)
    layers = _Layers(scene)
    places = _head(scene, Solids(head, scene.pose), layers)
    _hair_and_hat(scene, places, layers)

    light = face_light.direction(nuisance["light_side"], nuisance["light_height"])
    contrast, warmth, brightness = (
        nuisance[name][:, None, None] for name in ("contrast", "warmth", "brightness")
    )
    shaded = face_light.shaded(
        layers.colours, layers.depth, scene.pixel, light, contrast, layers.gloss, warmth
    )
    face_wear.glasses(scene, light, shaded, places)
    shaded *= layers.cover
    behind = face_backgrounds.painted(nuisance["background"], details.background, size)
    shaded += behind * (1 - layers.cover)
    shaded *= brightness
    behind *= brightness

    points = face_landmarks.located(scene.m, head, scene.pose)
    scale, left, top = (values[..., 0] for values in (scene.scale, scene.left, scene.top))
    marks = np.stack([left + points[..., 0] * scale, top - points[..., 1] * scale], axis=-1)
    pictures, behind = (np.ascontiguousarray(np.moveaxis(a, 0, -1)) for a in (shaded, behind))
    return pictures, behind, marks.astype(np.float32), layers.labels


class _Layers:
    """What is seen so far at each pixel, from neck and shoulders on.

    Attributes:
        colours: (3, samples, size, size), linear light.
        depth, cover, gloss, labels: (samples, size, size).
    """

    def __init__(self, scene):
        neck, shoulders = face_head.neck(scene.t, scene.body)
        depth, outline = neck.depth(scene.x, scene.y)
        low, low_outline = shoulders.depth(scene.x, scene.y)
        self.depth = np.maximum(depth, low)
        x, y, _ = scene.body.own(scene.x, scene.y, self.depth)
        collar = -1.50 - 0.35 * scene.details.collar * np.maximum(1 - np.abs(x) / 0.45, 0)
        inside = soft(low_outline, scene.pixel)
        shirt = inside * soft(collar + 0.35 * x * x - y, scene.pixel)
        self.cover = np.maximum(soft(outline, scene.pixel), inside)
        self.colours = scene.hues.skin * np.ones_like(self.depth)
        face_paint.lay(self.colours, face_wear.clothes(scene.grain, scene.details, x, y), shirt)
        self.depth += 0.02 * shirt
        self.gloss = np.zeros_like(self.depth)
        self.labels = np.where(self.cover > 0.5, np.uint8(_BODY), np.uint8(0))

    def add(self, rows, depth, colours, cover, gloss, label):
        """Put a layer over the samples `rows` (slice or places) where its cover is 1."""
        some = self.colours[:, rows]
        face_paint.lay(some, colours, cover)
        self.colours[:, rows] = some
        self.gloss[rows] += (gloss - self.gloss[rows]) * cover
        here = cover > 0.5
        self.depth[rows] = np.where(here, np.maximum(depth, self.depth[rows]), self.depth[rows])
        self.labels[rows] = np.where(here, np.uint8(label), self.labels[rows])
        self.cover[rows] = np.maximum(self.cover[rows], cover)


def _head(scene, head, layers):
    """Add the head; return its own coordinates at each pixel."""
    depth, outline = head.depth(scene.x, scene.y)
    cover = soft(outline, scene.pixel)
    cover *= soft(depth - layers.depth, 0.03)
    x, y, z = scene.pose.own(scene.x, scene.y, depth)
    x = np.where(z > 0, x, np.float32(9))  # nothing is painted on the back of the head
    depth += face_paint.relief(scene, x, y) * soft(z - 0.25, 0.3)
    colours = np.empty_like(layers.colours)
    face_paint.skin(scene, x, y, colours)
    part = (..., *scene.window(0.5, -1.45, -0.3))
    face_paint.nostrils(scene, x[part], y[part], colours[part])
    lip = np.zeros_like(x)
    lip[part] = face_paint.lips(scene, x[part], y[part], colours[part])
    gloss = (0.16 + 0.05 * scene.t.skin_texture) * (1 + 0.8 * lip)
    rows = np.flatnonzero(scene.n["beard"])
    if rows.size:
        bearded = colours[:, rows]
        hair = face_paint.beard(scene.of(rows), x[rows], y[rows], z[rows], lip[rows], bearded)
        colours[:, rows] = bearded
        gloss[rows] *= 1 - 0.8 * hair
    part = (..., *scene.window(0.75, -0.3, 0.6))
    gloss[part] *= 1 - face_paint.eyes(scene, x[part], y[part], colours[part])
    face_paint.brows(scene, x[part], y[part], colours[part])
    layers.add(slice(None), depth, colours, cover, gloss, _FACE)
    return x, y, z


def _hair_and_hat(scene, places, layers):
    """Add hair and hats over heads whose own coordinates are `places`."""
    x, y, z = places
    hair, hue = face_hair.Hair(scene), scene.hues.hair
    rows = np.flatnonzero(hair.end[:, 0, 0] < 0)
    if rows.size:
        depth, cover, shade = hair.let_down(rows)
        cover *= soft(depth - layers.depth[rows], 0.04)
        layers.add(rows, depth, hue[:, rows] * shade, cover, 0.10 * shade * shade, _HAIR)
    depth, cover, shade = hair.layer()
    skull = (y > 0.2) & ((np.abs(x) < 0.66) | (z < 0))  # hair is always above it
    cover *= np.maximum(soft(depth - layers.depth + 0.08, 0.04), skull)
    layers.add(slice(None), depth, hue * shade, cover, 0.10 * shade * shade, _HAIR)
    rows = np.flatnonzero(scene.n["hat"])
    if rows.size:
        depth, cover, cloth = face_wear.Hat(scene.of(rows), hair.wide[rows]).layer()
        cover *= soft(depth - layers.depth[rows] + 0.25, 0.03)
        layers.add(rows, depth, cloth, cover, 0, _HAT)
