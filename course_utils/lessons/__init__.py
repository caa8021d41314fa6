"""A lesson as an object: its cells, its exercises, the learner's copy, grading and reports.

Nothing is imported here, so that the `course` command starts at once.
"""
