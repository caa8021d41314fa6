"""From the painted street to the photograph: shadows on the ground, texture, exposure, noise."""

import functools

from course_utils.worlds import scenery, street_traffic
from course_utils.worlds.street_layout import PAVEMENT, ROAD

import numpy as np
from PIL import Image, ImageChops, ImageDraw, ImageFilter

_ELSEWHERE = np.array([kind not in (ROAD, PAVEMENT) for kind in range(256)])  # no ground
# Where the tile of each kind of ground begins in `_grounds`.
_TILES = np.array([256 * 256 * (kind == PAVEMENT) for kind in range(256)], np.int32)


def shadowed(image, labels, traffic):
    """Return the painted street (RGB image) with grain on the ground and shadows cast on it."""
    camera = traffic.camera
    first = max(0, int(camera.horizon))
    below = (0, first, camera.size, camera.size)
    mask = Image.new("L", (camera.size, camera.size - first))
    outlines, darkness = _shadows(traffic)
    if outlines:
        draw = ImageDraw.Draw(mask)
        for outline, value in zip(_seen(outlines, camera, first), darkness, strict=True):
            draw.polygon(outline, fill=value)
        mask = _softened(mask, 0.6)
    shade = np.asarray(mask, np.float32)
    shade *= np.float32(-1 / 255)
    shade += 1
    kinds = np.asarray(labels.crop(below))
    shade *= _grain(camera, kinds, first)
    np.copyto(shade, 1, where=_ELSEWHERE.take(kinds))
    pixels = np.asarray(image.crop(below))
    shaded = pixels.reshape(len(shade), -1) * np.repeat(shade, 3, axis=1)
    np.minimum(shaded, np.full(shaded.shape[1], 255, np.float32), out=shaded)
    image.paste(Image.fromarray(shaded.astype(np.uint8).reshape(pixels.shape)), below)
    return image


def _shadows(traffic):
    """Return outlines on the ground, lists of (x, z) in metres, and how dark each is, 1..255."""
    camera, street, light = traffic.camera, traffic.street, traffic.light
    outlines, contacts = [], []
    cast, contact = int(255 * light.shadow), int(255 * min(0.75, 0.55 + 0.3 * light.shadow))
    if cast > 20:
        for side in (0, 1):
            wall, edge = street.walls[side], street.sun_edges[side]
            if abs(edge - wall) >= 0.1:
                # From just before the camera to far away.
                near, start = (
                    max(-60.0, (0.7 - (x - camera.x) * camera.sin) / camera.cos)
                    for x in (wall, edge)
                )
                outlines.append([(wall, near), (edge, start), (edge, 160.0), (wall, 160.0)])
    for thing in traffic.things:
        outline, ring = street_traffic.shadow_outlines(thing, light)
        if cast > 20 and thing.place.sunny:
            outlines.append(thing.place.ground(outline))
        contacts.append(thing.place.ground(ring))
    if cast > 20:
        for x, z, looks in street.trees:
            if street.sunny(x) and 1 < camera.depth(x, z) < 40:
                outlines += scenery.tree_shadow(light, x, z, looks)
    return outlines + contacts, [cast] * len(outlines) + [contact] * len(contacts)


def _seen(outlines, camera, first):
    """Return ground outlines as lists of columns and rows in turn; row 0 is row `first`."""
    x, z = np.array([point for outline in outlines for point in outline]).T
    scale = camera.focal / np.maximum(camera.depth(x, z), 0.7)
    points = np.empty((len(x), 2))
    points[:, 0] = camera.size / 2 + scale * ((x - camera.x) * camera.cos - z * camera.sin)
    points[:, 1] = camera.horizon - first + scale * camera.height
    flat, seen, begin = points.ravel().tolist(), [], 0
    for outline in outlines:
        seen.append(flat[begin : begin + 2 * len(outline)])
        begin += 2 * len(outline)
    return seen


def _softened(image, share):
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
        image = _softened(image, dice.uniform(0.05, 0.3) * min(1, size / 128))
    np.multiply(np.asarray(image), _vignette(size), out=out)
    out *= np.float32(dice.uniform(0.94, 1.06))
    if deviation:
        row, column = dice.randrange(400), dice.randrange(400)
        grains = _noise(size)[row : row + size, column : column + size]
        out += grains * np.float32(deviation if dice.random() < 0.5 else -deviation)
    np.clip(out, 0, 1, out=out)
