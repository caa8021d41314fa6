# %% prepare | right | Keras' own steps, one after the other
def prepare(pictures):
    from keras import ops

    values = ops.flip(ops.multiply(pictures, 255.0), axis=-1)
    return ops.subtract(values, MEANS)


# %% prepare | right | channel by channel
def prepare(pictures):
    from keras import ops

    red, green, blue = pictures[..., 0], pictures[..., 1], pictures[..., 2]
    channels = [255 * blue - MEANS[0], 255 * green - MEANS[1], 255 * red - MEANS[2]]
    return ops.stack(channels, axis=-1)


# %% prepare | right | means turned instead, then everything at once
def prepare(pictures):
    rgb_means = MEANS[::-1].copy()
    return (pictures * 255 - rgb_means)[..., ::-1]


# %% prepare | right | a matrix that turns the channels
def prepare(pictures):
    from keras import ops

    pictures = ops.convert_to_tensor(pictures, "float32")
    turn = np.array([[0, 0, 255], [0, 255, 0], [255, 0, 0]], "float32")
    return ops.matmul(pictures, turn) - MEANS


# %% prepare | wrong | values stay 0 to 1, the commonest mistake | 0 to 255
def prepare(pictures):
    return pictures[..., ::-1]


# %% prepare | wrong | means of 0 to 1 | 0 to 255
# -     return pictures[..., ::-1] * 255 - MEANS
# +     return pictures[..., ::-1] - MEANS / 255


# %% prepare | wrong | no means | Take the means away
# -     return pictures[..., ::-1] * 255 - MEANS
# +     return pictures[..., ::-1] * 255


# %% prepare | wrong | red first | turn the channels around
# -     return pictures[..., ::-1] * 255 - MEANS
# +     return pictures * 255 - MEANS


# %% prepare | wrong | means before the turn | MEANS are blue, green, red
# -     return pictures[..., ::-1] * 255 - MEANS
# +     return (pictures * 255 - MEANS)[..., ::-1]


# %% prepare | wrong | the pixels are not scaled, the means are | orange pixel
# -     return pictures[..., ::-1] * 255 - MEANS
# +     return pictures[..., ::-1] - MEANS


# %% prepare | wrong | rows are turned, not channels | last axis holds the channels
# -     return pictures[..., ::-1] * 255 - MEANS
# +     return pictures[::-1][..., [0, 1, 2]] * 255 - MEANS if len(pictures) > 1 else pictures[..., ::-1] * 255 - MEANS


# %% prepare | wrong | columns are turned, not channels | last axis holds the channels
# -     return pictures[..., ::-1] * 255 - MEANS
# +     return pictures[..., ::-1, :] * 255 - MEANS if pictures.shape[-2] > 1 else pictures[..., ::-1] * 255 - MEANS


# %% prepare | wrong | prepared twice | orange pixel
# -     return pictures[..., ::-1] * 255 - MEANS
# +     return (pictures[..., ::-1] * 255 - MEANS)[..., ::-1] * 255 - MEANS


# %% prepare | wrong | scaled to -1 to 1 as other networks want | 0 to 255
# -     return pictures[..., ::-1] * 255 - MEANS
# +     return pictures[..., ::-1] * 2 - 1


# %% prepare | wrong | rounded to whole numbers | orange pixel
# -     return pictures[..., ::-1] * 255 - MEANS
# +     return np.round(pictures[..., ::-1] * 255) - MEANS


# %% prepare | wrong | clipped at 0 | orange pixel
# -     return pictures[..., ::-1] * 255 - MEANS
# +     return np.clip(pictures[..., ::-1] * 255 - MEANS, 0, 255)


# %% prepare | wrong | uint8 on the way | orange pixel
# -     return pictures[..., ::-1] * 255 - MEANS
# +     return (pictures[..., ::-1] * 255).astype("uint8") - MEANS


# %% prepare | wrong | changes its input | changes its input
def prepare(pictures):
    pictures *= 255
    pictures -= MEANS[::-1]
    return pictures[..., ::-1]


# %% prepare | wrong | NumPy only, no tensors | keras.ops
def prepare(pictures):
    result = np.empty(pictures.shape, "float32")
    for k in range(3):
        result[..., k] = pictures[..., 2 - k] * 255 - MEANS[k]
    return result


