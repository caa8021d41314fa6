"""Hair and hats of Faces: shells around the skull."""

from course_utils.worlds.face_geometry import Ellipsoids, Solids, pick, soft

import numpy as np

# How far hair stands out on top and at the sides, how far the fringe falls (or the hairline
# recedes), how far forward the sides reach, the lowest end of long hair, the size of a bun, how
# curly it is, how dense.
_STYLES = np.array(
    [
        [0.00, 0.00, 0.00, 0.00, 0.5, 0.0, 0.0, 0.0],  # bald
        [0.02, 0.015, 0.02, 0.00, 0.5, 0.0, 0.3, 0.8],  # buzz
        [0.10, 0.035, 0.06, 0.05, 0.5, 0.0, 0.0, 1.0],  # short
        [0.19, 0.03, -0.02, 0.00, 0.5, 0.0, 0.1, 1.0],  # quiff
        [0.10, 0.06, 0.30, 0.15, 0.5, 0.0, 0.0, 1.0],  # fringe
        [0.03, 0.04, -0.26, -0.05, 0.5, 0.0, 0.0, 0.9],  # receding
        [0.16, 0.12, 0.12, 0.20, 0.5, 0.0, 1.0, 1.0],  # curly
        [0.34, 0.30, 0.05, 0.30, 0.5, 0.0, 1.0, 1.0],  # afro
        [0.11, 0.10, 0.20, 0.35, -0.95, 0.0, 0.0, 1.0],  # bob
        [0.09, 0.08, 0.02, 0.30, -2.0, 0.0, 0.2, 1.0],  # long
        [0.05, 0.025, 0.00, 0.05, 0.5, 0.0, 0.0, 1.0],  # tied
        [0.06, 0.03, 0.05, 0.08, 0.5, 0.3, 0.1, 1.0],  # bun
    ],
    np.float32,
)


class Hair:
    """Hair of a style on heads, under a hat or not.

    Args:
        scene: a `face_scene.Scene`.
    """

    def __init__(self, scene):
        self.scene = scene
        m, pose, part = scene.m, scene.pose, 2 * scene.details.part - 1
        style, hat = scene.n["hair_style"], scene.n["hat"]
        rows = _STYLES[style]
        names = ("top", "side", "fringe", "forward", "end", "bun", "curl", "density")
        for column, name in enumerate(names):
            setattr(self, name, rows[:, column, None, None])
        covered = hat[:, None, None] > 0
        self.top = pick(covered, np.minimum(self.top, 0.03), self.top)
        self.side = pick(covered, np.minimum(self.side, 0.10), self.side)
        self.bun = pick(covered, 0, self.bun)
        self.part = part
        self.wide = m.width + self.side + 0.01
        count = len(style)
        self.cap = Solids(
            Ellipsoids(
                count,
                [
                    (
                        (0.05 * part, 0.32, -0.2),
                        (self.wide, m.top - 0.32 + self.top + 0.02, 0.995 + 0.6 * self.top),
                        0,
                        0.1,
                    ),
                    (
                        (0, m.top + 0.12, -0.45),
                        (0.02 + self.bun, 0.02 + 0.85 * self.bun, 0.02 + self.bun),
                        0,
                        0.08,
                    ),
                ],
            ),
            pose,
        )
        long = self.end < 0
        reach = pick(long, (0.6 - self.end) / 2, 0.05)
        middle = pick(long, (0.6 + self.end) / 2, 0.3)
        curtain = pick(long, 0.22 + 0.3 * self.side, 0.02)
        side = self.wide - 0.16
        self.long = Solids(
            Ellipsoids(
                count,
                [
                    ((-side, middle, -0.08), (curtain, reach, 0.34), 6, 0.1),
                    ((side, middle, -0.08), (curtain, reach, 0.34), 6, 0.1),
                    ((0, middle, -0.5), (pick(long, self.wide + 0.1, 0.05), reach, 0.4), 0, 0.1),
                ],
            ),
            pose,
        )

    def layer(self):
        """Return depth, cover and brightness of the hair, (samples, rows, columns) each."""
        scene = self.scene
        x, y, pixel, offsets = scene.x, scene.y, scene.pixel, scene.offsets
        depth, outline = self.cap.depth(x, y)
        hx, hy, hz = scene.pose.own(x, y, depth)
        grain = scene.grain.strands(
            (0.55 + 0.25 * self.curl) * hx + 0.25 * self.part * hy + offsets[0],
            (0.22 + 1.2 * self.curl) * (hy + 0.4 * hz) + offsets[1],
        )
        depth += (0.008 + 0.035 * self.curl) * grain
        outline += self.curl * (0.02 + 0.10 * self.side) * grain
        wide = np.abs(hx)
        line = scene.m.hairline - self.fringe - (0.55 + 0.25 * scene.t.hairline_curve) * hx * hx
        line -= 0.09 * self.part * hx * (1 + 4 * np.maximum(self.fringe, 0))
        # behind the temples the hairline falls to the ear, and behind the ear to the nape
        line -= 2.6 * np.maximum(0.30 + self.forward - hz, 0) * ((wide > 0.4) | (hz < 0))
        nape = (hz < -0.45) & (outline > 0.05)
        line = np.maximum(line, pick(nape, -0.85, -0.12 - 0.4 * self.forward))
        ragged = 0.05 + 0.03 * self.curl
        cover = soft(hy - line + ragged * grain, 0.05 + pixel)
        cover *= soft(outline, pixel)
        cover *= self.density
        shade = 0.82 + 0.42 * grain
        return depth, cover, shade

    def let_down(self, rows):
        """Return depth, cover and brightness of long hair for the samples that have it."""
        scene = self.scene.of(rows)
        x, y, pixel, offsets = scene.x, scene.y, scene.pixel, scene.offsets
        depth, outline = self.long.of(rows).depth(x, y)
        grain = scene.grain.strands(
            0.6 * x + 0.06 * np.sin(5 * y) + offsets[1], 0.16 * y + offsets[0]
        )
        depth += 0.02 * grain
        cover = soft(outline + 0.02 * grain, pixel)
        cover *= soft(y - self.end[rows] + 0.2 + 0.2 * grain, 0.2)
        return depth, cover, 0.78 + 0.42 * grain
