# Answers to the exercises of P138, graded by tests/lessons/test_answers.py.


# %% shape_iou | right | two loops
def shape_iou(shapes_a, shapes_b):
    table = np.zeros((len(shapes_a), len(shapes_b)))
    for i, (height_a, width_a) in enumerate(shapes_a):
        for j, (height_b, width_b) in enumerate(shapes_b):
            shared = min(height_a, height_b) * min(width_a, width_b)
            union = height_a * width_a + height_b * width_b - shared
            if union > 0:
                table[i, j] = shared / union
    return table


# %% shape_iou | right | with keras.ops
def shape_iou(shapes_a, shapes_b):
    from keras import ops

    a = ops.expand_dims(ops.convert_to_tensor(shapes_a, "float32"), 1)
    b = ops.expand_dims(ops.convert_to_tensor(shapes_b, "float32"), 0)
    shared = ops.prod(ops.minimum(a, b), axis=-1)
    union = ops.prod(a, axis=-1) + ops.prod(b, axis=-1) - shared
    return ops.where(union > 0, shared / ops.where(union > 0, union, 1.0), 0.0)


# %% shape_iou | right | heights and widths apart
def shape_iou(shapes_a, shapes_b):
    height = np.minimum.outer(shapes_a[:, 0], shapes_b[:, 0])
    width = np.minimum.outer(shapes_a[:, 1], shapes_b[:, 1])
    areas = np.add.outer(shapes_a[:, 0] * shapes_a[:, 1], shapes_b[:, 0] * shapes_b[:, 1])
    union = areas - height * width
    return height * width / np.where(union == 0, 1, union)


# %% shape_iou | wrong | the smaller area over the larger | 4 of 16 squares
def shape_iou(shapes_a, shapes_b):
    a, b = shapes_a.prod(axis=1)[:, None], shapes_b.prod(axis=1)
    return np.minimum(a, b) / np.maximum(a, b)


# %% shape_iou | wrong | the shared part counted twice | 4 of 16 squares
# -     union = np.prod(a, axis=-1) + np.prod(b, axis=-1) - intersection
# +     union = np.prod(a, axis=-1) + np.prod(b, axis=-1)


# %% shape_iou | wrong | the shape around both as union | 4 of 16 squares
# -     union = np.prod(a, axis=-1) + np.prod(b, axis=-1) - intersection
# +     union = np.prod(np.maximum(a, b), axis=-1)


# %% shape_iou | wrong | height and width of one list swapped | 4 of 16 squares
# -     a, b = shapes_a[:, None], shapes_b[None]
# +     a, b = shapes_a[:, None], shapes_b[None, :, ::-1]


# %% shape_iou | wrong | transposed | 3 shapes against 2
# -     a, b = shapes_a[:, None], shapes_b[None]
# +     a, b = shapes_a[None], shapes_b[:, None]


# %% shape_iou | wrong | paired, not every pair | got shape (1,)
# -     a, b = shapes_a[:, None], shapes_b[None]
# +     a, b = shapes_a, shapes_b


# %% shape_iou | wrong | empty shapes divide by zero | division by zero
# -     return np.divide(intersection, union, out=np.zeros(union.shape), where=union > 0)
# +     return intersection / union


# %% shape_iou | wrong | two empty shapes agree | Empty shapes: no union, IoU 0
# -     return np.divide(intersection, union, out=np.zeros(union.shape), where=union > 0)
# +     return np.divide(intersection, union, out=np.ones(union.shape), where=union > 0)


# %% shape_iou | wrong | a small number in the denominator | add nothing to the union
# -     return np.divide(intersection, union, out=np.zeros(union.shape), where=union > 0)
# +     return intersection / (union + 1e-7)


# %% shape_iou | wrong | cut to whole numbers | fractions
# -     a, b = shapes_a[:, None], shapes_b[None]
# +     a, b = shapes_a.astype(int)[:, None], shapes_b.astype(int)[None]


# %% shape_iou | wrong | a list of rows | should be an array
# -     return np.divide(intersection, union, out=np.zeros(union.shape), where=union > 0)
# +     return np.divide(intersection, union, out=np.zeros(union.shape), where=union > 0).tolist()


# %% shape_iou | wrong | writes into its input | input
# -     a, b = shapes_a[:, None], shapes_b[None]
# +     shapes_a *= 1.5
# +     a, b = shapes_a[:, None] / 1.5, shapes_b[None]


