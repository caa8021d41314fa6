# Answers to the exercises of P143, graded by tests/lessons/test_answers.py.


# %% join_skip | right | sizes by keras.ops.shape, cut by keras.ops.slice
def join_skip(skip, grown):
    batch, channels = keras.ops.shape(skip)[0], skip.shape[-1]
    size = (batch, grown.shape[1], grown.shape[2], channels)
    cut = skip[:, : grown.shape[1], : grown.shape[2], :]
    if batch is not None:
        cut = keras.ops.reshape(cut, size)
    return keras.ops.concatenate((cut, grown), axis=3)


# %% join_skip | right | only what is too much is cut
def join_skip(skip, grown):
    if skip.shape[1] > grown.shape[1]:
        skip = skip[:, :-1]
    if skip.shape[2] > grown.shape[2]:
        skip = skip[:, :, :-1]
    return keras.ops.concatenate([skip, grown], -1)


# %% join_skip | right | by layers of Keras
def join_skip(skip, grown):
    rows = skip.shape[1] - grown.shape[1]
    columns = skip.shape[2] - grown.shape[2]
    cut = keras.layers.Cropping2D(((0, rows), (0, columns)))(skip)
    return keras.layers.Concatenate()([cut, grown])


# %% join_skip | right | rows and columns taken by their numbers
def join_skip(skip, grown):
    rows = keras.ops.take(skip, np.arange(grown.shape[1]), axis=1)
    return keras.ops.concatenate(
        [keras.ops.take(rows, np.arange(grown.shape[2]), axis=2), grown], axis=-1
    )


# %% join_skip | wrong | the grown map first | the skip's channels come first
# -     return keras.ops.concatenate([skip[:, :height, :width], grown], axis=-1)
# +     return keras.ops.concatenate([grown, skip[:, :height, :width]], axis=-1)


# %% join_skip | wrong | nothing is cut | sizes do not fit
# -     return keras.ops.concatenate([skip[:, :height, :width], grown], axis=-1)
# +     return keras.ops.concatenate([skip, grown], axis=-1)


# %% join_skip | wrong | added, not joined | should have shape (1, 2, 3, 2)
# -     return keras.ops.concatenate([skip[:, :height, :width], grown], axis=-1)
# +     return skip[:, :height, :width] + grown


# %% join_skip | wrong | joined below each other | should have shape (1, 2, 3, 2)
# -     return keras.ops.concatenate([skip[:, :height, :width], grown], axis=-1)
# +     return keras.ops.concatenate([skip[:, :height, :width], grown], axis=1)


# %% join_skip | wrong | the first row is cut | cut the last row
# -     return keras.ops.concatenate([skip[:, :height, :width], grown], axis=-1)
# +     return keras.ops.concatenate([skip[:, -height:, -width:], grown], axis=-1)


# %% join_skip | wrong | always one row and column less | sizes do not fit
# -     return keras.ops.concatenate([skip[:, :height, :width], grown], axis=-1)
# +     return keras.ops.concatenate([skip[:, :-1, :-1], grown], axis=-1)


# %% join_skip | wrong | height and width exchanged | sizes do not fit
# -     return keras.ops.concatenate([skip[:, :height, :width], grown], axis=-1)
# +     return keras.ops.concatenate([skip[:, :width, :height], grown], axis=-1)


# %% join_skip | wrong | square maps only | sizes do not fit
# -     return keras.ops.concatenate([skip[:, :height, :width], grown], axis=-1)
# +     return keras.ops.concatenate([skip[:, :height, :height], grown], axis=-1)


# %% join_skip | wrong | only the rows are cut | sizes do not fit
# -     return keras.ops.concatenate([skip[:, :height, :width], grown], axis=-1)
# +     return keras.ops.concatenate([skip[:, :height], grown], axis=-1)


# %% join_skip | wrong | the skip is resized, not cut | cut the last row
# -     return keras.ops.concatenate([skip[:, :height, :width], grown], axis=-1)
# +     return keras.ops.concatenate([keras.ops.image.resize(skip, (height, width)), grown], -1)


# %% join_skip | wrong | the grown map is padded to the skip's size | should have shape (1, 2, 3, 3)
# -     return keras.ops.concatenate([skip[:, :height, :width], grown], axis=-1)
# +     more = (0, skip.shape[1] - height), (0, skip.shape[2] - width)
# +     return keras.ops.concatenate([skip, keras.ops.pad(grown, ((0, 0), *more, (0, 0)))], axis=-1)


# %% join_skip | wrong | with NumPy | use keras.ops
# -     return keras.ops.concatenate([skip[:, :height, :width], grown], axis=-1)
# +     return np.concatenate([skip[:, :height, :width], grown], axis=-1)


