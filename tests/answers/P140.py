# Answers to the exercises of P140, graded by tests/lessons/test_answers.py.


# %% proposal_recall | right | box by box
def proposal_recall(boxes, proposals, count, iou_least=0.5):
    caught = 0
    for box in boxes:
        overlaps = iou(box[None], proposals[:count])[0]
        if len(overlaps) and max(overlaps) >= iou_least:
            caught += 1
    return caught / len(boxes)


# %% proposal_recall | right | any
def proposal_recall(boxes, proposals, count, iou_least=0.5):
    return np.any(iou(boxes, proposals[:count]) >= iou_least, axis=1).mean()


# %% proposal_recall | right | with keras.ops
def proposal_recall(boxes, proposals, count, iou_least=0.5):
    from keras import ops

    table = ops.convert_to_tensor(iou(proposals[:count], boxes) >= iou_least)
    return ops.mean(ops.cast(ops.any(table, axis=0), "float32"))


# %% proposal_recall | wrong | the share of the proposals that are right | 2 of 3 true boxes
# -     best = iou(boxes, proposals[:count]).max(axis=1, initial=0)
# +     best = iou(boxes, proposals[:count]).max(axis=0, initial=0)


# %% proposal_recall | wrong | every hit counted | count true boxes
# -     return (best >= iou_least).mean()
# +     return min((iou(boxes, proposals[:count]) >= iou_least).sum() / len(boxes), 1)


# %% proposal_recall | wrong | all proposals | only the first 2
# -     best = iou(boxes, proposals[:count]).max(axis=1, initial=0)
# +     best = iou(boxes, proposals).max(axis=1, initial=0)


# %% proposal_recall | wrong | above, not at least | exactly 0.5
# -     return (best >= iou_least).mean()
# +     return (best > iou_least).mean()


# %% proposal_recall | wrong | always 0.5 | iou_least 0.6
# -     return (best >= iou_least).mean()
# +     return (best >= 0.5).mean()


# %% proposal_recall | wrong | the mean IoU | 2 of 3 true boxes
# -     return (best >= iou_least).mean()
# +     return best.mean() / 2


# %% proposal_recall | wrong | no proposal stops it | zero-size array
# -     best = iou(boxes, proposals[:count]).max(axis=1, initial=0)
# +     best = iou(boxes, proposals[:count]).max(axis=1)


# %% proposal_recall | wrong | each proposal only once | only the first 2
# -     best = iou(boxes, proposals[:count]).max(axis=1, initial=0)
# +     table = iou(boxes, proposals[:count])
# +     best = np.zeros(len(boxes))
# +     for i in range(len(boxes)):
# +         if table.size:
# +             best[i] = table[i].max()
# +             table[:, table[i].argmax()] = 0


# %% proposal_recall | wrong | the number, not the share | 2 of 3 true boxes
# -     return (best >= iou_least).mean()
# +     return (best >= iou_least).sum()


# %% box_deltas | right | four numbers apart
def box_deltas(proposals, boxes):
    px1, py1, px2, py2 = proposals.T
    x1, y1, x2, y2 = boxes.T
    pw, ph = px2 - px1, py2 - py1
    dx, dy = ((x1 + x2) - (px1 + px2)) / 2 / pw, ((y1 + y2) - (py1 + py2)) / 2 / ph
    return np.stack([dx, dy, np.log((x2 - x1) / pw), np.log((y2 - y1) / ph)], axis=1)


def apply_deltas(proposals, deltas):
    px1, py1, px2, py2 = proposals.T
    dx, dy, dw, dh = deltas.T
    pw, ph = px2 - px1, py2 - py1
    cx, cy = px1 + pw / 2 + dx * pw, py1 + ph / 2 + dy * ph
    w, h = pw * np.exp(dw), ph * np.exp(dh)
    return np.stack([cx - w / 2, cy - h / 2, cx + w / 2, cy + h / 2], axis=1)


# %% box_deltas | right | row by row
def box_deltas(proposals, boxes):
    result = np.zeros((len(boxes), 4))
    for i, (p, b) in enumerate(zip(proposals, boxes, strict=True)):
        for axis in (0, 1):
            side, to_side = p[axis + 2] - p[axis], b[axis + 2] - b[axis]
            result[i, axis] = (b[axis] + to_side / 2 - p[axis] - side / 2) / side
            result[i, axis + 2] = np.log(to_side / side)
    return result


