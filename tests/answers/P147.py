# Answers to the exercises of P147, graded by tests/lessons/test_answers.py.


# %% pair_distance | right | the sum of squares in one line
def pair_distance(encoder, first, second):
    return ops.sum((encoder(first) - encoder(second)) ** 2, axis=1)


# %% pair_distance | right | TensorFlow
def pair_distance(encoder, first, second):
    return tf.reduce_sum(tf.square(encoder(first) - encoder(second)), axis=-1)


# %% pair_distance | right | both sides in one batch
def pair_distance(encoder, first, second):
    codes = encoder(ops.concatenate([first, second], axis=0))
    count = ops.shape(first)[0]
    gap = codes[:count] - codes[count:]
    return ops.sum(gap * gap, axis=-1)


# %% pair_distance | right | einsum
def pair_distance(encoder, first, second):
    gap = encoder(first) - encoder(second)
    return ops.einsum("ij,ij->i", gap, gap)


# %% pair_distance | wrong | the square root | f(x) = x, pictures (0, 0) and (1.5, 2)
# -     return ops.sum(ops.square(gap), axis=-1)
# +     return ops.sqrt(ops.sum(ops.square(gap), axis=-1))


# %% pair_distance | wrong | the mean | f(x) = x, pictures (0, 0) and (1.5, 2)
# -     return ops.sum(ops.square(gap), axis=-1)
# +     return ops.mean(ops.square(gap), axis=-1)


# %% pair_distance | wrong | absolute differences | f(x) = x, pictures (0, 0) and (1.5, 2)
# -     return ops.sum(ops.square(gap), axis=-1)
# +     return ops.sum(ops.abs(gap), axis=-1)


# %% pair_distance | wrong | everything added up | three pairs
# -     return ops.sum(ops.square(gap), axis=-1)
# +     return ops.reshape(ops.sum(ops.square(gap)), (1,))


# %% pair_distance | wrong | the first axis | (1,)
# -     return ops.sum(ops.square(gap), axis=-1)
# +     return ops.sum(ops.square(gap), axis=0)


# %% pair_distance | wrong | one side is not encoded | 2 x1 + x2
# -     gap = encoder(first) - encoder(second)
# +     gap = encoder(first) - second


# %% pair_distance | wrong | pictures instead of encodings | 2 x1 + x2
# -     gap = encoder(first) - encoder(second)
# +     gap = ops.convert_to_tensor(first) - second


# %% pair_distance | wrong | the encoding of the difference, squared twice | f(x) = x, pictures
# -     return ops.sum(ops.square(gap), axis=-1)
# +     return ops.square(ops.sum(gap, axis=-1))


# %% pair_distance | wrong | the pictures are subtracted first | encode each, then subtract
# -     gap = encoder(first) - encoder(second)
# +     gap = encoder(first - second)


# %% pair_distance | wrong | one side is held fixed | both calls must count
# -     gap = encoder(first) - encoder(second)
# +     gap = encoder(first) - ops.stop_gradient(encoder(second))


# %% pair_distance | wrong | NumPy | NumPy cannot use them
# -     return ops.sum(ops.square(gap), axis=-1)
# +     return np.sum(np.square(np.array(gap)), axis=-1)


# %% pair_distance | wrong | a loop over the pairs | inside `fit`
def pair_distance(encoder, first, second):
    a, b = encoder(first), encoder(second)
    return ops.stack([ops.sum((x - y) ** 2) for x, y in zip(a, b)])


# %% pairs | right | two loops
def pairs(who):
    first, second, same = [], [], []
    for i in range(len(who)):
        for j in range(i + 1, len(who)):
            first.append(i)
            second.append(j)
            same.append(1 if who[i] == who[j] else 0)
    return np.array(first), np.array(second), np.array(same)


# %% pairs | right | itertools
def pairs(who):
    import itertools

    first, second = np.array(list(itertools.combinations(range(len(who)), 2))).T
    return first, second, np.float32(who[first] == who[second])


# %% pairs | right | a table
def pairs(who):
    places = np.argwhere(np.triu(np.ones((len(who), len(who))), 1))
    same = who[:, None] == who
    return places[:, 0], places[:, 1], same[places[:, 0], places[:, 1]]


# %% pairs | right | meshgrid
def pairs(who):
    first, second = np.meshgrid(np.arange(len(who)), np.arange(len(who)))
    keep = first < second
    first, second = first[keep], second[keep]
    return first, second, (who[first] == who[second]).astype(int)


# %% pairs | wrong | a picture with itself | paired with itself
# -     first, second = np.triu_indices(len(who), 1)
# +     first, second = np.triu_indices(len(who))


# %% pairs | wrong | both orders | first must be smaller
# -     first, second = np.triu_indices(len(who), 1)
# +     first, second = np.nonzero(~np.eye(len(who), dtype=bool))


# %% pairs | wrong | below the diagonal | first must be smaller
# -     first, second = np.triu_indices(len(who), 1)
# +     first, second = np.tril_indices(len(who), -1)


