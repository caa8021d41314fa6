# Answers to the exercises of P131, graded by tests/lessons/test_answers.py.


# %% encode_label | right | piece by piece
def encode_label(box, class_id, height, width):
    if box is None:
        return np.zeros(8)
    x1, y1, x2, y2 = box
    center = [(x1 + x2) / (2 * width), (y1 + y2) / (2 * height)]
    classes = [float(k == class_id) for k in range(3)]
    return np.array([1.0, *center, (y2 - y1) / height, (x2 - x1) / width, *classes])


# %% encode_label | right | the package's conversion and keras.ops
def encode_label(box, class_id, height, width):
    if box is None:
        return ops.zeros(8)
    where = boxes.xyxy_to_lecture(box, height, width)
    what = ops.one_hot(class_id, 3)
    return ops.concatenate([ops.ones(1), ops.cast(where, "float32"), what], axis=0)


# %% encode_label | wrong | width before height | height first
def encode_label(box, class_id, height, width):
    y = np.zeros(8)
    if box is not None:
        x1, y1, x2, y2 = box
        y[:5] = (
            1,
            (x1 + x2) / 2 / width,
            (y1 + y2) / 2 / height,
            (x2 - x1) / width,
            (y2 - y1) / height,
        )
        y[5 + class_id] = 1
    return y


# %% encode_label | wrong | the corner instead of the centre | not the top left corner
def encode_label(box, class_id, height, width):
    y = np.zeros(8)
    if box is not None:
        x1, y1, x2, y2 = box
        y[:5] = 1, x1 / width, y1 / height, (y2 - y1) / height, (x2 - x1) / width
        y[5 + class_id] = 1
    return y


# %% encode_label | wrong | everything divided by the width | x is divided by width
def encode_label(box, class_id, height, width):
    y = np.zeros(8)
    if box is not None:
        x1, y1, x2, y2 = np.array(box) / width
        y[:5] = 1, (x1 + x2) / 2, (y1 + y2) / 2, y2 - y1, x2 - x1
        y[5 + class_id] = 1
    return y


# %% encode_label | wrong | classes counted from one | Class 1 is the car
def encode_label(box, class_id, height, width):
    y = np.zeros(8)
    if box is not None:
        x1, y1, x2, y2 = box
        y[:5] = (
            1,
            (x1 + x2) / 2 / width,
            (y1 + y2) / 2 / height,
            (y2 - y1) / height,
            (x2 - x1) / width,
        )
        y[4 + class_id] = 1
    return y


# %% encode_label | wrong | the class is written without an object | Without an object all eight
def encode_label(box, class_id, height, width):
    y = np.zeros(8)
    y[5 + class_id] = 1
    if box is not None:
        x1, y1, x2, y2 = box
        y[:5] = (
            1,
            (x1 + x2) / 2 / width,
            (y1 + y2) / 2 / height,
            (y2 - y1) / height,
            (x2 - x1) / width,
        )
    return y


# %% encode_label | wrong | a list | np.array(...) makes one
# -     return y
# +     return list(y)


# %% decode_box | right | one label at a time
def decode_box(y, height, width):
    y = np.asarray(y)
    answers = []
    for _, bx, by, bh, bw, *_ in y.reshape(-1, 8):
        bh, bw = max(bh, 0), max(bw, 0)
        sides = bx - bw / 2, by - bh / 2, bx + bw / 2, by + bh / 2
        x1, y1, x2, y2 = (min(max(side, 0), 1) for side in sides)
        answers.append([x1 * width, y1 * height, x2 * width, y2 * height])
    return np.reshape(answers, (*y.shape[:-1], 4))


# %% decode_box | right | with keras.ops
def decode_box(y, height, width):
    y = ops.convert_to_tensor(y, "float32")
    center = ops.stack([y[..., 1], y[..., 2]], axis=-1)
    half = ops.relu(ops.stack([y[..., 4], y[..., 3]], axis=-1)) / 2
    corners = ops.concatenate([center - half, center + half], axis=-1)
    return ops.clip(corners, 0, 1) * np.array([width, height, width, height], "float32")


