# Answers to the exercises of P135, graded by tests/lessons/test_answers.py.


# %% owner_cells | right | a loop over the boxes
def owner_cells(boxes, grid, height, width):
    owners = []
    for x1, y1, x2, y2 in boxes:
        row = min(int((y1 + y2) / 2 / height * grid[0]), grid[0] - 1)
        column = min(int((x1 + x2) / 2 / width * grid[1]), grid[1] - 1)
        owners.append((row, column))
    return np.array(owners, int).reshape(-1, 2)


# %% owner_cells | right | all at once, counted in cells of so many pixels
def owner_cells(boxes, grid, height, width):
    cell = np.array([height, width]) / grid
    middle = ((boxes[:, :2] + boxes[:, 2:]) / 2)[:, ::-1]
    return np.clip(np.floor(middle / cell), 0, np.array(grid) - 1).astype("int32")


# %% owner_cells | right | with keras.ops
def owner_cells(boxes, grid, height, width):
    boxes = ops.convert_to_tensor(boxes, "float64")
    row = ops.floor((boxes[:, 1] + boxes[:, 3]) / 2 * grid[0] / height)
    column = ops.floor((boxes[:, 0] + boxes[:, 2]) / 2 * grid[1] / width)
    row, column = ops.minimum(row, grid[0] - 1), ops.minimum(column, grid[1] - 1)
    return ops.cast(ops.stack([row, column], axis=1), "int32")


# %% owner_cells | right | the lines between cells, searched
def owner_cells(boxes, grid, height, width):
    x, y = boxes[:, [0, 2]].mean(axis=1), boxes[:, [1, 3]].mean(axis=1)
    columns = np.searchsorted(np.arange(1, grid[1]) * width / grid[1], x, side="right")
    rows = np.searchsorted(np.arange(1, grid[0]) * height / grid[0], y, side="right")
    return np.stack([rows, columns], axis=-1)


# %% owner_cells | wrong | column before row | row first
# -     return np.stack([row, column], axis=1).astype(int)
# +     return np.stack([column, row], axis=1).astype(int)


# %% owner_cells | wrong | rows and columns of the grid swapped | row first
# -     rows, columns = grid
# +     columns, rows = grid


# %% owner_cells | wrong | height and width swapped | row first
# -     row = np.minimum(y * rows // height, rows - 1)
# +     row = np.minimum(y * rows // width, rows - 1)
# -     column = np.minimum(x * columns // width, columns - 1)
# +     column = np.minimum(x * columns // height, columns - 1)


# %% owner_cells | wrong | the width for both | row first
# -     row = np.minimum(y * rows // height, rows - 1)
# +     row = np.minimum(y * rows // width, rows - 1)


# %% owner_cells | wrong | the top left corner | not the top left corner
# -     x, y = (boxes[:, 0] + boxes[:, 2]) / 2, (boxes[:, 1] + boxes[:, 3]) / 2
# +     x, y = boxes[:, 0], boxes[:, 1]


# %% owner_cells | wrong | the bottom right corner | not the bottom right corner
# -     x, y = (boxes[:, 0] + boxes[:, 2]) / 2, (boxes[:, 1] + boxes[:, 3]) / 2
# +     x, y = boxes[:, 2], boxes[:, 3]


# %% owner_cells | wrong | the far border leaves the grid | the right border: the last column
# -     row = np.minimum(y * rows // height, rows - 1)
# +     row = y * rows // height
# -     column = np.minimum(x * columns // width, columns - 1)
# +     column = x * columns // width


# %% owner_cells | wrong | the far border to the last column only | the lower border: the last row
# -     row = np.minimum(y * rows // height, rows - 1)
# +     row = y * rows // height


# %% owner_cells | wrong | a line belongs to the cell before it | on a line: the cell right of it
# -     row = np.minimum(y * rows // height, rows - 1)
# +     row = np.maximum(np.ceil(y * rows / height) - 1, 0)
# -     column = np.minimum(x * columns // width, columns - 1)
# +     column = np.maximum(np.ceil(x * columns / width) - 1, 0)


