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


@hooks.register("register_log_actions")
def name_the_steps(actions: Any) -> None:
    """One kind of log entry for each state that a community comes to."""
    for state, (label, message) in _SAID.items():
        actions.register_action(f"community_directory.{state.value}", label, message)
