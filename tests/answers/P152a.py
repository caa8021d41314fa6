# %% total_cost | right | parts first, then a sum
def total_cost(picture, content_cost, style_cost, alpha, beta):
    a = content_cost(picture)
    b = style_cost(picture)
    total = beta * b + alpha * a
    return (total, a, b)


# %% total_cost | right | with keras.ops
def total_cost(picture, content_cost, style_cost, alpha, beta):
    parts = [content_cost(picture), style_cost(picture)]
    total = ops.add(ops.multiply(alpha, parts[0]), ops.multiply(beta, parts[1]))
    return [total, *parts]


# %% total_cost | right | in a loop
def total_cost(picture, content_cost, style_cost, alpha, beta):
    total, parts = 0.0, []
    for weight, cost in ((alpha, content_cost), (beta, style_cost)):
        parts.append(cost(picture))
        total = total + weight * parts[-1]
    return total, parts[0], parts[1]


# %% total_cost | wrong | weights swapped | alpha weighs the content
# -     return alpha * content + beta * style, content, style
# +     return beta * content + alpha * style, content, style


# %% total_cost | wrong | the parts are weighted too | as they are, not weighted
# -     return alpha * content + beta * style, content, style
# +     return alpha * content + beta * style, alpha * content, beta * style


# %% total_cost | wrong | J alone | Return three values
# -     return alpha * content + beta * style, content, style
# +     return alpha * content + beta * style


# %% total_cost | wrong | style before content | J, content, style
# -     return alpha * content + beta * style, content, style
# +     return alpha * content + beta * style, style, content


# %% total_cost | wrong | no weights | G = (0.5, 0.5)
# -     return alpha * content + beta * style, content, style
# +     return content + style, content, style


# %% total_cost | wrong | each function called twice | Call each function once
def total_cost(picture, content_cost, style_cost, alpha, beta):
    total = alpha * content_cost(picture) + beta * style_cost(picture)
    return total, content_cost(picture), style_cost(picture)


# %% total_cost | wrong | plain floats: no gradient | no slope
# -     content, style = content_cost(picture), style_cost(picture)
# +     content, style = float(content_cost(picture)), float(style_cost(picture))


# %% total_cost | wrong | a list where one value is cut | J, content, style
# -     return alpha * content + beta * style, content, style
# +     return round(float(alpha * content + beta * style), 1), content, style


# %% value_and_gradient | right | a tf.Variable, which the tape follows
def value_and_gradient(cost, picture):
    pixels = tf.Variable(np.asarray(picture, "float32"))
    with tf.GradientTape() as tape:
        value = cost(pixels.read_value())
    return float(value), np.array(tape.gradient(value, pixels))


# %% value_and_gradient | right | a Keras variable
def value_and_gradient(cost, picture):
    pixels = keras.Variable(picture, dtype="float32")
    with tf.GradientTape() as tape:
        value = cost(pixels.value)
    return np.float32(value), ops.convert_to_numpy(tape.gradient(value, pixels.value))


# %% value_and_gradient | right | nothing watched by itself, in a graph
def value_and_gradient(cost, picture):
    @tf.function
    def both(pixels):
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch(pixels)
            value = cost(pixels)
        return value, tape.gradient(value, pixels)

    value, slopes = both(tf.constant(picture, tf.float32))
    return float(value), slopes.numpy()


# %% value_and_gradient | wrong | the picture is not watched | The gradient is None
# -         tape.watch(pixels)
# +         pass


# %% value_and_gradient | wrong | the cost is outside the tape | The gradient is None
# -         tape.watch(pixels)
# -         value = cost(pixels)
# +         tape.watch(pixels)
# +     value = cost(pixels)


# %% value_and_gradient | wrong | watched too late | The gradient is None
# -         tape.watch(pixels)
# -         value = cost(pixels)
# +         value = cost(pixels)
# +         tape.watch(pixels)


# %% value_and_gradient | wrong | the gradient of the weights | The gradient is None
def value_and_gradient(cost, picture):
    pixels = ops.convert_to_tensor(picture, "float32")
    with tf.GradientTape() as tape:
        value = cost(pixels)
    return float(value), tape.gradient(value, tape.watched_variables() or [pixels])[0].numpy()


# %% value_and_gradient | wrong | downhill already | no minus here
# -     return float(value), tape.gradient(value, pixels).numpy()
# +     return float(value), -tape.gradient(value, pixels).numpy()


# %% value_and_gradient | wrong | made as long as 1 | gradient at (0.5, 0.5)
# -     return float(value), tape.gradient(value, pixels).numpy()
# +     slopes = tape.gradient(value, pixels).numpy()
# +     return float(value), slopes / np.linalg.norm(slopes)


# %% value_and_gradient | wrong | a tensor comes back | NumPy array
# -     return float(value), tape.gradient(value, pixels).numpy()
# +     return float(value), tape.gradient(value, pixels)


# %% value_and_gradient | wrong | J as a tensor | J should be a float
# -     return float(value), tape.gradient(value, pixels).numpy()
# +     return value, tape.gradient(value, pixels).numpy()


