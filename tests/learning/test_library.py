"""The library: what is there, what was asked for, how many there are, and why each is shown."""

import re

import pytest
from django.test import Client
from django.utils.text import slugify

from kit.caching import forget_public_pages
from learning.filters import PARAMETERS
from learning.library import BEST, PAGE, THEMES_SHOWN
from learning.models import CollectionPage, GuidancePage, LibraryPage

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

URL = "/guidance/"
HOSTILE = [
    "NEAR(a b)", '"', "'", "a* OR b", "AND", "-", "\x00", "%00", "👩‍⚕️", "\u202ecba", "<script>alert(1)</script>",
    "a" * 100_000, "é", "\\", "&|!:*", "x" * 200 + " y",
]  # fmt: skip


def plain(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def titles(html: str) -> list[str]:
    return [plain(title) for title in re.findall(r'<h3 class="p-result__title">(.*?)</h3>', html)]


def sentence(html: str) -> str:
    return plain(re.search(r'<h2 class="p-results-head__count"[^>]*>(.*?)</h2>', html)[1])


def facet(html: str, name: str) -> dict[str, tuple[int, bool]]:
    """What a facet offers: by value, how many there would be, and whether it is on."""
    items = re.findall(
        rf'name="{name}" value="([^"]*)"[^>]*?( checked)?>.*?p-facet__count">([\d,]+)<', html, re.DOTALL
    )
    return {value: (int(count), bool(checked)) for value, checked, count in items}


def chips(html: str) -> list[tuple[str, str]]:
    return [
        (href.replace("&amp;", "&"), plain(text))
        for href, text in re.findall(r'<a class="p-chip" href="([^"]*)">(.*?)<svg', html, re.DOTALL)
    ]


@pytest.fixture
def ask(client):
    def get(query: str = "", reader: Client = client) -> str:
        response = reader.get(URL + query)
        assert response.status_code == 200
        return response.content.decode()

    return get


@pytest.fixture
def three(shelve, index):
    shelve("Build trust", themes=["trust"], stages=["coalescing"], kind="guide", text="Small promises, kept.")
    shelve("Map it", themes=["co-design"], stages=["maturing"], kind="exercise", text="Draw what happened.")
    shelve(
        "Troika", themes=["trust", "facilitation"], stages=["maturing", "stewardship"], kind="exercise",
        text="Three people, and trust comes by itself.", in_short="Help in threes.", minutes=90, group_size="3 to 30",
    )  # fmt: skip
    index()


# -- what is there ---------------------------------------------------------------------------------------


def test_everything_is_there_newest_first(ask, three):
    html = ask()
    assert titles(html) == ["Troika", "Map it", "Build trust"]
    assert sentence(html) == "3 pieces of guidance, newest first"
    assert chips(html) == []


def test_a_result_says_what_it_is(ask, three):
    result = plain(re.search(r'<li class="p-result">.*?</li>\s*</ul>', ask("?kind=exercise"), re.DOTALL)[0])
    assert result.startswith(
        "Exercise facilitation, trust".replace("facilitation", "Facilitation").replace("trust", "Trust")
    )
    for said in (
        "Troika",
        "Help in threes.",
        "1 min to read",
        "1 hour 30 minutes to run",
        "Groups of 3 to 30",
    ):
        assert said in result


def test_it_lies_where_the_editor_has_put_it(client, three):
    page = LibraryPage.objects.get()
    page.slug = "shelf"
    page.save_revision().publish()
    assert client.get("/shelf/").status_code == 200
    assert client.get(URL).status_code in (301, 404)


def test_by_title(ask, three):
    html = ask("?sort=title")
    assert titles(html) == ["Build trust", "Map it", "Troika"]
    assert sentence(html) == "3 pieces of guidance, by title"


def test_one_is_said_as_one(ask, three):
    assert sentence(ask("?theme=co-design")) == "1 piece of guidance"


def test_an_empty_library_says_so(ask, shelve):
    html = ask()
    assert sentence(html) == "Nothing found"
    assert "There is no guidance here yet." in html


def test_the_paths_through_it_are_offered_before_anything_is_asked(ask, pages, three, cast, signed_in):
    for title, circle in (("When it gets hard", None), ("Our path", cast.cohort.circle)):
        pages.library.add_child(
            instance=CollectionPage(title=title, slug=slugify(title), introduction="x", circle=circle)
        )
    paths = r'<nav class="p-paths".*?</nav>'
    offered = re.findall(r'<a href="([^"]*)">([^<]*)', re.search(paths, ask(), re.DOTALL)[0])
    assert offered == [("/guidance/when-it-gets-hard/", "When it gets hard")]
    assert "Our path" in ask("", signed_in(cast.participant))
    assert re.search(paths, ask("?q=trust")) is None


# -- text ------------------------------------------------------------------------------------------------


def test_a_text_finds_what_holds_all_its_words(ask, three):
    assert sorted(titles(ask("?q=trust"))) == ["Build trust", "Troika"]
    assert titles(ask("?q=trust+people")) == ["Troika"]
    assert titles(ask("?q=trust+draw")) == []


def test_the_best_match_comes_first_and_says_why(ask, three):
    html = ask("?q=trust")
    assert titles(html) == ["Build trust", "Troika"]
    assert "Build <mark>trust</mark>" in html
    assert re.findall(r'<p class="p-result__why">(.*?)</p>', html) == [
        "Three people, and <mark>trust</mark> comes by itself."
    ]
    assert sentence(html) == "2 pieces of guidance about “trust”, best match first"


def test_the_text_stays_in_its_field_and_is_text(ask, three):
    html = ask("?q=%3Cb%3Etrust%22")
    assert 'value="&lt;b&gt;trust&quot;"' in html
    assert "<b>trust" not in html
    assert "<title>&lt;b&gt;trust&quot; – Guidance" in html


def test_words_that_nothing_has_are_met_kindly(ask, three):
    html = ask("?q=zebra")
    assert sentence(html) == "Nothing found about “zebra”"
    assert "No guidance has all of those words" in html
    assert f'href="{URL}">See all guidance' in html


@pytest.mark.parametrize("name", ["q", *PARAMETERS.values(), "sort", "cursor", "themes"])
def test_nothing_that_is_asked_breaks_it(client, three, name):
    for text in HOSTILE:
        response = client.get(URL, {name: ["trust", text]})
        assert response.status_code == 200, text[:50]
        assert b"<script>alert" not in response.content


# -- filters ---------------------------------------------------------------------------------------------


def test_within_a_facet_any_will_do_and_across_facets_all_must(ask, three):
    assert titles(ask("?theme=co-design&theme=facilitation")) == ["Troika", "Map it"]
    assert titles(ask("?theme=trust&kind=exercise")) == ["Troika"]
    assert titles(ask("?theme=trust&stage=maturing&kind=guide")) == []
    assert titles(ask("?stage=coalescing&stage=stewardship")) == ["Troika", "Build trust"]


def test_each_facet_counts_what_the_others_leave(ask, three):
    html = ask("?theme=trust&kind=exercise")
    assert facet(html, "theme") == {"trust": (1, True), "co-design": (1, False), "facilitation": (1, False)}
    assert facet(html, "kind") == {
        "guide": (1, False), "exercise": (1, True), "template": (0, False), "checklist": (0, False), "story": (0, False),
    }  # fmt: skip
    assert facet(html, "stage") == {
        "potential": (0, False), "coalescing": (0, False), "maturing": (1, False), "stewardship": (1, False),
        "transformation": (0, False),
    }  # fmt: skip


def test_counts_follow_the_text(ask, three):
    html = ask("?q=trust")
    assert facet(html, "theme") == {"trust": (2, False), "facilitation": (1, False)}
    assert facet(html, "kind")["guide"] == facet(html, "kind")["exercise"] == (1, False)


def test_a_chip_takes_off_its_filter_and_no_other(ask, three):
    html = ask("?q=trust&theme=trust&kind=exercise&stage=maturing")
    assert chips(html) == [
        ("?q=trust&kind=exercise&stage=maturing", "Remove the filter Theme: Trust"),
        ("?q=trust&theme=trust&stage=maturing", "Remove the filter Kind: Exercise"),
        ("?q=trust&theme=trust&kind=exercise", "Remove the filter Stage: Finding our stride"),
    ]
    assert 'class="p-chips__clear" href="?q=trust"' in html


def test_what_was_asked_for_is_marked_on_each_result(ask, three):
    html = ask("?theme=trust&stage=stewardship")
    assert "Facilitation, <mark>Trust</mark>" in html
    assert "Finding our stride, <mark>Keeping going</mark>" in html


def test_filters_that_nothing_meets_can_be_cleared(ask, three):
    html = ask("?q=trust&kind=story")
    assert titles(html) == []
    assert "Nothing fits all of that" in html
    assert 'href="?q=trust">Clear the filters' in html


def test_a_theme_that_there_is_not_is_left_out_and_named(ask, three):
    html = ask("?theme=zebras&theme=co-design")
    assert titles(html) == ["Map it"]
    assert "There is no theme called “zebras”, so it has been left out." in html
    assert chips(html) == [("?theme=zebras", "Remove the filter Theme: Co design")]
    assert titles(ask("?theme=zebras")) == ["Troika", "Map it", "Build trust"]


def test_a_theme_that_is_on_stays_on_the_list_though_nothing_has_it(ask, three, theme):
    theme("lonely")
    html = ask("?theme=lonely")
    assert facet(html, "theme")["lonely"] == (0, True)
    assert titles(html) == []


def test_only_the_most_frequent_themes_are_listed_until_all_are_asked_for(ask, shelve):
    for number in range(THEMES_SHOWN + 5):
        shelve(f"Resource {number}", themes=["common", f"theme-{number:02}"])
    html = ask()
    assert len(facet(html, "theme")) == THEMES_SHOWN
    assert facet(html, "theme")["common"] == (THEMES_SHOWN + 5, False)
    assert f'<a href="?themes=all">All {THEMES_SHOWN + 6} themes</a>' in html
    everything = ask("?themes=all")
    assert len(facet(everything, "theme")) == THEMES_SHOWN + 6
    assert '<input type="hidden" name="themes" value="all">' in everything
    last = f"theme-{THEMES_SHOWN + 4:02}"
    assert facet(ask(f"?theme={last}"), "theme")[last] == (1, True)
    assert last not in facet(html, "theme")


def test_a_choice_is_known_by_its_value_so_that_the_focus_stays_on_it(ask, three):
    for query in ("", "?theme=trust"):
        html = ask(query)
        assert re.findall(r'value="trust" id="([^"]*)"', html) == ["theme-trust"]
        assert list(facet(html, "theme")) == ["co-design", "facilitation", "trust"]


@pytest.fixture
def sized(shelve):
    shelve("Alone", minutes=15, group_max=1, audiences=["newcomer"])
    shelve("In threes", minutes=16, group_min=3, group_max=30, audiences=["convener", "core_group"])
    shelve("A crowd", minutes=61, group_min=31, audiences=["convener"])
    shelve("To read", text="word " * 1000)


def test_time_is_that_to_run_it_or_to_read_it(ask, sized):
    html = ask()
    assert facet(html, "time") == {
        "15": (2, False), "30": (1, False), "60": (0, False), "more": (1, False),
    }  # fmt: skip
    assert titles(ask("?time=15")) == ["To read", "Alone"]
    assert titles(ask("?time=30&time=more")) == ["A crowd", "In threes"]


def test_a_resource_fits_every_group_between_its_smallest_and_its_largest(ask, sized):
    assert facet(ask(), "group") == {
        "1": (1, False), "2-5": (1, False), "6-12": (1, False), "13-30": (1, False), "more": (1, False),
    }  # fmt: skip
    assert titles(ask("?group=6-12")) == ["In threes"]
    assert titles(ask("?group=1")) == ["Alone"]
    assert titles(ask("?group=more")) == ["A crowd"]


def test_a_resource_is_found_by_each_of_those_whom_it_is_for(ask, sized):
    assert titles(ask("?audience=convener")) == ["A crowd", "In threes"]
    assert titles(ask("?audience=core_group")) == ["In threes"]
    assert chips(ask("?audience=core_group&time=30&group=2-5"))[0] == (
        "?time=30&group=2-5",
        "Remove the filter For: Co-conveners and core groups",
    )


def test_group_sizes_are_said_in_words_or_numbers(ask, shelve):
    shelve("Words", group_min=3, group_max=30, group_size="3 to 30, in threes")
    shelve("Range", group_min=3, group_max=12)
    shelve("Least", group_min=4)
    shelve("Most", group_max=20)
    shelve("Just", group_min=2, group_max=2)
    assert re.findall(r"<li>Groups of ([^<]*)</li>", ask("?sort=title")) == [
        "2", "4 or more", "up to 20", "3 to 12", "3 to 30, in threes",
    ]  # fmt: skip


# -- pages of results ------------------------------------------------------------------------------------


@pytest.fixture
def many(shelve, index):
    for number in range(2 * PAGE + 5):
        shelve(f"Resource {number:03}", text="Plenty of it.")
    index()


def follow(html: str, rel: str) -> str | None:
    found = re.search(rf'href="([^"]*)" rel="{rel}"', html)
    return found[1].replace("&amp;", "&") if found else None


@pytest.mark.parametrize("query", ["", "?sort=title", "?q=plenty", "?q=plenty&sort=newest&kind=guide"])
def test_pages_hold_everything_once_and_lead_back(ask, many, query):
    html = ask(query)
    seen = [titles(html)]
    assert follow(html, "prev") is None
    while address := follow(html, "next"):
        html = ask(address)
        seen.append(titles(html))
    assert [len(page) for page in seen] == [PAGE, PAGE, 5]
    assert len({title for page in seen for title in page}) == 2 * PAGE + 5
    assert sentence(html).startswith(f"{2 * PAGE + 5} pieces of guidance")
    for page in reversed(seen[:-1]):
        html = ask(follow(html, "prev"))
        assert titles(html) == page
    assert follow(html, "prev") is None


def test_those_published_in_the_same_instant_are_not_lost(ask, many):
    GuidancePage.objects.update(first_published_at=GuidancePage.objects.first().first_published_at)
    first = ask()
    second = ask(follow(first, "next"))
    third = ask(follow(second, "next"))
    assert len({*titles(first), *titles(second), *titles(third)}) == 2 * PAGE + 5


def test_those_published_within_a_millisecond_are_not_lost(ask, many):
    for place, page in enumerate(GuidancePage.objects.all()):
        moment = page.first_published_at.replace(hour=9, microsecond=100 + place * 7)
        GuidancePage.objects.filter(pk=page.pk).update(first_published_at=moment)
    first = ask()
    second = ask(follow(first, "next"))
    assert len({*titles(first), *titles(second)}) == 2 * PAGE


@pytest.mark.parametrize("query", ["?", "?q=plenty&"])
def test_a_place_that_there_is_not_is_met_by_results(ask, many, query):
    for cursor in ("none", "9999999999999999999", "-1", "WyJuIiwgMV0", "0", "19"):
        assert len(titles(ask(f"{query}cursor={cursor}"))) >= 5


def test_only_the_best_are_ranked_and_that_is_said(ask, shelve, index, monkeypatch):
    monkeypatch.setattr("learning.library.BEST", PAGE + 3)
    for number in range(PAGE + 6):
        shelve(f"Resource {number:03}", text="Plenty of it.")
    index()
    first = ask("?q=plenty")
    assert sentence(first).startswith(f"{PAGE + 6} pieces of guidance")
    second = ask(follow(first, "next"))
    assert (len(titles(first)), len(titles(second))) == (PAGE, 3)
    assert follow(second, "next") is None
    assert "These are the 100 best matches." in second
    assert BEST == 100


# -- who may see what ------------------------------------------------------------------------------------


@pytest.fixture
def secret(three, shelve, index, cast):
    shelve(
        "Our secret trust", themes=["trust", "hidden-theme"], stages=["potential"], kind="story",
        text="Trust kingfishers.", circle=cast.cohort.circle,
    )  # fmt: skip
    shelve("Unfinished trust", themes=["trust"], text="Trust.", live=False)
    index()


def test_what_is_private_is_for_its_people_alone(ask, secret, cast, signed_in):
    participant = signed_in(cast.participant)
    assert titles(ask("", participant))[0] == "Our secret trust"
    assert titles(ask("?q=kingfishers", participant)) == ["Our secret trust"]
    for stranger in (Client(), signed_in(cast.outsider), signed_in(cast.editor), signed_in(cast.admin)):
        assert titles(ask("", stranger)) == ["Troika", "Map it", "Build trust"]
        assert titles(ask("?q=kingfishers", stranger)) == []


def test_what_is_private_counts_for_its_people_alone(ask, secret, cast, signed_in):
    own = ask("?q=trust", signed_in(cast.participant))
    assert facet(own, "theme")["trust"] == (3, False)
    assert facet(own, "theme")["hidden-theme"] == (1, False)
    assert facet(own, "kind")["story"] == (1, False)
    for stranger in (Client(), signed_in(cast.outsider)):
        html = ask("?q=trust", stranger)
        assert sentence(html).startswith("2 pieces")
        assert facet(html, "theme") == {"trust": (2, False), "facilitation": (1, False)}
        assert facet(html, "kind")["story"] == facet(html, "stage")["potential"] == (0, False)
        assert "secret" not in html
        assert "hidden-theme" not in html


def test_a_draft_is_in_no_list_and_no_count(ask, secret, cast, signed_in):
    for reader in (Client(), signed_in(cast.participant), signed_in(cast.editor)):
        assert "Unfinished" not in ask("?q=trust", reader) + ask("", reader)


def test_a_private_library_is_for_its_people_alone(client, three, cast, signed_in):
    LibraryPage.objects.update(circle=cast.cohort.circle)
    assert client.get(URL).status_code == 404
    assert signed_in(cast.outsider).get(URL).status_code == 404
    assert signed_in(cast.participant).get(URL).status_code == 200


# -- what it costs ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [1, 30])
@pytest.mark.parametrize(
    ("query", "queries"),
    [
        # the page; what holds the text, and the best of it; results; their labels. What is counted is held. At first, the paths too.
        ("", 4),
        ("?theme=common&kind=guide&stage=maturing&audience=convener&time=15&group=2-5", 3),
        ("?theme=common&kind=guide&stage=maturing", 3),
        ("?q=plenty", 5),
        ("?q=plenty&theme=common&kind=guide&stage=maturing", 5),
        ("?q=plenty&theme=common&sort=title", 4),
    ],
)
def test_a_visitor_costs_as_many_queries_however_much_there_is(
    client, shelve, index, django_assert_num_queries, number, query, queries
):
    for place in range(number):
        shelve(
            f"Resource {place}",
            themes=["common", f"theme-{place}"],
            stages=["maturing"],
            audiences=["convener"],
            group_min=3,
            text="Plenty of it.",
        )
    index()
    client.cookies["sessionid"] = "none"
    client.get(URL + query)
    with django_assert_num_queries(queries):
        client.get(URL + query)


@pytest.mark.parametrize("number", [1, 30])
def test_somebody_signed_in_costs_three_more(
    signed_in, cast, shelve, index, django_assert_num_queries, number
):
    for place in range(number):
        shelve(f"Resource {place}", themes=["common"], stages=["maturing"], text="Plenty of it.")
    index()
    reader = signed_in(cast.participant)
    address = f"{URL}?q=plenty&theme=common&kind=guide&stage=maturing"
    reader.get(address)
    with django_assert_num_queries(8):
        reader.get(address)


@pytest.mark.parametrize("number", [1, 30])
def test_the_first_who_asks_after_a_change_costs_five_more(client, shelve, django_assert_num_queries, number):
    for place in range(number):
        shelve(f"Resource {place}", themes=["common"], stages=["maturing"], audiences=["convener"])
    client.get(URL + "?kind=guide")
    forget_public_pages()
    client.cookies["sessionid"] = "none"
    client.get("/programme/")  # whose frame is made anew as well
    with django_assert_num_queries(8):
        client.get(URL + "?kind=guide")


def test_the_library_itself_is_kept_for_visitors_and_a_search_is_not(
    client, three, django_assert_num_queries
):
    client.get(URL)
    with django_assert_num_queries(0):
        assert titles(client.get(URL).content.decode()) == ["Troika", "Map it", "Build trust"]
    client.get(URL + "?q=trust")
    with django_assert_num_queries(5):
        client.get(URL + "?q=trust")


def test_a_full_page_weighs_less_than_30_kb(client, shelve):
    for number in range(PAGE + 1):
        shelve(
            f"How to bring a quiet group to life, part {number}", themes=[f"a-theme-of-some-length-{number}", "trust"],
            stages=["maturing", "stewardship"], in_short="What it helps with, in two lines. " * 5, minutes=45,
            group_size="4 to 20",
        )  # fmt: skip
    assert len(client.get(URL).content) < 30_000


# -- with script -----------------------------------------------------------------------------------------


def test_a_change_of_a_filter_swaps_results_and_facets(ask, three):
    html = ask()
    form = re.search(r'<form class="p-library__form".*?>', html, re.DOTALL)[0]
    for said in ('method="get"', 'hx-target="#results"', 'hx-select-oob="#facets"', 'hx-push-url="true"'):
        assert said in form
    assert len(re.findall(r'id="(?:results|facets)"', html)) == 2
    assert '<select class="nhsuk-select" id="sort" name="sort" form="filters">' in html


def test_no_token_is_on_a_page_for_visitors(ask, three):
    assert "csrf" not in ask()
