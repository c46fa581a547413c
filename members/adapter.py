"""How sign-in behaves here."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are made for people who are invited; nobody signs themself up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """No."""
        return False
