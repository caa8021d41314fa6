# Answers to the exercises of P141, graded by tests/lessons/test_answers.py.


# %% confusion_matrix | right | a loop over pixels
def confusion_matrix(truth, predicted, classes):
    matrix = np.zeros((classes, classes), int)
    for true, guess in zip(truth.ravel().tolist(), predicted.ravel().tolist(), strict=True):
        matrix[true, guess] += 1
    return matrix


# %% confusion_matrix | right | np.add.at
def confusion_matrix(truth, predicted, classes):
    matrix = np.zeros((classes, classes))
    np.add.at(matrix, (np.ravel(truth), np.ravel(predicted)), 1)
    return matrix


# %% confusion_matrix | right | one entry after the other
def confusion_matrix(truth, predicted, classes):
    entries = [np.sum((truth == i) & (predicted == j)) for i, j in np.ndindex(classes, classes)]
    return np.array(entries).reshape(classes, classes)


# %% confusion_matrix | right | keras.ops, one-hot times one-hot
def confusion_matrix(truth, predicted, classes):
    rows = keras.ops.one_hot(keras.ops.reshape(truth, (-1,)), classes)
    columns = keras.ops.one_hot(keras.ops.reshape(predicted, (-1,)), classes)
    return keras.ops.transpose(rows) @ columns


# %% confusion_matrix | right | scikit-learn
def confusion_matrix(truth, predicted, classes):
    return sklearn.metrics.confusion_matrix(
        np.ravel(truth), np.ravel(predicted), labels=list(range(classes))
    )


# %% confusion_matrix | right | a histogram in two dimensions
def confusion_matrix(truth, predicted, classes):
    edges = np.arange(classes + 1) - 0.5
    return np.histogram2d(truth.ravel(), predicted.ravel(), bins=(edges, edges))[0]


# %% confusion_matrix | wrong | rows and columns exchanged | Yours is turned
# -     pairs = truth.astype(int) * classes + predicted
# +     pairs = predicted.astype(int) * classes + truth


# %% confusion_matrix | wrong | uint8 overflows | uint8 ends at 255
# -     pairs = truth.astype(int) * classes + predicted
# +     pairs = truth * classes + predicted


# %% confusion_matrix | wrong | counts in uint8 | beyond 255
def confusion_matrix(truth, predicted, classes):
    counts = np.zeros((classes, classes), "uint8")
    np.add.at(counts, (truth, predicted), 1)
    return counts


# %% confusion_matrix | wrong | equal pairs are added once | counted once only
def confusion_matrix(truth, predicted, classes):
    matrix = np.zeros((classes, classes), int)
    matrix[truth, predicted] += 1
    return matrix


# %% confusion_matrix | wrong | no minlength: missing labels shorten it | cannot reshape
# -     return np.bincount(pairs.ravel(), minlength=classes**2).reshape(classes, classes)
# +     return np.bincount(pairs.ravel()).reshape(classes, classes)


# %% confusion_matrix | wrong | scikit-learn without labels | expected shape
def confusion_matrix(truth, predicted, classes):
    return sklearn.metrics.confusion_matrix(np.ravel(truth), np.ravel(predicted))


# %% confusion_matrix | wrong | shares, not counts | The maps on paper
# -     return np.bincount(pairs.ravel(), minlength=classes**2).reshape(classes, classes)
# +     counts = np.bincount(pairs.ravel(), minlength=classes**2).reshape(classes, classes)
# +     return counts / counts.sum()


# %% confusion_matrix | wrong | only the first map of a batch | A batch of two maps
def confusion_matrix(truth, predicted, classes):
    if truth.ndim == 3:
        truth, predicted = truth[0], predicted[0]
    pairs = truth.astype(int) * classes + predicted
    return np.bincount(pairs.ravel(), minlength=classes**2).reshape(classes, classes)


