"""Labels follow the picture: Keras' layers, made to move everything that a record holds.

    from course_utils.datasets import transforms

    augment = transforms.Sequence(
        keras.layers.RandomFlip("horizontal", bounding_box_format="xyxy"),
        transforms.RandomCrop(96, 96, bounding_box_format="xyxy"),
        keras.layers.RandomBrightness(0.2, value_range=(0, 1)),
    )
    batch = augment(batch)

Keras' layers (3.15) move `images`, `bounding_boxes` and `segmentation_masks` rightly, tests here
show it for Resizing, RandomFlip, RandomZoom, RandomTranslation, RandomRotation and CenterCrop.
What is our own, and why:

- `Carried`: no Keras layer moves `instance_masks`, `landmarks` or `joints`; a padded box (label -1)
  becomes a box in the corner; masks come back as floats, and Resizing can't pad whole numbers.
- `RandomCrop`: Keras' own takes x from the rows and y from the columns when it moves boxes, and
  does not cut them at the right and lower border.
"""

from course_utils.schema import VOID

import keras
import numpy as np
from keras import ops

_POINTS = ("landmarks", "joints")
_LEAST_SIDE = 1e-3  # pixels; a box that is narrower has left the picture


class Carried:
    """A Keras layer that moves all of a record or a batch.

    Args:
        layer: one of Keras' image preprocessing layers, with `bounding_box_format="xyxy"`.
        mirrored: for RandomFlip("horizontal") of landmarks: n places; where a picture is mirrored,
            point i takes what `mirrored[i]` had, so that a left eye is a left eye again.
    """

    def __init__(self, layer, mirrored=None):
        self.layer = layer
        self.mirrored = None if mirrored is None else np.asarray(mirrored)

    def __call__(self, record):
        """Move a record, or a batch of them.

        Args:
            record: dict as the worlds give it, with a leading batch axis or without.

        Returns:
            A dict of tensors with the same keys and dtypes. A box that left the picture is 0 and
            its label -1. What came into the picture has label `VOID` in `segmentation_masks`, 0
            in `instance_masks`. A point that left it lies on its border. The `visibility` of an
            object and the `joint_visibility` of a joint that left it are 0.
        """
        single = len(record["images"].shape) == 3
        record = {key: _apply(value, ops.convert_to_tensor) for key, value in record.items()}
        if single:
            record = {key: _apply(value, lambda one: one[None]) for key, value in record.items()}
        record = self._moved(record)
        if single:
            record = {key: _apply(value, lambda one: one[0]) for key, value in record.items()}
        return record

    def _moved(self, record):
        layer = self.layer
        change = layer.get_random_transformation({"images": record["images"]}, training=True)
        moved = record | {"images": layer.transform_images(record["images"], change)}
        for key, outside in (("segmentation_masks", VOID), ("instance_masks", 0)):
            if key in record:
                # What a layer fills in is 0: shifted, so that it means `outside`.
                mask = ops.cast(record[key], "float32") - outside
                mask = layer.transform_segmentation_masks(mask, change)
                moved[key] = ops.cast(ops.round(mask + outside), record[key].dtype)
        if "bounding_boxes" in record:
            boxes = self._boxes(record["bounding_boxes"], change)
            moved["bounding_boxes"] = boxes
            if "visibility" in record:
                seen = record["visibility"]
                moved["visibility"] = seen * ops.cast(boxes["labels"] >= 0, seen.dtype)
        for key in _POINTS:
            if key in record:
                moved[key] = self._points(record[key], change)
        if "joint_visibility" in record:
            points, seen = moved["joints"], record["joint_visibility"]
            height, width = ops.shape(moved["images"])[1:3]
            sides = ops.cast(ops.stack([width, height]), points.dtype)
            inside = ops.all((points > 0) & (points < sides), axis=-1)
            moved["joint_visibility"] = seen * ops.cast(inside, seen.dtype)
        return moved

    def _boxes(self, given, change):
        # A copy: Keras' layers write into the dict they get.
        boxes = {key: given[key] for key in ("boxes", "labels")}
        boxes = self.layer.transform_bounding_boxes(boxes, change)["boxes"]
        sides = boxes[..., 2:] - boxes[..., :2]
        there = ops.all(sides > _LEAST_SIDE, axis=-1)
        labels = ops.where(there, given["labels"], ops.full_like(given["labels"], -1))
        boxes = boxes * ops.cast(there[..., None], boxes.dtype)
        return given | {"boxes": boxes, "labels": labels}

    def _points(self, points, change):
        # A point is a box without sides.
        boxes = {"boxes": ops.concatenate([points, points], axis=-1)}
        boxes["labels"] = ops.zeros_like(points[..., 0])
        moved = self.layer.transform_bounding_boxes(boxes, change)["boxes"][..., :2]
        if self.mirrored is not None and isinstance(self.layer, keras.layers.RandomFlip):
            flipped = ops.reshape(change["flips"], (-1, 1, 1))
            moved = ops.where(flipped, ops.take(moved, self.mirrored, axis=1), moved)
        return moved


class Sequence:
    """Layers one after the other, each carried as `Carried` does.

    Args:
        *layers: Keras layers or `Carried`.
    """

    def __init__(self, *layers):
        self.layers = [one if isinstance(one, Carried) else Carried(one) for one in layers]

    def __call__(self, record):
        """Move a record or a batch; see `Carried`."""
        for layer in self.layers:
            record = layer(record)
        return record


class RandomCrop(keras.layers.RandomCrop):
    """Keras' RandomCrop with boxes that follow; the picture must be at least as large."""

    def transform_bounding_boxes(self, bounding_boxes, transformation, training=True):
        """Move boxes (..., n, 4), xyxy, into the crop and cut them at its border."""
        top, left = (ops.cast(one, "float32") for one in transformation)
        x1, y1, x2, y2 = ops.split(bounding_boxes["boxes"], 4, axis=-1)
        xs = (ops.clip(x - left, 0, self.width) for x in (x1, x2))
        ys = (ops.clip(y - top, 0, self.height) for y in (y1, y2))
        (x1, x2), (y1, y2) = xs, ys
        return bounding_boxes | {"boxes": ops.concatenate([x1, y1, x2, y2], axis=-1)}


def _apply(value, function):
    if isinstance(value, dict):
        return {key: _apply(one, function) for key, one in value.items()}
    return function(value)
