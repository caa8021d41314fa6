"""Everything that is known about pictures of Faces before they are drawn."""

import copy
import itertools
from types import SimpleNamespace

from course_utils.worlds import face_expressions, face_head, face_paint, face_people
from course_utils.worlds.face_geometry import Pose, rotation

import numpy as np

_UNITS = 2.4  # head units from border to border at zoom 1
_MIDDLE = -0.2  # the height on the head that is in the middle of the picture


class Scene:
    """People, how they stand, and where the pixels are. Most values are (samples, 1, 1).

    Args:
        traits: (samples, traits) float32, -1..1, in the order of `face_people.TRAITS`.
        offsets: (samples, 3) float32, 0..1, where the skin's texture starts.
        nuisance: {name: (samples,)} of `face_nuisance`.
        moves: (samples, moves) float32, -1..1.
        details: a namespace of `face_nuisance.settled`.
        size: side of the picture, pixels.

    Attributes:
        t, move, m, hues: traits, moves of the face, measures and colours by name.
        n: `nuisance`.
        details, offsets: as above, by name and in a list.
        pose, body: how head and shoulders stand.
        scale: pixels in a head unit; `pixel` is its inverse.
        left, top: where the head's origin is, pixels from the top left corner.
        x, y: head units of the pixels' centres, (samples, 1, size) and (samples, size, 1).
        grain: noise for this size; `size` itself.
    """

    def __init__(self, traits, offsets, nuisance, moves, details, size):
        self.size = size
        self.n, self.details, self.grain = nuisance, details, face_paint.Grain(size)
        self.t = face_people.named(traits)
        self.move = face_expressions.moves(nuisance["expression"], nuisance["strength"], moves)
        self.m = face_head.measures(self.t, self.move)
        self.hues = face_people.colours(self.t)
        self.offsets = [column[:, None, None] for column in offsets.T]
        turns = [nuisance[name] for name in ("yaw", "pitch", "roll")]
        self.pose = Pose(rotation(*turns), face_head.PIVOT)
        less = [share * turn for share, turn in zip((0.4, 0.1, 0.25), turns, strict=True)]
        self.body = Pose(rotation(*less), face_head.NECK_PIVOT)
        self.scale = (size * nuisance["zoom"] / _UNITS)[:, None, None]
        self.pixel = 1 / self.scale
        self.left = size * (0.5 + nuisance["shift_x"])[:, None, None]
        self.top = size * (0.5 + nuisance["shift_y"])[:, None, None] + _MIDDLE * self.scale
        places = np.arange(size, dtype=np.float32) + 0.5
        self.x = (places[None, None, :] - self.left) / self.scale
        self.y = (self.top - places[None, :, None]) / self.scale

    def window(self, wide, low, high):
        """Return the part of the pictures that shows a part of all faces.

        Args:
            wide: the part's reach to both sides, head units.
            low: its lower end, head units.
            high: its upper end.

        Returns:
            A pair of slices, rows and columns.
        """
        corners = itertools.product((-wide, wide), (low, high), (0.1, 1.1))
        points = self.pose.seen(np.array(list(corners), np.float32)[None])
        scale, left, top = (values[..., 0] for values in (self.scale, self.left, self.top))
        slices = []
        for places in (top - points[..., 1] * scale, left + points[..., 0] * scale):
            first, last = (np.clip(bound, 0, self.size - 1) for bound in
                           (places.min(), places.max()))  # fmt: skip
            slices.append(slice(int(first), int(last) + 1))
        return tuple(slices)

    def of(self, rows):
        """Return the scene of some of the samples only."""
        some = copy.copy(self)
        for name in ("t", "move", "m"):
            setattr(some, name, _chosen(getattr(self, name), rows))
        some.hues = SimpleNamespace(**{k: v[:, rows] for k, v in vars(self.hues).items()})
        some.n = {name: values[rows] for name, values in self.n.items()}
        some.details = _chosen(self.details, rows)
        some.offsets = [offset[rows] for offset in self.offsets]
        some.pose, some.body = self.pose.of(rows), self.body.of(rows)
        for name in ("scale", "pixel", "left", "top", "x", "y"):
            setattr(some, name, getattr(self, name)[rows])
        return some


def _chosen(values, rows):
    """Return a namespace of some of the samples; what isn't an array stays."""
    return SimpleNamespace(
        **{k: v[rows] if isinstance(v, np.ndarray) else v for k, v in vars(values).items()}
    )
