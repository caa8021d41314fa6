# Answers to the exercises of P136, graded by tests/lessons/test_answers.py.


# %% intersection_area | right | with NumPy, corner by corner
def intersection_area(a, b):
    sides = np.minimum(a[2:], b[2:]) - np.maximum(a[:2], b[:2])
    return np.prod(np.maximum(sides, 0))


# %% intersection_area | right | with keras.ops
def intersection_area(a, b):
    a = keras.ops.convert_to_tensor(a, "float32")
    b = keras.ops.convert_to_tensor(b, "float32")
    sides = keras.ops.minimum(a[2:], b[2:]) - keras.ops.maximum(a[:2], b[:2])
    return keras.ops.prod(keras.ops.relu(sides))


# %% intersection_area | right | an if for boxes apart
def intersection_area(a, b):
    left, top = max(b[0], a[0]), max(b[1], a[1])
    right, bottom = min(b[2], a[2]), min(b[3], a[3])
    if right <= left or bottom <= top:
        return 0
    return (bottom - top) * (right - left)


# %% intersection_area | right | one side at a time, in a helper
def shared_side(near_a, far_a, near_b, far_b):
    return max(0.0, min(far_a, far_b) - max(near_a, near_b))


def intersection_area(a, b):
    return shared_side(a[0], a[2], b[0], b[2]) * shared_side(a[1], a[3], b[1], b[3])


# %% intersection_area | wrong | negative sides not cut to 0 | the width is not negative
def intersection_area(a, b):
    return (min(a[2], b[2]) - max(a[0], b[0])) * (min(a[3], b[3]) - max(a[1], b[1]))


# %% intersection_area | wrong | the product cut to 0, not the sides | minus times minus
def intersection_area(a, b):
    width = min(a[2], b[2]) - max(a[0], b[0])
    height = min(a[3], b[3]) - max(a[1], b[1])
    return max(width * height, 0)


# %% intersection_area | wrong | absolute sides | touch share no area
def intersection_area(a, b):
    width = abs(min(a[2], b[2]) - max(a[0], b[0])) or 1
    height = abs(min(a[3], b[3]) - max(a[1], b[1])) or 1
    return width * height


# %% intersection_area | wrong | min and max swapped: the box around both | yellow squares
def intersection_area(a, b):
    width = max(a[2], b[2]) - min(a[0], b[0])
    height = max(a[3], b[3]) - min(a[1], b[1])
    return max(width, 0) * max(height, 0)


# %% intersection_area | wrong | pixels counted, both ends included | yellow squares
def intersection_area(a, b):
    width = min(a[2], b[2]) - max(a[0], b[0]) + 1
    height = min(a[3], b[3]) - max(a[1], b[1]) + 1
    return max(width, 0) * max(height, 0)


# %% intersection_area | wrong | works for the pair on paper only | shares all of itself
def intersection_area(a, b):
    return max(a[2] - b[0], 0) * max(a[3] - b[1], 0)


# %% intersection_area | wrong | printed, not returned | end in a return
def intersection_area(a, b):
    width = min(a[2], b[2]) - max(a[0], b[0])
    height = min(a[3], b[3]) - max(a[1], b[1])
    print(max(width, 0) * max(height, 0))


# %% iou | right | with NumPy
def iou(a, b):
    a, b = np.asarray(a, float), np.asarray(b, float)
    if (a[2:] < a[:2]).any() or (b[2:] < b[:2]).any():
        raise ValueError("inverted box")
    shared = intersection_area(a, b)
    union = np.prod(a[2:] - a[:2]) + np.prod(b[2:] - b[:2]) - shared
    return np.where(union > 0, shared / np.maximum(union, 1e-12), 0.0)


# %% iou | right | with keras.ops, in double precision
def iou(a, b):
    corners = keras.ops.reshape(keras.ops.convert_to_tensor([*a, *b], "float64"), (2, 2, 2))
    sides = corners[:, 1] - corners[:, 0]
    if keras.ops.any(sides < 0):
        raise ValueError("x1 must not be right of x2, nor y1 below y2")
    shared = keras.ops.min(corners[:, 1], axis=0) - keras.ops.max(corners[:, 0], axis=0)
    shared = keras.ops.prod(keras.ops.maximum(shared, 0))
    union = keras.ops.sum(keras.ops.prod(sides, axis=-1)) - shared
    return keras.ops.where(union > 0, shared / keras.ops.maximum(union, 1e-30), 0.0)


