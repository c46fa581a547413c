"""Why something can't be said or changed."""


class TopicClosed(Exception):
    """The topic takes no more replies."""


class NotTheirs(Exception):
    """This person may not do that, or may not any more."""
