# Answers to the exercises of P139, graded by tests/lessons/test_answers.py.


# %% target | right | object by object
def target(boxes, labels, shapes, grid, height, width, classes=3):
    y = anchors.encode(boxes, labels, shapes, grid, height, width, classes)
    for row, column, k in np.argwhere(y[..., 0] == 1):
        bh, bw = y[row, column, k, 3:5]
        tall, wide = bh * height / grid[0], bw * width / grid[1]
        y[row, column, k, 3] = np.log(tall / shapes[k, 0])
        y[row, column, k, 4] = np.log(wide / shapes[k, 1])
    return y


# %% target | right | difference of two logarithms
def target(boxes, labels, shapes, grid, height, width, classes=3):
    y = anchors.encode(boxes, labels, shapes, grid, height, width, classes).astype(float)
    cell = np.array([height, width]) / np.array(grid)
    place = np.nonzero(y[..., 0])
    y[(*place, slice(3, 5))] = np.log(y[place][:, 3:5] * cell) - np.log(shapes[place[2]])
    return y


# %% target | right | with keras.ops
def target(boxes, labels, shapes, grid, height, width, classes=3):
    from keras import ops

    y = ops.convert_to_tensor(anchors.encode(boxes, labels, shapes, grid, height, width, classes))
    cell = ops.convert_to_tensor([height / grid[0], width / grid[1]], "float32")
    owned = y[..., :1] == 1
    ratio = y[..., 3:5] * cell / ops.convert_to_tensor(shapes, "float32")
    sides = ops.log(ops.where(owned, ratio, 1.0))
    return np.array(ops.concatenate([y[..., :3], sides, y[..., 5:]], axis=-1))


# %% target | wrong | logarithms everywhere | logarithm of 0
# -     y[..., 3] = np.log(np.where(owned, tall, 1))
# -     y[..., 4] = np.log(np.where(owned, wide, 1))
# +     with np.errstate(divide="ignore"):
# +         y[..., 3:5] = np.log(np.stack([tall, wide], axis=-1))


# %% target | wrong | a small number instead of the mask | zeros where nothing is owned
# -     y[..., 3] = np.log(np.where(owned, tall, 1))
# -     y[..., 4] = np.log(np.where(owned, wide, 1))
# +     y[..., 3] = np.log(tall + 1e-9)
# +     y[..., 4] = np.log(wide + 1e-9)


# %% target | wrong | the ratio without its logarithm | Take the logarithm
# -     y[..., 3] = np.log(np.where(owned, tall, 1))
# -     y[..., 4] = np.log(np.where(owned, wide, 1))
# +     y[..., 3] = np.where(owned, tall, 0)
# +     y[..., 4] = np.where(owned, wide, 0)


# %% target | wrong | shares of the picture instead of the anchor | Divide by the anchor
# -     tall = y[..., 3] * (height / rows) / shapes[:, 0]
# -     wide = y[..., 4] * (width / columns) / shapes[:, 1]
# +     tall = y[..., 3] * (height / rows) / 60
# +     wide = y[..., 4] * (width / columns) / 100


# %% target | wrong | cells over pixels | log(h / ph)
# -     tall = y[..., 3] * (height / rows) / shapes[:, 0]
# -     wide = y[..., 4] * (width / columns) / shapes[:, 1]
# +     tall = y[..., 3] / shapes[:, 0]
# +     wide = y[..., 4] / shapes[:, 1]


# %% target | wrong | sides of the anchor swapped | log(h / ph)
# -     tall = y[..., 3] * (height / rows) / shapes[:, 0]
# -     wide = y[..., 4] * (width / columns) / shapes[:, 1]
# +     tall = y[..., 3] * (height / rows) / shapes[:, 1]
# +     wide = y[..., 4] * (width / columns) / shapes[:, 0]


# %% target | wrong | rows and columns swapped | log(h / ph)
# -     tall = y[..., 3] * (height / rows) / shapes[:, 0]
# -     wide = y[..., 4] * (width / columns) / shapes[:, 1]
# +     tall = y[..., 3] * (height / columns) / shapes[:, 0]
# +     wide = y[..., 4] * (width / rows) / shapes[:, 1]


# %% target | wrong | anchor over object | log(h / ph)
# -     y[..., 3] = np.log(np.where(owned, tall, 1))
# -     y[..., 4] = np.log(np.where(owned, wide, 1))
# +     y[..., 3] = -np.log(np.where(owned, tall, 1))
# +     y[..., 4] = -np.log(np.where(owned, wide, 1))


