"""How long a sample takes, so that a slow or busy machine does not count."""

import time


def measured(load, count, starts):
    """Load batches, and measure them beside a Python loop of additions.

    Args:
        load: function of (count, start).
        count: samples in a batch.
        starts: index of the first sample of each batch.

    Returns:
        (milliseconds, loops) that a sample takes, CPU time, the least of all batches.
    """
    milliseconds, ratios = [], []
    for start in starts:
        before, begin = _steps(), time.process_time()
        load(count, start)
        took = (time.process_time() - begin) / count
        milliseconds.append(took * 1000)
        ratios.append(2 * took / (before + _steps()))
    return min(milliseconds), min(ratios)


def _steps(count=300_000):
    """Return how long a Python loop of so many steps takes, seconds."""
    begin, total = time.process_time(), 0
    for number in range(count):
        total += number
    return time.process_time() - begin
