# Answers to the exercises of P148, graded by tests/lessons/test_answers.py.


# %% triplet_loss | right | norms, squared
def triplet_loss(anchor, positive, negative, margin=MARGIN):
    a, p, n = (ops.convert_to_tensor(each) for each in (anchor, positive, negative))
    gap = ops.norm(a - p, axis=1) ** 2 - ops.norm(a - n, axis=1) ** 2
    return ops.relu(gap + margin)


# %% triplet_loss | right | one sum, with where
def triplet_loss(anchor, positive, negative, margin=MARGIN):
    gap = ops.sum((anchor - positive) ** 2 - (anchor - negative) ** 2, axis=1) + margin
    return ops.where(gap > 0, gap, ops.zeros_like(gap))


# %% triplet_loss | right | a product, einsum
def triplet_loss(anchor, positive, negative, margin=MARGIN):
    near, far = anchor - positive, anchor - negative
    near, far = ops.einsum("ij,ij->i", near, near), ops.einsum("ij,ij->i", far, far)
    return ops.maximum(0.0, margin + near - far)


# %% triplet_loss | wrong | the sign turned round | d(A,P) = 0.5, d(A,N) = 0.36
# -     return ops.maximum(near - far + margin, 0)
# +     return ops.maximum(far - near + margin, 0)


# %% triplet_loss | wrong | the margin subtracted | d(A,P) = 0.5, d(A,N) = 0.36
# -     return ops.maximum(near - far + margin, 0)
# +     return ops.maximum(near - far - margin, 0)


# %% triplet_loss | wrong | not squared | d(A,P) = 0.5, d(A,N) = 0.36
# -     near = ops.sum(ops.square(anchor - positive), axis=-1)
# -     far = ops.sum(ops.square(anchor - negative), axis=-1)
# +     near = ops.norm(anchor - positive, axis=-1)
# +     far = ops.norm(anchor - negative, axis=-1)


# %% triplet_loss | wrong | no max | never below 0
# -     return ops.maximum(near - far + margin, 0)
# +     return near - far + margin


# %% triplet_loss | wrong | max before the margin | d(A,N) = 0.7, just far enough
# -     return ops.maximum(near - far + margin, 0)
# +     return ops.maximum(near - far, 0) + margin


# %% triplet_loss | wrong | the margin is always 0.2 | margin 0.5 in place of 0.2
# -     return ops.maximum(near - far + margin, 0)
# +     return ops.maximum(near - far + 0.2, 0)


# %% triplet_loss | wrong | from P to N | d(A,P) = 0.5, d(A,N) = 0.36
# -     far = ops.sum(ops.square(anchor - negative), axis=-1)
# +     far = ops.sum(ops.square(positive - negative), axis=-1)


# %% triplet_loss | wrong | the mean of the numbers | d(A,P) = 0.5, d(A,N) = 0.36
# -     near = ops.sum(ops.square(anchor - positive), axis=-1)
# -     far = ops.sum(ops.square(anchor - negative), axis=-1)
# +     near = ops.mean(ops.square(anchor - positive), axis=-1)
# +     far = ops.mean(ops.square(anchor - negative), axis=-1)


# %% triplet_loss | wrong | one number for the batch | got shape ()
# -     return ops.maximum(near - far + margin, 0)
# +     return ops.sum(ops.maximum(near - far + margin, 0))


# %% triplet_loss | wrong | summed over the rows | expected shape (1,), got shape (2,)
# -     near = ops.sum(ops.square(anchor - positive), axis=-1)
# -     far = ops.sum(ops.square(anchor - negative), axis=-1)
# +     near = ops.sum(ops.square(anchor - positive), axis=0)
# +     far = ops.sum(ops.square(anchor - negative), axis=0)


# %% triplet_loss | wrong | NumPy only | not inside `fit`
def triplet_loss(anchor, positive, negative, margin=MARGIN):
    near = np.sum(np.square(np.array(anchor) - np.array(positive)), axis=-1)
    far = np.sum(np.square(np.array(anchor) - np.array(negative)), axis=-1)
    return np.maximum(near - far + margin, 0)


