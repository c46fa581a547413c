"""Rows of topics and posts.

They are the most frequent markup of the portal: as template nodes they take as long as the whole page around
them (docs/decisions/0011). So they are written here, where each value passes ``html.escape`` by hand, and
nothing is decided: what may be done stands in a row as an address, or as "". The classes are those of
templates/components/README.md.
"""

from collections.abc import Iterable
from html import escape
from typing import Any

from django import template
from django.middleware.csrf import get_token
from django.template import RequestContext
from django.templatetags.static import static
from django.utils.safestring import SafeString, mark_safe

register = template.Library()


@register.simple_tag(takes_context=True)
def topic_rows(context: RequestContext, topics: Iterable[dict[str, Any]], level: int = 2) -> SafeString:
    """A list of topics.

    Args:
        context: the template's; its ``icons`` is the address of the sprite.
        topics: as ``discussion.rows`` makes them.
        level: of the headings that the titles are.
    """
    sprite = escape(_sprite(context))
    pin = f'<svg class="p-icon" role="img" aria-label="Pinned"><use href="{sprite}#pin"></use></svg>'
    rows = "\n".join(_topic_row(topic, level, pin) for topic in topics)
    return mark_safe(f'<ul class="p-topics">\n{rows}\n</ul>')


def _sprite(context: RequestContext) -> str:
    """The address of the icons; base.html knows it, a part that is drawn by itself does not."""
    return str(context.get("icons") or static("img/icons.svg"))


def _topic_row(topic: dict[str, Any], level: int, pin: str) -> str:
    new = '<span class="nhsuk-u-visually-hidden">New: </span>' if topic["unread"] else ""
    closed = ' <strong class="p-tag p-tag--grey">Closed</strong>' if topic["closed"] else ""
    by = escape(topic["by"])
    if topic.get("role"):
        by += f", {escape(topic['role'])}"
    if "space" in topic:
        by += f', in <a href="{escape(topic["space_url"])}">{escape(topic["space"])}</a>'
    last_by = f" <span>{escape(topic['last_by'])}</span>" if topic["last_by"] else ""
    return (
        f'<li class="p-topic-row{" p-topic-row--unread" if topic["unread"] else ""}">'
        f'<span class="p-topic-row__dot"></span><h{level} class="p-topic-row__title">'
        f'{pin if topic["pinned"] else ""}<a href="{escape(topic["url"])}">{new}{escape(topic["title"])}</a>'
        f'{closed}</h{level}><p class="p-topic-row__by">{by}</p><span class="p-topic-row__count">'
        f"<strong>{topic['replies']}</strong> {'reply' if topic['replies'] == 1 else 'replies'}</span>"
        f'<span class="p-topic-row__last"><span>{escape(topic["last"])}</span>{last_by}</span></li>'
    )


@register.simple_tag(takes_context=True)
def post_rows(context: RequestContext, posts: Iterable[dict[str, Any]]) -> SafeString:
    """A page of posts, each with what may be done with it.

    Args:
        context: the template's, with ``icons``.
        posts: as ``discussion.rows`` makes them; their HTML is clean.
    """
    token = ""
    if any(post.get("removed") for post in posts):
        token = f'<input type="hidden" name="csrfmiddlewaretoken" value="{get_token(context["request"])}">'
    icon = _Icons(_sprite(context))
    rows = "\n".join(_post_row(post, icon, token) for post in posts)
    return mark_safe(f'<ol class="p-posts">\n{rows}\n</ol>')


class _Icons:
    """Pictures beside words, as SVG that names a symbol of the sprite."""

    def __init__(self, address: str) -> None:
        self.address = escape(address)

    def __getitem__(self, name: str) -> str:
        return f'<svg class="p-icon" aria-hidden="true"><use href="{self.address}#{name}"></use></svg>'


def _post_row(post: dict[str, Any], icon: _Icons, token: str) -> str:
    if "gap" in post:
        return f'<li class="p-quiet">{escape(post["gap"])}</li>'
    number = post["number"]
    line = '<li class="p-new-line" id="new">New since your last visit</li>\n' if post["starts_new"] else ""
    kind = (" p-post--first" if number == 1 else "") + (" p-post--removed" if post["removed"] else "")
    actions = _restore(post, token) if post["removed"] else _actions(post, icon)
    return (
        f'{line}<li><article class="p-post{kind}" id="post-{number}" aria-labelledby="by-{number}">'
        f'{_head(post)}{_before(post)}<div class="p-prose">{post["html"]}</div>{_edited(post)}'
        f'<div class="p-post__actions">{actions}</div></article></li>'
    )


def _head(post: dict[str, Any]) -> str:
    name, number = escape(post["name"]), post["number"]
    if post["person_url"]:
        name = f'<a href="{escape(post["person_url"])}">{name}</a>'
    role = f'<p class="p-post__role">{escape(post["role"])}</p>' if post["role"] else ""
    return (
        f'<header class="p-post__head"><span class="p-avatar p-avatar--{post["colour"]}" aria-hidden="true">'
        f'{escape(post["initials"])}</span><div class="p-post__who">'
        f'<p class="p-post__name" id="by-{number}">{name}</p>{role}</div>'
        f'<div class="p-post__when">{escape(post["when"])} <a href="?post={number}#post-{number}">'
        f'<span class="nhsuk-u-visually-hidden">Link to post </span>#{number}</a></div></header>'
    )


def _before(post: dict[str, Any]) -> str:
    """What stands above the text: whom it answers, that it is removed."""
    text = ""
    if post["answers"]:
        number, name = post["answers"], escape(post["answers_name"])
        text = f'<p class="p-post__edited"><a href="?post={number}#post-{number}">In reply to {name}, #{number}</a></p>'
    if post["removed"]:
        text += (
            '<p class="p-post__role">Removed. Only whoever removed it and those who lead here still see this. '
            "It can be brought back for 30 days.</p>"
        )
    return text


def _edited(post: dict[str, Any]) -> str:
    if not post["edited"]:
        return ""
    return (
        f'<p class="p-post__edited">Edited: {escape(post["edited"])}. '
        f'<a href="{escape(post["history_url"])}">See what it said before'
        f'<span class="nhsuk-u-visually-hidden">, post {post["number"]}</span></a></p>'
    )


def _restore(post: dict[str, Any], token: str) -> str:
    return (
        f'<form method="post" action="{escape(post["restore_url"])}">{token}'
        f'<button class="p-action" type="submit">Bring it back<span class="nhsuk-u-visually-hidden">: post '
        f"{post['number']}</span></button></form>"
    )


# Where in a row the address is, the icon, the word, what is said of the post to who hears it, more classes.
_ACTIONS = (
    ("reply_url", "reply", "Reply", "to post", ""),
    ("quote_url", "message", "Quote", "post", ""),
    ("edit_url", "edit", "Edit", "post", ""),
    ("remove_url", "trash", "Remove", "post", " p-post__actions-end"),
)


def _actions(post: dict[str, Any], icon: _Icons) -> str:
    number = post["number"]
    return " ".join(
        f'<a class="p-action{kind}" href="{escape(post[key])}">{icon[name]} {word}'
        f'<span class="nhsuk-u-visually-hidden"> {what} {number}</span></a>'
        for key, name, word, what, kind in _ACTIONS
        if post[key]
    )
