"""Finds one page of each template. Needs Django: ``python -m benchmarks.views`` prints JSON."""

from benchmarks.targets import address, answer


def find() -> dict[str, str]:
    """Addresses by name of template."""
    from django.urls import reverse

    from community_directory.models import Community
    from learning.models import GuidancePage, LibraryPage, ModulePage, ProgrammePage

    community = Community.objects.listed().order_by("pk").first()
    return {
        "home": "/",
        "programme": address(ProgrammePage.objects.live().filter(circle=None).order_by("pk").first()),
        "module": address(ModulePage.objects.live().filter(circle=None).order_by("number").first()),
        "library": address(LibraryPage.objects.live().get()),
        "guidance": address(GuidancePage.objects.live().get(slug="start-with-a-question")),
        "directory": reverse("community_directory:list"),
        "community": community.get_absolute_url(),
        "calendar": reverse("cohorts:calendar"),
        "sign-in": reverse("account_login"),
    }


if __name__ == "__main__":
    answer(find)
