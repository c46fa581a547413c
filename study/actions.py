"""Marking, keeping and answering: one verb each, in one transaction that holds the person's row."""

from collections.abc import Collection
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import timezone
from wagtail.models import Page

from community_directory import filters as communities
from community_directory.models import Community
from members.models import User
from notifications.actions import notify
from study.enums import Of
from study.errors import NameTaken, NotTheirs, TooLong, TooManyBookmarks, TooManyLists, TooManySearches
from study.models import (
    MOST_BOOKMARKS,
    MOST_LISTS,
    MOST_MISSED,
    MOST_SEARCHES,
    MOST_VISITS,
    QUERY_LONGEST,
    Bookmark,
    BookmarkList,
    Choices,
    Found,
    Missed,
    Opinion,
    PageDone,
    SavedSearch,
    Visit,
)
from study.rules import can_study

NOTED, FOUND = "study.noted", "study.found"
NAMED = 5  # of the communities that a mail tells of
_SETTLED = timedelta(minutes=5)


def _hold(*people: User) -> None:
    """Nobody else writes for these people meanwhile; held in the order of their keys, so that no two wait in a ring."""
    keys = [person.pk for person in people]
    list(User.objects.select_for_update(no_key=True).only("pk").filter(pk__in=keys).order_by("pk"))


# -- done, and where one was ------------------------------------------------------


@transaction.atomic
def mark_done(*, person: User, page: Page) -> PageDone:
    """Note that somebody has done a page; done twice, it is as once.

    Returns:
        The mark, with the moment of the first time.
    """
    _hold(person)
    return PageDone.objects.get_or_create(person=person, page_id=page.pk)[0]


@transaction.atomic
def mark_undone(*, person: User, page: Page) -> bool:
    """Take the mark back.

    Returns:
        False where there was none.
    """
    _hold(person)
    return bool(PageDone.objects.filter(person=person, page_id=page.pk).delete()[0])


@transaction.atomic
def note_reading(*, person: User, page: Page) -> Visit:
    """Note that somebody reads a page now. Only their last pages are kept."""
    _hold(person)
    now = timezone.now()
    visit, _ = Visit.objects.update_or_create(person=person, page_id=page.pk, defaults={"read_at": now})
    own = Visit.objects.filter(person=person).order_by("-read_at", "-pk")
    Visit.objects.filter(pk__in=list(own.values_list("pk", flat=True)[MOST_VISITS:])).delete()
    return visit


@transaction.atomic
def forget_reading(*, person: User) -> bool:
    """Forget where somebody was; what they have marked and kept stays.

    Returns:
        False where nothing was known.
    """
    _hold(person)
    return bool(Visit.objects.filter(person=person).delete()[0])


# -- bookmarks ------------------------------------------------------------------------


@transaction.atomic
def keep(*, person: User, page: Page) -> Bookmark:
    """Bookmark a page; done twice, it is as once.

    Raises:
        TooManyBookmarks: there are as many as one may have.
    """
    _hold(person)
    own = Bookmark.objects.filter(person=person)
    kept = own.filter(page_id=page.pk).first()
    if kept:
        return kept
    if own.count() >= MOST_BOOKMARKS:
        raise TooManyBookmarks
    return Bookmark.objects.create(person=person, page_id=page.pk)


@transaction.atomic
def drop(*, person: User, page: Page) -> bool:
    """Take a bookmark away, with its note, out of all lists.

    Returns:
        False where there was none.
    """
    _hold(person)
    return bool(Bookmark.objects.filter(person=person, page_id=page.pk).delete()[0])


@transaction.atomic
def change_bookmark(*, bookmark: Bookmark, note: str, lists: Collection[int], new_list: str = "") -> Bookmark:
    """Say why a page is kept, and in which lists.

    Args:
        bookmark: whose person does it.
        note: plain text; "" for none.
        lists: ids of all lists that it shall be in.
        new_list: the name of one more, which is made; "" for none.

    Raises:
        NotTheirs: the bookmark is gone, or a list is another's or gone.
        NameTaken, TooManyLists: the new one can't be made.
    """
    _hold(bookmark.person)
    kept = Bookmark.objects.filter(pk=bookmark.pk).first()
    own = set(BookmarkList.objects.filter(person_id=bookmark.person_id, pk__in=lists))
    if kept is None or len(own) != len(set(lists)):
        raise NotTheirs
    if new_list:
        own.add(_new_list(bookmark.person, new_list))
    kept.note = note
    kept.save(update_fields=["note"])
    kept.lists.set(own)
    return kept


@transaction.atomic
def make_list(*, person: User, name: str) -> BookmarkList:
    """Make a list.

    Raises:
        NameTaken: another of theirs has this name, in whatever case.
        TooManyLists: there are as many as one may have.
    """
    _hold(person)
    return _new_list(person, name)


def _new_list(person: User, name: str) -> BookmarkList:
    _check_name(person, name)
    if BookmarkList.objects.filter(person=person).count() >= MOST_LISTS:
        raise TooManyLists
    return BookmarkList.objects.create(person=person, name=name)


@transaction.atomic
def rename_list(*, bookmark_list: BookmarkList, name: str) -> bool:
    """Give a list another name.

    Returns:
        False where it had that name.

    Raises:
        NameTaken: another of theirs has it.
    """
    _hold(bookmark_list.person)
    if bookmark_list.name == name:
        return False
    _check_name(bookmark_list.person, name, besides=bookmark_list.pk)
    bookmark_list.name = name
    return bool(BookmarkList.objects.filter(pk=bookmark_list.pk).update(name=name))


