# Answers to the exercises of P134, graded by tests/lessons/test_answers.py.


# %% dense_to_filters | right | with NumPy, -1 for the channels
def dense_to_filters(weights, height, width):
    return np.reshape(weights, (height, width, -1, weights.shape[-1]))


# %% dense_to_filters | right | with keras.ops
def dense_to_filters(weights, height, width):
    return keras.ops.reshape(weights, (height, width, -1, weights.shape[1]))


# %% dense_to_filters | right | a loop over the numbers
def dense_to_filters(weights, height, width):
    channels = len(weights) // (height * width)
    filters = np.zeros((height, width, channels, weights.shape[1]))
    row = 0
    for y in range(height):
        for x in range(width):
            for channel in range(channels):
                filters[y, x, channel] = weights[row]
                row += 1
    return filters


# %% dense_to_filters | right | unit by unit
def dense_to_filters(weights, height, width):
    return np.stack([column.reshape(height, width, -1) for column in weights.T], axis=-1)


# %% dense_to_filters | wrong | width before height | (2, 3, 1, 2)
# -     return weights.reshape(height, width, channels, weights.shape[1])
# +     return weights.reshape(width, height, channels, weights.shape[1])


# %% dense_to_filters | wrong | rows and columns of the filter swapped | Filters on a map
# -     return weights.reshape(height, width, channels, weights.shape[1])
# +     return weights.reshape(width, height, channels, -1).transpose(1, 0, 2, 3)


# %% dense_to_filters | wrong | the units first | (2, 2, 1, 2)
# -     return weights.reshape(height, width, channels, weights.shape[1])
# +     return weights.T.reshape(weights.shape[1], height, width, channels)


# %% dense_to_filters | wrong | channels before pixels | Filters on a map, 1 high, 2 wide
# -     return weights.reshape(height, width, channels, weights.shape[1])
# +     return weights.reshape(channels, height, width, -1).transpose(1, 2, 0, 3)


# %% dense_to_filters | wrong | column by column | Filters on a map
# -     return weights.reshape(height, width, channels, weights.shape[1])
# +     return weights.reshape((height, width, channels, weights.shape[1]), order="F")


# %% dense_to_filters | wrong | the filter turned, as a true convolution would | Filters on a map
# -     return weights.reshape(height, width, channels, weights.shape[1])
# +     return weights[::-1].reshape(height, width, channels, weights.shape[1])


# %% dense_to_filters | wrong | one channel only | 1 high, 2 wide
# -     channels = weights.shape[0] // (height * width)
# -     return weights.reshape(height, width, channels, weights.shape[1])
# +     return weights[: height * width].reshape(height, width, 1, weights.shape[1])


# %% dense_to_filters | wrong | resized in place | change
# -     return weights.reshape(height, width, channels, weights.shape[1])
# +     weights.shape = (height, width, channels, weights.shape[1])
# +     return weights


# %% map_shape | right | windows counted
def map_shape(height, width, window, pools):
    stride = 1
    for pool in pools:
        stride = stride * pool
    counts = [len(range(0, side - window + 1, stride)) for side in (height, width)]
    return counts[0], counts[1]


