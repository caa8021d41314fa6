"""People, cars and motorcycles in a street: who comes, where there is room, what hides what."""

import dataclasses
import functools
import math
import random

from course_utils.worlds import bodies, cars, flesh, motorcycles, poses
from course_utils.worlds.camera import Place
from course_utils.worlds.outlines import Outlines
from course_utils.worlds.sprites import Sprite, drawn
from course_utils.worlds.street_layout import TREE
from course_utils.worlds.street_settings import CAR, MOTORCYCLE, PEDESTRIAN

from PIL import Image

FIRST_LABEL = TREE + 1  # the classes follow the labels of the street itself
MINIMUM_PIXELS = 12
_TRIES = 10
_PEOPLE = 150  # bodies of pedestrians; their colours are drawn anew


@functools.cache
def _body(number, detail):
    """One of the bodies of people who stand and walk, always the same, 1 m tall upright."""
    dice = random.Random(f"pedestrian {number}")
    looks = bodies.dressed(dice)
    pose = poses.drawn(dice, dice.choice(("standing", "walking", "walking")), 1.0, looks["breadth"])
    return Outlines(flesh.parts(pose, looks, detail))


@dataclasses.dataclass
class Thing:
    """One object: its class, place, outer sizes in metres, looks, and the sprite it became."""

    kind: int
    place: Place
    length: float
    width: float
    height: float
    looks: dict
    outline: tuple | None = None
    sprite: Sprite | None = None


