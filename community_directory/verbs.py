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


def _step(key: str, sentence: str, reason: str, excerpt: Any = lambda thing: "") -> Verb:
    return Verb(
        key=f"community_directory.{key}",
        targets=_steps,
        sentence=lambda actor, thing: sentence.format(actor=actor, name=thing.name),
        url=lambda thing: thing.get_absolute_url(),
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


VERBS = (
    _step(
        "submitted",
        "{actor} asks you to publish “{name}”",
        "you publish what communities send in",
        lambda thing: thing.summary,
    ),
    _step("published", "“{name}” is in the directory now", "you convene this community"),
    _step(
        "sent_back",
        "An editor asks for a change to “{name}”",
        "you convene this community",
        lambda thing: thing.sent_back_because,
    ),
    _step("took_in", "Another community is part of “{name}” now", "you convene this community"),
    _link("proposed", "{actor} would like to connect “{source}” with “{target}”"),
    _link("accepted", "{actor} said yes: “{source}” and “{target}” are connected"),
    _link("declined", "“{target}” would rather not connect with “{source}” now"),
)
