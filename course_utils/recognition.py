"""Who is it: distances of encodings, pairs and triplets of pictures, and the losses on them.

An *encoding* is the row of numbers that a network gives for a picture. Two pictures of one person
should have a small squared distance, those of two people a large one. What is used in training is
written with `keras.ops` and works on whole batches inside `fit`.
"""

import course_utils  # noqa: F401 (sets what must be set before Keras is imported)

import keras
import numpy as np
from keras import ops
from scipy.spatial import distance

MARGIN = 0.2  # the lecture's alpha
WAYS = ("random", "semi-hard", "hard")


def squared_distances(first, second):
    """Squared distance of every encoding of one list to every one of another.

    The differences are squared, not |a|^2 + |b|^2 - 2ab: the distance of equal encodings is exactly
    0, and its slope is 0 too.

    Args:
        first: array or tensor of shape (n, numbers).
        second: array or tensor of shape (m, numbers).

    Returns:
        Float tensor of shape (n, m), 0 or more.

    Source: lecture P147.

    >>> squared_distances([[0.0, 0.0]], [[3.0, 4.0], [0.0, 0.0]]).numpy().tolist()
    [[25.0, 0.0]]
    """
    first, second = ops.convert_to_tensor(first), ops.convert_to_tensor(second)
    return ops.sum(ops.square(first[:, None] - second[None]), axis=-1)


def all_pairs(identities):
    """List every pair of pictures once.

    Args:
        identities: array (n,), who is on each picture.

    Returns:
        Three arrays of n (n - 1) / 2: the places of the first pictures, those of the second ones
        (larger), and whether both show the same person (float32, 1 or 0).

    Raises:
        ValueError: if the identities are no list.

    Source: lecture P147.

    >>> first, second, same = all_pairs([7, 7, 8])
    >>> first.tolist(), second.tolist(), same.tolist()
    ([0, 0, 1], [1, 2, 2], [1.0, 0.0, 0.0])
    """
    identities = _list_of(identities)
    first, second = np.triu_indices(len(identities), 1)
    return first, second, (identities[first] == identities[second]).astype(np.float32)