# %% triplet_loss | wrong | a loop over the rows | not inside `fit`
def triplet_loss(anchor, positive, negative, margin=MARGIN):
    losses = []
    for a, p, n in zip(anchor, positive, negative, strict=True):
        near, far = ops.sum((a - p) ** 2), ops.sum((a - n) ** 2)
        losses.append(ops.maximum(near - far + margin, 0))
    return ops.stack(losses) if losses else ops.zeros((0,))


# %% triplet_loss | wrong | writes into its input | changes its input
# -     near = ops.sum(ops.square(anchor - positive), axis=-1)
# +     near = ops.sum(ops.square(anchor - positive), axis=-1)
# +     if hasattr(positive, "fill"):
# +         positive -= anchor


# %% triplets | right | operators on tensors
def triplets(who):
    who = ops.convert_to_tensor(who)
    same = who[:, None] == who[None, :]
    other = ~same
    pair = same & ~ops.eye(ops.shape(who)[0], dtype="bool")
    return pair[:, :, None] & other[:, None, :]


# %% triplets | right | places compared
def triplets(who):
    who = ops.reshape(ops.convert_to_tensor(who), (-1,))
    place = ops.arange(ops.shape(who)[0])
    a, p, n = who[:, None, None], who[None, :, None], who[None, None, :]
    distinct = ops.not_equal(place[:, None, None], place[None, :, None])
    return ops.logical_and(ops.logical_and(a == p, a != n), distinct)


# %% triplets | right | zeros and ones
def triplets(who):
    who = ops.convert_to_tensor(who)
    same = ops.cast(ops.equal(ops.expand_dims(who, 1), ops.expand_dims(who, 0)), "float32")
    pair = same - ops.eye(ops.shape(who)[0])
    return ops.cast(ops.einsum("ap,an->apn", pair, 1 - same), "bool")


# %% triplets | wrong | a picture is its own positive | not its own positive
# -     return ops.logical_and(pair[:, :, None], ops.logical_not(same)[:, None, :])
# +     return ops.logical_and(same[:, :, None], ops.logical_not(same)[:, None, :])


# %% triplets | wrong | P and N swapped | is no [anchor, positive, negative]
# -     return ops.logical_and(pair[:, :, None], ops.logical_not(same)[:, None, :])
# +     return ops.logical_and(pair[:, None, :], ops.logical_not(same)[:, :, None])


# %% triplets | wrong | N need not be another person | is no [anchor, positive, negative]
# -     return ops.logical_and(pair[:, :, None], ops.logical_not(same)[:, None, :])
# +     return ops.logical_and(pair[:, :, None], pair[:, None, :] | ~same[:, None, :])


# %% triplets | wrong | each pair of people once | is missing
# -     pair = ops.logical_and(same, ops.logical_not(itself))
# +     pair = ops.logical_and(same, ops.triu(ops.ones_like(same), 1))


# %% triplets | wrong | neighbours only | is missing
# -     pair = ops.logical_and(same, ops.logical_not(itself))
# +     pair = ops.logical_and(same, ops.eye(ops.shape(who)[0], k=1, dtype="bool"))


# %% triplets | wrong | a table of pairs | should have shape (3, 3, 3)
# -     return ops.logical_and(pair[:, :, None], ops.logical_not(same)[:, None, :])
# +     return pair


# %% triplets | wrong | a list of places | should have shape (3, 3, 3)
# -     return ops.logical_and(pair[:, :, None], ops.logical_not(same)[:, None, :])
# +     return np.argwhere(pair[:, :, None] & ~same[:, None, :])


# %% triplets | wrong | the loop | not inside `fit`
def triplets(who):
    n = len(who)
    table = np.zeros((n, n, n), bool)
    for a in range(n):
        for p in range(n):
            for o in range(n):
                table[a, p, o] = a != p and who[a] == who[p] and who[a] != who[o]
    return table


# %% semi_hard_loss | right | with where and operators
def semi_hard_loss(who, encodings, margin=MARGIN):
    d = squared_distances(encodings, encodings)
    gap = ops.expand_dims(d, 2) - ops.expand_dims(d, 1)
    chosen = triplets(who) & (gap < 0) & (gap > -margin)
    total = ops.sum(ops.where(chosen, gap + margin, 0.0))
    count = ops.sum(ops.cast(chosen, "float32"))
    return ops.where(count > 0, total / ops.maximum(count, 1.0), 0.0)


