# Answers to the exercises of P137, graded by tests/lessons/test_answers.py.


# %% who_speaks | right | collected in a list
def who_speaks():
    kept = ["A"]  # drops B and C
    kept.append("D")  # drops E
    kept.append("F")  # E is gone already
    return "".join(kept)


# %% who_speaks | right | computed by the package
def who_speaks():
    letters = [letter for letter in PAPER if PAPER[letter][1] >= 0.6]
    corners, scores = zip(*(PAPER[letter] for letter in letters), strict=True)
    kept = boxes.non_max_suppression(corners, scores, 0.5)
    return "".join(letters[index] for index in kept)


# %% who_speaks | right | computed with a loop over pairs
def who_speaks():
    kept = ""
    for letter, (box, score) in sorted(PAPER.items(), key=lambda item: -item[1][1]):
        clear = all(boxes.paired_iou(box, PAPER[other][0]) <= 0.5 for other in kept)
        if clear and score >= 0.6:
            kept += letter
    return kept


# %% who_speaks | wrong | the dropped E drops F | F above 0.5, and its Pc 0.6 is not below
# - return "ADF"
# + return "AD"

# %% who_speaks | wrong | step 1 forgotten | G has Pc 0.3: step 1 drops it
# - return "ADF"
# + return "ADFG"

# %% who_speaks | wrong | only those without any overlap | No kept box overlaps A
# - return "ADF"
# + return "G"

# %% who_speaks | wrong | everything above 0.6 | B overlaps A, which speaks already, with IoU 0.53
# - return "ADF"
# + return "ADBE"

# %% who_speaks | wrong | E kept beside D | E overlaps D
# - return "ADF"
# + return "ADEF"

# %% who_speaks | wrong | from left to right | the highest Pc is kept first
# - return "ADF"
# + return "DFA"

# %% who_speaks | wrong | a list | not a list
# - return "ADF"
# + return ["A", "D", "F"]

# %% who_speaks | wrong | nothing returned | not a NoneType
# - return "ADF"
# + pass

# %% who_speaks | wrong | small letters | Letters A to G only
# - return "ADF"
# + return "adf"


# %% drop_low | right | a loop
def drop_low(pc, least):
    kept = []
    for index in range(len(pc)):
        if pc[index] >= least:
            kept.append(index)
    return np.array(kept, dtype=int)


# %% drop_low | right | np.where
def drop_low(pc, least):
    return np.where(~(pc < least))[0]


# %% drop_low | right | all indices, masked
def drop_low(pc, least):
    return np.arange(len(pc))[pc >= least]


# %% drop_low | right | with TensorFlow
def drop_low(pc, least):
    return tf.where(tf.convert_to_tensor(pc) >= least).numpy()[:, 0]


# %% drop_low | wrong | equal is dropped | equal stays
# - return np.flatnonzero(pc >= least)
# + return np.flatnonzero(pc > least)

# %% drop_low | wrong | the low ones | Pc 0.9, 0.3, 0.7 and least 0.6: expected
# - return np.flatnonzero(pc >= least)
# + return np.flatnonzero(pc < least)

# %% drop_low | wrong | the Pc themselves | indices are whole numbers
# - return np.flatnonzero(pc >= least)
# + return pc[pc >= least]

# %% drop_low | wrong | the mask | not of type bool
# - return np.flatnonzero(pc >= least)
# + return pc >= least

# %% drop_low | wrong | the lecture's 0.6 whatever is asked | equal stays: expected
# - return np.flatnonzero(pc >= least)
# + return np.flatnonzero(pc >= 0.6)

# %% drop_low | wrong | the lecture's 0.6, where 0.5 is no case | use `least`
# - return np.flatnonzero(pc >= least)
# + return np.flatnonzero(pc >= (least if least <= 0.6 else 0.6))

# %% drop_low | wrong | sorted by Pc | the old order, not that of Pc
# - return np.flatnonzero(pc >= least)
# + return np.array([i for i in np.argsort(-pc) if pc[i] >= least], int)

# %% drop_low | wrong | a list | return a NumPy array
# - return np.flatnonzero(pc >= least)
# + return [index for index, score in enumerate(pc) if score >= least]

# %% drop_low | wrong | empty and of floats | all are low: indices are whole numbers
# - return np.flatnonzero(pc >= least)
# + return np.array([index for index, score in enumerate(pc) if score >= least])

# %% drop_low | wrong | the input changed | changes its input `pc`
# - return np.flatnonzero(pc >= least)
# + pc[pc < least] = 0
# + return np.flatnonzero(pc)


# %% suppress | right | flags and two loops
def suppress(found, pc, iou_threshold):
    order = sorted(range(len(pc)), key=lambda index: (-pc[index], index))
    alive = {index: True for index in order}
    kept = []
    for place, best in enumerate(order):
        if not alive[best]:
            continue
        kept.append(best)
        for other in order[place + 1 :]:
            if boxes.paired_iou(found[best], found[other]) > iou_threshold:
                alive[other] = False
    return np.array(kept, dtype=int)


