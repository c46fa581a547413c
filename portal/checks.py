"""A deployment never runs with the demo's accounts, whose password whoever has run a demo may know."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core import checks
from django.core.exceptions import ImproperlyConfigured
from django.db import DEFAULT_DB_ALIAS, connections

from members.models import User
from portal import pdf

# Nobody's real address ends so: the name is kept for examples (RFC 2606, section 3).
_OF_DEMOS = "@example.org"
_WORDS = (
    f"There are accounts in this database whose address ends in {_OF_DEMOS}: it was filled by a demo. Use an empty "
    "database, or close those accounts (untick Active in Settings, Users, under the demo's settings)."
)


def has_demo_accounts(database: str = DEFAULT_DB_ALIAS) -> bool:
    """Whether somebody could sign in as one of the demo's people.

    Raises:
        django.db.Error: the database does not answer.
    """
    if User._meta.db_table not in connections[database].introspection.table_names():
        return False  # nothing has been migrated yet, so there is nobody
    return User.objects.using(database).filter(email__iendswith=_OF_DEMOS, is_active=True).exists()


def refuse_demo_accounts() -> None:
    """Called where a deployment starts: its web processes and its worker.

    Raises:
        ImproperlyConfigured: this is no demo, and its database has accounts of one.
    """
    if not settings.IS_DEMO and has_demo_accounts():
        raise ImproperlyConfigured(_WORDS)


@checks.register(checks.Tags.database)
def no_demo_accounts(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[checks.CheckMessage]:
    """The same for ``manage.py migrate`` and ``manage.py check --database default``."""
    if settings.IS_DEMO or DEFAULT_DB_ALIAS not in (databases or ()):
        return []
    return [checks.Error(_WORDS, id="portal.E001")] if has_demo_accounts() else []


@checks.register(deploy=True)
def pdfs_can_be_drawn(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[checks.CheckMessage]:
    """Records of learning are offered to print where they cannot be drawn."""
    if pdf.is_available():
        return []
    words = (
        "WeasyPrint or Pango is missing, so that no PDFs can be made; people are offered the page to print."
    )
    hint = (
        "On Debian: apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core."
    )
    return [checks.Warning(words, hint=hint, id="portal.W001")]
