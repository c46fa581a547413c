from django.apps import AppConfig


class KitConfig(AppConfig):
    name = "kit"
    label = "kit"

    def ready(self) -> None:
        from kit import checks  # noqa: F401
