"""What Wagtail's history calls the steps of a community."""

from typing import Any

from wagtail import hooks

from community_directory.enums import CommunityState

_SAID = {
    CommunityState.DRAFT: ("Send back", "Sent back to its conveners"),
    CommunityState.SUBMITTED: ("Submit", "Sent to the editors"),
    CommunityState.PUBLISHED: ("Publish", "Put into the directory"),
    CommunityState.DORMANT: ("Rest", "Left to rest"),
    CommunityState.ENDED: ("End", "Ended"),
}

_DEEDS = {
    "confirmed": ("Confirm", "Said to be alive"),
    "asked": ("Ask", "Asked whether it is alive"),
    "asked_again": ("Ask again", "Asked again whether it is alive"),
    "rests_unasked": ("Let rest", "Left to rest, since nobody answered"),
    "handed_over": ("Hand over", "Handed over to somebody else without an account"),
    "taken_to_account": ("Take over", "Taken over by somebody with an account"),
}


@hooks.register("register_log_actions")
def name_the_steps(actions: Any) -> None:
    """One kind of log entry for each state that a community comes to, and for what else happens to it."""
    for deed, (label, message) in _DEEDS.items():
        actions.register_action(f"community_directory.{deed}", label, message)
    for state, (label, message) in _SAID.items():
        actions.register_action(f"community_directory.{state.value}", label, message)
