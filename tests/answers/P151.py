# Answers to the exercises of P151, graded by tests/lessons/test_answers.py.


# %% receptive_field | right | followed down from two units
def receptive_field(layers):
    spans = []
    for unit in (0, 1):
        first = last = unit
        for kernel, stride, padding in reversed(layers):
            first = first * stride - padding
            last = last * stride - padding + kernel - 1
        spans.append((first, last))
    return spans[0][1] - spans[0][0] + 1, spans[1][0] - spans[0][0], spans[0][0]


# %% receptive_field | right | sums of products in NumPy
def receptive_field(layers):
    kernel, stride, padding = np.array(layers, int).reshape(-1, 3).T
    steps = np.concatenate([[1], np.cumprod(stride)])
    return 1 + np.sum((kernel - 1) * steps[:-1]), steps[-1], -np.sum(padding * steps[:-1])


# %% receptive_field | right | recursive, a list
def receptive_field(layers):
    if not layers:
        return [1, 1, 0]
    size, step, start = receptive_field(layers[:-1])
    kernel, stride, padding = layers[-1]
    return [size + kernel * step - step, step * stride, start - padding * step]


# %% receptive_field | right | with keras.ops
def receptive_field(layers):
    size, step, start = 1, keras.ops.convert_to_tensor(1), 0
    for kernel, stride, padding in layers:
        size, start = size + (kernel - 1) * step, start - padding * step
        step = step * stride
    return keras.ops.stack([keras.ops.cast(x, "int32") for x in (size, step, start)])


# %% receptive_field | wrong | the kernels are added, steps forgotten | neighbours are 2 pixels apart
# -         size += (kernel - 1) * step
# +         size += kernel - 1


# %% receptive_field | wrong | the whole kernel is added | One convolution of 3, no padding
# -         size += (kernel - 1) * step
# +         size += kernel * step


# %% receptive_field | wrong | the step first | A pooling of 2
# -     for kernel, stride, padding in layers:
# -         size += (kernel - 1) * step
# -         start -= padding * step
# -         step *= stride
# +     for kernel, stride, padding in layers:
# +         step *= stride
# +         size += (kernel - 1) * step
# +         start -= padding * step


# %% receptive_field | wrong | strides are added | One convolution of 3, no padding
# -         step *= stride
# +         step += stride


# %% receptive_field | wrong | padding is not in pixels | strides multiply
# -         start -= padding * step
# +         start -= padding


# %% receptive_field | wrong | the start is positive | begins one pixel outside
# -         start -= padding * step
# +         start += padding * step


# %% receptive_field | wrong | padding makes the field larger | begins one pixel outside
# -         size += (kernel - 1) * step
# +         size += (kernel - 1 + 2 * padding) * step


# %% receptive_field | wrong | begins with nothing | a pixel sees itself
# -     size, step, start = 1, 1, 0
# +     size, step, start = 0, 1, 0


# %% receptive_field | wrong | from the top down | strides multiply
# -     for kernel, stride, padding in layers:
# +     for kernel, stride, padding in layers[::-1]:


# %% receptive_field | wrong | eats its input | changes its input
# -     size, step, start = 1, 1, 0
# -     for kernel, stride, padding in layers:
# +     size, step, start = 1, 1, 0
# +     while layers:
# +         kernel, stride, padding = layers.pop(0)


# %% receptive_field | wrong | floats | Three ints
def receptive_field(layers):
    size, start = 1, 0
    for place, (kernel, _, padding) in enumerate(layers):
        step = np.prod([stride for _, stride, _ in layers[:place]])
        size, start = size + (kernel - 1) * step, start - padding * step
    return size, np.prod([stride for _, stride, _ in layers]), start


# %% receptive_field | wrong | only the size | shape
# -     return size, step, start
# +     return size


# %% receptive_field | wrong | only the last stride counts | neighbours are 2 pixels apart
# -         step *= stride
# +         step = stride


# %% unit_to_patch | right | the pixels, listed
def unit_to_patch(row, column, field, height, width):
    size, step, start = field
    rows = range(start + row * step, start + row * step + size)
    columns = range(start + column * step, start + column * step + size)
    if all(0 <= y < height for y in rows) and all(0 <= x < width for x in columns):
        return columns[0], rows[0], columns[-1] + 1, rows[-1] + 1
    return None


