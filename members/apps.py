from django.apps import AppConfig

from kit import registry

_DEEDS = {
    "made_account": "Made an account",
    "joined": "Joined, or was let in or made a lead",
    "left": "Left, or was taken out",
    "role_changed": "Was given another part",
    "saw_list": "Looked at a list of people",
    "removed": "Ended a membership",
    "asked": "Asked to join",
    "took_back": "Took back what they had asked",
    "accepted": "Let somebody in",
    "declined": "Said no to somebody who asked",
    "merged": "Merged two words of a list",
    "moved": "Went over to another group, which theirs became part of",
}


class MembersConfig(AppConfig):
    name = "members"
    label = "members"
    verbose_name = "People"

    def ready(self) -> None:
        from allauth.core.internal import ratelimit
        from allauth.mfa.totp.internal import auth as totp
        from django.core.cache import caches

        from kit import schedule
        from members import limits, watching

        # The package counts in the default cache and has no setting for another: members/limits.py says why rows.
        ratelimit.cache = limits.Noting(caches["limits"])
        totp.cache = limits.UsedCodes()
        watching.start()
        schedule.daily(hour=3, path="members.tasks.forget_unproved")

        from kit.audit import Deed, deeds
        from members.actions import move_groups
        from members.models import Circle
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
        registry.movers.add(
            registry.Mover(
                key="members.groups",
                labels=("members.Circle",),
                says=lambda circle: registry.counted(
                    Circle.objects.filter(parent=circle).count(), "small group"
                ),
                move=move_groups,
            )
        )
        for key, label in _DEEDS.items():
            deeds.add(Deed(key=f"members.{key}", label=label))

        from kit import personal
        from members.personal import HELD, PAUSE

        personal.declare(*HELD)
        personal.pauses.add(PAUSE)