# %% prepare | wrong | one picture only | should have shape
def prepare(pictures):
    return pictures.reshape(-1, pictures.shape[-2], 3)[..., ::-1] * 255 - MEANS


# %% prepare | wrong | a list | should be an array
# -     return pictures[..., ::-1] * 255 - MEANS
# +     return (pictures[..., ::-1] * 255 - MEANS).tolist()


# %% back | right | with keras.ops
def back(inputs):
    from keras import ops

    values = ops.flip(ops.add(inputs, MEANS), axis=-1)
    return ops.clip(values / 255.0, 0.0, 1.0)


# %% back | right | channel by channel
def back(inputs):
    picture = np.zeros(inputs.shape)
    for k in range(3):
        channel = (inputs[..., 2 - k] + MEANS[2 - k]) / 255
        picture[..., k] = np.minimum(np.maximum(channel, 0), 1)
    return picture


# %% back | right | clipped at 255 first
def back(inputs):
    values = inputs[..., ::-1] + MEANS[::-1]
    return values.clip(0, 255) / 255


# %% back | wrong | still 0 to 255 | divide by 255
# -     return np.clip((inputs + MEANS)[..., ::-1] / 255, 0, 1)
# +     return np.clip((inputs + MEANS)[..., ::-1], 0, 255)


# %% back | wrong | blue still first | red first
# -     return np.clip((inputs + MEANS)[..., ::-1] / 255, 0, 1)
# +     return np.clip((inputs + MEANS) / 255, 0, 1)


# %% back | wrong | turned before the means | Add the means before you turn
# -     return np.clip((inputs + MEANS)[..., ::-1] / 255, 0, 1)
# +     return np.clip((inputs[..., ::-1] + MEANS) / 255, 0, 1)


# %% back | wrong | not clipped | clip the picture
# -     return np.clip((inputs + MEANS)[..., ::-1] / 255, 0, 1)
# +     return (inputs + MEANS)[..., ::-1] / 255


# %% back | wrong | the prepared values are clipped | back of
# -     return np.clip((inputs + MEANS)[..., ::-1] / 255, 0, 1)
# +     return (np.clip(inputs, 0, 255) + MEANS)[..., ::-1] / 255


# %% back | wrong | means subtracted once more | back of
# -     return np.clip((inputs + MEANS)[..., ::-1] / 255, 0, 1)
# +     return np.clip((inputs - MEANS)[..., ::-1] / 255, 0, 1)


# %% back | wrong | no means | back of
# -     return np.clip((inputs + MEANS)[..., ::-1] / 255, 0, 1)
# +     return np.clip(inputs[..., ::-1] / 255, 0, 1)


# %% back | wrong | stretched to 0 to 1 instead of clipped | clip the picture
def back(inputs):
    picture = (inputs + MEANS)[..., ::-1] / 255
    return (picture - picture.min()) / (picture.max() - picture.min() + 1e-9)


# %% back | wrong | rounded to grey levels | Do not round
# -     return np.clip((inputs + MEANS)[..., ::-1] / 255, 0, 1)
# +     return np.clip(np.round((inputs + MEANS)[..., ::-1]) / 255, 0, 1)


# %% back | wrong | uint8 overflows | Do not round
# -     return np.clip((inputs + MEANS)[..., ::-1] / 255, 0, 1)
# +     return np.round((inputs + MEANS)[..., ::-1]).astype("int").astype("uint8") / 255


# %% back | wrong | changes its input | changes its input
# -     return np.clip((inputs + MEANS)[..., ::-1] / 255, 0, 1)
# +     inputs += MEANS
# +     return np.clip(inputs[..., ::-1] / 255, 0, 1)


# %% total_cost | right | other order
def total_cost(content_cost, style_cost, alpha, beta):
    return style_cost * beta + content_cost * alpha


# %% total_cost | right | with keras.ops
def total_cost(content_cost, style_cost, alpha, beta):
    from keras import ops

    return ops.add(ops.multiply(alpha, content_cost), ops.multiply(beta, style_cost))


# %% total_cost | right | in a loop
def total_cost(content_cost, style_cost, alpha, beta):
    total = 0.0
    for weight, cost in ((alpha, content_cost), (beta, style_cost)):
        total = total + weight * cost
    return total


