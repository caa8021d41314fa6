"""YOLO: the target of a scene, its loss, what a map says, the final boxes, and a small net.

The map of a picture has the shape (rows, columns, anchors, 5 + classes). The last axis of a
*target* is Pc, bx, by, log(bh / ph), log(bw / pw), c1, c2, ...: bx and by in the cell as in
`course_utils.grid`, height and width beside those of the anchor (ph, pw), in logarithms. A net
gives as many *outputs*: the logit of Pc, the logits of bx and by, the two logarithms as they are,
and the logits of the classes.
"""

import math

from course_utils import anchors as shaped
from course_utils.boxes import BOX, PC, check_boxes, non_max_suppression

import keras
import numpy as np
from keras import layers, ops
from scipy import special

STRIDE = 8
"""Pixels from one cell to the next in the net of `build_net`."""

STREET_ANCHORS = np.array([[29.0, 13.0], [46.0, 30.0], [49.0, 68.0]])
"""Heights and widths in pixels: the anchors of the stored net `yolo`, found by lesson P139."""

STREET_VIEW = {
    "objects": (1, 4), "object_height": (0.15, 0.6), "occlusion": 0.4, "light": (0.7, 1.0),
}  # fmt: skip
"""Settings of the streets for which it was trained, 128 x 128 and one moment a street."""

_SIDES = slice(BOX.stop - 2, BOX.stop)
_MIRRORS = {"": (), "horizontal": (2,), "horizontal_and_vertical": (2, 1)}
_LARGEST = 10.0  # a side is e**10 times the anchor's at most: exp stays finite


def target(boxes, labels, shapes, grid, height, width, classes=3):
    """Write the target of a scene, or of a batch of scenes.

    Cell, anchor and what is lost are as from `anchors.encode`.

    Args:
        boxes: array of shape (..., n, 4), xyxy in pixels, with midpoints in the picture.
        labels: whole numbers of shape (..., n): classes from 0. -1 marks an unused row.
        shapes: array of shape (k, 2): height, width of the anchors in pixels, above 0.
        grid: pair of whole numbers, rows and columns.
        height: height of the picture in pixels.
        width: width of the picture in pixels.
        classes: number of classes.

    Returns:
        float32 array of shape (..., rows, columns, k, 5 + classes): Pc, bx, by, log(bh / ph),
        log(bw / pw), c1, c2, ...; zeros where nothing is owned.

    Raises:
        TypeError: if boxes, labels, shapes or the grid are not such numbers.
        ValueError: if shapes do not fit, a label is out of range, a midpoint is outside, or an
            object or an anchor has no height or width.

    Source: lecture P139; Redmon and Farhadi, YOLO9000 (2017), for the logarithms.

    >>> car = [10, 20, 90, 40]
    >>> y = target([car], [1], [[20, 40], [40, 20]], (1, 2), height=100, width=200)
    >>> [round(float(number), 2) for number in y[0, 0, 0]]
    [1.0, 0.5, 0.3, 0.0, 0.69, 0.0, 1.0, 0.0]
    """
    y = shaped.encode(boxes, labels, shapes, grid, height, width, classes)
    owned = y[..., PC] == 1
    cell = np.array([height / grid[0], width / grid[1]])
    ratios = y[..., _SIDES] * cell / _check_shapes(shapes)
    if not (ratios[owned] > 0).all():
        raise ValueError("boxes: expected objects with a height and a width above 0")
    y[..., _SIDES] = np.log(np.where(owned[..., None], ratios, 1))
    return y


def decode(output, shapes, height, width):
    """Read what a net says: a box of each cell and anchor, and a score of each class.

    Args:
        output: float array of shape (..., rows, columns, k, 5 + classes): a net's outputs.
        shapes: array of shape (k, 2): height, width of the anchors in pixels.
        height: height of the picture in pixels.
        width: width of the picture in pixels.

    Returns:
        A tuple: boxes, (..., rows, columns, k, 4), xyxy in pixels, not clipped; and scores, (...,
        rows, columns, k, classes), Pc times the probability of the class, 0 to 1.

    Raises:
        TypeError: if they are not numbers.
        ValueError: if the shapes do not fit.

    Source: lecture P139.

    >>> output = np.zeros((1, 2, 1, 8))  # one anchor: 20 high, 40 wide
    >>> boxes, scores = decode(output, [[20, 40]], height=100, width=200)
    >>> boxes[0, 1, 0].tolist(), scores[0, 1, 0].round(3).tolist()
    ([130.0, 40.0, 170.0, 60.0], [0.167, 0.167, 0.167])
    """
    shapes, output = _check_shapes(shapes), np.asarray(output)
    if output.dtype.kind not in "iuf":
        raise TypeError(f"output: expected numbers, got dtype {output.dtype}")
    if output.ndim < 4 or output.shape[-2] != len(shapes) or output.shape[-1] <= BOX.stop:
        raise ValueError(
            f"output: expected shape (..., rows, columns, {len(shapes)}, 5 + classes), got "
            f"{output.shape}"
        )
    rows, columns = output.shape[-4:-2]
    cell = np.array([height / rows, width / columns])
    y = np.array(output[..., : BOX.stop], np.float64)
    y[..., PC : BOX.stop - 2] = special.expit(y[..., PC : BOX.stop - 2])
    y[..., _SIDES] = np.exp(np.minimum(y[..., _SIDES], _LARGEST)) * shapes / cell
    scores = y[..., PC, None] * special.softmax(output[..., BOX.stop :].astype(np.float64), axis=-1)
    return shaped.decode(y, height, width), scores