def _check_name(person: User, name: str, besides: int | None = None) -> None:
    others = BookmarkList.objects.filter(person=person).exclude(pk=besides)
    # Compared here: SQLite and PostgreSQL do not agree on what is a small letter.
    if name.casefold() in {other.casefold() for other in others.values_list("name", flat=True)}:
        raise NameTaken


@transaction.atomic
def delete_list(*, bookmark_list: BookmarkList) -> None:
    """Delete a list; the bookmarks in it stay."""
    _hold(bookmark_list.person)
    BookmarkList.objects.filter(pk=bookmark_list.pk).delete()


# -- searches ---------------------------------------------------------------------------


@transaction.atomic
def save_search(*, person: User, query: str, name: str, of: str = Of.LIBRARY) -> SavedSearch:
    """Keep what somebody asked the library or the directory for; saved again, it has the new name.

    Args:
        query: as ``study.places`` says it.
        name: what to call it.
        of: what it looks through. Of communities they are told of those that are published from now on.

    Raises:
        TooLong: it asks for more than is kept.
        TooManySearches: there are as many as one may have.
    """
    if len(query) > QUERY_LONGEST:
        raise TooLong
    _hold(person)
    own = SavedSearch.objects.filter(person=person)
    found = own.filter(of=of, query=query).first()
    if found is None:
        if own.count() >= MOST_SEARCHES:
            raise TooManySearches
        return SavedSearch.objects.create(person=person, of=of, query=query, name=name)
    found.name = name
    found.save(update_fields=["name"])
    return found


@transaction.atomic
def rename_search(*, search: SavedSearch, name: str) -> bool:
    """Give a saved search another name; the same one does no harm.

    Returns:
        False where it is gone.
    """
    _hold(search.person)
    search.name = name
    return bool(SavedSearch.objects.filter(pk=search.pk).update(name=name))


@transaction.atomic
def delete_search(*, search: SavedSearch) -> None:
    """Delete a saved search; what it finds is there as before."""
    _hold(search.person)
    SavedSearch.objects.filter(pk=search.pk).delete()


@transaction.atomic
def tell_of_communities(*, search: SavedSearch, now: datetime) -> int:
    """Tell whose saved search it is of communities that were published since, of each once.

    Args:
        search: one of the directory.
        now: what is published in the last minutes before is left for the next time: it may not be written down yet.

    Returns:
        Of how many they were told.
    """
    _hold(search.person)
    held = SavedSearch.objects.select_related("person").filter(pk=search.pk, of=Of.COMMUNITIES).first()
    until = now - _SETTLED
    if held is None or held.told_to >= until:
        return 0
    wanted = communities.read(QueryDict(held.query))
    fresh: QuerySet[Community] = Community.objects.none()
    if wanted.are_on and can_study(
        held.person
    ):  # what it was filed under may be gone: then it asks for nothing
        fresh = communities.narrow(communities.matching(wanted), wanted)
    fresh = fresh.filter(published_at__gt=held.told_to, published_at__lte=until)
    names = list(fresh.order_by("published_at", "pk").values_list("name", flat=True))
    held.told_to = until
    held.save(update_fields=["told_to"])
    if names:
        found = Found.objects.create(
            search=held, number=len(names), names="\n".join(names[:NAMED]), found_at=now
        )
        notify(recipients=[held.person], verb=FOUND, target_id=found.pk, actor=None)
    return len(names)


# -- what was not found ---------------------------------------------------------------------


@transaction.atomic
def miss(*, person: User, text: str) -> Missed:
    """Let the editors know that somebody found nothing for these words; said again, it counts once.

    Only the last of one person's are kept.

    Args:
        text: on one line, of at most ``MISSED_LONGEST`` characters; capital letters make no difference.
    """
    _hold(person)
    said, _ = Missed.objects.update_or_create(
        person=person, text=text.lower(), defaults={"said_at": timezone.now()}
    )
    own = Missed.objects.filter(person=person)
    Missed.objects.filter(pk__in=list(own.values_list("pk", flat=True)[MOST_MISSED:])).delete()
    return said


# -- answers and choices ---------------------------------------------------------------


@transaction.atomic
def answer(*, person: User, page: Page, is_useful: bool, note: str = "") -> Opinion:
    """Say whether a page was useful; the last answer holds.

    A first note is told to whoever looks after the page, if their account is open; one that is changed later they
    read where they were told.
    """
    owner = page.owner if note and page.owner and page.owner.is_active else None
    _hold(person, *([owner] if owner else []))
    said = {"is_useful": is_useful, "note": note, "said_at": timezone.now()}
    opinion, _ = Opinion.objects.update_or_create(person=person, page_id=page.pk, defaults=said)
    if owner:
        notify(recipients=[owner], verb=NOTED, target_id=opinion.pk, actor=person)
    return opinion


@transaction.atomic
def choose(*, person: User, mark_at_end: bool) -> bool:
    """Say whether pages are marked as done when their end is reached.

    Returns:
        False where it was so.
    """
    _hold(person)
    own, _ = Choices.objects.get_or_create(person=person)
    if own.mark_at_end == mark_at_end:
        return False
    own.mark_at_end = mark_at_end
    own.save(update_fields=["mark_at_end"])
    return True


@transaction.atomic
def start_from(*, person: User, day: date | None) -> bool:
    """Start from a day: what came before is folded away. None unfolds it.

    Returns:
        False where it was so.
    """
    _hold(person)
    own, _ = Choices.objects.get_or_create(person=person)
    if own.started_on == day:
        return False
    own.started_on = day
    own.save(update_fields=["started_on"])
    return True