# %% target | wrong | the first anchor for all | log(h / ph)
# -     tall = y[..., 3] * (height / rows) / shapes[:, 0]
# -     wide = y[..., 4] * (width / columns) / shapes[:, 1]
# +     tall = y[..., 3] * (height / rows) / shapes[0, 0]
# +     wide = y[..., 4] * (width / columns) / shapes[0, 1]


# %% target | wrong | logarithm with base 2 | log(h / ph)
# -     y[..., 3] = np.log(np.where(owned, tall, 1))
# -     y[..., 4] = np.log(np.where(owned, wide, 1))
# +     y[..., 3] = np.log2(np.where(owned, tall, 1))
# +     y[..., 4] = np.log2(np.where(owned, wide, 1))


# %% target | wrong | always three classes | shape
# -     y = anchors.encode(boxes, labels, shapes, grid, height, width, classes)
# +     y = anchors.encode(boxes, np.minimum(labels, 2), shapes, grid, height, width)


# %% decode | right | cell by cell
def decode(output, shapes, height, width):
    rows, columns, count = output.shape[-4:-1]
    found = np.zeros((*output.shape[:-1], 4))
    scores = np.zeros((*output.shape[:-1], output.shape[-1] - 5))
    for row in range(rows):
        for column in range(columns):
            for k in range(count):
                t = output[..., row, column, k, :]
                x = (column + expit(t[..., 1])) * (width / columns)
                y = (row + expit(t[..., 2])) * (height / rows)
                h, w = shapes[k, 0] * np.exp(t[..., 3]), shapes[k, 1] * np.exp(t[..., 4])
                box = np.stack([x - w / 2, y - h / 2, x + w / 2, y + h / 2], axis=-1)
                found[..., row, column, k, :] = box
                scores[..., row, column, k, :] = expit(t[..., :1]) * softmax(t[..., 5:], axis=-1)
    return found, scores


# %% decode | right | through P138's decode
def decode(output, shapes, height, width):
    rows, columns = output.shape[-4:-2]
    y = np.array(output, float)
    y[..., :3] = expit(y[..., :3])
    y[..., 3:5] = shapes * np.exp(y[..., 3:5]) / [height / rows, width / columns]
    return anchors.decode(y, height, width), y[..., :1] * softmax(y[..., 5:], axis=-1)


# %% decode | right | with keras.ops
def decode(output, shapes, height, width):
    from keras import ops

    t = ops.convert_to_tensor(output, "float32")
    rows, columns = output.shape[-4:-2]
    row, column = np.mgrid[:rows, :columns].astype("float32")[..., None]
    x = (ops.sigmoid(t[..., 1]) + column) * (width / columns)
    y = (ops.sigmoid(t[..., 2]) + row) * (height / rows)
    half = ops.exp(t[..., 3:5]) * ops.convert_to_tensor(shapes, "float32") / 2.0
    half_h, half_w = half[..., 0], half[..., 1]
    found = ops.stack([x - half_w, y - half_h, x + half_w, y + half_h], axis=-1)
    return found, ops.sigmoid(t[..., :1]) * ops.softmax(t[..., 5:], axis=-1)


# %% decode | wrong | rows and columns swapped | zeros, cell (1, 0)
# -     middle_x = (np.arange(columns)[:, None] + expit(output[..., 1])) * width / columns
# -     middle_y = (np.arange(rows)[:, None, None] + expit(output[..., 2])) * height / rows
# +     middle_y = (np.arange(columns)[:, None] + expit(output[..., 1])) * height / columns
# +     middle_x = (np.arange(rows)[:, None, None] + expit(output[..., 2])) * width / rows


# %% decode | wrong | sides of the anchor swapped | anchor 60 x 20
# -     up = shapes[:, 0] * np.exp(output[..., 3]) / 2
# -     left = shapes[:, 1] * np.exp(output[..., 4]) / 2
# +     up = shapes[:, 1] * np.exp(output[..., 3]) / 2
# +     left = shapes[:, 0] * np.exp(output[..., 4]) / 2


# %% decode | wrong | midpoint without the logistic function | zeros, cell (1, 0)
# -     middle_x = (np.arange(columns)[:, None] + expit(output[..., 1])) * width / columns
# -     middle_y = (np.arange(rows)[:, None, None] + expit(output[..., 2])) * height / rows
# +     middle_x = (np.arange(columns)[:, None] + output[..., 1]) * width / columns
# +     middle_y = (np.arange(rows)[:, None, None] + output[..., 2]) * height / rows


