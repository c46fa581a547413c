from django.apps import AppConfig


class DiscussionConfig(AppConfig):
    name = "discussion"
    label = "discussion"
    verbose_name = "Discussions"

    def ready(self) -> None:
        from discussion import actions, news, panels, search
        from discussion.models import Space, Topic
        from kit import registry

        for verb in news.VERBS:
            registry.verbs.add(verb)
        registry.searches.add(
            registry.Search(
                key="topics",
                label="Topics",
                find=search.hits,
                more_url="/discussions/search/?q=",
                queries=2,
                order=50,
            )
        )
        registry.cards.add(
            registry.Card(key="discussion.unread", draw=panels.draw_unread, queries=2, order=50)
        )
        registry.panels.add(
            registry.Panel(
                key="discussion.community", slot="community.below", draw=panels.draw_community, queries=2
            )
        )
        registry.movers.add(
            registry.Mover(
                key="discussion.spaces",
                labels=("discussion.Space", "discussion.Topic", "discussion.Post"),
                says=lambda circle: (
                    registry.counted(Space.objects.filter(circle=circle).count(), "space")
                    + registry.counted(Topic.objects.filter(circle=circle).count(), "topic")
                ),
                move=actions.move_spaces,
            )
        )
        registry.panels.add(
            registry.Panel(key="discussion.page", slot="page.talk", draw=panels.draw_page, queries=0)
        )

        from discussion.personal import HELD
        from kit import audit, personal

        personal.declare(*HELD)
        for key, label in (
            ("pinned", "Kept a topic on top"),
            ("unpinned", "No longer kept a topic on top"),
            ("closed", "Closed a topic"),
            ("unclosed", "Opened a topic again"),
            ("removed", "Removed what somebody else wrote"),
            ("restored", "Brought back what somebody else wrote"),
        ):
            audit.deeds.add(audit.Deed(key=f"discussion.{key}", label=label))
