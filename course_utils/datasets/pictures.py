"""Pictures from files: any usual kind, made into one, and refused when they are broken or a trap.

Whatever the file holds, a record gets red, green and blue:

| in the file | in the record |
|---|---|
| grey, black and white | the same value three times |
| palette | its colours |
| alpha | over white |
| 16 bits, grey | 0..65535 as 0..1, nothing lost |
| CMYK, YCbCr, LAB | converted |
| several frames | the first |
| EXIF orientation | turned as viewers show it |
"""

import warnings

from course_utils.datasets.problems import DataError

import numpy as np
from PIL import Image

# Formats that Pillow decodes itself; EPS, for one, would start another program.
FORMATS = ("JPEG", "PNG", "PPM", "BMP", "DIB", "GIF", "TIFF", "WEBP", "AVIF", "JPEG2000")
MAX_PIXELS = 89_000_000  # where Pillow warns of a decompression bomb
_ORIENTATION = 0x0112
# EXIF orientation: whether rows and columns change places, then what is mirrored in x and in y.
_TURNS = {
    1: (False, False, False), 2: (False, True, False), 3: (False, True, True),
    4: (False, False, True), 5: (True, False, False), 6: (True, True, False),
    7: (True, True, True), 8: (True, False, True),
}  # fmt: skip

# What is wrong with a picture is said here, by file; Pillow's own warnings name none.
warnings.filterwarnings("ignore", module=r"PIL\.")


def read(path, enough=None):
    """Read a picture as it is stored, not yet turned.

    Args:
        path: the file.
        enough: a function of the height and width as shown that gives those that are enough, or
            None. A JPEG may then be decoded at 1/2, 1/4 or 1/8 of its size, which is much faster
            for a photograph of a phone.

    Returns:
        The picture as Pillow holds it, decoded, mode "RGB", or "F" in 0..1 where it has 16 bits
        (`as_array` makes it an array); its EXIF orientation, 1 to 8 (`turned` undoes it); its
        height and width in the file.

    Raises:
        DataError: if the file is missing, broken, truncated, larger than `MAX_PIXELS` or of a
            kind that isn't read.
    """
    with _opened(path) as image:
        size = image.height, image.width
        orientation = _orientation(image)
        if enough and image.format == "JPEG":
            height, width = enough(size[::-1])[::-1] if is_turned(orientation) else enough(size)
            image.draft(None, (width, height))
        return _plain(image), orientation, size


def read_mask(path):
    """Read a mask: the numbers or colours of its pixels, with nothing converted.

    Args:
        path: the file.

    Returns:
        (height, width) of ids, an integer dtype (for a palette: places in the palette), or
        (height, width, 3) uint8 of colours; and the EXIF orientation.

    Raises:
        DataError: as `read` does.
    """
    with _opened(path) as image:
        orientation = _orientation(image)
        if image.mode in ("RGB", "RGBA", "CMYK", "YCbCr", "LAB"):
            return np.array(image.convert("RGB")), orientation
        if image.mode in ("1", "LA", "La", "PA"):
            image = image.convert("L") if image.mode != "PA" else image.getchannel(0)
        values = np.array(image)
        if values.ndim != 2 or values.dtype.kind not in "iu":
            raise DataError(f"a mask holds whole numbers or colours, this has mode {image.mode}")
        return values, orientation


def is_turned(orientation):
    """Whether an orientation lets height and width change places."""
    return _TURNS[orientation][0]


def as_array(image):
    """Return what `read` gives as (height, width, 3): uint8, or float32 in 0..1 for mode "F"."""
    values = np.asarray(image)
    return np.repeat(values[..., None], 3, axis=2) if image.mode == "F" else values


def turned(pixels, orientation):
    """Turn a picture of Pillow's, or an array (height, width, ...), as an EXIF orientation says."""
    swap, mirror_x, mirror_y = _TURNS[orientation]
    if isinstance(pixels, Image.Image):
        pixels = pixels.transpose(Image.Transpose.TRANSPOSE) if swap else pixels
        pixels = pixels.transpose(Image.Transpose.FLIP_LEFT_RIGHT) if mirror_x else pixels
        return pixels.transpose(Image.Transpose.FLIP_TOP_BOTTOM) if mirror_y else pixels
    pixels = pixels.swapaxes(0, 1) if swap else pixels
    pixels = pixels[:, ::-1] if mirror_x else pixels
    return np.ascontiguousarray(pixels[::-1] if mirror_y else pixels)


def turned_boxes(boxes, orientation, size):
    """Turn boxes as `turned` turns the pixels.

    Args:
        boxes: (n, 4), xyxy in pixels of the stored picture.
        orientation: 1 to 8.
        size: height and width of the stored picture.

    Example:
        >>> turned_boxes(np.array([[0, 0, 2, 1]]), 6, (4, 8)).tolist()
        [[3, 0, 4, 2]]
    """
    swap, mirror_x, mirror_y = _TURNS[orientation]
    height, width = size
    if swap:
        boxes, height, width = boxes[:, [1, 0, 3, 2]], width, height
    x1, y1, x2, y2 = boxes.T
    if mirror_x:
        x1, x2 = width - x2, width - x1
    if mirror_y:
        y1, y2 = height - y2, height - y1
    return np.stack([x1, y1, x2, y2], axis=1)


class _opened:
    """A picture, opened; whatever goes wrong with it becomes a `DataError`."""

    def __init__(self, path):
        self.path = path

    def __enter__(self):
        try:
            # TGA has no sign of its own: any bytes could be one
            more = ("TGA",) if str(self.path).lower().endswith(".tga") else ()
            self.image = Image.open(self.path, formats=FORMATS + more)
        except Image.DecompressionBombError as error:
            raise DataError(f"more than {MAX_PIXELS / 1e6:.0f} million pixels") from error
        except FileNotFoundError as error:
            raise DataError("there is no such file") from error
        except Exception as error:
            raise DataError(f"no readable picture: {_short(error)}") from error
        pixels = self.image.width * self.image.height
        if pixels > MAX_PIXELS or not pixels:
            size = f"{self.image.width}x{self.image.height}"
            self.image.close()
            raise DataError(f"{size}: a picture has 1 to {MAX_PIXELS / 1e6:.0f} million pixels")
        return self.image

    def __exit__(self, kind, error, trace):
        self.image.__exit__(kind, error, trace)  # closes the file and leaves the picture
        # Pillow's decoders raise almost any exception on hostile bytes.
        if isinstance(error, Exception) and not isinstance(error, DataError):
            raise DataError(f"broken picture: {_short(error)}") from error


def _short(error):
    return f"{type(error).__name__}: {error}".split(" <_io")[0].split(" '/")[0][:120]


def _orientation(image):
    try:
        found = image.getexif().get(_ORIENTATION, 1)
    except Exception:  # a broken EXIF block says nothing
        return 1
    return found if isinstance(found, int) and found in _TURNS else 1


def _plain(image):
    """Return a picture as mode "RGB" or "F", decoded."""
    if image.mode.startswith("I"):
        values = np.array(image)
        if values.min(initial=0) < 0 or values.max(initial=0) > 65535:
            raise DataError("grey values beyond 16 bits")
        return Image.fromarray((values / np.float32(65535)).astype(np.float32))
    if image.mode == "F":
        raise DataError("grey values with fractions have no agreed white")
    if image.mode in ("RGBA", "LA", "PA", "RGBa", "La") or "transparency" in image.info:
        image = image.convert("RGBA")
        white = Image.new("RGBA", image.size, "white")
        image = Image.alpha_composite(white, image)
    image.load()
    return image if image.mode == "RGB" else image.convert("RGB")