def yolo_loss(y_true, y_pred, box_weight=2.0):
    """Sum the losses of all cells and anchors of each picture.

    Pc costs its cross-entropy everywhere. Where there is an object, the box costs `box_weight`
    times the absolute errors of its four numbers, and the class its cross-entropy.

    Args:
        y_true: tensor of shape (n, rows, columns, anchors, 5 + classes): targets.
        y_pred: tensor of the same shape: outputs.
        box_weight: factor of the box's errors.

    Returns:
        Tensor of shape (n,).

    Source: lecture P139; Redmon and Farhadi, YOLOv3 (2018), for the cross-entropies.

    >>> y = np.zeros((1, 2, 2, 1, 8), "float32")  # no object: 4 times log 2
    >>> round(float(yolo_loss(y, y)[0]), 3)
    2.773
    """
    y_true = ops.convert_to_tensor(y_true, "float32")
    y_pred = ops.convert_to_tensor(y_pred, "float32")
    owned, logit = y_true[..., 0], y_pred[..., 0]
    confidence = ops.softplus(logit) - owned * logit
    middle = ops.abs(ops.sigmoid(y_pred[..., 1:3]) - y_true[..., 1:3])
    sides = ops.abs(y_pred[..., 3:5] - y_true[..., 3:5])
    box = ops.sum(middle + sides, axis=-1)
    name = -ops.sum(y_true[..., 5:] * ops.log_softmax(y_pred[..., 5:]), axis=-1)
    return ops.sum(confidence + owned * (box_weight * box + name), axis=(1, 2, 3))


def detect(boxes, scores, score_least, iou_most=0.5):
    """Choose the final boxes of a picture: cut low scores, then suppress per class.

    Args:
        boxes: array of shape (..., 4), xyxy: every box of the picture, as from `decode`.
        scores: array of shape (..., classes), as from `decode`.
        score_least: boxes whose best score is below are dropped.
        iou_most: of one class, what overlaps a better box by more is dropped.

    Returns:
        A dict of arrays as `metrics.average_precision` takes it, the best score first: "boxes",
        (n, 4); "labels", (n,) int64; "scores", (n,).

    Raises:
        TypeError: if they are not numbers.
        ValueError: if the shapes do not fit, or a score is not finite.

    Source: lecture P139.

    >>> found = detect([[0, 0, 9, 6], [1, 0, 9, 6]], [[0.1, 0.7], [0.2, 0.6]], score_least=0.5)
    >>> found["labels"].tolist(), found["scores"].tolist()
    ([1], [0.7])
    """
    boxes, scores = check_boxes(boxes), np.asarray(scores)
    if scores.ndim != boxes.ndim or scores.shape[:-1] != boxes.shape[:-1]:
        raise ValueError(
            f"scores: expected a row of classes for each box of {boxes.shape}, got {scores.shape}"
        )
    boxes, scores = boxes.reshape(-1, 4), scores.reshape(-1, scores.shape[-1])
    best, labels = scores.max(axis=-1), scores.argmax(axis=-1)
    heard = best >= score_least
    boxes, best, labels = boxes[heard], best[heard], labels[heard]
    kept = non_max_suppression(boxes, best, iou_most, labels=labels)
    return {"boxes": boxes[kept], "labels": labels[kept], "scores": best[kept]}


