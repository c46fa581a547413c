from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    name = "privacy"
    label = "privacy"
    verbose_name = "Privacy"

    def ready(self) -> None:
        from django.contrib.auth.signals import user_logged_in

        from kit import audit, personal, registry, schedule
        from privacy.middleware import mark
        from privacy.personal import HELD
        from privacy.verbs import VERBS

        personal.declare(*HELD)
        for verb in VERBS:
            registry.verbs.add(verb)
        for key, label in (
            ("export_asked", "Asked for a copy of their data"),
            ("export_made", "Got a copy of their data"),
            ("erasure_asked", "Asked to delete their account"),
            ("erasure_withdrawn", "Kept their account after all"),
            ("erased", "Deleted an account that was asked to be deleted"),
            ("lead_goes", "Told others that somebody who leads leaves"),
        ):
            audit.deeds.add(audit.Deed(key=f"privacy.{key}", label=label))
        schedule.every(minutes=5, path="privacy.tasks.give_up_left_behind")
        schedule.daily(hour=3, path="privacy.tasks.erase_due")
        schedule.daily(hour=2, path="privacy.tasks.forget_old")
        # There are many ways to sign in, all of another package; this is what they have in common.
        user_logged_in.connect(mark, dispatch_uid="privacy.mark")