# %% iou | right | everything by hand
def iou(a, b):
    for box in [a, b]:
        if box[0] > box[2] or box[1] > box[3]:
            raise ValueError("this box is inverted")
    i = max(0, min(a[2], b[2]) - max(a[0], b[0])) * max(0, min(a[3], b[3]) - max(a[1], b[1]))
    u = (a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - i
    if u == 0:
        return 0
    return i / u


# %% iou | right | the course's own function, which refuses inverted boxes too
def iou(a, b):
    return boxes.paired_iou(np.asarray(a, float), np.asarray(b, float))


# %% iou | wrong | the shared part counted twice | counted twice in U
def iou(a, b):
    for x1, y1, x2, y2 in (a, b):
        if x2 < x1 or y2 < y1:
            raise ValueError("inverted box")
    total = (a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1])
    return intersection_area(a, b) / total if total else 0.0


# %% iou | wrong | Dice | 4 of 24 squares
def iou(a, b):
    total = (a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1])
    return 2 * intersection_area(a, b) / total if total else 0.0


# %% iou | wrong | divided by the smaller box | 4 of 24 squares
def iou(a, b):
    smaller = min((a[2] - a[0]) * (a[3] - a[1]), (b[2] - b[0]) * (b[3] - b[1]))
    return intersection_area(a, b) / smaller if smaller else 0.0


