"""What communities offer and ask: posted, found, answered once, closed, matched across communities."""

import uuid
from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from community_directory import actions
from community_directory.errors import Closed, NotAMember, NotListed, NotYours
from community_directory.forms import ExchangeAnswerForm, ExchangeForm
from community_directory.meeting_asks import MOST, Note, meetings
from community_directory.models import Community, Exchange, ExchangeAnswer, ExchangeMatch
from community_directory.tasks import match_exchanges
from community_directory.verbs import VERBS
from kit import schedule
from members.models import User
from notifications.models import Notification
from tests.community_directory.conftest import needs_threads
from tests.factories import CommunityFactory, ExchangeFactory, ThemeFactory, UserFactory

TODAY = date(2026, 3, 2)


@pytest.fixture
def as_who(cast, pages, signed_in):
    return lambda key: Client() if key == "visitor" else signed_in(getattr(cast, key))


@pytest.fixture
def ask(cast) -> Exchange:
    return ExchangeFactory(community=cast.community, text="Amber lights to look at.")


def news(person: User) -> list[str]:
    return list(Notification.objects.filter(recipient=person).order_by("pk").values_list("verb", flat=True))


def note(pk: int, text: str, community: int | None = None, themes: tuple[int, ...] = ()) -> Note:
    return Note(id=pk, community=pk if community is None else community, text=text, themes=frozenset(themes))


class TestMeetings:
    """The rule alone."""

    def met(self, asks, offers) -> list[tuple[int, int, tuple[str, ...]]]:
        return [(one.ask, one.offer, one.words) for one in meetings(asks, offers)]

    def test_two_words_in_common(self):
        asks = [note(1, "A page about when to call 999 for a fall.")]
        offers = [note(2, "Our page of falls and calls."), note(3, "A garden.")]
        assert self.met(asks, offers) == [(1, 2, ("call", "fall", "page"))]

    def test_one_word_only_beside_a_theme(self):
        assert self.met([note(1, "Lanterns")], [note(2, "Lanterns for all")]) == []
        assert self.met([note(1, "Lanterns", themes=(7,))], [note(2, "Lanterns for all", themes=(7, 8))]) == [
            (1, 2, ("lanterns",))
        ]

    def test_not_ones_own(self):
        assert self.met([note(1, "Amber lights", 5)], [note(2, "Amber lights", 5)]) == []

    def test_what_is_said_of_any_is_no_reason(self):
        assert (
            self.met([note(1, "Somebody to help our community")], [note(2, "Help for any community")]) == []
        )

    @given(
        st.lists(st.sampled_from(["amber", "lights", "falls", "letters", "nights", "gloves"]), max_size=4),
        st.lists(
            st.lists(st.sampled_from(["amber", "lights", "falls", "letters", "nights"]), max_size=4),
            max_size=6,
        ),
    )
    def test_each_offer_given_shares_what_it_says(self, asked, offered):
        offers = [note(10 + place, " ".join(words)) for place, words in enumerate(offered)]
        found = meetings([note(1, " ".join(asked))], offers)
        fitting = [one for one in offers if len(set(asked) & set(one.text.split())) >= 2]
        assert len(found) == min(MOST, len(fitting))
        for one in found:
            [offer] = [offer for offer in offers if offer.id == one.offer]
            assert set(one.words) == set(asked) & set(offer.text.split())


@pytest.mark.django_db
class TestPost:
    def post(self, cast, **more) -> Exchange:
        sent = {"community": cast.community, "person": cast.convener, "kind": "ask", "text": "Amber lights."}
        return actions.post_exchange(**(sent | {"until": timezone.localdate()} | more))

    def test_it_is_open(self, cast):
        posted = self.post(cast)
        assert list(Exchange.objects.open(timezone.localdate())) == [posted]

    def test_only_for_ones_own(self, cast):
        for key in ("participant", "facilitator", "editor", "admin", "outsider"):
            with pytest.raises(NotYours):
                self.post(cast, person=getattr(cast, key))

    @pytest.mark.parametrize("state", ["draft", "submitted", "ended"])
    def test_only_for_what_is_listed(self, cast, state):
        Community.objects.filter(pk=cast.community.pk).update(state=state)
        with pytest.raises(NotListed):
            self.post(cast, community=Community.objects.get(pk=cast.community.pk))

    def test_not_after_its_last_day_nor_when_its_community_has_left(self, cast):
        one = self.post(cast)
        assert list(Exchange.objects.open(one.until + timedelta(days=1))) == []
        Community.objects.filter(pk=cast.community.pk).update(state="ended")
        assert list(Exchange.objects.open(one.until)) == []


