"""What can go wrong when people are told."""


class UnknownVerb(LookupError):
    """No room has registered this kind of news in ``kit.registry.verbs``."""
