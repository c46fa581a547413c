"""One's own learning, and what one does with a page."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kit.answers import page_at, see, sent, signed_in_to_send
from kit.times import moment_of, now_here
from learning.models import GuidancePage, ModulePage
from members.audience import ONLY_YOU, Audience
from members.pages import addresses
from members.requests import person_of
from study import actions
from study.asked import about_page
from study.enums import Of
from study.errors import NameTaken, NotTheirs, StudyError
from study.forms import BookmarkForm, ChoicesForm, ListForm, MissedForm, OpinionForm, SearchForm
from study.models import NAME_LONGEST, Bookmark, BookmarkList, Opinion, PageDone, SavedSearch
from study.overview import learning_of
from study.panels import drawn
from study.places import LIBRARY, PLACES, url_of
from study.rows import bookmarks_of, rows_of
from study.rules import can_study

_ON_A_PAGE = 30
EDITORS_READ = Audience(kind="self", text="Editors see the words. Only you can see that they are yours.")


# -- one's own page ------------------------------------------------------------------


@require_safe
@login_required
def learning(request: HttpRequest) -> HttpResponse:
    """One next thing, how far one is, where one was, what one keeps and what one has done."""
    found = learning_of(person_of(request), timezone.now())
    form = ChoicesForm(initial={"mark_at_end": found.mark_at_end})
    return render(request, "study/learning.html", {"learning": found, "form": form, "who": ONLY_YOU})


def _check(request: HttpRequest) -> None:
    """Answer as for what is not there.

    Raises:
        Http404: they are no member of the network.
    """
    if not can_study(request.user):
        raise Http404


@require_POST
@signed_in_to_send("study:learning")
def start(request: HttpRequest) -> HttpResponse:
    """Start from today, or unfold what was folded away."""
    _check(request)
    back = request.POST.get("do") == "unfold"
    if actions.start_from(person=person_of(request), day=None if back else now_here().date()):
        said = "All modules are shown again." if back else "You start from today. Here is one small thing."
        messages.success(request, said)
    return see("study:learning")


@require_POST
@signed_in_to_send("study:learning")
def choices(request: HttpRequest) -> HttpResponse:
    """Whether pages are marked as done at their end."""
    _check(request)
    form = ChoicesForm(request.POST)
    form.is_valid()
    actions.choose(person=person_of(request), mark_at_end=form.cleaned_data["mark_at_end"])
    messages.success(request, "Your choice is saved.")
    return see("study:learning")


@require_POST
@signed_in_to_send("study:learning")
def forget(request: HttpRequest) -> HttpResponse:
    """Forget which pages one read."""
    _check(request)
    if actions.forget_reading(person=person_of(request)):
        messages.success(request, "We have forgotten which pages you read.")
    return see("study:learning")


@require_safe
@login_required
def done_list(request: HttpRequest) -> HttpResponse:
    """All that one has done, the latest first."""
    own = about_page(PageDone.objects.visible_to(request.user))
    page = page_at(request, own, order=("-done_at", "-id"), size=_ON_A_PAGE)
    context = {
        "rows": rows_of(page.rows, "done_at"),
        "newer_url": page.previous and f"?cursor={page.previous}",
        "older_url": page.next and f"?cursor={page.next}",
        "who": ONLY_YOU,
    }
    return render(request, "study/done.html", context)


# -- what one does with a page ----------------------------------------------------------


def _page(request: HttpRequest, pk: int, *, modules: bool = False) -> tuple[Any, str]:
    """A page that they may read, and where it is.

    Raises:
        Http404: it is not theirs to read, or of no kind that can be meant.
    """
    found = GuidancePage.objects.visible_to(request.user).filter(pk=pk).first()
    if found is None and modules:
        found = ModulePage.objects.visible_to(request.user).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found, addresses({found.pk: found.url_path})[found.pk]


def _answered(request: HttpRequest, page: Any, address: str, **more: Any) -> HttpResponse:
    """What comes back: the panel by itself, or the page that it stands on."""
    if request.htmx:  # type: ignore[attr-defined]
        return HttpResponse(drawn(page, request, swapped=True, **more))
    return see(f"{address}#study")


@require_POST
def done(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark guidance as done, or take the mark back: the form says what it is to become, so twice does no harm."""
    page, address = _page(request, pk)
    if not request.user.is_authenticated:
        return redirect_to_login(address)
    _check(request)
    back = request.POST.get("done") == "0"
    (actions.mark_undone if back else actions.mark_done)(person=person_of(request), page=page)
    return _answered(request, page, address, said=f"{page.title}: {'not done' if back else 'done'}.")