# %% value_and_gradient | wrong | the gradient alone | Return two things
# -     return float(value), tape.gradient(value, pixels).numpy()
# +     return tape.gradient(value, pixels).numpy()


# %% value_and_gradient | wrong | gradient first | J should be a float
# -     return float(value), tape.gradient(value, pixels).numpy()
# +     return tape.gradient(value, pixels).numpy(), float(value)


# %% value_and_gradient | wrong | flat | should have shape
# -     return float(value), tape.gradient(value, pixels).numpy()
# +     return float(value), tape.gradient(value, pixels).numpy().reshape(-1)


# %% value_and_gradient | wrong | whole numbers | gradient at (0.5, 0.5)
# -     return float(value), tape.gradient(value, pixels).numpy()
# +     return float(value), tape.gradient(value, pixels).numpy().round()


# %% descend | right | a list of pictures
def descend(measure, start, rate, steps):
    pictures, history = [start.copy()], []
    for number in range(steps + 1):
        value, gradient = measure(pictures[-1])
        history += [float(value)]
        if number < steps:
            moved = pictures[-1] - rate * np.asarray(gradient)
            pictures.append(np.minimum(np.maximum(moved, 0), 1))
    return pictures[-1], history


# %% descend | right | with keras.ops
def descend(measure, start, rate, steps):
    picture, history = start, []
    value, gradient = measure(picture)
    history.append(value)
    for _ in range(steps):
        picture = ops.convert_to_numpy(ops.clip(picture - rate * gradient, 0.0, 1.0))
        value, gradient = measure(picture)
        history.append(value)
    return picture, history


# %% descend | right | in place on a copy
def descend(measure, start, rate, steps):
    picture = np.copy(start)
    history = []
    for _ in range(steps):
        value, gradient = measure(picture)
        history.append(value)
        picture -= rate * gradient
        np.clip(picture, 0, 1, out=picture)
    value, _ = measure(picture)
    return picture, [*history, value]


# %% descend | right | by itself again
def descend(measure, start, rate, steps):
    value, gradient = measure(start)
    if steps == 0:
        return np.array(start), [float(value)]
    moved = np.clip(start - rate * gradient, 0, 1)
    picture, history = descend(measure, moved, rate, steps - 1)
    return picture, [float(value), *history]


# %% descend | wrong | uphill | against the gradient
# -         picture = np.clip(picture - rate * gradient, 0, 1)
# +         picture = np.clip(picture + rate * gradient, 0, 1)


# %% descend | wrong | never clipped | clip
# -         picture = np.clip(picture - rate * gradient, 0, 1)
# +         picture = picture - rate * gradient


# %% descend | wrong | clipped only at the end | clip
# -         picture = np.clip(picture - rate * gradient, 0, 1)
# -     history.append(float(measure(picture)[0]))
# +         picture = picture - rate * gradient
# +     picture = np.clip(picture, 0, 1)
# +     history.append(float(measure(picture)[0]))


# %% descend | wrong | J of the last picture is missing | values of J
# -     history.append(float(measure(picture)[0]))
# +     pass


# %% descend | wrong | J after each step only | values of J
def descend(measure, start, rate, steps):
    picture, history = np.array(start), []
    for _ in range(steps):
        picture = np.clip(picture - rate * measure(picture)[1], 0, 1)
        history.append(float(measure(picture)[0]))
    return picture, history


# %% descend | wrong | measured twice a step | calls of measure
def descend(measure, start, rate, steps):
    picture, history = np.array(start), [float(measure(start)[0])]
    for _ in range(steps):
        picture = np.clip(picture - rate * measure(picture)[1], 0, 1)
        history.append(float(measure(picture)[0]))
    return picture, history


# %% descend | wrong | the gradient of the start for ever | three steps
def descend(measure, start, rate, steps):
    picture = np.array(start)
    value, gradient = measure(picture)
    history = [float(value)]
    for _ in range(steps):
        picture = np.clip(picture - rate * gradient, 0, 1)
        history.append(float(measure(picture)[0]))
    return picture, history


# %% descend | wrong | the gradient is clipped | target
# -         picture = np.clip(picture - rate * gradient, 0, 1)
# +         picture = picture - rate * np.clip(gradient, 0, 1)


# %% descend | wrong | the rate is left out | one step
# -         picture = np.clip(picture - rate * gradient, 0, 1)
# +         picture = np.clip(picture - gradient, 0, 1)


# %% descend | wrong | one step too many | values of J
# -     for _ in range(steps):
# +     for _ in range(steps + 1):


# %% descend | wrong | changes the start | changes its input
# -     picture, history = np.array(start), []
# +     picture, history = start, []
# -         picture = np.clip(picture - rate * gradient, 0, 1)
# +         picture -= rate * gradient
# +         picture[...] = np.clip(picture, 0, 1)


# %% descend | wrong | the picture alone | Return the picture and the list
# -     return picture, history
# +     return picture


# %% descend | wrong | J as an array | Return the picture and the list
# -     return picture, history
# +     return picture, np.array(history)


# %% descend | wrong | ends when J rises | values of J
# -         history.append(float(value))
# +         history.append(float(value))
# +         if len(history) > 1 and history[-1] >= history[-2] * 0.99:
# +             break
