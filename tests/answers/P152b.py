# Answers to the exercises of P152b, graded by tests/lessons/test_answers.py.


# %% content_costs | right | with TensorFlow
def content_costs(a_C, a_G):
    squares = tf.math.squared_difference(a_C, a_G)
    return tf.reduce_sum(squares) / 2, tf.reduce_mean(squares) / 4


# %% content_costs | right | the norm, and the sizes by name
def content_costs(a_C, a_G):
    n_H, n_W, n_C = a_C.shape
    total = ops.sum((a_C - a_G) ** 2)
    return total / 2, total / (4 * n_H * n_W * n_C)


# %% content_costs | right | flattened, as a list
def content_costs(a_C, a_G):
    difference = ops.reshape(ops.subtract(a_C, a_G), (-1,))
    return [0.5 * ops.sum(difference * difference), 0.25 * ops.mean(difference * difference)]


# %% content_costs | wrong | the misprint is kept | whose activations does it compare
# -     return ops.sum(squares) / 2, ops.mean(squares) / 4
# +     return ops.sum(squares) / 2, ops.mean(ops.square(ops.subtract(a_C, a_C))) / 4


# %% content_costs | wrong | the norm is not squared | The first cost, 24 entries
# -     return ops.sum(squares) / 2, ops.mean(squares) / 4
# +     return ops.sqrt(ops.sum(squares)) / 2, ops.mean(squares) / 4


# %% content_costs | wrong | the half is forgotten | The first cost, 24 entries
# -     return ops.sum(squares) / 2, ops.mean(squares) / 4
# +     return ops.sum(squares), ops.mean(squares) / 4


# %% content_costs | wrong | the quarter is forgotten | The second cost, 24 entries
# -     return ops.sum(squares) / 2, ops.mean(squares) / 4
# +     return ops.sum(squares) / 2, ops.mean(squares)


# %% content_costs | wrong | half a mean | The second cost, 24 entries
# -     return ops.sum(squares) / 2, ops.mean(squares) / 4
# +     return ops.sum(squares) / 2, ops.mean(squares) / 2


# %% content_costs | wrong | not squared | The first cost, 24 entries, each 1 apart: expected 12
# -     squares = ops.square(ops.subtract(a_C, a_G))
# +     squares = ops.subtract(a_G, a_C)


# %% content_costs | wrong | absolute differences | the paper case
# -     squares = ops.square(ops.subtract(a_C, a_G))
# +     squares = ops.abs(ops.subtract(a_C, a_G))


# %% content_costs | wrong | n_C is forgotten | The second cost, 24 entries
# -     return ops.sum(squares) / 2, ops.mean(squares) / 4
# +     return ops.sum(squares) / 2, ops.sum(squares) / (4 * a_C.shape[0] * a_C.shape[1])


# %% content_costs | wrong | swapped | The first cost, 24 entries
# -     return ops.sum(squares) / 2, ops.mean(squares) / 4
# +     return ops.mean(squares) / 4, ops.sum(squares) / 2


# %% content_costs | wrong | one cost only | Return a pair
# -     return ops.sum(squares) / 2, ops.mean(squares) / 4
# +     return ops.sum(squares) / 2


# %% content_costs | wrong | whole numbers | one entry, 0.5 against -0.5
# -     squares = ops.square(ops.subtract(a_C, a_G))
# +     squares = ops.cast(ops.cast(ops.square(ops.subtract(a_C, a_G)), "int32"), "float32")
# -     return ops.sum(squares) / 2, ops.mean(squares) / 4
# +     return ops.floor(ops.sum(squares) / 2), ops.mean(squares) / 4


# %% content_costs | wrong | NumPy | no slope
def content_costs(a_C, a_G):
    squares = np.square(np.array(a_C) - np.array(a_G))
    return squares.sum() / 2, squares.mean() / 4


# %% content_costs | wrong | C is overwritten | changes its input
# -     squares = ops.square(ops.subtract(a_C, a_G))
# +     a_C -= a_G
# +     squares = ops.square(a_C)


# %% alpha_for_second | right | by the product
def alpha_for_second(alpha, shape):
    return 2 * alpha * np.prod(shape)


# %% alpha_for_second | right | half over a quarter of the entries
def alpha_for_second(alpha, shape):
    entries = 1
    for side in shape:
        entries *= side
    return alpha * (1 / 2) / (1 / (4 * entries))


