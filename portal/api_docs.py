"""The page about the open API: drawn on the server from its own description, with no script and nobody else's."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from ninja import NinjaAPI
from ninja.openapi.docs import DocsBase

from kit import caching

_ANSWERS = {
    "200": "What you asked for",
    "304": "Nothing has changed since you asked last",
    "404": "There is nothing at this address",
    "422": "A parameter could not be used; the answer says which",
}
_KINDS = {
    "string": "text",
    "integer": "whole number",
    "number": "number",
    "boolean": "true or false",
    "object": "object",
    "null": "nothing",
}
_LIMITS = {"minimum": "at least {}", "maximum": "at most {}", "maxLength": "at most {} characters"}
_BEYOND_SENSE = 10**9  # a limit that only keeps numbers within the database's
_FORMATS = {"date-time": "date and time", "date": "date", "uri": "address", "uuid": "identifier"}


@dataclass(frozen=True, kw_only=True)
class Field:
    """One thing that is sent or answered."""

    name: str
    kind: str
    required: bool
    about: str


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What comes back with one status."""

    status: str
    about: str
    fields: list[Field]


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """One address that a program may ask."""

    anchor: str
    method: str
    path: str
    title: str
    about: str
    parameters: list[Field]
    answers: list[Answer]
    example: str


class PlainDocs(DocsBase):
    """Answers /api/v1/docs."""

    def render_page(self, request: HttpRequest, api: NinjaAPI, **kwargs: Any) -> HttpResponse:
        """The page; the same for all visitors."""
        schema = api.get_openapi_schema()
        context = {
            "info": schema["info"],
            "endpoints": endpoints(schema),
            "schema_url": reverse(f"{api.urls_namespace}:openapi-json"),
        }
        return caching.public(request, render(request, "portal/api_docs.html", context))


def endpoints(schema: dict[str, Any]) -> list[Endpoint]:
    """Each address of an OpenAPI 3.1 description, in its order.

    Source: https://spec.openapis.org/oas/v3.1.0
    """
    parts = schema.get("components", {}).get("schemas", {})
    return [
        _endpoint(path, method, operation, parts)
        for path, methods in schema["paths"].items()
        for method, operation in methods.items()
    ]


def _endpoint(path: str, method: str, operation: dict[str, Any], parts: dict[str, Any]) -> Endpoint:
    parameters = operation.get("parameters", [])
    return Endpoint(
        anchor=operation["operationId"],
        method=method.upper(),
        path=path,
        title=operation.get("summary", path),
        about=operation.get("description", ""),
        parameters=[
            Field(
                name=one["name"],
                kind=_kind(one.get("schema", {}), parts),
                required=one.get("required", False),
                about=one.get("description") or one.get("schema", {}).get("description", ""),
            )
            for one in parameters
        ],
        answers=[_answer(status, answer, parts) for status, answer in operation["responses"].items()],
        example=_example(path, parameters),
    )


def _answer(status: Any, answer: dict[str, Any], parts: dict[str, Any]) -> Answer:
    content = answer.get("content", {}).get("application/json", {}).get("schema", {})
    return Answer(
        status=str(status),
        about=_ANSWERS.get(str(status), answer.get("description", "")),
        fields=_fields(content, parts),
    )


def _resolve(part: dict[str, Any], parts: dict[str, Any]) -> dict[str, Any]:
    """What a reference stands for."""
    reference = part.get("$ref", "")
    return parts.get(reference.rsplit("/", 1)[-1], {}) if reference else part


def _fields(part: dict[str, Any], parts: dict[str, Any], prefix: str = "", depth: int = 0) -> list[Field]:
    """The fields of an object or of the objects in a list, those inside written as ``outer.inner``."""
    part = _resolve(part, parts)
    if part.get("type") == "array":
        return _fields(part.get("items", {}), parts, f"{prefix.removesuffix('.')}[].".lstrip("."), depth)
    if depth > 2:
        return []
    found: list[Field] = []
    for name, inner in part.get("properties", {}).items():
        found.append(
            Field(
                name=prefix + name,
                kind=_kind(inner, parts),
                required=name in part.get("required", []),
                about=inner.get("description", ""),
            )
        )
        found += _fields(inner, parts, f"{prefix}{name}.", depth + 1)
    return found


def _kind(part: dict[str, Any], parts: dict[str, Any]) -> str:
    """What sort of value it is, in words."""
    if "anyOf" in part:
        return " or ".join(dict.fromkeys(_kind(one, parts) for one in part["anyOf"]))
    whole = _resolve(part, parts)
    if "enum" in whole:
        return "one of " + ", ".join(str(value) for value in whole["enum"])
    if whole.get("type") == "array":
        return "list of " + _kind(whole.get("items", {}), parts)
    words = _FORMATS.get(whole.get("format", "")) or _KINDS.get(whole.get("type", ""), "any")
    limits = [
        wording.format(whole[key])
        for key, wording in _LIMITS.items()
        if key in whole and whole[key] < _BEYOND_SENSE
    ]
    return ", ".join([words, *limits])


def _example(path: str, parameters: list[dict[str, Any]]) -> str:
    """A line for a terminal that asks this address."""
    query = {
        one["name"]: one["schema"]["default"]
        for one in parameters
        if one["in"] == "query" and one.get("schema", {}).get("default") not in (None, "", [])
    }
    return f'curl "{settings.SITE_URL}{path}{"?" + urlencode(query) if query else ""}"'
