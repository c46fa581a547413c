"""The form of a resource: a draft is always kept; what contradicts itself is not published."""

import pytest
from django.urls import reverse

from learning.models import GuidancePage

pytestmark = pytest.mark.django_db


@pytest.fixture
def resource(shelve) -> GuidancePage:
    resource = GuidancePage.objects.get(pk=shelve("Build trust", minutes=30).pk)
    resource.save_revision().publish()
    return resource


@pytest.fixture
def send(resource, cast, signed_in):
    """Sends the form as an editor does, with some fields changed."""
    editor = signed_in(cast.editor)

    def send(*, publish: bool = True, **changed: object):
        data = {
            "title": resource.title, "slug": resource.slug, "in_short": resource.in_short, "kind": resource.kind, "minutes": "30",
            "group_min": "", "group_max": "", "group_size": "", "reviewed_on": "", "review_due": "", "licence": "",
            "credit": "", "owner": "", "themes": "", "seo_title": "", "search_description": "", "go_live_at": "",
            "expire_at": "", "circle": "", "comments-TOTAL_FORMS": "0", "comments-INITIAL_FORMS": "0", "body-count": "0",
            **{
                f"{name}-{part}": value
                for name in ("stages", "audiences", "downloads", "related")
                for part, value in (
                    ("TOTAL_FORMS", "0"), ("INITIAL_FORMS", "0"), ("MIN_NUM_FORMS", "0"), ("MAX_NUM_FORMS", "1000"),
                )
            },
            **changed,
        }  # fmt: skip
        if publish:
            data["action-publish"] = "1"
        return editor.post(reverse("wagtailadmin_pages:edit", args=[resource.pk]), data)

    return send


CONTRADICTIONS = [
    (
        {"group_min": "12", "group_max": "3"},
        "group_max",
        "The largest group can’t be smaller than the smallest.",
    ),
    (
        {"reviewed_on": "2026-05-02", "review_due": "2026-05-01"},
        "review_due",
        "The next review can’t come before the last one.",
    ),
]


@pytest.mark.parametrize(("changed", "field", "said"), CONTRADICTIONS)
def test_what_contradicts_itself_is_not_published_and_stays_filled_in(send, resource, changed, field, said):
    response = send(**changed)
    assert response.status_code == 200
    form = response.context["form"]
    assert form.errors == {field: [said]}
    for name, value in changed.items():
        assert form[name].value() == value
    resource.refresh_from_db()
    assert (resource.group_min, resource.review_due) == (None, None)


@pytest.mark.parametrize(("changed", "field", "said"), CONTRADICTIONS)
def test_a_draft_is_kept_all_the_same(send, resource, changed, field, said):
    assert send(publish=False, **changed).status_code == 302
    draft = GuidancePage.objects.get(pk=resource.pk).get_latest_revision_as_object()
    assert str(getattr(draft, field)) == changed[field]


def test_what_fits_is_published(send, resource, cast):
    assert (
        send(
            group_min="3", group_max="3", review_due="2027-01-01", owner=str(cast.facilitator.pk)
        ).status_code
        == 302
    )
    resource.refresh_from_db()
    assert (resource.group_min, resource.group_max, resource.owner) == (3, 3, cast.facilitator)


def test_those_who_can_look_after_it_work_in_the_admin(send, resource, cast):
    GuidancePage.objects.filter(pk=resource.pk).update(owner=cast.participant)
    form = send(group_min="9", group_max="1").context["form"]
    offered = set(form.fields["owner"].queryset)
    assert offered == {cast.admin, cast.editor, cast.facilitator, cast.participant}
    response = send(owner=str(cast.outsider.pk))
    assert list(response.context["form"].errors) == ["owner"]
