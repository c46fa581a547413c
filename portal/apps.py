from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "portal"
    label = "portal"

    def ready(self) -> None:
        from kit import audit, personal, registry
        from portal import checks  # noqa: F401
        from portal.panels import PANELS
        from portal.personal import HELD

        personal.declare(*HELD)
        for panel in PANELS:
            registry.panels.add(panel)
        for key, label in (
            ("exported", "Took a list away as a file"),
            ("set_up_year", "Set up the next year"),
            ("showed_year", "Showed the dates of the next year to everybody"),
            ("undid_year", "Took the next year back"),
        ):
            audit.deeds.add(audit.Deed(key=f"portal.{key}", label=label))
