"""Mail, sent by the worker."""

from django_tasks import task


@task()
def send_mail(mail_id: int) -> None:
    """Send one mail, if it is due and nobody else is sending it."""


@task()
def send_due_mails() -> None:
    """Send what waits, and flag what somebody stopped half-way through."""
