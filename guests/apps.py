from django.apps import AppConfig

_DEEDS = {
    "made_link": "Made a link for somebody without an account",
    "answered": "Answered by a link",
    "revoked_link": "Took a link back",
    "asked_question": "Asked a question by a link",
    "invited": "Invited people",
    "accepted": "Accepted an invitation",
    "declined": "Declined an invitation",
    "withdrew": "Took an invitation back",
}


class GuestsConfig(AppConfig):
    name = "guests"
    label = "guests"
    verbose_name = "Guests"

    def ready(self) -> None:
        from guests import mails, page, panels, registry, verbs
        from guests.actions import invitations
        from guests.personal import HELD
        from kit import personal, schedule
        from kit import registry as shown
        from kit.audit import Deed, deeds

        personal.declare(*HELD)
        registry.kinds.add(page.KIND)
        shown.letters.add(mails.INVITATION_LETTER)
        for verb in verbs.VERBS:
            shown.verbs.add(verb)
        shown.panels.add(panels.JOINING)
        shown.movers.add(
            shown.Mover(
                key="guests.invitations",
                labels=("guests.Invitation",),
                says=lambda circle: shown.counted(invitations.waiting(circle).count(), "invitation"),
                move=invitations.move_invitations,
            )
        )
        for key, label in _DEEDS.items():
            deeds.add(Deed(key=f"guests.{key}", label=label))
        schedule.daily(hour=3, path="guests.tasks.expire")
