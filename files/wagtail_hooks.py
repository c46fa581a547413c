"""The lists of files that Wagtail's screens ask for by script."""

from typing import Any

from wagtail import hooks

from files import api


@hooks.register("construct_admin_api", order=100)
def lists_for_scripts(router: Any) -> None:
    """In place of Wagtail's, which list every file to whoever may enter the admin."""
    router.register_endpoint("images", api.SeenImages)
    router.register_endpoint("documents", api.SeenDocuments)
