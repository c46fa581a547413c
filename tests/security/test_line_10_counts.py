"""Line 10: no filter and no count tells who or what is there."""

import pytest

from members.models import Profile
from tests.factories import OrganisationFactory, RegionFactory, SectorFactory, ThemeFactory


@pytest.fixture
def terms(db):
    """Words that only what is hidden is filed under."""
    sector, region = SectorFactory(slug="own-sector"), RegionFactory(slug="own-region")
    return {
        "sector": sector,
        "region": region,
        "organisation": OrganisationFactory(slug="own-organisation", sector=sector, region=region),
        "theme": ThemeFactory(slug="own-theme"),
    }


def test_who_does_not_want_to_be_found_is_in_no_count(cast, terms, visit):
    Profile.objects.filter(user=cast.facilitator).update(
        findable=False, sector=terms["sector"], region=terms["region"], organisation=terms["organisation"],
        job_title="zwetschge",
    )  # fmt: skip
    before = visit("participant").get("/people/").content.decode()
    for slug in ("own-sector", "own-region", "own-organisation"):
        assert f'value="{slug}"' not in before
    for query in (
        "sector=own-sector",
        "region=own-region",
        "organisation=own-organisation",
        "q=zwetschge",
        "q=Facilitator",
    ):
        response = visit("participant").get(f"/people/?{query}")
        assert (query, response.context["page"].rows, response.context["sentence"][:8]) == (
            query,
            [],
            "0 people",
        )
    # Who is in the same cohort may open the page; who shares no group may not.
    assert visit("editor").get(f"/people/{cast.facilitator.pk}/").status_code == 404


@pytest.mark.parametrize("who", ["outsider", "visitor"])
def test_who_is_no_member_counts_nobody(cast, visit, who):
    response = visit(who).get("/people/?q=Demo")
    assert response.status_code == (302 if who == "visitor" else 404)
    assert "Convener" not in visit(who).get("/search/?q=Demo").content.decode()


@pytest.mark.parametrize("who", ["visitor", "outsider", "editor"])
def test_private_guidance_and_drafts_are_in_no_count(private, terms, visit, who):
    private.page.themes.add(terms["theme"])
    private.page.kind = "story"
    private.page.save()
    private.draft.themes.set([terms["theme"]])
    private.draft.regions.set([terms["region"]])
    library = visit(who).get("/guidance/?themes=all").content.decode()
    directory = visit(who).get("/communities/").content.decode()
    assert "own-theme" not in library
    assert "1 piece of guidance" in library
    assert "1 community" in directory
    assert "own-theme" not in directory
    assert "own-region" not in directory


def test_a_space_counts_no_removed_topic_and_no_bell_rings(private, cast, visit):
    visit("participant").post(f"/discussions/topics/{private.topic.pk}/remove/")
    private.space.refresh_from_db()
    assert private.space.topic_count == 0
    assert "zwetschge" not in visit("convener").get(
        private.space.get_absolute_url()
    ).content.decode().replace("Space zwetschge", "").replace("space-zwetschge", "")


def test_no_filter_of_a_list_reaches_into_other_tables(private, editor):
    for query in (
        "person__password__startswith=a", "person__email__startswith=a", "circle__topics__title=x",
        "author__password__contains=a", "q=&person__is_superuser__exact=1",
    ):  # fmt: skip
        whole = editor.get("/admin/members/membership/").context["result_count"]
        assert editor.get(f"/admin/members/membership/?{query}").context["result_count"] == whole
