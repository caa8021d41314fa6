"""The grid of YOLO: which cell owns an object, and what the cell's numbers say.

A picture is cut into rows and columns of equal cells. Each cell has the lecture's eight numbers,
in the order of `boxes.LABEL`: Pc, bx, by, bh, bw, c1, c2, c3. They are measured in the cell: its
top left corner is (0, 0), its bottom right corner (1, 1). So bx and by lie between 0 and 1, while
bh and bw are heights and widths *of the cell*, and may exceed 1.

A midpoint on an inner border belongs to the cell right of it or below it. On the picture's far
border it belongs to the last cell.
"""

from course_utils.boxes import BOX, PC, check_boxes

import numpy as np


def owner_cells(boxes, grid, height, width):
    """Find the cells that own boxes: those in which the midpoints lie.

    Args:
        boxes: array of shape (..., 4), xyxy in pixels, with midpoints in the picture.
        grid: pair of whole numbers, rows and columns.
        height: height of the picture in pixels.
        width: width of the picture in pixels.

    Returns:
        int64 array of shape (..., 2): row and column of each box.

    Raises:
        TypeError: if the boxes are not numbers, or the grid not whole numbers.
        ValueError: if the boxes, the grid or the picture's size can't be, or a midpoint lies
            outside the picture.

    Source: lecture P135.

    >>> owner_cells([[10, 0, 90, 40], [90, 0, 110, 100]], (2, 3), height=100, width=300).tolist()
    [[0, 0], [1, 1]]
    """
    grid = _check_grid(grid)
    return _owners(_midpoints(check_boxes(boxes), grid, height, width), grid)


def encode(boxes, labels, grid, height, width, classes=3):
    """Write boxes into the cells that own them: the target of a network.

    Two midpoints in one cell: the first box of the list stays, the others are lost.

    Args:
        boxes: array of shape (..., n, 4), xyxy in pixels, with midpoints in the picture. Leading
            axes are pictures of a batch.
        labels: whole numbers of shape (..., n): classes from 0. -1 marks an unused row.
        grid: pair of whole numbers, rows and columns.
        height: height of the picture in pixels.
        width: width of the picture in pixels.
        classes: number of classes.

    Returns:
        float32 array of shape (..., rows, columns, 5 + classes): Pc, bx, by, bh, bw, c1, c2, ...;
        zeros in a cell that owns nothing.

    Raises:
        TypeError: if boxes, labels or grid are not such numbers.
        ValueError: if shapes do not fit, a label is out of range, or what `owner_cells` refuses.

    Source: lecture P135.

    >>> encode([[10, 20, 90, 40]], [1], (1, 2), height=100, width=200)[0, 0].tolist()
    [1.0, 0.5, 0.30000001192092896, 0.20000000298023224, 0.800000011920929, 0.0, 1.0, 0.0]
    """
    rows, columns = grid = _check_grid(grid)
    boxes, labels = check_boxes(boxes), np.asarray(labels)
    _check_labels(labels, boxes.shape, classes)
    pictures, count = int(np.prod(boxes.shape[:-2])), boxes.shape[-2]
    flat = labels.reshape(pictures, count).astype(np.int64)
    picture, place = np.nonzero(flat >= 0)
    picture, place = picture[::-1], place[::-1]  # the last one written stays: the first of the list
    used, label = boxes.reshape(pictures, count, 4)[picture, place], flat[picture, place]

    midpoints = _midpoints(used, grid, height, width)
    owners = _owners(midpoints, grid)
    sides = (used[:, 2:] - used[:, :2]) / [width, height] * [columns, rows]
    numbers = np.zeros((len(used), BOX.stop + classes))
    numbers[:, PC] = 1
    numbers[:, BOX] = np.concatenate([midpoints - owners[:, ::-1], sides[:, ::-1]], axis=1)
    numbers[np.arange(len(used)), BOX.stop + label] = 1

    y = np.zeros((pictures, rows, columns, BOX.stop + classes), np.float32)
    y[picture, owners[:, 0], owners[:, 1]] = numbers
    return y.reshape(*boxes.shape[:-2], *y.shape[1:])


