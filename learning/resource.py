"""What stands around a resource's text: what it is about, when it helps, what to read next."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import CharField, F, Value
from django.db.models.functions import Cast, Coalesce

from learning.enums import Kind
from learning.models import GuidancePage, GuidanceStage, GuidanceTheme, RelatedGuidance
from members.enums import Stage
from members.pages import addresses
from members.querysets import Person


@dataclass(frozen=True, kw_only=True)
class About:
    """What an editor has said about a resource.

    Args:
        themes: slug and name of each.
        stages: value and label of each.
        related: ids of other resources, in their order.
    """

    themes: list[tuple[str, str]]
    stages: list[tuple[str, str]]
    related: list[int]


@dataclass(frozen=True, kw_only=True)
class Related:
    """A resource to read next."""

    title: str
    url: str
    in_short: str
    kind: str
    minutes_to_read: int


def as_published(page: GuidancePage) -> About:
    """What is said about a resource that is published. One query: three tables in one answer."""
    order = Coalesce(F("sort_order"), 0)
    key = Cast("other_id", CharField())
    themes = GuidanceTheme.objects.filter(content_object=page).values_list(
        Value("theme"), Value(0), "tag__slug", "tag__name"
    )
    stages = GuidanceStage.objects.filter(page=page).values_list(Value("stage"), order, "stage", "stage")
    related = RelatedGuidance.objects.filter(page=page).values_list(Value("related"), order, key, key)
    rows = sorted(themes.order_by().union(stages.order_by(), related.order_by(), all=True))
    found: dict[str, list[tuple[str, str]]] = {"theme": [], "stage": [], "related": []}
    for what, _, value, name in rows:
        found[what].append((value, name))
    return About(
        themes=sorted(found["theme"], key=lambda theme: theme[1]),
        stages=[(value, Stage(value).label) for value, _ in found["stage"]],
        related=[int(value) for value, _ in found["related"]],
    )


def as_written(page: GuidancePage) -> About:
    """The same for a preview: as an editor has it on the screen, saved or not."""
    return About(
        themes=[(theme.slug, theme.name) for theme in page.themes.all()],
        stages=[(row.stage, row.get_stage_display()) for row in page.stages.all()],
        related=[row.other_id for row in page.related.all()],
    )


def related_to(ids: Sequence[int], user: Person) -> list[Related]:
    """Those of some resources that a person may see, in the order of the ids. One query."""
    if not ids:
        return []
    pages = GuidancePage.objects.visible_to(user).filter(pk__in=ids).order_by()
    columns = ("pk", "url_path", "title", "in_short", "kind", "minutes_to_read")
    rows = {row.pk: row for row in pages.values_list(*columns, named=True)}
    urls = addresses({pk: row.url_path for pk, row in rows.items()})
    return [
        Related(
            title=rows[pk].title,
            url=urls[pk],
            in_short=rows[pk].in_short,
            kind=Kind(rows[pk].kind).label,
            minutes_to_read=rows[pk].minutes_to_read,
        )
        for pk in ids
        if pk in rows
    ]


def library_address(page: GuidancePage) -> str:
    """Where the library is that a resource stands in. No query."""
    above = page.url_path.rstrip("/").rsplit("/", 1)[0] + "/"
    return addresses({page.pk: above})[page.pk]
