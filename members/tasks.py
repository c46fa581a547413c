"""What the worker does about accounts."""

from datetime import timedelta
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django_tasks import task

from members import accounts
from members.enums import AskState
from members.models import AccountRequest, User

UNPROVED_FOR = timedelta(days=14)


@task()
def answer_new(request_id: int) -> None:
    """Make the account that somebody asked for, and write to the address: one mail, whether it had one or not."""
    asked = AccountRequest.objects.filter(pk=request_id, state=AskState.NEW).first()
    if asked is None:
        return
    person = accounts.open_account(asked=asked)
    if person is not None:
        _ask_whether_it_is_theirs(person)
    else:
        _send("account_already_exists", asked.email)


def _ask_whether_it_is_theirs(person: User) -> None:
    address = EmailAddress.objects.get(user=person, email=person.email)
    confirmation = EmailConfirmationHMAC.create(address)
    url = settings.SITE_URL + reverse("account_confirm_email", args=[confirmation.key])
    _send("email_confirmation_signup", person.email, user=person, activate_url=url)


@task()
def tell_answer(request_id: int) -> None:
    """Write to somebody who asked for an account what the answer is."""
    asked = AccountRequest.objects.select_related("person").filter(pk=request_id).first()
    if (
        asked is not None
        and asked.person is not None
        and asked.state in (AskState.ADMITTED, AskState.REFUSED)
    ):
        _send(f"account_{asked.state}", asked.person.email, user=asked.person)


def _send(name: str, email: str, **context: Any) -> None:
    get_adapter().send_mail(f"account/email/{name}", email, context)


@task()
def forget_unproved() -> None:
    """Take away what was asked for with an address that nobody has said is theirs for two weeks."""
    old = AccountRequest.objects.filter(created_at__lt=timezone.now() - UNPROVED_FOR)
    old.filter(state=AskState.NEW).delete()
    waiting = old.filter(state=AskState.WAITING).exclude(person__emailaddress__verified=True)
    User.objects.filter(account_request__in=waiting, last_login=None).delete()
