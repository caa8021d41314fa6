"""Views: what samples have in common that are taken in one street by one camera."""

import functools
import math
import random

from course_utils.worlds import lens, street_scene
from course_utils.worlds.camera import Camera, Light
from course_utils.worlds.street_layout import Street
from course_utils.worlds.street_shadows import Ground

_TALL = {"pedestrian": 1.72, "car": 1.5, "motorcycle": 1.6}  # metres


class View:
    """A street in one light, seen by one camera, without its traffic.

    Args:
        dice: a `random.Random`.
        size: side of the picture, pixels.
        day: 1 for full daylight, 0 for late dusk.
        largest: (share of the picture's height, class name) of objects for which the camera must
            have room.

    Attributes:
        street, light, camera: the Street, its Light and the Camera.
        standing: sprites of trees and furniture.
    """

    def __init__(self, dice, size, day, largest):
        self.light = Light(dice, day)
        self.street = Street(dice, self.light)
        self.camera = _camera(dice, self.street, size, largest)
        self.standing = street_scene.standing(self.street, self.camera, self.light)
        self._seed = dice.getrandbits(64)

    @functools.cached_property
    def painted(self):
        """The street without traffic and shadows: RGB image, L image of labels, and its Ground."""
        street, camera, light = self.street, self.camera, self.light
        # With dice of its own, so that threads that meet here paint the same picture.
        dice = random.Random(self._seed)
        image, labels = street_scene.Painter(street, camera, light).paint(dice)
        lens.grained(image, labels, camera)
        for sprite in sorted(self.standing, key=lambda sprite: -sprite.depth):
            sprite.paste(image, labels)
        return image, labels, Ground(labels, street, camera, light)


def _camera(dice, street, size, largest):
    """Draw a camera that can hold each object of `largest`."""
    focal = size * dice.uniform(0.85, 1.5)
    height = dice.uniform(1.2, 2.6)
    yaw = math.radians(
        dice.gauss(0, 14) if dice.random() < 0.68 else dice.choice((-1, 1)) * dice.uniform(25, 68)
    )
    horizon = size * dice.uniform(0.38, 0.54)
    if largest:
        # A large object fits between the borders only with the lens low and the horizon high.
        focal *= 1 + max(0.0, max(share for share, _ in largest) - 0.3)
        lowest, highest = 0.0, float(size)
        for share, name in largest:
            if name == "car":
                focal = max(focal, 2.6 * share * size)  # far enough for its length
            height = min(height, max(0.75, _TALL[name] * 0.62 / share))
        for share, name in largest:
            metre = share * size / _TALL[name]
            lowest = max(lowest, (_TALL[name] - height) * metre + 0.02 * size)
            highest = min(highest, 0.97 * size - height * metre)
        horizon = max(min(horizon, highest), min(lowest, 0.8 * size), 0.1 * size)
    turned = math.sin(yaw)
    left, right = street.walls
    x = dice.uniform(left + 1, right - 1) * (1 - abs(turned))
    x += -turned * 0.85 * (right if turned < 0 else -left)
    return Camera(size, focal, horizon, x, height, yaw)
