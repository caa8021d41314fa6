# Answers to the exercises of P145, graded by tests/lessons/test_answers.py.


# %% error_rates | right | counted in a loop
def error_rates(same, other, threshold):
    accepted = sum(1 for difference in other if difference <= threshold)
    rejected = sum(1 for difference in same if not difference <= threshold)
    return accepted / len(other), rejected / len(same)


# %% error_rates | right | shares of the other side
def error_rates(same, other, threshold):
    return 1 - (other > threshold).mean(), 1 - (same <= threshold).mean()


# %% error_rates | right | an array of two
def error_rates(same, other, threshold):
    return np.array(
        [np.count_nonzero(other <= threshold) / other.size, (same > threshold).sum() / same.size]
    )


# %% error_rates | wrong | the two exchanged | the pairs on paper, threshold 0.5
# -     return np.mean(other <= threshold), np.mean(same > threshold)
# +     return np.mean(same > threshold), np.mean(other <= threshold)


# %% error_rates | wrong | the threshold itself is rejected | a d of exactly the threshold
# -     return np.mean(other <= threshold), np.mean(same > threshold)
# +     return np.mean(other < threshold), np.mean(same >= threshold)


# %% error_rates | wrong | shares of all pairs | the pairs on paper, threshold 0.5
# -     return np.mean(other <= threshold), np.mean(same > threshold)
# +     n = len(same) + len(other)
# +     return np.sum(other <= threshold) / n, np.sum(same > threshold) / n


# %% error_rates | wrong | shares of right answers | the pairs on paper, threshold 0.5
# -     return np.mean(other <= threshold), np.mean(same > threshold)
# +     return np.mean(other > threshold), np.mean(same <= threshold)


# %% error_rates | wrong | accepts of friends and of strangers | the pairs on paper, threshold 0.5
# -     return np.mean(other <= threshold), np.mean(same > threshold)
# +     return np.mean(other <= threshold), np.mean(same <= threshold)


# %% error_rates | wrong | counts, not shares | the pairs on paper, threshold 0.5
# -     return np.mean(other <= threshold), np.mean(same > threshold)
# +     return np.sum(other <= threshold), np.sum(same > threshold)


# %% error_rates | wrong | one number | Return two numbers
# -     return np.mean(other <= threshold), np.mean(same > threshold)
# +     return (np.mean(other <= threshold) + np.mean(same > threshold)) / 2


# %% error_rates | wrong | sorts its input in place | changes its input
# -     return np.mean(other <= threshold), np.mean(same > threshold)
# +     other[::-1].sort()
# +     return np.mean(other <= threshold), np.mean(same > threshold)


# %% expected_error | right | by logarithms
def expected_error(e, people):
    if e == 1:
        return np.where(np.asarray(people) > 0, 1.0, 0.0)
    return -np.expm1(np.asarray(people) * np.log1p(-e))


# %% expected_error | right | np.power
def expected_error(e, people):
    return 1.0 - np.power(1.0 - e, people)


# %% expected_error | right | the chance that all are right, by name
def expected_error(e, people):
    all_right = np.asarray(1 - e) ** np.asarray(people)
    return 1 - all_right


# %% expected_error | wrong | K e | 2 people: 1 - 0.5 * 0.5
# -     return 1 - (1 - e) ** people
# +     return e * people


# %% expected_error | wrong | K e, cut at 1 | 2 people: 1 - 0.5 * 0.5
# -     return 1 - (1 - e) ** people
# +     return np.minimum(e * people, 1)


# %% expected_error | wrong | the chance that all are right | 2 people: 1 - 0.5 * 0.5
# -     return 1 - (1 - e) ** people
# +     return (1 - e) ** people


# %% expected_error | wrong | all of them wrong | 2 people: 1 - 0.5 * 0.5
# -     return 1 - (1 - e) ** people
# +     return e**people


# %% expected_error | wrong | 1 minus e to the K | e 0.2, 1 person
# -     return 1 - (1 - e) ** people
# +     return 1 - e**people


# %% expected_error | wrong | one number only | e 0.1, 0 to 3 people
# -     return 1 - (1 - e) ** people
# +     return 1 - (1 - e) ** np.max(people)


# %% people_until | right | by logarithms, mended for rounding
def people_until(e, chance):
    people = max(1, int(np.log(1 - chance) / np.log(1 - e)) - 1)
    while expected_error(e, people) < chance:
        people += 1
    return people


