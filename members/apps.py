from django.apps import AppConfig

from kit import registry


class MembersConfig(AppConfig):
    name = "members"
    label = "members"
    verbose_name = "People"

    def ready(self) -> None:
        from members.panels import draw_belongings
        from members.search import find_people

        registry.cards.add(
            registry.Card(key="members.belongings", draw=draw_belongings, queries=1, order=400)
        )
        registry.searches.add(
            registry.Search(
                key="members.people",
                label="People",
                find=find_people,
                more_url="/people/?q=",
                queries=1,
                order=500,
            )
        )
