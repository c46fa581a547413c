"""The page about the open API, drawn from its description."""

import re

import pytest
from ninja import NinjaAPI, Query, Schema

from portal.api import api
from portal.api_docs import endpoints


class Place(Schema):
    name: str
    notes: list[str] | None = None


class Thing(Schema):
    """A thing."""

    id: int
    title: str
    place: Place
    more: list[Place] = []


@pytest.fixture(scope="module")
def schema():
    """A small API of our own, so that the test knows what is in it."""
    small = NinjaAPI(urls_namespace="small", docs_url=None)

    @small.get("/things", response=list[Thing], summary="All things")
    def things(request, limit: int = Query(20, ge=1, le=100, description="How many."), region: str = ""):
        """Things, newest first."""

    @small.get("/things/{pk}", response={200: Thing, 404: None})
    def thing(request, pk: int):
        return None

    return small.get_openapi_schema(path_prefix="/api/v1/")


def test_reads_each_address(schema):
    first, second = endpoints(schema)
    assert (first.method, first.path, first.title, first.about) == (
        "GET",
        "/api/v1/things",
        "All things",
        "Things, newest first.",
    )
    assert [(one.name, one.kind, one.required, one.about) for one in first.parameters] == [
        ("limit", "whole number, at least 1, at most 100", False, "How many."),
        ("region", "text", False, ""),
    ]
    assert [(one.name, one.kind, one.required) for one in second.parameters] == [("pk", "whole number", True)]


@pytest.mark.parametrize(
    ("part", "words"),
    [
        ({"type": "string", "maxLength": 200}, "text, at most 200 characters"),
        ({"type": "integer", "minimum": 0, "maximum": 2**63 - 1}, "whole number, at least 0"),
        ({"type": "string", "format": "date-time"}, "date and time"),
        ({"enum": ["online", "both"]}, "one of online, both"),
        ({"anyOf": [{"type": "string"}, {"type": "null"}]}, "text or nothing"),
        ({"type": "array", "items": {"$ref": "#/components/schemas/Kind"}}, "list of true or false"),
        ({}, "any"),
    ],
)
def test_says_what_sort_of_value_in_words(part, words):
    field = {"name": "x", "in": "query", "schema": part}
    operation = {"operationId": "o", "parameters": [field], "responses": {}}
    described = {
        "paths": {"/x": {"get": operation}},
        "components": {"schemas": {"Kind": {"type": "boolean"}}},
    }
    assert endpoints(described)[0].parameters[0].kind == words


def test_gives_an_example_that_can_be_pasted(schema):
    first, second = endpoints(schema)
    assert first.example == 'curl "http://testserver/api/v1/things?limit=20"'
    assert second.example == 'curl "http://testserver/api/v1/things/{pk}"'


def test_lists_the_fields_of_the_answer(schema):
    answers = {one.status: one for one in endpoints(schema)[0].answers}
    assert [(one.name, one.kind) for one in answers["200"].fields] == [
        ("[].id", "whole number"),
        ("[].title", "text"),
        ("[].place", "object"),
        ("[].place.name", "text"),
        ("[].place.notes", "list of text or nothing"),
        ("[].more", "list of object"),
        ("[].more[].name", "text"),
        ("[].more[].notes", "list of text or nothing"),
    ]
    assert answers["200"].about == "What you asked for"


def test_page_names_every_address_of_ours(client, pages):
    response = client.get("/api/v1/docs")
    assert response.status_code == 200
    page = response.content.decode()
    for path, methods in api.get_openapi_schema()["paths"].items():
        for method in methods:
            assert f"{method.upper()} {path}" in page
    assert page.count('href="/api/v1/openapi.json"') == 1


def test_page_needs_nobody_else_and_no_script_of_its_own(client, pages):
    response = client.get("/api/v1/docs")
    page = response.content.decode()
    assert re.findall(r"<script(?![^>]*src=)", page) == []
    assert re.findall(r'(?:src|href)="(?:https?:)?//', page) == []
    assert "style=" not in page
    assert "unsafe" not in response["Content-Security-Policy"]


def test_page_is_the_same_for_all_visitors(client, pages, django_assert_num_queries):
    client.get("/api/v1/docs")
    with django_assert_num_queries(0):
        assert client.get("/api/v1/docs").status_code == 200


def test_description_is_for_programs(client, db):
    response = client.get("/api/v1/openapi.json")
    assert response["Content-Type"].startswith("application/json")
    assert response.json()["openapi"].startswith("3.")


class TestErrors:
    def test_a_wrong_parameter_is_named(self, rf):
        from ninja.errors import ValidationError

        from portal.api import not_understood

        error = ValidationError(
            [{"loc": ("query", "limit"), "msg": "Input should be a whole number", "input": "<secret>"}]
        )
        response = not_understood(rf.get("/api/v1/things"), error)
        assert response.status_code == 422
        assert b"secret" not in response.content
        import json

        assert json.loads(response.content) == {
            "detail": "Some parameters could not be used.",
            "errors": [{"parameter": "limit", "message": "Input should be a whole number"}],
        }

    def test_what_is_not_there_says_so(self, rf):
        from django.http import Http404

        from portal.api import nothing_there

        response = nothing_there(rf.get("/api/v1/things/1"), Http404("secret"))
        assert (response.status_code, response.content) == (
            404,
            b'{"detail": "There is nothing at this address."}',
        )
