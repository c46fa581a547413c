"""One module for one cohort, in the admin: what is there, what is missing, and telling the cohort."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cohorts import materials, preparing
from cohorts.enums import MaterialKind
from cohorts.errors import NothingToTell
from cohorts.material_forms import FORMS, TellForm
from cohorts.models import Cohort, Material, Session
from cohorts.preparing import screen_url
from cohorts.rules import may_prepare
from kit.admin_screen import screen
from learning.models import ModulePage
from members.models import User

_INDEX = "Get modules ready"


def _editor(request: HttpRequest) -> User:
    user: User = request.user  # type: ignore[assignment]
    if not may_prepare(user):
        raise PermissionDenied
    return user


def _find(user: User, cohort: int, module: int) -> tuple[Cohort, ModulePage]:
    found = get_object_or_404(
        Cohort.objects.managed_by(user).select_related("circle", "programme"), pk=cohort
    )
    below = found.programme
    modules = ModulePage.objects.filter(path__startswith=below.path) if below else ModulePage.objects.none()
    return found, get_object_or_404(modules, pk=module)


def _find_material(user: User, pk: int) -> Material:
    managed = Material.objects.managed_by(user)
    return get_object_or_404(
        managed.select_related("session__cohort__circle", "session__circle", "document"), pk=pk
    )


def _back(session: Session) -> HttpResponse:
    if session.cohort_id and session.module_id:
        return redirect(f"{screen_url(session.cohort_id, session.module_id)}#session-{session.pk}")
    return redirect("cohorts_session_modeladmin_edit", session.pk)


def _show(
    request: HttpRequest, template: str, title: str, trail: list[tuple[str, str]], **context: Any
) -> HttpResponse:
    return screen(
        request, f"cohorts/admin/{template}.html", title=title, icon="list-ul", trail=trail, **context
    )


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Every module of the cohorts that are running, with what is missing."""
    user = _editor(request)
    return _show(request, "modules", _INDEX, [], years=preparing.years(user))


@require_safe
def module(request: HttpRequest, cohort: int, module: int) -> HttpResponse:
    """One module for one cohort."""
    user = _editor(request)
    found, page = _find(user, cohort, module)
    return _module(request, user, found, page)


def _module(
    request: HttpRequest,
    user: User,
    cohort: Cohort,
    page: ModulePage,
    form: TellForm | None = None,
) -> HttpResponse:
    screen = preparing.screen(cohort, page, user)
    form = form or TellForm(for_user=user, anything_new=bool(screen.untold))
    title = f"Module {page.number}, {cohort.name}"
    return _show(
        request,
        "module",
        title,
        [(reverse("cohorts_modules"), _INDEX)],
        status=400 if form.errors else 200,
        screen=screen,
        form=form,
        kinds=MaterialKind.choices,
    )


@require_POST
def show(request: HttpRequest, cohort: int, module: int) -> HttpResponse:
    """Show the cohort all that is ready."""
    found, page = _find(_editor(request), cohort, module)
    shown = materials.show(cohort=found, module=page)
    if shown:
        what = "1 thing is" if shown == 1 else f"{shown} things are"
        messages.success(request, f"{what} shown to {found.name} now. You can tell them below.")
    return redirect(f"{screen_url(found.pk, page.pk)}#tell")


@require_POST
def tell(request: HttpRequest, cohort: int, module: int) -> HttpResponse:
    """Tell the cohort of what is new."""
    user = _editor(request)
    found, page = _find(user, cohort, module)
    new = Material.objects.managed_by(user).filter(session__cohort=found, session__module=page).untold()
    form = TellForm(request.POST, for_user=user, anything_new=new.exists())
    if not form.is_valid():
        return _module(request, user, found, page, form)
    try:
        materials.tell(
            cohort=found, module=page, person=user, words=form.cleaned_data["words"], request_key=form.key
        )
    except NothingToTell:
        form.add_error("words", "Write a message.")
        return _module(request, user, found, page, form)
    messages.success(request, f"{found.name} is being told.")
    return redirect(screen_url(found.pk, page.pk))


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest, session: int) -> HttpResponse:
    """Put something beside a session."""
    user = _editor(request)
    managed = Session.objects.managed_by(user).select_related("cohort__circle", "circle", "module")
    found = get_object_or_404(managed, pk=session)
    kind = FORMS.get(request.GET.get("kind", MaterialKind.FILE))
    if kind is None:
        raise Http404
    given: dict[str, Any] = {"session": found, "for_user": user}
    form = kind(request.POST, request.FILES, **given) if request.method == "POST" else kind(**given)
    if form.is_valid():
        saved = form.save()
        messages.success(request, f"“{saved.title}” is there. Nobody sees it until you show it.")
        return _back(found)
    return _form(request, found, form, f"Add {_said(kind.kind)}")


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change something beside a session."""
    user = _editor(request)
    found = _find_material(user, pk)
    given: dict[str, Any] = {"instance": found, "session": found.session, "for_user": user}
    kind = FORMS[found.kind]
    form = kind(request.POST, request.FILES, **given) if request.method == "POST" else kind(**given)
    if form.is_valid():
        saved = form.save()
        messages.success(request, f"“{saved.title}” is saved.")
        return _back(found.session)
    return _form(request, found.session, form, found.title)


def _said(kind: str) -> str:
    return {"file": "slides or another file", "recording": "a recording", "link": "a link"}[kind]


def _form(request: HttpRequest, session: Session, form: Any, title: str) -> HttpResponse:
    trail = [(reverse("cohorts_modules"), _INDEX)]
    if session.cohort and session.module:
        trail.append(
            (
                screen_url(session.cohort.pk, session.module.pk),
                f"Module {session.module.number}, {session.cohort.name}",
            )
        )
    status = 400 if form.errors else 200
    return _show(request, "material", title, trail, status=status, form=form, session=session)


@require_POST
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """Put it before another of its session."""
    found = _find_material(_editor(request), pk)
    before = request.POST.get("before", "")
    other = get_object_or_404(found.session.materials, pk=int(before) if before.isdecimal() else 0)
    materials.move(material=found, before=other)
    return _back(found.session)


@require_POST
def hide(request: HttpRequest, pk: int) -> HttpResponse:
    """Take it out of sight again."""
    found = _find_material(_editor(request), pk)
    materials.hide(material=found)
    messages.success(request, f"Nobody sees “{found.title}” any more.")
    return _back(found.session)


@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take it away from its session."""
    found = _find_material(_editor(request), pk)
    materials.remove_material(material=found)
    messages.success(request, f"“{found.title}” is taken away.")
    return _back(found.session)