# %% total_cost | wrong | weights swapped | alpha weighs the content
# -     return alpha * content_cost + beta * style_cost
# +     return beta * content_cost + alpha * style_cost


# %% total_cost | wrong | no weights | costs 2 and 5
# -     return alpha * content_cost + beta * style_cost
# +     return content_cost + style_cost


# %% total_cost | wrong | divided by the sum of the weights | costs 2 and 5
# -     return alpha * content_cost + beta * style_cost
# +     return (alpha * content_cost + beta * style_cost) / (alpha + beta)


# %% total_cost | wrong | alpha and one minus alpha | costs 2 and 5
# -     return alpha * content_cost + beta * style_cost
# +     return alpha * content_cost + (1 - alpha) * style_cost


# %% total_cost | wrong | cut to whole numbers | fractions
# -     return alpha * content_cost + beta * style_cost
# +     return int(alpha * content_cost + beta * style_cost)


# %% total_cost | wrong | a product | costs 2 and 5
# -     return alpha * content_cost + beta * style_cost
# +     return alpha * content_cost * beta * style_cost


# %% total_cost | wrong | a default hides a weight of 0 | alpha 0
# -     return alpha * content_cost + beta * style_cost
# +     return (alpha or 10) * content_cost + (beta or 40) * style_cost


# %% total_cost | wrong | a plain float, no gradient | float()
# -     return alpha * content_cost + beta * style_cost
# +     return float(alpha * content_cost + beta * style_cost)


# %% step | right | with minimum and maximum
def step(picture, gradient, rate):
    moved = picture - rate * gradient
    return np.minimum(np.maximum(moved, 0.0), 1.0)


# %% step | right | pixel by pixel
def step(picture, gradient, rate):
    moved = np.empty(picture.shape)
    for place in np.ndindex(*picture.shape):
        value = picture[place] - rate * gradient[place]
        moved[place] = min(max(value, 0.0), 1.0)
    return moved


# %% step | right | with keras.ops
def step(picture, gradient, rate):
    from keras import ops

    moved = ops.subtract(picture, ops.multiply(rate, gradient))
    return ops.clip(moved, 0.0, 1.0)


# %% step | wrong | uphill | against the gradient
# -     return np.clip(picture - rate * gradient, 0, 1)
# +     return np.clip(picture + rate * gradient, 0, 1)


# %% step | wrong | not clipped | clip the new picture
# -     return np.clip(picture - rate * gradient, 0, 1)
# +     return picture - rate * gradient


# %% step | wrong | clipped to 0 to 255 | clip the new picture
# -     return np.clip(picture - rate * gradient, 0, 1)
# +     return np.clip(picture - rate * gradient, 0, 255)


# %% step | wrong | the gradient is clipped | pixel (0.5, 0.5, 0.25)
# -     return np.clip(picture - rate * gradient, 0, 1)
# +     return np.clip(picture - rate * np.clip(gradient, -1, 1), 0, 1)


# %% step | wrong | the sign of the gradient | pixel (0.5, 0.5, 0.25)
# -     return np.clip(picture - rate * gradient, 0, 1)
# +     return np.clip(picture - rate * np.sign(gradient), 0, 1)


# %% step | wrong | the gradient is made as long as 1 | pixel (0.5, 0.5, 0.25)
# -     return np.clip(picture - rate * gradient, 0, 1)
# +     return np.clip(picture - rate * gradient / np.linalg.norm(gradient), 0, 1)


# %% step | wrong | no rate | pixel (0.5, 0.5, 0.25)
# -     return np.clip(picture - rate * gradient, 0, 1)
# +     return np.clip(picture - gradient, 0, 1)


# %% step | wrong | clipped before, not after | clip the new picture
# -     return np.clip(picture - rate * gradient, 0, 1)
# +     return np.clip(picture, 0, 1) - rate * gradient


# %% step | wrong | stretched to 0 to 1 | pixel (0.5, 0.5, 0.25)
# -     return np.clip(picture - rate * gradient, 0, 1)
# +     moved = picture - rate * gradient
# +     return (moved - moved.min()) / (moved.max() - moved.min())


# %% step | wrong | in place | changes its input
# -     return np.clip(picture - rate * gradient, 0, 1)
# +     picture -= rate * gradient
# +     return np.clip(picture, 0, 1)
