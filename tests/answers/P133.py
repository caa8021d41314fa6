# Answers to the exercises of P133, graded by tests/lessons/test_answers.py.


# %% slide | right | NumPy's grid of corners
def slide(height, width, shapes, stride):
    found = [np.zeros((0, 4), int)]
    for tall, wide in shapes:
        tops = np.arange(0, height - tall + 1, stride)
        lefts = np.arange(0, width - wide + 1, stride)
        y1, x1 = np.meshgrid(tops, lefts, indexing="ij")
        found.append(np.stack([x1, y1, x1 + wide, y1 + tall], axis=-1).reshape(-1, 4))
    return np.concatenate(found)


# %% slide | right | while loops, floats
def slide(height, width, shapes, stride):
    found = []
    for tall, wide in shapes:
        y = 0
        while y + tall <= height:
            x = 0
            while x + wide <= width:
                found.append([x, y, x + wide, y + tall])
                x += stride
            y += stride
    return np.reshape(np.array(found, float), (len(found), 4))


# %% slide | right | with keras.ops
def slide(height, width, shapes, stride):
    parts = [keras.ops.zeros((0, 4), "int32")]
    for tall, wide in shapes:
        tops = keras.ops.arange(0, max(height - tall + 1, 0), stride)
        lefts = keras.ops.arange(0, max(width - wide + 1, 0), stride)
        y1, x1 = keras.ops.meshgrid(tops, lefts, indexing="ij")
        windows_of_shape = keras.ops.stack([x1, y1, x1 + wide, y1 + tall], axis=-1)
        parts.append(keras.ops.cast(keras.ops.reshape(windows_of_shape, (-1, 4)), "int32"))
    return keras.ops.concatenate(parts)


# %% slide | wrong | no + 1: the border is never touched | mind the + 1
# -         for y1 in range(0, height - tall + 1, stride):
# -             for x1 in range(0, width - wide + 1, stride):
# +         for y1 in range(0, height - tall, stride):
# +             for x1 in range(0, width - wide, stride):


# %% slide | wrong | windows leave the picture | On paper there are 2 x 3 = 6 windows
# -         for y1 in range(0, height - tall + 1, stride):
# -             for x1 in range(0, width - wide + 1, stride):
# +         for y1 in range(0, height, stride):
# +             for x1 in range(0, width, stride):


# %% slide | wrong | rows and columns swapped | which limits x?
# -                 found.append((x1, y1, x1 + wide, y1 + tall))
# +                 found.append((y1, x1, y1 + tall, x1 + wide))


# %% slide | wrong | width first in a shape | height comes first
# -     for tall, wide in shapes:
# +     for wide, tall in shapes:


# %% slide | wrong | width and height instead of the far corner | x2 = x1 + width
# -                 found.append((x1, y1, x1 + wide, y1 + tall))
# +                 found.append((x1, y1, wide, tall))


# %% slide | wrong | column by column | Row by row
# -         for y1 in range(0, height - tall + 1, stride):
# -             for x1 in range(0, width - wide + 1, stride):
# +         for x1 in range(0, width - wide + 1, stride):
# +             for y1 in range(0, height - tall + 1, stride):


# %% slide | wrong | the stride is forgotten | stride 2 on paper
# -         for y1 in range(0, height - tall + 1, stride):
# -             for x1 in range(0, width - wide + 1, stride):
# +         for y1 in range(0, height - tall + 1):
# +             for x1 in range(0, width - wide + 1):


# %% slide | wrong | only the last shape | 5 + 6 = 11 windows
# -     for tall, wide in shapes:
# +     for tall, wide in shapes[-1:]:


# %% slide | wrong | no window has another shape | no shape fits
# -     return np.array(found, int).reshape(-1, 4)
# +     return np.array(found, int)


# %% label_windows | right | a loop over windows and boxes
def label_windows(candidates, true_boxes, positive=0.6, negative=0.3):
    labels = []
    for window in candidates:
        best = max([float(boxes.paired_iou(window, box)) for box in true_boxes], default=0.0)
        labels.append(1 if best >= positive else 0 if best < negative else -1)
    return labels


# %% label_windows | right | begins with -1 and fills in
def label_windows(candidates, true_boxes, positive=0.6, negative=0.3):
    if len(true_boxes) == 0:
        return np.zeros(len(candidates), int)
    best = boxes.iou(candidates, true_boxes).max(axis=1)
    labels = np.full(len(candidates), -1)
    labels[best < negative] = 0
    labels[best >= positive] = 1
    return labels


# %% label_windows | right | the conditions added up
def label_windows(candidates, true_boxes, positive=0.6, negative=0.3):
    table = np.concatenate(
        [np.zeros((len(candidates), 1)), boxes.iou(candidates, true_boxes)], axis=1
    )
    best = table.max(axis=1)
    return (best >= positive).astype(int) * 2 + (best < negative) - 1


# %% label_windows | wrong | only the first true box | look at every true box
# -     best = boxes.iou(candidates, true_boxes).max(axis=1, initial=0)
# +     best = boxes.iou(candidates, true_boxes)[:, :1].max(axis=1, initial=0)


