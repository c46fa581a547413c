"""A notification, or a letter, as a mail: in text and in HTML, saying why it comes and how to stop it."""

import re
from dataclasses import dataclass
from typing import Any

import css_inline
from django.conf import settings
from django.core import signing
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string

from kit.registry import Verb, letters, verbs
from members.models import User
from notifications.models import Mail, Notification, Unwritten

# A link stops what the mail is about: mails about replies, or, where no other choice holds, all of them.
_SALT = "notifications.unsubscribe"
_SALT_EVERY = "notifications.unsubscribe.every"
# A letter's link stops all letters to its address.
_SALT_ADDRESS = "notifications.unsubscribe.address"
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


def address_token(email: str) -> str:
    """What stands in a link that stops letters to this address. It has no end."""
    return signing.dumps(email.lower(), salt=_SALT_ADDRESS)


def address_of(token: str) -> str:
    """The address whose letters this link stops; "" if it isn't one of ours."""
    try:
        return str(signing.loads(token, salt=_SALT_ADDRESS))
    except signing.BadSignature:
        return ""


def compose(mail: Mail) -> EmailMultiAlternatives | None:
    """The mail as it goes out, if it is still wanted and its recipient may still see the thing.

    The headers for stopping it by one click are those of RFC 8058.

    Args:
        mail: with its notification, recipient, profile and actor, if it is about one.

    Returns:
        The message; None if there is nothing to send any more.
    """
    return _letter(mail) if mail.notification is None else _news(mail, mail.notification)


def _news(mail: Mail, news: Notification) -> EmailMultiAlternatives | None:
    """A mail about a notification."""
    person = news.recipient
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
    }
    return _message(mail, "notification", subject=sentence, to=person.email, stop=stop, context=context)


def _letter(mail: Mail) -> EmailMultiAlternatives | None:
    """A mail to an address, whoever reads there."""
    kind = letters.get(mail.letter)
    if kind is None or mail.target_id is None or Unwritten.objects.filter(email=mail.to).exists():
        return None
    written = kind.compose(mail.target_id)
    if written is None:
        return None
    stop = settings.SITE_URL + f"/me/notifications/unsubscribe/{address_token(mail.to)}/"
    context = {
        "letter": written,
        "to": mail.to,
        "url": settings.SITE_URL + written.url,
        "aside_url": settings.SITE_URL + written.aside[1] if written.aside else "",
        "stop_url": stop,
    }
    return _message(mail, "letter", subject=written.subject, to=mail.to, stop=stop, context=context)


def _message(
    mail: Mail, template: str, *, subject: str, to: str, stop: str, context: dict[str, Any]
) -> EmailMultiAlternatives:
    """With the headers that let a mail program stop others like it."""
    message = written(template, subject=subject, to=to, context=context)
    message.extra_headers |= {
        "Message-ID": mail.message_id,
        "List-Unsubscribe": f"<{stop}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    return message


def written(template: str, *, subject: str, to: str, context: dict[str, Any]) -> EmailMultiAlternatives:
    """A message of ours in text and in HTML, in the dress that all have (templates/mail/base.html).

    Args:
        template: its name in templates/mail/, without an ending.
        subject: made one line of.
        to: an address.
        context: what the template needs besides the subject, and how we are called.
    """
    line = _one_line(subject)
    context = {
        **context,
        "subject": line,
        "portal": settings.WAGTAIL_SITE_NAME,
        "site_url": settings.SITE_URL,
    }
    body = render_to_string(f"mail/{template}.txt", context)
    message = EmailMultiAlternatives(line, body, to=[to], headers={"Auto-Submitted": "auto-generated"})
    message.attach_alternative(
        _inliner.inline(render_to_string(f"mail/{template}.html", context)), "text/html"
    )
    return message


def _wants(verb: Verb, person: User) -> bool:
    profile = getattr(person, "profile", None)
    return profile is None or (not profile.no_mails and (verb.always or profile.mails_replies))


def _one_line(text: str) -> str:
    line = _SPACES.sub(" ", text).strip()
    return line if len(line) <= _LONGEST_SUBJECT else line[: _LONGEST_SUBJECT - 1].rstrip() + "…"