# %% join_skip | wrong | forgets the return | end in a return
# -     return keras.ops.concatenate([skip[:, :height, :width], grown], axis=-1)
# +     keras.ops.concatenate([skip[:, :height, :width], grown], axis=-1)


# %% boundary | right | pixel by pixel
def boundary(labels):
    height, width = labels.shape
    found = np.zeros((height, width), dtype=bool)
    for row in range(height):
        for column in range(width):
            for down, right in [(-1, 0), (1, 0), (0, -1), (0, 1)]:
                other_row, other_column = row + down, column + right
                inside = 0 <= other_row < height and 0 <= other_column < width
                if inside and labels[other_row, other_column] != labels[row, column]:
                    found[row, column] = True
    return found


# %% boundary | right | the border repeated
def boundary(labels):
    around = np.pad(labels, 1, mode="edge")
    middle = around[1:-1, 1:-1]
    neighbours = [around[:-2, 1:-1], around[2:, 1:-1], around[1:-1, :-2], around[1:-1, 2:]]
    return np.any([middle != neighbour for neighbour in neighbours], axis=0)


# %% boundary | right | largest and smallest label of the cross
def boundary(labels):
    cross = ndimage.generate_binary_structure(2, 1)
    return ndimage.maximum_filter(labels, footprint=cross) != ndimage.minimum_filter(
        labels, footprint=cross
    )


# %% boundary | right | label by label, eroded
def boundary(labels):
    inner = [ndimage.binary_erosion(labels == k, border_value=1) for k in np.unique(labels)]
    return ~np.any(inner, axis=0)


# %% boundary | right | with keras.ops
def boundary(labels):
    maps = keras.ops.convert_to_tensor(labels.astype("int32"))
    down = keras.ops.not_equal(maps[1:], maps[:-1])
    across = keras.ops.not_equal(maps[:, 1:], maps[:, :-1])
    pad = keras.ops.pad
    rows = keras.ops.logical_or(pad(down, ((1, 0), (0, 0))), pad(down, ((0, 1), (0, 0))))
    columns = keras.ops.logical_or(pad(across, ((0, 0), (1, 0))), pad(across, ((0, 0), (0, 1))))
    return np.array(keras.ops.logical_or(rows, columns))


# %% boundary | wrong | only one pixel of a pair | both pixels each
# -     result[:-1] |= differs
# +     pass
# -     result[:, :-1] |= differs
# +     pass


# %% boundary | wrong | only rows are compared | Two steps in a row
# -     result[:, 1:] |= differs
# +     pass
# -     result[:, :-1] |= differs
# +     pass


# %% boundary | wrong | columns only | A step in a column
# -     result[1:] |= differs
# +     pass
# -     result[:-1] |= differs
# +     pass


# %% boundary | wrong | rolled: the last pixel is the first one's neighbour | no neighbours
def boundary(labels):
    turns = [np.roll(labels, step, axis) for axis in (0, 1) for step in (1, -1)]
    return np.any([turn != labels for turn in turns], axis=0)


# %% boundary | wrong | the border counts | the border makes no boundary
def boundary(labels):
    around = np.pad(labels.astype(int), 1, constant_values=-1)
    middle = around[1:-1, 1:-1]
    neighbours = [around[:-2, 1:-1], around[2:, 1:-1], around[1:-1, :-2], around[1:-1, 2:]]
    return np.any([middle != neighbour for neighbour in neighbours], axis=0)


# %% boundary | wrong | eight neighbours | no neighbour
def boundary(labels):
    return ndimage.maximum_filter(labels, 3) != ndimage.minimum_filter(labels, 3)


# %% boundary | wrong | only steps up | both pixels each
# -     differs = labels[:, 1:] != labels[:, :-1]
# +     differs = labels[:, 1:] > labels[:, :-1]


# %% boundary | wrong | differences above 0, right for uint8 only | labels of type int
# -     differs = labels[1:] != labels[:-1]
# +     differs = np.diff(labels, axis=0) > 0
# -     differs = labels[:, 1:] != labels[:, :-1]
# +     differs = np.diff(labels, axis=1) > 0


# %% boundary | wrong | object against background only | A step in a column
def boundary(labels):
    things = labels > 0
    cross = ndimage.generate_binary_structure(2, 1)
    return ndimage.binary_dilation(things, cross) & ~ndimage.binary_erosion(
        things, cross, border_value=1
    )


# %% boundary | wrong | numbers, not bools | Return True and False
# -     return result
# +     return result.astype(int)


