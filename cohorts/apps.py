from django.apps import AppConfig

from kit import registry


class CohortsConfig(AppConfig):
    name = "cohorts"
    label = "cohorts"
    verbose_name = "Cohorts and sessions"

    def ready(self) -> None:
        from cohorts.panels import draw_module_sessions, draw_next_session, when_modules_are
        from cohorts.reflecting import SESSIONS, draw_session
        from cohorts.search import find
        from cohorts.verbs import VERBS
        from journal.registry import subjects
        from learning.calendars import Calendar, calendars

        calendars.add(Calendar(key="cohorts.modules", when=when_modules_are, queries=1))
        registry.panels.add(
            registry.Panel(
                key="cohorts.module_sessions", slot="module.sessions", draw=draw_module_sessions, queries=2
            )
        )
        subjects.add(SESSIONS)
        registry.panels.add(
            registry.Panel(key="cohorts.reflect", slot="session.below", draw=draw_session, queries=0)
        )
        registry.cards.add(
            registry.Card(key="cohorts.next_session", draw=draw_next_session, queries=1, order=10)
        )
        for verb in VERBS:
            registry.verbs.add(verb)
        registry.searches.add(
            registry.Search(key="sessions", label="Sessions", find=find, queries=2, order=250)
        )

        from cohorts.personal import HELD
        from kit import personal

        personal.declare(*HELD)
