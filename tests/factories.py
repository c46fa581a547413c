"""Real things for tests, made through the same actions and models that the portal uses."""

from datetime import timedelta
from typing import Any

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from cohorts.enums import MaterialKind, SessionKind
from cohorts.models import Cohort, Material, Session
from community_directory.enums import CommunityState
from community_directory.models import Community, Exchange
from discussion.models import Post, Space, Topic
from members import actions as members_actions
from members import gate
from members.enums import CircleKind, Role, SeenBy
from members.models import Circle, Organisation, Profile, Region, Sector, Theme, User

PASSWORD = "correct horse battery"
ALL_SEEN = {gate.column(name): SeenBy.NETWORK for name in gate.FIELDS}


class UserFactory(DjangoModelFactory):
    """A person with an account and a profile that shows all to the network, in no circle."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"person{n}@example.org")
    first_name = factory.Faker("first_name", locale="en_GB")
    last_name = factory.Faker("last_name", locale="en_GB")

    @factory.post_generation
    def password(self, create: bool, extracted: str | None, **kwargs: Any) -> None:
        self.set_password(extracted or PASSWORD)
        if create:
            self.save()
            Profile.objects.get_or_create(user=self, defaults=ALL_SEEN)


class SectorFactory(DjangoModelFactory):
    class Meta:
        model = Sector
        django_get_or_create = ["slug"]

    slug = factory.Sequence(lambda n: f"sector-{n}")
    name = factory.LazyAttribute(lambda o: o.slug.replace("-", " ").capitalize())


class RegionFactory(DjangoModelFactory):
    class Meta:
        model = Region
        django_get_or_create = ["slug"]

    slug = factory.Sequence(lambda n: f"region-{n}")
    name = factory.LazyAttribute(lambda o: o.slug.replace("-", " ").capitalize())


class OrganisationFactory(DjangoModelFactory):
    class Meta:
        model = Organisation
        django_get_or_create = ["slug"]

    slug = factory.Sequence(lambda n: f"organisation-{n}")
    name = factory.LazyAttribute(lambda o: o.slug.replace("-", " ").capitalize())
    sector = factory.SubFactory(SectorFactory)
    region = factory.SubFactory(RegionFactory)


class ThemeFactory(DjangoModelFactory):
    class Meta:
        model = Theme
        django_get_or_create = ["slug"]

    slug = factory.Sequence(lambda n: f"theme-{n}")
    name = factory.LazyAttribute(lambda o: o.slug.replace("-", " ").capitalize())


class CircleFactory(DjangoModelFactory):
    class Meta:
        model = Circle

    kind = CircleKind.COMMUNITY
    name = factory.Sequence(lambda n: f"Circle {n}")
    slug = factory.Sequence(lambda n: f"circle-{n}")


class CohortFactory(DjangoModelFactory):
    class Meta:
        model = Cohort

    name = factory.Sequence(lambda n: f"Cohort {n}")
    slug = factory.Sequence(lambda n: f"cohort-{n}")
    circle = factory.LazyAttribute(lambda o: CircleFactory(kind=CircleKind.COHORT, name=o.name, slug=o.slug))


class CommunityFactory(DjangoModelFactory):
    """A published community with a sector and a region; pass ``convener=`` for somebody who leads it."""

    class Meta:
        model = Community
        skip_postgeneration_save = True

    name = factory.Sequence(lambda n: f"Community {n}")
    slug = factory.Sequence(lambda n: f"community-{n}")
    circle = factory.LazyAttribute(lambda o: CircleFactory(name=o.name, slug=f"community-{o.slug}"))
    summary = "People who learn together about one thing."
    domain = "What we care about."
    purpose = "Why we exist."
    practice = "What we share."
    state = CommunityState.PUBLISHED
    published_at = factory.LazyFunction(timezone.now)
    confirmed_at = factory.SelfAttribute("published_at")

    @factory.post_generation
    def sectors(self, create: bool, extracted: list[Sector] | None, **kwargs: Any) -> None:
        if create:
            self.sectors.set([SectorFactory(slug="social-care")] if extracted is None else extracted)

    @factory.post_generation
    def regions(self, create: bool, extracted: list[Region] | None, **kwargs: Any) -> None:
        if create:
            self.regions.set([RegionFactory(slug="london")] if extracted is None else extracted)

    @factory.post_generation
    def themes(self, create: bool, extracted: list[Theme] | None, **kwargs: Any) -> None:
        if create and extracted:
            self.themes.set(extracted)

    @factory.post_generation
    def convener(self, create: bool, extracted: User | None, **kwargs: Any) -> None:
        if create and extracted:
            members_actions.join(person=extracted, circle=self.circle, role=Role.LEAD)


class ExchangeFactory(DjangoModelFactory):
    """An ask of a community, open for four weeks; pass ``kind="offer"`` for an offer."""

    class Meta:
        model = Exchange

    community = factory.SubFactory(CommunityFactory)
    kind = "ask"
    text = factory.Sequence(lambda n: f"A hand with thing {n}.")
    until = factory.LazyFunction(lambda: timezone.localdate() + timedelta(weeks=4))


class SpaceFactory(DjangoModelFactory):
    """A space of the network, unless told."""

    class Meta:
        model = Space

    circle = factory.LazyFunction(Circle.objects.network)
    name = factory.Sequence(lambda n: f"Space {n}")
    slug = factory.Sequence(lambda n: f"space-{n}")


class TopicFactory(DjangoModelFactory):
    """A topic with its first post."""

    class Meta:
        model = Topic
        skip_postgeneration_save = True

    space = factory.SubFactory(SpaceFactory)
    circle = factory.LazyAttribute(lambda o: o.space.circle)
    author = factory.SubFactory(UserFactory)
    title = factory.Sequence(lambda n: f"Topic {n}")
    slug = factory.Sequence(lambda n: f"topic-{n}")
    last_number = 1
    last_author = factory.SelfAttribute("author")

    @factory.post_generation
    def text(self, create: bool, extracted: str | None, **kwargs: Any) -> None:
        if create:
            Post.objects.create(
                topic=self,
                circle=self.circle,
                author=self.author,
                number=1,
                text=extracted or "The first post.",
                created_at=self.created_at,
            )


class SessionFactory(DjangoModelFactory):
    """A public session, tomorrow."""

    class Meta:
        model = Session

    kind = SessionKind.WEBINAR
    title = factory.Sequence(lambda n: f"Session {n}")
    starts_at = factory.LazyFunction(lambda: timezone.now() + timedelta(days=1))
    ends_at = factory.LazyAttribute(lambda o: o.starts_at + timedelta(hours=1) if o.starts_at else None)


class MaterialFactory(DjangoModelFactory):
    """A link beside a session, shown; pass ``session=``."""

    class Meta:
        model = Material

    kind = MaterialKind.LINK
    title = factory.Sequence(lambda n: f"Material {n}")
    url = "https://slides.example.org/"
    shown_at = factory.LazyFunction(timezone.now)
