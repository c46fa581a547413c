"""A notification as a mail: in plain text and in HTML, saying why it comes and how to stop it."""

import re

import css_inline
from django.conf import settings
from django.core import signing
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string

from kit.registry import verbs
from members.models import User
from notifications.models import Mail

_SALT = "notifications.unsubscribe"
_LONGEST_SUBJECT = 150
_SPACES = re.compile(r"\s+")
_inliner = css_inline.CSSInliner(load_remote_stylesheets=False, keep_style_tags=False)


def unsubscribe_token(person: User) -> str:
    """What stands in a link that stops mails to this person, without signing in. It has no end."""
    return signing.dumps(person.pk, salt=_SALT)


def person_of(token: str) -> User | None:
    """The person whose link this is; None if it isn't one of ours, or their account is closed."""
    try:
        key = signing.loads(token, salt=_SALT)
    except signing.BadSignature:
        return None
    return User.objects.filter(pk=key, is_active=True).first()


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
    if verb is None or not person.is_active or not _wants_mails(person):
        return None
    thing = verb.targets([news.target_id], person).get(news.target_id)
    if thing is None:
        return None
    sentence = verb.sentence(news.actor.name if news.actor else "Somebody", thing)
    stop = settings.SITE_URL + f"/me/notifications/unsubscribe/{unsubscribe_token(person)}/"
    context = {
        "person": person,
        "sentence": sentence,
        "excerpt": verb.excerpt(thing),
        "url": settings.SITE_URL + verb.url(thing),
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


def _wants_mails(person: User) -> bool:
    profile = getattr(person, "profile", None)
    return profile is None or profile.mails_replies


def _one_line(text: str) -> str:
    line = _SPACES.sub(" ", text).strip()
    return line if len(line) <= _LONGEST_SUBJECT else line[: _LONGEST_SUBJECT - 1].rstrip() + "…"
