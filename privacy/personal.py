"""What this room and other packages hold about people; other rooms say it of their own."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q
from django_tasks_db.models import DBTaskResult

from kit.personal import (
    Column,
    Held,
    Wish,
    delete_rows,
    delete_with_files,
    keep_rows,
    set_to_nobody,
)
from privacy.actions import KEPT_FOR
from privacy.enums import ExportState
from privacy.forgetting import (
    clean_logs,
    clean_revisions,
    clean_tasks,
    delete_old_mail_files,
    end_sessions,
    forget_kept_pages,
)
from privacy.models import Export

YEAR = 365
LOG_YEARS = 6  # as long as a claim can be made about something that happened (Limitation Act 1980, section 5)

_ACCOUNT = "As long as you have an account."
_WORK = "As long as what it is about is there. Your name is taken off when your account is deleted."


# -- how it goes where no row points ------------------------------------------------


def _sign_out(held: Held, person: Any, wish: Wish) -> None:
    end_sessions(person=person)


def _clean_logs(held: Held, person: Any, wish: Wish) -> None:
    clean_logs(person=person)


def _clean_tasks(held: Held, person: Any, wish: Wish) -> None:
    clean_tasks(person=person)
    forget_kept_pages()


def _delete_comments(held: Held, person: Any, wish: Wish) -> None:
    clean_revisions(person=person)
    delete_rows(held, person, wish)


def _old_tasks(held: Held, before: datetime) -> int:
    delete_old_mail_files(before)
    return DBTaskResult.objects.finished().filter(finished_at__lt=before).delete()[0]


def _old_exports(held: Held, before: datetime) -> int:
    over = Q(ends_at__lt=before + KEPT_FOR) | Q(state=ExportState.FAILED, touched_at__lt=before)
    return delete_with_files(Export.objects.filter(over))


def _nobodys(person: Any) -> Any:
    return DBTaskResult.objects.none()


def _kind(row: Any, person: Any) -> str:
    return str(row.content_type.name) if row.content_type else ""


def _deed(row: Any, person: Any) -> str:
    from wagtail.log_actions import registry

    # Asks for its label by the formatter: that reads the hooks first, where a process (the worker) has not yet,
    # and what was written down under a name that is gone is no error.
    formatter = registry.get_formatter(row)
    return str(formatter.label) if formatter else str(row.action)


_LOGGED: tuple[Column, ...] = ("timestamp", ("What you did", _deed), ("To what", _kind))


def _log(key: str, title: str, erase: Any, order: int) -> Held:
    return Held(
        key=key,
        by=("user",),
        title=title,
        what="What you did that matters for safety: signing in, joining, changing who may do what, removing, exporting.",
        why="So that it can be found out who did what, if something goes wrong.",
        kept=f"{LOG_YEARS} years. Your name is taken off when your account is deleted.",
        shows=_LOGGED,
        erase=erase,
        days=LOG_YEARS * YEAR,
        dated="timestamp",
        order=order,
    )


def _work(key: str, by: tuple[str, ...], title: str, what: str, *, shows: tuple[Column, ...] = ()) -> Held:
    return Held(
        key=key,
        by=by,
        title=title,
        what=what,
        why="So that those who look after the pages know whom to ask.",
        kept=_WORK,
        shows=shows,
        erase=set_to_nobody,
        for_editors=True,
        order=300,
    )


def _desk(key: str, by: tuple[str, ...], title: str, what: str, *, shows: tuple[Column, ...] = ()) -> Held:
    return Held(
        key=key,
        by=by,
        title=title,
        what=what,
        why="So that the screens for editors work as you left them.",
        kept=_ACCOUNT,
        shows=shows,
        erase=delete_rows,
        for_editors=True,
        order=310,
    )


OWN = (
    Held(
        key="privacy.Export",
        by=("person",),
        title="Copies of your data",
        what="When you asked for a copy of your data, and the copy.",
        why="So that you can download it.",
        kept="7 days after it is made.",
        shows=("asked_at", "state", "size"),
        erase=delete_rows,
        days=KEPT_FOR // timedelta(days=1),
        dated="asked_at",
        expire=_old_exports,
        order=210,
    ),
    Held(
        key="privacy.Erasure",
        by=("person",),
        title="That you asked us to delete your account",
        what="When you asked, what you chose, and when it was done.",
        why="So that we can show that we did what you asked.",
        kept="3 years after it was done, without your name.",
        shows=("asked_at", "due_at", "state", "posts_stay"),
        erase=keep_rows,
        days=3 * YEAR,
        dated="ended_at",
        order=211,
    ),
)

ACCOUNTS = (
    Held(
        key="account.EmailAddress",
        by=("user",),
        title="Your email addresses",
        what="The addresses that you have given us, and whether you have confirmed them.",
        why="So that you can sign in, and get the emails that you want.",
        kept=_ACCOUNT,
        shows=("email", "verified", "primary"),
        erase=delete_rows,
        order=20,
    ),
    Held(
        key="mfa.Authenticator",
        by=("user",),
        title="How you prove that it is you",
        what="Your passkeys, your authenticator app and your recovery codes; what is secret in them is not in the copy.",
        why="So that nobody else can sign in as you.",
        kept="Until you remove them, or your account is deleted.",
        shows=("type", "created_at", "last_used_at"),
        erase=delete_rows,
        order=21,
    ),
    Held(
        key="socialaccount.SocialAccount",
        by=("user",),
        title="Accounts elsewhere that you sign in with",
        what="The name that another organisation’s sign-in knows you by.",
        why="So that you can sign in with it.",
        kept="Until you remove it, or your account is deleted.",
        shows=("provider", "uid", "date_joined", "last_login", "extra_data"),
        erase=delete_rows,
        order=22,
    ),
    Held(
        key="usersessions.UserSession",
        by=("user",),
        title="Where you are signed in",
        what="The browsers that you have signed in with, and their network addresses.",
        why="So that you can see whether it was you, and sign out elsewhere.",
        kept="Until you sign out, or 30 days after you were last here.",
        shows=("created_at", "last_seen_at", "ip", "user_agent"),
        erase=delete_rows,
        days=30,
        dated="last_seen_at",
        order=23,
    ),
    Held(
        key="sessions.Session",
        rows=_nobodys,
        title="That you are signed in",
        what="A mark in your browser, and the same mark here.",
        why="So that you do not have to sign in on every page.",
        kept="Until you sign out, or 2 weeks after you signed in.",
        erase=_sign_out,
        days=0,
        dated="expire_date",
        order=24,
    ),
    Held(
        key="django_tasks_database.DBTaskResult",
        rows=_nobodys,
        title="What the portal has done in the background",
        what="Which emails and copies were made, by number, and what went wrong.",
        why="So that what went wrong can be mended.",
        kept="14 days.",
        erase=_clean_tasks,
        days=14,
        dated="finished_at",
        expire=_old_tasks,
        order=220,
    ),
)

WAGTAIL = (
    _log("wagtailcore.ModelLogEntry", "What you did", _clean_logs, 900),
    _log("wagtailcore.PageLogEntry", "What you did to pages", keep_rows, 901),
    _work("wagtailcore.Page", ("owner", "locked_by"), "Pages that you began", "That you began or locked them.", shows=("title", "first_published_at")),
    _work("wagtailcore.Revision", ("user",), "Versions of pages that you saved", "That it was you who saved them.", shows=("object_str", "created_at")),
    _work("wagtailcore.WorkflowState", ("requested_by",), "Reviews that you asked for", "That it was you who asked.", shows=("created_at",)),
    _work("wagtailcore.TaskState", ("finished_by",), "Reviews that you finished", "That it was you who finished them.", shows=("finished_at",)),
    _work("wagtailimages.Image", ("uploaded_by_user",), "Pictures", "That it was you who added them.", shows=("title", "file", "created_at")),
    _work("wagtaildocs.Document", ("uploaded_by_user",), "Documents", "That it was you who added them.", shows=("title", "file", "created_at")),
    Held(
        key="wagtailcore.Comment",
        by=("user",),
        title="Your notes on pages",
        what="What you wrote to other editors beside a page.",
        why="So that editors can talk about a page.",
        kept=_ACCOUNT,
        shows=("text", "created_at"),
        erase=_delete_comments,
        for_editors=True,
        order=305,
    ),
    _desk("wagtailcore.CommentReply", ("user",), "Your answers to notes on pages", "What you wrote to other editors.", shows=("text", "created_at")),
    _work("wagtailcore.Comment.resolved", ("resolved_by",), "Notes on pages that you settled", "That it was you who settled them.", shows=("resolved_at",)),
    _desk("wagtailcore.PageSubscription", ("user",), "Pages that you follow", "Which pages’ notes you get emails about.", shows=("comment_notifications",)),
    _desk("wagtailcore.UploadedFile", ("uploaded_by_user",), "Files that you began to upload", "Files that were not saved yet.", shows=("file",)),
    _desk("wagtailcore.APIToken", ("user",), "Keys for other programs", "Keys with which a program can act for you; they are not in the copy."),
    _desk("wagtailadmin.EditingSession", ("user",), "Pages that you have open", "What you are editing now.", shows=("last_seen_at",)),
    _desk("wagtailadmin.FormState", ("user",), "Forms that you left unfinished", "What you had filled in.", shows=("last_updated_at", "data")),
    _desk("wagtailusers.UserProfile", ("user",), "How the admin looks for you", "Language, time zone, colours, a picture of you.", shows=("preferred_language", "current_time_zone", "avatar")),
    _desk("admin.LogEntry", ("user",), "What you did in the other admin", "What you changed there.", shows=("action_time",)),
)  # fmt: skip

HELD = (*OWN, *ACCOUNTS, *WAGTAIL)