# %% owner_cells | wrong | rounded to the nearest cell | do not round
# -     row = np.minimum(y * rows // height, rows - 1)
# +     row = np.minimum(np.round(y * rows / height), rows - 1)
# -     column = np.minimum(x * columns // width, columns - 1)
# +     column = np.minimum(np.round(x * columns / width), columns - 1)


# %% owner_cells | wrong | boxes cut at the border first | cut nothing
# -     rows, columns = grid
# +     rows, columns = grid
# +     boxes = np.clip(boxes, 0, [width, height] * 2)


# %% owner_cells | wrong | cells of whole pixels | do not round
# -     row = np.minimum(y * rows // height, rows - 1)
# +     row = np.minimum(y // (height // rows), rows - 1)
# -     column = np.minimum(x * columns // width, columns - 1)
# +     column = np.minimum(x // (width // columns), columns - 1)


# %% owner_cells | wrong | the midpoint in whole pixels | do not round
# -     row = np.minimum(y * rows // height, rows - 1)
# +     row = np.minimum(y.astype(int) * rows // height, rows - 1)
# -     column = np.minimum(x * columns // width, columns - 1)
# +     column = np.minimum(x.astype(int) * columns // width, columns - 1)


# %% owner_cells | wrong | floats | .astype(int)
# -     return np.stack([row, column], axis=1).astype(int)
# +     return np.stack([row, column], axis=1)


# %% owner_cells | wrong | a list | np.array(...)
# -     return np.stack([row, column], axis=1).astype(int)
# +     return [(int(r), int(c)) for r, c in zip(row, column, strict=True)]


# %% owner_cells | wrong | rows of the result are coordinates | midpoints (160, 70)
# -     return np.stack([row, column], axis=1).astype(int)
# +     return np.stack([row, column]).astype(int)


# %% owner_cells | wrong | fails without a box | (0, 2)
# -     return np.stack([row, column], axis=1).astype(int)
# +     return np.array([[r, c] for r, c in zip(row, column, strict=True)]).astype(int)


# %% owner_cells | wrong | written into the boxes | input
# -     x, y = (boxes[:, 0] + boxes[:, 2]) / 2, (boxes[:, 1] + boxes[:, 3]) / 2
# +     boxes[:, :2] = (boxes[:, :2] + boxes[:, 2:]) / 2
# +     x, y = boxes[:, 0], boxes[:, 1]


# %% encode | right | box by box, as the lecture's numbers of the picture times the grid
def encode(boxes, labels, grid, height, width):
    y = np.zeros((grid[0], grid[1], 8))
    for k in range(len(boxes)):
        if labels[k] == -1:
            continue
        x1, y1, x2, y2 = boxes[k]
        row, column = owner_cells(boxes[k : k + 1], grid, height, width)[0]
        if y[row, column, 0]:
            continue
        y[row, column, 0] = 1
        y[row, column, 1] = (x1 + x2) / (2 * width) * grid[1] - column
        y[row, column, 2] = (y1 + y2) / (2 * height) * grid[0] - row
        y[row, column, 3] = (y2 - y1) / height * grid[0]
        y[row, column, 4] = (x2 - x1) / width * grid[1]
        y[row, column, 5:] = np.arange(3) == labels[k]
    return y


# %% encode | right | all at once, the last of the list written first
def encode(boxes, labels, grid, height, width):
    boxes, labels = boxes[labels >= 0][::-1], labels[labels >= 0][::-1]
    owners = owner_cells(boxes, grid, height, width)
    cell = np.array([width, height]) / grid[::-1]
    middle = (boxes[:, :2] + boxes[:, 2:]) / 2 / cell - owners[:, ::-1]
    sides = ((boxes[:, 2:] - boxes[:, :2]) / cell)[:, ::-1]
    y = np.zeros((*grid, 8), "float32")
    numbers = [np.ones((len(boxes), 1)), middle, sides, np.eye(3)[labels]]
    y[owners[:, 0], owners[:, 1]] = np.concatenate(numbers, axis=1)
    return y


