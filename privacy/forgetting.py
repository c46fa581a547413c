"""Taking people out of where no field points at them: sessions, logs, what tasks left behind, kept pages, mails."""

import json
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.core.cache import caches
from django.db import transaction
from django.db.models import Model, Q
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from wagtail.models import ModelLogEntry, PageLogEntry, Revision

from kit.caching import forget_public_pages
from kit.personal import FORMER_MEMBER, holdings, set_to_nobody
from members.models import User

_COMMENTS = "wagtail_admin_comments"


def end_sessions(*, person: User, but: str = "") -> int:
    """Sign somebody out everywhere, but for one session, and return of how many.

    A session does not say in a column whose it is, so that all that have not ended are looked at: a millisecond for
    ten. It happens when somebody goes.
    """
    own = [
        session.pk
        for session in Session.objects.filter(expire_date__gt=timezone.now()).iterator(chunk_size=500)
        if session.pk != but and session.get_decoded().get("_auth_user_id") == str(person.pk)
    ]
    return Session.objects.filter(pk__in=own).delete()[0]


def words_for(person: User) -> list[str]:
    """What names somebody: in full, and by address."""
    return [word for word in {person.get_full_name(), person.email} if word]


def _holding(words: list[str], *columns: str) -> Q:
    """Rows with one of these words in one of these columns; JSON may have its letters written as numbers."""
    found = Q(pk__in=[])
    for word in words:
        for column in columns:
            found |= Q(**{f"{column}__icontains": word})
            found |= Q(**{f"{column}__icontains": json.dumps(word)[1:-1]})
    return found


def clean_logs(*, person: User) -> int:
    """Take a person's name out of the entries about what is, or was, theirs, and return of how many.

    An entry keeps the name of its thing as it was then. Titles of what others made stay: they may name somebody else.
    """
    words = words_for(person)
    cleaned = 0
    for model in (ModelLogEntry, PageLogEntry):
        for entry in model.objects.filter(_holding(words, "label", "data")).iterator(chunk_size=500):
            kept = json.dumps(entry.data, ensure_ascii=False)
            label, data = _without(entry.label, words), _without(kept, words)
            if (label, data) != (entry.label, kept) and _is_theirs(entry, person):
                model.objects.filter(pk=entry.pk).update(label=label, data=json.loads(data))
                cleaned += 1
    return cleaned


def _is_theirs(entry: Any, person: User) -> bool:
    """Whether an entry is about a row that points at the person, or about one that is gone."""
    model = entry.content_type and entry.content_type.model_class()
    if model is None:
        return True
    try:
        thing = model._base_manager.filter(pk=entry.object_id).first()
    except (ValueError, TypeError):
        return True
    return thing is None or thing == person or _points_at(thing, person)


def _points_at(thing: Model, person: User) -> bool:
    gone = [held for held in holdings if held.model is type(thing) and held.erase is not set_to_nobody]
    named = {name for held in gone for name in held.by}
    return any(getattr(thing, f"{name}_id", None) == person.pk for name in named)


def _without(text: str, words: list[str]) -> str:
    for word in words:
        text = re.sub(rf"(?<!\w){re.escape(word)}(?!\w)", FORMER_MEMBER, text, flags=re.IGNORECASE)
    return text


def clean_tasks(*, person: User) -> int:
    """Empty what finished tasks left behind about a person, and return how many did.

    The rows stay until their time comes: by their ids the schedule knows what has run.
    """
    done = DBTaskResult.objects.finished().filter(
        _holding(words_for(person), "args_kwargs", "return_value", "traceback")
    )
    return done.update(args_kwargs={"args": [], "kwargs": {}}, return_value=None, traceback="")


def clean_revisions(*, person: User) -> int:
    """Take a person's comments out of the kept versions of pages, and return of how many.

    A version is the whole page as it stood, with the notes that editors had pinned to it.
    """
    cleaned = 0
    for revision in _with_comments():
        notes = [
            _without_replies(note, person)
            for note in revision.content[_COMMENTS]
            if note.get("user") != person.pk
        ]
        if notes != revision.content[_COMMENTS]:
            Revision.objects.filter(pk=revision.pk).update(content={**revision.content, _COMMENTS: notes})
            cleaned += 1
    return cleaned


def _without_replies(note: dict[str, Any], person: User) -> dict[str, Any]:
    replies = [reply for reply in note.get("replies", []) if reply.get("user") != person.pk]
    return {**note, "replies": replies} if "replies" in note else note


def _with_comments() -> Iterator[Revision]:
    page = ContentType.objects.get_for_model(apps.get_model("wagtailcore.Page"))
    kept = Revision.objects.filter(base_content_type=page, content__has_key=_COMMENTS)
    for revision in kept.iterator(chunk_size=50):
        if revision.content[_COMMENTS]:
            yield revision


def forget_kept_pages() -> None:
    """Let no cache show what was there before, once it is certain that it is not."""
    forget_public_pages()
    transaction.on_commit(caches["default"].clear)
    transaction.on_commit(caches["pages"].clear)


def delete_old_mail_files(before: datetime) -> int:
    """Delete mails that were written into a folder instead of being sent, and return how many.

    Only where mail goes to files, as in a demo.
    """
    folder = getattr(settings, "EMAIL_FILE_PATH", None)
    if not folder or "filebased" not in settings.EMAIL_BACKEND:
        return 0
    old = [path for path in Path(folder).glob("*.log") if path.stat().st_mtime < before.timestamp()]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)