# %% boundary | wrong | only the outer pixel of a thing | both pixels each
def boundary(labels):
    cross = ndimage.generate_binary_structure(2, 1)
    return ndimage.maximum_filter(labels, footprint=cross) > labels


# %% boundary | wrong | a list | should be an array
# -     return result
# +     return result.tolist()


# %% boundary | wrong | marked in the labels themselves | input
# -     return result
# +     labels[result] = 255
# +     return labels == 255


# %% boundary | wrong | rows and columns exchanged | shape
# -     return result
# +     return result.T


# %% boundary | wrong | one pixel smaller | shape
def boundary(labels):
    return (labels[1:, 1:] != labels[:-1, 1:]) | (labels[1:, 1:] != labels[1:, :-1])


# %% outline_f1 | right | distances of all pairs of pixels
def outline_f1(truth, predicted, label, tolerance=1):
    true = np.argwhere(boundary(truth) & (truth == label))
    guess = np.argwhere(boundary(predicted) & (predicted == label))
    if len(true) + len(guess) == 0:
        return float("nan")
    if len(true) == 0 or len(guess) == 0:
        return 0
    apart = np.sqrt(((true[:, None] - guess[None]) ** 2).sum(axis=-1))
    recall = np.mean(apart.min(axis=1) <= tolerance)
    precision = np.mean(apart.min(axis=0) <= tolerance)
    if precision + recall == 0:
        return 0
    return 2 * precision * recall / (precision + recall)


# %% outline_f1 | right | one direction as a function, counted in a loop
def share_met(one, other, tolerance):
    distance = ndimage.distance_transform_edt(~other)
    met = [distance[row, column] <= tolerance for row, column in np.argwhere(one)]
    return sum(met) / len(met)


def outline_f1(truth, predicted, label, tolerance=1):
    outlines = [boundary(maps) * (maps == label) for maps in (truth, predicted)]
    empty = [not outline.any() for outline in outlines]
    if all(empty):
        return np.nan
    if any(empty):
        return 0.0
    recall = share_met(outlines[0], outlines[1], tolerance)
    precision = share_met(outlines[1], outlines[0], tolerance)
    if precision == 0 or recall == 0:
        return 0.0
    return 2 / (1 / precision + 1 / recall)


# %% outline_f1 | right | the course's own score
def outline_f1(truth, predicted, label, tolerance=1):
    classes = int(max(truth.max(), predicted.max(), label)) + 1
    return metrics.boundary_f1(truth[None], predicted[None], classes, tolerance)[label]


# %% outline_f1 | right | an array of one number, with keras.ops at the end
def outline_f1(truth, predicted, label, tolerance=1):
    true = np.logical_and(boundary(truth), truth == label)
    guess = np.logical_and(boundary(predicted), predicted == label)
    if true.sum() == 0 and guess.sum() == 0:
        return keras.ops.convert_to_tensor(math.nan)
    if true.sum() == 0 or guess.sum() == 0:
        return keras.ops.zeros(())
    near_true = ndimage.distance_transform_edt(np.logical_not(true)) <= tolerance
    near_guess = ndimage.distance_transform_edt(np.logical_not(guess)) <= tolerance
    precision = keras.ops.mean(near_true[guess].astype("float32"))
    recall = keras.ops.mean(near_guess[true].astype("float32"))
    return 2 * precision * recall / keras.ops.maximum(precision + recall, 1e-9)


# %% outline_f1 | wrong | the whole region, not its outline | no outline, nan
# -     true, guess = (boundary(labels) & (labels == label) for labels in (truth, predicted))
# +     true, guess = (labels == label for labels in (truth, predicted))


# %% outline_f1 | wrong | boundary pixels of all labels | is no outline of label 0
# -     true, guess = (boundary(labels) & (labels == label) for labels in (truth, predicted))
# +     true, guess = (boundary(labels) for labels in (truth, predicted))


# %% outline_f1 | wrong | less than the tolerance | equal counts
# -     precision = (ndimage.distance_transform_edt(~true)[guess] <= tolerance).mean()
# +     precision = (ndimage.distance_transform_edt(~true)[guess] < tolerance).mean()
# -     recall = (ndimage.distance_transform_edt(~guess)[true] <= tolerance).mean()
# +     recall = (ndimage.distance_transform_edt(~guess)[true] < tolerance).mean()


# %% outline_f1 | wrong | precision alone | Precision 1, recall 1/2
# -     return float(2 * precision * recall / total) if total > 0 else 0.0
# +     return float(precision)


# %% outline_f1 | wrong | recall alone | Precision 1, recall 1/2
# -     return float(2 * precision * recall / total) if total > 0 else 0.0
# +     return float(recall)


