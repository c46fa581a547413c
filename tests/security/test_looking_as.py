"""An editor who looks as somebody else gets the answers that the table has for them, and nothing more."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from discussion.models import TopicRead
from portal.looking import NOT_HERE
from tests.security import access
from tests.security.test_access import world  # noqa: F401
from tests.security.test_leaks import MAY, kernel, planted  # noqa: F401
from tests.security.world import EXAMPLES, client_of

# Somebody of the network who has done nothing, and who is in no cohort that the editor is not in.
COLUMN = {"visitor": "visitor", "member": "lead", "participant": "lead"}


def _answer(client, address: str, who: str):
    return client.get(f"{address}{'&' if '?' in address else '?'}as={who}")


def _addresses(made) -> dict[str, str]:
    shown = {key: "/" + example.address.format(**vars(made)) for key, example in EXAMPLES.items()}
    return {key: address for key, address in shown.items() if not address.startswith(NOT_HERE)}


@pytest.mark.parametrize("who", COLUMN)
def test_the_answers_are_those_of_the_table(world, who, signed_in):  # noqa: F811
    client, column = client_of("editor", world, signed_in), access.PEOPLE.index(COLUMN[who])
    wanted = {row.key: row.statuses[column] for row in access.rows() if row.method == "GET"}
    got = {key: _answer(client, address, who).status_code for key, address in _addresses(world).items()}
    assert len(got) > 40
    assert {key: (wanted[key], status) for key, status in got.items() if status != wanted[key]} == {}


@pytest.mark.parametrize("who", COLUMN)
def test_nothing_is_written(world, who, signed_in):  # noqa: F811
    client = client_of("editor", world, signed_in)
    client.get("/")
    for address in _addresses(world).values():
        with CaptureQueriesContext(connection) as asked:
            _answer(client, address, who)
        writes = [
            one["sql"] for one in asked if one["sql"].lstrip()[:6].upper() in ("INSERT", "UPDATE", "DELETE")
        ]
        assert [sql for sql in writes if "members_limit" not in sql and "django_session" not in sql] == [], (
            address
        )
    assert TopicRead.objects.filter(person__email="editor@example.org").count() == 0


@pytest.mark.parametrize("who", COLUMN)
def test_it_opens_nothing_that_the_editor_may_not_see(planted, who, signed_in):  # noqa: F811
    client = client_of("editor", planted, signed_in)
    for key, address in _addresses(planted).items():
        if "<str:token>" in key:  # the address is a secret, and opens to who has it
            continue
        said = b"".join(_answer(client, address, who)).decode(errors="replace")  # streamed or not
        assert [kind for kind in MAY if kernel(kind) in said] == [], address


@pytest.mark.parametrize(
    "who", ["visitor", "guest", "stranger", "participant", "convener", "facilitator", "lead"]
)
def test_nobody_else_looks_as_somebody(world, who, signed_in):  # noqa: F811
    client = client_of(who, world, signed_in)
    for address in ("/", "/people/", "/communities/", f"/communities/{world.draft}/"):
        plain, asked = client.get(address), _answer(client, address, "member")
        assert asked.status_code == plain.status_code
        assert b"You see this page as" not in asked.content


def test_the_page_says_so_and_is_kept_by_nobody(world, signed_in, client):  # noqa: F811
    shown = _answer(client_of("editor", world, signed_in), "/guidance/", "visitor")
    html = shown.content.decode()
    assert html.count("You see this page as a visitor would.") == 1
    assert "/accounts/login/" in html
    assert shown["Cache-Control"] == "private, no-store"
    assert "You see this page as" not in client.get("/guidance/?as=visitor").content.decode()


def test_the_ways_are_offered_to_who_has_been_in_the_admin(world, signed_in):  # noqa: F811
    editor, convener = (client_of(who, world, signed_in) for who in ("editor", "convener"))
    assert "Look at this page as" not in editor.get("/calendar/").content.decode()
    for client in (editor, convener):
        client.get("/admin/")
    html = editor.get("/calendar/?kind=webinar").content.decode()
    assert [html.count(f'href="?kind=webinar&amp;as={who}"') for who in COLUMN] == [1, 1, 1]
    assert "Look at this page as" not in editor.get("/me/").content.decode()
    assert "Look at this page as" not in convener.get("/calendar/").content.decode()


@pytest.mark.parametrize("who", ["", "admin", "editor", "0", "visitor\x00"])
def test_nobody_looks_as_what_is_not_offered(world, who, signed_in):  # noqa: F811
    shown = client_of("editor", world, signed_in).get("/guidance/", {"as": who})
    assert shown.status_code == 200
    assert "You see this page as" not in shown.content.decode()


def test_it_is_no_way_round_the_second_step(world, signed_in, settings):  # noqa: F811
    settings.REQUIRE_MFA = True
    answer = _answer(client_of("editor", world, signed_in), "/people/", "member")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/2fa/needed/")


def test_what_is_sent_is_sent_as_oneself(world, signed_in):  # noqa: F811
    """A form at an address with ``?as=`` is no stand-in's."""
    answer = client_of("editor", world, signed_in).post("/communities/new/?as=visitor", {})
    assert answer.status_code == 200


def test_where_a_visitor_is_asked_to_sign_in_one_comes_back_as_oneself(world, signed_in):  # noqa: F811
    """Whoever is signed in is sent back from there at once: with "as" in the address, for ever."""
    editor = client_of("editor", world, signed_in)
    address = f"/people/{world.found}/message/"
    answer = editor.get(f"{address}?to=1&as=visitor", follow=True)
    assert answer.redirect_chain[-1] == (f"{address}?to=1", 302)
    assert answer.status_code == editor.get(address).status_code
