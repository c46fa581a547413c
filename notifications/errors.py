"""What can go wrong when people are told."""


class UnknownVerb(LookupError):
    """No room has registered this kind of news in ``kit.registry.verbs``."""


class UnknownLetter(LookupError):
    """No room has registered this kind of letter in ``kit.registry.letters``."""


class NoMailServer(Exception):
    """The mail server can't be reached, or doesn't let us in: nothing has gone."""


class Refused(Exception):
    """The mail server would not take a mail: it has not gone."""


class LineBroke(Exception):
    """The line to the mail server broke while a mail was given over: it may have gone or not."""
