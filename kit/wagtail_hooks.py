"""What Wagtail has to know of ours."""

from wagtail import hooks
from wagtail.log_actions import LogActionRegistry

from kit import audit


@hooks.register("register_log_actions")
def name_our_deeds(actions: LogActionRegistry) -> None:
    """The kinds of things that rooms log."""
    for deed in audit.deeds:
        actions.register_action(deed.key, deed.label, deed.label)