@pytest.mark.django_db
class TestAnswer:
    def test_its_conveners_are_told(self, cast, ask):
        answer = actions.answer_exchange(exchange=ask, person=cast.participant, note="We have two.")
        assert (answer.note, answer.person) == ("We have two.", cast.participant)
        assert news(cast.convener) == ["community_directory.exchange_answered"]

    def test_once_for_each_person(self, cast, ask):
        first = actions.answer_exchange(exchange=ask, person=cast.participant, note="We have two.")
        again = actions.answer_exchange(exchange=ask, person=cast.participant, note="Or three.")
        assert (again, again.note) == (first, "We have two.")
        assert len(news(cast.convener)) == 1

    def test_not_ones_own_and_not_from_outside_the_network(self, cast, ask):
        with pytest.raises(NotYours):
            actions.answer_exchange(exchange=ask, person=cast.convener, note="Myself.")
        with pytest.raises(NotAMember):
            actions.answer_exchange(exchange=ask, person=cast.outsider, note="Hello.")

    def test_not_what_is_closed_or_over(self, cast, ask):
        actions.close_exchange(exchange=ask, person=cast.convener)
        over = ExchangeFactory(until=timezone.localdate() - timedelta(days=1))
        for one in (ask, over):
            with pytest.raises(Closed):
                actions.answer_exchange(exchange=one, person=cast.participant, note="Too late.")

    def test_who_reads_it(self, cast, ask):
        answer = actions.answer_exchange(exchange=ask, person=cast.participant, note="We have two.")
        for key in ("participant", "convener", "facilitator", "editor", "admin", "outsider"):
            person = User.objects.get(pk=getattr(cast, key).pk)
            seen = key in ("participant", "convener")
            assert ExchangeAnswer.objects.visible_to(person).filter(pk=answer.pk).exists() is seen
            assert answer.can_see(person) is seen

    @needs_threads
    @pytest.mark.postgres
    @pytest.mark.django_db(transaction=True)
    def test_many_times_at_once_is_once(self, cast, at_once):
        ask = ExchangeFactory(community=cast.community)

        def send():
            return actions.answer_exchange(
                exchange=ask, person=User.objects.get(pk=cast.participant.pk), note="We have two."
            )

        answers = at_once(*[send] * 8)
        assert {type(one).__name__ for one in answers} == {"ExchangeAnswer"}
        assert ExchangeAnswer.objects.count() == 1
        assert len(news(cast.convener)) == 1


@pytest.mark.django_db
class TestClose:
    def test_by_its_conveners_and_editors_alone_and_twice_does_no_harm(self, cast, ask):
        for key in ("participant", "facilitator", "outsider"):
            with pytest.raises(NotYours):
                actions.close_exchange(exchange=ask, person=getattr(cast, key))
        closed = actions.close_exchange(exchange=ask, person=cast.convener)
        assert actions.close_exchange(exchange=ask, person=cast.convener).closed_at == closed.closed_at