@require_POST
def read(request: HttpRequest, pk: int) -> HttpResponse:
    """Note that one reads this page; sent by script after some seconds. There is nothing to see."""
    page, address = _page(request, pk, modules=True)
    if not request.user.is_authenticated:
        return redirect_to_login(address)
    _check(request)
    actions.note_reading(person=person_of(request), page=page)
    return HttpResponse(status=204)


@require_POST
def keep(request: HttpRequest, pk: int) -> HttpResponse:
    """Bookmark a page, or take the bookmark away."""
    page, address = _page(request, pk, modules=True)
    if not request.user.is_authenticated:
        return redirect_to_login(address)
    _check(request)
    if request.POST.get("kept") == "0":
        actions.drop(person=person_of(request), page=page)
        return _answered(request, page, address, said="Bookmark removed.")
    try:
        actions.keep(person=person_of(request), page=page)
    except StudyError as error:
        if not request.htmx:  # type: ignore[attr-defined]
            messages.error(request, error.words)
        return _answered(request, page, address, error=error.words)
    return _answered(request, page, address, said="Bookmarked.")


@require_POST
def useful(request: HttpRequest, pk: int) -> HttpResponse:
    """Say whether guidance was useful, with a note to whoever looks after it."""
    page, address = _page(request, pk)
    if not request.user.is_authenticated:
        return redirect_to_login(address)
    _check(request)
    form = OpinionForm(request.POST)
    if form.is_valid():
        is_useful, note = form.cleaned_data["useful"] == "yes", form.cleaned_data["note"]
        actions.answer(person=person_of(request), page=page, is_useful=is_useful, note=note)
        thanks = (
            "Thank you. Your answer and your note are saved." if note else "Thank you. Your answer is saved."
        )
        if not request.htmx:  # type: ignore[attr-defined]
            messages.success(request, thanks)
        return _answered(request, page, address, thanks=thanks, said=thanks)
    if request.htmx:  # type: ignore[attr-defined]
        return HttpResponse(drawn(page, request, form=form, swapped=True, said="There is a problem."))
    context = {"thing": page, "url": address, "form": form, "draft_key": f"useful-{page.pk}"}
    return render(request, "study/useful.html", context)


# -- bookmarks and lists ------------------------------------------------------------------


@require_safe
@login_required
def bookmarks(request: HttpRequest) -> HttpResponse:
    """All that one keeps; it can be printed."""
    context = {"list": None, "rows": bookmarks_of(person_of(request)), "who": ONLY_YOU}
    return render(request, "study/list.html", {**context, "may_study": can_study(request.user)})


def _list(request: HttpRequest, pk: int) -> BookmarkList:
    return get_object_or_404(BookmarkList.objects.visible_to(request.user), pk=pk)