# %% unit_to_patch | right | NumPy, an array
def unit_to_patch(row, column, field, height, width):
    size, step, start = field
    corner = start + step * np.array([column, row])
    box = np.concatenate([corner, corner + size])
    return box if corner.min() >= 0 and (box[2:] <= [width, height]).all() else None


# %% unit_to_patch | right | with keras.ops, a list
def unit_to_patch(row, column, field, height, width):
    size, step, start = field
    corner = keras.ops.convert_to_tensor([column, row]) * step + start
    x1, y1 = (int(number) for number in corner)
    if min(x1, y1, width - x1 - size, height - y1 - size) < 0:
        return
    return [x1, y1, x1 + size, y1 + size]


# %% unit_to_patch | wrong | floats | Four ints
def unit_to_patch(row, column, field, height, width):
    size, step, start = field
    corner = start + step * np.array([column, row], float)
    box = np.concatenate([corner, corner + size])
    return box if corner.min() >= 0 and (box[2:] <= [width, height]).all() else None


# %% unit_to_patch | wrong | rows and columns swapped | columns are x, rows are y
# -     x1, y1 = start + column * step, start + row * step
# +     x1, y1 = start + row * step, start + column * step


# %% unit_to_patch | wrong | height and width swapped | It touches the far corner
# -     if x1 < 0 or y1 < 0 or x2 > width or y2 > height:
# +     if x1 < 0 or y1 < 0 or x2 > height or y2 > width:


# %% unit_to_patch | wrong | the start is forgotten | start + row * step for y
# -     x1, y1 = start + column * step, start + row * step
# +     x1, y1 = column * step, row * step


# %% unit_to_patch | wrong | the step is forgotten | start + row * step for y
# -     x1, y1 = start + column * step, start + row * step
# +     x1, y1 = start + column, start + row


# %% unit_to_patch | wrong | cut at the border | None, not a cut box
# -         return None
# +         return max(x1, 0), max(y1, 0), min(x2, width), min(y2, height)


# %% unit_to_patch | wrong | the far side is not looked at | It ends below the picture
# -     if x1 < 0 or y1 < 0 or x2 > width or y2 > height:
# +     if x1 < 0 or y1 < 0:


# %% unit_to_patch | wrong | the near side is not looked at | It begins above the picture
# -     if x1 < 0 or y1 < 0 or x2 > width or y2 > height:
# +     if x2 > width or y2 > height:


# %% unit_to_patch | wrong | what touches the border is refused | It touches the far corner
# -     if x1 < 0 or y1 < 0 or x2 > width or y2 > height:
# +     if x1 < 0 or y1 < 0 or x2 >= width or y2 >= height:


# %% unit_to_patch | wrong | the first row is refused | It touches the corner, and lies inside
# -     if x1 < 0 or y1 < 0 or x2 > width or y2 > height:
# +     if x1 <= 0 or y1 <= 0 or x2 > width or y2 > height:


# %% unit_to_patch | wrong | the last pixel, not one more | columns are x, rows are y
# -     x2, y2 = x1 + size, y1 + size
# +     x2, y2 = x1 + size - 1, y1 + size - 1


# %% unit_to_patch | wrong | y before x | columns are x, rows are y
# -     return x1, y1, x2, y2
# +     return y1, x1, y2, x2


# %% unit_to_patch | wrong | width and height of the box | columns are x, rows are y
# -     return x1, y1, x2, y2
# +     return x1, y1, size, size


# %% unit_to_patch | wrong | always a box | None, not a cut box
# -         return None
# +         return [0, 0, 0, 0]


# %% top_nine | right | sorted in plain Python
def top_nine(maps, whole):
    height, width = whole.shape
    best = []
    for picture in range(len(maps)):
        inside = [(r, c) for r in range(height) for c in range(width) if whole[r, c]]
        row, column = max(inside, key=lambda place: maps[picture][place])
        best.append((picture, row, column))
    return sorted(best, key=lambda place: maps[place], reverse=True)[:9]


