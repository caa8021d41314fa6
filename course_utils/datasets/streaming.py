"""Batches from a folder that need not fit into memory, ready before the step that needs them."""

import math

from course_utils.datasets import fitting
from course_utils.datasets.checking import report_unread
from course_utils.datasets.problems import DataError

import numpy as np
import tensorflow as tf

_OF_BOXES = ("boxes", "labels", "ignore")
_ALIGNED = 64  # bytes
_NOTHING = "There is no picture that can be read."


def stream(
    folder, size, batch_size=32, fit="letterbox", shuffle=False, seed=0, room=None, augment=None
):
    """Return the folder's pictures as batches of one size, for `model.fit` and for loops.

    Batches are decoded on all cores while the model computes. A picture that can't be read is
    left out of its batch and added to the folder's problems; a batch that would be empty holds the
    next one that can be read.

    Args:
        folder: a `records.Folder`, such as `folders.read("my_pictures").split("train")`.
        size: height and width in pixels, a pair or one number.
        batch_size: pictures in a batch; the last may have fewer.
        fit: "letterbox", "crop" or "stretch"; see `fitting.fitted`.
        shuffle: whether the order is by chance, another one in each pass.
        seed: of the order.
        room: boxes that each picture has room for; of more, the largest are kept. None is as many
            as any picture of the folder has; where boxes come from masks, any of the batch.
        augment: a function of a batch, such as `transforms.Sequence(...)`, or None.

    Returns:
        A `tf.data.Dataset` of dicts as `streets.load` gives them: unused boxes are 0, their
        labels -1.

    Raises:
        ValueError: if a setting is out of range.

    Example:
        >>> import tempfile
        >>> from PIL import Image
        >>> from course_utils.datasets import folders
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     Image.new("RGB", (8, 6)).save(f"{folder}/a.png")
        ...     for batch in stream(folders.read(folder), size=32):
        ...         print(batch["images"].shape)
        (1, 32, 32, 3)
    """
    height, width = (size, size) if isinstance(size, int) else size
    if min(height, width, batch_size) < 1:
        raise ValueError(f"size and batch_size start at 1; got {size}, {batch_size}.")
    fitting.check(fit)
    if room is None and not folder.mask_reader:
        room = max((len(sample.boxes) for sample in folder.samples), default=0)
    signature = _signature(folder, height, width)

    def decoded(indices):
        records = [_fitted(folder, index, (height, width), fit) for index in indices]
        records = [record for record in records if record]
        return _batch(
            records or [_next(folder, indices[-1], (height, width), fit)], signature, room
        )

    def loaded(indices):
        types = [kind for *_, kind in signature]
        values = tf.numpy_function(decoded, [indices], types, stateful=False)
        batch = {}
        for (key, shape, _), value in zip(signature, values, strict=True):
            batch[key] = tf.ensure_shape(value, (None, *shape))
        boxes = {key: batch.pop(key) for key in _OF_BOXES if key in batch}
        return batch | {"bounding_boxes": boxes} if boxes else batch

    batches = tf.data.Dataset.range(len(folder))
    if shuffle:
        batches = batches.shuffle(max(len(folder), 1), seed=seed)
    batches = batches.batch(batch_size).map(loaded, tf.data.AUTOTUNE)
    if augment is not None:
        batches = batches.map(augment, tf.data.AUTOTUNE)
    return batches.prefetch(tf.data.AUTOTUNE)


def load(folder, size, fit="letterbox", room=None):
    """Load a whole folder, which must fit into memory, as one batch, as `streets.load` does.

    Args:
        folder: see `stream`.
        size: see `stream`.
        fit: see `stream`.
        room: see `stream`.

    Returns:
        A dict of arrays with a leading batch axis; see `stream`.

    Raises:
        ValueError: if a setting is out of range.
        DataError: if no picture can be read.
    """
    whole = stream(folder, size, len(folder), fit, room=room)
    try:
        return next(whole.as_numpy_iterator())
    except tf.errors.UnknownError as error:
        if DataError.__name__ not in error.message:
            raise
        raise DataError(_NOTHING) from error


def _next(folder, index, size, fit):
    """Return the next record that can be read, from the start again after the last."""
    for step in range(1, len(folder)):
        if record := _fitted(folder, (index + step) % len(folder), size, fit):
            return record
    raise DataError(_NOTHING)


def _fitted(folder, index, size, fit):
    """Return one record at its size, or None if it can't be read."""

    def enough(shape):
        return fitting.enough(shape, size, fit)

    sample = folder.samples[index]
    try:
        # A mask has to have its picture's size: both are read whole.
        record = folder.raw(sample, None if folder.pixel_names else enough)
    except DataError as error:
        report_unread(folder, sample, error)
        return None
    return fitting.fitted(record, size, fit)


def _batch(records, signature, room):
    """Return the arrays of a batch in the signature's order."""
    if room is None and any(key in _OF_BOXES for key, *_ in signature):
        room = max((len(one["bounding_boxes"]["labels"]) for one in records), default=0)
    result = []
    for key, shape, kind in signature:
        if key not in _OF_BOXES:
            values = _empty((len(records), *shape), kind.as_numpy_dtype)
            for place, record in enumerate(records):
                if key == "images" and record[key].dtype == np.uint8:
                    np.divide(record[key], np.float32(255), out=values[place])
                else:
                    values[place] = record[key]
            result.append(values)
            continue
        values = np.full((len(records), room, *shape[1:]), -(key == "labels"), kind.as_numpy_dtype)
        for row, record in zip(values, records, strict=True):
            kept = _largest(record["bounding_boxes"]["boxes"], room)
            row[: len(kept)] = record["bounding_boxes"][key][kept]
        result.append(values)
    return result


def _empty(shape, dtype):
    """Return an array that TensorFlow takes over as it is: it copies what isn't so aligned."""
    size = math.prod(shape) * np.dtype(dtype).itemsize
    memory = np.empty(size + _ALIGNED, np.uint8)
    start = -memory.ctypes.data % _ALIGNED
    return memory[start : start + size].view(dtype).reshape(shape)


def _largest(boxes, room):
    """Return the places of the `room` largest boxes, in their order."""
    areas = np.prod(boxes[:, 2:] - boxes[:, :2], axis=1)
    return np.sort(np.argsort(-areas, kind="stable")[:room])


def _signature(folder, height, width):
    """Return key, shape and dtype of what a record of the folder holds."""
    signature = [("images", (height, width, 3), tf.float32)]
    if folder.class_names:
        signature += [("boxes", (None, 4), tf.float32), ("labels", (None,), tf.int32)]
        if any(sample.ignore is not None for sample in folder.samples):
            signature.append(("ignore", (None,), tf.bool))
    if folder.pixel_names:
        signature.append(("segmentation_masks", (height, width, 1), tf.uint8))
        if folder.class_names:
            signature.append(("instance_masks", (height, width, 1), tf.uint16))
    if folder.people:
        signature.append(("identities", (), tf.int32))
    return signature
