"""From the painted street to the photograph: texture of the ground, glow, exposure, noise."""

import functools

from course_utils.worlds.street_layout import GROUND, PAVEMENT

import numpy as np
from PIL import Image, ImageChops, ImageFilter

_ELSEWHERE = np.array([kind not in GROUND for kind in range(256)])
# Where the tile of each kind of ground begins in `_grounds`.
_TILES = np.array([256 * 256 * (kind == PAVEMENT) for kind in range(256)], np.int32)


def grained(image, labels, camera):
    """Lay grain on the ground of a painted street, an RGB image with its L image of labels."""
    first = camera.first_ground_row
    below = (0, first, camera.size, camera.size)
    kinds = np.asarray(labels.crop(below))
    if not kinds.size:
        return
    grain = _grain(camera, kinds, first)
    np.copyto(grain, 1, where=_ELSEWHERE.take(kinds))
    pixels = np.asarray(image.crop(below))
    grained = pixels.reshape(len(grain), -1) * np.repeat(grain, 3, axis=1)
    np.minimum(grained, np.full(grained.shape[1], 255, np.float32), out=grained)
    image.paste(Image.fromarray(grained.astype(np.uint8).reshape(pixels.shape)), below)


def softened(image, share):
    """Return an image blurred: `share` of each pixel comes from around it, up to 1/256 away."""
    wide, high = image.size
    step = 1
    while step == 1 or 256 * step <= wide:
        soft = image
        for right, down in ((step, 0), (0, step)):
            before, behind = (
                ImageChops.offset(soft, sign * right, sign * down) for sign in (-1, 1)
            )
            soft = Image.blend(soft, Image.blend(before, behind, 0.5), share)
        # What `offset` carries over from the opposite border stays out.
        image.paste(soft.crop((step, step, wide - step, high - step)), (step, step))
        step *= 2
    return image


@functools.cache
def _grounds():
    """Return two tiles of grain about 0, asphalt and paving, 16 samples a metre, 16 m square."""
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
    return np.stack([asphalt, paving]).astype(np.float32) - 1


def _grain(camera, kinds, first):
    """Return the ground's grain in perspective from row `first` down, float32 about 1."""
    rows = np.arange(first, camera.size, dtype=np.float32)[:, None] + np.float32(0.5)
    depth = np.float32(camera.focal * camera.height) / np.maximum(rows - camera.horizon, 0.5)
    # In samples of the tiles, 16 a metre.
    columns = np.arange(camera.size, dtype=np.float32) + (0.5 - camera.size / 2)
    across = columns * (16 / camera.focal)
    x = (depth * (across * camera.cos + 16 * camera.sin)).astype(np.int32)
    z = (depth * (16 * camera.cos - across * camera.sin)).astype(np.int32)
    x &= 255
    z &= 255
    z <<= 8
    x |= z
    x += _TILES.take(kinds)
    grain = _grounds().take(x)
    grain *= np.minimum(1.0, 9.0 / depth)
    grain += 1
    return grain


@functools.cache
def _vignette(size):
    """Return the share of the light that reaches each channel of each pixel, per 255."""
    steps = ((np.arange(size) + 0.5) / (size / 2) - 1) ** 2
    far = steps[:, None] + steps
    return np.repeat((1 - 0.09 * far)[..., None] / 255, 3, axis=2).astype(np.float32)


@functools.cache
def _noise(size):
    """Return a field of standard normal noise to cut pictures' noise from, drawn once."""
    side = size + 400
    return np.random.default_rng(13).standard_normal((side, side, 3), np.float32)


@functools.cache
def _grey(size, value):
    return Image.new("RGB", (size, size), (value, value, value))


def _glowing(image):
    """Return a picture with a glow around what is brighter than 200."""
    size = image.width
    bright = ImageChops.lighter(image, _grey(size, 200)).reduce(4)
    bright = ImageChops.subtract(bright, _grey(bright.width, 200), 0.5)
    if not bright.getbbox():
        return image
    bright = bright.filter(ImageFilter.BoxBlur(size / 160))
    half = size // 2, size // 2
    bright = bright.resize(half, Image.Resampling.BILINEAR)
    return ImageChops.screen(image, bright.resize(image.size, Image.Resampling.NEAREST))


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
        image = _glowing(image)
    if dice.random() < 0.3:
        image = softened(image, dice.uniform(0.05, 0.3) * min(1, size / 128))
    np.multiply(np.asarray(image), _vignette(size), out=out)
    out *= np.float32(dice.uniform(0.94, 1.06))
    if deviation:
        row, column = dice.randrange(400), dice.randrange(400)
        grains = _noise(size)[row : row + size, column : column + size]
        out += grains * np.float32(deviation if dice.random() < 0.5 else -deviation)
    np.clip(out, 0, 1, out=out)
