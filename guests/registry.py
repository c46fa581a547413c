"""What may be asked of somebody without an account: rooms register their kinds in ``apps.ready()``."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Q

from kit.registry import Registry

if TYPE_CHECKING:
    from django.forms import BaseForm
    from django.http import HttpRequest, HttpResponse

    from guests.models import GuestLink
    from members.audience import Audience
    from members.models import User
    from members.querysets import Person


@dataclass(frozen=True, kw_only=True)
class Ask:
    """What a link asks, in full, for whoever opens it.

    Args:
        title: the question, as the page's heading.
        asker: who asks, by name, and what they are in it.
        paragraphs: what it is about, and what a yes means.
        audience: who sees the answer.
        quote: what the asker wrote; "" for nothing.
        facts: what one wants to know at a glance, dates as text.
        yes, no: words of the buttons.
        signs_in: whether whoever asks must sign in, or may, to say yes.
        hindrance: why this person cannot say yes here; "" if they can.
    """

    title: str
    asker: str
    paragraphs: tuple[str, ...]
    audience: "Audience"
    quote: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    yes: str = "Yes"
    no: str = "No, thank you"
    signs_in: bool = False
    hindrance: str = ""


@dataclass(frozen=True, kw_only=True)
class Done:
    """What a yes has led to.

    Args:
        said: what has just happened, for whoever said it.
        url: where they go on; "" to stay and read that it is answered.
        person: whom to sign in, since they have just made an account.
    """

    said: str
    url: str = ""
    person: "User | None" = None


@dataclass(frozen=True, kw_only=True)
class GuestKind:
    """A kind of thing that links ask for.

    Everything here is asked again at each opening: a link itself knows nothing of what it is for.

    Args:
        key: unique name, "room.what", as it stands in links.
        describe: ``describe(link, user)`` says what is asked; None if the thing is gone, ended or taken back.
        on_yes: ``on_yes(link, user, **given)`` does what was asked, in a transaction, with what the form gave. It
            locks its own thing, looks again, and raises ``members.errors.NotOpen`` if it came too late.
        on_no: ``on_no(link)`` the same for a no.
        form: ``form(link, user, data)`` is what a yes needs to be told; None for nothing.
        serve: ``serve(request, link)`` answers instead of the page that asks, for as long as the link is open: for a
            thing that its reader looks after, and does several things to. It writes on a POST alone.
        hears: ``hears(link)`` gives the people who are told of a question.
        seen_by: ``seen_by(user)`` is a condition on links: those of this kind whose answers and questions this
            person may read now.
    """

    key: str
    describe: "Callable[[GuestLink, Person], Ask | None]"
    on_yes: Callable[..., Done]
    on_no: "Callable[[GuestLink], None]"
    hears: "Callable[[GuestLink], list[User]]"
    seen_by: "Callable[[Person], Q]"
    form: "Callable[[GuestLink, Person, Any], BaseForm | None]" = lambda link, user, data: None
    serve: "Callable[[HttpRequest, GuestLink], HttpResponse] | None" = None
    order: int = 100


kinds: Registry[GuestKind] = Registry()
