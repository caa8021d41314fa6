# Answers to the exercises of P132, graded by tests/lessons/test_answers.py.


# %% encode_points | right | point by point
def encode_points(points, has_face, height, width):
    numbers = [float(has_face)]
    for x, y in points:
        numbers += [x / width, y / height] if has_face else [0.0, 0.0]
    return np.array(numbers)


# %% encode_points | right | columns filled with strides
def encode_points(points, has_face, height, width):
    label = np.zeros(2 * len(points) + 1)
    label[0] = has_face
    label[1::2] = has_face * points[:, 0] / width
    label[2::2] = has_face * points[:, 1] / height
    return label


# %% encode_points | right | keras.ops
def encode_points(points, has_face, height, width):
    shares = ops.reshape(ops.divide(points, np.array([width, height], float)), (-1,))
    return ops.concatenate([np.array([has_face], float), has_face * shares])


# %% encode_points | wrong | height and width exchanged | 40 high, 50 wide
# -         label[1:] = (points / [width, height]).ravel()
# +         label[1:] = (points / [height, width]).ravel()


# %% encode_points | wrong | all x, then all y | 40 high, 50 wide
# -         label[1:] = (points / [width, height]).ravel()
# +         label[1:] = (points / [width, height]).T.ravel()


# %% encode_points | wrong | y before x | 40 high, 50 wide
# -         label[1:] = (points / [width, height]).ravel()
# +         label[1:] = (points / [width, height])[:, ::-1].ravel()


# %% encode_points | wrong | pixels | 40 high, 50 wide
# -         label[1:] = (points / [width, height]).ravel()
# +         label[1:] = points.ravel()


# %% encode_points | wrong | cut to 0..1 | a point outside
# -         label[1:] = (points / [width, height]).ravel()
# +         label[1:] = np.clip(points / [width, height], 0, 1).ravel()


# %% encode_points | wrong | points without a face | no face: all 0
def encode_points(points, has_face, height, width):
    return np.concatenate([[has_face], (points / [width, height]).ravel()])


# %% encode_points | wrong | the flag last | 40 high, 50 wide
# -     return label
# +     return np.roll(label, -1)


# %% encode_points | wrong | whole numbers | 40 high, 50 wide
# -         label[1:] = (points / [width, height]).ravel()
# +         label[1:] = (points // [width, height]).ravel()


# %% encode_points | wrong | a list | should be an array
# -     return label
# +     return label.tolist()


# %% encode_points | wrong | divides in place | changes its input
# -         label[1:] = (points / [width, height]).ravel()
# +         points /= [width, height]
# +         label[1:] = points.ravel()


# %% landmark_loss | right | TensorFlow's own operations
def landmark_loss(true, predicted):
    flag = tf.nn.sigmoid_cross_entropy_with_logits(true[:, 0], predicted[:, 0])
    squares = tf.reduce_mean((true[:, 1:] - predicted[:, 1:]) ** 2, axis=1)
    return flag + POINT_WEIGHT * true[:, 0] * squares


# %% landmark_loss | right | mean squared error by Keras
def landmark_loss(true, predicted):
    flag = keras.losses.binary_crossentropy(true[:, 0:1], predicted[:, 0:1], from_logits=True)
    return flag + POINT_WEIGHT * true[:, 0] * keras.losses.mean_squared_error(
        true[:, 1:], predicted[:, 1:]
    )


# %% landmark_loss | right | differences masked first
def landmark_loss(true, predicted):
    flag = ops.softplus(predicted[:, 0]) - true[:, 0] * predicted[:, 0]
    difference = ops.where(true[:, :1] > 0.5, true[:, 1:] - predicted[:, 1:], 0.0)
    return flag + POINT_WEIGHT * ops.mean(difference**2, axis=1)


# %% landmark_loss | wrong | no mask | two coordinates off
# -     return flag + POINT_WEIGHT * true[:, 0] * squares
# +     return flag + POINT_WEIGHT * squares


# %% landmark_loss | wrong | the weight forgotten | two coordinates off
# -     return flag + POINT_WEIGHT * true[:, 0] * squares
# +     return flag + true[:, 0] * squares


