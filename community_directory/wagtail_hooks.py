"""What Wagtail's history calls the steps of a community."""

from typing import Any

from django.urls import URLPattern, path
from wagtail import hooks
from wagtail.log_actions import LogFormatter

from community_directory import import_views
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
    actions.register_action("community_directory.brought_in", "Bring in", "Brought in from a file")

    actions.register_action(
        "community_directory.asked_to_convene", "Invite a convener", "Asked somebody to convene it"
    )

    @actions.register_action("community_directory.merged")
    class Merged(LogFormatter):
        """It names the one that it became part of."""

        label = "Merge"

        def format_message(self, log_entry: Any) -> str:
            return f"Became part of “{log_entry.data['into']}”"

    @actions.register_action("community_directory.took_in")
    class TookIn(LogFormatter):
        """It names the one that became part of it."""

        label = "Merge"

        def format_message(self, log_entry: Any) -> str:
            return f"“{log_entry.data['taken']}” became part of it"


@hooks.register("register_admin_urls")
def import_urls() -> list[URLPattern]:
    """The screens that bring communities in."""
    return [
        path("communities/import/", import_views.upload, name="community_import"),
        path("communities/import/confirm/", import_views.confirm, name="community_import_confirm"),
        path("communities/import/template.csv", import_views.template, name="community_import_template"),
        path("communities/import/<int:pk>/", import_views.result, name="community_import_result"),
        path("communities/import/<int:pk>/ask/", import_views.ask_named, name="community_import_ask"),
    ]
