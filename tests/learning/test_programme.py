"""The programme and the list of its modules."""

import json
import re
from datetime import date

import pytest
import time_machine
from django.test import Client

from learning import calendars
from learning.actions import tick
from learning.calendars import Calendar, When
from learning.models import ModulePage, ProgrammePage
from tests.home.conftest import every_block
from tests.learning.conftest import STEPS

pytestmark = pytest.mark.django_db


@pytest.fixture
def programme(pages) -> ProgrammePage:
    page = ProgrammePage.objects.get()
    page.year = "September 2021 to September 2022"
    page.outcomes = json.dumps([{"type": "outcome", "value": "lead <well>"}])
    page.elements = json.dumps(
        [
            {"type": "element", "value": {"title": f"Part {n}", "amount": f"{n} times", "form": "Online"}}
            for n in (1, 2)
        ]
    )
    page.commitment = "At least 10 days.\n\nOver the year."
    page.weeks_between_min, page.weeks_between_max = 9, 10
    page.eligibility = f'<p>If <b>all</b> are true. <a linktype="page" id="{pages.library.pk}">More</a></p>'
    page.applications_close = date(2021, 7, 2)
    page.gains = json.dumps([{"type": "heading", "value": "What you gain"}])
    page.save()
    return page


def shown(reader: Client, path: str = "/programme/") -> str:
    response = reader.get(path)
    assert response.status_code == 200
    return response.content.decode()


def said(html: str) -> str:
    main = html.split('id="main-content"')[1].split("</main>", maxsplit=1)[0]
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


def test_it_says_what_it_is_and_when(client, programme):
    html = shown(client)
    assert re.findall(r"<h1[^>]*>([^<]*)", html) == ["Programme"]
    assert "September 2021 to September 2022" in html
    assert '<p class="p-lede">A year.</p>' in html
    assert "By the end you can lead &lt;well&gt;" in said(html)
    assert "What you gain" in html


def test_what_a_participant_does_is_a_table(client, programme):
    table = re.search(r"<table.*?</table>", shown(client), re.DOTALL)[0]
    rows = re.findall(r'<th scope="row">([^<]*)</th><td>([^<]*)</td><td>([^<]*)</td>', table)
    assert rows == [("Part 1", "1 times", "Online"), ("Part 2", "2 times", "Online")]
    assert re.findall(r'<th scope="col">([^<]*)', table) == ["Part", "How much", "How"]


def test_how_much_time_it_takes(client, programme):
    assert "Time it takes At least 10 days. Over the year. There are 9 to 10 weeks between modules." in said(
        shown(client)
    )


@pytest.mark.parametrize(
    ("least", "most", "words"), [(9, 9, "are 9 weeks"), (9, None, "are 9 weeks"), (8, 9, "are 8 to 9 weeks")]
)
def test_weeks_between_are_said_plainly(client, programme, least, most, words):
    ProgrammePage.objects.update(weeks_between_min=least, weeks_between_max=most)
    assert words in said(shown(client))


@pytest.mark.parametrize(
    ("now", "words"),
    [
        ("2021-07-01 12:00", "Apply by 2 July 2021."),
        ("2021-07-02 22:59", "Apply by 2 July 2021."),  # 23:59 in London
        ("2021-07-02 23:01", "Applications closed on 2 July 2021."),  # the next day in London
        ("2022-01-01 12:00", "Applications closed on 2 July 2021."),
    ],
)
def test_whether_one_can_still_apply_is_said_for_london(client, programme, now, words):
    with time_machine.travel(f"{now}+00:00", tick=False):
        assert words in said(shown(client))


def test_without_a_last_day_nothing_is_said_of_applying(client, pages):
    assert "Appl" not in said(shown(client))
    assert not ProgrammePage.objects.get().applications_are_open


def test_who_may_apply_with_its_links(client, programme):
    assert '<p>If <b>all</b> are true. <a href="/guidance/">More</a></p>' in shown(client)


