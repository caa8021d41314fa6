"""How hard Faces is, and how fast: `python benchmarks/faces.py [part ...]`.

Parts: `speed`, `pixels`, `expression`, `triplet`, `landmarks`; all of them when none is named.

Protocol. Pictures are 64x64 with every nuisance drawn from its default range. Nets train on people
of the train split; every score is of people of the test split, whom no model has seen.

- speed: pictures a second of `faces.load(50)`, CPU time of one process, the best of eight.
- pixels: 150 people, 10 pictures each. All pairs of pictures are compared by the squared distance
  of their pixels; ROC AUC of "same person". To learn from, this must be neither hopeless nor easy.
- expression: normalised true landmarks (eyes to the same two places), linear discriminant
  analysis, 3,000 people, one picture each; accuracy on 1,500.
- triplet: a small CNN, 1,000 people with 10 pictures each, semi-hard triplets within batches of 24
  people with 4 pictures; ROC AUC as for pixels, on the same pairs, by the distance of encodings.
- landmarks: a small CNN that guesses all points, takes features of its maps there and corrects
  the guess; 12,000 people, one picture each and its mirror image. Two more corrections are solved
  by ridge regression, within the same time. Mean distance between predicted and true landmarks
  of 1,000 people, hidden points too, as a share of the distance between the centres of the eyes
  (and of the outer corners, which papers often take).

Training stops after `SECONDS` of CPU time: 110 s on two cores that do nothing else, and the same
work on a busy machine. Rendering isn't counted.
"""

import sys
import time

import course_utils  # noqa: F401  (before Keras)
from course_utils.metrics import verification_auc
from course_utils.worlds import face_landmarks, faces

import keras
import numpy as np
from keras import layers, ops
from rich.console import Console
from rich.table import Table
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.linear_model import Ridge

SECONDS = 2 * 110
MARGIN = 0.2


def speed():
    """Pictures a second on one core."""
    best = np.inf
    for start in range(0, 400, 50):
        begin = time.process_time()
        faces.load(50, start=start)
        best = min(best, (time.process_time() - begin) / 50)
    return [("pictures a second", 1 / best, ">= 300", best <= 1 / 300)]


def pixels():
    """Verification by the distance of pixels."""
    pictures, who = _unseen()
    auc = verification_auc(pictures.reshape(len(pictures), -1), who)
    return [("AUC of raw pixels", auc, "0.60 to 0.80", 0.6 <= auc <= 0.8)]


def expression():
    """Expressions from true landmarks."""
    train, test = faces.load(3000), faces.load(1500, split="test")
    model = LinearDiscriminantAnalysis().fit(_upright(train["landmarks"]), train["expressions"])
    score = model.score(_upright(test["landmarks"]), test["expressions"])
    return [("accuracy of expressions", score, ">= 0.95", score >= 0.95)]


def triplet():
    """Verification by a CNN trained with the triplet loss."""
    data = faces.load(10_000, pictures=10, progress=True)
    pictures = _bytes(data["images"])
    rng = np.random.default_rng(0)

    def batches():
        while True:
            people = rng.choice(1000, 24, replace=False)
            shots = rng.permuted(np.tile(np.arange(10), (24, 1)), axis=1)[:, :4]
            rows = (10 * people[:, None] + shots).ravel()
            batch = pictures[rows]
            flipped = rng.random(len(rows)) < 0.5
            batch[flipped] = batch[flipped, :, ::-1]
            yield batch, np.repeat(people, 4).astype(np.int32)

    model = keras.Sequential([*_body(True), layers.Conv2D(96, 3, strides=2, activation="relu")])
    model.add(layers.Flatten())
    model.add(layers.Dense(64))
    model.add(layers.UnitNormalization())
    seconds = _trained(model, _semi_hard, batches(), 1e-3)
    unseen, who = _unseen()
    auc = verification_auc(model.predict(_bytes(unseen), batch_size=250, verbose=0), who)
    return [
        ("AUC of the triplet CNN", auc, ">= 0.97", auc >= 0.97),
        ("CPU seconds of its training", seconds, "<= 220", seconds <= SECONDS + 5),
    ]


