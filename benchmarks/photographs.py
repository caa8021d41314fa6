"""What small nets learn from folders of photographs: `python benchmarks/photographs.py FOLDER`.

Parts, each a set in a folder of that name below FOLDER; all of them when none is named after it:

| part | what it is | read as |
|---|---|---|
| `blood_cells_yolo` | BCCD: blood under the microscope, boxes of 3 kinds of cells | YOLO |
| `vehicles_voc` | Vehicles of Open Images, boxes of 5 kinds, by Roboflow | PASCAL VOC |
| `nuclei` | Data Science Bowl 2018: nuclei of cells, 256x256 | pictures and instance masks |
| `orl_faces` | AT&T's faces: 40 people, 10 grey pictures each, 92x112 | one folder a person |

None of them comes with the course.

Protocol. Everything goes through `course_utils.datasets` and `course_utils.metrics`: pictures are
streamed from their files in each pass, labels follow them through `transforms`. Nets are plain and
start from random weights. They train on the train split; what is set by hand was chosen by the
validation split, never by the test split, whose score is printed beside it.

- blood_cells_yolo, vehicles_voc: average precision at an IoU of 0.5 as COCO defines it. The
  folder's own splits. One net for both, on pictures of 192x256 and 128x128: maps of strides 8, 16
  and 32 are added at stride 8, where each cell says how likely an object of each class has its
  middle near it (CenterNet's heat map and loss, but every cell counts as right where the heat is
  above 0.5) and how far it is to the sides of its box (complete IoU).
- nuclei: IoU of the foreground, all pixels together. Pictures are dealt by their names, 70:15:15.
  A U-Net of four scales trains on crops of 128x128 and is tried on whole pictures.
- orl_faces: ROC AUC of "same person" over all pairs of pictures of 10 people that no net has seen:
  people 1 to 24 train, 25 to 30 validate, 31 to 40 test. A CNN learns to tell the 24 apart from
  the cosine between its encoding and one direction a person; the encoding of a picture is that of
  itself plus that of its mirror image. Beside it the distance of pixels. Augmentation and label
  smoothing were chosen on other splits of people 1 to 30.

Training stops after `SECONDS` of CPU time (a tenth of it for faces), reading and transforming
included: 5 minutes on two cores that do nothing else, and the same work on a busy machine.
"""

import functools
import sys
import time
from pathlib import Path

import course_utils  # noqa: F401  (before Keras)
from course_utils.datasets import folders, streaming, transforms
from course_utils.datasets.problems import DataError
from course_utils.metrics import average_precision, class_iou, verification_auc
from course_utils.schema import VOID

import keras
import numpy as np
import tensorflow as tf
from keras import layers, ops
from rich.console import Console
from rich.table import Table

SECONDS = 2 * 300
RATE = 2e-3
STRIDE = 8  # pixels between the places where the detector looks
REACH = 32  # pixels to each side of a box before training


def blood_cells_yolo(folder):
    """Boxes of blood cells, which look alike from every side."""
    return _detection(folder, (192, 256), "horizontal_and_vertical")


def vehicles_voc(folder):
    """Boxes of vehicles."""
    return _detection(folder, (128, 128), "horizontal")


def nuclei(folder):
    """Pixels of nuclei."""
    folder, keys = folder.dealt(), ("images", "segmentation_masks")
    augment = transforms.Sequence(
        layers.RandomFlip(),
        layers.RandomZoom((-0.3, 0.2), fill_mode="constant"),
        transforms.RandomCrop(128, 128),
        layers.RandomContrast(0.3, value_range=(0, 1)),  # brightness would hide dim nuclei
    )

    def crops(batch):
        masks = augment({key: batch[key] for key in keys})
        truth = masks["segmentation_masks"]
        return masks["images"], truth == 1, tf.cast(truth != VOID, tf.float32)

    batches = streaming.stream(folder.split("train"), 256, 8, shuffle=True).map(crops, 2)
    model = _u_net()
    loss = keras.losses.BinaryCrossentropy(from_logits=True)
    spent = _trained(model, loss, batches, SECONDS)

    def score(split):
        batch = streaming.load(folder.split(split), 256)
        found = model.predict(batch["images"], batch_size=8, verbose=0) > 0
        return class_iou(batch["segmentation_masks"], found, 2, ignore=VOID)[1]

    scores = [("IoU of the foreground", score("validation"), score("test"))]
    return folder, "256x256", model, spent, scores