# %% confusion_matrix | wrong | label 0 left out as background | truth [[1, 1, 0]]
def confusion_matrix(truth, predicted, classes):
    pairs = (truth.astype(int) * classes + predicted)[truth > 0]
    return np.bincount(pairs.ravel(), minlength=classes**2).reshape(classes, classes)


# %% confusion_matrix | wrong | nested lists | np.array(...) makes one of it
def confusion_matrix(truth, predicted, classes):
    return [
        [int(((truth == i) & (predicted == j)).sum()) for j in range(classes)]
        for i in range(classes)
    ]


# %% confusion_matrix | wrong | written into the map | changes its input
def confusion_matrix(truth, predicted, classes):
    truth *= classes
    truth += predicted
    return np.bincount(truth.ravel(), minlength=classes**2).reshape(classes, classes)


# %% iou_of_classes | right | a loop over classes
def iou_of_classes(matrix):
    scores = []
    for k in range(len(matrix)):
        union = sum(matrix[k, :]) + sum(matrix[:, k]) - matrix[k, k]
        scores.append(matrix[k, k] / union if union else float("nan"))
    return np.array(scores)


# %% iou_of_classes | right | 0 / 0 is nan by itself
def iou_of_classes(matrix):
    both = np.diag(matrix)
    return both / (matrix.sum(0) + matrix.sum(1) - both)


# %% iou_of_classes | right | keras.ops
def iou_of_classes(matrix):
    matrix = keras.ops.convert_to_tensor(matrix, "float64")
    both = keras.ops.diagonal(matrix)
    either = keras.ops.sum(matrix, axis=0) + keras.ops.sum(matrix, axis=1) - both
    return keras.ops.where(either > 0, both / keras.ops.maximum(either, 1), np.nan)


# %% iou_of_classes | right | true and false positives and negatives
def iou_of_classes(matrix):
    hits = matrix.diagonal()
    false_alarms, missed = matrix.sum(axis=0) - hits, matrix.sum(axis=1) - hits
    union = hits + false_alarms + missed
    return np.where(union == 0, np.nan, hits / np.where(union == 0, 1, union))


# %% iou_of_classes | wrong | the shared pixels count twice | once in U
# -     either = matrix.sum(axis=0) + matrix.sum(axis=1) - both
# +     either = matrix.sum(axis=0) + matrix.sum(axis=1)


# %% iou_of_classes | wrong | Dice | once in U
# -     both = np.diagonal(matrix).astype(float)
# -     either = matrix.sum(axis=0) + matrix.sum(axis=1) - both
# +     both = 2.0 * np.diagonal(matrix)
# +     either = matrix.sum(axis=0) + matrix.sum(axis=1)


# %% iou_of_classes | wrong | the share of the true pixels that is found | I is the diagonal
# -     either = matrix.sum(axis=0) + matrix.sum(axis=1) - both
# +     either = matrix.sum(axis=1)


# %% iou_of_classes | wrong | the share of the predicted pixels that is right | I is the diagonal
# -     either = matrix.sum(axis=0) + matrix.sum(axis=1) - both
# +     either = matrix.sum(axis=0)


# %% iou_of_classes | wrong | 0 for a class in neither map | in neither map: nan
# -     return np.divide(both, either, out=np.full(len(matrix), np.nan), where=either > 0)
# +     return np.divide(both, either, out=np.zeros(len(matrix)), where=either > 0)


# %% iou_of_classes | wrong | 1 for a class in neither map | in neither map: nan
# -     return np.divide(both, either, out=np.full(len(matrix), np.nan), where=either > 0)
# +     return np.divide(both, either, out=np.ones(len(matrix)), where=either > 0)


# %% iou_of_classes | wrong | a small number in U | in neither map: nan
# -     return np.divide(both, either, out=np.full(len(matrix), np.nan), where=either > 0)
# +     return both / (either + 1e-7)


