"""What one's own page is made of: cards from the rooms, each in its place, and one next step."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from kit import registry
from members.enums import CircleKind
from members.models import AccountRequest, Profile, User
from members.requests import person_of


class Place(StrEnum):
    """Where on the page a card stands."""

    NEXT = "next"
    MAIN = "main"
    ASIDE = "aside"


# Rooms say what they know and in what order; the page says where. What is not named stands in the middle.
PLACES = {
    "cohorts.next_session": Place.NEXT,
    "learning.progress": Place.ASIDE,
    "members.belongings": Place.ASIDE,
}


@dataclass(frozen=True, kw_only=True)
class NextStep:
    """One thing to do now: a sentence and a button."""

    title: str
    text: str
    action: str
    url: str


@dataclass(kw_only=True)
class Dashboard:
    """The drawn cards by place, and a next step of our own where no room has one."""

    drawn: dict[Place, list[str]] = field(default_factory=lambda: {place: [] for place in Place})
    step: NextStep | None = None


def build(request: HttpRequest) -> Dashboard:
    """Draw what the rooms have for this person; a card that draws nothing is left out.

    Queries: those that the cards declare, and one more where no card says what to do next to somebody who
    leads nothing, for whom the card of one's own communities needs none.
    """
    dashboard = Dashboard()
    for card in registry.cards:
        html = card.draw(request)
        if html.strip():
            dashboard.drawn[PLACES.get(card.key, Place.MAIN)].append(html)
    if not dashboard.drawn[Place.NEXT]:
        dashboard.step = _own_step(request)
    return dashboard


def _own_step(request: HttpRequest) -> NextStep:
    person = person_of(request)
    if not person.circle_ids:
        if AccountRequest.objects.waiting().filter(person=person).exists():
            return NextStep(
                title="Thank you for asking to join. Somebody reads what you wrote.",
                text="We email you the answer; this can take a few days. You do not need to do anything. Until then:",
                action="Read the guidance",
                url="/guidance/",
            )
        return NextStep(
            title="Your account is ready. Your group is not there yet.",
            text="The team of the programme, or a convener, adds you to a group. Then your sessions, your "
            "communities and what is said in them show here. You do not need to do anything. Until then:",
            action="Read the guidance",
            url="/guidance/",
        )
    if person.led_circle_ids:
        return _step_for_a_lead(person)
    said = Profile.objects.filter(user=request.user).exclude(job_title="", about="").exists()
    if not said:
        return NextStep(
            title="Say in two lines who you are, so that others know who they are learning with.",
            text="It takes two minutes. You choose who sees it.",
            action="Write my profile",
            url=reverse("profile"),
        )
    return NextStep(
        title="Find a community that cares about what you care about.",
        text="Nothing is due. Start from here, whenever you like.",
        action="Look through the directory",
        url="/communities/",
    )


def _step_for_a_lead(user: User) -> NextStep:
    """No query: the card of their communities has used it."""
    if user.led_circle_ids & user.circle_ids_of_kind(CircleKind.COMMUNITY):
        return NextStep(
            title="See where your community stands, and what it could do next.",
            text="Nothing is due. Start from here, whenever you like.",
            action="Go to my communities",
            url=reverse("community_directory:mine"),
        )
    return NextStep(
        title="Look at what comes next for the people whom you lead.",
        text="No session has a date that is near.",
        action="Open the calendar",
        url="/calendar/",
    )


def greeting(now: datetime) -> str:
    """How to greet somebody at this moment, by London's clock."""
    hour = timezone.localtime(now).hour
    if hour < 12:
        return "Good morning"
    return "Good afternoon" if hour < 18 else "Good evening"