def landmarks():
    """Landmarks by a CNN."""
    data, test = faces.load(12_000, progress=True), faces.load(1000, split="test")
    pictures, points = _bytes(data["images"]), data["landmarks"] / 32 - 1
    points = points.astype(np.float32)
    centre, spread = points.mean(axis=0), points.std(axis=0)
    rng = np.random.default_rng(0)

    def batches():
        while True:
            rows = rng.integers(0, len(pictures), 32)
            batch, target = pictures[rows], points[rows]
            flipped = rng.random(len(rows)) < 0.5
            batch[flipped] = batch[flipped, :, ::-1]
            target[flipped] = target[flipped][:, face_landmarks.MIRRORED] * (-1, 1)
            target = ((target - centre) / spread).reshape(len(rows), -1)
            yield batch, np.concatenate([target, target], axis=1).astype(np.float32)

    model, maps = _pointing_net(centre, spread)
    seconds = _trained(model, "mean_squared_error", batches(), 1e-3, SECONDS - 80)
    begin = time.process_time()
    target = ((points - centre) / spread).reshape(len(points), -1)
    unseen = _bytes(test["images"])
    sets = [(shown, model.predict(shown, batch_size=250, verbose=0)[:, 128:])
            for shown in (pictures, unseen)]  # fmt: skip
    for _ in range(2):  # each time the features are taken nearer to where they should be
        near = [_near(maps, shown, found, centre, spread) for shown, found in sets]
        ridge = Ridge(alpha=10).fit(near[0], target)
        sets = [(shown, ridge.predict(n)) for (shown, _), n in zip(sets, near, strict=True)]
    seconds += time.process_time() - begin
    found = 32 * (sets[1][1].reshape(-1, 64, 2) * spread + centre + 1)
    truth = test["landmarks"]
    error = np.linalg.norm(found - truth, axis=2).mean(axis=1)
    left, right = (truth[:, eye].mean(axis=1) for eye in face_landmarks.EYES)
    share = (error / np.linalg.norm(right - left, axis=1)).mean()
    corners = (error / np.linalg.norm(truth[:, 32] - truth[:, 41], axis=1)).mean()
    return [
        ("landmark error / distance of eyes", share, "<= 0.04", share <= 0.04),
        ("... / distance of outer corners", corners, "", True),
        ("error in pixels", error.mean(), "", True),
        ("CPU seconds of its training", seconds, "<= 220", seconds <= SECONDS + 5),
    ]


class _Sampled(layers.Layer):
    """Features of a map (n, side, side, channels) at points (n, 64, 2), x and y in -1..1."""

    def call(self, features, points):
        """Return (n, 64 * channels), interpolated between the four nearest cells."""
        side, channels = features.shape[1], features.shape[3]
        place = ops.clip((points + 1) * (side / 2) - 0.5, 0.0, side - 1.001)
        corner = ops.floor(place)
        share, corner = place - corner, ops.cast(corner, "int32")
        cells, found = ops.reshape(features, (-1, side * side, channels)), 0
        for right in (0, 1):
            for down in (0, 1):
                cell = (corner[..., 1] + down) * side + corner[..., 0] + right
                weight = ops.abs(1 - right - share[..., 0]) * ops.abs(1 - down - share[..., 1])
                near = ops.take_along_axis(cells, cell[..., None], axis=1)
                found = found + weight[..., None] * near
        return ops.reshape(found, (-1, 64 * channels))


def _pointing_net(centre, spread):
    """Return a net that guesses all points, looks at them, and corrects its guess; and its maps.

    The net gives both guesses, (n, 256), in units of `spread` about `centre`.
    """
    whole = keras.Sequential(_body(False))
    fine, coarse = (whole.layers[place].output for place in (1, 2))
    flat = layers.Flatten()(layers.Conv2D(32, 1, activation="relu")(whole.outputs[0]))
    first = layers.Dense(128)(flat)
    places = ops.stop_gradient(ops.reshape(first, (-1, 64, 2)) * spread + centre)
    near = layers.Concatenate()([_Sampled()(fine, places), _Sampled()(coarse, places)])
    second = first + layers.Dense(128, kernel_initializer="zeros")(near)
    model = keras.Model(whole.inputs, layers.Concatenate()([first, second]))
    return model, keras.Model(whole.inputs, [fine, coarse])