# %% iou_of_classes | wrong | nan for a class that is never true | only predicted: 0
# -     return np.divide(both, either, out=np.full(len(matrix), np.nan), where=either > 0)
# +     return np.where(matrix.sum(axis=1) > 0, both / np.maximum(either, 1), np.nan)


# %% iou_of_classes | wrong | the mean alone | expected shape
# -     return np.divide(both, either, out=np.full(len(matrix), np.nan), where=either > 0)
# +     return np.array(np.nanmean(both / either))


# %% iou_of_classes | wrong | classes in neither map are left out | expected shape (2,)
# -     return np.divide(both, either, out=np.full(len(matrix), np.nan), where=either > 0)
# +     return both[either > 0] / either[either > 0]


# %% iou_of_classes | wrong | the diagonal is erased in the matrix | changes its input
# -     either = matrix.sum(axis=0) + matrix.sum(axis=1) - both
# +     np.fill_diagonal(matrix, 0)
# +     either = matrix.sum(axis=0) + matrix.sum(axis=1) + both


# %% resize_labels | right | a loop over pixels
def resize_labels(labels, height, width):
    rows, columns = labels.shape
    new = np.zeros((height, width), labels.dtype)
    for i in range(height):
        for j in range(width):
            new[i, j] = labels[int((i + 0.5) * rows / height), int((j + 0.5) * columns / width)]
    return new


# %% resize_labels | right | floor of the centres
def resize_labels(labels, height, width):
    rows = np.floor((np.arange(height) + 0.5) / height * labels.shape[0]).astype(int)
    columns = np.floor((np.arange(width) + 0.5) / width * labels.shape[1]).astype(int)
    return labels[np.ix_(rows, columns)]


# %% resize_labels | right | Keras' own
def resize_labels(labels, height, width):
    maps = keras.ops.convert_to_tensor(labels[..., None])
    return keras.ops.image.resize(maps, (height, width), interpolation="nearest")[..., 0]


# %% resize_labels | right | np.take, one axis after the other
def resize_labels(labels, height, width):
    for axis, size in enumerate((height, width)):
        centers = (np.arange(size) + 0.5) * (labels.shape[axis] / size)
        labels = np.take(labels, centers.astype(int), axis=axis)
    return labels


# %% resize_labels | wrong | the corner instead of the centre | at the centre, not the corner
# -     rows = (2 * np.arange(height) + 1) * labels.shape[0] // (2 * height)
# -     columns = (2 * np.arange(width) + 1) * labels.shape[1] // (2 * width)
# +     rows = np.arange(height) * labels.shape[0] // height
# +     columns = np.arange(width) * labels.shape[1] // width


# %% resize_labels | wrong | bilinear, rounded | no label between 0 and 2
def resize_labels(labels, height, width):
    maps = keras.ops.image.resize(labels[..., None].astype("float32"), (height, width))
    return np.round(np.asarray(maps)[..., 0]).astype(int)


# %% resize_labels | wrong | height and width exchanged | expected shape
# -     rows = (2 * np.arange(height) + 1) * labels.shape[0] // (2 * height)
# -     columns = (2 * np.arange(width) + 1) * labels.shape[1] // (2 * width)
# +     rows = (2 * np.arange(width) + 1) * labels.shape[0] // (2 * width)
# +     columns = (2 * np.arange(height) + 1) * labels.shape[1] // (2 * height)


# %% resize_labels | wrong | rows and columns of the map exchanged | out of bounds
# -     rows = (2 * np.arange(height) + 1) * labels.shape[0] // (2 * height)
# -     columns = (2 * np.arange(width) + 1) * labels.shape[1] // (2 * width)
# +     rows = (2 * np.arange(height) + 1) * labels.shape[1] // (2 * height)
# +     columns = (2 * np.arange(width) + 1) * labels.shape[0] // (2 * width)