class Traffic:
    """Places objects one after another so that each stays as visible as asked.

    Attributes:
        things: the objects placed so far.
        visibility: for each, the visible share of its whole silhouette.
        instances: L image that names the nearest object of each pixel: 0 none, i + 1 object i.
        layers: (sprite, number) of the objects and of what stands before them (number 0), from
            far to near.
    """

    def __init__(self, dice, view, settings):
        self.dice, self.view, self.settings = dice, view, settings
        self.street, self.camera, self.light = view.street, view.camera, view.light
        self.least_visible = max(0.25, 1.0 - settings.occlusion)
        # A park reaches far behind its edge.
        left, right = (8.0 if park else -0.8 for park in self.street.parks())
        self._outside = self.street.walls[0] - left, self.street.walls[1] + right
        self.things, self.visibility, self.layers = [], [], []
        self.instances = Image.new("L", (self.camera.size, self.camera.size))

    def add(self, kind, target):
        """Try to place one object whose silhouette is `target` pixels high; return success."""
        thing = self._chosen(kind)
        for attempt in range(_TRIES):
            if not self._put(thing, target, attempt) or self._crowded(thing):
                continue
            thing.sprite = photographed(thing)
            if self._accept(thing):
                return True
        return False

    def _chosen(self, kind):
        dice = self.dice
        if kind == CAR:
            looks = cars.chosen(dice, self.light.day < 0.45)
            return Thing(kind, None, *cars.size(looks), looks)
        if kind == MOTORCYCLE:
            looks = motorcycles.chosen(dice, self.light.day < 0.45)
            size = motorcycles.LENGTH, motorcycles.WIDTH, motorcycles.height(looks)
            return Thing(kind, None, *size, looks)
        looks, scale = bodies.dressed(dice), dice.gauss(1.72, 0.09)
        looks |= {"body": dice.randrange(_PEOPLE), "scale": scale}
        return Thing(kind, None, 0.4, 0.5, scale * _body(looks["body"], flesh.FAR).height, looks)

    def _put(self, thing, target, attempt):
        """Give the thing a place at which it is `target` pixels high; return whether it fits."""
        dice, camera, street = self.dice, self.camera, self.street
        size, depth = camera.size, camera.focal * thing.height / target + 0.4 * thing.length
        turning = attempt > _TRIES // 3
        shift = size * (0.42 if self.settings.occlusion else 0.36)
        fits = self._outdoors if turning else self._allowed
        # From the left end of the places at this distance to the right one.
        x0, z0 = camera.ground(size / 2 - shift, depth)
        x1, z1 = camera.ground(size / 2 + shift, depth)
        for _ in range(24):
            share = dice.random()
            x, z = x0 + (x1 - x0) * share, z0 + (z1 - z0) * share
            if fits(thing.kind, x, z):
                break
        else:
            return False
        u = size / 2 + shift * (2 * share - 1)
        if thing.kind == PEDESTRIAN:
            heading = dice.choice((0.0, math.pi)) + dice.gauss(0, 0.35)
            if abs(x) < street.road or dice.random() < 0.2:
                heading = dice.uniform(-math.pi, math.pi)
        else:
            heading = (0.0 if x > 0 else math.pi) + dice.gauss(0, 0.05)
            if turning:
                heading = camera.yaw + dice.choice((0.0, math.pi)) + dice.gauss(0, 0.5)
        length, width = 0.86 * thing.length, thing.width
        if thing.kind != CAR:
            length, width = 0.8 * thing.length, 0.6 * thing.width
        for _ in range(3):
            x, z = camera.ground(u, depth)
            outline = camera.cuboid(x, z, heading, length, width, thing.height)
            if outline is None:
                return False
            left, right, top, bottom = outline
            # The height goes with the distance of the nearest corner, not of the middle.
            nearest = camera.focal * camera.height / (bottom - camera.horizon)
            wrong = (bottom - top) / target - 1
            if abs(wrong) < 0.01:
                break
            depth += nearest * wrong
        if abs(wrong) > 0.04 or not self._outdoors(thing.kind, x, z):
            return False
        sunny = street.sunny(x)
        thing.place, thing.outline = Place(camera, self.light, x, z, heading, sunny), outline
        inside = (min(right, size) - max(left, 0)) / (right - left)
        return inside * (min(bottom, size) - top) / (bottom - top) >= self.least_visible

    def _outdoors(self, kind, x, z):
        """Return whether there is no house at `x`."""
        return self._outside[0] < x < self._outside[1]

    def _allowed(self, kind, x, z):
        """Return whether a thing that minds the rules may be at (x, z)."""
        far = abs(x)
        if kind != PEDESTRIAN:
            return 0.4 < far < self.street.road - (1.05 if kind == CAR else 0.6)
        if far >= self.street.road + 0.35:
            return self._outdoors(kind, x, z)
        crossing = self.street.crossing
        return (crossing and crossing < z < crossing + 3.2) or self.dice.random() < 0.08

    def _crowded(self, thing):
        """Return whether the thing would touch another, or surely hide too much of one."""
        for other in self.things:
            far, near = (thing, other) if thing.place.depth > other.place.depth else (other, thing)
            (left, right, top, bottom), (left2, right2, top2, bottom2) = far.outline, near.outline
            wide = min(right, right2) - max(left, left2)
            high = min(bottom, bottom2) - max(top, top2)
            if wide > 0 and high > 0:
                covered = wide * high / ((right - left) * (bottom - top))
                if covered > 1.15 * (1 - self.least_visible) + 0.02:
                    return True
            if _touching(thing, other) or _touching(other, thing):
                return True
        return False

    def _accept(self, thing):
        """Keep the thing if its size is as asked and nothing becomes too hidden by it."""
        extent, size = thing.sprite.extent(), self.camera.size
        if extent is None:
            return False
        low, high = self.settings.object_height
        if not low * size - 1 <= extent[3] - extent[1] <= high * size + 1:
            return False
        things, layers = [*self.things, thing], [*self.layers, (thing.sprite, len(self.things) + 1)]
        known = {sprite for sprite, _ in layers}
        for sprite in self.view.standing:
            if sprite not in known and _hides(sprite, thing.sprite):
                layers.append((sprite, 0))
        layers.sort(key=_nearness)
        instances = Image.new("L", (size, size))
        for sprite, number in layers:
            instances.paste(number, sprite.corner, sprite.solid)
        counts = instances.histogram()
        visibility = []
        for number, each in enumerate(things, start=1):
            visible = counts[number]
            if visible < MINIMUM_PIXELS or visible < self.least_visible * each.sprite.area:
                return False
            visibility.append(visible / each.sprite.area)
        self.things, self.visibility = things, visibility
        self.layers, self.instances = layers, instances
        return True


def _nearness(layer):
    return -layer[0].depth


def _touching(first, second):
    """Return whether the middle of the second thing, with room around it, is in the first."""
    place, room = first.place, second.width / 2 + 0.1
    dx, dz = second.place.x - place.x, second.place.z - place.z
    return (
        abs(dx * place.sin + dz * place.cos) < first.length / 2 + room
        and abs(dx * place.cos - dz * place.sin) < first.width / 2 + room
    )


def _hides(near, far):
    """Return whether a sprite lies before another one, as far as their frames tell."""
    (left, top), (left2, top2) = near.corner, far.corner
    return (
        near.depth < far.depth
        and left < left2 + far.cover.width
        and left2 < left + near.cover.width
        and top < top2 + far.cover.height
        and top2 < top + near.cover.height
    )


def photographed(thing):
    """Draw a thing and return its sprite."""
    place, label = thing.place, FIRST_LABEL + thing.kind
    if thing.kind == MOTORCYCLE:
        return drawn(place, label, motorcycles.solids(place, thing.looks))
    if thing.kind == CAR:
        solid = cars.solid(place, thing.looks)
    else:
        large = place.scale * thing.height >= flesh.LARGE
        solid = _body(thing.looks["body"], flesh.NEAR if large else flesh.FAR)
    return drawn(
        place, label, [(solid, thing.looks)], thing.kind != CAR, enlarged=thing.looks["scale"]
    )
