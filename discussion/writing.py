"""Writing in discussions: each is a form's POST, safe to send twice."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import TypeVar

from django.contrib import messages
from django.db.models import QuerySet
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods, require_POST

from discussion import actions, pages, rows
from discussion.errors import GroupEnded, NotTheirs, TopicClosed
from discussion.forms import TEXT_LONGEST, EditForm, EditTopicForm, ReplyForm, TopicForm
from discussion.models import Post, Topic
from discussion.views import person_of, topic_page, visible_space, visible_topic
from kit.answers import see, sent
from members.errors import TooOften
from members.limits import spend, too_often

Result = TypeVar("Result")
Thing = TypeVar("Thing", Post, Topic)
_form_methods = require_http_methods(["GET", "HEAD", "POST"])


@_form_methods
def new_topic(request: HttpRequest, slug: str) -> HttpResponse:
    """Start a topic."""
    space = visible_space(request, slug)
    person = person_of(request)
    about = pages.asked_for(request.GET, person, space)
    form = TopicForm(sent(request), initial={"title": about.title_to_begin_with} if about else None)
    if form.is_valid() and _may_post(request, form):
        page = about.page.pk if about else None
        start = partial(actions.start_topic, person=person, space=space, page=page, **form.cleaned_data)
        try:
            return see(_do(start).get_absolute_url())
        except GroupEnded:
            form.add_error("text", "This group has ended. Your topic was not posted; copy it if you need it.")
    context = {
        "space": space,
        "about": about,
        "can_start": space.can_start_topic(person),
        "audience": rows.audience(space.circle),
        "form": form,
        "draft_key": f"space-{space.pk}" + (f"-page-{about.page.pk}" if about else ""),
    }
    return _with_wait(render(request, "discussion/new_topic.html", context), form)


def _may_post(request: HttpRequest, form: BaseForm) -> bool:
    """Count one more post. Where there were too many, it is said beside the text when the next can go."""
    try:
        spend(request, "post")
    except TooOften as error:
        form.add_error("text", error.words)
        form.wait = error  # type: ignore[attr-defined]
        return False
    return True


def _with_wait(page: HttpResponse, form: BaseForm) -> HttpResponse:
    """The form once more, as an answer to somebody who has to wait if it says so."""
    error: TooOften | None = getattr(form, "wait", None)
    return too_often(page, error) if error else page


@require_POST
def reply(request: HttpRequest, slug: str, pk: int, words: str) -> HttpResponse:
    """Reply in a topic."""
    try:
        topic = visible_topic(request, slug, pk)
    except Http404:
        return _came_too_late(request, slug, pk)
    form = ReplyForm(request.POST)
    if form.is_valid() and _may_post(request, form):
        answered = Post.objects.visible_to(request.user).filter(topic=topic, pk=form.cleaned_data["reply_to"])
        try:
            post = actions.add_post(
                person=person_of(request),
                topic=topic,
                text=form.cleaned_data["text"],
                reply_to=answered.first(),
                client_key=form.cleaned_data["client_key"],
            )
        except NotTheirs:
            return _came_too_late(request, slug, pk)
        except TopicClosed:
            form.add_error(
                "text", "This topic was closed. Your reply was not posted; copy it if you need it."
            )
        except GroupEnded:
            form.add_error("text", "This group has ended. Your reply was not posted; copy it if you need it.")
        else:
            return see(post.get_absolute_url())
    return _with_wait(topic_page(request, topic, form), form)


def _came_too_late(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The topic was removed while somebody of its space was writing: what they wrote is theirs to keep."""
    space = visible_space(request, slug)
    if not Topic.objects.kept_for(request.user).filter(pk=pk, space=space, removed_at__isnull=False).exists():
        raise Http404
    context = {"space": space, "text": request.POST.get("text", "")[:TEXT_LONGEST]}
    return render(request, "discussion/came_too_late.html", context, status=410)


@require_POST
def read_space(request: HttpRequest, slug: str) -> HttpResponse:
    """Call all of a space read that was there when its page was shown."""
    space = visible_space(request, slug)
    actions.mark_space_read(person=person_of(request), space=space, at=_shown_at(request))
    messages.success(request, f"Everything in {space.name} is marked as read.")
    return see(space.get_absolute_url())


def _shown_at(request: HttpRequest) -> datetime:
    """When the page was shown that the form was on; now, where it doesn't say."""
    try:
        return datetime.fromtimestamp(float(request.POST.get("at", "")), tz=UTC)
    except (ValueError, OverflowError, OSError):
        return datetime.now(tz=UTC)


