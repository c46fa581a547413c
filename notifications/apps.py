from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "notifications"
    label = "notifications"
    verbose_name = "Notifications"

    def ready(self) -> None:
        from kit import schedule

        schedule.every(minutes=1, path="notifications.tasks.send_due_mails")
        schedule.daily(hour=4, path="notifications.tasks.tidy")

        from kit import personal
        from notifications.personal import HELD

        personal.declare(*HELD)
