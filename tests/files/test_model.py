"""Whatever happens in whatever order, what is served is what a plain list of who is in what would say."""

from dataclasses import dataclass

from django.core.cache import caches
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from files.models import PortalDocument, PortalImage
from members import actions
from tests.factories import CircleFactory, UserFactory
from tests.files.samples import document, picture

PEOPLE = 3
CIRCLES = 2
person = st.integers(0, PEOPLE - 1)
circle = st.integers(0, CIRCLES - 1)
owner_or_none = st.one_of(st.none(), person)
circle_or_none = st.one_of(st.none(), circle)
thing = st.integers(0, 5)
STEP = st.one_of(
    st.tuples(st.just("upload"), st.sampled_from(["picture", "document"]), circle_or_none, owner_or_none),
    st.tuples(st.just("give"), thing, circle_or_none),
    st.tuples(st.just("delete"), thing),
    st.tuples(st.just("join"), person, circle),
    st.tuples(st.just("leave"), person, circle),
    st.tuples(st.just("read"), person, thing),
)


@dataclass
class Plain:
    """One file, as the list knows it."""

    file: PortalImage | PortalDocument
    url: str
    circle: int | None
    owner: int | None
    is_there: bool = True


class World:
    """The portal, and beside it the plain list."""

    def __init__(self) -> None:
        self.people = [UserFactory() for _ in range(PEOPLE)]
        self.circles = [CircleFactory() for _ in range(CIRCLES)]
        self.browsers = [Client() for _ in self.people]
        for browser, one in zip(self.browsers, self.people, strict=True):
            browser.force_login(one, backend="allauth.account.auth_backends.AuthenticationBackend")
        self.visitor = Client()
        self.inside: set[tuple[int, int]] = set()
        self.files: list[Plain] = []

    def upload(self, kind: str, circle: int | None, owner: int | None) -> None:
        fields = {
            "circle": None if circle is None else self.circles[circle],
            "uploaded_by_user": None if owner is None else self.people[owner],
        }
        made = (picture if kind == "picture" else document)(**fields)
        url = made.get_rendition("max-9x9").url if kind == "picture" else made.url
        self.files.append(Plain(made, url, circle, owner))

    def give(self, number: int, circle: int | None) -> None:
        if self.has(number):
            plain = self.files[number]
            plain.file.circle = None if circle is None else self.circles[circle]
            plain.file.save()
            plain.circle = circle

    def delete(self, number: int) -> None:
        if self.has(number):
            self.files[number].file.delete()
            self.files[number].is_there = False

    def join(self, person: int, circle: int) -> None:
        actions.join(person=self.people[person], circle=self.circles[circle])
        self.inside.add((person, circle))

    def leave(self, person: int, circle: int) -> None:
        if (person, circle) in self.inside:
            actions.leave(person=self.people[person], circle=self.circles[circle])
            self.inside.discard((person, circle))

    def read(self, person: int, number: int) -> None:
        if number >= len(self.files):
            return
        plain = self.files[number]
        is_public = plain.is_there and plain.circle is None
        may = plain.is_there and (is_public or plain.owner == person or (person, plain.circle) in self.inside)
        assert self.browsers[person].get(plain.url).status_code == (200 if may else 404)
        assert self.visitor.head(plain.url).status_code == (200 if is_public else 404)
        if plain.is_there:
            user = type(self.people[person]).objects.get(pk=self.people[person].pk)
            model = type(plain.file)
            assert model.objects.visible_to(user).filter(pk=plain.file.pk).exists() == may
            assert model.objects.get(pk=plain.file.pk).can_see(user) == may

    def has(self, number: int) -> bool:
        return number < len(self.files) and self.files[number].is_there

    def read_all(self) -> None:
        for number in range(len(self.files)):
            for one in range(PEOPLE):
                self.read(one, number)


class _Undone(Exception):
    pass


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEP, min_size=4, max_size=18))
def test_what_is_served_is_what_a_plain_list_says(db, steps):
    caches["default"].clear()
    try:
        with transaction.atomic():
            world = World()
            for name, *values in [("upload", "picture", 0, 1), ("upload", "document", None, None), *steps]:
                getattr(world, name)(*values)
            world.read_all()
            raise _Undone
    except _Undone:
        pass
