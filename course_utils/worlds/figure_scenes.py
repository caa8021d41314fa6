"""Where figures are photographed: streets and parks, rooms, studios."""

import functools
import math

from course_utils.worlds import lens, street_scene
from course_utils.worlds.camera import Camera, Light, Place, lit, mix
from course_utils.worlds.street_layout import GROUND, Street
from course_utils.worlds.street_shadows import Ground

import numpy as np
from PIL import Image

BACKGROUND_NAMES = ("street", "park", "room", "studio")
_WALLS = (
    (226, 220, 208), (206, 214, 216), (188, 200, 186), (216, 196, 172), (174, 186, 204),
    (232, 226, 222), (202, 178, 170), (150, 160, 156), (222, 206, 150), (128, 140, 160),
)  # fmt: skip
_FLOORS = ((168, 128, 88), (130, 94, 64), (196, 164, 122), (150, 148, 146), (118, 112, 118),
           (186, 180, 170), (96, 104, 120))  # fmt: skip


class Scene:
    """A background and the person's place in it.

    Attributes:
        camera, place: the Camera, and the Place of the person.
        image: the picture without the person, RGB.
        floor: (size, size), 1 where shadows fall, 0 elsewhere.
    """

    def __init__(self, place, image, floor):
        self.camera, self.place, self.image, self.floor = place.camera, place, image, floor


def drawn(dice, name, day, size, framing, turn):
    """Return a Scene.

    Args:
        dice: a `random.Random`.
        name: one of `BACKGROUND_NAMES`.
        day: 1 for full daylight, 0 for dusk.
        size: side of the picture, pixels.
        framing: (focal, height, horizon, across, depth): the camera's focal length and horizon in
            pixels, its height and where the person stands before it, metres.
        turn: the person's heading, seen from the camera, radians.
    """
    light = Light(dice, day)
    if name in ("street", "park"):
        return _outdoors(dice, name, light, size, framing, turn)
    focal, height, horizon, across, depth = framing
    camera = Camera(size, focal, horizon, 0.0, height, 0.0)
    _indoors(dice, light)
    place = Place(camera, light, across, depth, turn)
    painted = _room if name == "room" else _studio
    image, floor = painted(dice, camera, light, depth)
    return Scene(place, image, floor)


def _outdoors(dice, name, light, size, framing, turn):
    focal, height, horizon, across, depth = framing
    while True:
        street = Street(dice, light)
        if (name == "park") == any(street.parks()):
            break
    left, right = street.walls
    x = dice.uniform(left + 0.8, right - 0.8)
    if name == "park":
        park = street.parks().index(True)
        x = street.walls[park] - (1 - 2 * park) * dice.uniform(-1.5, 2.0)
        turned = (2 * park - 1) * math.radians(dice.uniform(15, 65))
    else:
        turned = math.radians(
            dice.gauss(0, 16)
            if dice.random() < 0.6
            else dice.choice((-1, 1)) * dice.uniform(25, 65)
        )
    sin, cos = math.sin(turned), math.cos(turned)
    # The camera stands so that the person is where the framing wants them.
    camera_x = x - depth * sin - across * cos
    if not left + 0.4 < camera_x < right - 0.4:
        camera_x = min(right - 0.4, max(left + 0.4, camera_x))
        x = camera_x + depth * sin + across * cos
    camera = Camera(size, focal, horizon, camera_x, height, turned)
    z = depth * cos - across * sin
    place = Place(camera, light, x, z, turn + turned, street.sunny(x))
    image, labels = street_scene.Painter(street, camera, light).paint(dice)
    lens.grained(image, labels, camera)
    Ground(labels, street, camera, light).shade(image)
    standing = street_scene.standing(street, camera, light)
    for sprite in sorted(standing, key=lambda sprite: -sprite.depth):
        if sprite.depth > place.depth + 1:
            sprite.paste(image, labels)
    kinds = np.asarray(labels)
    return Scene(place, image, np.isin(kinds, GROUND))


def _indoors(dice, light):
    """Turn the light into that of a room: from above and ahead, softer, less blue."""
    azimuth, elevation = dice.uniform(-1.3, 1.3) + math.pi, math.radians(dice.uniform(35, 65))
    level = math.cos(elevation)
    light.direction = level * math.sin(azimuth), math.sin(elevation), level * math.cos(azimuth)
    strength = dice.uniform(0.15, 0.6) * (0.55 + 0.45 * light.day)
    warm = mix((1.0, 0.97, 0.92), (1.0, 0.84, 0.64), dice.random())
    light.sun = tuple(strength * channel for channel in warm)
    bright = (1.02 - 0.6 * strength) * (0.6 + 0.4 * light.day)
    light.ambient = tuple(bright * channel for channel in mix((1, 1, 1), warm, 0.5))
    light.sun_array, light.ambient_array = np.array(light.sun), np.array(light.ambient)
    light.shadow, light.haze_distance = 0.7 * strength, 1e4