# %% landmark_loss | wrong | not from logits | two coordinates off
# -     flag = keras.losses.binary_crossentropy(true[:, :1], predicted[:, :1], from_logits=True)
# +     flag = keras.losses.binary_crossentropy(true[:, :1], predicted[:, :1])


# %% landmark_loss | wrong | masked by the prediction | two coordinates off
# -     return flag + POINT_WEIGHT * true[:, 0] * squares
# +     return flag + POINT_WEIGHT * predicted[:, 0] * squares


# %% landmark_loss | wrong | the flag masked too | two coordinates off
# -     return flag + POINT_WEIGHT * true[:, 0] * squares
# +     return true[:, 0] * (flag + POINT_WEIGHT * squares)


# %% landmark_loss | wrong | one number for the batch | two coordinates off
# -     return flag + POINT_WEIGHT * true[:, 0] * squares
# +     return ops.mean(flag + POINT_WEIGHT * true[:, 0] * squares)


# %% landmark_loss | wrong | the sum instead of the mean | two coordinates off
# -     squares = ops.mean(ops.square(true[:, 1:] - predicted[:, 1:]), axis=-1)
# +     squares = ops.sum(ops.square(true[:, 1:] - predicted[:, 1:]), axis=-1)


# %% landmark_loss | wrong | an if over the batch | tensors without values
def landmark_loss(true, predicted):
    losses = []
    for t, p in zip(true, predicted):
        flag = keras.losses.binary_crossentropy(t[:1], p[:1], from_logits=True)
        losses.append(flag + POINT_WEIGHT * ops.mean((t[1:] - p[1:]) ** 2) if t[0] else flag)
    return ops.stack(losses)


# %% landmark_loss | wrong | absolute errors | two coordinates off
# -     squares = ops.mean(ops.square(true[:, 1:] - predicted[:, 1:]), axis=-1)
# +     squares = ops.mean(ops.abs(true[:, 1:] - predicted[:, 1:]), axis=-1)


# %% relative_error | right | face by face
def relative_error(truth, predicted, eyes):
    errors = []
    for points, guesses in zip(truth, predicted):
        one, other = (points[eye].mean(axis=0) for eye in eyes)
        away = np.sqrt(((points - guesses) ** 2).sum(axis=1))
        errors.append(away.mean() / np.sqrt(((one - other) ** 2).sum()))
    return np.array(errors)


# %% relative_error | right | np.hypot
def relative_error(truth, predicted, eyes):
    away = np.hypot(*np.moveaxis(truth - predicted, -1, 0))
    gap = truth[:, eyes[0]].mean(axis=1) - truth[:, eyes[1]].mean(axis=1)
    return np.mean(away / np.hypot(gap[:, :1], gap[:, 1:]), axis=1)


# %% relative_error | right | complex numbers
def relative_error(truth, predicted, eyes):
    t, p = truth[..., 0] + 1j * truth[..., 1], predicted[..., 0] + 1j * predicted[..., 1]
    between = abs(t[:, eyes[0]].mean(axis=1) - t[:, eyes[1]].mean(axis=1))
    return abs(t - p).mean(axis=1) / between


# %% relative_error | wrong | in pixels | eyes 10 apart
# -     return np.linalg.norm(truth - predicted, axis=-1).mean(axis=1) / between
# +     return np.linalg.norm(truth - predicted, axis=-1).mean(axis=1)


# %% relative_error | wrong | the eyes of the prediction | eyes 10 apart
# -     one, other = truth[:, eyes[0]].mean(axis=1), truth[:, eyes[1]].mean(axis=1)
# +     one, other = predicted[:, eyes[0]].mean(axis=1), predicted[:, eyes[1]].mean(axis=1)


# %% relative_error | wrong | the sum over the points | eyes 10 apart
# -     return np.linalg.norm(truth - predicted, axis=-1).mean(axis=1) / between
# +     return np.linalg.norm(truth - predicted, axis=-1).sum(axis=1) / between