@pytest.mark.django_db
class TestMatch:
    @pytest.fixture
    def pair(self, cast) -> tuple[Exchange, Exchange]:
        offer = ExchangeFactory(
            kind="offer", text="Amber lights on loan.", community=CommunityFactory(convener=cast.facilitator)
        )
        return ExchangeFactory(community=cast.community, text="Amber lights to look at."), offer

    def test_who_asks_is_told_once(self, cast, pair):
        for _ in range(2):
            assert actions.match_exchanges(today=timezone.localdate()) == 1
        match = ExchangeMatch.objects.get()
        assert ((match.ask, match.offer), match.place, match.words) == (pair, 1, "amber, lights")
        assert news(cast.convener) == ["community_directory.exchange_matched"]
        assert news(cast.facilitator) == []

    def test_goes_with_what_it_was_about(self, cast, pair):
        actions.match_exchanges(today=timezone.localdate())
        actions.close_exchange(exchange=pair[1], person=cast.facilitator)
        assert list(ExchangeMatch.objects.visible_to(cast.convener)) == []
        assert actions.match_exchanges(today=timezone.localdate()) == 0
        assert list(ExchangeMatch.objects.values_list("place", flat=True)) == [None]

    def test_what_fits_again_is_not_told_of_again(self, cast, pair):
        actions.match_exchanges(today=timezone.localdate())
        Exchange.objects.filter(pk=pair[1].pk).update(text="Something else.")
        assert actions.match_exchanges(today=timezone.localdate()) == 0
        Exchange.objects.filter(pk=pair[1].pk).update(text="Amber lights on loan.")
        assert actions.match_exchanges(today=timezone.localdate()) == 1
        assert len(news(cast.convener)) == 1

    def test_it_is_news_for_who_convenes_the_asking_community_now(self, cast, pair):
        actions.match_exchanges(today=timezone.localdate())
        [verb] = [verb for verb in VERBS if verb.key == "community_directory.exchange_matched"]
        match = ExchangeMatch.objects.get()
        for key, seen in (("convener", {match.pk}), ("facilitator", set()), ("participant", set())):
            assert set(verb.targets([match.pk], User.objects.get(pk=getattr(cast, key).pk))) == seen

    def test_shown_with_the_ask(self, as_who, pair):
        match_exchanges.call()
        page = as_who("visitor").get(pair[0].get_absolute_url())
        assert "Offers that may fit" in page.text
        assert "Both of you write: amber, lights" in page.text
        assert "Offers that may fit" not in as_who("visitor").get(pair[1].get_absolute_url()).text

    def test_themes_of_the_communities_count(self, cast, pair):
        theme = ThemeFactory()
        pair[0].community.themes.add(theme)
        other = ExchangeFactory(
            kind="offer", text="Lights of all kinds.", community=CommunityFactory(themes=[theme])
        )
        actions.match_exchanges(today=timezone.localdate())
        offers = list(ExchangeMatch.objects.order_by("place").values_list("offer", flat=True))
        assert sorted(offers) == sorted([pair[1].pk, other.pk])

    def test_the_worker_does_it(self):
        assert "community_directory.tasks.match_exchanges" in {job.path for job in schedule.jobs()}

    @needs_threads
    @pytest.mark.postgres
    @pytest.mark.django_db(transaction=True)
    def test_two_workers_at_once_tell_once(self, cast, pair, at_once):
        today = timezone.localdate()
        assert at_once(*(lambda: actions.match_exchanges(today=today) for _ in range(4))) == [1, 1, 1, 1]
        assert news(cast.convener) == ["community_directory.exchange_matched"]


@pytest.mark.django_db
class TestForget:
    def test_a_year_after_its_last_day(self, cast):
        kept = ExchangeFactory(until=TODAY - timedelta(days=365))
        gone = ExchangeFactory(until=TODAY - timedelta(days=366))
        ExchangeAnswer.objects.create(exchange=gone, person=cast.participant, note="Old.")
        assert actions.forget_exchanges(today=TODAY) == 1
        assert list(Exchange.objects.all()) == [kept]
        assert ExchangeAnswer.objects.count() == 0


@pytest.mark.django_db
class TestList:
    def test_what_is_open_the_newest_first(self, as_who, cast, ask):
        offer = ExchangeFactory(kind="offer", text="A place at our call.")
        ExchangeFactory(text="Closed.", closed_at=timezone.now())
        ExchangeFactory(text="Over.", until=timezone.localdate() - timedelta(days=1))
        ExchangeFactory(text="Hidden.", community=CommunityFactory(state="draft"))
        for query, items in (("", [offer, ask]), ("?kind=ask", [ask]), ("?kind=offer", [offer])):
            page = as_who("visitor").get(f"/communities/offers/{query}")
            assert [one["it"] for one in page.context["items"]] == items

    def test_nothing_and_nonsense(self, as_who):
        assert (
            "Nothing is offered or asked at the moment" in as_who("visitor").get("/communities/offers/").text
        )
        for query in ("?kind=gift", "?cursor=x"):
            assert as_who("visitor").get(f"/communities/offers/{query}").status_code == 404

    @pytest.mark.parametrize("number", [1, 30])
    def test_queries(self, as_who, django_assert_num_queries, number):
        ExchangeFactory.create_batch(number)
        client = as_who("visitor")
        client.get("/communities/offers/?kind=ask")
        with django_assert_num_queries(1):
            client.get("/communities/offers/")

    def test_pages_follow_one_another(self, as_who):
        made = [one.pk for one in ExchangeFactory.create_batch(45)]
        client, address, seen = as_who("visitor"), "/communities/offers/?kind=ask", []
        while address:
            page = client.get(address)
            seen += [one["it"].pk for one in page.context["items"]]
            address = page.context["older_url"] and f"/communities/offers/{page.context['older_url']}"
        assert seen == made[::-1]


