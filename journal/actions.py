"""Writing, sharing and removing a reflection: one verb each, in one transaction.

``write`` is the one way in for prompts of other rooms.
"""

from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from wagtail.models import Page

from journal.enums import Readers
from journal.errors import CannotShare, ChangedMeanwhile, NotThere
from journal.models import Reflection, shareable_places
from journal.querysets import since_restorable
from members.models import Membership, User
from notifications import actions as notifications

SHARED = "journal.shared"


@transaction.atomic
def write(
    *,
    person: User,
    text: str,
    title: str = "",
    prompt: str = "",
    page: Page | None = None,
    about: tuple[str, int] | None = None,
    request_key: UUID | None = None,
) -> Reflection:
    """Write a reflection for oneself; nobody else can read it.

    Args:
        person: who writes.
        text: Markdown.
        title: may be "".
        prompt: the words of the question that it answers, as they are now.
        page: the page that it is about, which the person may see.
        about: the thing of another room that it is about: a subject's key and the thing's id.
        request_key: of the form; the same one sent twice makes one.

    Returns:
        The reflection, or the one that this key made before.

    Raises:
        ChangedMeanwhile: this key made one before, with other words.
        NotThere: this key made one that was removed since.
    """
    made = _made_before(person, request_key)
    if made is None:
        kind, key = about or ("", None)
        try:
            with transaction.atomic():
                return Reflection.objects.create(
                    person=person, text=text, title=title, prompt=prompt, page=page,
                    about_kind=kind, about_id=key, request_key=request_key,
                )  # fmt: skip
        except IntegrityError:
            made = _made_before(person, request_key)
            if made is None:
                raise
    return _same(made, text=text, title=title)


def _made_before(person: User, key: UUID | None) -> Reflection | None:
    return key and Reflection.objects.filter(person=person, request_key=key).first()  # type: ignore[return-value]


def _same(made: Reflection, *, text: str, title: str) -> Reflection:
    if made.removed_at:
        raise NotThere
    if (made.text, made.title) != (text, title):
        raise ChangedMeanwhile(made)
    return made


def _hold(reflection: Reflection) -> Reflection:
    """Lock it, and look at it again."""
    held = Reflection.objects.select_for_update(no_key=True, of=("self",)).filter(pk=reflection.pk)
    found = held.select_related("place__circle").first()
    if found is None:
        raise NotThere
    return found


@transaction.atomic
def change(*, reflection: Reflection, text: str, title: str, version: int) -> Reflection:
    """Save what it says now; the same words again change nothing. What was removed meanwhile comes back with them.

    Args:
        reflection: one's own.
        text: Markdown.
        title: may be "".
        version: that from which this text was begun.

    Raises:
        ChangedMeanwhile: it was saved from elsewhere since, with other words. Nothing is lost: what is saved stays.
        NotThere: it was removed too long ago.
    """
    held = _hold(reflection)
    _bring_back(held)
    if (held.text, held.title) == (text, title):
        return held
    if held.version != version:
        raise ChangedMeanwhile(held)
    held.text, held.title = text, title
    held.version, held.changed_at = held.version + 1, timezone.now()
    held.save(update_fields=["text", "text_html", "title", "version", "changed_at"])
    return held


def _bring_back(held: Reflection) -> bool:
    if held.removed_at is None:
        return False
    if held.removed_at <= since_restorable():
        raise NotThere
    held.removed_at = None
    held.save(update_fields=["removed_at"])
    return True


@transaction.atomic
def share(*, reflection: Reflection, place: Membership, readers: str) -> Reflection:
    """Let others read a reflection, in place of whoever could before; twice is once.

    Args:
        reflection: one's own.
        place: one's own in the cohort or community that reads it.
        readers: all its people, or only who leads it.

    Raises:
        CannotShare: the place is not its author's, has ended, or is in nothing that one shares with.
        NotThere: it was removed.
    """
    held = _hold(reflection)
    if held.removed_at:
        raise NotThere
    found = shareable_places(held.person).filter(pk=place.pk).first()
    if found is None or readers not in Readers.values:
        raise CannotShare
    if (held.place_id, held.readers) != (found.pk, readers):
        held.place, held.readers, held.shared_at = found, readers, timezone.now()
        held.save(update_fields=["place", "readers", "shared_at"])
        leads = User.objects.filter(memberships__in=Membership.objects.leads_of(found.circle))
        notifications.notify(recipients=leads, verb=SHARED, target_id=held.pk, actor=held.person)
    return held


@transaction.atomic
def take_back(*, reflection: Reflection) -> bool:
    """Keep it for oneself again, at once.

    Returns:
        False where it was shared with nobody.
    """
    held = _hold(reflection)
    if held.place_id is None:
        return False
    _close(held)
    return True


def _close(held: Reflection, *more: str) -> None:
    held.place, held.readers, held.shared_at = None, "", None
    held.save(update_fields=["place", "readers", "shared_at", *more])


@transaction.atomic
def remove(*, reflection: Reflection) -> bool:
    """Take it away, for others and for oneself; it can be brought back for 30 days, and is then shared with nobody.

    Returns:
        False where it was removed before.
    """
    held = _hold(reflection)
    if held.removed_at:
        return False
    held.removed_at = timezone.now()
    _close(held, "removed_at")
    return True


@transaction.atomic
def restore(*, reflection: Reflection) -> bool:
    """Bring it back, for oneself alone.

    Returns:
        False where it was there.

    Raises:
        NotThere: it was removed too long ago.
    """
    return _bring_back(_hold(reflection))


@transaction.atomic
def keep_all_for_oneself(*, person: User) -> list[dict[str, Any]]:
    """Share nothing, for a while; returns what was shared with whom, for ``share_again``."""
    shared = Reflection.objects.select_for_update(no_key=True).filter(person=person, place__isnull=False)
    before = [{"pk": one.pk, "place": one.place_id, "readers": one.readers} for one in shared.order_by("pk")]
    Reflection.objects.filter(pk__in=[one["pk"] for one in before]).update(
        place=None, readers="", shared_at=None
    )
    return before


@transaction.atomic
def share_again(*, person: User, before: list[dict[str, Any]]) -> None:
    """Undo ``keep_all_for_oneself``, where the place is still theirs and nothing else was chosen meanwhile."""
    places = set(shareable_places(person).values_list("pk", flat=True))
    for one in before:
        if one["place"] in places:
            own = Reflection.objects.filter(
                pk=one["pk"], person=person, place__isnull=True, removed_at__isnull=True
            )
            own.update(place=one["place"], readers=one["readers"], shared_at=timezone.now())
