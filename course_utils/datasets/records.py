"""Folders of pictures as the course sees them: one record a picture, as the worlds give it."""

import hashlib
from dataclasses import dataclass, replace

from course_utils.datasets import outlines, pictures
from course_utils.datasets.files import Files
from course_utils.datasets.problems import DataError
from course_utils.datasets.samples import SHARES, fitting_boxes, picked
from course_utils.schema import VOID

import numpy as np


@dataclass(frozen=True)
class Folder:
    """A folder of pictures with labels, read but for the pictures themselves.

    `folder[i]` loads one record, `len(folder)` counts them.

    Attributes:
        files: what the folder holds, and its problems.
        format: "voc", "coco", "yolo", "masks", "people" or "plain".
        samples: tuple of `Sample`.
        class_names: names of the boxes' labels; () if there are no boxes.
        pixel_names: names of the mask's labels; () if there are no masks.
        people: names of the identities; () if there are none.
        mask_reader: for formats with a file a mask: a function of the path of a mask that gives
            (labels, instances, orientation), each of the first two (height, width) or None.
        notes: remarks that are no problems.
    """

    files: Files
    format: str
    samples: tuple
    class_names: tuple = ()
    pixel_names: tuple = ()
    people: tuple = ()
    mask_reader: object = None
    notes: tuple = ()

    def __len__(self):
        return len(self.samples)

    def __getitem__(self, index):
        """Load the record of one picture; see `record`."""
        return self.record(self.samples[index])

    def __iter__(self):
        """Load one record after the other; those that can't be read are passed over."""
        for sample in self.samples:
            try:
                yield self.record(sample)
            except DataError:
                continue

    @property
    def problems(self):
        """What is wrong with the folder, as far as it was seen: a list of `Problem`."""
        return self.files.problems

    @property
    def splits(self):
        """Names of the splits and how many pictures each has."""
        found = {}
        for sample in self.samples:
            found[sample.split] = found.get(sample.split, 0) + 1
        order = ["train", "validation", "test"]
        return {name: found[name] for name in sorted(found, key=lambda one: _place(order, one))}

    def split(self, name):
        """Return the folder with the pictures of one split only.

        Raises:
            ValueError: if there is no such split.
        """
        if name not in self.splits:
            raise ValueError(f"There is no split {name!r}, only {', '.join(self.splits)}.")
        return self.of(one for one in self.samples if one.split == name)

    def of(self, samples):
        """Return the folder with some of its samples only."""
        return replace(self, samples=tuple(samples))

    def dealt(self, validation=0.15, test=0.15, seed=0):
        """Return the folder with its pictures dealt into splits anew.

        A picture's split follows from its name alone, so that it stays when others are added.
        Where there are people, all pictures of one go into the same split.

        Args:
            validation: share of the pictures (or people), 0..1; about, since it is by chance.
            test: the same.
            seed: another seed deals otherwise.
        """
        samples = []
        for sample in self.samples:
            key = self.people[sample.identity] if self.people else sample.picture
            dice = hashlib.sha256(f"{seed}/{key}".encode("utf-8", "surrogateescape")).digest()
            share = int.from_bytes(dice[:8], "big") / 2**64
            split = "test" if share < test else "train"
            split = "validation" if test <= share < test + validation else split
            samples.append(replace(sample, split=split))
        return self.of(samples)

    def with_splits(self):
        """Return the folder if it has train, validation and test pictures, else `dealt()`."""
        whole = {"train", "validation", "test"} <= set(self.splits)
        return self if whole else self.dealt()

    def only(self, classes):
        """Return the folder with the boxes of some classes only, labelled in this order.

        Args:
            classes: names out of `class_names`.

        Raises:
            ValueError: if one isn't there.
        """
        missing = [one for one in classes if one not in self.class_names]
        if missing:
            raise ValueError(f"There is no class {missing[0]!r}, only {self.class_names}.")
        table = np.full(len(self.class_names), -1, np.int32)
        for place, one in enumerate(classes):
            table[self.class_names.index(one)] = place
        samples = []
        for sample in self.samples:
            labels = table[sample.labels]
            kept = np.flatnonzero(labels >= 0)
            samples.append(replace(picked(sample, kept), labels=labels[kept]))
        pixels = ("background", *classes) if self.format == "coco" and self.pixel_names else None
        return replace(
            self, samples=tuple(samples), class_names=tuple(classes),
            pixel_names=self.pixel_names if pixels is None else pixels,
        )  # fmt: skip

    def record(self, sample):
        """Load one picture with its labels.

        Args:
            sample: one of `samples`.

        Returns:
            A dict that Keras' preprocessing layers take (`bounding_box_format="xyxy"`), with the
            keys of `course_utils.schema` that the folder's format has:

            - `images`: (height, width, 3) float32, 0..1.
            - `bounding_boxes`: {"boxes": (n, 4) float32, xyxy in pixels from the top left corner,
              x2 and y2 exclusive; "labels": (n,) int32, places in `class_names`}. Of PASCAL VOC
              also "ignore": (n,) bool, whether the object is marked as difficult;
              `metrics.average_precision` counts neither such an object nor who finds it.
            - `segmentation_masks`: (height, width, 1) uint8, places in `pixel_names`, `VOID` where
              no one labelled.
            - `instance_masks`: (height, width, 1) uint16, 0 for no object, i + 1 for object i.
            - `identities`: () int32, place in `people`.

        Raises:
            DataError: if the picture or its mask can't be read, or they don't fit each other.
        """
        record = self.raw(sample)
        image = pictures.as_array(record["images"])
        record["images"] = image / np.float32(255) if image.dtype == np.uint8 else image
        return record

    def raw(self, sample, enough=None):
        """Load one picture as `record` does, but leave it as Pillow has it.

        Args:
            sample: one of `samples`.
            enough: see `pictures.read`.

        Returns:
            The record; `images` is a picture of Pillow's, turned as it is shown, mode "RGB", or
            "F" in 0..1 where the file has 16 bits.
        """
        image, orientation, stored = _named(sample.picture, pictures.read, self, enough)
        shown = stored[::-1] if pictures.is_turned(orientation) else stored
        frame = shown if sample.frame in (None, SHARES) else sample.frame
        if frame not in (stored, shown):
            raise DataError(
                f"{sample.picture}: the labels in {sample.source} are of a picture of "
                f"{frame[1]}x{frame[0]}, the file has {stored[1]}x{stored[0]}"
            )
        # What was drawn on the picture as it is stored has to be turned with it.
        turn = 1 if frame == shown else orientation
        image = pictures.turned(image, orientation)
        record = {"images": image}
        if sample.frame is None:
            sample = fitting_boxes(self.files.report, sample, frame)
        boxes, labels = sample.boxes, sample.labels
        if sample.frame == SHARES:
            boxes = boxes * (frame[::-1] * 2)
        if turn != 1:
            boxes = pictures.turned_boxes(boxes, turn, frame)
        if self.pixel_names:
            pixels, instances = self._masks(sample, frame, stored, orientation)
            record["segmentation_masks"] = pixels[..., None]
            if instances is not None:
                record["instance_masks"] = instances[..., None]
                if self.mask_reader:
                    boxes = outlines.boxes_of(instances)
                    labels = np.zeros(len(boxes), np.int32)
        if self.class_names:
            scale = np.divide(image.size * 2, shown[::-1] * 2)
            boxes = {"boxes": (boxes * scale).astype(np.float32), "labels": labels}
            if sample.ignore is not None:
                boxes["ignore"] = sample.ignore
            record["bounding_boxes"] = boxes
        if self.people:
            record["identities"] = np.int32(sample.identity)
        return record

    def _masks(self, sample, frame, stored, orientation):
        """Return the classes of the pixels and the instances (or None), turned as the picture."""
        shown = stored[::-1] if pictures.is_turned(orientation) else stored
        if self.mask_reader:
            pixels, instances, turn = _named(sample.mask, self.mask_reader, self)
        else:
            try:
                instances = outlines.painted(sample.outlines, frame)
                unlabelled = outlines.painted(sample.unlabelled, frame)
            except DataError as error:
                raise DataError(f"{sample.picture}: {error}") from error
            pixels, turn = np.append(np.uint8(0), np.uint8(sample.labels + 1))[instances], 1
            pixels[(unlabelled > 0) & (instances == 0)] = VOID
        turn = orientation if pixels.shape == stored != shown else turn
        pixels = pictures.turned(pixels, turn)
        if pixels.shape != shown:
            raise DataError(
                f"{sample.mask}: a mask of {_written(pixels.shape)} for a picture of "
                f"{_written(shown)}"
            )
        return pixels, None if instances is None else pictures.turned(instances, turn)


def _named(path, read, folder, *more):
    """Call a reader on a path below the folder; its errors say which file it was."""
    try:
        return read(folder.files.full(path), *more)
    except DataError as error:
        raise DataError(f"{path}: {error}") from error


def _written(size):
    return f"{size[1]}x{size[0]}"


def _place(order, one):
    return (order.index(one) if one in order else len(order), one)
