# Answers to the exercises of P144, graded by tests/lessons/test_answers.py.


# %% contracting_block | right | written out, ReLU as the layer's activation where it can be
def contracting_block(x, filters, padding="same", norm=False):
    if not norm:
        x = layers.Conv2D(filters, (3, 3), padding=padding, activation="relu")(x)
        x = layers.Conv2D(filters, (3, 3), padding=padding, activation="relu")(x)
        return x, layers.MaxPool2D(pool_size=(2, 2))(x)
    x = layers.Conv2D(filters, (3, 3), padding=padding)(x)
    x = layers.BatchNormalization(momentum=0.9)(x)
    x = layers.Activation("relu")(x)
    x = layers.Conv2D(filters, (3, 3), padding=padding)(x)
    x = layers.BatchNormalization(momentum=0.9)(x)
    x = layers.Activation("relu")(x)
    return x, layers.MaxPool2D(pool_size=(2, 2))(x)


# %% contracting_block | right | with keras.ops for what has no weights
def contracting_block(x, filters, padding="same", norm=False):
    for _ in range(2):
        x = layers.Conv2D(filters, 3, padding=padding)(x)
        x = layers.BatchNormalization(momentum=0.9)(x) if norm else x
        x = keras.ops.relu(x)
    return [x, keras.ops.max_pool(x, 2, strides=2)]


# %% contracting_block | right | a function of its own for one convolution
def convolution(x, filters, padding, norm):
    y = layers.Conv2D(filters, kernel_size=3, strides=1, padding=padding)(x)
    if norm:
        y = layers.BatchNormalization(momentum=0.9)(y)
    return keras.activations.relu(y)


def contracting_block(x, filters, padding="same", norm=False):
    kept = convolution(convolution(x, filters, padding, norm), filters, padding, norm)
    smaller = layers.MaxPooling2D(pool_size=2, strides=2, padding="valid")(kept)
    return kept, smaller


# %% contracting_block | wrong | one convolution only | expected weights of shapes
# -     for _ in range(2):
# +     for _ in range(1):


# %% contracting_block | wrong | a filter of 1 x 1 | expected weights of shapes
# -         x = layers.Conv2D(filters, 3, padding=padding)(x)
# +         x = layers.Conv2D(filters, 1, padding=padding)(x)


# %% contracting_block | wrong | no ReLU | (norm,) ReLU, twice
# -         x = layers.ReLU()(x)
# +         pass


# %% contracting_block | wrong | no ReLU after the second convolution | (norm,) ReLU, twice
def contracting_block(x, filters, padding="same", norm=False):
    for activation in ("relu", "linear"):
        x = layers.Conv2D(filters, 3, padding=padding)(x)
        if norm:
            x = layers.BatchNormalization(momentum=0.9)(x)
        x = layers.Activation(activation)(x)
    return x, layers.MaxPooling2D()(x)


# %% contracting_block | wrong | normalised after the ReLU | (norm,) ReLU, twice
def contracting_block(x, filters, padding="same", norm=False):
    for _ in range(2):
        x = layers.ReLU()(layers.Conv2D(filters, 3, padding=padding)(x))
        if norm:
            x = layers.BatchNormalization(momentum=0.9)(x)
    return x, layers.MaxPooling2D()(x)


# %% contracting_block | wrong | norm forgotten | expected weights of shapes
# -         if norm:
# +         if False:


# %% contracting_block | wrong | always normalised | expected weights of shapes
# -         if norm:
# +         if True:


# %% contracting_block | wrong | padding forgotten | before the pool expected (6, 13, 5)
# -         x = layers.Conv2D(filters, 3, padding=padding)(x)
# +         x = layers.Conv2D(filters, 3, padding="same")(x)


# %% contracting_block | wrong | the smaller map alone | Return two maps
# -     return x, layers.MaxPooling2D()(x)
# +     return layers.MaxPooling2D()(x)


# %% contracting_block | wrong | the smaller map first | before the pool expected
# -     return x, layers.MaxPooling2D()(x)
# +     return layers.MaxPooling2D()(x), x