# %% semi_hard_loss | right | the losses between 0 and the margin
def semi_hard_loss(who, encodings, margin=MARGIN):
    d = squared_distances(encodings, encodings)
    loss = ops.maximum(d[:, :, None] - d[:, None, :] + margin, 0)
    chosen = ops.cast(triplets(who), "float32") * ops.cast(loss > 0, "float32")
    chosen = chosen * ops.cast(d[:, :, None] < d[:, None, :], "float32")
    return ops.sum(chosen * loss) / (ops.sum(chosen) + ops.cast(ops.sum(chosen) == 0, "float32"))


# %% semi_hard_loss | right | distances of its own
def semi_hard_loss(who, encodings, margin=MARGIN):
    e = ops.convert_to_tensor(encodings)
    d = ops.sum((ops.expand_dims(e, 1) - ops.expand_dims(e, 0)) ** 2, axis=-1)
    near, far = d[:, :, None], d[:, None, :]
    take = ops.cast(triplets(who), "float32") * ops.cast(
        (near < far) & (far < near + margin), "float32"
    )
    count = ops.sum(take)
    return ops.divide_no_nan(ops.sum(take * (near + margin - far)), count)


# %% semi_hard_loss | wrong | all triplets in the mean | the ring's loss
# -     chosen = ops.cast(ops.logical_and(triplets(who), in_ring), d.dtype)
# -     return ops.sum(chosen * (near - far + margin)) / ops.maximum(ops.sum(chosen), 1)
# +     every = ops.cast(triplets(who), d.dtype)
# +     chosen = every * ops.cast(in_ring, d.dtype)
# +     return ops.sum(chosen * (near - far + margin)) / ops.maximum(ops.sum(every), 1)


# %% semi_hard_loss | wrong | the sum | in the ring: their mean
# -     return ops.sum(chosen * (near - far + margin)) / ops.maximum(ops.sum(chosen), 1)
# +     return ops.sum(chosen * (near - far + margin))


# %% semi_hard_loss | wrong | hard ones too | none is taken
# -     in_ring = ops.logical_and(near < far, far < near + margin)
# +     in_ring = far < near + margin


# %% semi_hard_loss | wrong | easy ones too | the ring's loss
# -     in_ring = ops.logical_and(near < far, far < near + margin)
# +     in_ring = near < far


# %% semi_hard_loss | wrong | equal distances taken | is not semi-hard
# -     in_ring = ops.logical_and(near < far, far < near + margin)
# +     in_ring = ops.logical_and(near <= far, far < near + margin)


# %% semi_hard_loss | wrong | nan without a triplet | holds nan
# -     return ops.sum(chosen * (near - far + margin)) / ops.maximum(ops.sum(chosen), 1)
# +     return ops.sum(chosen * (near - far + margin)) / ops.sum(chosen)


# %% semi_hard_loss | wrong | a small number in the denominator | the ring's loss
# -     return ops.sum(chosen * (near - far + margin)) / ops.maximum(ops.sum(chosen), 1)
# +     return ops.sum(chosen * (near - far + margin)) / (ops.sum(chosen) + 0.01)


# %% semi_hard_loss | wrong | the margin is always 0.2 | margin 0.5 in place of 0.2
# -     d = squared_distances(encodings, encodings)
# +     margin = 0.2
# +     d = squared_distances(encodings, encodings)


# %% semi_hard_loss | wrong | P and N swapped | the ring's loss
# -     near, far = d[:, :, None], d[:, None, :]
# +     near, far = d[:, None, :], d[:, :, None]


# %% semi_hard_loss | wrong | who is not asked | One picture each
# -     chosen = ops.cast(ops.logical_and(triplets(who), in_ring), d.dtype)
# +     chosen = ops.cast(in_ring, d.dtype)


# %% semi_hard_loss | wrong | an if on a tensor | not inside `fit`
# -     return ops.sum(chosen * (near - far + margin)) / ops.maximum(ops.sum(chosen), 1)
# +     if ops.sum(chosen) == 0:
# +         return 0.0
# +     return ops.sum(chosen * (near - far + margin)) / ops.sum(chosen)


# %% semi_hard_loss | wrong | one loss an anchor | should be one number
# -     return ops.sum(chosen * (near - far + margin)) / ops.maximum(ops.sum(chosen), 1)
# +     return ops.sum(chosen * (near - far + margin), axis=(1, 2))