# %% decode | wrong | the cell is not added | zeros, cell (1, 0)
# -     middle_x = (np.arange(columns)[:, None] + expit(output[..., 1])) * width / columns
# -     middle_y = (np.arange(rows)[:, None, None] + expit(output[..., 2])) * height / rows
# +     middle_x = expit(output[..., 1]) * width / columns
# +     middle_y = expit(output[..., 2]) * height / rows


# %% decode | wrong | sides without the exponential | anchor 60 x 20
# -     up = shapes[:, 0] * np.exp(output[..., 3]) / 2
# -     left = shapes[:, 1] * np.exp(output[..., 4]) / 2
# +     up = shapes[:, 0] * output[..., 3] / 2
# +     left = shapes[:, 1] * output[..., 4] / 2


# %% decode | wrong | anchors taken for cells | anchor 60 x 20
# -     up = shapes[:, 0] * np.exp(output[..., 3]) / 2
# -     left = shapes[:, 1] * np.exp(output[..., 4]) / 2
# +     up = shapes[:, 0] * np.exp(output[..., 3]) / 2 * height / rows
# +     left = shapes[:, 1] * np.exp(output[..., 4]) / 2 * width / columns


# %% decode | wrong | the midpoint taken for a corner | zeros, cell (1, 0)
# -     corners = middle_x - left, middle_y - up, middle_x + left, middle_y + up
# +     corners = middle_x, middle_y, middle_x + 2 * left, middle_y + 2 * up


# %% decode | wrong | cut at the border | 120 x 45
# -     return np.stack(corners, axis=-1), scores
# +     return np.clip(np.stack(corners, axis=-1), 0, [width, height] * 2), scores


# %% decode | wrong | a logistic function for each class | Pc 1/2 times 1/3
# -     scores = expit(output[..., :1]) * softmax(output[..., 5:], axis=-1)
# +     scores = expit(output[..., :1]) * expit(output[..., 5:])


# %% decode | wrong | scores without Pc | Pc 1/2 times 1/3
# -     scores = expit(output[..., :1]) * softmax(output[..., 5:], axis=-1)
# +     scores = softmax(output[..., 5:], axis=-1)


# %% decode | wrong | the softmax over everything | Pc 1/2 times 1/3
# -     scores = expit(output[..., :1]) * softmax(output[..., 5:], axis=-1)
# +     scores = expit(output[..., :1]) * softmax(output[..., 5:])


# %% decode | wrong | Pc without the logistic function | Pc 1/2 times 1/3
# -     scores = expit(output[..., :1]) * softmax(output[..., 5:], axis=-1)
# +     scores = output[..., :1] * softmax(output[..., 5:], axis=-1)


# %% decode | wrong | only the boxes | Return two arrays
# -     return np.stack(corners, axis=-1), scores
# +     return np.stack(corners, axis=-1)


# %% decode | wrong | the logistic function written into the input | input
# -     rows, columns = output.shape[-4:-2]
# +     rows, columns = output.shape[-4:-2]
# +     output[..., 5:] -= output[..., 5:].max(axis=-1, keepdims=True)


# %% yolo_loss | right | with Keras' own cross-entropies
def yolo_loss(y_true, y_pred, box_weight=1.0):
    import keras

    owned = y_true[..., 0]
    confidence = keras.ops.binary_crossentropy(y_true[..., 0], y_pred[..., 0], from_logits=True)
    said = ops.concatenate([ops.sigmoid(y_pred[..., 1:3]), y_pred[..., 3:5]], axis=-1)
    box = ops.sum(ops.abs(said - y_true[..., 1:5]), axis=-1)
    name = ops.categorical_crossentropy(y_true[..., 5:], y_pred[..., 5:], from_logits=True)
    cells = confidence + owned * box_weight * box + owned * name
    return ops.sum(ops.reshape(cells, (-1, np.prod(y_true.shape[1:4]))), axis=1)


# %% yolo_loss | right | with where
def yolo_loss(y_true, y_pred, box_weight=1.0):
    t = y_pred
    confidence = ops.logaddexp(t[..., 0], 0.0) - t[..., 0] * y_true[..., 0]
    box = ops.abs(ops.sigmoid(t[..., 1]) - y_true[..., 1])
    box += ops.abs(ops.sigmoid(t[..., 2]) - y_true[..., 2])
    box += ops.abs(t[..., 3] - y_true[..., 3]) + ops.abs(t[..., 4] - y_true[..., 4])
    name = ops.logsumexp(t[..., 5:], axis=-1) - ops.sum(y_true[..., 5:] * t[..., 5:], axis=-1)
    with_object = box_weight * box + name
    cells = confidence + ops.where(y_true[..., 0] == 1, with_object, 0.0)
    return ops.sum(cells, axis=(1, 2, 3))


