"""Registries: how a lower room shows what a higher one knows, without importing it.

Rooms fill them in ``apps.ready()``; whoever shows them reads them. Each item has a key, unique in
its registry, and an order.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from django.http import HttpRequest


class Keyed(Protocol):
    """Anything with a key, and an order among its kind."""

    @property
    def key(self) -> str: ...

    @property
    def order(self) -> int: ...


Item = TypeVar("Item", bound=Keyed)


def counted(number: int, one: str, several: str = "") -> list[str]:
    """One line that says how many of something there are; none where there is none."""
    return [f"{number} {one if number == 1 else several or one + 's'}"] if number else []


class Registry(Generic[Item]):
    """Items by key, in their order."""

    def __init__(self) -> None:
        self._items: dict[str, Item] = {}

    def add(self, item: Item) -> None:
        """Register an item.

        Raises:
            ValueError: another item has the same key.
        """
        if item.key in self._items:
            raise ValueError(f"{item.key!r} is registered already")
        self._items[item.key] = item

    def get(self, key: str) -> Item | None:
        """The item with this key, or None."""
        return self._items.get(key)

    def __iter__(self) -> Iterator[Item]:
        return iter(sorted(self._items.values(), key=lambda item: item.order))

    def __len__(self) -> int:
        return len(self._items)


@dataclass(frozen=True, kw_only=True)
class Panel:
    """A piece of a page that a neighbouring or higher room draws.

    Args:
        key: unique name, "room.what".
        slot: the place that it fills, such as "community.below".
        draw: given the object shown and the request, returns safe HTML ("" for nothing).
        queries: how many SQL queries it makes at most; held by a test.
    """

    key: str
    slot: str
    draw: Callable[[Any, HttpRequest], str]
    queries: int
    order: int = 100


@dataclass(frozen=True, kw_only=True)
class Card:
    """One part of the dashboard: ``draw(request)`` returns safe HTML, "" for nothing."""

    key: str
    draw: Callable[[HttpRequest], str]
    queries: int
    order: int = 100


@dataclass(frozen=True, kw_only=True)
class Hit:
    """One thing that a search over everything found."""

    title: str
    url: str
    excerpt: str = ""
    meta: str = ""


@dataclass(frozen=True, kw_only=True)
class Search:
    """A kind of thing that the search over everything looks for.

    Args:
        key: unique name.
        label: its plural, as people read it.
        find: ``find(user, text, limit)`` returns hits that this person may see, best first.
        more_url: where all hits of this kind are listed; the text is appended.
        queries: how many SQL queries ``find`` makes at most.
    """

    key: str
    label: str
    find: Callable[[Any, str, int], list[Hit]]
    more_url: str = ""
    queries: int = 1
    order: int = 100


@dataclass(frozen=True, kw_only=True)
class Verb:
    """A kind of news: what happened, said as a sentence, and where it leads.

    Args:
        key: unique name, "room.what".
        targets: ``targets(ids, user)`` returns, by id, those things that this person may see now.
            What is missing from the answer is neither shown nor mailed.
        sentence: ``sentence(actor_name, thing)`` says it in plain text.
        url: ``url(thing)`` is the address that it leads to.
        excerpt: ``excerpt(thing)`` is the text that a mail carries, "" for none.
        mailed: whether a mail goes out as well.
        reason: why this person gets the mail, as the end of "You get this email because …".
        always: whether the mail goes to everybody but those who want no mails at all; otherwise only to
            those who want mails about replies.
    """

    key: str
    targets: Callable[[list[int], Any], dict[int, Any]]
    sentence: Callable[[str, Any], str]
    url: Callable[[Any], str]
    excerpt: Callable[[Any], str] = lambda thing: ""
    mailed: bool = False
    reason: str = "you asked to hear when somebody replies to you"
    always: bool = False
    order: int = 100


@dataclass(frozen=True, kw_only=True)
class Written:
    """What a letter says.

    Args:
        subject: its subject, and its heading.
        paragraphs: what it says, in plain text.
        quote: what somebody wrote in it, as they wrote it; "" for nothing.
        facts: what one wants to know at a glance, as (name, value): a date, a place, until when to answer.
        url: the path of the page where one answers, from the first slash.
        action: words of the button that leads there.
        reason: why it comes, as the end of "You get this email because …".
        aside: another way on, less likely: the words of its link, and a path.
    """

    subject: str
    paragraphs: tuple[str, ...]
    url: str
    action: str
    reason: str
    quote: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    aside: tuple[str, str] | None = None


@dataclass(frozen=True, kw_only=True)
class Letter:
    """A kind of mail to an address, whoever reads there: mostly somebody who has no account.

    Args:
        key: unique name, "room.what".
        compose: ``compose(target_id)`` is asked when it is sent, and says what it says; None if it is no longer
            wanted.
    """

    key: str
    compose: Callable[[int], Written | None]
    order: int = 100


@dataclass(frozen=True, kw_only=True)
class Mover:
    """How what hangs on one circle is given to another, when two communities become one.

    Args:
        key: unique name, "room.what".
        labels: of the models that it looks after, "app.Model"; what nobody looks after stops a merge.
        says: ``says(circle)`` is what would move, counted, in words.
        move: ``move(gone, stays)`` moves it, in a transaction.
    """

    key: str
    labels: tuple[str, ...]
    says: Callable[[Any], list[str]]
    move: Callable[[Any, Any], None]
    order: int = 100


panels: Registry[Panel] = Registry()
cards: Registry[Card] = Registry()
searches: Registry[Search] = Registry()
verbs: Registry[Verb] = Registry()
letters: Registry[Letter] = Registry()
movers: Registry[Mover] = Registry()