# %% pairs | wrong | neighbours only | is missing
# -     first, second = np.triu_indices(len(who), 1)
# +     first, second = np.arange(len(who) - 1), np.arange(1, len(who))


# %% pairs | wrong | pairs of one person only | is missing
# -     return first, second, who[first] == who[second]
# +     keep = who[first] == who[second]
# +     return first[keep], second[keep], np.ones(keep.sum())


# %% pairs | wrong | the label turned around | `same` of the pairs
# -     return first, second, who[first] == who[second]
# +     return first, second, who[first] != who[second]


# %% pairs | wrong | people instead of places | a picture is paired with itself
# -     return first, second, who[first] == who[second]
# +     return who[first], who[second], who[first] == who[second]


# %% pairs | wrong | lists | should be an array
# -     return first, second, who[first] == who[second]
# +     return first.tolist(), second.tolist(), (who[first] == who[second]).tolist()


# %% pairs | wrong | floats as places | whole numbers
# -     return first, second, who[first] == who[second]
# +     return first * 1.0, second * 1.0, who[first] == who[second]


# %% pairs | wrong | only two arrays | Return three arrays
# -     return first, second, who[first] == who[second]
# +     return first, second


# %% pairs | wrong | sorts the list first | changes its input
# -     first, second = np.triu_indices(len(who), 1)
# +     who.sort()
# +     first, second = np.triu_indices(len(who), 1)


# %% contrastive_loss | right | where
def contrastive_loss(same, distances, margin=MARGIN):
    root = ops.sqrt(ops.maximum(distances, 1e-12))
    return ops.where(same > 0.5, distances, ops.maximum(margin - root, 0) ** 2)


# %% contrastive_loss | right | relu
def contrastive_loss(same, distances, margin=MARGIN):
    push = ops.relu(margin - ops.sqrt(ops.maximum(distances, 1e-12))) ** 2
    return same * distances + (1.0 - same) * push


# %% contrastive_loss | right | TensorFlow
def contrastive_loss(same, distances, margin=MARGIN):
    root = tf.sqrt(tf.maximum(distances, 1e-12))
    return same * distances + (1 - same) * tf.square(tf.maximum(margin - root, 0.0))


# %% contrastive_loss | right | a little is added below the root
def contrastive_loss(same, distances, margin=MARGIN):
    root = ops.sqrt(distances + 1e-9)
    return same * distances + (1 - same) * ops.square(ops.maximum(margin - root, 0))


# %% contrastive_loss | wrong | the label turned around | one person, d = 0
# -     return same * distances + (1 - same) * push
# +     return (1 - same) * distances + same * push


# %% contrastive_loss | wrong | the sign turned around | the loss is d itself
# -     return same * distances + (1 - same) * push
# +     return (1 - same) * push - same * distances


# %% contrastive_loss | wrong | no maximum | beyond the margin
# -     push = ops.square(ops.maximum(margin - root, 0))
# +     push = ops.square(margin - root)


# %% contrastive_loss | wrong | no square | (1 - 0.7)²
# -     push = ops.square(ops.maximum(margin - root, 0))
# +     push = ops.maximum(margin - root, 0)


# %% contrastive_loss | wrong | the margin against d, not its root | (1 - 0.7)²
# -     root = ops.sqrt(ops.maximum(distances, 1e-12))
# +     root = distances


# %% contrastive_loss | wrong | d squared once more | the loss is d itself
# -     return same * distances + (1 - same) * push
# +     return same * ops.square(distances) + (1 - same) * push


# %% contrastive_loss | wrong | a root for one person, too | the loss is d itself
# -     return same * distances + (1 - same) * push
# +     return same * root + (1 - same) * push


# %% contrastive_loss | wrong | half of it, as in the paper | the loss is d itself
# -     return same * distances + (1 - same) * push
# +     return (same * distances + (1 - same) * push) / 2


# %% contrastive_loss | wrong | a margin of its own | margin 2
# -     push = ops.square(ops.maximum(margin - root, 0))
# +     push = ops.square(ops.maximum(1.0 - root, 0))


# %% contrastive_loss | wrong | the mean over all pairs | four pairs
# -     return same * distances + (1 - same) * push
# +     return ops.reshape(ops.mean(same * distances + (1 - same) * push), (1,))


# %% contrastive_loss | wrong | the slope at 0 is not finite | 1e-12
# -     root = ops.sqrt(ops.maximum(distances, 1e-12))
# +     root = ops.sqrt(distances)


# %% contrastive_loss | wrong | an if for each pair | inside `fit`
def contrastive_loss(same, distances, margin=MARGIN):
    losses = []
    for s, d in zip(same, distances):
        losses.append(d if s else ops.maximum(margin - ops.sqrt(d), 0) ** 2)
    return ops.stack(losses)


# %% contrastive_loss | wrong | NumPy | NumPy cannot use them
def contrastive_loss(same, distances, margin=MARGIN):
    root = np.sqrt(np.maximum(distances, 1e-12))
    return same * distances + (1 - same) * np.maximum(margin - root, 0) ** 2
