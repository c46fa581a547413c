"""The open API does what its description says, for whatever is sent to it (Schemathesis: no 5xx, nothing undocumented)."""

import pytest
import schemathesis
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from portal.api import api
from tests.factories import CommunityFactory, OrganisationFactory, ThemeFactory

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
described = schemathesis.openapi.from_dict(api.get_openapi_schema())
described.app = get_wsgi_application()
_CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


@pytest.fixture
def some(db) -> None:
    """A few communities of each kind, in the index."""
    for number in range(3):
        community = CommunityFactory(
            name=f"Falls {number}", themes=[ThemeFactory()], website="https://a.example.org"
        )
        community.organisations.add(OrganisationFactory())
    CommunityFactory(state="dormant")
    CommunityFactory(state="draft", published_at=None)
    call_command("update_index", verbosity=0)


@described.parametrize()
@settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_what_is_sent_gets_an_answer_that_is_described(case, some):
    case.call_and_validate(checks=_CHECKS)
