"""What a community's own page shows."""

import json
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe

from community_directory.enums import LISTED, CommunityState, ConnectionState
from community_directory.exchanges import of_community
from community_directory.forms import DRAFT_KEYS, SendBackForm
from community_directory.introducing import facilitates
from community_directory.models import Community, Connection, Suggestion
from community_directory.rules import may_review
from community_directory.vocabulary import FILINGS, filed
from community_directory.words import NEXT_STEPS, STAGE_COLOURS, STATE_COLOURS, said_of
from members.enums import CircleKind, Role
from members.models import Membership
from members.querysets import Person

_NO_TAGS = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"}
SHOWN = 3  # suggestions at a time: one answers some, and others come


def context(community: Community, user: Person) -> dict[str, Any]:
    """All of it, for this person.

    Args:
        community: one that they may see.
        user: who looks.

    Returns:
        A context. Four queries for a visitor, five for a member of the network, six for who convenes it.
    """
    directory = reverse("community_directory:list")
    under = filed([community.pk])[community.pk]
    links = {
        kind: [{"name": name, "url": f"{directory}?{kind}={slug}"} for slug, name in under[kind]]
        for kind in FILINGS
    }
    organisations = community.organisations.order_by("name").values_list("slug", "name")
    links["organisation"] = [
        {"name": name, "url": f"{directory}?organisation={slug}"} for slug, name in organisations
    ]
    is_member = user.is_authenticated and user.is_network_member
    linked = connections(community)
    return {
        "community": community,
        "who": community.audience,
        "links": links,
        "stage_colour": STAGE_COLOURS[community.stage],
        "stage_url": f"{directory}?stage={community.stage}",
        "connections": linked,
        "conveners": conveners(community) if is_member else None,
        "can_connect": _can_connect(community, user),
        "can_introduce": _can_introduce(community, linked, user),
        "exchanges": of_community(community),
        "suggestions": suggestions(community, user),
        "linked_data": linked_data(community, links) if community.is_listed else "",
        **_for_those_who_tend(community, user),
    }


def _for_those_who_tend(community: Community, user: Person) -> dict[str, Any]:
    """The state, the next step, and what this person may do about it.

    Editors tend what is in the directory from Wagtail; here they meet only what waits for them, so that
    nobody else's rights need to be looked up.
    """
    is_convener = community.can_edit(user)
    reviews = not community.is_listed and may_review(user)
    return {
        "is_convener": is_convener,
        "tends": is_convener or reviews,
        "can_change": (is_convener or reviews) and community.state != CommunityState.ENDED,
        "can_review": reviews and community.state == CommunityState.SUBMITTED,
        "send_back_form": SendBackForm(),
        "sent_drafts": DRAFT_KEYS,
        "state_colour": STATE_COLOURS[community.state],
        "next_title": NEXT_STEPS[community.state][0],
        "next_step": NEXT_STEPS[community.state][1],
    }


def connections(community: Community) -> list[dict[str, Any]]:
    """The communities that this one is linked with, if both are listed, and why. One query.

    It asks as a visitor would, so that the page says the same to everybody; what waits for an answer is on
    the page of one's own communities.
    """
    if community.state not in LISTED:
        return []
    rows = (
        Connection.objects.of(community)
        .filter(state=ConnectionState.ACCEPTED, source__state__in=LISTED, target__state__in=LISTED)
        .select_related("source", "target")
        .only(
            *("reason", "kind", "purpose", "came_of_it"),
            *(f"{side}__{name}" for side in ("source", "target") for name in ("name", "slug", "circle_id")),
        )
    )
    others = [(row.other(community), row) for row in rows]
    return [
        {
            "name": other.name,
            "pk": row.pk,
            "slug": other.slug,
            "circle_id": other.circle_id,
            "url": other.get_absolute_url(),
            "said": said_of(row.kind, asked=row.target_id == community.pk),
            "reason": row.reason,
            "purpose": row.purpose,
            "came_of_it": row.came_of_it,
        }
        for other, row in sorted(others, key=lambda pair: pair[0].name)
    ]


def suggestions(community: Community, user: Person) -> list[Suggestion]:
    """Which others are worth meeting, for who convenes it. One query; none for others or while it is not listed."""
    if not community.is_listed or not community.can_edit(user):
        return []
    rows = Suggestion.objects.visible_to(user).filter(community=community).open(timezone.localdate())
    names = ("name", "slug", "summary")
    return list(
        rows.select_related("other").only("why", "community_id", *(f"other__{name}" for name in names))[
            :SHOWN
        ]
    )


def linked_data(community: Community, links: dict[str, list[dict[str, str]]]) -> SafeString:
    """The same for programs: JSON-LD in the words of https://schema.org/Organization, safe inside a script element.

    Args:
        community: one that is in the directory.
        links: what it is filed under, by kind, each with a name.
    """
    names = {kind: [link["name"] for link in found] for kind, found in links.items()}
    said = {
        "@context": "https://schema.org",
        "@type": "Organization",
        "name": community.name,
        "description": community.summary,
        "url": settings.SITE_URL + community.get_absolute_url(),
        "sameAs": community.website,
        "knowsAbout": names["theme"],
        "areaServed": names["region"],
    }
    text = json.dumps({name: value for name, value in said.items() if value}, ensure_ascii=False)
    return mark_safe(text.translate(_NO_TAGS))


def conveners(community: Community) -> list[Any]:
    """Who leads it. One query."""
    leads = Membership.objects.active().filter(circle_id=community.circle_id, role=Role.LEAD)
    rows = leads.select_related("person__profile").order_by("started_at", "pk")
    return [membership.person for membership in rows]


def _can_connect(community: Community, user: Person) -> bool:
    """Whether they convene another community. That theirs is listed is looked up when they ask."""
    if not user.is_authenticated or not community.is_listed:
        return False
    convened = user.led_circle_ids & user.circle_ids_of_kind(CircleKind.COMMUNITY)
    return bool(convened - {community.circle_id})


def _can_introduce(community: Community, linked: list[dict[str, Any]], user: Person) -> bool:
    """As ``may_introduce_to_others``, from what the page has read already. No query."""
    if not user.is_authenticated or not community.is_listed or community.can_edit(user):
        return False
    return facilitates(user) or any(other["circle_id"] in user.led_circle_ids for other in linked)