@require_safe
@login_required
def one_list(request: HttpRequest, pk: int) -> HttpResponse:
    """What is in a list; it can be printed."""
    found = _list(request, pk)
    rows = [row for row in bookmarks_of(person_of(request)) if found.pk in row.lists]
    context = {"list": found, "rows": rows, "may_study": can_study(request.user), "who": ONLY_YOU}
    return render(request, "study/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def bookmark(request: HttpRequest, pk: int) -> HttpResponse:
    """Say why a page is kept, and in which lists."""
    _check(request)
    me = person_of(request)
    found = get_object_or_404(Bookmark.objects.visible_to(me).select_related("page", "person"), pk=pk)
    form = BookmarkForm(sent(request), bookmark=found, person=me)
    if form.is_bound and form.is_valid() and _changed(form, found):
        messages.success(request, "Your bookmark is saved.")
        return see("study:learning")
    address = addresses({found.page_id: found.page.url_path})[found.page_id]
    context = {"bookmark": found, "form": form, "url": address, "draft_key": f"bookmark-{found.pk}"}
    return render(request, "study/bookmark.html", {**context, "who": ONLY_YOU})


def _changed(form: BookmarkForm, found: Bookmark) -> bool:
    """Whether it could be done; what could not is said in the form."""
    note, new_list = form.cleaned_data["note"], form.cleaned_data["new_list"]
    try:
        actions.change_bookmark(bookmark=found, note=note, lists=form.chosen, new_list=new_list)
    except StudyError as error:
        form.add_error("new_list", error.words)
        return False
    except NotTheirs:  # deleted in another window meanwhile
        form.add_error(None, "Something has changed in another window. Look at your learning page again.")
        return False
    return True


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def new_list(request: HttpRequest) -> HttpResponse:
    """Make a list."""
    _check(request)
    form = ListForm(sent(request))
    if form.is_bound and form.is_valid():
        try:
            made = actions.make_list(person=person_of(request), name=form.cleaned_data["name"])
            return see(made)
        except StudyError as error:
            form.add_error("name", error.words)
    return render(request, "study/list_form.html", {"form": form, "list": None, "who": ONLY_YOU})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def rename_list(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a list another name."""
    _check(request)
    found = _list(request, pk)
    form = ListForm(sent(request), initial={"name": found.name})
    if form.is_bound and form.is_valid():
        try:
            actions.rename_list(bookmark_list=found, name=form.cleaned_data["name"])
            return see(found)
        except NameTaken as error:
            form.add_error("name", error.words)
    return render(request, "study/list_form.html", {"form": form, "list": found, "who": ONLY_YOU})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def delete_list(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask whether a list shall go, and see to it."""
    _check(request)
    found = _list(request, pk)
    if request.method == "POST":
        actions.delete_list(bookmark_list=found)
        messages.success(request, f"The list “{found.name}” is deleted. Its bookmarks are still there.")
        return see("study:learning")
    return render(request, "study/list_delete.html", {"list": found, "who": ONLY_YOU})


# -- saved searches ---------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def new_search(request: HttpRequest, of: str = Of.LIBRARY) -> HttpResponse:
    """Keep a search of the library, or of the directory: the one that this address has behind its "?"."""
    _check(request)
    place = PLACES[Of(of)]
    words, query = place.asked(request.GET)
    if not words:  # there is nothing to keep
        return redirect(str(place.home))
    form = SearchForm(sent(request), initial={"name": _short(", ".join(words))})
    if form.is_bound and form.is_valid():
        try:
            actions.save_search(person=person_of(request), query=query, name=form.cleaned_data["name"], of=of)
        except StudyError as error:
            form.add_error("name", error.words)
        else:
            messages.success(request, "Your search is saved. You find it in “Your learning”.")
            return see(url_of(of, query))
    context: dict[str, Any] = {"form": form, "search": None, "words": words, "back": url_of(of, query)}
    context |= {"tells": of == Of.COMMUNITIES, "who": ONLY_YOU}
    return render(request, "study/search_form.html", context)


def _short(text: str) -> str:
    return text if len(text) <= NAME_LONGEST else f"{text[: NAME_LONGEST - 1].rstrip(' ,')}…"


def _search(request: HttpRequest, pk: int) -> SavedSearch:
    return get_object_or_404(SavedSearch.objects.visible_to(request.user).select_related("person"), pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def search(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a saved search another name, or let it go."""
    _check(request)
    found = _search(request, pk)
    form = SearchForm(sent(request), initial={"name": found.name})
    if form.is_bound and form.is_valid():
        actions.rename_search(search=found, name=form.cleaned_data["name"])
        messages.success(request, "The search has its new name.")
        return see("study:learning")
    words, _ = PLACES[Of(found.of)].asked(QueryDict(found.query))
    context = {"form": form, "search": found, "words": words, "back": reverse("study:learning")}
    tells = found.of == Of.COMMUNITIES
    return render(request, "study/search_form.html", {**context, "tells": tells, "who": ONLY_YOU})


@require_POST
@signed_in_to_send("study:learning")
def delete_search(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a saved search go; it is made again in a moment."""
    _check(request)
    found = _search(request, pk)
    actions.delete_search(search=found)
    messages.success(request, f"The search “{found.name}” is deleted.")
    return see("study:learning")


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def missed(request: HttpRequest) -> HttpResponse:
    """Let the editors know what was searched for in vain; what will not do is said, and can be put right."""
    _check(request)
    form = MissedForm(sent(request), initial={"text": request.GET.get("q", "")})
    if form.is_bound and form.is_valid():
        text = form.cleaned_data["text"]
        actions.miss(person=person_of(request), text=text)
        messages.success(request, f"Thank you. The editors will see that “{text}” is missing.")
        return see(LIBRARY)
    return render(request, "study/missed.html", {"form": form, "url": LIBRARY, "who": EDITORS_READ})


# -- for whoever looks after a page -----------------------------------------------------------


@require_safe
@login_required
def note(request: HttpRequest, pk: int) -> HttpResponse:
    """A note that somebody wrote about a page, for its owner."""
    notes = Opinion.objects.addressed_to(request.user).select_related("page", "person")
    found = get_object_or_404(notes, pk=pk)
    context = {
        "opinion": found,
        "when": moment_of(found.said_at),
        "url": addresses({found.page_id: found.page.url_path})[found.page_id],
    }
    return render(request, "study/note.html", context)
