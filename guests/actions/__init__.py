"""What is done with links, invitations and memberships: one verb each, in one transaction."""

from guests.actions.invitations import (
    MOST_A_DAY,
    accept_as_new,
    accept_invitation,
    decline_invitation,
    expire,
    invite,
    tell_invited,
    withdraw_invitation,
)
from guests.actions.links import answer, ask_question, make_link, revoke_link, settle
from guests.actions.people import (
    accept_request,
    ask_to_join,
    decline_request,
    hand_over,
    make_lead,
    remove_member,
    step_back,
)

__all__ = [
    "MOST_A_DAY",
    "accept_as_new",
    "accept_invitation",
    "accept_request",
    "answer",
    "ask_question",
    "ask_to_join",
    "decline_invitation",
    "decline_request",
    "expire",
    "hand_over",
    "invite",
    "make_lead",
    "make_link",
    "remove_member",
    "revoke_link",
    "settle",
    "step_back",
    "tell_invited",
    "withdraw_invitation",
]
