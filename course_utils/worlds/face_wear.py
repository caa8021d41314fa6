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


def clothes(grain, free, x, y):
    """Return the colours of a shirt at the torso's own x and y: plain, striped or woven."""
    hue, bright, grey, kind, width = free[:5]
    base = cloth(hue, bright, grey)
    other = cloth(hue + 0.35, 1 - bright, grey)
    stripes = soft(np.sin((18 + 30 * width) * pick(kind > 0.8, x, y)), 0.4)
    weave = 1 + 0.12 * grain.pores(1.1 * x, 1.1 * y)
    striped = kind > 0.6
    return (base + (other - base) * (stripes * striped)) * weave


def glasses(n, m, pose, free, light, x, y, pixel, colours, head):
    """Paint glasses over the finished head (3, samples, rows, columns), in place.

    The lenses stand in a plane before the eyes; the arms run to the ears.
    """
    rows = np.flatnonzero(n["glasses"])
    if not rows.size:
        return
    kind = n["glasses"][rows][:, None, None]
    thick, sun = kind == GLASSES.index("thick"), kind == GLASSES.index("sun")
    x, y, pixel = x[rows], y[rows], pixel[rows]
    matrix, shift = pose.matrix[rows], pose.shift[rows]
    plane = 0.90
    origin = (shift + plane * matrix[:, :, 2])[..., None, None]
    (a, b), (c, d) = (
        matrix[:, 0, :2, None, None].swapaxes(0, 1),
        matrix[:, 1, :2, None, None].swapaxes(0, 1),
    )
    determinant = a * d - b * c
    dx, dy = x - origin[:, 0], y - origin[:, 1]
    px, py = (d * dx - b * dy) / determinant, (a * dy - c * dx) / determinant
    eye_x, eye_y = m.eye_x[rows], m.eye_y[rows]
    wide = np.abs(px)
    round_ = free[5][rows]
    half_x, half_y = 0.235 + 0.02 * round_, 0.155 + 0.06 * round_
    ox, oy = np.abs(wide - eye_x - 0.01) / half_x, np.abs(py - eye_y + 0.03) / half_y
    ox *= ox
    oy *= oy
    square = ox * ox + oy * oy
    circle = ox + oy
    shape = np.sqrt(square + (circle - square) * round_)
    inside = (1 - shape) * (0.5 * half_y)
    rim = pick(thick, 0.032, 0.013)
    frame = soft(rim - np.abs(inside), pixel)
    bridge = soft(rim - np.abs(py - eye_y - 0.02 + 0.4 * px * px), pixel) * (wide < eye_x - half_x)
    frame = np.maximum(frame, bridge)
    lens = soft(inside, pixel)
    tint = pick(sun, 0.88, 0.06) * lens
    painted = colours[:, rows]
    painted *= 1 - tint
    glare = soft(0.05 - np.abs(px * 0.6 + py - 0.25 * light[0][rows] - eye_y - 0.02), 0.1) * lens
    painted += glare * pick(sun, 0.10, 0.07)
    arm = soft(rim + 0.004 - np.abs(head[1][rows] - eye_y - 0.03), pixel) * soft(
        np.abs(head[0][rows]) - eye_x - half_x + 0.05, 0.05
    )
    arm *= soft(head[2][rows] - 0.0, 0.1) * soft(0.75 - head[2][rows], 0.1)
    frame = np.maximum(frame, arm)
    colour = cloth(free[6][rows], 0.1 + 0.5 * free[7][rows] * thick, 0.3 + 0.7 * free[8][rows])
    face_paint.lay(painted, colour * (0.7 + 0.3 * soft(py, 0.3)), np.minimum(frame, 0.97))
    colours[:, rows] = painted


class Hat:
    """Hats of the samples `rows` that wear one.

    Args:
        n: nuisance by name.
        m: measures of the head.
        pose: its `Pose`.
        hair: the `Hair` under it.
        grain: noise for the picture's size.
        free: numbers 0..1, each (samples, 1, 1).
    """

    def __init__(self, n, m, pose, hair, grain, free):
        kind = n["hat"][:, None, None]
        self.beanie, self.cap, self.straw, self.scarf = (
            kind == HATS.index(name) for name in HATS[1:]
        )
        self.grain = grain
        self.pose, self.m, self.free = pose, m, free
        wide = hair.wide + 0.035
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

    def layer(self, rows, x, y, pixel):
        """Return depth, cover and colours of the hats of `rows`."""
        m, free = self.m, self.free
        scarf, straw, beanie = self.scarf[rows], self.straw[rows], self.beanie[rows]
        depth, outline = self.dome.of(rows).depth(x, y)
        hx, hy, hz = self.pose.of(rows).own(x, y, depth)
        knit = self.grain.strands(1.1 * hx + free[10][rows], 0.3 * hy)
        cover = soft(outline + 0.01 * knit, pixel)
        edge = pick(beanie, 0.44, 0.50)
        opening = np.sqrt((hx / 0.615) ** 2 + ((hy + 0.20) / (m.hairline[rows] + 0.16)) ** 2)
        keep = pick(scarf, (opening - 1) * 0.55, hy - edge)
        keep = pick(scarf & (hz < -0.05), 1, keep)
        cover *= soft(keep, pixel + 0.01)
        base = cloth(free[10][rows], free[11][rows], free[12][rows])
        base = pick(straw, _STRAW, base)
        band = soft(pick(straw, 0.66, 0.62) - hy, pixel) * ~scarf
        second = pick(straw, base * 0.3, pick(beanie, base * 0.75, base))
        colours = base + (second - base) * band
        colours = colours * (1 + pick(beanie | straw, 0.25, 0.06) * knit)
        ribs = self.grain.pores(0.8 * hx, 0.8 * hy)
        depth += pick(beanie | scarf, 0.012, 0.004) * ribs
        brim, inside = self.brim.of(rows).depth(x, y)
        here = soft(inside, pixel) * ~(beanie | scarf)
        nearer = here * ((brim > depth) | (cover < 0.5))
        face_paint.lay(colours, base * (0.85 + 0.15 * knit), nearer)
        depth += (brim - depth) * (nearer > 0.5)
        return depth, np.maximum(cover, here), colours