# %% top_nine | right | NumPy without a loop
def top_nine(maps, whole):
    flat = np.where(whole, maps, -np.inf).reshape(len(maps), -1)
    place = flat.argmax(axis=1)
    order = np.argsort(-flat.max(axis=1), kind="stable")[:9]
    return np.stack([order, place[order] // maps.shape[2], place[order] % maps.shape[2]], axis=1)


# %% top_nine | right | only the whole places are kept
def top_nine(maps, whole):
    places = np.argwhere(whole)
    values = maps[:, whole]
    best = values.argmax(1)
    strongest = sorted(range(len(maps)), key=lambda picture: -values[picture, best[picture]])
    return [[picture, *places[best[picture]]] for picture in strongest[:9]]


# %% top_nine | right | with keras.ops
def top_nine(maps, whole):
    flat = keras.ops.reshape(keras.ops.where(whole, maps, -np.inf), (len(maps), -1))
    values, pictures = keras.ops.top_k(keras.ops.max(flat, axis=1), min(9, len(maps)))
    places = keras.ops.take(keras.ops.argmax(flat, axis=1), pictures)
    rows, columns = np.unravel_index(np.array(places), whole.shape)
    return np.stack([np.array(pictures), rows, columns], axis=1)


# %% top_nine | wrong | floats | Rows of ints
def top_nine(maps, whole):
    flat = np.where(whole, maps, -np.inf).reshape(len(maps), -1)
    place = flat.argmax(axis=1)
    order = np.argsort(-flat.max(axis=1), kind="stable")[:9]
    rows = np.zeros((len(order), 3))
    rows[:, 0], rows[:, 1:] = order, np.stack(np.divmod(place[order], maps.shape[2]), axis=1)
    return rows


# %% top_nine | wrong | whole is forgotten | 0.9 is not whole
# -     for picture, one in enumerate(np.where(whole, maps, -np.inf)):
# +     for picture, one in enumerate(maps):


# %% top_nine | wrong | multiplied by whole | Negative: -2 is the best whole place
# -     for picture, one in enumerate(np.where(whole, maps, -np.inf)):
# +     for picture, one in enumerate(maps * whole):


# %% top_nine | wrong | whole the wrong way round | One picture: 0.9
# -     for picture, one in enumerate(np.where(whole, maps, -np.inf)):
# +     for picture, one in enumerate(np.where(whole, -np.inf, maps)):


# %% top_nine | wrong | weakest first | 4 and 3, then no more
# -     places.sort(key=lambda place: -place[0])  # equal ones keep their order
# +     places.sort(key=lambda place: place[0])


# %% top_nine | wrong | not sorted | Sorted by whole places only
# -     places.sort(key=lambda place: -place[0])  # equal ones keep their order
# +     pass


# %% top_nine | wrong | reversed, with the order of equal ones | Equal pictures
# -     places.sort(key=lambda place: -place[0])  # equal ones keep their order
# +     places.sort(key=lambda place: place[0])
# +     places.reverse()


# %% top_nine | wrong | sorted by all places | Sorted by whole places only
# -         places.append((one[row, column], picture, int(row), int(column)))
# +         places.append((maps[picture].max(), picture, int(row), int(column)))


# %% top_nine | wrong | column before row | 0.9 at row 0, column 1
# -         places.append((one[row, column], picture, int(row), int(column)))
# +         places.append((one[row, column], picture, int(column), int(row)))


# %% top_nine | wrong | the value in front | Each row is
# -     return [place[1:] for place in places[:9]]
# +     return places[:9]


# %% top_nine | wrong | all pictures | expected 9 rows
# -     return [place[1:] for place in places[:9]]
# +     return [place[1:] for place in places]


# %% top_nine | wrong | ten | expected 9 rows
# -     return [place[1:] for place in places[:9]]
# +     return [place[1:] for place in places[:10]]


# %% top_nine | wrong | several places of a picture | expected 1 rows
def top_nine(maps, whole):
    masked = np.where(whole, maps, -np.inf)
    order = np.argsort(-masked.ravel(), kind="stable")[:9]
    return np.stack(np.unravel_index(order, maps.shape), axis=1)


# %% top_nine | wrong | places are ruled out in the input | changes its input
# -     for picture, one in enumerate(np.where(whole, maps, -np.inf)):
# +     maps[:, ~whole] = -np.inf
# +     for picture, one in enumerate(maps):


# %% top_nine | wrong | rounded to whole numbers | Fractions, strongest first
# -     for picture, one in enumerate(np.where(whole, maps, -np.inf)):
# +     low = int(maps.min()) - 9
# +     for picture, one in enumerate(np.where(whole, maps, low)):
# -         places.append((one[row, column], picture, int(row), int(column)))
# +         places.append((int(one[row, column]), picture, int(row), int(column)))


# %% top_nine | wrong | divided by the height | out of bounds
# -         row, column = np.unravel_index(one.argmax(), one.shape)
# +         row, column = divmod(one.argmax(), len(one))
