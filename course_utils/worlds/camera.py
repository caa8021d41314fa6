"""The camera and the light of a rendered street.

World coordinates are metres: x to the right across the street, y up, z along the street. A thing
in the street has coordinates of its own, (forward, right, up), turned by its heading. Picture
coordinates are pixels from the top left corner, u to the right and v down.
"""

import functools
import math

import numpy as np


class Camera:
    """A pinhole camera at (x, height, 0) that looks level, turned from the street by `yaw`.

    Attributes:
        size: side of the square picture, pixels.
        focal: focal length, pixels.
        horizon: row of the horizon, pixels.
        x: place across the street, metres.
        height: height of the lens over the ground, metres.
        yaw: angle of the view from the street's direction, radians; positive looks to the right.
        first_ground_row: the first row that can show the ground; `size` if none can.
    """

    def __init__(self, size, focal, horizon, x, height, yaw):
        self.size, self.focal, self.horizon = size, focal, horizon
        self.x, self.height, self.yaw = x, height, yaw
        self.sin, self.cos = math.sin(yaw), math.cos(yaw)
        self.first_ground_row = min(max(0, int(horizon)), size)

    def depth(self, x, z):
        """Return the distance of a ground point along the view, metres."""
        return (x - self.x) * self.sin + z * self.cos

    def column(self, x, z):
        """Return the picture column of a ground point, pixels."""
        across = (x - self.x) * self.cos - z * self.sin
        return self.size / 2 + self.focal * across / self.depth(x, z)

    def row(self, x, z):
        """Return the picture row of a ground point, pixels."""
        return self.horizon + self.focal * self.height / self.depth(x, z)

    def ground(self, u, depth):
        """Return the ground point (x, z) in metres seen in column `u` at `depth` metres."""
        across = (u - self.size / 2) * depth / self.focal
        x = self.x + across * self.cos + depth * self.sin
        return x, depth * self.cos - across * self.sin

    def cuboid(self, x, z, heading, length, width, height):
        """Return the outline (left, right, top, bottom) in pixels of a cuboid on the ground.

        Returns:
            None if a corner comes closer to the camera than 0.9 m.
        """
        sin, cos = math.sin(heading - self.yaw), math.cos(heading - self.yaw)
        middle = self.depth(x, z)
        across = (x - self.x) * self.cos - z * self.sin
        # How far the front's middle and the right side's middle are away from the middle.
        ahead, aside = length / 2 * cos, length / 2 * sin
        deep, wide = width / -2 * sin, width / 2 * cos
        reach = abs(ahead) + abs(deep)
        if middle - reach < 0.9:
            return None
        corners = (
            (across + aside + wide) / (middle + ahead + deep),
            (across + aside - wide) / (middle + ahead - deep),
            (across - aside + wide) / (middle - ahead + deep),
            (across - aside - wide) / (middle - ahead - deep),
        )
        focal, above = self.focal, self.height - height
        top = self.horizon + focal * above / (middle + reach if above > 0 else middle - reach)
        left, right = self.size / 2 + focal * min(corners), self.size / 2 + focal * max(corners)
        return left, right, top, self.horizon + focal * self.height / (middle - reach)


class Place:
    """Where a thing stands in the street, which way it faces, and how the camera sees it.

    Attributes:
        x, z: its ground point, metres.
        across: how far right of the view's axis it is, metres.
        heading: angle of its forward direction from the street's direction, radians.
        depth: distance from the camera along the view, metres.
        scale: pixels per metre at that distance.
        sunny: 1 where the sun reaches, 0 in the shadow of a building.
    """

    def __init__(self, camera, light, x, z, heading, sunny=1.0):
        self.camera, self.light = camera, light
        self.x, self.z, self.heading, self.sunny = x, z, heading, sunny
        self.sin, self.cos = math.sin(heading), math.cos(heading)
        self._turn_sin, self._turn_cos = (
            math.sin(heading - camera.yaw),
            math.cos(heading - camera.yaw),
        )
        self.depth = camera.depth(x, z)
        self.across = (x - camera.x) * camera.cos - z * camera.sin
        self.scale = camera.focal / self.depth

    @functools.cached_property
    def eye(self):
        """The camera in the thing's own coordinates (forward, right, up), metres."""
        return *self._turned(self.camera.x - self.x, -self.z), self.camera.height

    @functools.cached_property
    def sun(self):
        """The direction to the sun in the thing's own coordinates."""
        x, up, z = self.light.direction
        return *self._turned(x, z), up

    def ground(self, points):
        """Return own ground points (forward, right) as (x, z) in the world, metres."""
        x, z, sin, cos = self.x, self.z, self.sin, self.cos
        return [(x + f * sin + r * cos, z + f * cos - r * sin) for f, r in points]

    def _turned(self, x, z):
        return x * self.sin + z * self.cos, x * self.cos - z * self.sin

    @functools.cached_property
    def tones(self):
        """Skylight, sunlight, mirrored sky and haze as seen from afar: red, green, blue of each.

        A surface of colour c (0..255) that the sun strikes fully is seen as c * (skylight +
        sunlight) + haze.
        """
        light, sunny = self.light, self.sunny
        keep = math.exp(-self.depth / light.haze_distance)
        return (
            *(keep * channel for channel in light.ambient),
            *(keep * sunny * channel for channel in light.sun),
            *(keep * channel for channel in light.zenith),
            *((1 - keep) * channel for channel in light.haze),
        )

    def project(self, points, enlarged=1.0):
        """Project own points (forward, right, up), array (3, n), to (3, n): u, v and depth.

        Args:
            points: metres.
            enlarged: factor that the points are multiplied with first.
        """
        camera = self.camera
        sin, cos = self._turn_sin * enlarged, self._turn_cos * enlarged
        turn = np.array(((sin, cos, 0.0), (0.0, 0.0, -enlarged), (cos, -sin, 0.0)))
        seen = turn @ points
        seen += ((self.across,), (camera.height,), (self.depth,))
        seen[:2] *= camera.focal / seen[2]
        seen[:2] += ((camera.size / 2,), (camera.horizon,))
        return seen