# %% map_shape | right | an array, negative counts cut
def map_shape(height, width, window, pools):
    sides = np.array([height, width])
    return np.maximum(0, (sides - window) // int(np.prod(pools)) + 1)


# %% map_shape | right | with keras.ops
def map_shape(height, width, window, pools):
    stride = int(keras.ops.prod(keras.ops.array(pools, "int32"))) if pools else 1
    return [max(0, (side - window + stride) // stride) for side in (height, width)]


# %% map_shape | wrong | without the + 1 | one window
# -     rows = (height - window) // stride + 1 if height >= window else 0
# -     columns = (width - window) // stride + 1 if width >= window else 0
# +     rows, columns = (height - window) // stride, (width - window) // stride


# %% map_shape | wrong | columns first | rows first, then columns
# -     return rows, columns
# +     return columns, rows


# %% map_shape | wrong | sum of the pools | Pools 2 and 3
# -     stride = int(np.prod(pools))
# +     stride = sum(pools) if pools else 1


# %% map_shape | wrong | only the first pool | Pools 2 and 3
# -     stride = int(np.prod(pools))
# +     stride = pools[0] if pools else 1


# %% map_shape | wrong | no pooling forgotten | stops with IndexError
# -     stride = int(np.prod(pools))
# +     stride = pools[0] * (pools[1] if len(pools) > 1 else 1)


# %% map_shape | wrong | a part of a window counts | a rest
# -     rows = (height - window) // stride + 1 if height >= window else 0
# -     columns = (width - window) // stride + 1 if width >= window else 0
# +     rows, columns = (max(0, -(-(side - window) // stride) + 1) for side in (height, width))


# %% map_shape | wrong | too small pictures give negative counts | smaller than a window
# -     rows = (height - window) // stride + 1 if height >= window else 0
# -     columns = (width - window) // stride + 1 if width >= window else 0
# +     rows, columns = (int((side - window) / stride + 1) for side in (height, width))


# %% map_shape | wrong | not cut at 0 | smaller than a window
# -     rows = (height - window) // stride + 1 if height >= window else 0
# -     columns = (width - window) // stride + 1 if width >= window else 0
# +     rows, columns = ((side - window) // stride + 1 for side in (height, width))


# %% map_shape | wrong | each too small side gives no map at all | smaller than a window
# -     return rows, columns
# +     return (rows, columns) if rows and columns else (0, 0)


# %% map_shape | wrong | fractions | a rest
# -     rows = (height - window) // stride + 1 if height >= window else 0
# -     columns = (width - window) // stride + 1 if width >= window else 0
# +     rows, columns = (max(0, (side - window) / stride + 1) for side in (height, width))


# %% cell_window | right | with broadcasting
def cell_window(rows, columns, window, stride):
    corner = np.stack([columns, rows], axis=-1) * stride
    return np.concatenate([corner, corner + window], axis=-1)


# %% cell_window | right | with keras.ops
def cell_window(rows, columns, window, stride):
    x1 = keras.ops.convert_to_tensor(columns) * stride
    y1 = keras.ops.convert_to_tensor(rows) * stride
    return keras.ops.stack([x1, y1, x1 + window, y1 + window], axis=-1)


# %% cell_window | right | a loop
def cell_window(rows, columns, window, stride):
    found = []
    for row, column in zip(np.ravel(rows), np.ravel(columns)):
        x1, y1 = column * stride, row * stride
        found.append((x1, y1, x1 + window, y1 + window))
    return np.reshape(found, (*np.shape(rows), 4))


# %% cell_window | wrong | rows as x | a column is a step in x
# -     x1, y1 = np.asarray(columns) * stride, np.asarray(rows) * stride
# +     y1, x1 = np.asarray(columns) * stride, np.asarray(rows) * stride


# %% cell_window | wrong | width instead of the far edge | top left window
# -     return np.stack([x1, y1, x1 + window, y1 + window], axis=-1)
# +     return np.stack([x1, y1, x1 * 0 + stride, y1 * 0 + stride], axis=-1)


# %% cell_window | wrong | steps as long as a window | a column is a step in x
# -     x1, y1 = np.asarray(columns) * stride, np.asarray(rows) * stride
# +     x1, y1 = np.asarray(columns) * window, np.asarray(rows) * window


# %% cell_window | wrong | y before x | a column is a step in x
# -     return np.stack([x1, y1, x1 + window, y1 + window], axis=-1)
# +     return np.stack([y1, x1, y1 + window, x1 + window], axis=-1)


# %% cell_window | wrong | the last pixel instead of the far edge | top left window
# -     return np.stack([x1, y1, x1 + window, y1 + window], axis=-1)
# +     return np.stack([x1, y1, x1 + window - 1, y1 + window - 1], axis=-1)


# %% cell_window | wrong | the window around the cell | top left window
# -     return np.stack([x1, y1, x1 + window, y1 + window], axis=-1)
# +     return np.stack([x1 - window / 2, y1 - window / 2, x1 + window / 2, y1 + window / 2], -1)


# %% cell_window | wrong | transposed: right for a row of cells only | should have shape (1, 2, 4)
def cell_window(rows, columns, window, stride):
    x1, y1 = np.asarray(columns) * stride, np.asarray(rows) * stride
    return np.array([x1, y1, x1 + window, y1 + window]).T


# %% cell_window | wrong | the four numbers first | should have shape (2, 4)
# -     return np.stack([x1, y1, x1 + window, y1 + window], axis=-1)
# +     return np.stack([x1, y1, x1 + window, y1 + window])
