from django.apps import AppConfig

from kit import registry


class LearningConfig(AppConfig):
    name = "learning"
    label = "learning"
    verbose_name = "Learning"

    def ready(self) -> None:
        from learning.panels import draw_progress, draw_year
        from learning.search import find_course, find_guidance

        registry.panels.add(registry.Panel(key="learning.year", slot="home.year", draw=draw_year, queries=1))
        registry.cards.add(registry.Card(key="learning.progress", draw=draw_progress, queries=3, order=200))
        registry.searches.add(
            registry.Search(
                key="guidance",
                label="Guidance",
                find=find_guidance,
                more_url="/guidance/?q=",
                queries=2,
                order=100,
            )
        )
        registry.searches.add(
            registry.Search(key="modules", label="Programme", find=find_course, queries=2, order=300)
        )

        from kit import audit, personal, schedule
        from learning.personal import HELD
        from learning.verbs import VERBS

        personal.declare(*HELD)
        audit.deeds.add(audit.Deed(key="learning.exported", label="Took the library away as a list"))
        for verb in VERBS:
            registry.verbs.add(verb)
        schedule.daily(hour=7, path="learning.tasks.remind_of_reviews")
