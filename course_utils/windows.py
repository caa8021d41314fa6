"""Sliding windows: where they lie, the crops under them, and what a classifier says of each."""

import functools

import numpy as np

_AT_A_TIME = 1000  # crops that a classifier is asked about at once


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
    height, width, tall, wide, stride = (int(n) for n in (height, width, tall, wide, stride))
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


def search(image, classifier, windows, threshold, size=16):
    """Ask a classifier about every window of a picture, and keep the windows that it accepts.

    Args:
        image: array of shape (height, width, channels).
        classifier: a function, or a Keras network, that takes crops of shape
            (n, size, size, channels), float32, and gives n answers, shape (n,) or (n, 1). It is
            asked about a thousand crops at a time.
        windows: whole numbers of shape (n, 4), xyxy in pixels, inside the picture and not empty.
        threshold: the least answer with which a window is kept.
        size: side of the crops in pixels.

    Returns:
        The kept windows, shape (k, 4), in the order in which they came, and their answers, float32
        of shape (k,).

    Raises:
        TypeError: if a window is not of whole numbers.
        ValueError: if the windows can't be, or there are not as many answers as windows.

    Source: lecture P133.

    >>> image = np.zeros((4, 6, 1))
    >>> image[:, 2:] = 1
    >>> kept, answers = search(image, lambda crops: crops.mean(axis=(1, 2, 3)),
    ...                        sliding_windows(4, 6, size=4, stride=1), threshold=0.7, size=4)
    >>> kept.tolist(), answers.tolist()
    ([[1, 0, 5, 4], [2, 0, 6, 4]], [0.75, 1.0])
    """
    import keras

    windows = np.asarray(windows)
    answers = np.zeros(len(windows), np.float32)
    for start in range(0, len(windows), _AT_A_TIME):
        part = windows[start : start + _AT_A_TIME]
        reply = keras.ops.convert_to_numpy(classifier(crops(image, part, size)))
        if reply.size != len(part):
            raise ValueError(f"classifier: expected {len(part)} answers, got shape {reply.shape}")
        answers[start : start + len(part)] = reply.reshape(-1)
    kept = answers >= threshold
    return windows.reshape(-1, 4)[kept], answers[kept]


def jittered(boxes, spread, copies, rng, height, width):
    """Copies of boxes with each edge moved a little, in whole pixels, inside the picture.

    Args:
        boxes: array of shape (n, 4), xyxy in pixels; n may be 0.
        spread: how far an edge moves at most, as a share of the box's width (left and right edge)
            or height (top and bottom edge), 0 to below 0.5.
        copies: how many of each box.
        rng: NumPy random generator.
        height: height of the picture in pixels.
        width: width of the picture in pixels.

    Returns:
        Whole numbers of shape (n * copies, 4), box after box.

    Raises:
        ValueError: if the spread would turn boxes over.

    >>> rng = np.random.default_rng(1)
    >>> jittered([[10, 10, 30, 20]], 0.1, 2, rng, height=40, width=40).tolist()
    [[10, 11, 29, 21], [9, 10, 31, 20]]
    """
    if not 0 <= spread < 0.5:
        raise ValueError(f"spread: expected 0 to below 0.5, got {spread}")
    boxes = np.repeat(np.reshape(boxes, (-1, 4)).astype(float), copies, axis=0)
    sides = np.tile(boxes[:, 2:] - boxes[:, :2], 2)
    moved = boxes + rng.uniform(-spread, spread, boxes.shape) * sides
    return np.clip(np.round(moved), 0, [width, height, width, height]).astype(int)


def center_map(windows, height, width, step):
    """Count the windows by their centres, on a grid over the picture.

    Args:
        windows: array of shape (n, 4), xyxy in pixels; n may be 0.
        height: height of the picture in pixels, a multiple of the step.
        width: width of the picture in pixels, a multiple of the step.
        step: side of a square of the grid in pixels.

    Returns:
        Array of shape (height / step, width / step): how many centres lie in each square.

    Raises:
        ValueError: if the step does not divide the picture's sides.

    >>> center_map([[0, 0, 2, 2], [4, 0, 8, 2], [5, 1, 7, 2]], height=4, width=8, step=4).tolist()
    [[1.0, 2.0]]
    """
    if height % step or width % step:
        raise ValueError(f"step: {step} does not divide the picture of {width} x {height}")
    x1, y1, x2, y2 = np.reshape(windows, (-1, 4)).T
    counts, _, _ = np.histogram2d(
        (y1 + y2) / 2,
        (x1 + x2) / 2,
        bins=(height // step, width // step),
        range=[[0, height], [0, width]],
    )
    return counts


@functools.lru_cache(maxsize=1024)
def _resizing(length, size):
    """Return the float32 matrix (size, length) with which Keras brings a line to a new length."""
    import keras

    identity = np.eye(length, dtype=np.float32)[..., None]
    resized = keras.ops.image.resize(
        identity, (size, length), antialias=True, data_format="channels_last"
    )
    return keras.ops.convert_to_numpy(resized)[..., 0]