# %% contracting_block | wrong | the mean of 2 x 2 | max pool
# -     return x, layers.MaxPooling2D()(x)
# +     return x, layers.AveragePooling2D(2)(x)


# %% contracting_block | wrong | an odd side rounded up | after the pool expected (3, 6, 5)
# -     return x, layers.MaxPooling2D()(x)
# +     return x, layers.MaxPooling2D(padding="same")(x)


# %% contracting_block | wrong | a pool with stride 1 | after the pool expected
# -     return x, layers.MaxPooling2D()(x)
# +     return x, layers.MaxPooling2D(2, strides=1)(x)


# %% contracting_block | wrong | no bias | expected weights of shapes
# -         x = layers.Conv2D(filters, 3, padding=padding)(x)
# +         x = layers.Conv2D(filters, 3, padding=padding, use_bias=False)(x)


# %% contracting_block | wrong | layers hidden in a Sequential | no Sequential
def contracting_block(x, filters, padding="same", norm=False):
    block = keras.Sequential()
    for _ in range(2):
        block.add(layers.Conv2D(filters, 3, padding=padding))
        if norm:
            block.add(layers.BatchNormalization(momentum=0.9))
        block.add(layers.ReLU())
    x = block(x)
    return x, layers.MaxPooling2D()(x)


# %% expanding_block | right | written out, cropped by slices
def expanding_block(x, copied, filters, padding="same", norm=False):
    x = layers.Conv2DTranspose(filters, kernel_size=(2, 2), strides=(2, 2))(x)
    height, width = x.shape[1], x.shape[2]
    top = (copied.shape[1] - height) // 2
    left = (copied.shape[2] - width) // 2
    copied = copied[:, top : top + height, left : left + width, :]
    x = keras.ops.concatenate([copied, x], axis=-1)
    return contracting_block(x, filters, padding, norm)[0]


# %% expanding_block | right | convolutions of its own, padding "same" for the growth
def expanding_block(x, copied, filters, padding="same", norm=False):
    grown = layers.Conv2DTranspose(filters, 2, 2, padding="same")(x)
    rows = copied.shape[1] - grown.shape[1]
    columns = copied.shape[2] - grown.shape[2]
    if rows or columns:
        top, left = rows // 2, columns // 2
        copied = layers.Cropping2D(((top, rows - top), (left, columns - left)))(copied)
    x = layers.concatenate([copied, grown])
    for _ in range(2):
        x = layers.Conv2D(filters, 3, padding=padding)(x)
        if norm:
            x = layers.BatchNormalization(momentum=0.9)(x)
        x = layers.ReLU()(x)
    return x


# %% expanding_block | right | with a CenterCrop of its own
def middle(large, small):
    cuts = []
    for axis in (1, 2):
        surplus = int(large.shape[axis]) - int(small.shape[axis])
        cuts.append((int(surplus / 2), surplus - int(surplus / 2)))
    return layers.Cropping2D(cropping=cuts)(large)


def expanding_block(x, copied, filters, padding="same", norm=False):
    grown = layers.Conv2DTranspose(filters, 2, strides=2, activation=None)(x)
    joined = layers.Concatenate(axis=3)([middle(copied, grown), grown])
    result, unused = contracting_block(joined, filters, padding=padding, norm=norm)
    return result


# %% expanding_block | right | Keras' CenterCrop
def expanding_block(x, copied, filters, padding="same", norm=False):
    x = layers.Conv2DTranspose(filters, 2, strides=2)(x)
    copied = layers.CenterCrop(*x.shape[1:3])(copied)
    return contracting_block(layers.Concatenate()([copied, x]), filters, padding, norm)[0]


# %% expanding_block | wrong | the grown map first | first come rows 1 to 6
# -     x = layers.Concatenate()([layers.Cropping2D(cut)(copied), x])
# +     x = layers.Concatenate()([x, layers.Cropping2D(cut)(copied)])


# %% expanding_block | wrong | cropped from the top left corner | first come rows 1 to 6
# -     cut = [(side // 2, side - side // 2) for side in surplus]
# +     cut = [(0, side) for side in surplus]


