"""The news of this room.

News about a listing is about one step of it, kept in Wagtail's log: a community that is sent back and submitted
again is news again.
"""

from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.urls import reverse
from wagtail.models import ModelLogEntry

from community_directory.models import Community, Connection
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


def _link(key: str, sentence: str) -> Verb:
    return Verb(
        key=f"community_directory.connection_{key}",
        targets=_links,
        sentence=lambda actor, thing: sentence.format(
            actor=actor, source=thing.source.name, target=thing.target.name
        ),
        url=lambda thing: reverse("community_directory:mine"),
        excerpt=lambda thing: thing.reason,
    )


_CONVENES = "you convene this community"

VERBS = (
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
    _link("proposed", "{actor} would like to connect “{source}” with “{target}”"),
    _link("accepted", "{actor} said yes: “{source}” and “{target}” are connected"),
    _link("declined", "“{target}” would rather not connect with “{source}” now"),
)