# %% yolo_loss | right | an einsum, the mask first
def yolo_loss(y_true, y_pred, box_weight=1.0):
    owned = y_true[..., 0]
    said = ops.concatenate([ops.sigmoid(y_pred[..., 1:3]), y_pred[..., 3:5]], axis=-1)
    box = ops.einsum("nrck,nrckb->n", owned, ops.abs(said - y_true[..., 1:5]))
    names = y_true[..., 5:] * ops.log_softmax(y_pred[..., 5:], axis=-1)
    name = ops.einsum("nrck,nrckb->n", owned, names)
    confidence = ops.sum(ops.softplus(y_pred[..., 0]) - owned * y_pred[..., 0], axis=(1, 2, 3))
    return confidence + box_weight * box - name


# %% yolo_loss | wrong | without the mask | 12 times log 2
# -     return ops.sum(confidence + owned * (box_weight * box + name), axis=(1, 2, 3))
# +     return ops.sum(confidence + (box_weight * box + name), axis=(1, 2, 3))


# %% yolo_loss | wrong | the mean over cells | not the mean
# -     return ops.sum(confidence + owned * (box_weight * box + name), axis=(1, 2, 3))
# +     return ops.mean(confidence + owned * (box_weight * box + name), axis=(1, 2, 3))


# %% yolo_loss | wrong | one number for the batch | shape
# -     return ops.sum(confidence + owned * (box_weight * box + name), axis=(1, 2, 3))
# +     return ops.sum(confidence + owned * (box_weight * box + name))


# %% yolo_loss | wrong | Pc only where there is an object | 12 times log 2
# -     return ops.sum(confidence + owned * (box_weight * box + name), axis=(1, 2, 3))
# +     return ops.sum(owned * (confidence + box_weight * box + name), axis=(1, 2, 3))


# %% yolo_loss | wrong | squared errors | 0.25 + 0.4 + 0.5 + 0.7
# -     box = ops.sum(middle + sides, axis=-1)
# +     box = ops.sum(ops.square(middle) + ops.square(sides), axis=-1)


# %% yolo_loss | wrong | midpoint without the logistic function | 0.25 + 0.4
# -     middle = ops.abs(ops.sigmoid(y_pred[..., 1:3]) - y_true[..., 1:3])
# +     middle = ops.abs(y_pred[..., 1:3] - y_true[..., 1:3])


# %% yolo_loss | wrong | the weight also for the class | for the box alone
# -     return ops.sum(confidence + owned * (box_weight * box + name), axis=(1, 2, 3))
# +     return ops.sum(confidence + owned * box_weight * (box + name), axis=(1, 2, 3))


# %% yolo_loss | wrong | classes without the softmax | 0.25 + 0.4
# -     name = -ops.sum(y_true[..., 5:] * ops.log_softmax(y_pred[..., 5:]), axis=-1)
# +     name = -ops.sum(y_true[..., 5:] * y_pred[..., 5:], axis=-1)


# %% yolo_loss | wrong | the loss overflows | holds inf
# -     confidence = ops.softplus(y_pred[..., 0]) - owned * y_pred[..., 0]
# +     confidence = ops.log(1 + ops.exp(y_pred[..., 0])) - owned * y_pred[..., 0]


# %% yolo_loss | wrong | a logarithm of the logistic function | -100
# -     confidence = ops.softplus(y_pred[..., 0]) - owned * y_pred[..., 0]
# +     p = ops.clip(ops.sigmoid(y_pred[..., 0]), 1e-7, 1 - 1e-7)
# +     confidence = -owned * ops.log(p) - (1 - owned) * ops.log(1 - p)


# %% yolo_loss | wrong | the class term has no mask | 12 times log 2
# -     return ops.sum(confidence + owned * (box_weight * box + name), axis=(1, 2, 3))
# +     return ops.sum(confidence + owned * box_weight * box + name, axis=(1, 2, 3))


# %% yolo_loss | wrong | the logarithm of a softmax that is 0 | classes 100, -100, 0
# -     name = -ops.sum(y_true[..., 5:] * ops.log_softmax(y_pred[..., 5:]), axis=-1)
# +     name = -ops.sum(y_true[..., 5:] * ops.log(ops.softmax(y_pred[..., 5:]) + 1e-7), axis=-1)


# %% yolo_loss | wrong | a loop over the pictures | inside `fit`
# -     return ops.sum(confidence + owned * (box_weight * box + name), axis=(1, 2, 3))
# +     cells = confidence + owned * (box_weight * box + name)
# +     return ops.stack([ops.sum(cells[n]) for n in range(len(y_true))])