# %% iou | wrong | empty boxes divide by zero | division by zero
def iou(a, b):
    for x1, y1, x2, y2 in (a, b):
        if x2 < x1 or y2 < y1:
            raise ValueError("inverted box")
    shared = intersection_area(a, b)
    return shared / ((a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - shared)


# %% iou | wrong | two empty boxes agree | 0 by convention
def iou(a, b):
    shared = intersection_area(a, b)
    union = (a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - shared
    return shared / union if union else 1.0


# %% iou | wrong | inverted boxes not refused | is inverted. Raise a ValueError
def iou(a, b):
    shared = intersection_area(a, b)
    union = (a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - shared
    return shared / union if union else 0.0


# %% iou | wrong | inverted only where both sides are | is inverted. Raise a ValueError
def iou(a, b):
    for x1, y1, x2, y2 in (a, b):
        if x2 < x1 and y2 < y1:
            raise ValueError("inverted box")
    shared = intersection_area(a, b)
    union = (a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - shared
    return shared / union if union else 0.0


# %% iou | wrong | only the first box looked at | for both boxes
def iou(a, b):
    if a[2] < a[0] or a[3] < a[1]:
        raise ValueError("inverted box")
    shared = intersection_area(a, b)
    union = (a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - shared
    return shared / union if union else 0.0


# %% iou | wrong | a pixel added to every side | 4 of 24 squares
def iou(a, b):
    for x1, y1, x2, y2 in (a, b):
        if x2 < x1 or y2 < y1:
            raise ValueError("inverted box")
    a, b = [(x1, y1, x2 + 1, y2 + 1) for x1, y1, x2, y2 in (a, b)]
    shared = intersection_area(a, b)
    return shared / ((a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - shared)


# %% iou_matrix | right | a loop over iou
def iou_matrix(boxes_a, boxes_b):
    table = np.zeros((len(boxes_a), len(boxes_b)))
    for i, p in enumerate(boxes_a):
        for j, q in enumerate(boxes_b):
            table[i, j] = iou(p, q)
    return table


# %% iou_matrix | right | with keras.ops
def iou_matrix(boxes_a, boxes_b):
    a = keras.ops.expand_dims(keras.ops.convert_to_tensor(boxes_a, "float64"), 1)
    b = keras.ops.expand_dims(keras.ops.convert_to_tensor(boxes_b, "float64"), 0)
    sides = keras.ops.minimum(a[..., 2:], b[..., 2:]) - keras.ops.maximum(a[..., :2], b[..., :2])
    shared = keras.ops.prod(keras.ops.maximum(sides, 0), axis=-1)
    area_a = keras.ops.prod(a[..., 2:] - a[..., :2], axis=-1)
    area_b = keras.ops.prod(b[..., 2:] - b[..., :2], axis=-1)
    union = area_a + area_b - shared
    return keras.ops.where(union > 0, shared / keras.ops.maximum(union, 1e-30), 0.0)


# %% iou_matrix | right | a column of boxes at a time
def iou_matrix(boxes_a, boxes_b):
    x1, y1, x2, y2 = boxes_a.T
    columns = []
    for u1, v1, u2, v2 in boxes_b:
        width = np.clip(np.minimum(x2, u2) - np.maximum(x1, u1), 0, None)
        height = np.clip(np.minimum(y2, v2) - np.maximum(y1, v1), 0, None)
        shared = width * height
        union = (x2 - x1) * (y2 - y1) + (u2 - u1) * (v2 - v1) - shared
        columns.append(np.where(union > 0, shared / np.where(union > 0, union, 1), 0))
    return np.array(columns).reshape(len(boxes_b), len(boxes_a)).T


# %% iou_matrix | wrong | transposed | (3, 2)
def iou_matrix(boxes_a, boxes_b):
    return boxes.iou(boxes_b, boxes_a)


# %% iou_matrix | wrong | paired, not every pair | (3, 2)
def iou_matrix(boxes_a, boxes_b):
    shorter = min(len(boxes_a), len(boxes_b))
    return boxes.paired_iou(boxes_a[:shorter], boxes_b[:shorter])


# %% iou_matrix | wrong | negative sides not cut to 0 | 3 boxes against 2
def iou_matrix(boxes_a, boxes_b):
    top_left = np.maximum(boxes_a[:, None, :2], boxes_b[None, :, :2])
    bottom_right = np.minimum(boxes_a[:, None, 2:], boxes_b[None, :, 2:])
    shared = np.prod(bottom_right - top_left, axis=-1)
    area_a = np.prod(boxes_a[:, 2:] - boxes_a[:, :2], axis=-1)
    area_b = np.prod(boxes_b[:, 2:] - boxes_b[:, :2], axis=-1)
    union = area_a[:, None] + area_b - shared
    return np.divide(shared, union, out=np.zeros(union.shape), where=union > 0)


# %% iou_matrix | wrong | empty boxes divide by zero | division by
def iou_matrix(boxes_a, boxes_b):
    top_left = np.maximum(boxes_a[:, None, :2], boxes_b[None, :, :2])
    bottom_right = np.minimum(boxes_a[:, None, 2:], boxes_b[None, :, 2:])
    shared = np.prod(np.maximum(bottom_right - top_left, 0), axis=-1)
    area_a = np.prod(boxes_a[:, 2:] - boxes_a[:, :2], axis=-1)
    area_b = np.prod(boxes_b[:, 2:] - boxes_b[:, :2], axis=-1)
    return shared / (area_a[:, None] + area_b - shared)


# %% iou_matrix | wrong | cut to whole pixels | boxes with fractions
def iou_matrix(boxes_a, boxes_b):
    return boxes.iou(boxes_a.astype(int), boxes_b.astype(int))


# %% iou_matrix | wrong | the shared part counted twice | 3 boxes against 2
def iou_matrix(boxes_a, boxes_b):
    top_left = np.maximum(boxes_a[:, None, :2], boxes_b[None, :, :2])
    bottom_right = np.minimum(boxes_a[:, None, 2:], boxes_b[None, :, 2:])
    shared = np.prod(np.maximum(bottom_right - top_left, 0), axis=-1)
    area_a = np.prod(boxes_a[:, 2:] - boxes_a[:, :2], axis=-1)
    area_b = np.prod(boxes_b[:, 2:] - boxes_b[:, :2], axis=-1)
    union = area_a[:, None] + area_b
    return np.divide(shared, union, out=np.zeros(union.shape), where=union > 0)


# %% iou_matrix | wrong | a loop that fails on an empty list | (0, 2)
def iou_matrix(boxes_a, boxes_b):
    return np.array([[iou(p, q) for q in boxes_b] for p in boxes_a])


# %% iou_matrix | wrong | changes what it is given | input
def iou_matrix(boxes_a, boxes_b):
    result = boxes.iou(boxes_a, boxes_b)
    boxes_a[:, 2:] -= boxes_a[:, :2]
    return result


# %% intersection_area | wrong | written into the boxes themselves | input
def intersection_area(a, b):
    a = np.asarray(a)
    a[:2], a[2:] = np.maximum(a[:2], b[:2]), np.minimum(a[2:], b[2:])
    width, height = np.maximum(a[2:] - a[:2], 0)
    return width * height


# %% intersection_area | wrong | cut to whole numbers | half by three quarters
def intersection_area(a, b):
    width = min(a[2], b[2]) - max(a[0], b[0])
    height = min(a[3], b[3]) - max(a[1], b[1])
    return int(max(width, 0) * max(height, 0))


# %% iou | wrong | a small number in the denominator | add nothing to U
# -     return intersection / union if union > 0 else 0.0
# +     return intersection / (union + 1e-7)


# %% iou | wrong | rounded to two digits | 4 of 24 squares
# -     return intersection / union if union > 0 else 0.0
# +     return round(intersection / union, 2) if union > 0 else 0.0


# %% iou_matrix | wrong | a small number in the denominator | add nothing to U
# -     return np.divide(intersection, union, out=np.zeros(union.shape), where=union > 0)
# +     return intersection / (union + 1e-7)
