"""What this room holds about people."""

from kit.personal import Held, set_to_nobody

_WHY = "So that editors know whom to ask about it."
_KEPT = "As long as the file is there. It belongs to the portal; your name is taken off when your account is deleted."

HELD = tuple(
    Held(
        key=key,
        by=("uploaded_by_user",),
        title=title,
        what="The file, and that it was you who added it.",
        why=_WHY,
        kept=_KEPT,
        shows=("title", "file", "created_at"),
        erase=set_to_nobody,
        for_editors=True,
        order=290,
    )
    for key, title in (
        ("files.PortalImage", "Pictures that you added"),
        ("files.PortalDocument", "Documents that you added"),
    )
)