# %% yolo_loss | wrong | NumPy | no slope
def yolo_loss(y_true, y_pred, box_weight=1.0):
    t, y = np.asarray(y_pred, float), np.asarray(y_true, float)
    owned = y[..., 0]
    confidence = np.logaddexp(0, t[..., 0]) - owned * t[..., 0]
    box = np.abs(expit(t[..., 1:3]) - y[..., 1:3]) + np.abs(t[..., 3:5] - y[..., 3:5])
    name = -np.sum(y[..., 5:] * np.log(softmax(t[..., 5:], axis=-1)), axis=-1)
    cells = confidence + owned * (box_weight * box.sum(axis=-1) + name)
    return cells.sum(axis=(1, 2, 3))


# %% detect | right | class by class
def detect(found, scores, score_least, iou_most):
    parts = []
    for label in range(scores.shape[1]):
        mine = (scores.argmax(axis=1) == label) & (scores[:, label] >= score_least)
        places = np.flatnonzero(mine)
        kept = non_max_suppression(found[places], scores[places, label], iou_most)
        parts.append(places[kept])
    places = np.concatenate(parts)
    best = scores.max(axis=1)
    places = places[np.argsort(-best[places], kind="stable")]
    labels = scores.argmax(axis=1)[places]
    return {"boxes": found[places], "labels": labels, "scores": best[places]}


# %% detect | right | suppress first, cut afterwards
def detect(found, scores, score_least, iou_most):
    labels, best = scores.argmax(axis=1), scores.max(axis=1)
    kept = non_max_suppression(found, best, iou_most, labels=labels)
    kept = kept[best[kept] >= score_least]
    return dict(boxes=found[kept], labels=labels[kept], scores=best[kept])


# %% detect | right | places instead of masks
def detect(found, scores, score_least, iou_most):
    places = np.where(np.max(scores, axis=1) >= score_least)[0]
    labels = np.argmax(scores[places], axis=1)
    best = np.take_along_axis(scores[places], labels[:, None], axis=1)[:, 0]
    kept = non_max_suppression(found[places], best, iou_most, labels)
    result = {"scores": best[kept], "boxes": found[places][kept]}
    return result | {"labels": labels[kept]}


# %% detect | wrong | one run for all classes | a pedestrian before it
# -     kept = non_max_suppression(found, best, iou_most, labels=labels)
# +     kept = non_max_suppression(found, best, iou_most)


# %% detect | wrong | above, not from score_least on | exactly score_least stays
# -     heard = best >= score_least
# +     heard = best > score_least


# %% detect | wrong | no suppression | a car twice
# -     kept = non_max_suppression(found, best, iou_most, labels=labels)
# +     kept = np.argsort(-best)


# %% detect | wrong | no cut | a car twice
# -     heard = best >= score_least
# +     heard = best >= 0


# %% detect | wrong | not sorted | a car twice
# -     kept = non_max_suppression(found, best, iou_most, labels=labels)
# +     kept = np.sort(non_max_suppression(found, best, iou_most, labels=labels))[::-1]


# %% detect | wrong | the sum of the scores | a car twice
# -     labels, best = scores.argmax(axis=1), scores.max(axis=1)
# +     labels, best = scores.argmax(axis=1), scores.sum(axis=1)


# %% detect | wrong | places of the kept boxes taken from all boxes | a car twice
# -     found, labels, best = found[heard], labels[heard], best[heard]
# -     kept = non_max_suppression(found, best, iou_most, labels=labels)
# +     kept = non_max_suppression(found[heard], best[heard], iou_most, labels=labels[heard])[::-1]


# %% detect | wrong | a tuple | Return a dict
# -     return {"boxes": found[kept], "labels": labels[kept], "scores": best[kept]}
# +     return found[kept], labels[kept], best[kept]


# %% detect | wrong | lists | should be an array
# -     return {"boxes": found[kept], "labels": labels[kept], "scores": best[kept]}
# +     return {"boxes": list(found[kept]), "labels": list(labels[kept]), "scores": list(best[kept])}


# %% detect | wrong | a box for each class | labels
# -     labels, best = scores.argmax(axis=1), scores.max(axis=1)
# -     heard = best >= score_least
# +     found, labels = np.repeat(found, 3, axis=0), np.tile(np.arange(3), len(scores))
# +     best = scores.ravel()
# +     heard = best >= score_least / 3


# %% detect | wrong | a single array when nothing is left | Return a dict
# -     found, labels, best = found[heard], labels[heard], best[heard]
# +     if not heard.any():
# +         return np.zeros((0, 4))
# +     found, labels, best = found[heard], labels[heard], best[heard]
