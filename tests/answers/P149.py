# Answers to the exercises of P149, graded by tests/lessons/test_answers.py.


# %% same_person | right | number by number
def same_person(f_i, f_j, w, b):
    z = b
    for k in range(len(w)):
        z = z + w[k] * np.abs(f_i[..., k] - f_j[..., k])
    return 1 / (1 + np.exp(-z))


# %% same_person | right | with keras.ops
def same_person(f_i, f_j, w, b):
    return ops.sigmoid(ops.sum(ops.abs(ops.subtract(f_i, f_j)) * w, axis=-1) + b)


# %% same_person | right | einsum and SciPy
def same_person(f_i, f_j, w, b):
    from scipy.special import expit

    return expit(np.einsum("...k,k->...", np.abs(f_i - f_j), w) + b)


# %% same_person | wrong | no sigmoid | sigmoid is missing
# -     return 1 / (1 + np.exp(-z))
# +     return z


# %% same_person | wrong | no absolute value | absolute value of each difference
# -     z = np.abs(f_i - f_j) @ w + b
# +     z = (f_i - f_j) @ w + b


# %% same_person | wrong | absolute value after the sum | then the sum
# -     z = np.abs(f_i - f_j) @ w + b
# +     z = np.abs((f_i - f_j) @ w) + b


# %% same_person | wrong | squares | not its square
# -     z = np.abs(f_i - f_j) @ w + b
# +     z = (f_i - f_j) ** 2 @ w + b


# %% same_person | wrong | no b | Add b
# -     z = np.abs(f_i - f_j) @ w + b
# +     z = np.abs(f_i - f_j) @ w


# %% same_person | wrong | b in the sum | Add b once
# -     z = np.abs(f_i - f_j) @ w + b
# +     z = (np.abs(f_i - f_j) * w + b).sum(axis=-1)


# %% same_person | wrong | the sign | exp(-z)
# -     return 1 / (1 + np.exp(-z))
# +     return 1 / (1 + np.exp(z))


# %% same_person | wrong | a sigmoid of each number | one number
# -     z = np.abs(f_i - f_j) @ w + b
# +     z = np.abs(f_i - f_j) * w + b


# %% same_person | wrong | a sum over everything | one encoding against two
# -     z = np.abs(f_i - f_j) @ w + b
# +     z = (np.abs(f_i - f_j) * w).sum() + b


# %% same_person | wrong | a sum over the first axis | one encoding against two
# -     z = np.abs(f_i - f_j) @ w + b
# +     z = (np.abs(f_i - f_j) * w).sum(axis=0) + b


# %% same_person | wrong | a list | should be an array
# -     return 1 / (1 + np.exp(-z))
# +     return (1 / (1 + np.exp(-z))).tolist()


# %% same_person | wrong | writes into its input | changes its input `f_i`
# -     z = np.abs(f_i - f_j) @ w + b
# +     f_i -= f_j
# +     z = np.abs(f_i) @ w + b


# %% same_person | wrong | the difference of two weighted sums | then the sum
def same_person(f_i, f_j, w, b):
    return 1 / (1 + np.exp(-(np.abs(f_i @ w - f_j @ w) + b)))


# %% chi_square | right | number by number
def chi_square(f_i, f_j):
    f_i, f_j = np.broadcast_arrays(f_i, f_j)
    answer = np.zeros(f_i.shape)
    for place in np.ndindex(answer.shape):
        size = abs(f_i[place]) + abs(f_j[place])
        if size > 0:
            answer[place] = (f_i[place] - f_j[place]) ** 2 / size
    return answer


# %% chi_square | right | with keras.ops
def chi_square(f_i, f_j):
    sums = ops.add(ops.abs(f_i), ops.abs(f_j))
    squares = ops.square(ops.subtract(f_i, f_j))
    return ops.where(sums > 0, squares / ops.where(sums > 0, sums, 1.0), 0.0)


# %% chi_square | right | 1 in place of a sum of 0
def chi_square(f_i, f_j):
    sums = np.abs(f_i) + np.abs(f_j)
    sums[sums == 0] = 1
    return (f_i - f_j) ** 2 / sums


# %% chi_square | wrong | the lecture's denominator | sizes in the denominator
# -     sums = np.abs(f_i) + np.abs(f_j)
# +     sums = f_i + f_j


# %% chi_square | wrong | the size of the sum | sizes in the denominator
# -     sums = np.abs(f_i) + np.abs(f_j)
# +     sums = np.abs(f_i + f_j)


# %% chi_square | wrong | divides by zero | division by zero
# -     return np.divide(squares, sums, out=np.zeros_like(squares), where=sums > 0)
# +     return squares / sums