# %% alpha_for_second | right | by the costs of ones and zeros
def alpha_for_second(alpha, shape):
    first, second = np.sum(np.ones(shape)) / 2, np.mean(np.ones(shape)) / 4
    return alpha * first / second


# %% alpha_for_second | wrong | the inverse | One entry
# -     return alpha * 2 * n_H * n_W * n_C
# +     return alpha / (2 * n_H * n_W * n_C)


# %% alpha_for_second | wrong | the four is kept | One entry
# -     return alpha * 2 * n_H * n_W * n_C
# +     return alpha * 4 * n_H * n_W * n_C


# %% alpha_for_second | wrong | only the entries | One entry
# -     return alpha * 2 * n_H * n_W * n_C
# +     return alpha * n_H * n_W * n_C


# %% alpha_for_second | wrong | n_C is forgotten | 24 entries
# -     return alpha * 2 * n_H * n_W * n_C
# +     return alpha * 2 * n_H * n_W


# %% alpha_for_second | wrong | alpha is forgotten | A fraction
# -     return alpha * 2 * n_H * n_W * n_C
# +     return 2 * n_H * n_W * n_C


# %% alpha_for_second | wrong | whole numbers | A fraction
# -     return alpha * 2 * n_H * n_W * n_C
# +     return int(alpha) * 2 * n_H * n_W * n_C


# %% alpha_for_second | wrong | half | One entry
# -     return alpha * 2 * n_H * n_W * n_C
# +     return alpha * n_H * n_W * n_C / 2


# %% content_gradients | right | NumPy
def content_gradients(a_C, a_G):
    first = np.asarray(a_G) - np.asarray(a_C)
    return first, first / (2 * first.size)


# %% content_gradients | right | a list of tensors
def content_gradients(a_C, a_G):
    entries = 1
    for side in a_G.shape:
        entries *= side
    first = ops.convert_to_tensor(a_G) - ops.convert_to_tensor(a_C)
    return [first, ops.multiply(first, 1 / (2 * entries))]


# %% content_gradients | right | entry by entry
def content_gradients(a_C, a_G):
    first = np.zeros(a_G.shape)
    for place in np.ndindex(*a_G.shape):
        first[place] = a_G[place] - a_C[place]
    return first, first * 2 / (4 * np.size(first))


# %% content_gradients | wrong | the other sign | G too large: the slope is positive
# -     first = ops.subtract(a_G, a_C)
# +     first = ops.subtract(a_C, a_G)


# %% content_gradients | wrong | twice as much | G too large
# -     first = ops.subtract(a_G, a_C)
# +     first = 2 * ops.subtract(a_G, a_C)


# %% content_gradients | wrong | the same twice | The second gradient
# -     return first, first / alpha_for_second(1, a_G.shape)
# +     return first, first


# %% content_gradients | wrong | times the factor | The second gradient
# -     return first, first / alpha_for_second(1, a_G.shape)
# +     return first, first * alpha_for_second(1, a_G.shape)


# %% content_gradients | wrong | the square is not differentiated | G too small
# -     first = ops.subtract(a_G, a_C)
# +     first = ops.square(ops.subtract(a_G, a_C)) / 2 * 2


# %% content_gradients | wrong | the sign only | G too small
# -     first = ops.subtract(a_G, a_C)
# +     first = ops.sign(ops.subtract(a_G, a_C))


# %% content_gradients | wrong | over four times the entries | The second gradient
# -     return first, first / alpha_for_second(1, a_G.shape)
# +     return first, first / 2 / alpha_for_second(1, a_G.shape)


# %% content_gradients | wrong | summed to one number | shape
# -     return first, first / alpha_for_second(1, a_G.shape)
# +     return ops.sum(first), ops.mean(first) / 2


# %% content_gradients | wrong | of the sum over channels | its own slope
# -     first = ops.subtract(a_G, a_C)
# +     first = ops.mean(ops.subtract(a_G, a_C), axis=-1, keepdims=True) * ops.ones_like(a_G)


# %% content_gradients | wrong | G is overwritten | changes its input
# -     first = ops.subtract(a_G, a_C)
# +     a_G -= a_C
# +     first = a_G


# %% content_gradients | wrong | only the first | Return a pair
# -     return first, first / alpha_for_second(1, a_G.shape)
# +     return first
