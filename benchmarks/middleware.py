"""Counting queries, only where the benchmark asks for it, so that it costs nothing where it measures."""

from collections.abc import Callable
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse

_TRANSACTION = ("BEGIN", "SAVEPOINT", "RELEASE", "ROLLBACK", "COMMIT")


class CountQueries:
    """Answers ``X-Count: 1`` with ``X-Queries: n``; statements of transactions are left out."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "HTTP_X_COUNT" not in request.META:
            return self.get_response(request)
        seen: list[str] = []

        def note(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
            if not sql.lstrip().upper().startswith(_TRANSACTION):
                seen.append(sql)
            return execute(sql, params, many, context)

        with connection.execute_wrapper(note):
            response = self.get_response(request)
        response["X-Queries"] = str(len(seen))
        return response
