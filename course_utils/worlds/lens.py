"""From the painted street to the photograph: shadows on the ground, texture, exposure, noise."""

import functools

from course_utils.worlds import scenery, street_traffic
from course_utils.worlds.camera import Place
from course_utils.worlds.street_layout import PAVEMENT, ROAD

import numpy as np
from PIL import Image, ImageChops, ImageDraw, ImageFilter

_ELSEWHERE = np.array([kind not in (ROAD, PAVEMENT) for kind in range(256)])  # no ground


def shadowed(image, labels, traffic):
    """Return the painted street (RGB image) with grain on the ground and shadows cast on it."""
    camera, street, light = traffic.camera, traffic.street, traffic.light
    mask = Image.new("L", (camera.size, camera.size))
    draw = ImageDraw.Draw(mask)
    cast, contact = int(255 * light.shadow), int(255 * min(0.75, 0.55 + 0.3 * light.shadow))
    if cast > 20:
        for side in (0, 1):
            _shade_strip(draw, camera, street, side, street.sun_edge(light, side), cast)
    outlines = [
        (thing.place, street_traffic.shadow_outlines(thing, light)) for thing in traffic.things
    ]
    if cast > 20:
        for place, (outline, _) in outlines:
            if place.sunny:
                _draw(draw, place, outline, cast)
        for x, z, looks in street.trees:
            if street.sunny(light, x) and 1 < camera.depth(x, z) < 40:
                place = Place(camera, light, x, z, 0.0)
                for outline in scenery.tree_shadow(place, looks):
                    _draw(draw, place, outline, cast)
    for place, (_, outline) in outlines:
        _draw(draw, place, outline, contact)
    first = max(0, int(camera.horizon))
    below = (0, first, camera.size, camera.size)
    mask = mask.crop(below).filter(ImageFilter.BoxBlur(camera.size / 150))
    shade = np.asarray(mask, np.float32) * np.float32(-1 / 255)
    shade += 1
    kinds = np.asarray(labels.crop(below))
    shade *= _grain(camera, kinds, first)
    np.copyto(shade, 1, where=_ELSEWHERE[kinds])
    pixels = np.asarray(image.crop(below))
    shaded = pixels.reshape(len(shade), -1) * np.repeat(shade, 3, axis=1)
    np.minimum(shaded, 255, out=shaded)
    image.paste(Image.fromarray(shaded.astype(np.uint8).reshape(pixels.shape)), below)
    return image


def _draw(draw, place, outline, value):
    """Fill a ground outline, (forward, right) points in metres, of a thing."""
    points, camera = [], place.camera
    for forward, right in outline:
        x = place.x + forward * place.sin + right * place.cos
        z = place.z + forward * place.cos - right * place.sin
        if camera.depth(x, z) < 0.7:
            x, z = place.x, place.z
        points += (camera.column(x, z), camera.row(x, z))
    draw.polygon(points, fill=value)


def _shade_strip(draw, camera, street, side, edge, value):
    wall = street.walls[side]
    if abs(edge - wall) < 0.1:
        return
    points = []
    for x, z in ((wall, -60.0), (edge, -60.0), (edge, 160.0), (wall, 160.0)):
        z = max(z, (0.6 - (x - camera.x) * camera.sin) / camera.cos)
        points += (camera.column(x, z), camera.row(x, z))
    draw.polygon(points, fill=value)


@functools.cache
def _grounds():
    """Return two tiles of grain about 1, asphalt and paving, 16 samples a metre, 16 m square."""
    random = np.random.default_rng(11)
    fine = random.standard_normal((256, 256))
    blurred = fine.copy()
    for axis in (0, 1):
        blurred = sum(np.roll(blurred, shift, axis) for shift in range(-4, 5)) / 9
    asphalt = 1 + 0.05 * fine + 0.5 * blurred
    slabs = np.kron(1 + 0.05 * random.standard_normal((16, 16)), np.ones((16, 16)))
    paving = slabs + 0.03 * fine + 0.2 * blurred
    paving[::16] -= 0.16
    paving[:, ::16] -= 0.16
    return np.stack([asphalt, paving]).astype(np.float32)


@functools.cache
def _grid(size):
    rows, columns = np.indices((size, size), dtype=np.float32)
    return rows + 0.5, columns + 0.5 - size / 2


def _grain(camera, kinds, first):
    """Return the ground's grain in perspective from row `first` down, float32 about 1."""
    rows, columns = (part[first:] for part in _grid(camera.size))
    depth = camera.focal * camera.height / np.maximum(rows - camera.horizon, 0.5)
    across = columns * depth / camera.focal
    scale = 16.0
    across *= scale
    along = depth * scale
    x = (across * camera.cos + along * camera.sin).astype(np.int32) & 255
    z = (along * camera.cos - across * camera.sin).astype(np.int32) & 255
    grain = np.take(_grounds(), ((kinds == PAVEMENT).astype(np.int32) << 16) | (z << 8) | x)
    grain -= 1
    grain *= np.minimum(1.0, 9.0 / depth[:, :1])
    grain += 1
    return grain


@functools.cache
def _vignette(size):
    """Return the share of the light that reaches each channel of each pixel, per 255."""
    rows, columns = _grid(size)
    far = ((rows - size / 2) ** 2 + columns**2) / (size / 2) ** 2
    return np.repeat((1 - 0.09 * far)[..., None] / 255, 3, axis=2).astype(np.float32)


@functools.cache
def _noise(size):
    """Return a field of standard normal noise to cut pictures' noise from, drawn once."""
    side = size + 400
    return np.random.default_rng(13).standard_normal((side, side, 3), np.float32)


def exposed(image, light, dice, deviation, out):
    """Write the finished photograph to `out`, (size, size, 3) float32 in 0..1.

    Args:
        image: the composed picture, RGB.
        light: the scene's Light.
        dice: source of the lens' whims and of the noise.
        deviation: standard deviation of the noise, 0..1.
        out: the array to fill.
    """
    size = image.width
    if light.day < 0.5:
        bright = ImageChops.subtract(image, Image.new("RGB", image.size, (200, 200, 200)), 0.5)
        bright = (
            bright.reduce(2)
            .filter(ImageFilter.BoxBlur(size / 80))
            .resize(image.size, Image.Resampling.BILINEAR)
        )
        image = ImageChops.add(image, bright)
    if dice.random() < 0.3:
        image = image.filter(ImageFilter.BoxBlur(dice.uniform(0.05, 0.3) * size / 128))
    np.multiply(np.asarray(image), _vignette(size), out=out)
    out *= np.float32(dice.uniform(0.94, 1.06))
    if deviation:
        row, column = dice.randrange(400), dice.randrange(400)
        grains = _noise(size)[row : row + size, column : column + size]
        out += grains * np.float32(deviation if dice.random() < 0.5 else -deviation)
    np.maximum(out, 0, out=out)
    np.minimum(out, 1, out=out)