# %% encode | right | a set of the cells that are taken, and a tensor in the end
def encode(boxes, labels, grid, height, width):
    y, taken = np.zeros((*grid, 8), "float32"), set()
    cell_high, cell_wide = height / grid[0], width / grid[1]
    for box, label, owner in zip(boxes, labels, owner_cells(boxes, grid, height, width)):
        where = int(owner[0]), int(owner[1])
        if label < 0 or where in taken:
            continue
        taken.add(where)
        bx = ((box[0] + box[2]) / 2 - where[1] * cell_wide) / cell_wide
        by = ((box[1] + box[3]) / 2 - where[0] * cell_high) / cell_high
        sides = (box[3] - box[1]) / cell_high, (box[2] - box[0]) / cell_wide
        y[where] = [1, bx, by, *sides, label == 0, label == 1, label == 2]
    return ops.convert_to_tensor(y)


# %% encode | right | the course's own function
def encode(boxes, labels, grid, height, width):
    import course_utils.grid as course_grid

    return course_grid.encode(boxes, labels, grid, height, width)


# %% encode | wrong | row and column swapped | Pc: 1 only in the cells
# -         if label >= 0 and y[row, column, 0] == 0:
# +         row, column = column, row
# +         if label >= 0 and y[row, column, 0] == 0:


# %% encode | wrong | an array of columns and rows | (2, 3, 8)
# -     y = np.zeros((rows, columns, 8))
# +     y = np.zeros((columns, rows, 8))


# %% encode | wrong | rows and columns of the grid swapped | the box 90, 30, 230, 110
# -     in_cells = boxes * ([columns / width, rows / height] * 2)
# +     in_cells = boxes * ([rows / width, columns / height] * 2)


# %% encode | wrong | height and width swapped | the box 90, 30, 230, 110
# -     in_cells = boxes * ([columns / width, rows / height] * 2)
# +     in_cells = boxes * ([columns / height, rows / width] * 2)


# %% encode | wrong | measured in the picture | measure in the cell
# -     in_cells = boxes * ([columns / width, rows / height] * 2)
# +     in_cells = boxes / ([width, height] * 2)
# -             middle = (x1 + x2) / 2 - column, (y1 + y2) / 2 - row
# +             middle = (x1 + x2) / 2, (y1 + y2) / 2


# %% encode | wrong | sides as a share of the picture | in units of the cell
# -             y[row, column, :5] = 1, *middle, y2 - y1, x2 - x1
# +             y[row, column, :5] = 1, *middle, (y2 - y1) / rows, (x2 - x1) / columns


# %% encode | wrong | the midpoint in pixels | not pixels
# -             middle = (x1 + x2) / 2 - column, (y1 + y2) / 2 - row
# +             cell = width / columns, height / rows
# +             middle = ((x1 + x2) / 2 - column) * cell[0], ((y1 + y2) / 2 - row) * cell[1]


# %% encode | wrong | width before height | height first
# -             y[row, column, :5] = 1, *middle, y2 - y1, x2 - x1
# +             y[row, column, :5] = 1, *middle, x2 - x1, y2 - y1


# %% encode | wrong | sides cut to 1 | may exceed 1
# -             y[row, column, :5] = 1, *middle, y2 - y1, x2 - x1
# +             y[row, column, :5] = 1, *middle, min(y2 - y1, 1), min(x2 - x1, 1)


# %% encode | wrong | the last of the list stays | the first stays
# -         if label >= 0 and y[row, column, 0] == 0:
# +         if label >= 0:
# +             y[row, column] = 0


# %% encode | wrong | the classes of both | the first stays
# -             y[row, column, 5 + label] = 1
# +         if label >= 0:
# +             y[row, column, 5 + label] = 1


# %% encode | wrong | unused rows written | skip it
# -         if label >= 0 and y[row, column, 0] == 0:
# +         if y[row, column, 0] == 0:


# %% encode | wrong | stops at the first unused row | takes no cell
# -         if label >= 0 and y[row, column, 0] == 0:
# +         if label < 0:
# +             break
# +         if y[row, column, 0] == 0:


# %% encode | wrong | classes counted from one | c2 = 1
# -             y[row, column, 5 + label] = 1
# +             y[row, column, 4 + label] = max(y[row, column, 4 + label], 1)
# +             y[row, column, 4] = x2 - x1


