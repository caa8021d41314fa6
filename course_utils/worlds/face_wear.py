"""What people of Faces wear: clothes, glasses, hats."""

from course_utils.worlds import face_paint
from course_utils.worlds.face_geometry import Ellipsoids, Solids, pick, soft
from course_utils.worlds.face_nuisance import GLASSES, HATS

import numpy as np

_STRAW = np.array((0.62, 0.47, 0.24), np.float32).reshape(3, 1, 1, 1)


def cloth(hue, bright, grey):
    """Return colours of cloth (3, samples, 1, 1), linear light, from numbers 0..1."""
    turn = 2 * np.pi * hue
    waves = np.stack([np.sin(turn), np.sin(turn + 2.1), np.sin(turn + 4.2)])
    return (0.02 + 0.6 * bright * bright) * (1 + (0.85 - 0.75 * grey) * waves)


def clothes(grain, details, x, y):
    """Return the colours of a shirt at the torso's own x and y: plain, striped or woven."""
    hue, bright, grey = details.shirt_hue, details.shirt_brightness, details.shirt_grey
    base = cloth(hue, bright, grey)
    other = cloth(hue + 0.35, 1 - bright, grey)
    stripes = soft(
        np.sin((18 + 30 * details.shirt_stripes) * pick(details.shirt_pattern > 0.8, x, y)), 0.4
    )
    weave = 1 + 0.12 * grain.pores(1.1 * x, 1.1 * y)
    striped = details.shirt_pattern > 0.6
    return (base + (other - base) * (stripes * striped)) * weave


def glasses(scene, light, colours, head):
    """Paint glasses over the finished picture (3, samples, rows, columns), in place.

    The lenses stand in a plane before the eyes; the arms run to the ears.

    Args:
        scene: a `face_scene.Scene`.
        light: where the light comes from, three arrays (samples, 1, 1).
        colours: the picture.
        head: the head's own x, y, z at each pixel, three arrays (samples, rows, columns).
    """
    rows = np.flatnonzero(scene.n["glasses"])
    if not rows.size:
        return
    scene, light, head = scene.of(rows), [axis[rows] for axis in light], [a[rows] for a in head]
    pose, x, y, pixel, details = scene.pose, scene.x, scene.y, scene.pixel, scene.details
    kind = scene.n["glasses"][:, None, None]
    thick, sun = kind == GLASSES.index("thick"), kind == GLASSES.index("sun")
    matrix, shift = pose.matrix, pose.shift
    plane = 0.90
    origin = (shift + plane * matrix[:, :, 2])[..., None, None]
    (a, b), (c, d) = (
        matrix[:, 0, :2, None, None].swapaxes(0, 1),
        matrix[:, 1, :2, None, None].swapaxes(0, 1),
    )
    determinant = a * d - b * c
    dx, dy = x - origin[:, 0], y - origin[:, 1]
    px, py = (d * dx - b * dy) / determinant, (a * dy - c * dx) / determinant
    eye_x, eye_y = scene.m.eye_x, scene.m.eye_y
    wide = np.abs(px)
    half_x, half_y = 0.235 + 0.02 * details.lens_shape, 0.155 + 0.06 * details.lens_shape
    ox, oy = np.abs(wide - eye_x - 0.01) / half_x, np.abs(py - eye_y + 0.03) / half_y
    ox *= ox
    oy *= oy
    square = ox * ox + oy * oy
    circle = ox + oy
    shape = np.sqrt(square + (circle - square) * details.lens_shape)
    inside = (1 - shape) * (0.5 * half_y)
    rim = pick(thick, 0.032, 0.013)
    frame = soft(rim - np.abs(inside), pixel)
    bridge = soft(rim - np.abs(py - eye_y - 0.02 + 0.4 * px * px), pixel) * (wide < eye_x - half_x)
    frame = np.maximum(frame, bridge)
    lens = soft(inside, pixel)
    tint = pick(sun, 0.88, 0.06) * lens
    painted = colours[:, rows]
    painted *= 1 - tint
    glare = soft(0.05 - np.abs(px * 0.6 + py - 0.25 * light[0] - eye_y - 0.02), 0.1) * lens
    painted += glare * pick(sun, 0.10, 0.07)
    arm = soft(rim + 0.004 - np.abs(head[1] - eye_y - 0.03), pixel) * soft(
        np.abs(head[0]) - eye_x - half_x + 0.05, 0.05
    )
    arm *= soft(head[2], 0.1) * soft(0.75 - head[2], 0.1)
    frame = np.maximum(frame, arm)
    colour = cloth(
        details.frame_hue,
        0.1 + 0.5 * details.frame_brightness * thick,
        0.3 + 0.7 * details.frame_grey,
    )
    face_paint.lay(painted, colour * (0.7 + 0.3 * soft(py, 0.3)), np.minimum(frame, 0.97))
    colours[:, rows] = painted


