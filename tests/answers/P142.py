# Answers to the exercises of P142, graded by tests/lessons/test_answers.py.


# %% grown_size | right | the written rows, counted
def grown_size(n, kernel_size, stride, padding=0, extra=0):
    written = set()
    for stamp in range(n):
        written |= {stamp * stride + place for place in range(kernel_size)}
    return max(written) + 1 + extra - 2 * padding


# %% grown_size | right | one stamp, then steps, in NumPy
def grown_size(n, kernel_size, stride, padding=0, extra=0):
    sides = np.array([kernel_size, extra, -padding, -padding])
    return np.sum(sides) + np.sum(np.full(n - 1, stride), dtype=int)


# %% grown_size | right | with keras.ops
def grown_size(n, kernel_size, stride, padding=0, extra=0):
    starts = keras.ops.arange(n) * stride
    return int(keras.ops.max(starts)) + kernel_size + extra - padding - padding


# %% grown_size | wrong | the input times the stride | One number is one stamp
# - return (n - 1) * stride + kernel_size - 2 * padding + extra
# + return n * stride


# %% grown_size | wrong | as many steps as numbers | One number is one stamp
# - return (n - 1) * stride + kernel_size - 2 * padding + extra
# + return n * stride + kernel_size - 2 * padding + extra


# %% grown_size | wrong | the rule of a convolution | One number is one stamp
# - return (n - 1) * stride + kernel_size - 2 * padding + extra
# + return (n + 2 * padding - kernel_size) // stride + 1 + extra


# %% grown_size | wrong | stamps side by side | share a row
# - return (n - 1) * stride + kernel_size - 2 * padding + extra
# + return n * kernel_size - 2 * padding + extra


# %% grown_size | wrong | gaps are left out | gaps count
# - return (n - 1) * stride + kernel_size - 2 * padding + extra
# + return (n - 1) * min(stride, kernel_size) + kernel_size - 2 * padding + extra


# %% grown_size | wrong | padding cut at one end | cuts both ends
# - return (n - 1) * stride + kernel_size - 2 * padding + extra
# + return (n - 1) * stride + kernel_size - padding + extra


# %% grown_size | wrong | padding added, as in a convolution | cuts both ends
# - return (n - 1) * stride + kernel_size - 2 * padding + extra
# + return (n - 1) * stride + kernel_size + 2 * padding + extra


# %% grown_size | wrong | extra is forgotten | padding 1, extra 1
# - return (n - 1) * stride + kernel_size - 2 * padding + extra
# + return (n - 1) * stride + kernel_size - 2 * padding


# %% grown_size | wrong | extra at both ends | padding 1, extra 1
# - return (n - 1) * stride + kernel_size - 2 * padding + extra
# + return (n - 1) * stride + kernel_size - 2 * (padding - extra)


# %% grown_size | wrong | a float | Return an int
# - return (n - 1) * stride + kernel_size - 2 * padding + extra
# + return ((n - 1) * stride + kernel_size + extra) / 1 - 2 * padding


# %% grown_size | wrong | works for stride 2 only | gaps count
# - return (n - 1) * stride + kernel_size - 2 * padding + extra
# + return 2 * n - 2 + kernel_size - 2 * padding + extra


# %% grown_size | wrong | printed, not returned | end in a return
# - return (n - 1) * stride + kernel_size - 2 * padding + extra
# + print((n - 1) * stride + kernel_size - 2 * padding + extra)


# %% transpose_convolution | right | number by number, in plain loops
def transpose_convolution(x, w, stride, padding=0, extra=0):
    height, width = x.shape
    grown = np.zeros(
        (
            grown_size(height, len(w), stride, padding, extra),
            grown_size(width, len(w), stride, padding, extra),
        )
    )
    for i in range(height):
        for j in range(width):
            for a in range(len(w)):
                for b in range(len(w)):
                    row, column = i * stride + a - padding, j * stride + b - padding
                    if 0 <= row < len(grown) and 0 <= column < grown.shape[1]:
                        grown[row, column] += x[i][j] * w[a][b]
    return grown