class Light:
    """One sun, one sky, and the haze between.

    Attributes:
        direction: unit vector to the sun in world coordinates.
        sun, ambient: strength of each colour channel of sunlight and of skylight.
        zenith, skyline: colours of the sky overhead and at the horizon, 0..255.
        day: 1 in full daylight, 0 in late dusk.
        clouds: 0 for a clear sky, 1 for an overcast one.
        shadow: how dark cast shadows are, 0..1.
    """

    def __init__(self, dice, day):
        self.day = day
        self.clouds = min(1.0, max(0.0, dice.uniform(-0.7, 1.25)))
        dusk = (1 - day) ** 1.3
        elevation = math.radians(8 + 50 * day * dice.uniform(0.6, 1.0))
        azimuth = dice.uniform(-math.pi, math.pi)
        level = math.cos(elevation)
        self.direction = (
            level * math.sin(azimuth),
            math.sin(elevation),
            level * math.cos(azimuth),
        )
        strength = (1 - self.clouds) ** 0.8 * (0.35 + 0.65 * day)
        warm = mix((1.0, 0.94, 0.82), (1.0, 0.62, 0.32), dusk)
        self.sun = tuple(1.0 * strength * channel for channel in warm)
        bright = (0.68 + 0.34 * self.clouds) * (1 - 0.46 * dusk)
        cool = mix((0.90, 0.98, 1.10), (1.0, 1.0, 1.0), self.clouds)
        cool = mix(cool, (0.86, 0.86, 1.16), dusk)
        self.ambient = tuple(bright * channel for channel in cool)
        self.shadow = 0.62 * strength
        grey = dice.uniform(185, 225)
        zenith = mix((72, 126, 200), (grey * 0.86, grey * 0.89, grey * 0.94), self.clouds)
        skyline = mix((196, 216, 234), (grey, grey, grey * 1.01), self.clouds)
        evening = mix((250, 178, 120), (190, 160, 160), self.clouds)
        self.zenith = mix(zenith, (38, 48, 92), dusk)
        self.skyline = mix(skyline, evening, min(1.0, 1.15 * dusk))
        self.haze = mix(self.skyline, (70, 70, 96), 0.55 * dusk)
        self.haze_distance = dice.uniform(120, 500)
        self.ambient_array, self.sun_array = np.array(self.ambient), np.array(self.sun)
        self.zenith_array, self.skyline_array = np.array(self.zenith), np.array(self.skyline)
        self.haze_array = np.array(self.haze)

    def shade(self, albedo, sun=0.5, depth=0.0, gloss=0.0):
        """Return the colour seen of a surface, (red, green, blue) in 0..255.

        Args:
            albedo: the surface's own colour, three values in 0..255.
            sun: how fully the sun strikes it, 0..1.
            depth: distance from the camera, metres.
            gloss: share of the sky that it mirrors.
        """
        veil = 1 - math.exp(-depth / self.haze_distance)
        keep = 1 - veil
        colour = []
        for channel in range(3):
            value = albedo[channel] * (self.ambient[channel] + self.sun[channel] * sun)
            if gloss:
                value += gloss * (self.zenith[channel] - 0.4 * value)
            value = value * keep + self.haze[channel] * veil
            colour.append(255 if value > 255 else int(value))
        return tuple(colour)

    def shade_many(self, albedo, sun, depth):
        """Return `shade` of n surfaces as a list of colours: albedo (n, 3), depth (n,)."""
        colours = albedo * (self.ambient_array + self.sun_array * sun)
        veil = 1 - np.exp(depth / -self.haze_distance)[:, None]
        colours += (self.haze_array - colours) * veil
        return [tuple(colour) for colour in np.minimum(colours, 255).astype(int).tolist()]

    def glow(self, colour, depth):
        """Return the colour seen of something that shines by itself."""
        return tuple(
            int(v) for v in mix(colour, self.haze, 1 - math.exp(-depth / self.haze_distance))
        )


def mix(first, second, share):
    """Return the colour `first` with `share` (0..1) of `second`, channel by channel."""
    (red, green, blue), (red2, green2, blue2) = first, second
    return (
        red + (red2 - red) * share,
        green + (green2 - green) * share,
        blue + (blue2 - blue) * share,
    )


def lit(image, light, sun, depth, tint=(255, 255, 255)):
    """Return an RGB image of albedos as the light shows it, veiled by the haze.

    Args:
        image: RGB.
        light: the Light.
        sun: how fully the sun strikes it, 0..1.
        depth: distance from the camera, metres.
        tint: colour, 0..255, that the albedos are multiplied with.
    """
    veil = 1 - math.exp(-depth / light.haze_distance)
    gains = [
        (ambient + strength * sun) * (1 - veil) * share / 255
        for ambient, strength, share in zip(light.ambient, light.sun, tint, strict=True)
    ]
    red, green, blue = (value * veil for value in light.haze)
    matrix = (gains[0], 0, 0, red, 0, gains[1], 0, green, 0, 0, gains[2], blue)
    return image.convert("RGB", matrix)