class Hat:
    """The hats of people who all wear one.

    Args:
        scene: a `face_scene.Scene`.
        wide: half the width of hair under it, (samples, 1, 1).
    """

    def __init__(self, scene, wide):
        self.scene = scene
        m, pose = scene.m, scene.pose
        kind = scene.n["hat"][:, None, None]
        self.beanie, self.cap, self.straw, self.scarf = (
            kind == HATS.index(name) for name in HATS[1:]
        )
        wide = wide + 0.035
        top = m.top - 0.30 + pick(self.straw, 0.22, 0.10)
        low = pick(self.scarf, 0.16, 0.30)
        count = len(kind)
        self.dome = Solids(
            Ellipsoids(
                count,
                [
                    (
                        (0, low, -0.2),
                        (
                            wide + pick(self.scarf, 0.06, 0),
                            pick(self.scarf, 1.12, top),
                            pick(self.scarf, 1.13, 1.08),
                        ),
                        pick(self.scarf, 0, 4),
                        0.1,
                    ),
                    (
                        (0, -0.75, -0.12),
                        (pick(self.scarf, 0.68, 0.05), pick(self.scarf, 0.72, 0.05), 0.72),
                        0,
                        0.25,
                    ),
                ],
            ),
            pose,
        )
        flat = pick(self.straw, wide + 0.5, pick(self.cap, 0.60, 0.02))
        deep = pick(self.straw, 1.5, pick(self.cap, 0.62, 0.02))
        self.brim = Solids(
            Ellipsoids(
                count,
                [
                    (
                        (0, pick(self.beanie | self.scarf, 0.6, 0.50), pick(self.cap, 0.80, -0.15)),
                        (flat, pick(self.straw, 0.07, 0.05), deep),
                        pick(self.cap, 14, 6),
                        0.1,
                    )
                ],
            ),
            pose,
        )

    def layer(self):
        """Return depth, cover and colours of the hats."""
        scene, scarf, straw, beanie = self.scene, self.scarf, self.straw, self.beanie
        x, y, pixel, details = scene.x, scene.y, scene.pixel, scene.details
        depth, outline = self.dome.depth(x, y)
        hx, hy, hz = scene.pose.own(x, y, depth)
        knit = scene.grain.strands(1.1 * hx + details.hat_hue, 0.3 * hy)
        cover = soft(outline + 0.01 * knit, pixel)
        edge = pick(beanie, 0.44, 0.50)
        opening = np.sqrt((hx / 0.615) ** 2 + ((hy + 0.20) / (scene.m.hairline + 0.16)) ** 2)
        keep = pick(scarf, (opening - 1) * 0.55, hy - edge)
        keep = pick(scarf & (hz < -0.05), 1, keep)
        cover *= soft(keep, pixel + 0.01)
        base = cloth(details.hat_hue, details.hat_brightness, details.hat_grey)
        base = pick(straw, _STRAW, base)
        band = soft(pick(straw, 0.66, 0.62) - hy, pixel) * ~scarf
        second = pick(straw, base * 0.3, pick(beanie, base * 0.75, base))
        colours = base + (second - base) * band
        colours = colours * (1 + pick(beanie | straw, 0.25, 0.06) * knit)
        ribs = scene.grain.pores(0.8 * hx, 0.8 * hy)
        depth += pick(beanie | scarf, 0.012, 0.004) * ribs
        brim, inside = self.brim.depth(x, y)
        here = soft(inside, pixel) * ~(beanie | scarf)
        nearer = here * ((brim > depth) | (cover < 0.5))
        face_paint.lay(colours, base * (0.85 + 0.15 * knit), nearer)
        depth += (brim - depth) * (nearer > 0.5)
        return depth, np.maximum(cover, here), colours