# %% encode | right | box by box
def encode(boxes, labels, shapes, grid, height, width):
    rows, columns = grid
    y = np.zeros((rows, columns, len(shapes), 8), "float32")
    for box, label in zip(boxes, labels, strict=True):
        if label == -1:
            continue
        x1, y1, x2, y2 = box
        row, column = owner_cells(box[None], grid, height, width)[0]
        shape = np.array([[y2 - y1, x2 - x1]])
        anchor = int(np.argmax(shape_iou(shape, shapes)[0]))
        if y[row, column, anchor, 0] == 1:
            continue
        cell_height, cell_width = height / rows, width / columns
        y[row, column, anchor, 0] = 1
        y[row, column, anchor, 1] = (x1 + x2) / 2 / cell_width - column
        y[row, column, anchor, 2] = (y1 + y2) / 2 / cell_height - row
        y[row, column, anchor, 3] = (y2 - y1) / cell_height
        y[row, column, anchor, 4] = (x2 - x1) / cell_width
        y[row, column, anchor, 5 + label] = 1
    return y


# %% encode | right | one grid of P135 an anchor
def encode(boxes, labels, shapes, grid, height, width):
    from course_utils import grid as cells

    sides = (boxes[:, 2:] - boxes[:, :2])[:, ::-1]
    anchor = np.asarray(shape_iou(sides, shapes)).argmax(axis=1)
    parts = []
    for i in range(len(shapes)):
        parts.append(cells.encode(boxes, np.where(anchor == i, labels, -1), grid, height, width))
    return np.stack(parts, axis=2)


# %% encode | right | from the last to the first, as a Keras tensor
def encode(boxes, labels, shapes, grid, height, width):
    from keras import ops

    boxes, labels = boxes[labels >= 0][::-1], labels[labels >= 0][::-1]
    scale = np.array([grid[1] / width, grid[0] / height])
    owners = owner_cells(boxes, grid, height, width)
    sides = boxes[:, 2:] - boxes[:, :2]
    anchor = np.argmax(shape_iou(sides[:, ::-1], shapes), axis=1)
    middles = (boxes[:, 2:] + boxes[:, :2]) / 2 * scale - owners[:, ::-1]
    y = np.zeros((*grid, len(shapes), 8), "float32")
    for i in range(len(boxes)):
        numbers = [1, *middles[i], *(sides[i] * scale)[::-1], *np.eye(3)[labels[i]]]
        y[owners[i, 0], owners[i, 1], anchor[i]] = numbers
    return ops.convert_to_tensor(y)


# %% encode | wrong | a shape begins with its width | begin with its height
# -     anchor = np.argmax(shape_iou(np.stack([y2 - y1, x2 - x1], axis=1), shapes), axis=1)
# +     anchor = shape_iou(np.stack([x2 - x1, y2 - y1], axis=1), shapes).argmax(axis=1)


# %% encode | wrong | rows and columns swapped | row, column, anchor with Pc 1
# -         place = owners[i, 0], owners[i, 1], anchor[i]
# +         place = owners[i, 1] % rows, owners[i, 0] % columns + 1, anchor[i]


# %% encode | wrong | rows and columns of the grid swapped | should have shape (2, 3, 2, 8)
# -     y = np.zeros((rows, columns, len(shapes), 8))
# +     y = np.zeros((columns, rows, len(shapes), 8))


# %% encode | wrong | the anchor before the cell | should have shape (2, 3, 2, 8)
# -     return y
# +     return np.moveaxis(y, 2, 0)


# %% encode | wrong | sixteen numbers in a row | should have shape (2, 3, 2, 8)
# -     return y
# +     return y.reshape(rows, columns, -1)


# %% encode | wrong | the last one stays | first of the list stays
# -         if label >= 0 and y[place][0] == 0:
# +         if label >= 0:
# +             y[place] = 0


# %% encode | wrong | both written over each other | first of the list stays
# -         if label >= 0 and y[place][0] == 0:
# +         if label >= 0:


# %% encode | wrong | a taken anchor gives way to the next best | does not take anchor 2
# -         place = owners[i, 0], owners[i, 1], anchor[i]
# +         place = owners[i, 0], owners[i, 1], anchor[i]
# +         if y[place][0] == 1:
# +             place = owners[i, 0], owners[i, 1], (anchor[i] + 1) % len(shapes)


# %% encode | wrong | one voice a cell, as before | row, column, anchor with Pc 1
# -         if label >= 0 and y[place][0] == 0:
# +         if label >= 0 and y[place[:2]].sum() == 0:


# %% encode | wrong | the object in every anchor of the cell | the car's eight numbers
def encode(boxes, labels, shapes, grid, height, width):
    from course_utils import grid as cells

    y = cells.encode(boxes, labels, grid, height, width)
    return np.repeat(y[:, :, None], len(shapes), axis=2)


# %% encode | wrong | unused rows written | label -1
# -         if label >= 0 and y[place][0] == 0:
# +         if y[place][0] == 0:


# %% encode | wrong | measured in the picture | in the cell's units
# -     bh, bw = (y2 - y1) * rows / height, (x2 - x1) * columns / width
# +     bh, bw = (y2 - y1) / height, (x2 - x1) / width


# %% encode | wrong | bw before bh | in the cell's units
# -             y[place][:5] = 1, bx[i], by[i], bh[i], bw[i]
# +             y[place][:5] = 1, bx[i], by[i], bw[i], bh[i]


# %% encode | wrong | sides as shares of the anchor | in the cell's units
# -             y[place][:5] = 1, bx[i], by[i], bh[i], bw[i]
# +             tall, wide = shapes[anchor[i]]
# +             y[place][:5] = 1, bx[i], by[i], (y2 - y1)[i] / tall, (x2 - x1)[i] / wide


# %% encode | wrong | sides cut at 1 | anchors [[
# -     bh, bw = (y2 - y1) * rows / height, (x2 - x1) * columns / width
# +     bh, bw = (y2 - y1) * rows / height, np.minimum((x2 - x1) * columns / width, 1)


# %% encode | wrong | the nearest anchor by straight lines | highest IoU
# -     anchor = np.argmax(shape_iou(np.stack([y2 - y1, x2 - x1], axis=1), shapes), axis=1)
# +     sides = np.stack([y2 - y1, x2 - x1], axis=1)
# +     anchor = np.linalg.norm(sides[:, None] - shapes, axis=-1).argmin(axis=1)


# %% encode | wrong | the anchor that shares most | highest IoU
# -     anchor = np.argmax(shape_iou(np.stack([y2 - y1, x2 - x1], axis=1), shapes), axis=1)
# +     sides = np.stack([y2 - y1, x2 - x1], axis=1)
# +     anchor = np.minimum(sides[:, None], shapes).prod(axis=-1).argmax(axis=1)


# %% encode | wrong | the anchor of lowest IoU | begin with its height
# -     anchor = np.argmax(shape_iou(np.stack([y2 - y1, x2 - x1], axis=1), shapes), axis=1)
# +     anchor = shape_iou(np.stack([y2 - y1, x2 - x1], axis=1), shapes).argmin(axis=1)


# %% encode | wrong | the class decides on the anchor | Two tall objects
# -         place = owners[i, 0], owners[i, 1], anchor[i]
# +         place = owners[i, 0], owners[i, 1], min(label, 1)


# %% encode | wrong | boxes in cells against anchors in pixels | both in pixels
# -     anchor = np.argmax(shape_iou(np.stack([y2 - y1, x2 - x1], axis=1), shapes), axis=1)
# +     sides = np.stack([(y2 - y1) * rows / height, (x2 - x1) * columns / width], axis=1)
# +     anchor = shape_iou(sides, np.array(shapes)).argmax(axis=1)


# %% encode | wrong | of equal IoUs the last anchor | highest IoU, then first
# -     anchor = np.argmax(shape_iou(np.stack([y2 - y1, x2 - x1], axis=1), shapes), axis=1)
# +     ious = shape_iou(np.stack([y2 - y1, x2 - x1], axis=1), shapes)
# +     anchor = len(shapes) - 1 - ious[:, ::-1].argmax(axis=1)


# %% encode | wrong | writes into its input | input
# -     x1, y1, x2, y2 = boxes.T
# +     boxes[:, [0, 2]] = np.clip(boxes[:, [0, 2]], 20, None)
# +     labels[labels < 0] = -2
# +     x1, y1, x2, y2 = boxes.T


# %% kmeans_step | right | with np.where
def kmeans_step(shapes, centers):
    nearest = np.argmax(shape_iou(shapes, centers), axis=1)
    one_hot = np.eye(len(centers))[nearest]
    count = one_hot.sum(axis=0)[:, None]
    return np.where(count > 0, one_hot.T @ shapes / np.maximum(count, 1), centers)