# %% chi_square | wrong | a small number in the denominator | add nothing
# -     return np.divide(squares, sums, out=np.zeros_like(squares), where=sums > 0)
# +     return squares / (sums + 1e-7)


# %% chi_square | wrong | a least denominator | add nothing
# -     return np.divide(squares, sums, out=np.zeros_like(squares), where=sums > 0)
# +     return squares / np.maximum(sums, 1e-3)


# %% chi_square | wrong | 1 for two zeros | two zeros
# -     return np.divide(squares, sums, out=np.zeros_like(squares), where=sums > 0)
# +     return np.divide(squares, sums, out=np.ones_like(squares), where=sums > 0)


# %% chi_square | wrong | summed | no sum here
# -     return np.divide(squares, sums, out=np.zeros_like(squares), where=sums > 0)
# +     return np.divide(squares, sums, out=np.zeros_like(squares), where=sums > 0).sum(axis=-1)


# %% chi_square | wrong | differences, not squares | 1.5 and 0.5
# -     squares = np.square(f_i - f_j)
# +     squares = np.abs(f_i - f_j)


# %% chi_square | wrong | squares of each | 1.5 and 0.5
# -     squares = np.square(f_i - f_j)
# +     squares = f_i**2 - f_j**2


# %% chi_square | wrong | sums of all numbers | 1.5 and 0.5
# -     sums = np.abs(f_i) + np.abs(f_j)
# +     sums = np.sum(np.abs(f_i) + np.abs(f_j), axis=-1, keepdims=True)


# %% chi_square | wrong | cut at zero | sizes in the denominator
# -     sums = np.abs(f_i) + np.abs(f_j)
# +     sums = np.maximum(f_i, 0) + np.maximum(f_j, 0)


# %% chi_square | wrong | a list | should be an array
# -     return np.divide(squares, sums, out=np.zeros_like(squares), where=sums > 0)
# +     return np.divide(squares, sums, out=np.zeros_like(squares), where=sums > 0).tolist()


# %% chi_square | wrong | writes into its input | changes its input
# -     squares = np.square(f_i - f_j)
# +     squares = np.square(f_i - f_j)
# +     np.abs(f_i, out=f_i)


# %% choose_threshold | right | tries each score
def choose_threshold(same, scores, most):
    strangers = scores[~np.asarray(same, bool)]
    for threshold in np.unique(scores):
        if np.mean(strangers >= threshold) <= most:
            return threshold
    return np.inf


# %% choose_threshold | right | a loop from above
def choose_threshold(same, scores, most):
    best = np.inf
    for threshold in sorted(set(scores.tolist()), reverse=True):
        wrong = sum(1 for s, v in zip(same, scores, strict=True) if not s and v >= threshold)
        if wrong / np.sum(same == 0) > most:
            break
        best = threshold
    return best


# %% choose_threshold | right | by a mask
def choose_threshold(same, scores, most):
    rates = (scores[same == 0][:, None] >= scores).mean(axis=0)
    return np.min(scores[rates <= most], initial=np.inf)


# %% choose_threshold | wrong | the highest that works | no false accept
# -     return thresholds[false_accepts <= most][-1]
# +     return thresholds[false_accepts <= most][1]


# %% choose_threshold | wrong | less than most | one of four may pass
# -     return thresholds[false_accepts <= most][-1]
# +     return thresholds[(false_accepts < most) | (false_accepts == 0)][-1]


# %% choose_threshold | wrong | the next score, too low | no false accept
# -     return thresholds[false_accepts <= most][-1]
# +     return thresholds[false_accepts >= most][0]


# %% choose_threshold | wrong | share of all pairs | no false accept
def choose_threshold(same, scores, most):
    works = [t for t in np.unique(scores) if np.mean(scores >= t) <= most]
    return min(works, default=np.inf)


# %% choose_threshold | wrong | false rejects | no false accept
def choose_threshold(same, scores, most):
    works = [t for t in np.unique(scores) if np.mean(scores[same == 1] < t) <= most]
    return min(works, default=np.inf)


# %% choose_threshold | wrong | scores above, not from it on | no false accept
def choose_threshold(same, scores, most):
    works = [t for t in np.unique(scores) if np.mean(scores[same == 0] > t) <= most]
    return min(works, default=np.inf)


# %% choose_threshold | wrong | a quantile between two scores | one of four may pass
def choose_threshold(same, scores, most):
    if most == 0:
        return min((s for s in scores if s > scores[same == 0].max()), default=np.inf)
    return np.quantile(scores[same == 0], 1 - most)


# %% choose_threshold | wrong | equal scores apart | two equal scores
def choose_threshold(same, scores, most):
    order = np.argsort(-scores, kind="stable")
    allowed, best = most * np.sum(same == 0), np.inf
    for place in order:
        allowed -= not same[place]
        if allowed < 0:
            return best
        best = scores[place]
    return best