# %% suppress | right | one table of IoUs, compared with the kept ones
def suppress(found, pc, iou_threshold):
    table = boxes.iou(found, found)
    kept = []
    for index in np.argsort(-pc, kind="stable"):
        if all(table[index, other] <= iou_threshold for other in kept):
            kept.append(index)
    return np.array(kept, dtype=int)


# %% suppress | right | argmax on a copy
def suppress(found, pc, iou_threshold):
    scores = np.array(pc, float)
    kept = []
    while (scores > -np.inf).any():
        best = int(np.argmax(scores))
        kept.append(best)
        scores[boxes.iou(found[[best]], found)[0] > iou_threshold] = -np.inf
        scores[best] = -np.inf
    return np.array(kept, dtype=np.int64)


# %% suppress | right | TensorFlow sorts and masks
def suppress(found, pc, iou_threshold):
    left = tf.argsort(pc, direction="DESCENDING", stable=True)
    kept = []
    while len(left) > 0:
        best, rest = int(left[0]), left[1:]
        kept.append(best)
        overlap = boxes.iou(found[[best]], found[rest.numpy()])[0]
        left = tf.boolean_mask(rest, overlap <= iou_threshold)
    return np.array(kept, dtype="int32")


# %% suppress | wrong | lowest Pc first | 0.9 speaks: expected [1], got [0]
# - left = np.argsort(-pc, kind="stable")
# + left = np.argsort(pc, kind="stable")

# %% suppress | wrong | in the order of the list | 0.9 speaks
# - left = np.argsort(-pc, kind="stable")
# + left = np.arange(len(pc))

# %% suppress | wrong | only step 2, once | the rest of the list has its turn
# - while len(left) > 0:
# + if len(left) > 0:


# %% suppress | wrong | a dropped box drops others | the dropped E drops nobody
def suppress(found, pc, iou_threshold):
    order = np.argsort(-pc, kind="stable")
    table = boxes.iou(found[order], found[order])
    worse = np.tril(table > iou_threshold, k=-1).any(axis=1)
    return order[~worse]


# %% suppress | wrong | exactly on the threshold is dropped | exactly on the threshold 0.5: it stays
# - left = rest[overlap <= iou_threshold]
# + left = rest[overlap < iou_threshold]

# %% suppress | wrong | what overlaps is kept | 0.9 speaks: expected shape (1,), got shape (2,)
# - left = rest[overlap <= iou_threshold]
# + left = rest[overlap > iou_threshold]

# %% suppress | wrong | 0.5 whatever is asked | use `iou_threshold`
# - left = rest[overlap <= iou_threshold]
# + left = rest[overlap <= 0.5]

# %% suppress | wrong | ties from behind | equal Pc: the lower index comes first
# - left = np.argsort(-pc, kind="stable")
# + left = np.argsort(pc, kind="stable")[::-1]

# %% suppress | wrong | equal boxes found by their numbers | the rest of the list has its turn
# - left = rest[overlap <= iou_threshold]
# + left = [index for index in rest if pc[index] == pc[best]]

# %% suppress | wrong | in increasing order of index | the rest of the list has its turn
# - return np.array(kept, dtype=int)
# + return np.sort(np.array(kept, dtype=int))

# %% suppress | wrong | the boxes themselves | indices are whole numbers
# - return np.array(kept, dtype=int)
# + return found[kept]

# %% suppress | wrong | a list | return a NumPy array
# - return np.array(kept, dtype=int)
# + return kept

# %% suppress | wrong | empty and of floats | no box: indices are whole numbers
# - return np.array(kept, dtype=int)
# + return np.array(kept)

# %% suppress | wrong | whole pixels only | fractions:
# - overlap = boxes.iou(found[[best]], found[rest])[0]
# + overlap = boxes.iou(found[[best]].astype(int), found[rest].astype(int))[0]


# %% suppress | wrong | no box refused | list index out of range
def suppress(found, pc, iou_threshold):
    order = sorted(range(len(pc)), key=lambda index: (-pc[index], index))
    kept = [order[0]]
    for index in order[1:]:
        if boxes.iou(found[[index]], found[kept]).max() <= iou_threshold:
            kept.append(index)
    return np.array(kept, dtype=int)


# %% suppress | wrong | the input changed | changes its input `pc`
def suppress(found, pc, iou_threshold):
    kept = []
    while (pc >= 0).any():
        best = int(np.argmax(pc))
        kept.append(best)
        pc[boxes.iou(found[[best]], found)[0] > iou_threshold] = -1
        pc[best] = -1
    return np.array(kept, dtype=int)