# %% outline_f1 | wrong | the plain mean of both | Precision 1, recall 1/2
# -     return float(2 * precision * recall / total) if total > 0 else 0.0
# +     return float(total / 2)


# %% outline_f1 | wrong | without the 2 | A map against itself
# -     return float(2 * precision * recall / total) if total > 0 else 0.0
# +     return float(precision * recall / total) if total > 0 else 0.0


# %% outline_f1 | wrong | empty outlines agree | no outline, nan
# -         return 0.0 if true.any() or guess.any() else math.nan
# +         return 0.0 if true.any() or guess.any() else 1.0


# %% outline_f1 | wrong | nan where only one has the outline | Only the truth has the outline
# -         return 0.0 if true.any() or guess.any() else math.nan
# +         return math.nan


# %% outline_f1 | wrong | nan whenever the truth has no outline | Only the prediction has the outline
# -         return 0.0 if true.any() or guess.any() else math.nan
# +         return 0.0 if true.any() else math.nan


# %% outline_f1 | wrong | no case for empty outlines | zero
def outline_f1(truth, predicted, label, tolerance=1):
    true = np.argwhere(boundary(truth) & (truth == label)).tolist()
    guess = np.argwhere(boundary(predicted) & (predicted == label)).tolist()
    precision = sum(min(math.dist(p, q) for q in true) <= tolerance for p in guess) / len(guess)
    recall = sum(min(math.dist(p, q) for q in guess) <= tolerance for p in true) / len(true)
    return 2 * precision * recall / (precision + recall)


# %% outline_f1 | wrong | nothing met divides by zero | nothing is met: 0
# -     return float(2 * precision * recall / total) if total > 0 else 0.0
# +     with np.errstate(invalid="ignore"):
# +         return 2 * precision * recall / total


# %% outline_f1 | wrong | distance to the pixels beside the outline | nothing is met
# -     precision = (ndimage.distance_transform_edt(~true)[guess] <= tolerance).mean()
# +     precision = (ndimage.distance_transform_edt(true)[guess] <= tolerance).mean()
# -     recall = (ndimage.distance_transform_edt(~guess)[true] <= tolerance).mean()
# +     recall = (ndimage.distance_transform_edt(guess)[true] <= tolerance).mean()


# %% outline_f1 | wrong | steps along rows and columns count as one, diagonal too | outside 1.4
# -     precision = (ndimage.distance_transform_edt(~true)[guess] <= tolerance).mean()
# +     precision = (ndimage.distance_transform_cdt(~true, "chessboard")[guess] <= tolerance).mean()
# -     recall = (ndimage.distance_transform_edt(~guess)[true] <= tolerance).mean()
# +     recall = (ndimage.distance_transform_cdt(~guess, "chessboard")[true] <= tolerance).mean()


# %% outline_f1 | wrong | steps along rows and columns only | within 1.5
# -     precision = (ndimage.distance_transform_edt(~true)[guess] <= tolerance).mean()
# +     precision = (ndimage.distance_transform_cdt(~true, "taxicab")[guess] <= tolerance).mean()
# -     recall = (ndimage.distance_transform_edt(~guess)[true] <= tolerance).mean()
# +     recall = (ndimage.distance_transform_cdt(~guess, "taxicab")[true] <= tolerance).mean()


# %% outline_f1 | wrong | tolerance fixed at 1 | nothing is met
# -     precision = (ndimage.distance_transform_edt(~true)[guess] <= tolerance).mean()
# +     precision = (ndimage.distance_transform_edt(~true)[guess] <= 1).mean()
# -     recall = (ndimage.distance_transform_edt(~guess)[true] <= tolerance).mean()
# +     recall = (ndimage.distance_transform_edt(~guess)[true] <= 1).mean()


# %% outline_f1 | wrong | 0 taken for background | no outline of label 0
# -     if not (true.any() and guess.any()):
# +     if label == 0 or not (true.any() and guess.any()):


# %% outline_f1 | wrong | the border is part of the outline | no outline, nan
# -     true, guess = (boundary(labels) & (labels == label) for labels in (truth, predicted))
# +     masks = (truth == label, predicted == label)
# +     true, guess = (mask & ~ndimage.binary_erosion(mask) for mask in masks)


# %% outline_f1 | wrong | changes the prediction | input
# -     true, guess = (boundary(labels) & (labels == label) for labels in (truth, predicted))
# +     predicted[truth == 255] = 255
# +     predicted[0, 0] = truth[0, 0] + 1
# +     true, guess = (boundary(labels) & (labels == label) for labels in (truth, predicted))