def apply_deltas(proposals, deltas):
    result = np.zeros((len(deltas), 4))
    for i, (p, d) in enumerate(zip(proposals, deltas, strict=True)):
        for axis in (0, 1):
            side = p[axis + 2] - p[axis]
            middle, to_side = p[axis] + side / 2 + d[axis] * side, side * np.exp(d[axis + 2])
            result[i, axis], result[i, axis + 2] = middle - to_side / 2, middle + to_side / 2
    return result


# %% box_deltas | right | with keras.ops
def box_deltas(proposals, boxes):
    from keras import ops

    p, b = (ops.convert_to_tensor(some, "float32") for some in (proposals, boxes))
    side, to_side = p[:, 2:] - p[:, :2], b[:, 2:] - b[:, :2]
    way = (b[:, :2] + to_side / 2) - (p[:, :2] + side / 2)
    return ops.concatenate([way / side, ops.log(to_side / side)], axis=1)


def apply_deltas(proposals, deltas):
    from keras import ops

    p, d = (ops.convert_to_tensor(some, "float32") for some in (proposals, deltas))
    side = p[:, 2:] - p[:, :2]
    middle, half = p[:, :2] + (0.5 + d[:, :2]) * side, side * ops.exp(d[:, 2:]) / 2
    return ops.concatenate([middle - half, middle + half], axis=1)


# %% box_deltas | wrong | divided by the object's sides | its upper half
# -     return np.concatenate([way / sides, np.log(to_sides / sides)], axis=1)
# +     return np.concatenate([way / to_sides, np.log(to_sides / sides)], axis=1)


# %% box_deltas | wrong | corners instead of centres | twice as wide
# -     way = (boxes[:, :2] + boxes[:, 2:] - proposals[:, :2] - proposals[:, 2:]) / 2
# +     way = boxes[:, :2] - proposals[:, :2]


# %% box_deltas | wrong | y and height first | right by 5 of 20
# -     return np.concatenate([way / sides, np.log(to_sides / sides)], axis=1)
# +     return np.concatenate([way / sides, np.log(to_sides / sides)], axis=1)[:, [1, 0, 3, 2]]


# %% box_deltas | wrong | pixels, not shares | right by 5 of 20
# -     return np.concatenate([way / sides, np.log(to_sides / sides)], axis=1)
# +     return np.concatenate([way, np.log(to_sides / sides)], axis=1)


# %% box_deltas | wrong | without the logarithm | a region that fits stays
# -     return np.concatenate([way / sides, np.log(to_sides / sides)], axis=1)
# +     return np.concatenate([way / sides, to_sides / sides], axis=1)


# %% box_deltas | wrong | the other direction | right by 5 of 20
# -     return np.concatenate([way / sides, np.log(to_sides / sides)], axis=1)
# +     return np.concatenate([-way / sides, np.log(sides / to_sides)], axis=1)


# %% box_deltas | wrong | the sum of the centres | a region that fits stays
# -     way = (boxes[:, :2] + boxes[:, 2:] - proposals[:, :2] - proposals[:, 2:]) / 2
# +     way = boxes[:, :2] + boxes[:, 2:] - proposals[:, :2]


# %% box_deltas | wrong | moved by the half | right by 5 of 20
# -     way = (boxes[:, :2] + boxes[:, 2:] - proposals[:, :2] - proposals[:, 2:]) / 2
# +     way = boxes[:, :2] + boxes[:, 2:] - proposals[:, :2] - proposals[:, 2:]


# %% box_deltas | wrong | the way back without the exponential | a region that fits stays
# -     half = sides * np.exp(deltas[:, 2:]) / 2
# +     half = sides * deltas[:, 2:] / 2


# %% box_deltas | wrong | the way back gives centre and sides | a region that fits stays
# -     return np.concatenate([middle - half, middle + half], axis=1)
# +     return np.concatenate([middle, half * 2], axis=1)


# %% box_deltas | wrong | the way back scales by the new sides | its upper half
# -     middle = (proposals[:, :2] + proposals[:, 2:]) / 2 + deltas[:, :2] * sides
# -     half = sides * np.exp(deltas[:, 2:]) / 2
# +     half = sides * np.exp(deltas[:, 2:]) / 2
# +     middle = (proposals[:, :2] + proposals[:, 2:]) / 2 + deltas[:, :2] * half * 2


# %% box_deltas | wrong | writes into the regions | input
# -     middle = (proposals[:, :2] + proposals[:, 2:]) / 2 + deltas[:, :2] * sides
# +     middle = (proposals[:, :2] + proposals[:, 2:]) / 2 + deltas[:, :2] * sides
# +     proposals += 1


