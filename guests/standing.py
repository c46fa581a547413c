"""How the addresses that somebody wants to invite stand to a group, before anything is sent."""

from dataclasses import dataclass

from guests.actions.invitations import known
from guests.addresses import Typed
from guests.enums import Standing
from members.models import Circle


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line of what was typed, and how it stands."""

    text: str
    standing: Standing

    @property
    def colour(self) -> str:
        """Of its tag."""
        return {Standing.NEW: "green", Standing.WRONG: "red"}.get(self.standing, "grey")


def standing(circle: Circle, typed: list[Typed]) -> list[Line]:
    """Each line with how it stands to the circle. Four queries, however many there are.

    It says of nobody whether they have an account, only whether they are in this circle.
    """
    ours, seen, lines = known(circle), set(), []
    for one in typed:
        if not one.email:
            state = Standing.WRONG
        elif one.email in seen:
            state = Standing.TWICE
        else:
            state = Standing(ours.get(one.email, Standing.NEW))
        seen.add(one.email)
        lines.append(Line(text=one.email or one.text, standing=state))
    return lines
