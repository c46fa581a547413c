"""An admin makes accounts in Wagtail; each is one person with one address."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from members.models import User

NEW = {
    "email": "New@Example.org",
    "first_name": "Nia",
    "last_name": "Ball",
    "password1": "violin harbour spoon",
    "password2": "violin harbour spoon",
    "is_active": "on",
}


def make(client, **changes):
    return client.post(reverse("wagtailusers_users:add"), {**NEW, **changes})


def test_an_admin_makes_an_account_that_can_sign_in(signed_in, client, cast):
    assert make(signed_in(cast.admin)).status_code == 302
    made = User.objects.get(email__iexact="new@example.org")
    assert (made.name, made.is_superuser, made.is_network_member) == ("Nia Ball", False, False)
    data = {"login": "new@example.org", "password": NEW["password1"]}
    assert client.post("/accounts/login/", data)["Location"] == "/me/"


@pytest.mark.parametrize("who", ["editor", "participant", "outsider"])
def test_nobody_else_does(signed_in, cast, who):
    assert make(signed_in(getattr(cast, who))).status_code == 302
    assert User.objects.filter(email__iexact="new@example.org").exists() is False


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"email": "PARTICIPANT@example.org"}, "email"),
        ({"password1": "short", "password2": "short"}, "password2"),
    ],
)
def test_bad_input_is_said_beside_its_field(signed_in, cast, changes, field):
    response = make(signed_in(cast.admin), **changes)
    assert response.status_code == 200
    assert field in response.context["form"].errors


def test_an_address_is_one_persons_in_any_case(db):
    User.objects.create_user("one@example.org")
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create(email="ONE@example.org")
