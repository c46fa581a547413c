"""Why something can't be said or changed."""


class GroupEnded(Exception):
    """The people of this place have ended their group: it is read, and takes nothing more."""


class TopicClosed(Exception):
    """The topic takes no more replies."""


class NotTheirs(Exception):
    """This person may not do that, or may not any more."""