@functools.cache
def _rays(size):
    steps = (np.arange(2 * size) + 0.5) / 2
    return steps.astype(np.float32)


def _room(dice, camera, light, depth):
    """Walls, floor and what hangs on the walls, in perspective."""
    size = camera.size
    steps = _rays(size)
    x = (steps - size / 2) / camera.focal
    y = ((camera.horizon - steps) / camera.focal)[:, None]
    turn = dice.uniform(-0.6, 0.6)
    sin, cos = math.sin(turn), math.cos(turn)
    ahead, aside = cos - x * sin, sin + x * cos  # of the ray, in the room's directions
    back = depth * (1 + 0.25 * abs(sin)) + dice.uniform(0.9, 3.5)
    side = dice.choice((-1, 1)) * dice.uniform(1.3, 4.0)
    to_back = back / np.maximum(ahead, 0.05)
    to_side = np.where(aside * side > 0, side / np.where(abs(aside) < 1e-4, 1e-4, aside), 1e4)
    on_side = to_side < to_back
    to_wall = np.minimum(to_back, to_side)
    up = camera.height + y * to_wall  # height on the wall, metres
    place = np.where(on_side, ahead * to_side + 37.0, aside * to_back)  # along the wall, metres
    wall = np.array(dice.choice(_WALLS), float)
    colours = np.empty((2 * size, 2 * size, 3), np.float32)
    gain = np.where(on_side, dice.uniform(0.78, 0.95), 1.0) * (1 - 0.05 * to_wall / back)
    colours[:] = wall * gain[None, :, None]
    colours *= (0.9 + 0.06 * np.minimum(up, 2.6))[..., None]
    _wall_paper(dice, colours, wall, up, place)
    for _ in range(dice.randrange(4)):
        _hang(dice, colours, up, place, camera)
    skirting = dice.uniform(0.06, 0.13)
    colours[up < skirting] = mix(wall.tolist(), (250, 248, 244), 0.7)
    colours[up < 0.02] *= 0.6
    ceiling = up > dice.uniform(2.4, 2.9)
    colours[ceiling] = (236, 234, 230)
    floor = up < 0
    row = np.flatnonzero(floor.any(axis=1))
    if len(row):
        below = slice(row[0], None)
        reach = camera.height / np.maximum(-y[below], 1e-3)
        ground = _ground(dice, reach * ahead, reach * aside, reach)
        colours[below][floor[below]] = ground[floor[below]]
    image = Image.fromarray(np.minimum(colours, 255).astype(np.uint8)).reduce(2)
    image = lit(image, light, 0.45, 0.0)
    return image, floor[::2, ::2]


def _wall_paper(dice, colours, wall, up, place):
    kind = dice.choice(("plain", "plain", "plain", "dado", "stripes", "bricks", "tiles"))
    other = np.array(mix(wall.tolist(), dice.choice(_WALLS), 0.7)) * dice.uniform(0.75, 1.0)
    along = np.broadcast_to(place, up.shape)
    if kind == "dado":
        height = dice.uniform(0.8, 1.25)
        colours[up < height] *= (other / wall).astype(np.float32)
        colours[abs(up - height) < 0.025] = (240, 238, 234)
    elif kind == "stripes":
        width = dice.uniform(0.1, 0.4)
        colours[along % (2 * width) < width] *= (0.5 + 0.5 * other / wall).astype(np.float32)
    elif kind in ("bricks", "tiles"):
        high, wide = (0.085, 0.25) if kind == "bricks" else (0.2, 0.2)
        if kind == "bricks":
            colours *= np.array([0.82, 0.6, 0.5], np.float32)
        course = np.floor(up / high)
        shift = along + (0.5 * wide * (course % 2) if kind == "bricks" else 0)
        number = np.floor(shift / wide) * 7.0 + course * 3.0
        colours *= (1 + 0.07 * np.sin(number * 12.9))[..., None]
        joint = (up % high < 0.012) | (shift % wide < 0.012)
        colours[joint] = 0.5 * colours[joint] + (92, 90, 86)