def test_it_leads_to_its_modules(client, programme):
    html = shown(client)
    assert re.findall(r'class="nhsuk-button" href="([^"]*)"', html) == ["/programme/modules/"]
    assert '<a href="/programme/modules/planning/">Planning and launching</a>' in html


def test_without_modules_it_leads_to_none(client, programme):
    ModulePage.objects.all().delete()
    assert "See the modules" not in shown(client)


def test_a_bare_programme_is_whole(client, pages):
    words = said(shown(client))
    for title in ("By the end", "What you do in the year", "Time it takes", "Who can apply"):
        assert title not in words


@pytest.mark.parametrize("times", [1, 5])
def test_a_visitor_costs_ten_queries_whatever_there_is(
    client, programme, pages, media, alone, django_assert_num_queries, times
):
    programme.body = programme.gains = json.dumps(every_block(media, pages.library.pk) * times)
    programme.save()
    for number in range(times):
        pages.modules.add_child(instance=ModulePage(title=f"M{number}", slug=f"m{number}", summary="x"))
    shown(client)
    client.cookies["sessionid"] = "none"
    # the page; its modules; pictures, sizes and documents of each of two texts; pages and documents linked to
    with django_assert_num_queries(10):
        shown(client)


# -- the list of modules ---------------------------------------------------------------------------------


def test_modules_are_listed_by_number(client, pages):
    for number, title in ((3, "Third"), (2, "Second")):
        pages.modules.add_child(
            instance=ModulePage(title=title, slug=title.lower(), number=number, summary=f"{title}.")
        )
    html = shown(client, "/programme/modules/")
    assert re.findall(r'<a class="p-card__link" href="([^"]*)">([^<]*)', html) == [
        ("/programme/modules/planning/", "Planning and launching"),
        ("/programme/modules/second/", "Second"),
        ("/programme/modules/third/", "Third"),
    ]
    assert "Module 3" in html


def test_where_the_year_is_can_be_seen(client, path, monkeypatch):
    monkeypatch.setattr(calendars.calendars, "_items", {})
    calendars.calendars.add(
        Calendar(key="t", when=lambda ids, user: {path.pk: When(words="In May", state="now")}, queries=0)
    )
    assert "Module 1, In May We are here" in said(shown(client, "/programme/modules/"))


def test_a_member_sees_how_far_they_are_in_each(path, cast, signed_in, client):
    tick(person=cast.participant, module=path, step=STEPS[0])
    assert "1 of 4 steps done" in said(shown(signed_in(cast.participant), "/programme/modules/"))
    assert "0 of 4 steps done" in said(shown(signed_in(cast.convener), "/programme/modules/"))
    for reader in (client, signed_in(cast.outsider)):
        assert "steps done" not in shown(reader, "/programme/modules/")


def test_without_modules_it_says_so(client, pages):
    ModulePage.objects.all().delete()
    assert "The modules are being written." in shown(client, "/programme/modules/")


def test_a_private_module_is_listed_for_its_people_alone(path, cast, signed_in, client):
    ModulePage.objects.update(circle=cast.cohort.circle)
    assert "Planning and launching" in shown(signed_in(cast.participant), "/programme/modules/")
    for stranger in (client, signed_in(cast.outsider), signed_in(cast.editor)):
        assert "Planning and launching" not in shown(stranger, "/programme/modules/")
        assert "Planning and launching" not in shown(stranger)


@pytest.mark.parametrize("number", [1, 30])
def test_the_list_costs_as_much_however_many_there_are(
    path, pages, cast, signed_in, alone, django_assert_num_queries, number
):
    for place in range(number):
        pages.modules.add_child(instance=ModulePage(title=f"M{place}", slug=f"m{place}", summary="x"))
    reader = signed_in(cast.participant)
    shown(reader, "/programme/modules/")
    # session, person, circles; the page, the modules, the ticks
    with django_assert_num_queries(6):
        shown(reader, "/programme/modules/")
