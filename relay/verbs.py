"""What people are told of: a message to them, and, those of the programme team, one that was reported."""

from kit.registry import Verb
from members.querysets import Person
from relay.actions import RECEIVED, REPORTED
from relay.models import GONE, Message, Report


def messages(ids: list[int], user: Person) -> dict[int, Message]:
    """Those of the messages that are this person's to read. One query."""
    return {message.pk: message for message in Message.objects.visible_to(user).filter(pk__in=ids)}


def reports(ids: list[int], user: Person) -> dict[int, Report]:
    """Those of the reports that this person handles. One query, besides their rights."""
    shown = Report.objects.visible_to(user).select_related("message__author")
    return {report.pk: report for report in shown.filter(pk__in=ids)}


def _author(report: Report) -> str:
    return report.message.author.name if report.message.author else GONE


VERBS = [
    Verb(
        key=RECEIVED,
        targets=messages,
        sentence=lambda actor, message: f"{actor} sent you a message",
        url=lambda message: message.get_absolute_url(),
        excerpt=lambda message: message.text,
        mailed=True,
        reason="somebody in the network wrote to you. They do not see your email address",
    ),
    Verb(
        key=REPORTED,
        targets=reports,
        sentence=lambda actor, report: f"{actor} reported a message from {_author(report)}",
        url=lambda report: report.get_absolute_url(),
        excerpt=lambda report: report.message.text,
        mailed=True,
        always=True,
        reason="you look after what is reported",
    ),
]
