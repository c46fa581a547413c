"""Several people at one community: nobody undoes another, nothing is written that nobody changed."""

from collections.abc import Callable
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.core import mail as outbox
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from wagtail.models import ModelLogEntry

from community_directory import actions
from community_directory.forms import CommunityForm
from community_directory.models import Community
from members import actions as members_actions
from members.enums import Role
from members.models import Profile
from notifications.models import Notification
from tests.factories import UserFactory

Sent = dict[str, list[str]]
ADDRESS = "/communities/falls-in-care-homes/edit/"
ADMIN = "/admin/community_directory/community/edit/{}/"
TEXTS = ("name", "summary", "domain", "purpose", "practice", "rhythm", "how_to_join")
MANY = ("themes", "sectors", "regions", "organisations")


def read(client: Client, address: str) -> Sent:
    """What a browser sends of a form as it was shown."""
    page = BeautifulSoup(client.get(address).content, "html.parser")
    form = page.find("input", {"name": "seen"}).find_parent("form")
    found: Sent = {}
    for field in form.select("input[name], textarea[name], select[name]"):
        if field.get("type") in ("checkbox", "radio") and not field.has_attr("checked"):
            continue
        if field.name == "select":
            values = [option["value"] for option in field.select("option[selected]")]
        elif field.name == "textarea":
            values = [field.get_text().removeprefix("\r\n").removeprefix("\n")]
        else:
            values = [field.get("value", "")]
        found.setdefault(field["name"], []).extend(values)
    return found


def there(community: Community) -> dict[str, Any]:
    fresh = Community.objects.get(pk=community.pk)
    return {name: getattr(fresh, name) for name in (*TEXTS, "stage", "meets", "open_to", "website")} | {
        name: {term.pk for term in getattr(fresh, name).all()} for name in MANY
    }


def visible(text: str) -> bool:
    return CommunityForm.declared_fields["name"].to_python(text) != ""


TEXT = st.text(
    alphabet=st.characters(blacklist_categories=["Cs", "Cc", "Cf", "Co", "Cn"]), min_size=1, max_size=60
).filter(visible)
LONG = st.lists(TEXT, min_size=1, max_size=3).map("\r\n\r\n".join)


class TestRoundTrip:
    """What somebody has written is shown as they wrote it; sent back as it is, it is no change."""

    @settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(name=TEXT, summary=TEXT, rhythm=TEXT, domain=LONG, practice=st.one_of(st.just(""), LONG))
    def test_on_the_portal_s_own_form(self, signed_in, cast, pages, filled, **texts):
        client = signed_in(cast.convener)
        assert client.post(ADDRESS, filled | texts).status_code == 302
        before, steps = there(cast.community), ModelLogEntry.objects.count()
        assert client.post(ADDRESS, read(client, ADDRESS)).status_code == 302
        assert (there(cast.community), ModelLogEntry.objects.count()) == (before, steps)

    def test_in_the_admin(self, signed_in, cast, pages, filled):
        client, address = signed_in(cast.editor), ADMIN.format(cast.community.pk)
        assert client.post(ADDRESS, filled).status_code == 302
        before, steps = there(cast.community), ModelLogEntry.objects.count()
        assert client.post(address, read(client, address)).status_code == 302
        assert (there(cast.community), ModelLogEntry.objects.count()) == (before, steps)

    def test_texts_from_elsewhere_are_not_tidied_by_the_way(self, signed_in, cast, pages):
        """What a programme file or a factory has written keeps its spaces until somebody changes that text."""
        odd = {"summary": " Two  spaces ", "domain": "a\r\nb\r\n", "website": "example.org"}
        Community.objects.filter(pk=cast.community.pk).update(**odd)
        client = signed_in(cast.convener)
        assert client.post(ADDRESS, read(client, ADDRESS) | {"rhythm": ["Mondays"]}).status_code == 302
        now = there(cast.community)
        assert {name: now[name] for name in odd} == odd
        assert now["rhythm"] == "Mondays"


CHANGES: dict[str, Any] = {
    "summary": "Changed in one sentence.",
    "domain": "Changed\nin two lines.",
    "practice": "",
    "rhythm": "Mondays",
    "stage": "stewardship",
    "meets": "both",
    "open_to": "invitation",
    "website": "https://changed.example.org",
    "themes": "none",
    "organisations": "none",
}