# %% expanding_block | wrong | the larger part cut at the top | first come rows 1 to 6
# -     cut = [(side // 2, side - side // 2) for side in surplus]
# +     cut = [(side - side // 2, side // 2) for side in surplus]


# %% expanding_block | wrong | an odd row too many is left | concatenat
# -     cut = [(side // 2, side - side // 2) for side in surplus]
# +     cut = [(side // 2, side // 2) for side in surplus]


# %% expanding_block | wrong | rows and columns swapped | concatenat
# -     cut = [(side // 2, side - side // 2) for side in surplus]
# +     cut = [(side // 2, side - side // 2) for side in surplus[::-1]]


# %% expanding_block | wrong | square maps only | concatenat
# -     cut = [(side // 2, side - side // 2) for side in surplus]
# +     cut = [(surplus[0] // 2, surplus[0] - surplus[0] // 2)] * 2


# %% expanding_block | wrong | resized, not cropped | first come rows 1 to 6
# -     x = layers.Concatenate()([layers.Cropping2D(cut)(copied), x])
# +     x = layers.Concatenate()([layers.Resizing(*x.shape[1:3])(copied), x])


# %% expanding_block | wrong | not cropped at all | concatenat
# -     x = layers.Concatenate()([layers.Cropping2D(cut)(copied), x])
# +     x = layers.Concatenate()([copied, x])


# %% expanding_block | wrong | added, not joined | expected weights of shapes
# -     x = layers.Concatenate()([layers.Cropping2D(cut)(copied), x])
# +     x = layers.Add()([layers.Cropping2D(cut)(copied)[..., :1], x])


# %% expanding_block | wrong | the copy forgotten | expected weights of shapes
def expanding_block(x, copied, filters, padding="same", norm=False):
    x = layers.Conv2DTranspose(filters, 2, strides=2)(x)
    x, _ = contracting_block(x, filters, padding, norm)
    return x


# %% expanding_block | wrong | ReLU after the growth | grow (no ReLU)
# -     x = layers.Conv2DTranspose(filters, 2, strides=2)(x)
# +     x = layers.Conv2DTranspose(filters, 2, strides=2, activation="relu")(x)


# %% expanding_block | wrong | a filter of 3 x 3 for the growth | expected weights of shapes
# -     x = layers.Conv2DTranspose(filters, 2, strides=2)(x)
# +     x = layers.Conv2DTranspose(filters, 3, strides=2, padding="same")(x)


# %% expanding_block | wrong | grown by repeating | expected weights of shapes
# -     x = layers.Conv2DTranspose(filters, 2, strides=2)(x)
# +     x = layers.UpSampling2D(2)(x)


# %% expanding_block | wrong | padding forgotten | expected a map (8, 12, 4)
# -     kept, _ = contracting_block(x, filters, padding, norm)
# +     kept, _ = contracting_block(x, filters, "same", norm)


# %% expanding_block | wrong | norm forgotten | expected weights of shapes
# -     kept, _ = contracting_block(x, filters, padding, norm)
# +     kept, _ = contracting_block(x, filters, padding)


# %% expanding_block | wrong | both maps returned | Return one map
# -     kept, _ = contracting_block(x, filters, padding, norm)
# -     return kept
# +     return contracting_block(x, filters, padding, norm)