# %% label_windows | wrong | larger than the threshold, not from it on | IoU 0.6: label 1
# -     return np.where(best >= positive, 1, np.where(best < negative, 0, -1))
# +     return np.where(best > positive, 1, np.where(best < negative, 0, -1))


# %% label_windows | wrong | nothing is left out | IoU 0.3: label -1
# -     return np.where(best >= positive, 1, np.where(best < negative, 0, -1))
# +     return np.where(best >= positive, 1, 0)


# %% label_windows | wrong | a picture without an object is left out | every window is labelled 0
# -     best = boxes.iou(candidates, true_boxes).max(axis=1, initial=0)
# +     if len(true_boxes) == 0:
# +         return np.full(len(candidates), -1)
# +     best = boxes.iou(candidates, true_boxes).max(axis=1, initial=0)


# %% label_windows | wrong | thresholds written into the code | Use the two thresholds
# -     return np.where(best >= positive, 1, np.where(best < negative, 0, -1))
# +     return np.where(best >= 0.6, 1, np.where(best < 0.3, 0, -1))


# %% label_windows | wrong | a label for each true box | should have shape (5,)
# -     best = boxes.iou(candidates, true_boxes).max(axis=1, initial=0)
# +     best = boxes.iou(candidates, true_boxes).max(axis=0, initial=0)


# %% label_windows | wrong | equal to the lower threshold is no car | IoU 0.3: label -1
# -     return np.where(best >= positive, 1, np.where(best < negative, 0, -1))
# +     return np.where(best >= positive, 1, np.where(best <= negative, 0, -1))


# %% label_windows | wrong | true boxes cut to whole pixels | boxes may have fractions
# -     best = boxes.iou(candidates, true_boxes).max(axis=1, initial=0)
# +     best = boxes.iou(candidates, true_boxes.astype(int)).max(axis=1, initial=0)


# %% search | right | one crop after the other in the list, answers kept by a mask
def search(image, classifier, windows, threshold, size=16):
    crops = [
        keras.ops.convert_to_numpy(
            keras.ops.image.resize(image[w[1] : w[3], w[0] : w[2]], (size, size), antialias=True)
        )
        for w in windows
    ]
    answers = keras.ops.convert_to_numpy(classifier(np.array(crops)))[:, 0]
    return windows[answers >= threshold], answers[answers >= threshold]


# %% search | right | indices of the kept windows
def search(image, classifier, windows, threshold, size=16):
    resize = keras.ops.image.resize
    crops = [resize(image[a:b, c:d], (size, size), antialias=True) for c, a, d, b in windows]
    answers = np.ravel(classifier(keras.ops.stack(crops)))
    places = np.flatnonzero(answers >= threshold)
    return np.take(windows, places, axis=0), np.take(answers, places)


# %% search | right | a loop that keeps
def search(image, classifier, windows, threshold, size=16):
    crops = np.zeros((len(windows), size, size, image.shape[2]), "float32")
    for place, (x1, y1, x2, y2) in enumerate(windows):
        crops[place] = keras.ops.image.resize(image[y1:y2, x1:x2], (size, size), antialias=True)
    kept, said = [], []
    for window, answer in zip(windows, np.asarray(classifier(crops))):
        if answer[0] >= threshold:
            kept.append(window)
            said.append(answer[0])
    return np.reshape(kept, (-1, 4)).astype(int), np.array(said)


# %% search | wrong | columns before rows | Rows come first
# -         crop = image[y1:y2, x1:x2]
# +         crop = image[x1:x2, y1:y2] if x2 <= image.shape[0] else image[:4, :4]


# %% search | wrong | a list of crops | one array of crops
# -     answers = np.reshape(classifier(np.stack(crops)), -1)
# +     answers = np.reshape(classifier(crops), -1)


# %% search | wrong | window by window | Ask once
# -     answers = np.reshape(classifier(np.stack(crops)), -1)
# +     answers = np.array([np.reshape(classifier(crop[None]), ()) for crop in crops])


# %% search | wrong | all windows come back | keep those
# -     kept = answers >= threshold
# +     kept = answers >= -1


# %% search | wrong | above the threshold only | exactly the threshold
# -     kept = answers >= threshold
# +     kept = answers > threshold


# %% search | wrong | the threshold is written into the code | is it used
# -     kept = answers >= threshold
# +     kept = answers >= 0.7


# %% search | wrong | only the windows | Return two arrays
# -     return windows[kept], answers[kept]
# +     return windows[kept]


# %% search | wrong | the surest first | in the order in which they came
# -     return windows[kept], answers[kept]
# +     order = np.argsort(-answers[kept], kind="stable")
# +     return windows[kept][order], answers[kept][order]


# %% search | wrong | resized without antialias | antialias
# -         crops.append(keras.ops.image.resize(crop, (size, size), antialias=True))
# +         crops.append(keras.ops.image.resize(crop, (size, size)))


# %% search | wrong | not resized to size | Crops of shape
# -         crops.append(keras.ops.image.resize(crop, (size, size), antialias=True))
# +         crops.append(keras.ops.image.resize(crop, (16, 16), antialias=True))