# %% transpose_convolution | right | the whole input at once, for each number of the filter
def transpose_convolution(x, w, stride, padding=0, extra=0):
    (height, width), k = x.shape, len(w)
    spread = np.zeros(((height - 1) * stride + k + extra, (width - 1) * stride + k + extra))
    canvas = np.zeros_like(spread)
    for a in range(k):
        for b in range(k):
            canvas[
                a : a + (height - 1) * stride + 1 : stride,
                b : b + (width - 1) * stride + 1 : stride,
            ] += x * w[a, b]
    cut = slice(padding, -padding if padding else None)
    return canvas[cut, cut]


# %% transpose_convolution | right | zeros between, then windows of the turned filter
def transpose_convolution(x, w, stride, padding=0, extra=0):
    k = len(w)
    spread = np.zeros([(side - 1) * stride + 1 for side in x.shape])
    spread[::stride, ::stride] = x
    around = np.pad(spread, (k - 1, k - 1 + extra))
    windows = np.lib.stride_tricks.sliding_window_view(around, (k, k))
    canvas = (windows * w[::-1, ::-1]).sum(axis=(2, 3))
    return canvas[padding : len(canvas) - padding, padding : canvas.shape[1] - padding]


# %% transpose_convolution | right | stamps with keras.ops, padded and added
def transpose_convolution(x, w, stride, padding=0, extra=0):
    x, w = keras.ops.convert_to_tensor(x, "float32"), keras.ops.convert_to_tensor(w, "float32")
    k, total = w.shape[0], 0
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            below = (x.shape[0] - 1 - i) * stride + extra
            right = (x.shape[1] - 1 - j) * stride + extra
            total += keras.ops.pad(x[i, j] * w, [(i * stride, below), (j * stride, right)])
    canvas = np.array(total)
    return canvas[padding : len(canvas) - padding, padding : canvas.shape[1] - padding]


# %% transpose_convolution | wrong | a stamp overwrites the one before | where they meet they add up
# -         canvas[top : top + k, left : left + k] += x[row, column] * w
# +         canvas[top : top + k, left : left + k] = x[row, column] * w


# %% transpose_convolution | wrong | the filter upside down | not turned
# -         canvas[top : top + k, left : left + k] += x[row, column] * w
# +         canvas[top : top + k, left : left + k] += x[row, column] * w[::-1, ::-1]


# %% transpose_convolution | wrong | the filter's rows become columns | not turned
# -         canvas[top : top + k, left : left + k] += x[row, column] * w
# +         canvas[top : top + k, left : left + k] += x[row, column] * w.T


# %% transpose_convolution | wrong | a canvas of whole numbers | Whole x = [[1, 2, 3]]
# -     canvas = np.zeros((rows, columns))
# +     canvas = np.zeros((rows, columns), x.dtype)
# -         canvas[top : top + k, left : left + k] += x[row, column] * w
# +         there = canvas[top : top + k, left : left + k]
# +         canvas[top : top + k, left : left + k] = there + x[row, column] * w


# %% transpose_convolution | wrong | a cut of 0 leaves nothing | canvas[0:-0] is empty
# -     return canvas[padding : rows - padding, padding : columns - padding]
# +     return canvas[padding:-padding, padding:-padding]


# %% transpose_convolution | wrong | cut at the beginning only | cut off on every side
# -     return canvas[padding : rows - padding, padding : columns - padding]
# +     return canvas[padding:, padding:]


# %% transpose_convolution | wrong | cut at the end only, as Keras does | cut off on every side
# -     return canvas[padding : rows - padding, padding : columns - padding]
# +     return canvas[: rows - padding, : columns - padding]


# %% transpose_convolution | wrong | padding is overlooked | cut off on every side
# -     return canvas[padding : rows - padding, padding : columns - padding]
# +     return canvas


# %% transpose_convolution | wrong | rows and columns swapped | expected shape (1, 3)
# -     canvas = np.zeros((rows, columns))
# +     canvas = np.zeros((columns, rows))


# %% transpose_convolution | wrong | square inputs only | expected shape (1, 3)
# -     rows, columns = (grown_size(side, k, stride, extra=extra) for side in x.shape)
# +     rows = columns = grown_size(len(x), k, stride, extra=extra)


# %% transpose_convolution | wrong | the output is square | Whole x = [[1, 2, 3]]
# -     rows, columns = (grown_size(side, k, stride, extra=extra) for side in x.shape)
# +     rows = columns = grown_size(max(x.shape), k, stride, extra=extra)


# %% transpose_convolution | wrong | stamps always touch | zeros between
# -         top, left = row * stride, column * stride
# +         top, left = row * min(stride, k), column * min(stride, k)


# %% transpose_convolution | wrong | one step in a row of the input | Whole x = [[1, 2, 3]]
# -         top, left = row * stride, column * stride
# +         top, left = column * stride, row * stride


# %% transpose_convolution | wrong | extra is overlooked | padding 1, extra 1
# -     rows, columns = (grown_size(side, k, stride, extra=extra) for side in x.shape)
# +     rows, columns = (grown_size(side, k, stride) for side in x.shape)


# %% transpose_convolution | wrong | extra at the beginning | padding 1, extra 1
# -         top, left = row * stride, column * stride
# +         top, left = row * stride + extra, column * stride + extra


# %% transpose_convolution | wrong | the filter grows from stamp to stamp | changes its input
# -         canvas[top : top + k, left : left + k] += x[row, column] * w
# +         w *= x[row, column]
# +         canvas[top : top + k, left : left + k] += w
# +         w /= x[row, column] + 1e-3


# %% transpose_convolution | wrong | a list | Return a NumPy array
# -     return canvas[padding : rows - padding, padding : columns - padding]
# +     return canvas[padding : rows - padding, padding : columns - padding].tolist()


# %% transpose_convolution | wrong | no return | end in a return
# -     return canvas[padding : rows - padding, padding : columns - padding]
# +     canvas = canvas[padding : rows - padding, padding : columns - padding]


# %% convolution_matrix | right | each number of the filter put into its column
def convolution_matrix(w, height, width, stride):
    k = len(w)
    tops, lefts = range(0, height - k + 1, stride), range(0, width - k + 1, stride)
    matrix = np.zeros((len(tops) * len(lefts), height * width))
    for i, (top, left) in enumerate(itertools.product(tops, lefts)):
        for a in range(k):
            for b in range(k):
                matrix[i, (top + a) * width + left + b] = w[a, b]
    return matrix


# %% convolution_matrix | right | zeros around the filter
def convolution_matrix(w, height, width, stride):
    down, right = height - len(w), width - len(w)
    pictures = [
        np.pad(w, [(top, down - top), (left, right - left)])
        for top in range(0, down + 1, stride)
        for left in range(0, right + 1, stride)
    ]
    return np.reshape(pictures, (-1, height * width))


# %% convolution_matrix | right | what each pixel alone gives, with keras.ops
def convolution_matrix(w, height, width, stride):
    pixels = np.eye(height * width).reshape(-1, height, width, 1)
    columns = keras.ops.conv(pixels, np.array(w)[:, :, None, None], stride, "valid")
    return np.array(keras.ops.reshape(columns, (height * width, -1))).T


# %% convolution_matrix | right | windows of the pixels' numbers
def convolution_matrix(w, height, width, stride):
    places = np.arange(height * width).reshape(height, width)
    windows = np.lib.stride_tricks.sliding_window_view(places, w.shape)[::stride, ::stride]
    windows = windows.reshape(-1, w.size)
    matrix = np.zeros((len(windows), height * width))
    matrix[np.arange(len(windows))[:, None], windows] = w.ravel()
    return matrix


# %% convolution_matrix | wrong | already turned over | expected shape (1, 9)
# -     return np.array(rows)
# +     return np.array(rows).T


# %% convolution_matrix | wrong | the last position is missing | expected shape (1, 9)
# -     for top in range(0, height - k + 1, stride):
# +     for top in range(0, height - k, stride):
# -         for left in range(0, width - k + 1, stride):
# +         for left in range(0, width - k, stride):


# %% convolution_matrix | wrong | the filter upside down | the filter not turned
# -             picture[top : top + k, left : left + k] = w
# +             picture[top : top + k, left : left + k] = w[::-1, ::-1]


# %% convolution_matrix | wrong | flattened column by column | the filter not turned
# -             rows.append(picture.ravel())
# +             rows.append(picture.ravel("F"))


# %% convolution_matrix | wrong | positions column by column | one step to the right
# -     for top in range(0, height - k + 1, stride):
# +     for left in range(0, width - k + 1, stride):
# -         for left in range(0, width - k + 1, stride):
# +         for top in range(0, height - k + 1, stride):


# %% convolution_matrix | wrong | the stride is overlooked | should have shape (6, 35)
# -     for top in range(0, height - k + 1, stride):
# +     for top in range(height - k + 1):
# -         for left in range(0, width - k + 1, stride):
# +         for left in range(width - k + 1):