# %% predicted_sizes | right | layer by layer
def predicted_sizes(n, depth, padding="same"):
    sizes = [n]

    def convolve_twice():
        for _ in range(2):
            sizes.append(sizes[-1] - (2 if padding == "valid" else 0))
            if sizes[-1] < 1:
                raise ValueError("nothing is left")

    for _ in range(depth):
        convolve_twice()
        if sizes[-1] % 2 == 1:
            raise ValueError("odd")
        sizes.append(sizes[-1] // 2)
    convolve_twice()
    for _ in range(depth):
        sizes.append(sizes[-1] * 2)
        convolve_twice()
    return sizes


# %% predicted_sizes | right | down and up apart, refused at the end
def predicted_sizes(n, depth, padding="same"):
    loss = {"same": 0, "valid": 2}[padding]
    down = [n, n - loss, n - 2 * loss]
    for _ in range(depth):
        half, rest = divmod(down[-1], 2)
        if rest != 0:
            raise ValueError(f"{down[-1]} is odd")
        down += [half, half - loss, half - 2 * loss]
    up = []
    side = down[-1]
    for _ in range(depth):
        up += [2 * side, 2 * side - loss, 2 * side - 2 * loss]
        side = up[-1]
    if any(each <= 0 for each in down + up):
        raise ValueError("too small")
    return down + up


# %% predicted_sizes | right | recursive
def predicted_sizes(n, depth, padding="same"):
    loss = 2 * (padding == "valid")
    kept = n - 2 * loss
    if kept < 1 or depth and kept % 2:
        raise ValueError(n)
    here = [n, n - loss, kept]
    if depth == 0:
        return here
    below = predicted_sizes(kept // 2, depth - 1, padding)
    grown = 2 * below[-1]
    if grown - 2 * loss < 1:
        raise ValueError(n)
    return [*here, *below, grown, grown - loss, grown - 2 * loss]


# %% predicted_sizes | wrong | nothing refused | the second pool meets a map of 15
# -         if step < depth and sizes[-1] % 2:
# +         if False:


# %% predicted_sizes | wrong | only the input's own side looked at | meets a map of 15
# -         if step < depth and sizes[-1] % 2:
# +         if n % 2:


# %% predicted_sizes | wrong | divided by 2 to the depth, also where rows are lost | n 20, depth 1
def predicted_sizes(n, depth, padding="same"):
    if n % 2**depth:
        raise ValueError(n)
    sides = [n // 2**level for level in [*range(depth + 1), *range(depth - 1, -1, -1)]]
    return [side for side in sides for _ in range(3)]


# %% predicted_sizes | wrong | refused unless divisible, also for valid | does not fit 20
def predicted_sizes(n, depth, padding="same"):
    loss = 2 if padding == "valid" else 0
    if n % 2 ** (depth + 2):
        raise ValueError(f"the net does not fit {n}")
    sizes = [n, n - loss, n - 2 * loss]
    for step in range(2 * depth):
        side = sizes[-1] // 2 if step < depth else 2 * sizes[-1]
        sizes += [side, side - loss, side - 2 * loss]
    return sizes


# %% predicted_sizes | wrong | the input must be divisible by 2 to the depth | Look at each map
# -     loss = 2 if padding == "valid" else 0
# +     if n % 2**depth:
# +         raise ValueError(f"{n} cannot be halved {depth} times")
# +     loss = 2 if padding == "valid" else 0
# -         if step < depth and sizes[-1] % 2:
# +         if False:


# %% predicted_sizes | wrong | halves are floats | Return a list of int
# -         side = sizes[-1] // 2 if step < depth else 2 * sizes[-1]
# +         side = sizes[-1] / 2 if step < depth else 2 * sizes[-1]


# %% predicted_sizes | wrong | a convolution loses 1 | n 20, depth 1
# -     loss = 2 if padding == "valid" else 0
# +     loss = 1 if padding == "valid" else 0


# %% predicted_sizes | wrong | nothing left is no error | nothing is left
# -     if min(sizes) < 1:
# +     if False:


# %% predicted_sizes | wrong | a side of 0 is let through | nothing is left
# -     if min(sizes) < 1:
# +     if min(sizes) < 0:


# %% predicted_sizes | wrong | the bottom is pooled, too | expected shape (9,)
# -     for step in range(2 * depth):
# +     for step in range(2 * depth + 1):


# %% predicted_sizes | wrong | the input left out | expected shape (9,)
# -     return sizes
# +     return sizes[1:]


# %% predicted_sizes | wrong | None where it does not fit | ValueError, not None
# -             raise ValueError(f"{n} does not fit: a map of {sizes[-1]} cannot be halved")
# +             return None


# %% predicted_sizes | wrong | a tuple | Return a list
# -     return sizes
# +     return tuple(sizes)


# %% predicted_sizes | wrong | odd maps refused on the way up, too | ValueError
# -         if step < depth and sizes[-1] % 2:
# +         if sizes[-1] % 2:
