"""What every painting stands on: a canvas in units of its own, noise, colours, strokes, light.

A canvas has an area of 1 whatever its size in pixels, so a composition in these units is the same
picture at every size. It is drawn finer than asked for and shrunk at the end.
"""

import numpy as np
from PIL import Image, ImageDraw
from scipy import ndimage
from skimage import color

_UNITS = (512, 1024, 1280)  # pixels a unit to draw with: for small, middling, the largest pictures
_SKETCH = 400  # pixels a unit of a sketch


class Canvas:
    """A canvas of area 1.

    Args:
        height: of the picture, pixels.
        width: of the picture, pixels.
        seed: whole numbers that all chance on the canvas comes from; the last one also picks
            the palette.

    Attributes:
        right, bottom: its extent in units; the top left corner is (0, 0).
        unit: pixels a unit while it is drawn.
        shape: (rows, columns) while it is drawn.
        dice: a NumPy Generator.
    """

    def __init__(self, height, width, seed):
        side = float(np.sqrt(height * width))
        self.right, self.bottom = width / side, height / side
        self.unit = float(np.interp(side, (256, 512, 1024), _UNITS))
        self.shape = (round(self.bottom * self.unit), round(self.right * self.unit))
        self.size = (width, height)
        self.seed = seed[-1]
        self.dice = np.random.default_rng(np.random.SeedSequence(seed))

    def palette(self, palettes):
        """Return one of some palettes, dicts of rows of colours like "#20407F", as arrays."""
        chosen = palettes[self.seed % len(palettes)]
        return {name: palette(*row) for name, row in chosen.items()}

    def grid(self, sketch=False):
        """Return x and y, in units, of every pixel of the canvas or of a sketch."""
        rows, columns = self.sketch_shape() if sketch else self.shape
        x = (np.arange(columns) + 0.5) * self.right / columns
        y = (np.arange(rows) + 0.5) * self.bottom / rows
        return np.meshgrid(x.astype(np.float32), y.astype(np.float32))

    def sketch_shape(self):
        """(rows, columns) of a sketch: the same whatever the picture's size."""
        return tuple(max(1, round(side * _SKETCH)) for side in (self.bottom, self.right))

    def places(self, count, margin=0.0):
        """Return `count` random places, (count, 2) x and y in units, also `margin` outside."""
        extent = np.array([self.right, self.bottom])
        return self.dice.random((count, 2)) * (extent + 2 * margin) - margin

    def noise(self, cells, octaves=1, stretch=(1, 1), sketch=False):
        """Return smooth noise of mean 0 and deviation 1.

        Args:
            cells: bumps a unit of its coarsest octave.
            octaves: number of octaves, each twice as fine and half as strong as the one before.
            stretch: how much longer the bumps are along x and along y.
            sketch: whether to fill a sketch instead of the canvas.
        """
        rows, columns = self.sketch_shape() if sketch else self.shape
        total = np.zeros((rows, columns), np.float32)
        for octave in range(octaves):
            wide, high = (
                side * cells * 2**octave / by
                for side, by in zip((self.right, self.bottom), stretch, strict=True)
            )
            lattice = self.dice.standard_normal((int(high) + 2, int(wide) + 2), np.float32)
            bumps = Image.fromarray(lattice).resize(
                (columns, rows), Image.Resampling.BICUBIC, box=(0, 0, wide, high)
            )
            total += np.asarray(bumps) / 2**octave
        return (total - total.mean()) / (total.std() + np.float32(1e-6))

    def enlarged(self, sketch):
        """Return a sketch, (rows, columns) or (rows, columns, 3), at the canvas's size."""
        layers = sketch[..., None] if sketch.ndim == 2 else sketch
        size = self.shape[::-1]
        large = [
            np.asarray(
                Image.fromarray(np.ascontiguousarray(layers[..., i], np.float32)).resize(
                    size, Image.Resampling.BICUBIC
                )
            )
            for i in range(layers.shape[-1])
        ]
        return large[0] if sketch.ndim == 2 else np.stack(large, axis=-1)

    def finished(self, image):
        """Shrink what was drawn, (rows, columns, 3) in 0..1, to the picture's size."""
        pixels = Image.fromarray(np.uint8(np.clip(image, 0, 1) * 255 + 0.5))
        small = pixels.resize(self.size, Image.Resampling.LANCZOS)
        return np.asarray(small, np.float32) / 255


def at(sketch, places):
    """Look up a sketch's values at places in pixels of the sketch, (..., 2) x and y."""
    columns = np.clip(places[..., 0].astype(int), 0, sketch.shape[1] - 1)
    rows = np.clip(places[..., 1].astype(int), 0, sketch.shape[0] - 1)
    return sketch[rows, columns]


def palette(*colours):
    """Turn colours like "#20407F" into an array (n, 3) in 0..1."""
    return np.array([[int(c[i : i + 2], 16) / 255 for i in (1, 3, 5)] for c in colours], np.float32)


def ramp(colours, share):
    """Blend along a row of colours: share 0 is the first, 1 the last."""
    share = np.clip(share, 0, 1) * (len(colours) - 1)
    stops = np.arange(len(colours))
    channels = [np.interp(share, stops, colours[:, i]) for i in range(3)]
    return np.stack(channels, axis=-1).astype(np.float32)


def mixed(first, second, share):
    """Mix two colours or pictures, share 0 is the first."""
    share = np.asarray(share, np.float32)[..., None]
    return first * (1 - share) + second * share


def jittered(dice, colours, hue=0.02, saturation=0.1, value=0.08):
    """Vary colours, (n, 3) in 0..1, by so much in hue, saturation and value (deviations)."""
    hsv = color.rgb2hsv(np.clip(colours, 0, 1)[None])[0]
    hsv += dice.standard_normal(hsv.shape) * (hue, saturation, value)
    hsv[:, 0] %= 1
    return color.hsv2rgb(np.clip(hsv, 0, 1)[None])[0]


def smooth(edge, low, high):
    """Rise smoothly from 0 at `low` to 1 at `high`."""
    share = np.clip((edge - low) / (high - low), 0, 1)
    return share * share * (3 - 2 * share)


def lit(image, height, strength, blur=0.8):
    """Light a picture from the top left as if paint stood up from the canvas.

    Args:
        image: (rows, columns, 3).
        height: (rows, columns) of the paint, 0..1.
        strength: how much light and shadow change the colours.
        blur: deviation by which the relief is smoothed, pixels.
    """
    relief = ndimage.gaussian_filter(height, blur)
    slope = ndimage.sobel(relief, axis=0) + ndimage.sobel(relief, axis=1)
    return image * (1 + strength * np.clip(slope, -1, 1))[..., None]


def traced(angles, starts, lengths, steps, pixels):
    """Follow a field of directions from many starts at once.

    Args:
        angles: sketch of directions, radians.
        starts: (n, 2) in units.
        lengths: (n,) of the paths in units.
        steps: steps of a path.
        pixels: pixels a unit of the sketch.

    Returns:
        (n, steps + 1, 2) places in units.
    """
    place, path = starts.copy(), [starts]
    for _ in range(steps):
        angle = at(angles, place * pixels)
        heading = np.stack([np.cos(angle), np.sin(angle)], axis=-1)
        place = place + heading * (lengths / steps)[:, None]
        path.append(place)
    return np.stack(path, axis=1)


class Paint:
    """Paint on a canvas: colour, and in the fourth channel how thick it lies."""

    def __init__(self, canvas, ground):
        self.canvas = canvas
        pixels = np.empty((*canvas.shape, 4), np.uint8)
        pixels[..., :3] = np.clip(ground, 0, 1) * 255
        pixels[..., 3] = 90
        self.image = Image.fromarray(pixels)
        self.draw = ImageDraw.Draw(self.image)

    def strokes(self, paths, kept, widths, colours, bristles=5, streaks=0.05):
        """Draw brush strokes, each a bundle of bristles of slightly different colours.

        Args:
            paths: (n, points, 2) in units.
            kept: (n,) points of each path that are painted.
            widths: (n,) in units.
            colours: (n, 3) in 0..1.
            bristles: lines a stroke.
            streaks: deviation of the bristles' lightness.
        """
        dice, unit = self.canvas.dice, self.canvas.unit
        count = len(paths)
        along = np.gradient(paths, axis=1)
        across = np.stack([-along[..., 1], along[..., 0]], axis=-1)
        across /= np.linalg.norm(across, axis=-1, keepdims=True) + 1e-9
        offsets = (np.arange(bristles) + 0.5) / bristles - 0.5
        light = dice.normal(0, streaks, (count, bristles, 1))
        shades = np.uint8(np.clip(colours[:, None] * (1 + light) + light / 2, 0, 1) * 255)
        thick = dice.integers(60, 256, (count, bristles))
        ragged = dice.integers(0, 3, (count, bristles, 2))
        wide = np.maximum(1, np.round(1.5 * widths / bristles * unit)).astype(int)
        taper = np.sin(np.linspace(0.25, 2.95, paths.shape[1]))[:, None]
        for stroke in np.flatnonzero(kept >= 3):
            end = kept[stroke]
            path, side = paths[stroke, :end] * unit, across[stroke, :end] * taper[:end]
            for bristle in range(bristles):
                first, last = ragged[stroke, bristle]
                line = path + side * (offsets[bristle] * widths[stroke] * unit)
                line = line[min(first, end - 2) : max(end - last, min(first, end - 2) + 2)]
                fill = (*shades[stroke, bristle].tolist(), int(thick[stroke, bristle]))
                self.draw.line(line.ravel().tolist(), fill=fill, width=int(wide[stroke]))

    def dry(self, relief=0.35):
        """Return the picture, (rows, columns, 3) in 0..1, lit from the top left."""
        pixels = np.asarray(self.image, np.float32) / 255
        return lit(pixels[..., :3], pixels[..., 3], relief, blur=self.canvas.unit / 900)