@pytest.mark.django_db
class TestPages:
    def test_a_member_answers_in_one_step(self, as_who, cast, ask):
        client = as_who("participant")
        assert "Can you help?" in client.get(ask.get_absolute_url()).text
        response = client.post(ask.get_absolute_url(), {"note": "We have two."}, follow=True)
        assert response.redirect_chain == [(ask.get_absolute_url(), 302)]
        assert "Your answer is sent" in response.text
        own = as_who("convener").get(ask.get_absolute_url()).text
        assert ("We have two." in own, cast.participant.name in own) == (True, True)

    def test_twice_is_once(self, as_who, ask):
        client = as_who("participant")
        for text in ("We have two.", "Or three."):
            assert client.post(ask.get_absolute_url(), {"note": text}).status_code == 302
        assert ExchangeAnswer.objects.get().note == "We have two."

    @pytest.mark.parametrize("key", ["visitor", "outsider", "convener"])
    def test_who_may_not(self, as_who, ask, key):
        client = as_who(key)
        assert "Can you help?" not in client.get(ask.get_absolute_url()).text
        assert client.post(ask.get_absolute_url(), {"note": "Hello."}).status_code == 404
        assert ExchangeAnswer.objects.count() == 0

    def test_a_visitor_is_asked_to_sign_in(self, as_who, ask):
        assert f'href="/accounts/login/?next={ask.get_absolute_url()}"' in as_who("visitor").get(
            ask.get_absolute_url()
        ).text.replace("%2F", "/")

    def test_others_answers_are_not_shown(self, as_who, cast, ask):
        actions.answer_exchange(exchange=ask, person=cast.participant, note="We have two.")
        for key in ("visitor", "outsider", "facilitator", "editor", "admin"):
            assert "We have two." not in as_who(key).get(ask.get_absolute_url()).text

    def test_nothing_to_say_is_said(self, as_who, ask):
        response = as_who("participant").post(ask.get_absolute_url(), {"note": " "})
        assert response.context["form"].errors == {"note": ["Write a sentence to them"]}

    def test_a_number_that_looks_like_a_patients(self, as_who, ask):
        response = as_who("participant").post(ask.get_absolute_url(), {"note": "Patient 943 476 5919"})
        assert "This is not a patient’s number" in response.text
        assert ExchangeAnswer.objects.count() == 0

    def test_closed_meanwhile_is_said_and_nothing_is_lost(self, as_who, cast, ask, meanwhile):
        meanwhile(ExchangeAnswerForm, lambda: actions.close_exchange(exchange=ask, person=cast.convener))
        response = as_who("participant").post(ask.get_absolute_url(), {"note": "We have two."})
        assert response.status_code == 409
        assert "We have two." in response.text

    def test_closed_is_its_conveners_own(self, as_who, cast, ask):
        response = as_who("convener").post(f"{ask.get_absolute_url()}close/", follow=True)
        assert response.redirect_chain == [("/communities/mine/", 302)]
        assert "Closed. It is no longer shown." in response.text
        for key in ("visitor", "participant", "editor"):
            assert as_who(key).get(ask.get_absolute_url()).status_code == 404
        assert as_who("convener").get(ask.get_absolute_url()).status_code == 200

    def test_an_editor_takes_it_off_too(self, as_who, ask):
        client = as_who("editor")
        assert "Close it" in client.get(ask.get_absolute_url()).text
        response = client.post(f"{ask.get_absolute_url()}close/", follow=True)
        assert response.redirect_chain == [("/communities/offers/", 302)]
        ask.refresh_from_db()
        assert ask.closed_at is not None

    def test_of_a_community_that_has_ended_it_says_so(self, as_who, cast, ask):
        actions.end_community(community=cast.community, person=cast.convener)
        client = as_who("convener")
        assert (
            "Its community has left the directory, so it is not shown."
            in client.get(ask.get_absolute_url()).text
        )
        assert (
            "It is not shown, since its community is not in the directory."
            in client.get("/communities/mine/").text
        )

    def test_close_is_for_its_conveners_and_editors_alone(self, as_who, ask):
        for key in ("visitor", "outsider", "participant", "facilitator"):
            assert as_who(key).post(f"{ask.get_absolute_url()}close/").status_code == 404
        assert as_who("convener").get(f"{ask.get_absolute_url()}close/").status_code == 405
        assert as_who("convener").post("/communities/offers/999999/close/").status_code == 404
        ask.refresh_from_db()
        assert ask.closed_at is None

    @pytest.mark.parametrize("number", [1, 30])
    def test_queries_of_one_do_not_grow(self, as_who, cast, ask, django_assert_num_queries, number):
        for _ in range(number):
            ExchangeFactory(kind="offer", text="Amber lights on loan.")
            ExchangeAnswer.objects.create(exchange=ask, person=UserFactory(), note="We have some.")
        actions.match_exchanges(today=timezone.localdate())
        client = as_who("convener")
        client.get(ask.get_absolute_url())
        with django_assert_num_queries(6):
            client.get(ask.get_absolute_url())