# %% resize_labels | wrong | from corner to corner | at the centre, not the corner
# -     rows = (2 * np.arange(height) + 1) * labels.shape[0] // (2 * height)
# -     columns = (2 * np.arange(width) + 1) * labels.shape[1] // (2 * width)
# +     rows = np.linspace(0, labels.shape[0] - 1, height).round().astype(int)
# +     columns = np.linspace(0, labels.shape[1] - 1, width).round().astype(int)


# %% resize_labels | wrong | np.resize, which repeats the whole | no label between 0 and 2
def resize_labels(labels, height, width):
    return np.resize(labels, (height, width))


# %% resize_labels | wrong | only whole factors | expected shape
def resize_labels(labels, height, width):
    rows, columns = labels.shape
    return labels.repeat(max(height // rows, 1), axis=0).repeat(max(width // columns, 1), axis=1)


# %% resize_labels | wrong | labels as fractions | Labels are whole numbers
# -     return labels[rows][:, columns]
# +     return labels[rows][:, columns].astype("float32")


# %% resize_labels | wrong | a centre on a border takes the earlier pixel | takes the later pixel
# -     columns = (2 * np.arange(width) + 1) * labels.shape[1] // (2 * width)
# +     columns = ((2 * np.arange(width) + 1) * labels.shape[1] - 1) // (2 * width)


# %% resize_labels | wrong | rows and columns picked as pairs | expected shape
# -     return labels[rows][:, columns]
# +     return np.diag(labels[rows][:, columns])


# %% label_map | right | the last of four axes
def label_map(logits):
    return keras.ops.argmax(logits, axis=3)


# %% label_map | right | probabilities first
def label_map(logits):
    return keras.ops.argmax(keras.ops.softmax(logits), axis=-1)


# %% label_map | right | TensorFlow
def label_map(logits):
    import tensorflow as tf

    return tf.argmax(logits, axis=-1, output_type="int32")


# %% label_map | right | the better one of each two, label by label
def label_map(logits):
    best = logits[..., 0]
    labels = keras.ops.zeros_like(best, "int32")
    for k in range(1, logits.shape[-1]):
        labels = keras.ops.where(logits[..., k] > best, k, labels)
        best = keras.ops.maximum(best, logits[..., k])
    return labels


# %% label_map | wrong | the second axis | expected shape
# -     return keras.ops.argmax(logits, axis=-1)
# +     return keras.ops.argmax(logits, axis=1)


# %% label_map | wrong | no axis: one number for all | expected shape
# -     return keras.ops.argmax(logits, axis=-1)
# +     return keras.ops.argmax(logits)


# %% label_map | wrong | the axis is kept | expected shape
# -     return keras.ops.argmax(logits, axis=-1)
# +     return keras.ops.argmax(logits, axis=-1, keepdims=True)


# %% label_map | wrong | the largest number, not its place | three labels
# -     return keras.ops.argmax(logits, axis=-1)
# +     return keras.ops.max(logits, axis=-1)


# %% label_map | wrong | NumPy, which stops inside fit | inside `fit`
# -     return keras.ops.argmax(logits, axis=-1)
# +     return np.argmax(logits, axis=-1)


# %% label_map | wrong | the first logit above one half | all below 0
# -     return keras.ops.argmax(logits, axis=-1)
# +     return keras.ops.argmax(keras.ops.cast(logits > 0.5, "int32"), axis=-1)


# %% label_map | wrong | the largest by size, without its sign | all below 0
# -     return keras.ops.argmax(logits, axis=-1)
# +     return keras.ops.argmax(keras.ops.abs(logits), axis=-1)


# %% label_map | wrong | the last of equal logits | the first of two equals
# -     return keras.ops.argmax(logits, axis=-1)
# +     last = logits.shape[-1] - 1
# +     return last - keras.ops.argmax(keras.ops.flip(logits, axis=-1), axis=-1)


# %% label_map | wrong | labels as fractions | Labels are whole numbers
# -     return keras.ops.argmax(logits, axis=-1)
# +     return keras.ops.cast(keras.ops.argmax(logits, axis=-1), "float32")