# %% convolution_matrix | wrong | the stride down only | should have shape (6, 35)
# -         for left in range(0, width - k + 1, stride):
# +         for left in range(width - k + 1):


# %% convolution_matrix | wrong | height and width swapped | height 2, width 3
# -     for top in range(0, height - k + 1, stride):
# +     for top in range(0, width - k + 1, stride):
# -         for left in range(0, width - k + 1, stride):
# +         for left in range(0, height - k + 1, stride):
# -             picture = np.zeros((height, width))
# +             picture = np.zeros((width, height))


# %% convolution_matrix | wrong | square pictures only | height 2, width 3
# -     for top in range(0, height - k + 1, stride):
# +     width = height
# +     for top in range(0, height - k + 1, stride):


# %% convolution_matrix | wrong | whole numbers only | height 2, width 3
# -             picture = np.zeros((height, width))
# +             picture = np.zeros((height, width), int)


# %% convolution_matrix | wrong | pictures, not lists | expected shape (1, 9)
# -             rows.append(picture.ravel())
# +             rows.append(picture)


# %% convolution_matrix | wrong | the filter's mean is removed in place | changes its input
# -     k, rows = len(w), []
# +     k, rows = len(w), []
# +     w -= w.mean()


# %% convolution_matrix | wrong | a list | Return a NumPy array
# -     return np.array(rows)
# +     return rows


# %% exact_growth | right | tried one after the other
def exact_growth(kernel_size, stride):
    for padding in range(kernel_size + stride + 1):
        for extra in range(kernel_size + stride + 1):
            if grown_size(7, kernel_size, stride, padding, extra) == 7 * stride:
                return padding, extra


# %% exact_growth | right | with three cases
def exact_growth(kernel_size, stride):
    if kernel_size <= stride:
        return 0, stride - kernel_size
    if (kernel_size - stride) % 2 == 0:
        return (kernel_size - stride) // 2, 0
    return (kernel_size - stride + 1) // 2, 1


# %% exact_growth | right | an array, by NumPy
def exact_growth(kernel_size, stride):
    padding = int(np.ceil(np.maximum(kernel_size - stride, 0) / 2))
    return np.array([padding, 2 * padding + stride - kernel_size])


# %% exact_growth | right | with keras.ops
def exact_growth(kernel_size, stride):
    surplus = keras.ops.convert_to_tensor(kernel_size - stride)
    padding = keras.ops.maximum(surplus + 1, 0) // 2
    return [int(padding), int(2 * padding - surplus)]


# %% exact_growth | wrong | half of the kernel, as in a convolution | stamps just touch
# -     padding = max(0, (surplus + 1) // 2)
# +     padding = kernel_size // 2


# %% exact_growth | wrong | extra first | Kernel 4, stride 2
# -     return padding, 2 * padding - surplus
# +     return 2 * padding - surplus, padding


# %% exact_growth | wrong | stride 2 is taken for granted | Kernel 7, stride 3
# -     surplus = kernel_size - stride
# +     surplus = kernel_size - 2


# %% exact_growth | wrong | rounded down: extra below 0 | Kernel 3, stride 2
# -     padding = max(0, (surplus + 1) // 2)
# +     padding = max(0, surplus // 2)


# %% exact_growth | wrong | half a row of padding | Kernel 3, stride 2
# -     padding = max(0, (surplus + 1) // 2)
# +     padding = max(0, surplus / 2)


# %% exact_growth | wrong | padding below 0 | Kernel 2, stride 5
# -     padding = max(0, (surplus + 1) // 2)
# +     padding = (surplus + 1) // 2


# %% exact_growth | wrong | cut at one end | Kernel 4, stride 2
# -     padding = max(0, (surplus + 1) // 2)
# +     padding = max(0, surplus)


# %% exact_growth | wrong | always one extra row too many | Kernel 4, stride 2
# -     padding = max(0, (surplus + 1) // 2)
# +     padding = max(0, surplus // 2 + (surplus > 0))


# %% exact_growth | wrong | a small kernel needs nothing | Kernel 2, stride 5
# -     return padding, 2 * padding - surplus
# +     return padding, max(0, 2 * padding - max(0, surplus))


# %% exact_growth | wrong | the padding alone | should have shape (2,)
# -     return padding, 2 * padding - surplus
# +     return padding