def decode(y, height, width):
    """Read the box of every cell.

    A negative height or width, as an untrained network may give, counts as 0.

    Args:
        y: array of shape (..., rows, columns, 5 or more), as from `encode` or from a network.
        height: height of the picture in pixels.
        width: width of the picture in pixels.

    Returns:
        Float array of shape (..., rows, columns, 4), xyxy in pixels, not clipped to the picture.
        A cell whose numbers are all 0 gives an empty box in its top left corner.

    Raises:
        TypeError: if they are not numbers.
        ValueError: if the shape is another, or the picture has no size.

    Source: lecture P135.

    >>> decode(encode([[10, 20, 90, 40]], [1], (1, 2), 100, 200), 100, 200)[0, 0].round(3).tolist()
    [10.0, 20.0, 90.0, 40.0]
    """
    y = np.asarray(y)
    if y.dtype.kind not in "iuf":
        raise TypeError(f"y: expected numbers, got dtype {y.dtype}")
    if y.ndim < 3 or y.shape[-1] < BOX.stop:
        raise ValueError(f"y: expected shape (..., rows, columns, 5 or more), got {y.shape}")
    _check_size(height, width)
    y = y.astype(np.promote_types(y.dtype, np.float32), copy=False)
    rows, columns = y.shape[-3:-1]
    bx, by, bh, bw = np.moveaxis(y[..., BOX], -1, 0)
    x, y_middle = bx + np.arange(columns), by + np.arange(rows)[:, None]
    half_width, half_height = np.maximum(bw, 0) / 2, np.maximum(bh, 0) / 2
    corners = np.stack(
        [x - half_width, y_middle - half_height, x + half_width, y_middle + half_height], axis=-1
    )
    cell = np.array([width / columns, height / rows] * 2)
    return (corners * cell).astype(y.dtype, copy=False)


def _midpoints(boxes, grid, height, width):
    """Midpoints counted in cells, x then y: (..., 2), 0 to columns and 0 to rows."""
    rows, columns = grid
    _check_size(height, width)
    boxes = boxes.astype(np.float64)
    middle = (boxes[..., :2] + boxes[..., 2:]) / 2
    outside = ((middle < 0) | (middle > [width, height])).any(axis=-1)
    if outside.any():
        place = tuple(np.argwhere(outside)[0])
        raise ValueError(
            f"boxes: expected midpoints inside {width} x {height} pixels, got the box "
            f"{boxes[place].tolist()}; clip the boxes to the picture, or drop it"
        )
    return middle * [columns, rows] / [width, height]


def _owners(midpoints, grid):
    """Rows and columns of midpoints that are counted in cells."""
    cells = np.floor(midpoints[..., ::-1]).astype(np.int64)
    return np.minimum(cells, np.array(grid) - 1)


def _check_grid(grid):
    is_pair = isinstance(grid, tuple | list | np.ndarray) and len(grid) == 2
    if not is_pair:
        raise ValueError(f"grid: expected a pair, rows and columns, got {grid!r}")
    for number in grid:
        if isinstance(number, bool) or not isinstance(number, int | np.integer):
            raise TypeError(f"grid: expected whole numbers, got {number!r}")
        if number < 1:
            raise ValueError(f"grid: expected 1 or more rows and columns, got {number}")
    return int(grid[0]), int(grid[1])


def _check_labels(labels, shape, classes):
    if len(shape) < 2:
        raise ValueError(f"boxes: expected a list of boxes, shape (n, 4), got {shape}")
    if labels.dtype.kind not in "iu" and labels.size:
        raise TypeError(f"labels: expected whole numbers, got dtype {labels.dtype}")
    if labels.shape != shape[:-1]:
        raise ValueError(f"labels: expected one a box, shape {shape[:-1]}, got {labels.shape}")
    if labels.size and not (labels.min() >= -1 and labels.max() < classes):
        raise ValueError(
            f"labels: expected -1 (unused) to {classes - 1}, got {labels.min()} to {labels.max()}"
        )


def _check_size(height, width):
    if not (height > 0 and width > 0):
        raise ValueError(f"A picture has a height and a width above 0, got {height} x {width}")
