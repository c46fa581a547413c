"""The demo's pages and settings."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

from wagtail.models import Page, Site

from home.models import (
    FooterLink,
    HomePage,
    InformationPage,
    NavigationLink,
    NoticeLevel,
    SiteSettings,
    TeamPage,
)
from kit import markdown
from kit.caching import forget_public_pages
from learning.models import (
    CollectionItem,
    CollectionPage,
    GuidanceAudience,
    GuidancePage,
    GuidanceStage,
    LibraryPage,
    RelatedGuidance,
)
from members.models import User
from portal.bodies import Block, blocks_from_markdown, rich, stream
from portal.demo.source import HERE, read

_BETWEEN_REVIEWS = 330  # days: so that the first of forty are due
_NAVIGATION = [
    ("Programme", "/programme/"),
    ("Guidance", "/guidance/"),
    ("Communities", "/communities/"),
    ("Discussions", "/discussions/"),
    ("Calendar", "/calendar/"),
]


def publish(page: Page) -> Page:
    """Keep a first revision and publish it, as an editor would."""
    page.save_revision().publish()
    return page


def load_home() -> HomePage:
    """The home page, at the root of the only site."""
    words = read("pages.toml")["home"]
    root = Page.get_first_root_node()
    root.get_children().filter(slug="home").delete()
    root.refresh_from_db()
    body: list[Block] = [
        {"type": "year", "value": None},
        {"type": "ways_in", "value": {"items": [
            {"title": way["title"], "text": way["text"], "path": way["link"], "link_text": way["link_text"]}
            for way in words["ways_in"]
        ]}},
        {"type": "latest_communities", "value": None},
    ]  # fmt: skip
    home = HomePage(
        title=words["title"],
        slug="home",
        headline=words["headline"],
        introduction=markdown.plain(markdown.render(words["intro"])),
        for_whom=words["for_whom"],
        body=stream(body),
    )
    root.add_child(instance=home)
    Site.objects.all().delete()
    Site.objects.create(
        hostname="localhost", port=80, root_page=home, is_default_site=True, site_name=words["title"]
    )
    publish(home)
    return home


def load_information(home: HomePage) -> None:
    """Information pages, the team, and what stands around every page."""
    words = read("pages.toml")
    made: dict[str, Page] = {}
    for row in words["pages"]:
        page = InformationPage(
            title=row["title"],
            slug=row["slug"],
            introduction=row["introduction"],
            body=stream(blocks_from_markdown(row["body"])),
        )
        made[row["slug"]] = publish(home.add_child(instance=page))
    roles = [
        {"type": "role", "value": {"role": row["role"], "what": rich(row["does"]), "email": row["email"]}}
        for row in words["team"]
    ]
    team = TeamPage(
        title="Who runs the programme",
        slug="team",
        introduction="The people you can ask, by what they do.",
        roles=stream(roles),
    )
    made["team"] = publish(home.add_child(instance=team))
    _load_settings(home, words, made)


def _load_settings(home: HomePage, words: dict[str, Any], made: dict[str, Page]) -> None:
    site = Site.objects.get(root_page=home)
    own = SiteSettings.for_site(site)
    own.name = "Communities of Practice"
    own.strapline = "Leadership programme and network"
    own.contact_email = "help@example.org"
    own.footer_text = (
        "A demonstration. The people, communities and organisations shown here are invented. The programme is that "
        "of 2021 to 2022, with its dates moved to this year."
    )
    own.notice_on = bool(words["notice"]["text"])
    own.notice_level = NoticeLevel.INFO
    own.notice_text = f"<p>{words['notice']['text']}</p>"
    own.navigation = [NavigationLink(title=title, path=path) for title, path in _NAVIGATION]
    own.footer = [
        FooterLink(title=row["title"], page=made[row["slug"]]) for row in words["pages"] if row["in_footer"]
    ]
    own.save()
    forget_public_pages()


def load_library(home: HomePage, people: dict[str, User], today: date) -> LibraryPage:
    """The guidance library with its resources, and the paths through them."""
    library = LibraryPage(
        title="Guidance",
        slug="guidance",
        introduction="Short, practical help for people who hold a community together. Find what fits tonight’s meeting.",
    )
    publish(home.add_child(instance=library))
    rows = {
        path.stem: read(str(path.relative_to(HERE))) for path in sorted(Path(HERE, "guidance").glob("*.toml"))
    }
    pages = {slug: _load_resource(library, slug, row) for slug, row in rows.items()}
    keepers = (people["editor"], people["facilitator"])
    for place, (slug, row) in enumerate(rows.items()):
        page = pages[slug]
        page.owner = keepers[place % len(keepers)]
        page.reviewed_on = today - timedelta(days=10 + place * 9)
        page.review_due = page.reviewed_on + timedelta(days=_BETWEEN_REVIEWS)
        pages[slug].related = [
            RelatedGuidance(other=pages[other], sort_order=place)
            for place, other in enumerate(row["related"])
        ]
        publish(pages[slug])
    for row in read("collections.toml")["collections"]:
        _load_collection(library, row, pages)
    return library


def _load_collection(library: LibraryPage, row: dict[str, Any], pages: dict[str, GuidancePage]) -> None:
    page = CollectionPage(
        title=row["title"],
        slug=row["slug"],
        introduction=row["introduction"],
        body=stream([{"type": "text", "value": rich(row["text"])}]),
    )
    page.items = [
        CollectionItem(guidance=pages[item["guidance"]], why=item["why"], sort_order=place)
        for place, item in enumerate(row["items"])
    ]
    publish(library.add_child(instance=page))


def _load_resource(library: LibraryPage, slug: str, row: dict[str, Any]) -> GuidancePage:
    from members.models import Theme

    page = GuidancePage(
        title=row["title"],
        slug=slug,
        in_short=row["in_short"],
        kind=row["kind"],
        minutes=row.get("minutes"),
        group_size=row.get("group_size", ""),
        group_min=row.get("group_min"),
        group_max=row.get("group_max"),
        licence=row.get("licence", ""),
        body=stream([_block(block) for block in row["body"]]),
    )
    page.stages = [GuidanceStage(stage=stage, sort_order=place) for place, stage in enumerate(row["stages"])]
    page.audiences = [
        GuidanceAudience(audience=audience, sort_order=place)
        for place, audience in enumerate(row["audience"])
    ]
    library.add_child(instance=page)
    page.themes.set(Theme.objects.filter(slug__in=row["themes"]))
    return page


def _block(block: dict[str, Any]) -> Block:
    """A block of a file, as StreamField keeps it."""
    values = {name: value for name, value in block.items() if name != "type"}
    kind = block["type"]
    if kind == "heading":
        return {"type": kind, "value": values["text"]}
    if kind == "text":
        return {"type": kind, "value": rich(values["text"])}
    if kind in ("callout", "expander"):
        values["text"] = rich(values["text"])
    if kind == "steps":
        values["steps"] = [{**step, "text": rich(step["text"])} for step in values["steps"]]
    if kind == "questions":
        values["items"] = [{**item, "answer": rich(item["answer"])} for item in values["items"]]
    return {"type": kind, "value": values}