# %% suppress_per_class | right | a loop over all boxes of a set of classes
def suppress_per_class(found, pc, labels, iou_threshold):
    kept = []
    for label in set(labels.tolist()):
        of_class = [index for index in range(len(labels)) if labels[index] == label]
        winners = suppress(found[of_class], pc[of_class], iou_threshold)
        kept += [of_class[winner] for winner in winners]
    return np.array(sorted(kept, key=lambda index: (-pc[index], index)), dtype=int)


# %% suppress_per_class | right | a mask of what is kept
def suppress_per_class(found, pc, labels, iou_threshold):
    is_kept = np.zeros(len(pc), bool)
    for label in np.unique(labels):
        of_class = np.flatnonzero(labels == label)
        is_kept[of_class[suppress(found[of_class], pc[of_class], iou_threshold)]] = True
    order = np.argsort(-pc, kind="stable")
    return order[is_kept[order]]


# %% suppress_per_class | right | sorted by NumPy's lexsort
def suppress_per_class(found, pc, labels, iou_threshold):
    runs = [np.zeros(0, int)]
    for label in np.unique(labels):
        (of_class,) = np.nonzero(labels == label)
        runs.append(of_class[suppress(found[of_class], pc[of_class], iou_threshold)])
    kept = np.concatenate(runs)
    return kept[np.lexsort((kept, -pc[kept]))]


# %% suppress_per_class | right | the boxes of each class shifted far enough
def suppress_per_class(found, pc, labels, iou_threshold):
    if len(found) == 0:
        return np.zeros(0, int)
    shift = found.max() - found.min() + 1
    return suppress(found + shift * labels[:, None], pc, iou_threshold)


# %% suppress_per_class | wrong | one run for all | both stay
def suppress_per_class(found, pc, labels, iou_threshold):
    return suppress(found, pc, iou_threshold)


# %% suppress_per_class | wrong | indices within the class | indices are those of `found`
def suppress_per_class(found, pc, labels, iou_threshold):
    kept = []
    for label in np.unique(labels):
        of_class = np.flatnonzero(labels == label)
        kept.extend(suppress(found[of_class], pc[of_class], iou_threshold))
    return np.array(sorted(kept, key=lambda index: (-pc[index], index)), dtype=int)


# %% suppress_per_class | wrong | class after class | not class 0
# - kept = np.sort(np.array(kept, dtype=int))
# - return kept[np.argsort(-pc[kept], kind="stable")]
# + return np.array(kept, dtype=int)

# %% suppress_per_class | wrong | in increasing order of index | the highest Pc first, whatever its class
# - return kept[np.argsort(-pc[kept], kind="stable")]
# + return kept

# %% suppress_per_class | wrong | ties by class | equal Pc: the lower index first
# - kept = np.sort(np.array(kept, dtype=int))
# + kept = np.array(kept, dtype=int)

# %% suppress_per_class | wrong | sorted by rising Pc, turned round | equal Pc: the lower index first
# - kept = np.sort(np.array(kept, dtype=int))
# - return kept[np.argsort(-pc[kept], kind="stable")]
# + kept = np.array(kept, dtype=int)
# + return kept[np.argsort(pc[kept], kind="stable")[::-1]]

# %% suppress_per_class | wrong | only the lecture's three classes | any whole number is a class
# - for label in np.unique(labels):
# + for label in range(3):

# %% suppress_per_class | wrong | classes from 0 to the largest | classes -1 and 5
# - for label in np.unique(labels):
# + for label in range(max(labels, default=-1) + 1):

# %% suppress_per_class | wrong | boxes of the class, Pc of all | the Pc of its own boxes
# - winners = suppress(found[of_class], pc[of_class], iou_threshold)
# + winners = suppress(found[of_class], pc[: len(of_class)], iou_threshold)

# %% suppress_per_class | wrong | a fixed threshold | threshold 0.25: one speaks
# - winners = suppress(found[of_class], pc[of_class], iou_threshold)
# + winners = suppress(found[of_class], pc[of_class], 0.5)


# %% suppress_per_class | wrong | shifted by 1,000 pixels | two classes of large boxes
def suppress_per_class(found, pc, labels, iou_threshold):
    return suppress(found + 1000 * labels[:, None], pc, iou_threshold)


# %% suppress_per_class | wrong | the best of each class alone | classes 1, 0, 1
# - kept.extend(of_class[winners])
# + kept.extend(of_class[winners[:1]])

# %% suppress_per_class | wrong | a list | return a NumPy array
# - return kept[np.argsort(-pc[kept], kind="stable")]
# + return list(kept[np.argsort(-pc[kept], kind="stable")])

# %% suppress_per_class | wrong | empty and of floats | arrays used as indices must be of integer
# - kept = np.sort(np.array(kept, dtype=int))
# + kept = np.sort(np.array(kept))


# %% suppress_per_class | wrong | the input changed | changes its input `found`
def suppress_per_class(found, pc, labels, iou_threshold):
    if len(found):
        found += 100_000 * labels[:, None]
    return suppress(found, pc, iou_threshold)
