"""Errors that say what was found, and how to mend it."""


class MendableError(Exception):
    """Something that cannot be used.

    Args:
        found: what is there instead.
        mend: what to do about it.
    """

    def __init__(self, found, mend):
        super().__init__(f"{found}. {mend}")
        self.found, self.mend = found, mend