def drawn_pairs(identities, count, rng):
    """Draw pairs by chance: in turn one of the same person and one of two people.

    Args:
        identities: array (n,), who is on each picture.
        count: how many pairs, an even number.
        rng: NumPy generator.

    Returns:
        Three arrays of `count`, as of `all_pairs`. A picture is never paired with itself.

    Raises:
        ValueError: if the count is odd or negative, if there is one person only, or nobody is on
            two pictures.

    >>> first, second, same = drawn_pairs([7, 7, 8, 8], 4, np.random.default_rng(0))
    >>> same.tolist()
    [1.0, 0.0, 1.0, 0.0]
    """
    identities = _list_of(identities)
    if count < 0 or count % 2:
        raise ValueError(f"count: expected an even number of pairs, got {count}")
    people, number, counts = np.unique(identities, return_inverse=True, return_counts=True)
    several = np.flatnonzero(counts[number] > 1)
    if len(people) < 2 or not several.size:
        raise ValueError("identities: expected two people or more, and one of them twice")
    order = np.argsort(number, kind="stable")
    start = np.cumsum(counts) - counts
    rank = np.empty(len(order), int)  # which picture of its person a picture is
    rank[order] = np.arange(len(order)) - start[number[order]]
    first = np.empty(count, int)
    first[::2], first[1::2] = (
        rng.choice(places, count // 2) for places in (several, np.arange(len(identities)))
    )
    who = number[first]
    # The same person's next picture but a few; or a picture behind all of this person, going round.
    step = 1 + (rng.random(count) * np.maximum(counts[who] - 1, 1)).astype(int)
    mine = order[start[who] + (rank[first] + step) % counts[who]]
    others = len(order) - counts[who]
    skip = (rng.random(count) * others).astype(int)
    other = order[(start[who] + counts[who] + skip) % len(order)]
    same = np.arange(count) % 2 == 0
    return first, np.where(same, mine, other), same.astype(np.float32)


def contrastive_loss(same, distances, margin=1.0):
    """Contrastive loss of each pair: same people are pulled together, others pushed apart.

    For the same person it is d, the squared distance; for two people max(margin - sqrt(d), 0)^2.

    Args:
        same: tensor of any shape, 1 for the same person, 0 for two people.
        distances: tensor of that shape: squared distances d.
        margin: the distance (not squared) from which on two people are left alone.

    Returns:
        Tensor of that shape.

    Source: lecture P147; Hadsell, Chopra and LeCun, Dimensionality reduction by learning an
    invariant mapping (2006), equation 4, twice as large; their Y is 1 for *different* things.

    >>> contrastive_loss([1.0, 0.0, 0.0], [0.25, 0.25, 4.0]).numpy().tolist()
    [0.25, 0.25, 0.0]
    """
    distances = ops.convert_to_tensor(distances)
    same = ops.cast(same, distances.dtype)
    root = ops.sqrt(ops.maximum(distances, 1e-12))  # the slope of sqrt at 0 is infinite
    return same * distances + (1 - same) * ops.square(ops.maximum(margin - root, 0))


def triplet_loss(anchor, positive, negative, margin=MARGIN):
    """Triplet loss: max(d(A, P) - d(A, N) + margin, 0).

    Args:
        anchor: encodings of the anchors, tensor of shape (n, numbers).
        positive: of other pictures of the same people, same shape.
        negative: of pictures of other people, same shape.
        margin: the lecture's alpha.

    Returns:
        Tensor of shape (n,).

    Source: lecture P148; Schroff, Kalenichenko and Philbin, FaceNet (2015), section 3.1.

    >>> round(float(triplet_loss([[0.0, 0.0]], [[0.5, 0.5]], [[0.5, 0.0]])[0]), 3)
    0.45
    """
    anchor, positive, negative = map(ops.convert_to_tensor, (anchor, positive, negative))
    near = ops.sum(ops.square(anchor - positive), axis=-1)
    far = ops.sum(ops.square(anchor - negative), axis=-1)
    return ops.maximum(near - far + margin, 0)


def triplets(who):
    """Say which three pictures of a batch are a triplet.

    Args:
        who: tensor (n,), who is on each picture.

    Returns:
        Bool tensor of shape (n, n, n): [a, p, n] is True if a and p are two pictures of one person
        and n is one of another.

    Source: lecture P148.

    >>> triplets([7, 7, 8]).numpy().nonzero()[0].size
    2
    """
    twice, other = _pairs_of(who)
    return ops.logical_and(twice[:, :, None], other[:, None, :])


def semi_hard_loss(who, encodings, margin=MARGIN):
    """Mean triplet loss of all semi-hard triplets of a batch: d(A, P) < d(A, N) < d(A, P) + margin.

    Args:
        who: tensor (n,), who is on each picture.
        encodings: tensor of shape (n, numbers).
        margin: the lecture's alpha.

    Returns:
        One number, 0 if there is no such triplet.

    Source: lecture P148; Schroff, Kalenichenko and Philbin, FaceNet (2015), section 3.2.

    >>> round(float(semi_hard_loss([7, 7, 8], [[0.0], [1.0], [-1.0488088]])), 3)
    0.1
    """
    distances = squared_distances(encodings, encodings)
    gap = distances[:, :, None] - distances[:, None, :]
    near = ops.logical_and(gap < 0, gap + margin > 0)
    chosen = ops.cast(ops.logical_and(triplets(who), near), gap.dtype)
    return ops.sum(chosen * (gap + margin)) / ops.maximum(ops.sum(chosen), 1)


def mined_loss(way, margin=MARGIN, seed=0):
    """Make a loss on one triplet for each anchor of a batch.

    Each picture of the batch is an anchor once. `random` and `semi-hard` take a random positive,
    `random` a random negative, `semi-hard` the nearest negative that is farther than the positive
    (or, where all are nearer, the farthest). `hard` takes the farthest positive and the nearest
    negative.

    Args:
        way: one of `WAYS`.
        margin: the lecture's alpha.
        seed: of the random choice.

    Returns:
        A function of who is on each picture, (n,), and encodings (n, numbers), for `compile`: the
        mean loss over all anchors that have a positive and a negative; 0 if none has.

    Raises:
        ValueError: if there is no such way.

    Source: lecture P148; Hermans, Beyer and Leibe, In defense of the triplet loss (2017).

    >>> round(float(mined_loss("hard")([7, 7, 8], [[0.0], [3.0], [1.0]])), 2)
    6.7
    """
    if way not in WAYS:
        raise ValueError(f"way: expected one of {', '.join(WAYS)}, got {way!r}")
    seeds = keras.random.SeedGenerator(seed)

    def loss(who, encodings):
        distances = squared_distances(encodings, encodings)
        twice, other = _pairs_of(who)
        if way == "hard":
            near, far = _largest(distances, twice), -_largest(-distances, other)
        else:
            near = _one_of(distances, twice, seeds)
            if way == "random":
                far = _one_of(distances, other, seeds)
            else:
                beyond = ops.logical_and(other, distances > near[:, None])
                nearest, farthest = -_largest(-distances, beyond), _largest(distances, other)
                far = ops.where(ops.any(beyond, axis=1), nearest, farthest)
        valid = ops.cast(
            ops.logical_and(ops.any(twice, axis=1), ops.any(other, axis=1)), distances.dtype
        )
        each = valid * ops.maximum(near - far + margin, 0)
        return ops.sum(each) / ops.maximum(ops.sum(valid), 1)

    return loss


def batches_of_people(identities, people, pictures, steps, rng):
    """Draw batches of a few people with a few pictures each: only so are there triplets.

    Args:
        identities: array (n,), who is on each picture.
        people: how many people a batch has.
        pictures: how many pictures of each.
        steps: how many batches.
        rng: NumPy generator.

    Returns:
        Array of shape (steps, people * pictures): places of pictures, person by person. Within a
        batch no picture is drawn twice.

    Raises:
        ValueError: if there are fewer people with so many pictures.

    Source: lecture P148.

    >>> places = batches_of_people([7, 7, 8, 8, 9], 2, 2, 3, np.random.default_rng(0))
    >>> places.shape, sorted(places[0].tolist())
    ((3, 4), [0, 1, 2, 3])
    """
    identities = _list_of(identities)
    order = np.argsort(identities, kind="stable")
    _, starts, counts = np.unique(identities[order], return_index=True, return_counts=True)
    enough = np.flatnonzero(counts >= pictures)
    if len(enough) < people or people < 1 or pictures < 1:
        raise ValueError(
            f"expected {people} people or more with {pictures} pictures each, got {len(enough)}: "
            "take fewer people or pictures a batch"
        )
    batches = np.empty((steps, people, pictures), int)
    for batch in batches:
        for row, person in zip(batch, rng.choice(enough, people, replace=False), strict=True):
            row[:] = order[starts[person] + rng.choice(counts[person], pictures, replace=False)]
    return batches.reshape(steps, people * pictures)


class PeopleBatches(keras.utils.PyDataset):
    """Batches for `fit`: a few people with a few pictures each, drawn anew in every epoch.

    Give `fit` `shuffle=False`, so that equal seeds train equally.

    Args:
        pictures: array (n, height, width, colours).
        identities: array (n,), who is on each picture.
        people: how many people a batch has.
        each: how many pictures of each.
        steps: batches an epoch.
        seed: of the choice.
        change: a function or layer that changes a batch of pictures, as in training; or None.

    Raises:
        ValueError: if there are fewer people with so many pictures.

    >>> pictures = np.zeros((4, 8, 8, 3), np.float32)
    >>> batches = PeopleBatches(pictures, [7, 7, 8, 8], people=2, each=2, steps=5, seed=1)
    >>> len(batches), batches[0][0].shape, sorted(batches[0][1].tolist())
    (5, (4, 8, 8, 3), [7, 7, 8, 8])
    """

    def __init__(self, pictures, identities, people, each, steps, seed, change=None):
        super().__init__()
        self._pictures, self._identities = pictures, np.asarray(identities)
        self._how, self._change = (people, each, steps), change
        self._rng = np.random.default_rng(seed)
        self.on_epoch_end()

    def __len__(self):
        """Batches an epoch."""
        return self._how[2]

    def __getitem__(self, step):
        """Return the pictures of a batch, and who is on them."""
        pictures = self._pictures[self._places[step]]
        if self._change is not None:
            is_layer = isinstance(self._change, keras.Layer)
            pictures = self._change(pictures, training=True) if is_layer else self._change(pictures)
        return pictures, self._identities[self._places[step]]

    def on_epoch_end(self):
        """Draw other batches."""
        self._places = batches_of_people(self._identities, *self._how, self._rng)


def auc_interval(encodings, identities, rng, resamples=200, level=0.95):
    """Interval of the ROC AUC of "same person", over people: how far other people would move it.

    The pairs of one person hang together, so people are drawn anew (with replacement), not pairs.

    Args:
        encodings: array (n, numbers), one row a picture.
        identities: array (n,), who is on each picture.
        rng: NumPy generator.
        resamples: how often people are drawn.
        level: share of the draws that lie in the interval.

    Returns:
        Two floats, low and high. A draw without two people, or without two pictures of one, is left
        out; nan if all are.

    Raises:
        ValueError: if there is not one identity for each row.

    >>> rng = np.random.default_rng(0)
    >>> auc_interval([[0.0], [0.1], [5.0], [5.1]], [7, 7, 8, 8], rng)
    (1.0, 1.0)
    """
    encodings, identities = np.asarray(encodings, np.float64), _list_of(identities)
    if encodings.ndim != 2 or len(encodings) != len(identities):
        raise ValueError(
            f"expected shapes (n, numbers) and (n,), got {encodings.shape}, {identities.shape}"
        )
    people, number = np.unique(identities, return_inverse=True)
    first, second = (number[places] for places in np.triu_indices(len(number), 1))
    _, rank = np.unique(distance.pdist(encodings, "sqeuclidean"), return_inverse=True)
    last = rank.max(initial=-1) + 1
    same = first == second
    found = []
    for _ in range(resamples):
        times = np.bincount(rng.integers(len(people), size=len(people)), minlength=len(people))
        yes = np.bincount(rank[same], times[first[same]], last)
        no = np.bincount(rank[~same], times[first[~same]] * times[second[~same]], last)
        if yes.any() and no.any():
            beyond = no.sum() - np.cumsum(no)
            found.append((yes * (beyond + no / 2)).sum() / (yes.sum() * no.sum()))
    if not found:
        return float("nan"), float("nan")
    low, high = np.quantile(found, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def _pairs_of(who):
    """Two (n, n) bool: whether two pictures are of one person, and of two people."""
    who = ops.reshape(ops.convert_to_tensor(who), (-1,))
    same = who[:, None] == who[None]
    twice = ops.logical_and(same, ops.logical_not(ops.eye(ops.shape(same)[0], dtype="bool")))
    return twice, ops.logical_not(same)


def _largest(values, allowed):
    """(n,) largest of the allowed values of each row; a very small number where none is."""
    return ops.max(ops.where(allowed, values, -1e30), axis=1, initial=-1e30)


def _one_of(values, allowed, seeds):
    """(n,) one of the allowed values of each row, by chance."""
    dice = keras.random.uniform(ops.shape(values), seed=seeds)
    place = ops.argmax(ops.where(allowed, dice, -1.0), axis=1)
    return ops.take_along_axis(values, place[:, None], axis=1)[:, 0]


def _list_of(identities):
    identities = np.asarray(identities)
    if identities.ndim != 1:
        raise ValueError(f"identities: expected shape (n,), got {identities.shape}")
    return identities