class TestTwoAtOnce:
    @pytest.fixture
    def browsers(self, signed_in, cast, pages, terms) -> dict[str, tuple[Client, str]]:
        """A convener and a co-convener at the portal's form, and an editor in the admin."""
        cast.community.themes.set([terms["theme"]])
        cast.community.organisations.set([terms["organisation"]])
        members_actions.join(person=cast.participant, circle=cast.community.circle, role=Role.LEAD)
        return {
            "convener": (signed_in(cast.convener), ADDRESS),
            "co-convener": (signed_in(cast.participant), ADDRESS),
            "editor": (signed_in(cast.editor), ADMIN.format(cast.community.pk)),
        }

    @settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        who=st.permutations(["convener", "co-convener", "editor"]),
        parts=st.lists(st.integers(0, 2), min_size=10),
    )
    def test_three_who_change_different_things_all_keep_theirs(self, cast, browsers, terms, who, parts):
        """All have opened the form before any of them saves."""
        self.put_back(cast, terms)
        before, opened = there(cast.community), {key: read(*browsers[key]) for key in who}
        mine = {
            key: [name for name, part in zip(CHANGES, parts, strict=False) if who[part] == key] for key in who
        }
        for key in who:
            client, address = browsers[key]
            changes = {name: [] if CHANGES[name] == "none" else [CHANGES[name]] for name in mine[key]}
            assert client.post(address, opened[key] | changes).status_code == 302
        changed = {name: set() if value == "none" else value for name, value in CHANGES.items()}
        assert there(cast.community) == before | changed

    @staticmethod
    def put_back(cast, terms) -> None:
        plain = dict.fromkeys(("summary", "domain", "practice", "rhythm"), "x")
        Community.objects.filter(pk=cast.community.pk).update(
            **plain, stage="maturing", meets="online", open_to="ask", website="https://a.example.org"
        )
        cast.community.themes.set([terms["theme"]])
        cast.community.organisations.set([terms["organisation"]])

    def test_who_changes_the_same_text_last_is_read_and_the_other_s_can_be_brought_back(self, cast, browsers):
        opened = {key: read(*browsers[key]) for key in ("convener", "editor")}
        for key, text in (("convener", "The first."), ("editor", "The second.")):
            client, address = browsers[key]
            assert client.post(address, opened[key] | {"purpose": [text]}).status_code == 302
        assert there(cast.community)["purpose"] == "The second."
        last = ModelLogEntry.objects.for_instance(cast.community).latest("pk")
        assert last.data["before"] == {"purpose": "The first."}
        client, _ = browsers["editor"]
        client.post(f"/admin/community_directory/community/earlier/{cast.community.pk}/", {"edit": last.pk})
        assert there(cast.community)["purpose"] == "The first."


class TestWhoHears:
    """Of one's own listing everybody hears who looks after it, and nobody else."""

    @pytest.fixture
    def run(self, django_capture_on_commit_callbacks) -> Callable[..., None]:
        def do(act: Callable[..., Any], **given: Any) -> None:
            with django_capture_on_commit_callbacks(execute=True):
                act(**given)

        return do

    @pytest.fixture
    def waiting(self, cast) -> Community:
        """Sent to the editors; two convene it."""
        members_actions.join(person=cast.facilitator, circle=cast.community.circle, role=Role.LEAD)
        members_actions.join(person=cast.participant, circle=cast.community.circle)
        Community.objects.filter(pk=cast.community.pk).update(state="submitted", published_at=None)
        return Community.objects.get(pk=cast.community.pk)

    @pytest.mark.parametrize(
        ("act", "more", "verb"),
        [
            (actions.publish_community, {}, "community_directory.published"),
            (actions.send_back, {"reason": "Say when you meet."}, "community_directory.sent_back"),
        ],
    )
    def test_both_conveners_are_told_and_mailed(self, cast, waiting, run, act, more, verb):
        run(act, community=waiting, person=cast.editor, **more)
        assert set(Notification.objects.values_list("recipient__email", "verb")) == {
            ("convener@example.org", verb),
            ("facilitator@example.org", verb),
        }
        assert sorted(mail.to[0] for mail in outbox.outbox) == [
            "convener@example.org",
            "facilitator@example.org",
        ]

    def test_who_wants_no_mails_at_all_still_finds_it_under_the_bell(self, cast, waiting, run):
        Profile.objects.filter(user=cast.convener).update(no_mails=True)
        run(actions.publish_community, community=waiting, person=cast.editor)
        assert [mail.to for mail in outbox.outbox] == [["facilitator@example.org"]]
        assert Notification.objects.filter(recipient=cast.convener).count() == 1

    def test_every_editor_hears_of_what_waits_whatever_they_chose_about_replies(self, cast, editors, run):
        second = UserFactory(email="second@example.org")
        second.groups.add(editors)
        Profile.objects.filter(user__in=[cast.editor, second]).update(mails_replies=False)
        Community.objects.filter(pk=cast.community.pk).update(state="draft", published_at=None)
        run(actions.submit_community, community=cast.community, person=cast.convener)
        assert sorted(mail.to[0] for mail in outbox.outbox) == ["editor@example.org", "second@example.org"]

    def test_proposals_wait_under_the_bell_and_are_mailed_to_those_who_want_it(self, cast, run):
        other = Community.objects.create(
            circle=members_actions.Circle.objects.create(kind="community", name="Other", slug="other"),
            name="Other",
            slug="other",
            state="published",
            published_at=cast.community.published_at,
            confirmed_at=cast.community.published_at,
        )
        members_actions.join(person=cast.facilitator, circle=other.circle, role=Role.LEAD)
        run(
            actions.propose_connection,
            source=cast.community,
            target=other,
            person=cast.convener,
            reason="Why not?",
        )
        assert list(Notification.objects.values_list("recipient__email", flat=True)) == [
            "facilitator@example.org"
        ]
        assert [mail.to for mail in outbox.outbox] == [["facilitator@example.org"]]

    def test_a_mail_about_a_listing_stops_all_mails_by_its_link_and_no_mail_comes_after(
        self, cast, waiting, run, client
    ):
        run(actions.publish_community, community=waiting, person=cast.editor)
        [message] = [mail for mail in outbox.outbox if mail.to == ["convener@example.org"]]
        link = message.message()["List-Unsubscribe"].strip("<>").removeprefix("http://testserver")
        assert client.post(link, {"List-Unsubscribe": "One-Click"}).status_code == 200
        assert Profile.objects.get(user=cast.convener).no_mails is True
        outbox.outbox.clear()
        Community.objects.filter(pk=waiting.pk).update(state="submitted")
        run(actions.send_back, community=waiting, person=cast.editor, reason="Once more.")
        assert [mail.to for mail in outbox.outbox] == [["facilitator@example.org"]]
