# Answers to the exercises of P153, graded by tests/lessons/test_answers.py.


# %% gram_matrix | right | einsum
def gram_matrix(activations):
    return ops.einsum("ijk,ijl->kl", activations, activations)


# %% gram_matrix | right | shapes written out
def gram_matrix(activations):
    n_h, n_w, n_c = activations.shape
    rows = ops.reshape(activations, (n_h * n_w, n_c))
    return ops.transpose(rows) @ rows


# %% gram_matrix | right | TensorFlow's own operations
def gram_matrix(activations):
    flat = tf.reshape(tf.cast(activations, tf.float32), [-1, activations.shape[2]])
    return tf.matmul(flat, flat, transpose_a=True)


# %% gram_matrix | right | channels first, then a product
def gram_matrix(activations):
    channels = ops.transpose(activations, (2, 0, 1))
    flat = ops.reshape(channels, (activations.shape[2], -1))
    return ops.matmul(flat, ops.transpose(flat))


# %% gram_matrix | wrong | places with places | expected shape (3, 3)
# -     return ops.matmul(ops.transpose(rows), rows)
# +     return ops.matmul(rows, ops.transpose(rows))


# %% gram_matrix | wrong | divided by the places | the three channels on paper
# -     return ops.matmul(ops.transpose(rows), rows)
# +     return ops.matmul(ops.transpose(rows), rows) / (activations.shape[0] * activations.shape[1])


# %% gram_matrix | wrong | channels reshaped to the front, not moved | the three channels on paper
# -     rows = ops.reshape(activations, (-1, activations.shape[-1]))
# +     rows = ops.transpose(ops.reshape(activations, (activations.shape[-1], -1)))


# %% gram_matrix | wrong | correlation, the mean subtracted | the three channels on paper
# -     rows = ops.reshape(activations, (-1, activations.shape[-1]))
# +     rows = ops.reshape(activations, (-1, activations.shape[-1]))
# +     rows = rows - ops.mean(rows, axis=0)


# %% gram_matrix | wrong | value by value instead of a product of matrices | expected shape (3, 3)
# -     return ops.matmul(ops.transpose(rows), rows)
# +     return rows * rows


# %% gram_matrix | wrong | one factor made positive | also negative numbers
# -     return ops.matmul(ops.transpose(rows), rows)
# +     return ops.matmul(ops.transpose(ops.abs(rows)), ops.abs(rows))


# %% gram_matrix | wrong | pairs of channels, in a loop | No loop
def gram_matrix(a):
    count = a.shape[-1]
    rows = [[ops.sum(a[..., i] * a[..., j]) for j in range(count)] for i in range(count)]
    return ops.stack([ops.stack(row) for row in rows])


# %% gram_matrix | wrong | NumPy | keras.ops
def gram_matrix(activations):
    rows = np.array(activations).reshape(-1, activations.shape[-1])
    return rows.T @ rows


# %% layer_cost | right | NumPy's product of the shape
def layer_cost(style_activations, activations):
    gap = gram_matrix(style_activations) - gram_matrix(activations)
    return ops.sum(gap * gap) / float(4 * np.prod(activations.shape) ** 2)


# %% layer_cost | right | the mean of matrices divided by the places
def layer_cost(style_activations, activations):
    places = activations.shape[0] * activations.shape[1]
    gap = gram_matrix(style_activations) / places - gram_matrix(activations) / places
    return ops.mean(gap**2) / 4


# %% layer_cost | right | a norm
def layer_cost(style_activations, activations):
    n_h, n_w, n_c = map(int, activations.shape)
    gap = gram_matrix(activations) - gram_matrix(style_activations)
    return tf.reduce_sum(tf.square(gap)) / (2.0 * n_h * n_w * n_c) ** 2


# %% layer_cost | wrong | the divisor not squared | 1 x 2 places of 1 against 0
# -     return ops.sum(ops.square(difference)) / (2 * n_h * n_w * n_c) ** 2
# +     return ops.sum(ops.square(difference)) / (2 * n_h * n_w * n_c)


# %% layer_cost | wrong | the 2 not squared | 1 x 2 places of 1 against 0
# -     return ops.sum(ops.square(difference)) / (2 * n_h * n_w * n_c) ** 2
# +     return ops.sum(ops.square(difference)) / (2 * (n_h * n_w * n_c) ** 2)