def orl_faces(folder):
    """Faces of people whom the net has not seen."""
    parts = {"train": range(24), "validation": range(24, 30), "test": range(30, 40)}
    people = {
        name: folder.of(one for one in folder.samples if one.identity in part)
        for name, part in parts.items()
    }
    augment = transforms.Sequence(
        layers.RandomFlip("horizontal"),
        layers.RandomRotation(0.05, fill_mode="nearest"),
        layers.RandomZoom(0.25, fill_mode="nearest"),
        layers.RandomTranslation(0.12, 0.12, fill_mode="nearest"),
        layers.RandomContrast(0.3, value_range=(0, 1)),
        layers.RandomBrightness(0.2, value_range=(0, 1)),
    )
    batches = streaming.stream(people["train"], (56, 46), 32, shuffle=True, augment=augment)
    count = len(parts["train"])
    batches = batches.map(lambda one: (one["images"], ops.one_hot(one["identities"], count)))
    model, encoder = _face_net(count)
    loss = keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=0.1)
    spent = _trained(model, loss, batches, SECONDS / 10)

    def scores(split):
        batch = streaming.load(people[split], (56, 46))
        pixels = batch["images"].reshape(len(batch["images"]), -1)
        both = batch["images"], batch["images"][:, :, ::-1]
        encodings = sum(encoder.predict(one, verbose=0) for one in both)
        return [verification_auc(one, batch["identities"]) for one in (encodings, pixels)]

    found = zip(("AUC", "AUC of raw pixels"), *map(scores, ("validation", "test")), strict=True)
    return people, "56x46", model, spent, list(found)


def _detection(folder, size, flips):
    """Train and score the detector on a folder of boxes."""
    classes = len(folder.class_names)
    augment = transforms.Sequence(
        layers.RandomFlip(flips, bounding_box_format="xyxy"),
        layers.RandomZoom((-0.3, 0.3), fill_mode="constant", bounding_box_format="xyxy"),
        layers.RandomTranslation(0.15, 0.15, fill_mode="constant", bounding_box_format="xyxy"),
        layers.RandomContrast(0.3, value_range=(0, 1)),
        layers.RandomBrightness(0.2, value_range=(0, 1)),
    )

    def pairs(batch):
        return batch["images"], _wanted(batch["bounding_boxes"], size, classes)

    batches = streaming.stream(folder.split("train"), size, 16, shuffle=True, augment=augment)
    model = _detector(size, classes)
    loss = functools.partial(_detection_loss, classes)
    spent = _trained(model, loss, batches.map(pairs, 2), SECONDS)

    def score(split):
        batch = streaming.load(folder.split(split), size)
        found = model.predict(batch["images"], batch_size=16, verbose=0)
        scores = average_precision(batch["bounding_boxes"], _found(found, classes), classes)
        return [scores["ap50"], *scores["per_class"]["ap50"]]

    names = ["AP50", *(f"AP50 {name}" for name in folder.class_names)]
    scores = list(zip(names, score("validation"), score("test"), strict=True))
    return folder, f"{size[0]}x{size[1]}", model, spent, scores


def _detector(size, classes):
    """Return a net that gives (rows, columns, classes + 4): logits of middles, sides of boxes."""
    pictures = keras.Input((*size, 3))
    features = layers.Rescaling(2, offset=-1)(pictures)
    features = layers.Conv2D(24, 5, 2, "same", activation="relu")(features)
    maps = []
    for width in (32, 64, 96, 128):
        features = _normal(layers.Conv2D(width, 3, 2, "same", use_bias=False)(features))
        change = _normal(layers.Conv2D(width, 3, 1, "same", use_bias=False)(features))
        change = layers.Conv2D(width, 3, 1, "same")(change)
        features = layers.ReLU()(layers.Add()([features, change]))
        maps.append(features)
    _, fine, middle, coarse = (layers.Conv2D(64, 1)(one) for one in maps)
    middle = layers.Add()([middle, layers.UpSampling2D()(coarse)])
    fine = layers.ReLU()(layers.Add()([fine, layers.UpSampling2D()(middle)]))
    fine = _normal(layers.Conv2D(64, 3, 1, "same", use_bias=False)(fine))
    rare = keras.initializers.Constant(-4)  # a middle is seldom anywhere
    logits = layers.Conv2D(classes, 1, bias_initializer=rare)(fine)
    return keras.Model(pictures, layers.Concatenate()([logits, layers.Conv2D(4, 1)(fine)]))


