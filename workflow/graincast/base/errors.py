"""Errors that a user can act on: one line with the file, what was found, what was expected and the cure."""


class GraincastError(Exception):
    """Something outside the code is wrong: a file, a setting, a disk. Its text is the whole message."""


class Interrupted(Exception):
    """The work was asked to stop and has saved what it had."""
