"""The news of this room."""

from collections.abc import Callable
from typing import Any

from django.urls import reverse

from guests.actions import invitations, links, people
from guests.models import GuestQuestion, Invitation
from guests.words import words_of
from kit.registry import Verb
from members.models import Membership
from members.querysets import Person


def people_url(circle: Any) -> str:
    """The page of a circle's people; of the network, that of its invitations."""
    name = "guests:invite" if circle.kind == "network" else "guests:people"
    return reverse(name, args=[circle.slug])


def _invitations(ids: list[int], user: Person) -> dict[int, Invitation]:
    """These invitations, if this person may see them now."""
    return Invitation.objects.visible_to(user).select_related("circle", "accepted_by").in_bulk(ids)


def _open_invitations(ids: list[int], user: Person) -> dict[int, Invitation]:
    """Those of them that can be answered still, or are to a group that this person is in by now."""
    return {pk: one for pk, one in _invitations(ids, user).items() if one.is_named_to(user)}


def _questions(ids: list[int], user: Person) -> dict[int, GuestQuestion]:
    """These questions, if this person may read them now."""
    return GuestQuestion.objects.visible_to(user).select_related("link").in_bulk(ids)


def _places(ids: list[int], user: Person) -> dict[int, Membership]:
    """These places, if this person may see them now. One query, besides their circles."""
    return Membership.objects.visible_to(user).select_related("circle__community", "person").in_bulk(ids)


def _home(place: Membership) -> str:
    return place.circle.url or reverse("dashboard")


def _place(
    key: str,
    sentence: str,
    reason: str,
    *,
    url: Callable[[Any], str] = _home,
    excerpt: Callable[[Any], str] = lambda place: "",
) -> Verb:
    return Verb(
        key=key,
        targets=_places,
        sentence=lambda actor, place: sentence.format(
            actor=actor, name=place.circle.name, does=words_of(place.circle.kind).does
        ),
        url=url,
        excerpt=excerpt,
        mailed=True,
        always=True,
        reason=reason,
    )


def _invitation(
    key: str, sentence: Callable[[str, Invitation], str], url: Callable[[Invitation], str], **more: Any
) -> Verb:
    return Verb(**{"key": key, "targets": _invitations, "sentence": sentence, "url": url, **more})


def _where_the_question_stands(question: GuestQuestion) -> str:
    return reverse("guests:question", args=[question.pk])


_LEADS = "you look after this group"
_OWN = "it is about your place in a group"

VERBS = (
    _invitation(
        invitations.INVITED,
        lambda actor, one: f"{actor} invites you to join {one.circle.name}",
        lambda one: reverse("guests:invitation", args=[one.pk]),
        excerpt=lambda one: one.message,
        targets=_open_invitations,
    ),
    _invitation(
        invitations.ACCEPTED,
        lambda actor, one: f"{actor} has joined {one.circle.name}, by your invitation",
        lambda one: people_url(one.circle),
    ),
    _invitation(
        invitations.DECLINED,
        lambda actor, one: f"{one.email} would rather not join {one.circle.name}",
        lambda one: reverse("guests:invite", args=[one.circle.slug]),
    ),
    Verb(
        key=links.QUESTION,
        targets=_questions,
        sentence=lambda actor, question: f"{question.link.email} has a question before they answer you",
        url=_where_the_question_stands,
        excerpt=lambda question: question.text,
        mailed=True,
        always=True,
        reason="you invited somebody, or look after the group that they were invited to",
    ),
    _place(
        people.ASKED,
        "{actor} asks to join {name}",
        _LEADS,
        url=lambda place: people_url(place.circle),
        excerpt=lambda place: place.asked_because,
    ),
    _place(people.LET_IN, "{actor} has let you in: you are in {name} now", _OWN),
    _place(
        people.NOT_LET_IN,
        "{actor} has not let you into {name}",
        _OWN,
        excerpt=lambda place: place.ended_because,
    ),
    _place(people.MADE_LEAD, "{actor} asks you to help lead {name}: you can now", _OWN),
    _place(
        people.REMOVED,
        "{actor} has ended your place in {name}",
        _OWN,
        excerpt=lambda place: place.ended_because,
    ),
)
