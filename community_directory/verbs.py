"""The news of this room.

News about a listing is about one step of it, kept in Wagtail's log: a community that is sent back and submitted
again is news again.
"""

from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.urls import reverse
from wagtail.models import ModelLogEntry

from community_directory.models import Community, Connection, ExchangeAnswer, ExchangeMatch
from kit.registry import Verb
from members.querysets import Person


def _steps(ids: list[int], user: Person) -> dict[int, Community]:
    """The communities that these log entries are about, if this person may see them now. Two queries."""
    kind = ContentType.objects.get_for_model(Community)
    entries = ModelLogEntry.objects.filter(content_type=kind, pk__in=ids)
    about = {pk: int(object_id) for pk, object_id in entries.values_list("pk", "object_id")}
    seen = Community.objects.visible_to(user).in_bulk(set(about.values()))
    return {pk: seen[community] for pk, community in about.items() if community in seen}


def _links(ids: list[int], user: Person) -> dict[int, Connection]:
    """These connections, if this person may see them now. One query."""
    return Connection.objects.visible_to(user).select_related("source", "target").in_bulk(ids)


def _where_it_is(community: Community) -> str:
    return community.get_absolute_url()


def _where_one_answers(community: Community) -> str:
    return reverse(
        "community_directory:alive" if community.is_listed else "community_directory:detail",
        args=[community.slug],
    )


def _step(
    key: str, sentence: str, reason: str, excerpt: Any = lambda thing: "", url: Any = _where_it_is
) -> Verb:
    return Verb(
        key=f"community_directory.{key}",
        targets=_steps,
        sentence=lambda actor, thing: sentence.format(actor=actor, name=thing.name),
        url=url,
        excerpt=excerpt,
        mailed=True,
        reason=reason,
        always=True,
    )


def _link(key: str, sentence: str, excerpt: Any = lambda thing: thing.reason) -> Verb:
    return Verb(
        key=f"community_directory.connection_{key}",
        targets=_links,
        sentence=lambda actor, thing: sentence.format(
            actor=actor, source=thing.source.name, target=thing.target.name
        ),
        url=lambda thing: reverse("community_directory:mine"),
        excerpt=excerpt,
        mailed=True,
        reason="you convene one of the two communities",
    )


def _answers(ids: list[int], user: Person) -> dict[int, ExchangeAnswer]:
    """These answers, if this person may read them now. One query."""
    seen = ExchangeAnswer.objects.visible_to(user)
    return seen.select_related("exchange__community").in_bulk(ids)


def _matches(ids: list[int], user: Person) -> dict[int, ExchangeMatch]:
    """These matches, if both are still open, for who convenes the community that asks. One query."""
    led = user.led_circle_ids if user.is_authenticated else frozenset()
    seen = ExchangeMatch.objects.visible_to(user).filter(ask__community__circle_id__in=led)
    return seen.select_related("ask__community", "offer__community").in_bulk(ids)


_CONVENES = "you convene this community"

VERBS = (
    Verb(
        key="community_directory.exchange_answered",
        targets=_answers,
        sentence=lambda actor, thing: (
            f"{actor} answers your {thing.exchange.get_kind_display().lower()} for “{thing.exchange.community.name}”"
        ),
        url=lambda thing: thing.exchange.get_absolute_url(),
        excerpt=lambda thing: thing.note,
        mailed=True,
        reason=_CONVENES,
    ),
    Verb(
        key="community_directory.exchange_matched",
        targets=_matches,
        sentence=lambda actor, thing: (
            f"“{thing.offer.community.name}” may have what “{thing.ask.community.name}” asks for"
        ),
        url=lambda thing: thing.offer.get_absolute_url(),
        excerpt=lambda thing: thing.offer.text,
        mailed=True,
        reason=_CONVENES,
    ),
    _step(
        "submitted",
        "{actor} asks you to publish “{name}”",
        "you publish what communities send in",
        lambda thing: thing.summary,
    ),
    _step("published", "“{name}” is in the directory now", _CONVENES),
    _step(
        "sent_back",
        "An editor asks for a change to “{name}”",
        _CONVENES,
        lambda thing: thing.sent_back_because,
    ),
    _step("asked", "Is “{name}” still alive? One click is enough", _CONVENES, url=_where_one_answers),
    _step(
        "asked_again",
        "Is “{name}” still alive? If we hear nothing for 30 days, it will rest",
        _CONVENES,
        url=_where_one_answers,
    ),
    _step(
        "rests_unasked",
        "“{name}” is resting now: we have not heard from you for 60 days",
        _CONVENES,
        url=_where_one_answers,
    ),
    _step("took_in", "Another community is part of “{name}” now", "you convene this community"),
    _link("proposed", "{actor} would like to connect “{source}” with “{target}”"),
    _link("accepted", "{actor} said yes: “{source}” and “{target}” are connected"),
    _link("declined", "“{target}” would rather not connect with “{source}” now"),
    _link("introduced", "{actor} thinks that “{source}” and “{target}” should meet"),
    _link(
        "due",
        "Look again at what “{source}” and “{target}” do together",
        lambda thing: thing.purpose or thing.reason,
    ),
)
