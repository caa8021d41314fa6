# Answers to the exercises of P146, graded by tests/lessons/test_answers.py.


# %% d | right | np.sum of np.square
def d(first, second):
    return np.sum(np.square(first - second), axis=-1)


# %% d | right | keras.ops
def d(first, second):
    return keras.ops.sum(keras.ops.square(keras.ops.subtract(first, second)), axis=-1)


# %% d | right | the norm, squared
def d(first, second):
    return np.linalg.norm(first - second, axis=-1) ** 2


# %% d | right | einsum
def d(first, second):
    gap = first - second
    return np.einsum("...i,...i->...", gap, gap)


# %% d | wrong | the square root | 1.5² + 0.5²
# -     return ((first - second) ** 2).sum(axis=-1)
# +     return ((first - second) ** 2).sum(axis=-1) ** 0.5


# %% d | wrong | the mean | 1.5² + 0.5²
# -     return ((first - second) ** 2).sum(axis=-1)
# +     return ((first - second) ** 2).mean(axis=-1)


# %% d | wrong | everything added up | two pairs at once
# -     return ((first - second) ** 2).sum(axis=-1)
# +     return ((first - second) ** 2).sum()


# %% d | wrong | the first axis | two pairs at once
# -     return ((first - second) ** 2).sum(axis=-1)
# +     return ((first - second) ** 2).sum(axis=0)


# %% d | wrong | absolute differences | 1.5² + 0.5²
# -     return ((first - second) ** 2).sum(axis=-1)
# +     return abs(first - second).sum(axis=-1)


# %% d | wrong | not squared | 1.5² + 0.5²
# -     return ((first - second) ** 2).sum(axis=-1)
# +     return (first - second).sum(axis=-1)


# %% d | wrong | changes its input | changes its input
def d(first, second):
    first -= second
    return (first**2).sum(axis=-1)


# %% d | wrong | a list | should be an array
def d(first, second):
    squares = (first - second) ** 2
    if squares.ndim == 1:
        return squares.sum()
    return squares.sum(axis=-1).tolist()


# %% d | wrong | similarity instead of difference | two equal encodings
# -     return ((first - second) ** 2).sum(axis=-1)
# +     return (first * second).sum(axis=-1)


# %% who | right | a loop that keeps the best
def who(code, registered, threshold):
    best, smallest = None, float("inf")
    for name, known in registered.items():
        difference = d(code, known)
        if difference < smallest and difference <= threshold:
            best, smallest = name, difference
    return best


# %% who | right | all at once
def who(code, registered, threshold):
    names = list(registered)
    if len(names) == 0:
        return None
    differences = d(np.stack(list(registered.values())), code)
    place = int(np.argmin(differences))
    return names[place] if differences[place] <= threshold else None


# %% who | right | sorted
def who(code, registered, threshold):
    near = [(float(d(code, known)), k) for k, known in enumerate(registered.values())]
    near = sorted(pair for pair in near if pair[0] <= threshold)
    return list(registered)[near[0][1]] if near else None


# %% who | wrong | always the nearest | expected None
# -     return nearest if differences[nearest] <= threshold else None
# +     return nearest


# %% who | wrong | the threshold itself is too far | threshold 0.25: expected Bob
# -     return nearest if differences[nearest] <= threshold else None
# +     return nearest if differences[nearest] < threshold else None


# %% who | wrong | the first who is near enough | expected Bob, got Ann
def who(code, registered, threshold):
    for name, known in registered.items():
        if d(code, known) <= threshold:
            return name
    return None


# %% who | wrong | the farthest | expected Bob
# -     nearest = min(differences, key=differences.get)
# +     nearest = max(differences, key=differences.get)


# %% who | wrong | the later of two equal | expected Bob, got Ann
def who(code, registered, threshold):
    best, smallest = None, threshold
    for name, known in registered.items():
        if d(code, known) <= smallest:
            best, smallest = name, d(code, known)
    return best


# %% who | wrong | a word instead of None | expected None
# -     return nearest if differences[nearest] <= threshold else None
# +     return nearest if differences[nearest] <= threshold else "nobody"


# %% who | wrong | an empty database is forgotten | empty
# -     if not differences:
# -         return None
# +     pass


# %% who | wrong | a place instead of a name | Return a name or None
def who(code, registered, threshold):
    differences = [float(d(code, known)) for known in registered.values()]
    if not differences or min(differences) > threshold:
        return None
    return differences.index(min(differences))


# %% who | wrong | the square root of d against the threshold | expected None
# -     return nearest if differences[nearest] <= threshold else None
# +     return nearest if differences[nearest] <= threshold**0.5 else None


# %% enroll | right | a copy of the dict
def enroll(registered, name, code):
    if name in registered.keys():
        raise ValueError("There is a person of that name: " + name)
    everyone = dict(registered)
    everyone[name] = code.copy()
    return everyone


# %% enroll | right | the union of two dicts
def enroll(registered, name, code):
    if any(name == other for other in registered):
        raise ValueError(name)
    return registered | {name: code + 0}


# %% enroll | right | item by item
def enroll(registered, name, code):
    everyone = {}
    for other, known in registered.items():
        if other == name:
            raise ValueError(f"{name} is there")
        everyone[other] = known
    everyone[name] = np.copy(code)
    return everyone


# %% enroll | wrong | the old dict changed | changes its input
# -     return {**registered, name: np.array(code)}
# +     registered[name] = np.array(code)
# +     return registered


# %% enroll | wrong | no copy of the encoding | store a copy
# -     return {**registered, name: np.array(code)}
# +     return {**registered, name: code}


# %% enroll | wrong | the other is overwritten | should raise ValueError
# -     if name in registered:
# -         raise ValueError(f"{name} is enrolled already")
# +     pass


# %% enroll | wrong | a name that is there is passed over | should raise ValueError
# -         raise ValueError(f"{name} is enrolled already")
# +         return dict(registered)


# %% enroll | wrong | the new one first | expected both, got
# -     return {**registered, name: np.array(code)}
# +     return {name: np.array(code), **registered}


# %% enroll | wrong | nothing returned | Return a dict
# -     return {**registered, name: np.array(code)}
# +     everyone = {**registered, name: np.array(code)}


# %% enroll | wrong | another error | ValueError, not KeyError
# -         raise ValueError(f"{name} is enrolled already")
# +         raise KeyError(f"{name} is enrolled already")


# %% enroll | wrong | only the new one | expected both, got
# -     return {**registered, name: np.array(code)}
# +     return {name: np.array(code)}
