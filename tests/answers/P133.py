# Answers to the exercises of P133, graded by tests/lessons/test_answers.py.


# %% slide | right | NumPy's grid of corners
def slide(height, width, size, stride):
    tops = np.arange(0, height - size + 1, stride)
    lefts = np.arange(0, width - size + 1, stride)
    y1, x1 = np.meshgrid(tops, lefts, indexing="ij")
    corners = np.stack([x1, y1, x1 + size, y1 + size], axis=-1)
    return corners.reshape(-1, 4)


# %% slide | right | one list, counted by the formula
def slide(height, width, size, stride):
    rows = max((height - size) // stride + 1, 0)
    columns = max((width - size) // stride + 1, 0)
    places = np.zeros((rows * columns, 4))
    for number in range(rows * columns):
        row, column = divmod(number, columns)
        x1, y1 = column * stride, row * stride
        places[number] = x1, y1, x1 + size, y1 + size
    return places


# %% slide | right | with keras.ops
def slide(height, width, size, stride):
    tops = keras.ops.arange(0, max(height - size + 1, 0), stride)
    lefts = keras.ops.arange(0, max(width - size + 1, 0), stride)
    y1, x1 = keras.ops.meshgrid(tops, lefts, indexing="ij")
    y1, x1 = keras.ops.reshape(y1, (-1,)), keras.ops.reshape(x1, (-1,))
    return keras.ops.stack([x1, y1, x1 + size, y1 + size], axis=-1)


# %% slide | right | while loops
def slide(height, width, size, stride):
    found, y = [], 0
    while y + size <= height:
        x = 0
        while x + size <= width:
            found.append([x, y, x + size, y + size])
            x += stride
        y += stride
    return np.asarray(found).reshape(len(found), 4)


# %% slide | wrong | no + 1: the far edge is never touched | a window may touch the far edge
def slide(height, width, size, stride):
    found = []
    for y1 in range(0, height - size, stride):
        for x1 in range(0, width - size, stride):
            found.append((x1, y1, x1 + size, y1 + size))
    return np.array(found).reshape(-1, 4)


# %% slide | wrong | windows leave the picture | On paper there are 2 x 3 = 6 windows
def slide(height, width, size, stride):
    found = []
    for y1 in range(0, height, stride):
        for x1 in range(0, width, stride):
            found.append((x1, y1, x1 + size, y1 + size))
    return np.array(found).reshape(-1, 4)


# %% slide | wrong | height and width swapped | which one limits x?
def slide(height, width, size, stride):
    found = []
    for y1 in range(0, width - size + 1, stride):
        for x1 in range(0, height - size + 1, stride):
            found.append((x1, y1, x1 + size, y1 + size))
    return np.array(found).reshape(-1, 4)


# %% slide | wrong | width and height instead of the far corner | x2 = x1 + size
def slide(height, width, size, stride):
    found = []
    for y1 in range(0, height - size + 1, stride):
        for x1 in range(0, width - size + 1, stride):
            found.append((x1, y1, size - 1, size - 1))
    return np.array(found).reshape(-1, 4)


# %% slide | wrong | column by column | Row by row
def slide(height, width, size, stride):
    found = []
    for x1 in range(0, width - size + 1, stride):
        for y1 in range(0, height - size + 1, stride):
            found.append((x1, y1, x1 + size, y1 + size))
    return np.array(found).reshape(-1, 4)


# %% slide | wrong | the stride is forgotten | Stride 2 leaves 2
def slide(height, width, size, stride):
    found = []
    for y1 in range(height - size + 1):
        for x1 in range(width - size + 1):
            found.append((x1, y1, x1 + size, y1 + size))
    return np.array(found).reshape(-1, 4)


# %% slide | wrong | no window becomes an array of another shape | a window larger than the picture
def slide(height, width, size, stride):
    found = []
    for y1 in range(0, height - size + 1, stride):
        for x1 in range(0, width - size + 1, stride):
            found.append((x1, y1, x1 + size, y1 + size))
    return np.array(found)


# %% slide_shapes | right | a grid for each shape, concatenated
def slide_shapes(height, width, shapes, stride):
    grids = [np.zeros((0, 4), int)]
    for tall, wide in shapes:
        tops = np.arange(0, height - tall + 1, stride)
        lefts = np.arange(0, width - wide + 1, stride)
        y1, x1 = np.repeat(tops, len(lefts)), np.tile(lefts, len(tops))
        grids.append(np.stack([x1, y1, x1 + wide, y1 + tall], axis=1))
    return np.concatenate(grids)


# %% slide_shapes | right | a helper that yields the windows
def places_of(height, width, tall, wide, stride):
    for top in range(0, height - tall + 1, stride):
        for left in range(0, width - wide + 1, stride):
            yield left, top, left + wide, top + tall


def slide_shapes(height, width, shapes, stride):
    found = [place for pair in shapes for place in places_of(height, width, *pair, stride)]
    return np.array(found, float).reshape(-1, 4)


# %% slide_shapes | right | with keras.ops
def slide_shapes(height, width, shapes, stride):
    parts = []
    for tall, wide in shapes:
        if tall > height or wide > width:
            continue
        y1, x1 = keras.ops.meshgrid(
            keras.ops.arange(0, height - tall + 1, stride),
            keras.ops.arange(0, width - wide + 1, stride),
            indexing="ij",
        )
        grid = keras.ops.stack([x1, y1, x1 + wide, y1 + tall], axis=-1)
        parts.append(keras.ops.reshape(grid, (-1, 4)))
    return keras.ops.concatenate(parts) if parts else keras.ops.zeros((0, 4))


# %% slide_shapes | wrong | width first | height comes first
def slide_shapes(height, width, shapes, stride):
    found = []
    for wide, tall in shapes:
        for y1 in range(0, height - tall + 1, stride):
            for x1 in range(0, width - wide + 1, stride):
                found.append((x1, y1, x1 + wide, y1 + tall))
    return np.array(found).reshape(-1, 4)


# %% slide_shapes | wrong | only the last shape is returned | Two shapes, 5 + 6 = 11 windows
def slide_shapes(height, width, shapes, stride):
    for tall, wide in shapes:
        found = []
        for y1 in range(0, height - tall + 1, stride):
            for x1 in range(0, width - wide + 1, stride):
                found.append((x1, y1, x1 + wide, y1 + tall))
    return np.array(found).reshape(-1, 4)


# %% slide_shapes | wrong | from small to large instead of the given order | Keep the order
def slide_shapes(height, width, shapes, stride):
    found = []
    for tall, wide in sorted(shapes):
        for y1 in range(0, height - tall + 1, stride):
            for x1 in range(0, width - wide + 1, stride):
                found.append((x1, y1, x1 + wide, y1 + tall))
    return np.array(found).reshape(-1, 4)


# %% slide_shapes | wrong | stops at a shape that does not fit | the others stay
def slide_shapes(height, width, shapes, stride):
    found = []
    for tall, wide in shapes:
        if tall > height or wide > width:
            break
        for y1 in range(0, height - tall + 1, stride):
            for x1 in range(0, width - wide + 1, stride):
                found.append((x1, y1, x1 + wide, y1 + tall))
    return np.array(found).reshape(-1, 4)


# %% label_windows | right | a loop over windows and boxes
def label_windows(candidates, true_boxes, positive=0.6, negative=0.3):
    labels = []
    for candidate in candidates:
        best = max([float(boxes.paired_iou(candidate, box)) for box in true_boxes], default=0.0)
        labels.append(1 if best >= positive else (0 if best < negative else -1))
    return labels


# %% label_windows | right | begins with -1 and fills in
def label_windows(candidates, true_boxes, positive=0.6, negative=0.3):
    if len(true_boxes) == 0:
        return np.zeros(len(candidates), int)
    best = np.max(boxes.iou(candidates, true_boxes), axis=1)
    labels = np.full(len(candidates), -1)
    labels[best < negative] = 0
    labels[best >= positive] = 1
    return labels


# %% label_windows | right | with keras.ops
def label_windows(candidates, true_boxes, positive=0.6, negative=0.3):
    best = keras.ops.zeros((len(candidates),), "float64")
    for box in true_boxes:
        best = keras.ops.maximum(best, boxes.paired_iou(candidates, box))
    unsure = keras.ops.where(best < negative, 0, -1)
    return keras.ops.where(best >= positive, 1, unsure)


# %% label_windows | right | the conditions added up
def label_windows(candidates, true_boxes, positive=0.6, negative=0.3):
    table = boxes.iou(candidates, true_boxes)
    shows = (table >= positive).any(axis=1)
    nothing = (table < negative).all(axis=1)
    return 2 * shows.astype(int) + nothing - 1


# %% label_windows | wrong | only the first true box | look at every true box
def label_windows(candidates, true_boxes, positive=0.6, negative=0.3):
    if not len(true_boxes):
        return np.zeros(len(candidates), int)
    best = boxes.iou(candidates, true_boxes)[:, 0]
    return np.where(best >= positive, 1, np.where(best < negative, 0, -1))


# %% label_windows | wrong | larger than the threshold, not from it on | IoU 0.6: label 1
def label_windows(candidates, true_boxes, positive=0.6, negative=0.3):
    best = boxes.iou(candidates, true_boxes).max(axis=1, initial=0)
    return np.where(best > positive, 1, np.where(best < negative, 0, -1))


# %% label_windows | wrong | nothing is left out | IoU 0.3: label -1
def label_windows(candidates, true_boxes, positive=0.6, negative=0.3):
    best = boxes.iou(candidates, true_boxes).max(axis=1, initial=0)
    return (best >= positive).astype(int)


# %% label_windows | wrong | a picture without an object is left out | every window is labelled 0
def label_windows(candidates, true_boxes, positive=0.6, negative=0.3):
    if not len(true_boxes):
        return np.full(len(candidates), -1)
    best = boxes.iou(candidates, true_boxes).max(axis=1)
    return np.where(best >= positive, 1, np.where(best < negative, 0, -1))


# %% label_windows | wrong | thresholds written into the code | Use the two thresholds
def label_windows(candidates, true_boxes, positive=0.6, negative=0.3):
    best = boxes.iou(candidates, true_boxes).max(axis=1, initial=0)
    return np.where(best >= 0.6, 1, np.where(best < 0.3, 0, -1))


# %% label_windows | wrong | a label for each true box | should have shape (5,)
def label_windows(candidates, true_boxes, positive=0.6, negative=0.3):
    best = boxes.iou(candidates, true_boxes).max(axis=0, initial=0)
    return np.where(best >= positive, 1, np.where(best < negative, 0, -1))


# %% tally | right | loops that count
def tally(true_boxes, places, answers, threshold=0.5):
    found = [place for place, answer in zip(places, answers, strict=True) if answer >= threshold]
    covered = false_alarms = 0
    for box in true_boxes:
        covered += any(boxes.paired_iou(box, place) >= 0.5 for place in found)
    for place in found:
        false_alarms += all(boxes.paired_iou(box, place) < 0.3 for box in true_boxes)
    return covered, len(found), false_alarms


# %% tally | right | any and all of the whole table
def tally(true_boxes, places, answers, threshold=0.5):
    chosen = answers >= threshold
    table = boxes.iou(places, true_boxes)
    covered = np.sum((table >= 0.5)[chosen].any(axis=0))
    alarms = np.sum(chosen & (table < 0.3).all(axis=1))
    return np.array([covered, chosen.sum(), alarms])


# %% tally | right | metrics.recall, and empty cases first
def tally(true_boxes, places, answers, threshold=0.5):
    found = places[np.flatnonzero(np.asarray(answers) >= threshold)]
    if len(true_boxes) == 0:
        return 0, len(found), len(found)
    if len(found) == 0:
        return 0, 0, 0
    covered = round(metrics.recall(true_boxes, found) * len(true_boxes))
    best = np.sort(boxes.iou(found, true_boxes), axis=1)[:, -1]
    return covered, len(found), int(np.count_nonzero(best < 0.3))


# %% tally | right | with keras.ops
def tally(true_boxes, places, answers, threshold=0.5):
    found = places[answers >= threshold]
    table = keras.ops.convert_to_tensor(boxes.iou(found, true_boxes))
    covered = keras.ops.sum(keras.ops.cast(keras.ops.any(table >= 0.5, axis=0), "int32"))
    alarms = keras.ops.sum(keras.ops.cast(keras.ops.all(table < 0.3, axis=1), "int32"))
    return int(covered), len(found), int(alarms)


# %% tally | wrong | larger than the threshold | exactly 0.5 counts as found
def tally(true_boxes, places, answers, threshold=0.5):
    found = places[answers > threshold]
    table = boxes.iou(found, true_boxes)
    covered = (table.max(axis=0, initial=0) >= 0.5).sum()
    return covered, len(found), (table.max(axis=1, initial=0) < 0.3).sum()


# %% tally | wrong | windows counted instead of cars | count cars, not windows
def tally(true_boxes, places, answers, threshold=0.5):
    found = places[answers >= threshold]
    table = boxes.iou(found, true_boxes)
    covered = (table.max(axis=1, initial=0) >= 0.5).sum()
    return covered, len(found), (table.max(axis=1, initial=0) < 0.3).sum()


# %% tally | wrong | all that does not cover is a false alarm | those are below 0.3
def tally(true_boxes, places, answers, threshold=0.5):
    found = places[answers >= threshold]
    table = boxes.iou(found, true_boxes)
    covered = (table.max(axis=0, initial=0) >= 0.5).sum()
    return covered, len(found), (table.max(axis=1, initial=0) < 0.5).sum()


# %% tally | wrong | the threshold is forgotten | at least the threshold are found
def tally(true_boxes, places, answers, threshold=0.5):
    table = boxes.iou(places, true_boxes)
    covered = (table.max(axis=0, initial=0) >= 0.5).sum()
    return covered, len(places), (table.max(axis=1, initial=0) < 0.3).sum()


# %% tally | wrong | the threshold is written into the code | is it used?
def tally(true_boxes, places, answers, threshold=0.5):
    found = places[answers >= 0.5]
    table = boxes.iou(found, true_boxes)
    covered = (table.max(axis=0, initial=0) >= 0.5).sum()
    return covered, len(found), (table.max(axis=1, initial=0) < 0.3).sum()


# %% tally | wrong | without a true box nothing is false | each found window is false
def tally(true_boxes, places, answers, threshold=0.5):
    found = places[answers >= threshold]
    if not len(true_boxes):
        return 0, len(found), 0
    table = boxes.iou(found, true_boxes)
    covered = (table.max(axis=0, initial=0) >= 0.5).sum()
    return covered, len(found), (table.max(axis=1, initial=0) < 0.3).sum()


# %% tally | wrong | borders that belong to the other side | IoU 0.5 covers, IoU 0.3 is no false alarm
def tally(true_boxes, places, answers, threshold=0.5):
    found = places[answers >= threshold]
    table = boxes.iou(found, true_boxes)
    covered = (table.max(axis=0, initial=0) > 0.5).sum()
    false_alarms = (table.max(axis=1, initial=0) <= 0.3).sum()
    return covered, len(found), false_alarms