# %% encode | wrong | one Pc in every cell that the box touches | Pc: 1 only in the cells
# -             y[row, column, 5 + label] = 1
# +             y[row, column, 5 + label] = 1
# +             y[max(int(y1), 0) : int(y2) + 1, max(int(x1), 0) : int(x2) + 1, 0] = 1


# %% encode | wrong | the box cut at the border of the picture | box larger
# -     in_cells = boxes * ([columns / width, rows / height] * 2)
# +     in_cells = np.clip(boxes, 0, [width, height] * 2) * ([columns / width, rows / height] * 2)


# %% encode | wrong | rounded to two digits | the box 90, 30, 230, 110
# -     return y
# +     return y.round(2)


# %% encode | wrong | a list | np.array(...)
# -     return y
# +     return y.tolist()


# %% encode | wrong | counted in cells in place | input
# -     in_cells = boxes * ([columns / width, rows / height] * 2)
# +     in_cells = boxes
# +     in_cells *= [columns / width, rows / height] * 2


# %% decode | right | cell by cell
def decode(y, height, width):
    result = np.zeros((*y.shape[:-1], 4))
    rows, columns = y.shape[-3:-1]
    for row in range(rows):
        for column in range(columns):
            _, bx, by, bh, bw = np.moveaxis(y[..., row, column, :5], -1, 0)
            x, middle = (column + bx) * width / columns, (row + by) * height / rows
            high, wide = np.maximum(bh, 0) * height / rows, np.maximum(bw, 0) * width / columns
            result[..., row, column, 0], result[..., row, column, 2] = x - wide / 2, x + wide / 2
            result[..., row, column, 1] = middle - high / 2
            result[..., row, column, 3] = middle + high / 2
    return result


# %% decode | right | with keras.ops
def decode(y, height, width):
    rows, columns = y.shape[-3:-1]
    y = ops.convert_to_tensor(y, "float32")
    x = (y[..., 1] + ops.arange(columns, dtype="float32")) * (width / columns)
    middle = (y[..., 2] + ops.arange(rows, dtype="float32")[:, None]) * (height / rows)
    half_high = ops.maximum(y[..., 3], 0) * (height / rows / 2)
    half_wide = ops.maximum(y[..., 4], 0) * (width / columns / 2)
    corners = [x - half_wide, middle - half_high, x + half_wide, middle + half_high]
    return ops.stack(corners, axis=-1)


# %% decode | right | by way of the lecture's numbers of the whole picture
def decode(y, height, width):
    rows, columns = y.shape[-3], y.shape[-2]
    row, column = np.mgrid[:rows, :columns]
    whole = np.array(y[..., 1:5], float)
    whole[..., 0] = (whole[..., 0] + column) / columns
    whole[..., 1] = (whole[..., 1] + row) / rows
    whole[..., 2] /= rows
    whole[..., 3] /= columns
    return boxes.lecture_to_xyxy(whole, height, width)


# %% decode | wrong | no row and no column | Add the row and the column
# -     x, middle = y[..., 1] + np.arange(columns), y[..., 2] + np.arange(rows)[:, None]
# +     x, middle = y[..., 1], y[..., 2]


# %% decode | wrong | row and column swapped | bx = 1.5, by = -0.25
# -     x, middle = y[..., 1] + np.arange(columns), y[..., 2] + np.arange(rows)[:, None]
# +     row, column = np.mgrid[:rows, :columns]
# +     x, middle = y[..., 1] + row, y[..., 2] + column


# %% decode | wrong | rows and columns of the grid swapped | cell (1, 1) of 2 x 3
# -     return corners * ([width / columns, height / rows] * 2)
# +     return corners * ([width / rows, height / columns] * 2)


# %% decode | wrong | height and width swapped | cell (1, 1) of 2 x 3
# -     return corners * ([width / columns, height / rows] * 2)
# +     return corners * ([height / columns, width / rows] * 2)


# %% decode | wrong | width before height | y[3] is bh
# -     up, left = np.maximum(y[..., 3], 0) / 2, np.maximum(y[..., 4], 0) / 2
# +     left, up = np.maximum(y[..., 3], 0) / 2, np.maximum(y[..., 4], 0) / 2