# %% decode_box | wrong | height and width mixed up | height comes first
def decode_box(y, height, width):
    bx, by, bw, bh = np.moveaxis(np.asarray(y)[..., 1:5], -1, 0)
    half_height, half_width = np.maximum(bh, 0) / 2, np.maximum(bw, 0) / 2
    x1, x2 = np.clip([bx - half_width, bx + half_width], 0, 1) * width
    y1, y2 = np.clip([by - half_height, by + half_height], 0, 1) * height
    return np.stack([x1, y1, x2, y2], axis=-1)


# %% decode_box | wrong | not cut at the border | cut at the border
def decode_box(y, height, width):
    bx, by, bh, bw = np.moveaxis(np.asarray(y)[..., 1:5], -1, 0)
    bh, bw = np.maximum(bh, 0), np.maximum(bw, 0)
    corners = (bx - bw / 2) * width, (by - bh / 2) * height
    corners += (bx + bw / 2) * width, (by + bh / 2) * height
    return np.stack(corners, axis=-1)


# %% decode_box | wrong | a negative height gives an inverted box | counts as 0
def decode_box(y, height, width):
    bx, by, bh, bw = np.moveaxis(np.asarray(y)[..., 1:5], -1, 0)
    x1, x2 = np.clip([bx - bw / 2, bx + bw / 2], 0, 1) * width
    y1, y2 = np.clip([by - bh / 2, by + bh / 2], 0, 1) * height
    return np.stack([x1, y1, x2, y2], axis=-1)


# %% decode_box | wrong | only one label at a time | should have shape (3, 2, 4)
def decode_box(y, height, width):
    bx, by, bh, bw = np.ravel(y)[1:5]
    half_height, half_width = max(bh, 0) / 2, max(bw, 0) / 2
    x1, x2 = np.clip([bx - half_width, bx + half_width], 0, 1) * width
    y1, y2 = np.clip([by - half_height, by + half_height], 0, 1) * height
    return np.array([x1, y1, x2, y2])


# %% decode_box | wrong | lists | np.array(...) makes one
# -     return np.stack([x1, y1, x2, y2], axis=-1)
# +     return np.stack([x1, y1, x2, y2], axis=-1).tolist()


# %% masked_loss | right | a mask of eight numbers a row
def masked_loss(y_true, y_pred, box_weight=1.0):
    y_true = ops.convert_to_tensor(y_true, "float32")
    pc = y_true[:, :1]
    weights = np.array([[box_weight] * 4 + [1.0] * 3], "float32")
    mask = ops.concatenate([ops.ones_like(pc), pc * weights], axis=1)
    return ops.sum(mask * ops.square(y_true - y_pred), axis=1)


# %% masked_loss | right | with where
def masked_loss(y_true, y_pred, box_weight=1.0):
    d = (y_pred - y_true) ** 2
    whole = (
        d[:, 0] + box_weight * (d[:, 1] + d[:, 2] + d[:, 3] + d[:, 4]) + d[:, 5] + d[:, 6] + d[:, 7]
    )
    return ops.where(y_true[:, 0] == 1, whole, d[:, 0])


# %% masked_loss | right | Keras' mean, times the count
def masked_loss(y_true, y_pred, box_weight=1.0):
    mse = keras.losses.mean_squared_error
    whether = mse(y_true[:, :1], y_pred[:, :1])
    where = 4 * mse(y_true[:, 1:5], y_pred[:, 1:5])
    what = 3 * mse(y_true[:, 5:], y_pred[:, 5:])
    return whether + y_true[:, 0] * (box_weight * where + what)


# %% masked_loss | wrong | nothing masked | only Pc counts
def masked_loss(y_true, y_pred, box_weight=1.0):
    squares = ops.square(y_pred - y_true)
    return (
        squares[:, 0]
        + box_weight * ops.sum(squares[:, 1:5], axis=1)
        + ops.sum(squares[:, 5:], axis=1)
    )


# %% masked_loss | wrong | masked by the prediction's Pc | only Pc counts
def masked_loss(y_true, y_pred, box_weight=1.0):
    squares = ops.square(y_pred - y_true)
    box, classes = ops.sum(squares[:, 1:5], axis=1), ops.sum(squares[:, 5:], axis=1)
    sure = ops.cast(y_pred[:, 0] > 0.5, "float32")
    return squares[:, 0] + sure * (box_weight * box + classes)


