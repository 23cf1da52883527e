"""What the people's side cannot do."""


class Refused(Exception):  # noqa: N818 - it is no error of the program
    """A request that makes no sense in this workspace, with a sentence for the person."""