def _hang(dice, colours, up, place, camera):
    """A picture, a window, a door or a shelf on the wall."""
    kind = dice.choice(("picture", "picture", "window", "door", "shelf"))
    middle = dice.uniform(-2.0, 2.0) + (38.5 if dice.random() < 0.3 else 0.0)
    half, low, high = {
        "picture": (dice.uniform(0.15, 0.5), dice.uniform(1.2, 1.5), dice.uniform(1.7, 2.1)),
        "window": (dice.uniform(0.4, 0.9), dice.uniform(0.8, 1.1), dice.uniform(1.9, 2.3)),
        "door": (0.45, 0.0, 2.05),
        "shelf": (dice.uniform(0.3, 0.6), dice.uniform(1.0, 1.5), 0.0),
    }[kind]
    high = high or low + 0.05
    far = abs(place - middle)[None, :]
    edge = 0.05 if kind != "shelf" else 0.0
    inside = (far < half) & (up > low) & (up < high)
    if not inside.any():
        return
    frame = dice.choice(((244, 242, 238), (64, 50, 40), (120, 92, 64), (30, 30, 32)))
    colours[inside] = frame
    if edge:
        inner = (far < half - edge) & (up > low + edge) & (up < high - edge)
        if kind == "window":
            share = ((up - low) / (high - low)).clip(0, 1)[..., None]
            glass = (214, 226, 236) + share * np.array([-40, -20, 12])
            colours[inner] = np.broadcast_to(glass, colours.shape)[inner]
            colours[inner & ((far < 0.025) | (abs(up - (low + high) / 2) < 0.02))] = frame
        elif kind == "picture":
            one, two = dice.choice(_WALLS), dice.choice(_FLOORS)
            colours[inner] = one
            colours[inner & (up < low + (high - low) * dice.uniform(0.3, 0.7))] = two
        else:
            colours[inner] = mix(frame, dice.choice(_WALLS), 0.5)


def _ground(dice, along, across, reach):
    """Return the floor's colours, (rows, columns, 3), from its coordinates in metres."""
    base = np.array(dice.choice(_FLOORS), float)
    kind = dice.choice(("boards", "boards", "tiles", "carpet"))
    if dice.random() < 0.5:
        along, across = across, along
    colours = np.empty((*along.shape, 3), np.float32)
    colours[:] = base
    near = np.minimum(1.0, 6.0 / reach)
    if kind == "boards":
        width = dice.uniform(0.1, 0.2)
        number = np.floor(across / width)
        piece = number * 3.7 + np.floor(along / 1.3 + 0.37 * number) * 1.9
        colours *= (1 + near * 0.09 * np.sin(piece * 12.9))[..., None]
        colours *= (1 - near * 0.3 * ((across / width) % 1 < 0.07))[..., None]
    elif kind == "tiles":
        width = dice.uniform(0.25, 0.6)
        checker = (np.floor(across / width) + np.floor(along / width)) % 2
        colours *= (1 - near * dice.choice((0.0, 0.1, 0.3)) * checker)[..., None]
        joint = ((across / width) % 1 < 0.04) | ((along / width) % 1 < 0.04)
        colours *= (1 - near * 0.25 * joint)[..., None]
    else:
        weave = np.sin(across * 90) * np.sin(along * 90) + np.sin(across * 7.3) * np.sin(along * 5)
        colours *= (1 + near * 0.05 * weave)[..., None]
    return colours


def _studio(dice, camera, light, depth):
    """A soft backdrop that bends into the floor, brightest behind the person."""
    size = camera.size
    steps = _rays(size)[::2] / size
    first, second = (np.array(dice.choice(_WALLS), float) for _ in range(2))
    if dice.random() < 0.15:
        first, second = first * 0.45, second * 0.45
    bend = camera.horizon + camera.focal * camera.height / (depth + dice.uniform(0.4, 2.0))
    rise = 1 / (1 + np.exp(-(steps * size - bend) / (0.05 * size)))[:, None, None]
    wall = first + (second - first) * steps[:, None, None] * dice.uniform(0.3, 1.0)
    colours = wall * (1 - rise) + rise * (0.5 * second + 0.5 * first) * dice.uniform(0.85, 1.1)
    u, v = dice.uniform(0.3, 0.7), dice.uniform(0.2, 0.6)
    far = (steps - u) ** 2 + (steps[:, None] - v) ** 2
    colours = colours * (1.12 - dice.uniform(0.2, 0.8) * far)[..., None]
    image = Image.fromarray(np.clip(colours, 0, 255).astype(np.uint8))
    floor = np.broadcast_to(rise[..., 0], (size, size))
    return lit(image, light, 0.45, 0.0), floor