def build_net(height, width, anchors=3, classes=3):
    """Build the net of lesson P139: fully convolutional, a cell for each 8 x 8 pixels.

    No array of it depends on the picture's size, so weights go from one size to another.

    Args:
        height: height of the pictures in pixels, a multiple of 8.
        width: width of the pictures in pixels, a multiple of 8.
        anchors: number of anchors.
        classes: number of classes.

    Returns:
        `keras.Model` from (n, height, width, 3), 0 to 1, to (n, rows, columns, anchors, 5 +
        classes).

    Raises:
        ValueError: if a side is no multiple of 8.

    Example:
        >>> build_net(128, 128).output_shape, build_net(152, 152).output_shape
        ((None, 16, 16, 3, 8), (None, 19, 19, 3, 8))
    """
    if height % STRIDE or width % STRIDE or min(height, width) < STRIDE:
        raise ValueError(f"Expected sides that are multiples of {STRIDE}, got {height} x {width}")

    def convolution(x, filters, kernel_size=3, strides=1):
        x = layers.Conv2D(filters, kernel_size, strides, "same", use_bias=False)(x)
        return layers.ReLU()(layers.BatchNormalization(momentum=0.9)(x))

    pictures = keras.Input((height, width, 3))
    x = convolution(convolution(pictures, 32, 4, strides=4), 48)
    cells = convolution(convolution(x, 96, strides=2), 96)
    rows, columns = cells.shape[1:3]
    x = convolution(convolution(cells, 104, strides=2), 104)
    x = layers.UpSampling2D()(x)
    if rows % 2 or columns % 2:  # 19 cells become 10, then 20: the first is one too many
        x = layers.Cropping2D(((rows % 2, 0), (columns % 2, 0)))(x)
    x = convolution(layers.Concatenate()([cells, x]), 80)
    bias = np.zeros((anchors, 5 + classes))
    bias[:, PC] = -5  # an object is seldom anywhere
    last = layers.Conv2D(bias.size, 1, kernel_initializer="zeros")
    x = layers.Reshape((rows, columns, *bias.shape))(last(x))
    last.bias.assign(bias.ravel())
    return keras.Model(pictures, x)


class Stream(keras.utils.PyDataset):
    """Batches of pictures and targets for `fit`: a new order each epoch, mirrored by chance.

    A batch is mirrored as a whole, its boxes with it, and its targets are written after that.

    Args:
        batch: dict of "images", (n, height, width, 3), and "bounding_boxes": "boxes", (n, objects,
            4), xyxy in pixels, and "labels", (n, objects), -1 for an unused row.
        write: function of the boxes and labels of a batch that returns its targets.
        size: pictures in a batch; the last one may have fewer.
        rng: `numpy.random.Generator`.
        mirror: "horizontal" changes left and right, "horizontal_and_vertical" also top and bottom,
            "" nothing.

    Raises:
        ValueError: if mirror is something else.
    """

    def __init__(self, batch, write, size, rng, mirror="horizontal"):
        super().__init__()
        if mirror not in _MIRRORS:
            raise ValueError(f"mirror: expected one of {', '.join(_MIRRORS)}, got {mirror!r}")
        self.batch, self.write, self.size, self.rng = batch, write, size, rng
        self.axes = _MIRRORS[mirror]
        self.on_epoch_end()

    def __len__(self):
        return math.ceil(len(self.batch["images"]) / self.size)

    def __getitem__(self, index):
        chosen = self.order[index * self.size : (index + 1) * self.size]
        marked = self.batch["bounding_boxes"]
        images, boxes, labels = (
            values[chosen] for values in (self.batch["images"], marked["boxes"], marked["labels"])
        )
        for axis in self.axes:
            if self.rng.random() < 0.5:
                images, boxes = mirrored(images, boxes, axis)
        return images, self.write(boxes, labels)

    def on_epoch_end(self):
        """Shuffle."""
        self.order = self.rng.permutation(len(self.batch["images"]))


def mirrored(images, boxes, axis):
    """Mirror pictures and their boxes.

    Args:
        images: array of shape (n, height, width, channels).
        boxes: array of shape (n, objects, 4), xyxy in pixels.
        axis: 2 changes left and right, 1 top and bottom.

    Returns:
        Pictures and boxes of the same shapes; boxes without area, unused rows, are as they were.

    >>> image = np.zeros((1, 10, 20, 3))
    >>> mirrored(image, np.array([[[1, 2, 5, 9]]]), 2)[1].tolist()
    [[[15, 2, 19, 9]]]
    """
    first, last, side = (0, 2, images.shape[2]) if axis == 2 else (1, 3, images.shape[1])
    turned = boxes.copy()
    turned[..., first], turned[..., last] = side - boxes[..., last], side - boxes[..., first]
    used = (boxes[..., 2:] > boxes[..., :2]).all(axis=-1, keepdims=True)
    return np.flip(images, axis), np.where(used, turned, boxes)


def _check_shapes(shapes):
    shapes = np.asarray(shapes, np.float64)
    if shapes.ndim != 2 or shapes.shape[1:] != (2,) or not (shapes > 0).all():
        raise ValueError("shapes: expected heights and widths above 0, shape (k, 2)")
    return shapes
