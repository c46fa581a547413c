"""A notification as a mail: in plain text and in HTML, saying why it comes and how to stop it."""

import re
from dataclasses import dataclass

import css_inline
from django.conf import settings
from django.core import signing
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string

from kit.registry import Verb, verbs
from members.models import User
from notifications.models import Mail

# A link stops what the mail is about: mails about replies, or, where no other choice holds, all of them.
_SALT = "notifications.unsubscribe"
_SALT_EVERY = "notifications.unsubscribe.every"
_LONGEST_SUBJECT = 150
_SPACES = re.compile(r"\s+")
_inliner = css_inline.CSSInliner(load_remote_stylesheets=False, keep_style_tags=False)


@dataclass(frozen=True, kw_only=True)
class Stop:
    """What a link in a mail stops.

    Args:
        person: whose mails.
        every: all of them, not only those about replies.
    """

    person: User
    every: bool

    @property
    def choice(self) -> dict[str, bool]:
        """The same as ``notifications.actions.choose_mails`` takes it."""
        return {"no_mails": True} if self.every else {"mails_replies": False}


def unsubscribe_token(person: User, *, every: bool = False) -> str:
    """What stands in a link that stops mails to this person, without signing in. It has no end."""
    return signing.dumps(person.pk, salt=_SALT_EVERY if every else _SALT)


def stop_of(token: str) -> Stop | None:
    """What this link stops; None if it isn't one of ours, or the person's account is closed."""
    for salt, every in ((_SALT, False), (_SALT_EVERY, True)):
        try:
            key = signing.loads(token, salt=salt)
        except signing.BadSignature:
            continue
        person = User.objects.filter(pk=key, is_active=True).first()
        return Stop(person=person, every=every) if person else None
    return None


def compose(mail: Mail) -> EmailMultiAlternatives | None:
    """The mail as it goes out, if it is still wanted and its recipient may still see the thing.

    The headers for stopping it by one click are those of RFC 8058.

    Args:
        mail: with its notification, recipient, profile and actor.

    Returns:
        The message; None if there is nothing to send any more.
    """
    news, person = mail.notification, mail.notification.recipient
    verb = verbs.get(news.verb)
    if verb is None or not person.is_active or not _wants(verb, person):
        return None
    thing = verb.targets([news.target_id], person).get(news.target_id)
    if thing is None:
        return None
    sentence = verb.sentence(news.actor.name if news.actor else "Somebody", thing)
    stop = (
        settings.SITE_URL + f"/me/notifications/unsubscribe/{unsubscribe_token(person, every=verb.always)}/"
    )
    context = {
        "person": person,
        "sentence": sentence,
        "excerpt": verb.excerpt(thing),
        "url": settings.SITE_URL + verb.url(thing),
        "reason": verb.reason,
        "every": verb.always,
        "stop_url": stop,
        "settings_url": settings.SITE_URL + "/me/notifications/settings/",
        "portal": settings.WAGTAIL_SITE_NAME,
        "site_url": settings.SITE_URL,
    }
    message = EmailMultiAlternatives(
        subject=_one_line(sentence),
        body=render_to_string("mail/notification.txt", context),
        to=[person.email],
        headers={
            "Message-ID": mail.message_id,
            "List-Unsubscribe": f"<{stop}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "Auto-Submitted": "auto-generated",
        },
    )
    message.attach_alternative(
        _inliner.inline(render_to_string("mail/notification.html", context)), "text/html"
    )
    return message


def _wants(verb: Verb, person: User) -> bool:
    profile = getattr(person, "profile", None)
    return profile is None or (not profile.no_mails and (verb.always or profile.mails_replies))


def _one_line(text: str) -> str:
    line = _SPACES.sub(" ", text).strip()
    return line if len(line) <= _LONGEST_SUBJECT else line[: _LONGEST_SUBJECT - 1].rstrip() + "…"
