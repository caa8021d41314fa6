"""Receptive fields: which pixels a unit of a convolutional network sees, and which excite it most.

A field is (size, step, start), in pixels along one side: unit i sees the pixels from
start + i * step to start + i * step + size - 1. With padding, start is negative: the first units
see past the border.

Source: lecture P151; Zeiler and Fergus, Visualizing and understanding convolutional networks, 2014.
"""

import math

import numpy as np


def layers_of(model):
    """List what the layers of a plain chain of convolutions and poolings do to a field.

    Args:
        model: a `keras.Model` whose layers follow each other; square kernels, equal strides.

    Returns:
        A dict from the names of the layers, in their order, to (kernel, stride, padding), whole
        numbers; padding is what is added before the first pixel of each side.

    Raises:
        ValueError: if a layer has a kernel that isn't square, is dilated, or pads in a way that
            depends on the size of the picture ("same" with a stride above 1).

    >>> from course_utils import pretrained
    >>> list(layers_of(pretrained.vgg16(last="block1_pool")).values())
    [(3, 1, 1), (3, 1, 1), (2, 2, 0)]
    """
    found = {}
    for layer in model.layers:
        kernel = getattr(layer, "kernel_size", None) or getattr(layer, "pool_size", None)
        if kernel is None:
            continue
        dilation = tuple(getattr(layer, "dilation_rate", (1, 1)))
        padded = layer.padding == "same"
        if len({*kernel}) > 1 or len({*layer.strides}) > 1 or dilation != (1, 1):
            raise ValueError(f"{layer.name}: expected a square kernel and stride, not dilated.")
        if padded and layer.strides[0] > 1:
            raise ValueError(
                f'{layer.name}: "same" with a stride of {layer.strides[0]} pads by the picture\'s '
                'size: use padding="valid".'
            )
        padding = (kernel[0] - 1) // 2 if padded else 0
        found[layer.name] = (int(kernel[0]), int(layer.strides[0]), int(padding))
    return found


def receptive_field(layers):
    """Compute the field of a layer's units along one side.

    Args:
        layers: sequence of (kernel, stride, padding), from the picture up to the layer.

    Returns:
        (size, step, start), ints. Without any layer, units are the pixels: (1, 1, 0).

    Raises:
        ValueError: if a kernel or stride is below 1, or a padding below 0.

    >>> receptive_field([(3, 1, 1), (3, 1, 1), (2, 2, 0)])
    (6, 2, -2)
    """
    size, step, start = 1, 1, 0
    for kernel, stride, padding in layers:
        if kernel < 1 or stride < 1 or padding < 0:
            raise ValueError(
                "expected a kernel and a stride of 1 or more and a padding of 0 or more, "
                f"got {kernel}, {stride}, {padding}"
            )
        size += (kernel - 1) * step
        start -= padding * step
        step *= stride
    return int(size), int(step), int(start)


def unit_to_patch(row, column, field, height, width):
    """Find the patch of the picture that a unit sees.

    Args:
        row: of the unit in its map, 0 or more.
        column: of the unit.
        field: (size, step, start), as `receptive_field` gives it.
        height: of the picture, in pixels.
        width: of the picture.

    Returns:
        (x1, y1, x2, y2), ints, pixels from the top left corner, x2 and y2 exclusive; None if the
        field leaves the picture.

    >>> unit_to_patch(1, 3, (6, 2, -2), 10, 12), unit_to_patch(0, 3, (6, 2, -2), 10, 12)
    ((4, 0, 10, 6), None)
    """
    size, step, start = field
    left, top = start + column * step, start + row * step
    if left < 0 or top < 0 or left + size > width or top + size > height:
        return None
    return left, top, left + size, top + size


def top_nine(maps, whole, count=9):
    """Find the places that excite a unit most, one a picture.

    Args:
        maps: (pictures, rows, columns), the unit's activations.
        whole: bool (rows, columns), True where the field lies inside the picture; one or more.
        count: how many places are wanted.

    Returns:
        int array (n, 3) of picture, row and column, strongest first; n is `count`, or less if
        there are fewer pictures. Of equal places the first comes first.

    Raises:
        ValueError: if the shapes don't agree, or no place is whole.

    >>> top_nine(np.array([[[1, 5, 2]], [[4, 9, 3]]]), np.array([[True, False, True]]))
    array([[1, 0, 0],
           [0, 0, 2]])
    """
    maps, whole = np.asarray(maps), np.asarray(whole, bool)
    if maps.ndim != 3 or whole.shape != maps.shape[1:]:
        raise ValueError(
            "expected maps (pictures, rows, columns) and whole (rows, columns), "
            f"got {maps.shape} and {whole.shape}"
        )
    if not whole.any():
        raise ValueError("no place is whole: the field is larger than the pictures.")
    flat = np.where(whole, maps, -np.inf).reshape(len(maps), -1)
    place = flat.argmax(axis=1)
    pictures = np.argsort(-flat.max(axis=1), kind="stable")[:count]
    rows, columns = np.divmod(place[pictures], maps.shape[2])
    return np.stack([pictures, rows, columns], axis=1)


def mosaic(patches, columns=3):
    """Lay patches of one size side by side, with white lines between them.

    Args:
        patches: sequence of (size, size, 3) floats in 0..1.
        columns: patches in a row.

    Returns:
        (height, width, 3) float32; places that stay free are white.

    Raises:
        ValueError: if there is no patch, or they differ in shape.

    >>> mosaic(np.zeros((9, 20, 20, 3))).shape
    (62, 62, 3)
    """
    shapes = {np.shape(patch) for patch in patches}
    if len(shapes) != 1:
        raise ValueError(f"expected patches of one shape, got {sorted(shapes)}")
    height, width, channels = shapes.pop()
    gap, rows = max(1, height // 20), math.ceil(len(patches) / columns)
    canvas = np.ones(
        (rows * (height + gap) - gap, columns * (width + gap) - gap, channels), np.float32
    )
    for place, patch in enumerate(patches):
        row, column = divmod(place, columns)
        top, left = row * (height + gap), column * (width + gap)
        canvas[top : top + height, left : left + width] = patch
    return canvas
