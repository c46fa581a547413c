from django.apps import AppConfig


class JournalConfig(AppConfig):
    name = "journal"
    label = "journal"
    verbose_name = "Reflections and outcomes"

    def ready(self) -> None:
        from journal import panels, verbs
        from journal.personal import HELD, PAUSE
        from kit import personal, registry

        personal.declare(*HELD)
        personal.pauses.add(PAUSE)
        for verb in verbs.VERBS:
            registry.verbs.add(verb)
        registry.panels.add(
            registry.Panel(key="journal.page", slot="page.reflect", draw=panels.draw_page, queries=0)
        )
