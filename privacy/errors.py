"""What can go wrong in this room."""


class LastAdmin(Exception):
    """Nobody could look after the portal without them."""


class UnderWay(Exception):
    """One export is being made already."""