@pytest.mark.django_db
class TestNew:
    address = "/communities/falls-in-care-homes/offers/new/"
    sent = {"kind": "offer", "text": "Two places in May.", "weeks": "13"}

    def test_works_and_says_so(self, as_who, cast):
        response = as_who("convener").post(self.address, self.sent, follow=True)
        made = Exchange.objects.get()
        assert response.redirect_chain == [(made.get_absolute_url(), 302)]
        assert (made.kind, made.text, made.community) == ("offer", "Two places in May.", cast.community)
        assert made.until == timezone.localdate() + timedelta(weeks=13)
        assert "Two places in May." in as_who("visitor").get("/communities/falls-in-care-homes/").text

    def test_the_same_form_twice_is_one(self, as_who):
        client = as_who("convener")
        key = str(client.get(self.address).context["form"]["request_key"].value())
        for _ in range(2):
            assert client.post(self.address, self.sent | {"request_key": key}).status_code == 302
        assert Exchange.objects.count() == 1

    @pytest.mark.parametrize("key", ["outsider", "participant", "facilitator", "editor", "admin"])
    def test_nobody_else(self, as_who, key):
        assert as_who(key).get(self.address).status_code == 404
        assert as_who(key).post(self.address, self.sent).status_code == 404
        assert Exchange.objects.count() == 0

    def test_signed_out_and_missing(self, as_who):
        assert as_who("visitor").post(self.address, self.sent).status_code == 302
        assert as_who("convener").get("/communities/no-such/offers/new/").status_code == 404
        assert Exchange.objects.count() == 0

    def test_what_is_missing_is_said(self, as_who):
        response = as_who("convener").post(self.address, {"text": " "})
        assert response.context["form"].errors == {
            "kind": ["Choose whether you offer or ask"],
            "text": ["Say what you offer or ask for"],
            "weeks": ["Choose for how long"],
        }

    def test_ended_meanwhile_is_said(self, as_who, cast, meanwhile):
        meanwhile(ExchangeForm, lambda: actions.end_community(community=cast.community, person=cast.editor))
        response = as_who("convener").post(self.address, self.sent)
        assert response.status_code == 409
        assert "Two places in May." in response.text

    @needs_threads
    @pytest.mark.postgres
    @pytest.mark.django_db(transaction=True)
    def test_the_same_form_many_times_at_once(self, cast, at_once):
        key = uuid.uuid4()

        def post():
            return actions.post_exchange(
                community=Community.objects.get(pk=cast.community.pk),
                person=User.objects.get(pk=cast.convener.pk),
                kind="ask",
                text="Once.",
                until=TODAY,
                request_key=key,
            )

        assert {type(one).__name__ for one in at_once(*[post] * 6)} == {"Exchange"}
        assert Exchange.objects.count() == 1

    def test_ones_own_are_listed_with_how_many_answered(self, as_who, cast, django_assert_num_queries):
        ask = ExchangeFactory(community=cast.community, text="Amber lights.")
        actions.answer_exchange(exchange=ask, person=cast.participant, note="We have two.")
        client = as_who("convener")
        page = client.get("/communities/mine/")
        assert "1 answer. It is shown until" in " ".join(page.text.split())
        for _ in range(30):
            ExchangeFactory(community=cast.community)
        with django_assert_num_queries(8):
            client.get("/communities/mine/")