@_form_methods
def edit_post(request: HttpRequest, pk: int) -> HttpResponse:
    """Say something differently."""
    post = _post(request, pk)
    if not post.can_edit(request.user):
        raise Http404
    kind = EditTopicForm if post.number == 1 else EditForm
    form = kind(
        sent(request),
        initial={"text": post.text, "title": post.topic.title},
    )
    if form.is_valid() and _may_post(request, form):
        post = _do(partial(actions.edit_post, person=person_of(request), post=post, **form.cleaned_data))
        return see(post.get_absolute_url())
    context = {"post": post, "space": post.topic.space, "form": form, "audience": rows.audience(post.circle)}
    return _with_wait(render(request, "discussion/edit_post.html", context), form)


def _post(request: HttpRequest, pk: int) -> Post:
    posts = Post.objects.visible_to(request.user).select_related("topic__space", "circle", "author")
    return get_object_or_404(posts, pk=pk)


def _removed_before(request: HttpRequest, restorable: QuerySet[Thing], pk: int) -> Thing | None:
    """What the same form sent before has removed: then it is answered as it was."""
    if request.method != "POST" or not request.user.is_authenticated:
        return None
    return restorable.filter(pk=pk, removed_by=request.user).first()


@_form_methods
def remove_post(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask once more, then take a post away."""
    gone = _removed_before(
        request, Post.objects.restorable_by(request.user).select_related("topic__space"), pk
    )
    if gone:
        return see(gone.topic.get_absolute_url())
    post = _post(request, pk)
    if not post.can_remove(request.user):
        raise Http404
    if request.method != "POST":
        context = {"post": post, "space": post.topic.space, "author": rows.name_of(None, None)}
        if post.author:
            context["author"] = rows.name_of(post.author.first_name, post.author.last_name)
        return render(request, "discussion/remove_post.html", context)
    _do(partial(actions.remove_post, person=person_of(request), post=post))
    messages.success(request, "The post is removed. You can bring it back for 30 days.")
    return see(post.get_absolute_url())


@require_POST
def restore_post(request: HttpRequest, pk: int) -> HttpResponse:
    """Bring a post back."""
    posts = Post.objects.visible_to(request.user) | Post.objects.restorable_by(request.user)
    post = get_object_or_404(posts.select_related("topic__space"), pk=pk)
    if _do(partial(actions.restore_post, person=person_of(request), post=post)):
        messages.success(request, "The post is back.")
    return see(post.get_absolute_url())


@require_POST
def tend_topic(request: HttpRequest, pk: int) -> HttpResponse:
    """Pin, unpin, close or open a topic."""
    topic = get_object_or_404(Topic.objects.visible_to(request.user).select_related("space"), pk=pk)
    wanted: dict[str, tuple[Callable[..., bool], str]] = {
        "pin": (partial(actions.pin_topic, pinned=True), "The topic is pinned: it stays on top."),
        "unpin": (partial(actions.pin_topic, pinned=False), "The topic is no longer pinned."),
        "close": (partial(actions.close_topic, closed=True), "The topic is closed: nobody can reply."),
        "open": (partial(actions.close_topic, closed=False), "The topic is open again."),
    }
    action, said = wanted.get(request.POST.get("do", ""), (None, ""))
    if action is None:
        raise Http404
    if _do(partial(action, person=person_of(request), topic=topic)):
        messages.success(request, said)
    return see(topic.get_absolute_url())


@_form_methods
def remove_topic(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask once more, then take a topic away."""
    gone = _removed_before(request, Topic.objects.restorable_by(request.user).select_related("space"), pk)
    if gone:
        return see(gone.space.get_absolute_url())
    topic = get_object_or_404(Topic.objects.visible_to(request.user).select_related("space"), pk=pk)
    if not topic.can_remove(request.user):
        raise Http404
    if request.method != "POST":
        return render(request, "discussion/remove_topic.html", {"topic": topic, "space": topic.space})
    _do(partial(actions.remove_topic, person=person_of(request), topic=topic))
    messages.success(request, "The topic is removed. You can bring it back for 30 days.")
    return see(topic.space.get_absolute_url())


@require_POST
def restore_topic(request: HttpRequest, pk: int) -> HttpResponse:
    """Bring a topic back."""
    topics = Topic.objects.visible_to(request.user) | Topic.objects.restorable_by(request.user)
    topic = get_object_or_404(topics.select_related("space"), pk=pk)
    if _do(partial(actions.restore_topic, person=person_of(request), topic=topic)):
        messages.success(request, "The topic is back.")
    return see(topic.get_absolute_url())


def _do(action: Callable[[], Result]) -> Result:
    """Do it; what is not theirs to do is not there for them."""
    try:
        return action()
    except NotTheirs as error:
        raise Http404 from error