# %% roi_pool | right | all boxes at once
def roi_pool(features, boxes, size):
    rows, columns = features.shape[:2]
    steps = np.linspace(0, 1, size)
    x = boxes[:, [0]] + steps * (boxes[:, [2]] - boxes[:, [0]])
    y = boxes[:, [1]] + steps * (boxes[:, [3]] - boxes[:, [1]])
    column, row = np.floor(x).astype(int), np.floor(y).astype(int)
    total = 0
    for down in (0, 1):
        for right in (0, 1):
            r, c = np.minimum(row + down, rows - 1), np.minimum(column + right, columns - 1)
            share_y = y - row if down else 1 - (y - row)
            share_x = x - column if right else 1 - (x - column)
            share = share_y[:, :, None, None] * share_x[:, None, :, None]
            total = total + share * features[r[:, :, None], c[:, None, :]]
    return total


# %% roi_pool | right | point by point
def roi_pool(features, boxes, size):
    rows, columns, channels = features.shape
    result = np.zeros((len(boxes), size, size, channels))
    for n, (x1, y1, x2, y2) in enumerate(boxes):
        for i in range(size):
            for j in range(size):
                y, x = y1 + i * (y2 - y1) / (size - 1), x1 + j * (x2 - x1) / (size - 1)
                top, left = int(min(y, rows - 2)), int(min(x, columns - 2))
                v, u = y - top, x - left
                upper = (1 - u) * features[top, left] + u * features[top, left + 1]
                lower = (1 - u) * features[top + 1, left] + u * features[top + 1, left + 1]
                result[n, i, j] = (1 - v) * upper + v * lower
    return result


# %% roi_pool | right | by scipy
def roi_pool(features, boxes, size):
    from scipy.ndimage import map_coordinates

    result = np.zeros((len(boxes), size, size, features.shape[2]))
    for n, (x1, y1, x2, y2) in enumerate(boxes):
        y, x = np.meshgrid(np.linspace(y1, y2, size), np.linspace(x1, x2, size), indexing="ij")
        for k in range(features.shape[2]):
            result[n, ..., k] = map_coordinates(features[..., k], [y, x], order=1, mode="nearest")
    return result


# %% roi_pool | wrong | x before y | y before x
# -         pooled[i] = upper * (1 - share_y) + lower * share_y
# +         pooled[i] = (upper * (1 - share_y) + lower * share_y).swapaxes(0, 1)


# %% roi_pool | wrong | the nearest cell | between cells
# -         x, y = np.linspace(x1, x2, size), np.linspace(y1, y2, size)
# +         x, y = np.round(np.linspace(x1, x2, size)), np.round(np.linspace(y1, y2, size))


# %% roi_pool | wrong | the last edge left out | these cells
# -         x, y = np.linspace(x1, x2, size), np.linspace(y1, y2, size)
# +         x, y = (np.linspace(a, b, size, endpoint=False) for a, b in ((x1, x2), (y1, y2)))


# %% roi_pool | wrong | in the middle of equal parts | these cells
# -         x, y = np.linspace(x1, x2, size), np.linspace(y1, y2, size)
# +         steps = (np.arange(size) + 0.5) / size
# +         x, y = x1 + steps * (x2 - x1), y1 + steps * (y2 - y1)


# %% roi_pool | wrong | shares swapped | these cells
# -         share_x, share_y = (x - left)[:, None], (y - top)[:, None, None]
# +         share_x, share_y = (left + 1 - x)[:, None], (top + 1 - y)[:, None, None]


# %% roi_pool | wrong | the last cell is left | index 4 is out of bounds
# -         right, below = np.minimum(left + 1, columns - 1), np.minimum(top + 1, rows - 1)
# +         right, below = left + 1, top + 1


# %% roi_pool | wrong | boxes cut to whole cells | between cells
# -     for i, (x1, y1, x2, y2) in enumerate(boxes):
# +     for i, (x1, y1, x2, y2) in enumerate(boxes.astype(int)):


# %% roi_pool | wrong | the box begins with y | out of bounds
# -     for i, (x1, y1, x2, y2) in enumerate(boxes):
# +     for i, (y1, x1, y2, x2) in enumerate(boxes):


# %% roi_pool | wrong | interpolated in one direction | between cells
# -         pooled[i] = upper * (1 - share_y) + lower * share_y
# +         pooled[i] = upper


# %% roi_pool | wrong | only the first channel | two channels
# -     return pooled
# +     return np.repeat(pooled[..., :1], channels, axis=-1)


# %% roi_pool | wrong | a list | should be an array
# -     return pooled
# +     return list(pooled)


# %% roi_pool | wrong | whole numbers | between cells
# -     pooled = np.zeros((len(boxes), size, size, channels))
# +     pooled = np.zeros((len(boxes), size, size, channels), int)