# %% relative_error | wrong | the mean over all faces | two faces
# -     return np.linalg.norm(truth - predicted, axis=-1).mean(axis=1) / between
# +     return np.linalg.norm(truth - predicted, axis=-1).mean(keepdims=True)[0] / between


# %% relative_error | wrong | outer corners instead of centres | eyes 10 apart
# -     one, other = truth[:, eyes[0]].mean(axis=1), truth[:, eyes[1]].mean(axis=1)
# +     one, other = truth[:, eyes[0][0]], truth[:, eyes[1][-1]]


# %% relative_error | wrong | x and y added up | eyes 10 apart
# -     return np.linalg.norm(truth - predicted, axis=-1).mean(axis=1) / between
# +     return np.abs(truth - predicted).sum(axis=-1).mean(axis=1) / between


# %% relative_error | wrong | squared distances | eyes 10 apart
# -     return np.linalg.norm(truth - predicted, axis=-1).mean(axis=1) / between
# +     return ((truth - predicted) ** 2).sum(axis=-1).mean(axis=1) / between


# %% place | right | a matrix of turning and scaling
def place(points, source, target):
    (ax, ay), (bx, by) = source[1] - source[0], target[1] - target[0]
    square = ax**2 + ay**2
    c, s = (ax * bx + ay * by) / square, (ax * by - ay * bx) / square
    return (points - source[0]) @ np.array([[c, s], [-s, c]]) + target[0]


# %% place | right | angle and length
def place(points, source, target):
    a, b = source[1] - source[0], target[1] - target[0]
    angle = np.arctan2(b[1], b[0]) - np.arctan2(a[1], a[0])
    length = np.linalg.norm(b) / np.linalg.norm(a)
    matrix = length * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    return (matrix @ (points - source[0]).T).T + target[0]


# %% place | right | scikit-image
def place(points, source, target):
    from skimage.transform import estimate_transform

    if len(points) == 0:
        return np.zeros((0, 2))
    return estimate_transform("similarity", source, target)(points)


# %% place | wrong | shifted only | four times as large
# -     moved = t[0] + (t[1] - t[0]) / (s[1] - s[0]) * (p - s[0])
# +     moved = t[0] + (p - s[0])


# %% place | wrong | no turning | a quarter turn
# -     moved = t[0] + (t[1] - t[0]) / (s[1] - s[0]) * (p - s[0])
# +     moved = t[0] + abs(t[1] - t[0]) / abs(s[1] - s[0]) * (p - s[0])


# %% place | wrong | turned the other way | a quarter turn
# -     moved = t[0] + (t[1] - t[0]) / (s[1] - s[0]) * (p - s[0])
# +     moved = t[0] + np.conj((t[1] - t[0]) / (s[1] - s[0])) * (p - s[0])


# %% place | wrong | no scaling | four times as large
# -     moved = t[0] + (t[1] - t[0]) / (s[1] - s[0]) * (p - s[0])
# +     turn = (t[1] - t[0]) / (s[1] - s[0])
# +     moved = t[0] + turn / abs(turn) * (p - s[0])


# %% place | wrong | the first source point forgotten | from
# -     moved = t[0] + (t[1] - t[0]) / (s[1] - s[0]) * (p - s[0])
# +     moved = t[0] + (t[1] - t[0]) / (s[1] - s[0]) * p


# %% place | wrong | mirrored | four times as large
# -     moved = t[0] + (t[1] - t[0]) / (s[1] - s[0]) * (p - s[0])
# +     moved = t[0] + (t[1] - t[0]) / (s[1] - s[0]) * np.conj(p - s[0])


# %% place | wrong | x and y scaled apart | four times as large
def place(points, source, target):
    old, new = source[1] - source[0], target[1] - target[0]
    scale = np.divide(new, old, out=np.ones(2), where=old != 0)
    return (points - source[0]) * scale + target[0]


# %% place | wrong | columns exchanged | four times as large
# -     return np.stack([moved.real, moved.imag], axis=1)
# +     return np.stack([moved.imag, moved.real], axis=1)