def _u_net():
    """Return a net that gives a logit for each pixel of a picture of any size of 8 n."""
    pictures = keras.Input((None, None, 3))
    features, skipped = layers.Rescaling(2, offset=-1)(pictures), []
    for width in (16, 32, 64, 128):
        if skipped:
            features = layers.MaxPooling2D()(features)
            features = _normal(layers.Conv2D(width, 3, 1, "same", use_bias=False)(features))
        features = _normal(layers.Conv2D(width, 3, 1, "same", use_bias=False)(features))
        skipped.append(features)
    for width, finer in zip((64, 32, 16), skipped[-2::-1], strict=True):
        features = layers.Concatenate()([layers.UpSampling2D()(features), finer])
        features = _normal(layers.Conv2D(width, 3, 1, "same", use_bias=False)(features))
    return keras.Model(pictures, layers.Conv2D(1, 1)(features))


def _face_net(people):
    """Return a net that gives a logit a person, and its part that gives encodings."""
    pictures = keras.Input((56, 46, 3))
    features = layers.Rescaling(2, offset=-1)(pictures)
    for width in (24, 48, 96, 96):
        features = _normal(layers.Conv2D(width, 3, 2, "same", use_bias=False)(features))
    features = layers.Dropout(0.5)(layers.Flatten()(features))
    encodings = layers.UnitNormalization()(layers.Dense(64)(features))
    towards = layers.Dense(people, use_bias=False, kernel_constraint="unit_norm")(encodings)
    return keras.Model(pictures, 12 * towards), keras.Model(pictures, encodings)


def _normal(features):
    return layers.ReLU()(layers.BatchNormalization(momentum=0.95)(features))


def _wanted(boxes, size, classes):
    """Return what the detector should give: heat, box and weight, (n, rows, columns, classes + 5).

    The heat of a class is 1 in the cell of an object's middle and falls off as a Gaussian whose
    standard deviation is 0.12 of its sides. The box of a cell is that of its nearest object; how
    near it is, is its weight.
    """
    corners, labels = boxes["boxes"][:, :, None, None], boxes["labels"][:, :, None, None]
    middle = (corners[..., :2] + corners[..., 2:]) / 2
    middle = (ops.floor(middle / STRIDE) + 0.5) * STRIDE
    spread = ops.maximum(0.12 * (corners[..., 2:] - corners[..., :2]), 1)
    near = ops.exp(-ops.sum(((_cells(size) - middle) / spread) ** 2, axis=-1) / 2)
    near = ops.where(labels >= 0, near, 0.0)  # (n, boxes, rows, columns)
    heat = ops.max(near[..., None] * ops.one_hot(labels, classes), axis=1)
    rows, columns = near.shape[2:]
    nearest = ops.reshape(ops.argmax(near, axis=1), (-1, rows * columns, 1))
    box = ops.take_along_axis(boxes["boxes"], nearest, axis=1)
    box = ops.reshape(box, (-1, rows, columns, 4))
    return ops.concatenate([heat, box, ops.max(near, axis=1)[..., None]], axis=-1)