# %% people_until | right | counted with itertools
def people_until(e, chance):
    import itertools

    return next(k for k in itertools.count(1) if expected_error(e, k) >= chance)


# %% people_until | right | a product
def people_until(e, chance):
    all_right, people = 1.0, 0
    while True:
        all_right *= 1 - e
        people += 1
        if 1 - all_right >= chance:
            return people


# %% people_until | wrong | one too few | chance 0.7
# -     return people
# +     return people - 1


# %% people_until | wrong | more than the chance | exactly enough
# -     while expected_error(e, people) < chance:
# +     while expected_error(e, people) <= chance:


# %% people_until | wrong | chance / e | chance 0.2: one person is enough
def people_until(e, chance):
    return int(chance / e) + 1 if chance >= e else 2


# %% people_until | wrong | rounded down | chance 0.7
def people_until(e, chance):
    return max(1, int(np.log(1 - chance) / np.log(1 - e)))


# %% people_until | wrong | a float | should be an int
def people_until(e, chance):
    return float(np.ceil(np.log(1 - chance) / np.log(1 - e)))


# %% people_until | wrong | begins at 2 | one person is enough
# -     people = 1
# +     people = 2


# %% people_until | wrong | nobody is enough | chance 0.7
# -     while expected_error(e, people) < chance:
# -         people += 1
# -     return people
# +     return 0


# %% identify | right | a loop over the rows
def identify(differences, threshold):
    places = np.full(len(differences), -1)
    for place, row in enumerate(differences):
        if row.size and row.min() <= threshold:
            places[place] = row.argmin()
    return places


# %% identify | right | infinity for nobody
def identify(differences, threshold):
    n = differences.shape[0]
    last = np.full((n, 1), np.inf)
    table = np.concatenate([np.where(differences <= threshold, differences, np.inf), last], axis=1)
    places = table.argmin(axis=1)
    return np.where(np.isinf(table.min(axis=1)), -1, places)


# %% identify | right | a list made an array
def identify(differences, threshold):
    places = [
        int(np.argmin(row)) if len(row) and min(row) <= threshold else -1 for row in differences
    ]
    return np.array(places, dtype=int)


# %% identify | wrong | always the nearest | expected [1, -1]
# -     return np.where(differences.min(axis=1) <= threshold, nearest, -1)
# +     return nearest


# %% identify | wrong | the threshold itself is too far | exactly enough
# -     return np.where(differences.min(axis=1) <= threshold, nearest, -1)
# +     return np.where(differences.min(axis=1) < threshold, nearest, -1)


# %% identify | wrong | columns for rows | expected shape (2,)
# -     nearest = differences.argmin(axis=1)
# -     return np.where(differences.min(axis=1) <= threshold, nearest, -1)
# +     nearest = differences.argmin(axis=0)
# +     return np.where(differences.min(axis=0) <= threshold, nearest, -1)


# %% identify | wrong | the first that is near enough | the earlier
def identify(differences, threshold):
    if differences.shape[1] == 0:
        return np.full(len(differences), -1)
    near = differences <= threshold
    return np.where(near.any(axis=1), near.argmax(axis=1), -1)


# %% identify | wrong | the later of two equal | the earlier
# -     nearest = differences.argmin(axis=1)
# +     nearest = differences.shape[1] - 1 - differences[:, ::-1].argmin(axis=1)


# %% identify | wrong | an empty gallery is forgotten | empty
# -     if differences.shape[1] == 0:
# -         return np.full(len(differences), -1)
# +     pass


# %% identify | wrong | a list | should be an array
# -     return np.where(differences.min(axis=1) <= threshold, nearest, -1)
# +     return list(np.where(differences.min(axis=1) <= threshold, nearest, -1))


# %% identify | wrong | floats | should return whole numbers
# -     return np.where(differences.min(axis=1) <= threshold, nearest, -1)
# +     return np.where(differences.min(axis=1) <= threshold, nearest, -1.0)


# %% identify | wrong | far ones overwritten in the table | changes its input
# -     nearest = differences.argmin(axis=1)
# +     differences[differences > threshold] = 9.0
# +     nearest = differences.argmin(axis=1)


# %% identify | wrong | K for nobody | expected [1, -1]
# -     return np.where(differences.min(axis=1) <= threshold, nearest, -1)
# +     return np.where(differences.min(axis=1) <= threshold, nearest, differences.shape[1])