# %% kmeans_step | right | with keras.ops
def kmeans_step(shapes, centers):
    from keras import ops

    count = len(centers)
    nearest = ops.argmax(ops.convert_to_tensor(shape_iou(shapes, centers)), axis=1)
    mine = ops.one_hot(nearest, count)
    shapes = ops.convert_to_tensor(shapes, "float32")
    total = ops.expand_dims(ops.sum(mine, axis=0), 1)
    means = ops.matmul(ops.transpose(mine), shapes) / ops.maximum(total, 1)
    return ops.where(total > 0, means, ops.convert_to_tensor(centers, "float32"))


# %% kmeans_step | right | sums and counts, shape by shape
def kmeans_step(shapes, centers):
    total, count = np.zeros((len(centers), 2)), [0] * len(centers)
    for shape in shapes:
        distances = [1 - shape_iou(shape[None], center[None])[0, 0] for center in centers]
        best = distances.index(min(distances))
        total[best] += shape
        count[best] += 1
    rows = [total[i] / count[i] if count[i] else centers[i] for i in range(len(centers))]
    return np.array(rows)


# %% kmeans_step | wrong | repeated until the anchors settle | one step: assign all
def kmeans_step(shapes, centers):
    moved = centers.copy()
    for _ in range(50):
        nearest = np.argmax(shape_iou(shapes, moved), axis=1)
        for i in np.unique(nearest):
            moved[i] = shapes[nearest == i].mean(axis=0)
    return moved


# %% kmeans_step | wrong | moved one after the other | one step: assign all
def kmeans_step(shapes, centers):
    moved = centers.copy()
    for i in range(len(centers)):
        nearest = shape_iou(shapes, moved).argmax(axis=1)
        if (nearest == i).any():
            moved[i] = shapes[nearest == i].mean(axis=0)
    return moved


# %% kmeans_step | wrong | straight-line distance | IoU decides
# -     nearest = np.argmax(shape_iou(shapes, centers), axis=1)
# +     nearest = np.linalg.norm(shapes[:, None] - centers, axis=-1).argmin(axis=1)


# %% kmeans_step | wrong | the lowest IoU | two tall shapes and two wide ones
# -     nearest = np.argmax(shape_iou(shapes, centers), axis=1)
# +     nearest = shape_iou(shapes, centers).argmin(axis=1)


# %% kmeans_step | wrong | an empty cluster gives nan | division by zero
def kmeans_step(shapes, centers):
    nearest = shape_iou(shapes, centers).argmax(axis=1)
    mine = nearest == np.arange(len(centers))[:, None]
    with np.errstate(invalid="ignore"):
        return mine @ shapes / mine.sum(axis=1, keepdims=True)


# %% kmeans_step | wrong | an empty cluster becomes zeros | it keeps its place
# -     moved = centers.copy()
# +     moved = np.zeros(centers.shape)


# %% kmeans_step | wrong | an empty cluster is left out | it keeps its place
# -     return moved
# +     return moved[np.isin(np.arange(len(centers)), nearest)]


# %% kmeans_step | wrong | the median | the mean of 8, 10, 30
# -             moved[i] = mine.mean(axis=0)
# +             moved[i] = np.median(mine, axis=0)


# %% kmeans_step | wrong | one number for height and width | two tall shapes and two wide ones
# -             moved[i] = mine.mean(axis=0)
# +             moved[i] = mine.mean()


# %% kmeans_step | wrong | width before height | two tall shapes and two wide ones
# -             moved[i] = mine.mean(axis=0)
# +             moved[i] = mine.mean(axis=0)[::-1]


# %% kmeans_step | wrong | sorted by height | keep their order
# -     return moved
# +     return moved[np.argsort(-moved[:, 0])]


# %% kmeans_step | wrong | cut to whole numbers | two tall shapes and two wide ones
# -     moved = centers.copy()
# +     moved = centers.astype(int)


# %% kmeans_step | wrong | moved half of the way | two tall shapes and two wide ones
# -             moved[i] = mine.mean(axis=0)
# +             moved[i] = (moved[i] + mine.mean(axis=0)) / 2


# %% kmeans_step | wrong | of equal IoUs the last anchor | the first anchor wins
# -     nearest = np.argmax(shape_iou(shapes, centers), axis=1)
# +     nearest = len(centers) - 1 - shape_iou(shapes, centers)[:, ::-1].argmax(axis=1)


# %% kmeans_step | wrong | returns the assignment | expected shape
# -     return moved
# +     return nearest


# %% kmeans_step | wrong | moves its input | input
# -     moved = centers.copy()
# +     moved = centers