def _cells(size):
    """Return x and y of the middles of the detector's cells, (rows, columns, 2)."""
    y, x = ((np.arange(side // STRIDE) + 0.5) * STRIDE for side in size)
    return np.stack(np.meshgrid(x, y), axis=-1).astype(np.float32)


def _boxes(raw):
    """Return boxes, (n, rows, columns, 4), for what the detector gives."""
    sides = REACH * ops.exp(ops.clip(raw, -4, 3))
    cells = _cells((raw.shape[1] * STRIDE, raw.shape[2] * STRIDE))
    return ops.concatenate([cells - sides[..., :2], cells + sides[..., 2:]], axis=-1)


def _detection_loss(classes, wanted, found):
    """CenterNet's focal loss of the heat, and 1 - complete IoU of the boxes."""
    heat, box, weight = wanted[..., :classes], wanted[..., classes:-1], wanted[..., -1]
    logits = found[..., :classes]
    likely = ops.sigmoid(logits)
    here = ops.cast(heat > 0.5, "float32")
    right = here * (1 - likely) ** 2 * ops.log_sigmoid(logits)
    wrong = (1 - here) * (1 - heat) ** 4 * likely**2 * ops.log_sigmoid(-logits)
    middles = -ops.sum(right + wrong) / ops.maximum(ops.sum(here), 1)
    overlap = keras.utils.bounding_boxes.compute_ciou(box, _boxes(found[..., classes:]), "xyxy")
    return middles + ops.sum(weight * (1 - overlap)) / ops.maximum(ops.sum(weight), 1)


def _found(raw, classes):
    """Return the boxes, labels and scores that the detector found, duplicates left out."""
    n = len(raw)
    boxes, scores, labels, count = tf.image.combined_non_max_suppression(
        tf.reshape(_boxes(raw[..., classes:]), (n, -1, 1, 4)),
        tf.reshape(ops.sigmoid(raw[..., :classes]), (n, -1, classes)),
        100, 100, iou_threshold=0.5, score_threshold=0.01, clip_boxes=False,
    )  # fmt: skip
    used = np.arange(100) < count[:, None]
    return {"boxes": boxes, "labels": np.where(used, labels, -1), "scores": scores}


class _Budget(keras.callbacks.Callback):
    """Ends training after `seconds` of CPU time, the learning rate falling to 0."""

    def __init__(self, seconds):
        super().__init__()
        self.seconds, self.begin, self.spent, self.steps = seconds, None, 0, 0

    def on_train_batch_begin(self, batch, logs=None):
        gone = min(self.spent / self.seconds, 1)
        self.model.optimizer.learning_rate = RATE * 0.5 * (1 + np.cos(np.pi * gone))

    def on_train_batch_end(self, batch, logs=None):
        if self.begin is None:  # the first step built the graph
            self.begin = time.process_time()
        self.spent = time.process_time() - self.begin
        self.steps += 1
        self.model.stop_training = self.spent >= self.seconds

    def on_epoch_end(self, epoch, logs=None):
        if epoch % 10 == 0 or self.model.stop_training:
            print(f"  {self.spent:5.0f} CPU s, step {self.steps}, loss {logs['loss']:.4f}")


def _trained(model, loss, batches, seconds):
    """Train for CPU `seconds` on a stream of (pictures, wanted); return how many it were."""
    budget = _Budget(seconds)
    # Without XLA: on CPUs it computes convolutions on one core.
    optimizer = keras.optimizers.AdamW(RATE, weight_decay=0.02)
    model.compile(optimizer, loss, jit_compile=False)
    model.fit(batches, epochs=100_000, verbose=0, callbacks=[budget])
    return budget.spent


PARTS = {f.__name__: f for f in (blood_cells_yolo, vehicles_voc, nuclei, orl_faces)}


def main():
    """Run the parts named on the command line and print a table."""
    if len(sys.argv) < 2:
        sys.exit("Which folder are the sets in? python benchmarks/photographs.py FOLDER [part ...]")
    root, names = Path(sys.argv[1]), sys.argv[2:] or list(PARTS)
    if unknown := set(names) - set(PARTS):
        sys.exit(f"There is no part {unknown.pop()!r}: choose from {', '.join(PARTS)}.")
    try:
        sets = {name: folders.read(root / name) for name in names}
    except DataError as error:
        sys.exit(f"{error} The sets don't come with the course; {Path(__file__).name} names them.")
    keras.utils.set_random_seed(0)
    columns = "set", "train / validation / test", "size", "parameters", "minutes", "score"
    table = Table(*columns, "validation", "test")
    for name, folder in sets.items():
        print(f"{name} ...", flush=True)
        begin = time.monotonic()
        split, size, model, spent, scores = PARTS[name](folder)
        print(f"  {spent:.0f} CPU s of training, {(time.monotonic() - begin) / 60:.1f} minutes")
        counts = split.splits if hasattr(split, "splits") else {s: len(f) for s, f in split.items()}
        row = [name, " / ".join(map(str, counts.values())), size, f"{model.count_params():,}",
               f"{spent / 120:.1f}"]  # fmt: skip
        for claim, *values in scores:
            table.add_row(*row, claim, *(f"{value:.3f}" for value in values))
            row = [""] * len(row)
        table.add_section()
    Console(width=120).print(table)


if __name__ == "__main__":
    main()