# %% masked_loss | wrong | Pc is masked as well | only Pc counts
def masked_loss(y_true, y_pred, box_weight=1.0):
    squares = ops.square(y_pred - y_true)
    box, classes = ops.sum(squares[:, 1:5], axis=1), ops.sum(squares[:, 5:], axis=1)
    return y_true[:, 0] * (squares[:, 0] + box_weight * box + classes)


# %% masked_loss | wrong | the mean instead of the sum | not their mean
def masked_loss(y_true, y_pred, box_weight=1.0):
    squares = ops.square(y_pred - y_true)
    box, classes = ops.sum(squares[:, 1:5], axis=1), ops.sum(squares[:, 5:], axis=1)
    return (squares[:, 0] + y_true[:, 0] * (box_weight * box + classes)) / 8


# %% masked_loss | wrong | one number for the batch | should have shape (2,)
def masked_loss(y_true, y_pred, box_weight=1.0):
    squares = ops.square(y_pred - y_true)
    box, classes = ops.sum(squares[:, 1:5], axis=1), ops.sum(squares[:, 5:], axis=1)
    return ops.mean(squares[:, 0] + y_true[:, 0] * (box_weight * box + classes))


# %% masked_loss | wrong | box_weight is overlooked | box_weight 5
def masked_loss(y_true, y_pred, box_weight=1.0):
    squares = ops.square(y_pred - y_true)
    return squares[:, 0] + y_true[:, 0] * ops.sum(squares[:, 1:], axis=1)


# %% masked_loss | wrong | NumPy breaks the gradient | keras.ops
def masked_loss(y_true, y_pred, box_weight=1.0):
    squares = (np.asarray(y_pred) - np.asarray(y_true)) ** 2
    box, classes = squares[:, 1:5].sum(axis=1), squares[:, 5:].sum(axis=1)
    return squares[:, 0] + y_true[:, 0] * (box_weight * box + classes)


# %% encode_label | right | step by step
def encode_label(box, class_id, height, width):
    label = np.zeros(8, "float32")
    if box is None:
        return label
    label[0] = 1
    label[1] = (box[0] + box[2]) / 2 / width
    label[2] = (box[1] + box[3]) / 2 / height
    label[3] = (box[3] - box[1]) / height
    label[4] = (box[2] - box[0]) / width
    label[5 + class_id] = 1
    return label


# %% encode_label | wrong | rounded to two digits | high,
# -     return y
# +     return np.round(y, 2)


# %% encode_label | wrong | the input is changed | change
def encode_label(box, class_id, height, width):
    y = np.zeros(8)
    if box is not None:
        if isinstance(box, np.ndarray):
            box /= [width, height, width, height]
        else:
            box = np.array(box) / [width, height, width, height]
        x1, y1, x2, y2 = box
        y[:5] = 1, (x1 + x2) / 2, (y1 + y2) / 2, y2 - y1, x2 - x1
        y[5 + class_id] = 1
    return y


# %% decode_box | right | clipped at the end
def decode_box(y, height, width):
    bh, bw = np.maximum(y[..., 3], 0), np.maximum(y[..., 4], 0)
    x1, y1 = y[..., 1] - bw / 2, y[..., 2] - bh / 2
    sides = np.stack([x1, y1, x1 + bw, y1 + bh], axis=-1)
    return np.clip(sides, 0, 1) * [width, height, width, height]


# %% decode_box | wrong | rounded to whole pixels | 30 high, 70 wide
# -     return np.stack([x1, y1, x2, y2], axis=-1)
# +     return np.round(np.stack([x1, y1, x2, y2], axis=-1))


# %% masked_loss | wrong | an if on a tensor | keras.ops
def masked_loss(y_true, y_pred, box_weight=1.0):
    squares = ops.square(y_pred - y_true)
    losses = []
    for row in range(len(y_true)):
        if y_true[row, 0] == 1:
            box, classes = ops.sum(squares[row, 1:5]), ops.sum(squares[row, 5:])
            losses.append(squares[row, 0] + box_weight * box + classes)
        else:
            losses.append(squares[row, 0])
    return ops.stack(losses)


# %% masked_loss | wrong | the weight on the classes too | not the classes
# -     return squares[:, 0] + y_true[:, 0] * (box_weight * box + classes)
# +     return squares[:, 0] + y_true[:, 0] * box_weight * (box + classes)
