"""Sliding windows: where they lie, and the crops under them."""

import functools

import numpy as np


def sliding_windows(height, width, size, stride):
    """All windows of one size on a picture, row by row from the top left.

    Args:
        height: height of the picture in pixels.
        width: width of the picture in pixels.
        size: side of a square window in pixels, or a pair: its height and its width.
        stride: step between windows in pixels, at least 1.

    Returns:
        int32 array of shape (n, 4), xyxy in pixels, with
        n = ((height - size) // stride + 1) * ((width - size) // stride + 1) for a square;
        n = 0 if the window is larger than the picture.

    Raises:
        TypeError: if a number is not whole.
        ValueError: if a number is below 1, or the size is neither one side nor a pair.

    Source: lecture P133.

    >>> sliding_windows(4, 5, size=3, stride=1)[:2].tolist()
    [[0, 0, 3, 3], [1, 0, 4, 3]]
    """
    sides = size if isinstance(size, tuple | list) else (size, size)
    if len(sides) != 2:
        raise ValueError(f"size: expected one side or a pair, got {size!r}")
    tall, wide = sides
    numbers = {"height": height, "width": width, "size": tall, "stride": stride}
    for name, number in {**numbers, "size ": wide}.items():
        if isinstance(number, bool) or not isinstance(number, int | np.integer):
            raise TypeError(f"{name.strip()}: expected a whole number, got {number!r}")
        if number < 1:
            raise ValueError(f"{name.strip()}: expected 1 or more, got {number}")
    tops = np.arange(0, height - tall + 1, stride)
    lefts = np.arange(0, width - wide + 1, stride)
    y1, x1 = (grid.ravel() for grid in np.meshgrid(tops, lefts, indexing="ij"))
    return np.stack([x1, y1, x1 + wide, y1 + tall], axis=-1).astype(np.int32)


def crops(image, windows, size):
    """Cut windows out of a picture and bring them to one size.

    Large windows are averaged down, not sampled, so that fine texture does not turn into noise.

    Args:
        image: array of shape (height, width, channels).
        windows: whole numbers of shape (n, 4), xyxy in pixels, inside the picture and not empty.
        size: side of the crops in pixels.

    Returns:
        float32 array of shape (n, size, size, channels), values in the range of the picture.

    Raises:
        TypeError: if a window is not of whole numbers.
        ValueError: if the picture has no channel axis, or a window is empty or leaves the picture.

    >>> crops(np.ones((8, 8, 1)), [[0, 0, 4, 4], [2, 2, 8, 8]], size=2).shape
    (2, 2, 2, 1)
    """
    image, windows = np.asarray(image, np.float32), np.asarray(windows)
    if image.ndim != 3:
        raise ValueError(f"image: expected shape (height, width, channels), got {image.shape}")
    result = np.empty((len(windows), size, size, image.shape[-1]), np.float32)
    if not len(windows):
        return result
    if windows.ndim != 2 or windows.shape[1] != 4:
        raise ValueError(f"windows: expected shape (n, 4), got {windows.shape}")
    if not np.issubdtype(windows.dtype, np.integer):
        raise TypeError(f"windows: expected whole numbers, got dtype {windows.dtype}")
    height, width = image.shape[:2]
    far_enough = (windows[:, :2] >= 0).all() and (windows[:, 2:] <= [width, height]).all()
    if not far_enough or (windows[:, 2:] <= windows[:, :2]).any():
        raise ValueError(f"windows: expected windows inside {width} x {height} pixels, not empty")

    # Resizing is linear in each direction: one matrix shrinks the rows, another one the columns.
    # Windows of one shape in one row share the first product.
    strips = np.stack([windows[:, 1], windows[:, 3], windows[:, 2] - windows[:, 0]], axis=1)
    for top, bottom, wide in np.unique(strips, axis=0).tolist():
        chosen = np.flatnonzero((strips == (top, bottom, wide)).all(axis=1))
        strip = np.tensordot(_resizing(bottom - top, size), image[top:bottom], axes=1)
        cut = np.lib.stride_tricks.sliding_window_view(strip, wide, axis=1)
        cut = cut[:, windows[chosen, 0]]  # (size, n, channels, wide)
        result[chosen] = (cut @ _resizing(wide, size).T).transpose(1, 0, 3, 2)
    return result


@functools.lru_cache(maxsize=1024)
def _resizing(length, size):
    """Return the float32 matrix (size, length) with which Keras brings a line to a new length."""
    import keras

    identity = np.eye(length, dtype=np.float32)[..., None]
    resized = keras.ops.image.resize(
        identity, (size, length), antialias=True, data_format="channels_last"
    )
    return keras.ops.convert_to_numpy(resized)[..., 0]
