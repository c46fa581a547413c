from django.apps import AppConfig


class StudyConfig(AppConfig):
    name = "study"
    label = "study"
    verbose_name = "Your learning"

    def ready(self) -> None:
        from kit import personal, registry, schedule
        from study import panels, verbs
        from study.personal import HELD

        personal.declare(*HELD)
        for verb in verbs.VERBS:
            registry.verbs.add(verb)
        registry.panels.add(
            registry.Panel(key="study.page", slot="page.study", draw=panels.draw_page, queries=1)
        )
        registry.panels.add(
            registry.Panel(key="study.nothing", slot="search.nothing", draw=panels.draw_nothing, queries=0)
        )
        schedule.daily(hour=7, path="study.tasks.tell_of_communities")
        registry.panels.add(
            registry.Panel(
                key="study.communities", slot="directory.found", draw=panels.draw_communities, queries=0
            )
        )
        registry.panels.add(
            registry.Panel(key="study.search", slot="library.found", draw=panels.draw_search, queries=0)
        )