def _near(maps, pictures, found, centre, spread):
    """Return the features of pictures around the points found, and these points."""
    sampled, parts = _Sampled(), []
    for start in range(0, len(pictures), 250):
        places = found[start : start + 250].reshape(-1, 64, 2) * spread + centre
        both = maps.predict_on_batch(pictures[start : start + 250])
        parts.append(np.concatenate([sampled(part, places) for part in both], axis=1))
    return np.concatenate([np.concatenate(parts), found], axis=1)


def _unseen():
    """Return pictures of people of the test split, and who they are."""
    batch = faces.load(1500, split="test", pictures=10)
    return batch["images"], batch["identities"]


def _upright(points):
    """Return landmarks (n, 128) with the eyes moved, turned and scaled to the same places."""
    complex_points = points[..., 0] + 1j * points[..., 1]
    left, right = (
        complex_points[:, eye].mean(axis=1, keepdims=True) for eye in face_landmarks.EYES
    )
    moved = (complex_points - (left + right) / 2) / (right - left)
    return np.concatenate([moved.real, moved.imag], axis=1)


def _bytes(images):
    """Return pictures as bytes: an eighth of the memory is enough."""
    return np.uint8(255 * images + 0.5)


def _body(normalise):
    """Return layers that turn a picture into an 8x8 map of 64 features.

    Batch normalisation of the large maps would take half of the time of a step on a CPU, so only
    the small ones have it, if any.
    """
    body = [keras.Input((64, 64, 3), dtype="uint8"), layers.Rescaling(1 / 127.5, offset=-1)]
    for place, (width, side, stride) in enumerate(((16, 5, 2), (48, 3, 2), (64, 3, 2), (64, 3, 1))):
        body.append(
            layers.Conv2D(width, side, strides=stride, padding="same", activation="relu",
                          kernel_initializer="he_normal")
        )  # fmt: skip
        if normalise and place > 1:
            body.append(layers.BatchNormalization(momentum=0.95))
    return body


def _semi_hard(who, encodings):
    """Triplet loss: each pair of one person against the nearest negative beyond the positive."""
    same = ops.equal(ops.reshape(who, (-1, 1)), ops.reshape(who, (1, -1)))
    distances = 2 - 2 * ops.matmul(encodings, ops.transpose(encodings))
    positive, negative = distances[:, :, None], distances[:, None, :]
    beyond = ops.logical_and(ops.logical_not(same)[:, None, :], negative > positive)
    nearest = ops.min(ops.where(beyond, negative, 9.0), axis=2)
    farthest = ops.max(ops.where(same, -1.0, distances), axis=1, keepdims=True)
    chosen = ops.where(nearest < 9.0, nearest, farthest)
    pairs = ops.cast(same, "float32") * (1 - ops.eye(ops.shape(distances)[0]))
    loss = ops.maximum(distances - chosen + MARGIN, 0) * pairs
    return ops.sum(loss) / ops.sum(pairs)


def _trained(model, loss, batches, rate, seconds=SECONDS):
    """Train for CPU `seconds` with a learning rate that falls to 0; return its CPU time."""
    optimizer = keras.optimizers.Adam(rate)
    model.compile(optimizer=optimizer, loss=loss)
    model.train_on_batch(*next(batches))  # builds the graph
    begin, step, losses = time.process_time(), 0, []
    while (gone := (time.process_time() - begin) / seconds) < 1:
        optimizer.learning_rate = rate * 0.5 * (1 + np.cos(np.pi * gone))
        losses.append(float(model.train_on_batch(*next(batches))))
        step += 1
        if step % 200 == 0:
            print(f"  {gone * seconds:5.0f} CPU s, step {step}, loss {np.mean(losses[-200:]):.5f}")
    return time.process_time() - begin


PARTS = {f.__name__: f for f in (speed, pixels, expression, triplet, landmarks)}


def main():
    """Run the parts named on the command line and print a table."""
    names = sys.argv[1:] or list(PARTS)
    if unknown := set(names) - set(PARTS):
        sys.exit(f"There is no part {unknown.pop()!r}: choose from {', '.join(PARTS)}.")
    keras.utils.set_random_seed(0)
    table = Table("measured on unseen people", "value", "bar", "met")
    for name in names:
        print(f"{name} ...", flush=True)
        for claim, value, bar, met in PARTS[name]():
            shown = f"{value:.3f}" if value < 10 else f"{value:.0f}"
            table.add_row(claim, shown, bar, ("yes" if met else "NO") if bar else "")
    Console(width=90).print(table)


if __name__ == "__main__":
    main()