# %% decode | wrong | by and bx swapped | cell (1, 1) of 2 x 3
# -     x, middle = y[..., 1] + np.arange(columns), y[..., 2] + np.arange(rows)[:, None]
# +     x, middle = y[..., 2] + np.arange(columns), y[..., 1] + np.arange(rows)[:, None]


# %% decode | wrong | negative sides kept | bh = -1 counts as 0
# -     up, left = np.maximum(y[..., 3], 0) / 2, np.maximum(y[..., 4], 0) / 2
# +     up, left = y[..., 3] / 2, y[..., 4] / 2


# %% decode | wrong | negative widths kept | bw = -1 counts as 0
# -     up, left = np.maximum(y[..., 3], 0) / 2, np.maximum(y[..., 4], 0) / 2
# +     up, left = np.maximum(y[..., 3], 0) / 2, y[..., 4] / 2


# %% decode | wrong | the sign of negative sides dropped | bh = -1 counts as 0
# -     up, left = np.maximum(y[..., 3], 0) / 2, np.maximum(y[..., 4], 0) / 2
# +     up, left = np.abs(y[..., 3]) / 2, np.abs(y[..., 4]) / 2


# %% decode | wrong | the midpoint held inside its cell | kept, not cut
# -     x, middle = y[..., 1] + np.arange(columns), y[..., 2] + np.arange(rows)[:, None]
# +     x = np.clip(y[..., 1], 0, 1) + np.arange(columns)
# +     middle = np.clip(y[..., 2], 0, 1) + np.arange(rows)[:, None]


# %% decode | wrong | cut at the border of the picture | kept, not cut
# -     return corners * ([width / columns, height / rows] * 2)
# +     return np.clip(corners * ([width / columns, height / rows] * 2), 0, [width, height] * 2)


# %% decode | wrong | cells without an object left at zero | bx = 1.5, by = -0.25
# -     return corners * ([width / columns, height / rows] * 2)
# +     return (y[..., :1] > 0.5) * corners * ([width / columns, height / rows] * 2)


# %% decode | wrong | midpoint and sides, not corners | cell (1, 1) of 2 x 3
# -     corners = np.stack([x - left, middle - up, x + left, middle + up], axis=-1)
# +     corners = np.stack([x, middle, 2 * left, 2 * up], axis=-1)


# %% decode | wrong | whole sides instead of halves | cell (1, 1) of 2 x 3
# -     up, left = np.maximum(y[..., 3], 0) / 2, np.maximum(y[..., 4], 0) / 2
# +     up, left = np.maximum(y[..., 3], 0), np.maximum(y[..., 4], 0)


# %% decode | wrong | rounded to whole pixels | bh = -1 counts as 0
# -     return corners * ([width / columns, height / rows] * 2)
# +     return np.ceil(corners * ([width / columns, height / rows] * 2) - 0.01) + 0.0005


# %% decode | wrong | one picture only | too many values to unpack
def decode(y, height, width):
    rows, columns, _ = y.shape
    x, middle = y[:, :, 1] + np.arange(columns), y[:, :, 2] + np.arange(rows)[:, None]
    up, left = np.maximum(y[:, :, 3], 0) / 2, np.maximum(y[:, :, 4], 0) / 2
    corners = np.stack([x - left, middle - up, x + left, middle + up], axis=-1)
    return corners * ([width / columns, height / rows] * 2)


# %% decode | wrong | only the cells that own something | (2, 3, 4)
# -     return corners * ([width / columns, height / rows] * 2)
# +     return (corners * ([width / columns, height / rows] * 2))[y[..., 0] > 0.5]


# %% decode | wrong | written into y | input
# -     x, middle = y[..., 1] + np.arange(columns), y[..., 2] + np.arange(rows)[:, None]
# +     y[..., 1] += np.arange(columns)
# +     y[..., 2] += np.arange(rows)[:, None]
# +     x, middle = y[..., 1], y[..., 2]


# %% decode | wrong | a list | np.array(...)
# -     return corners * ([width / columns, height / rows] * 2)
# +     return (corners * ([width / columns, height / rows] * 2)).tolist()
