"""Finds one page of each template. Needs Django: ``python -m benchmarks.views`` prints JSON."""

import json
import os

import django


def find() -> dict[str, str]:
    """Addresses by name of template."""
    from django.urls import reverse

    from benchmarks.targets import _address
    from community_directory.models import Community
    from learning.models import GuidancePage, LibraryPage, ModulePage, ProgrammePage

    community = Community.objects.listed().order_by("pk").first()
    return {
        "home": "/",
        "programme": _address(ProgrammePage.objects.live().filter(circle=None).order_by("pk").first()),
        "module": _address(ModulePage.objects.live().filter(circle=None).order_by("number").first()),
        "library": _address(LibraryPage.objects.live().get()),
        "guidance": _address(GuidancePage.objects.live().get(slug="start-with-a-question")),
        "directory": reverse("community_directory:list"),
        "community": community.get_absolute_url(),
        "calendar": reverse("cohorts:calendar"),
        "sign-in": reverse("account_login"),
    }


def main() -> None:
    """Print what was found."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "benchmarks.settings")
    django.setup()
    print(json.dumps(find()))


if __name__ == "__main__":
    main()
