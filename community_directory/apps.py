from django.apps import AppConfig
from django.db.models.signals import post_delete, post_save


class CommunityDirectoryConfig(AppConfig):
    name = "community_directory"
    label = "community_directory"
    verbose_name = "Communities"

    def ready(self) -> None:
        from community_directory import mails, outside, panels, search, stewarding, verbs, vocabulary
        from community_directory.models import Community
        from guests.registry import kinds
        from kit import registry
        from members.querysets import KnownCircles, known_circles

        registry.panels.add(panels.LATEST)
        known_circles.add(
            KnownCircles(
                key="directory.listed",
                rows=lambda: Community.objects.listed().order_by(),
            )
        )
        registry.cards.add(panels.OWN)
        registry.searches.add(search.SEARCH)
        for verb in verbs.VERBS:
            registry.verbs.add(verb)
        for letter in mails.LETTERS:
            registry.letters.add(letter)
        for kind in (*outside.KINDS, stewarding.KIND):
            kinds.add(kind)
        # The room below, where editors change the terms, does not know that we keep their names.
        for filing in vocabulary.FILINGS.values():
            post_save.connect(vocabulary.forget, sender=filing.terms, dispatch_uid=f"kept-{filing.terms}")
            post_delete.connect(vocabulary.forget, sender=filing.terms, dispatch_uid=f"kept-{filing.terms}")

        from community_directory.personal import HELD
        from kit import personal, schedule

        schedule.every(minutes=60, path="community_directory.tasks.refresh_suggestions")
        schedule.every(minutes=60, path="community_directory.tasks.remind_of_connections")
        schedule.every(minutes=60, path="community_directory.tasks.match_exchanges")
        schedule.every(minutes=60, path="community_directory.tasks.refresh_network")
        schedule.daily(hour=3, path="community_directory.tasks.take_snapshot")
        schedule.daily(hour=7, path="community_directory.tasks.ask_whether_alive")

        personal.declare(*HELD)