# %% layer_cost | wrong | not divided | 1 x 2 places of 1 against 0
# -     return ops.sum(ops.square(difference)) / (2 * n_h * n_w * n_c) ** 2
# +     return ops.sum(ops.square(difference))


# %% layer_cost | wrong | the number of places squared, channels forgotten | PAPER against
# -     return ops.sum(ops.square(difference)) / (2 * n_h * n_w * n_c) ** 2
# +     return ops.sum(ops.square(difference)) / (2 * n_h * n_w) ** 2


# %% layer_cost | wrong | sizes distance, not squared | 1 x 2 places of 1 against 0
# -     return ops.sum(ops.square(difference)) / (2 * n_h * n_w * n_c) ** 2
# +     return ops.sum(ops.abs(difference)) / (2 * n_h * n_w * n_c) ** 2


# %% layer_cost | wrong | the activations compared, not their matrices | 1 x 2 places of 1 against 0
# -     difference = gram_matrix(style_activations) - gram_matrix(activations)
# +     difference = style_activations - activations


# %% layer_cost | wrong | the number of channels taken from the first axis | PAPER against
# -     return ops.sum(ops.square(difference)) / (2 * n_h * n_w * n_c) ** 2
# +     return ops.sum(ops.square(difference)) / (2 * n_h * n_w * n_h) ** 2


# %% layer_cost | wrong | a plain number | no slope
# -     return ops.sum(ops.square(difference)) / (2 * n_h * n_w * n_c) ** 2
# +     return float(ops.sum(ops.square(difference)) / (2 * n_h * n_w * n_c) ** 2)


# %% style_cost | right | a loop that adds up
def style_cost(style_activations, activations, weights):
    total = 0.0
    for name in weights:
        total = total + weights[name] * layer_cost(style_activations[name], activations[name])
    return total


# %% style_cost | right | a list of costs, stacked
def style_cost(style_activations, activations, weights):
    costs = [layer_cost(style_activations[name], activations[name]) for name in weights]
    factors = ops.convert_to_tensor(list(weights.values()), dtype="float32")
    return ops.sum(factors * ops.stack(costs))


# %% style_cost | right | over all layers, those without a weight count nothing
def style_cost(style_activations, activations, weights):
    return sum(
        weights.get(name, 0.0) * layer_cost(style_activations[name], activations[name])
        for name in activations
        if name in style_activations
    )


# %% style_cost | wrong | the weights ignored | weights 2 and 0.5
# -         weight * layer_cost(style_activations[name], activations[name])
# +         layer_cost(style_activations[name], activations[name])


# %% style_cost | wrong | divided by the sum of the weights | weights 2 and 0.5
def style_cost(style_activations, activations, weights):
    total = sum(
        weight * layer_cost(style_activations[name], activations[name])
        for name, weight in weights.items()
    )
    return total / sum(weights.values())


# %% style_cost | wrong | the mean over the layers | weights 2 and 0.5
def style_cost(style_activations, activations, weights):
    total = sum(
        weight * layer_cost(style_activations[name], activations[name])
        for name, weight in weights.items()
    )
    return total / len(weights)


# %% style_cost | wrong | layers matched by their place, not by their name | weights 2 and 0.5
def style_cost(style_activations, activations, weights):
    pairs = zip(style_activations.values(), activations.values(), weights.values())
    return sum(weight * layer_cost(one, other) for one, other, weight in pairs)


# %% style_cost | wrong | all layers, weighted or not | one layer of weight 1
def style_cost(style_activations, activations, weights):
    return sum(
        weights.get(name, 1.0) * layer_cost(style_activations[name], activations[name])
        for name in activations
    )


# %% style_cost | wrong | weights are squared | weights 2 and 0.5
# -         weight * layer_cost(style_activations[name], activations[name])
# +         weight**2 * layer_cost(style_activations[name], activations[name])


# %% style_cost | wrong | layers taken out of the dict | changes its input
def style_cost(style_activations, activations, weights):
    total = 0.0
    while weights:
        name, weight = weights.popitem()
        total = total + weight * layer_cost(style_activations[name], activations[name])
    return total
