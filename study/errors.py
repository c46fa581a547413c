"""What can go wrong with what somebody keeps. Each says what to do, in the words that are shown."""


class StudyError(Exception):
    """Something can't be kept as asked.

    Args:
        words: what to say to who tried.
    """

    words = ""


class TooManyBookmarks(StudyError):
    """There are as many as one may have."""

    words = "You have 300 bookmarks, which is the most we can keep. Remove one first."


class TooManyLists(StudyError):
    """There are as many as one may have."""

    words = "You have 30 lists, which is the most we can keep. Delete one first."


class TooManySearches(StudyError):
    """There are as many as one may have."""

    words = "You have 30 saved searches, which is the most we can keep. Delete one first."


class TooLong(StudyError):
    """A search asks for more than is kept."""

    words = "This search is too long to save. Take some filters off."


class NameTaken(StudyError):
    """Another of one's lists has this name."""

    words = "You have a list with this name. Choose another name."


class NotTheirs(Exception):
    """A bookmark or a list is another person's, or is gone."""
