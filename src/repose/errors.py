"""Errors that a user can mend."""


class ReposeError(Exception):
    """Something the user can mend: one line that says what is wrong and what to do.

    The command line prints the message alone and exits with code 2; anything else that is raised is a
    defect of Repose and keeps its traceback.
    """


class NeverError(ReposeError):
    """What was asked for will be refused however often it is tried again."""


class NotThereError(ReposeError):
    """What was asked for is not kept, or not any more."""