# %% choose_threshold | wrong | only scores of one person | one of four may pass
def choose_threshold(same, scores, most):
    works = [t for t in scores[same == 1] if np.mean(scores[same == 0] >= t) <= most]
    return min(works, default=np.inf)


# %% choose_threshold | wrong | 1 if none works | no score works
# -     return thresholds[false_accepts <= most][-1]
# +     works = thresholds[1:][false_accepts[1:] <= most]
# +     return works[-1] if len(works) else 1.0


# %% choose_threshold | wrong | probabilities only | scores may be negative
def choose_threshold(same, scores, most):
    works = [t for t in np.unique(scores) if t >= 0 and np.mean(scores[same == 0] >= t) <= most]
    return min(works, default=np.inf)


# %% choose_threshold | wrong | best accuracy | one of four may pass
def choose_threshold(same, scores, most):
    tried = np.unique(scores)
    return tried[np.argmax([np.mean((scores >= t) == same) for t in tried])]


# %% choose_threshold | wrong | sorts its input | changes its input `scores`
# -     false_accepts, _, thresholds = roc_curve(same, scores)
# +     false_accepts, _, thresholds = roc_curve(same, scores)
# +     scores.sort()


# %% look_up | right | person by person
def look_up(code, names, stored, score, threshold):
    best, best_value = None, 0.0
    for name, known in zip(names, stored, strict=True):
        value = float(score(code, known))
        if best is None or value > best_value:
            best, best_value = name, value
    return (best if best is not None and best_value >= threshold else None), best_value


# %% look_up | right | sorted
def look_up(code, names, stored, score, threshold):
    if len(names) == 0:
        return None, 0.0
    value, place = max((float(v), -k) for k, v in enumerate(score(stored, code)))
    return (names[-place], value) if value >= threshold else (None, value)


# %% look_up | right | with keras.ops
def look_up(code, names, stored, score, threshold):
    if not names:
        return [None, 0.0]
    values = ops.convert_to_tensor(score(code, stored))
    best = int(ops.argmax(values))
    return [names[best] if float(values[best]) >= threshold else None, values[best]]


# %% look_up | wrong | the lowest score | the highest score
# -     best = int(np.argmax(values))
# +     best = int(np.argmin(values))


# %% look_up | wrong | never nobody | nobody reaches the threshold
# -     return names[best] if values[best] >= threshold else None, float(values[best])
# +     return names[best], float(values[best])


# %% look_up | wrong | more than the threshold | on the threshold
# -     return names[best] if values[best] >= threshold else None, float(values[best])
# +     return names[best] if values[best] > threshold + 1e-6 else None, float(values[best])


# %% look_up | wrong | up to the threshold, as distances | the highest score
# -     return names[best] if values[best] >= threshold else None, float(values[best])
# +     return names[best] if values[best] <= threshold else None, float(values[best])


# %% look_up | wrong | the first that passes | the highest score
def look_up(code, names, stored, score, threshold):
    if not names:
        return None, 0.0
    values = score(code, stored)
    for name, value in zip(names, values, strict=True):
        if value >= threshold - 0.35:
            return name, float(value)
    return None, float(values.max())


# %% look_up | wrong | the last of equal scores | equal scores: the first
# -     best = int(np.argmax(values))
# +     best = len(values) - 1 - int(np.argmax(values[::-1]))


# %% look_up | wrong | no score for nobody | nobody reaches the threshold
# -     return names[best] if values[best] >= threshold else None, float(values[best])
# +     return (names[best], float(values[best])) if values[best] >= threshold else (None, 0.0)


# %% look_up | wrong | fails without people | argmax of an empty sequence
# -     if not names:
# -         return None, 0.0
# +     names = list(names)


# %% look_up | wrong | a place, not a name | First a name or None
# -     return names[best] if values[best] >= threshold else None, float(values[best])
# +     return best if values[best] >= threshold else None, float(values[best])


# %% look_up | wrong | only the name | Return a pair
# -     return names[best] if values[best] >= threshold else None, float(values[best])
# +     return names[best] if values[best] >= threshold else None


# %% look_up | wrong | score first | First a name or None
# -     return names[best] if values[best] >= threshold else None, float(values[best])
# +     return float(values[best]), names[best] if values[best] >= threshold else None


# %% look_up | wrong | a distance of its own | the score
# -     values = score(code, stored)
# +     values = 1 - ((stored - code) ** 2).sum(axis=1)


# %% look_up | wrong | sorts the stored names | changes its input `names`
# -     best = int(np.argmax(values))
# +     best = int(np.argmax(values))
# +     names.append("nobody")
