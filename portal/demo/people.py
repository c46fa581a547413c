"""The demo's vocabulary, organisations and people."""

import os
import secrets
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password

from members import gate
from members.enums import SeenBy
from members.models import Organisation, Profile, Region, Sector, Theme, User
from portal.demo.source import read
from portal.editors import ensure_editor_group

ROLES = ("admin", "editor", "facilitator", "convener", "participant")


def demo_password() -> str:
    """``DEMO_PASSWORD``, or one that is made once and kept in var/."""
    given = os.environ.get("DEMO_PASSWORD", "")
    if given:
        return given
    path = settings.VAR / "demo_password"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text("-".join(secrets.token_hex(2) for _ in range(4)))
    return path.read_text().strip()


def load_vocabulary() -> None:
    """Sectors, regions and themes."""
    words = read("vocabulary.toml")
    for model, rows in ((Sector, words["sectors"]), (Region, words["regions"]), (Theme, words["themes"])):
        for row in rows:
            model.objects.update_or_create(slug=row["slug"], defaults={**row})


def load_people() -> dict[str, User]:
    """Everybody, by key, with profiles; the five roles can sign in."""
    rows = read("people.toml")
    sectors = {sector.slug: sector for sector in Sector.objects.all()}
    regions = {region.slug: region for region in Region.objects.all()}
    organisations = {
        row["slug"]: Organisation.objects.update_or_create(
            slug=row["slug"],
            defaults={
                "name": row["name"],
                "sector": sectors[row["sector"]],
                "region": regions[row["region"]],
            },
        )[0]
        for row in rows["organisations"]
    }
    themes = {theme.slug: theme for theme in Theme.objects.all()}
    people = {}
    for row in rows["people"]:
        first, _, last = row["name"].partition(" ")
        key = row["key"]
        address = key if key in ROLES else key.replace("-", ".")
        person = User.objects.create_user(f"{address}@example.org", first_name=first, last_name=last)
        profile = Profile.objects.create(
            user=person,
            job_title=row["job_title"],
            organisation=organisations[row["organisation"]],
            sector=sectors[row["sector"]],
            region=regions[row["region"]],
            about=row["about"],
            offers=row["offers"],
            looks_for=row["looks_for"],
            findable=row["findable"],
            **_seen_by(row),
        )
        profile.interests.set(themes[slug] for slug in row.get("interests", ()))
        people[key] = person
    people["admin"].is_superuser = people["admin"].is_staff = True
    people["admin"].save()
    people["editor"].groups.add(ensure_editor_group())
    return people


def _seen_by(row: dict[str, Any]) -> dict[str, int]:
    """Who can be found shows all to the network; others, and what is named, to the people of their groups."""
    usual = SeenBy.NETWORK if row["findable"] else SeenBy.GROUPS
    to_groups = row.get("to_groups", ())
    return {gate.column(name): SeenBy.GROUPS if name in to_groups else usual for name in gate.FIELDS}


def ensure_passwords() -> None:
    """Give the five demo people the password of this start; nothing is written if they have it."""
    password = demo_password()
    people = list(User.objects.filter(email__in=[f"{role}@example.org" for role in ROLES]))
    # One look says it for all: they share one hash.
    if people and all(check_password(password, person.password) for person in people[:1]):
        return
    shared = make_password(password)
    User.objects.filter(pk__in=[person.pk for person in people]).update(password=shared)


def cohort_keys() -> list[str]:
    """The keys of those who take part in this year's cohort."""
    return [row["key"] for row in read("people.toml")["people"] if row["cohort"]]
