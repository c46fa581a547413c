"""Reflections page by page: each address, for each who may and may not."""

import uuid

import pytest

from journal import actions
from journal.models import Reflection
from members import limits
from tests.journal.conftest import NUMBER, fresh

pytestmark = pytest.mark.django_db
LIST = "/me/reflections/"
NEW = f"{LIST}new/"
STRANGERS = ["outsider", "editor", "convener", "facilitator", "admin"]


def at(one: Reflection, more: str = "") -> str:
    return f"{LIST}{one.pk}/{more}"


# -- the list -------------------------------------------------------------------------


def test_nothing_yet_says_what_to_do(visit):
    page = visit("participant").get(LIST)
    assert page.status_code == 200
    assert "You have not written anything yet." in page.text
    assert page.text.count(f'href="{NEW}"') == 1
    assert page.text.count("Only you can see this page.") == 1
    assert "<select" not in page.text


def test_the_newest_stands_first_and_others_stand_nowhere(visit, write):
    for text in ("First", "Second", "Third"):
        write(text)
    write("Not mine", by="convener")
    page = visit("participant").get(LIST)
    assert [row["heading"] for row in page.context["rows"]] == ["Third", "Second", "First"]


def test_what_a_list_calls_it(visit, write, asking):
    write("Words " * 40)
    write("x", page=asking.module.page_ptr)
    write("x", title="A title", page=asking.module.page_ptr)
    rows = visit("participant").get(LIST).context["rows"]
    assert [row["heading"] for row in rows][:2] == ["A title", "Planning and launching"]
    assert rows[2]["heading"].startswith("Words Words")
    assert len(rows[2]["heading"]) <= 80
    assert (rows[2]["excerpt"], rows[0]["excerpt"]) == ("", "x")
    assert rows[0]["about_url"] == "/programme/modules/planning/"


def test_what_is_removed_is_not_in_it(visit, write):
    actions.remove(reflection=write())
    assert visit("participant").get(LIST).context["rows"] == []


def test_it_goes_on_by_key(visit, write):
    for number in range(45):
        write(f"Number {number}")
    browser, seen, address = visit("participant"), [], LIST
    while address:
        page = browser.get(address)
        seen += [row["heading"] for row in page.context["rows"]]
        address = page.context["older_url"] and LIST + page.context["older_url"]
    assert seen == [f"Number {number}" for number in reversed(range(45))]
    back = browser.get(LIST + page.context["newer_url"])
    assert back.context["rows"][0]["heading"] == "Number 24"


@pytest.mark.parametrize("cursor", ["x", "e30", "🙂"])
def test_a_cursor_that_is_not_ours_is_not_there(visit, cursor):
    assert visit("participant").get(LIST, {"cursor": cursor}).status_code == 404


def test_one_looks_for_words_among_ones_own(visit, write):
    write("We spoke of falls at night")
    write("Nothing", title="Falls again")
    write("Nothing", prompt="What of FALLS?")
    write("Of trust")
    write("Falls of another", by="convener")
    found = visit("participant").get(LIST, {"q": "falls"})
    assert len(found.context["rows"]) == 3
    assert "with “falls”" in found.text
    assert len(visit("participant").get(LIST, {"q": "falls night"}).context["rows"]) == 1
    nothing = visit("participant").get(LIST, {"q": "zzz"})
    assert "You have written nothing like this yet." in nothing.text


@pytest.mark.parametrize("text", ["%", "_", "\\", "'", '"', "\x00", "<b>", " " * 300, "x" * 5000, "a " * 100])
def test_any_words_can_be_looked_for(visit, write, text):
    write("Plain")
    assert visit("participant").get(LIST, {"q": text}).status_code == 200


def test_one_narrows_to_a_module(visit, write, asking):
    write("About the module", page=asking.module.page_ptr)
    write("About guidance", page=asking.guidance.page_ptr)
    write("About nothing")
    browser = visit("participant")
    everything = browser.get(LIST)
    assert everything.context["modules"] == [(asking.module.pk, "Planning and launching")]
    page = browser.get(LIST, {"page": asking.module.pk, "q": ""})
    assert [row["excerpt"] for row in page.context["rows"]] == ["About the module"]
    assert f'value="{asking.module.pk}" selected' in page.text
    assert page.context["new_url"] == f"{NEW}?page={asking.module.pk}"
    of_guidance = browser.get(LIST, {"page": asking.guidance.pk})
    assert [row["excerpt"] for row in of_guidance.context["rows"]] == ["About guidance"]


def test_a_module_that_one_has_not_written_about_is_not_offered(visit, write, asking):
    write("x", by="convener", page=asking.module.page_ptr)
    write("mine")
    assert visit("participant").get(LIST).context["modules"] == []


def test_narrowed_it_goes_on_narrowed(visit, write, asking):
    for number in range(25):
        write(f"falls {number}", page=asking.module.page_ptr)
    page = visit("participant").get(LIST, {"page": asking.module.pk, "q": "falls"})
    assert f"page={asking.module.pk}&q=falls&cursor=" in page.context["older_url"]


@pytest.mark.parametrize(
    "named", ["page=99999", "page=x", "about=session&id=1", "about=nothing&id=1", "page=1&block=x"]
)
def test_what_is_not_there_narrows_nothing(visit, write, named):
    write()
    assert len(visit("participant").get(f"{LIST}?{named}").context["rows"]) == 1


@pytest.mark.parametrize("number", [1, 30])
def test_the_list_costs_the_same(visit, write, asking, shared, django_assert_num_queries, number):
    for _ in range(number):
        write(page=asking.module.page_ptr)
        shared(page=asking.guidance.page_ptr)
    browser = visit("participant")
    browser.get(LIST)
    with django_assert_num_queries(6):  # session, person, circles; rows, pages, modules
        browser.get(LIST)


def test_only_ones_own_opens(visit):
    assert visit("visitor").get(LIST)["Location"] == f"/accounts/login/?next={LIST}"
    for who in (*STRANGERS, "participant"):
        assert visit(who).get(LIST).status_code == 200
    assert visit("participant").post(LIST).status_code == 405


# -- a new one ------------------------------------------------------------------------


def test_write_one_without_script(visit):
    browser = visit("participant")
    form = browser.get(NEW)
    assert form.text.count("Only you can see this reflection.") == 1
    key = str(form.context["form"]["request_key"].value())
    response = browser.post(NEW, {"title": " A  start ", "text": "One\r\n\r\n*two*", "request_key": key})
    one = Reflection.objects.get()
    assert (response.status_code, response["Location"]) == (303, at(one))
    assert (one.title, one.text, str(one.request_key)) == ("A start", "One\n\n*two*", key)
    page = browser.get(at(one)).text
    assert "<em>two</em>" in page
    assert page.count("Only you can see this reflection.") == 1


def test_sent_twice_it_is_one(visit):
    browser, form = visit("participant"), {"text": "Words", "request_key": str(uuid.uuid4())}
    assert [browser.post(NEW, form)["Location"] for _ in range(2)] == [at(Reflection.objects.get())] * 2


def test_sent_twice_with_other_words_shows_both(visit):
    browser, key = visit("participant"), str(uuid.uuid4())
    browser.post(NEW, {"text": "The first words", "request_key": key})
    one = Reflection.objects.get()
    late = browser.post(NEW, {"text": "The later words", "request_key": key})
    assert late.status_code == 409
    assert late.context["form"]["text"].value() == "The later words"
    assert late.context["theirs"].text == "The first words"
    assert f'action="{at(one, "edit/")}"' in late.text
    assert "data-autosave=" not in late.text
    saved = browser.post(
        at(one, "edit/"), {"text": "Both", "version": late.context["form"]["version"].value()}
    )
    assert (saved.status_code, fresh(one).text) == (303, "Both")


def test_sent_again_after_it_was_removed_says_so_and_loses_nothing(visit):
    browser, form = visit("participant"), {"text": "Words", "request_key": str(uuid.uuid4())}
    browser.post(NEW, form)
    actions.remove(reflection=Reflection.objects.get())
    page = browser.post(NEW, form)
    assert (page.status_code, page.context["form"]["text"].value()) == (200, "Words")
    assert "You removed this reflection. Bring it back first." in page.text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "Write something first."),
        (" \n\u200b ", "Write something first."),
        ("x" * 20_001, "Shorten your text to 20000 characters. It has 20001."),
        ("a\x00b", "There is a character in this text that cannot be kept."),
    ],
)
def test_bad_text_is_said_beside_it_and_stays(visit, text, said):
    page = visit("participant").post(NEW, {"text": text, "title": "Kept"})
    assert (page.status_code, list(page.context["form"].errors)) == (200, ["text"])
    assert said in page.text
    assert (page.context["form"]["text"].value(), page.context["form"]["title"].value()) == (text, "Kept")
    assert not Reflection.objects.exists()


@pytest.mark.parametrize("wrong", [{"request_key": "x"}, {"version": "x"}, {"title": "x" * 161}])
def test_other_fields_are_checked_too(visit, wrong):
    page = visit("participant").post(NEW, {"text": "Words", **wrong})
    assert (page.status_code, list(page.context["form"].errors)) == (200, list(wrong))


def test_what_looks_like_a_patients_number_is_asked_about(visit):
    browser = visit("participant")
    asked = browser.post(NEW, {"text": f"Mrs A, NHS {NUMBER}"})
    assert (asked.status_code, Reflection.objects.count()) == (200, 0)
    assert "also from what you write for yourself" in asked.text
    assert "others will read this" not in asked.text
    mark = asked.context["form"].asks_about["text"]
    assert browser.post(NEW, {"text": f"Mrs A, NHS {NUMBER}", "no_patient": mark}).status_code == 303


def test_too_many_in_a_while_waits_and_stays(visit, monkeypatch):
    monkeypatch.setitem(limits.RATES, "reflection", "1/h/user")
    browser = visit("participant")
    browser.post(NEW, {"text": "One"})
    page = browser.post(NEW, {"text": "Two"})
    assert (page.status_code, page.context["form"]["text"].value()) == (429, "Two")
    assert page["Retry-After"]
    one = Reflection.objects.get()
    page = browser.post(at(one, "edit/"), {"text": "Three", "version": 1})
    assert (page.status_code, page.context["form"]["text"].value()) == (429, "Three")
    assert browser.post(at(one, "autosave/"), {"text": "Four", "version": 1}).status_code == 429


def test_a_visitor_signs_in_first(visit):
    assert visit("visitor").get(f"{NEW}?page=1")["Location"] == f"/accounts/login/?next={NEW}%3Fpage%3D1"
    assert visit("visitor").post(NEW, {"text": "x"}).status_code == 302
    assert not Reflection.objects.exists()


def test_whoever_has_an_account_may_write(visit):
    assert visit("outsider").post(NEW, {"text": "x"}).status_code == 303


# -- one ------------------------------------------------------------------------------


def test_ones_own_page_offers_what_one_can_do(visit, write):
    one = write("Words", title="T")
    page = visit("participant").get(at(one)).text
    for more in ("edit/", "share/", "remove/"):
        assert f'href="{at(one, more)}"' in page
    assert "take-back" not in page
    assert f'data-draft-clear="reflection-{one.pk}"' in page


def test_who_is_in_nothing_to_share_with_is_not_offered_it(visit, write):
    one = write(by="outsider")
    assert "Share" not in visit("outsider").get(at(one)).text
    page = visit("outsider").get(at(one, "share/"))
    assert "You can share with a cohort or a community that you are in." in page.text
    assert "<form" not in page.text.split("<main")[1].split("</main")[0]


@pytest.mark.parametrize("who", STRANGERS)
@pytest.mark.parametrize("more", ["", "edit/", "share/", "remove/"])
def test_others_find_nothing(visit, write, who, more):
    one = write("zwetschge")
    page = visit(who).get(at(one, more))
    assert (page.status_code, "zwetschge" in page.text) == (404, False)


@pytest.mark.parametrize("more", ["edit/", "autosave/", "share/", "take-back/", "remove/", "restore/"])
def test_others_change_nothing(visit, write, more):
    one = write("Mine")
    for who in STRANGERS:
        assert visit(who).post(at(one, more), {"text": "Theirs", "version": 1}).status_code == 404
    assert visit("visitor").post(at(one, more), {"text": "Theirs"}).status_code == 302
    kept = fresh(one)
    assert (kept.text, kept.removed_at, kept.version) == ("Mine", None, 1)


@pytest.mark.parametrize("more", ["edit/", "autosave/", "share/", "take-back/", "remove/"])
def test_who_may_read_it_changes_nothing(visit, shared, more):
    one = shared("all")
    for who in ("convener", "facilitator"):
        assert visit(who).post(at(one, more), {"text": "Theirs", "version": 1}).status_code == 404
    assert fresh(one).text == "Shared words."
    assert fresh(one).is_shared


@pytest.mark.parametrize("more", ["", "edit/", "share/", "remove/", "take-back/", "restore/", "autosave/"])
@pytest.mark.parametrize("pk", [999_999, 10**30])
def test_what_is_not_there_is_not_there(visit, more, pk):
    browser = visit("participant")
    method = browser.get if more in ("", "edit/", "share/", "remove/") else browser.post
    assert method(f"{LIST}{pk}/{more}").status_code == 404


@pytest.mark.parametrize("more", ["take-back/", "restore/", "autosave/"])
def test_a_get_changes_nothing(visit, write, more):
    assert visit("participant").get(at(write(), more)).status_code == 405


def test_change_it(visit, write):
    one, browser = write("One", title="T"), visit("participant")
    form = browser.get(at(one, "edit/"))
    assert form.context["form"].initial == {"version": 1, "title": "T", "text": "One"}
    assert f'data-autosave="{at(one, "autosave/")}"' in form.text
    assert f'data-draft-key="reflection-{one.pk}"' in form.text
    for _ in range(2):
        response = browser.post(at(one, "edit/"), {"title": "T", "text": "Two", "version": "1"})
        assert (response.status_code, response["Location"]) == (303, at(one))
    assert (fresh(one).text, fresh(one).version) == ("Two", 2)
    assert "Changed:" in browser.get(at(one)).text


def test_of_two_windows_the_later_sees_both_and_loses_nothing(visit, write):
    one, browser = write("One"), visit("participant")
    browser.post(at(one, "edit/"), {"text": "From the first window", "version": "1"})
    late = browser.post(at(one, "edit/"), {"title": "Late", "text": "From the second", "version": "1"})
    assert late.status_code == 409
    assert "You changed this somewhere else" in late.text
    main = late.text.split("<main")[1]
    assert "From the second" in main
    assert "From the first window" in main
    assert late.context["form"]["title"].value() == "Late"
    assert fresh(one).text == "From the first window"
    version = late.context["form"]["version"].value()
    assert browser.post(at(one, "edit/"), {"text": "Of both", "version": version}).status_code == 303
    assert (fresh(one).text, fresh(one).version) == ("Of both", 3)


def test_a_third_window_is_told_again(visit, write):
    one, browser = write("One"), visit("participant")
    browser.post(at(one, "edit/"), {"text": "Two", "version": "1"})
    late = browser.post(at(one, "edit/"), {"text": "Three", "version": "1"})
    browser.post(at(one, "edit/"), {"text": "Four", "version": "2"})
    again = browser.post(
        at(one, "edit/"), {"text": "Three", "version": late.context["form"]["version"].value()}
    )
    assert (again.status_code, again.context["theirs"].text) == (409, "Four")


def test_saved_without_a_version_one_is_told(visit, write):
    one = write("One")
    assert visit("participant").post(at(one, "edit/"), {"text": "Two"}).status_code == 409


def test_a_change_that_cannot_be_taken_stays(visit, write):
    one = write("One")
    page = visit("participant").post(at(one, "edit/"), {"text": "", "title": "Kept", "version": "1"})
    assert (page.status_code, page.context["form"]["title"].value(), fresh(one).text) == (200, "Kept", "One")


def test_a_number_that_autosave_kept_is_not_asked_about_again(visit, write):
    one = write(f"NHS {NUMBER}")
    response = visit("participant").post(at(one, "edit/"), {"text": f"NHS {NUMBER}, and more", "version": 1})
    assert response.status_code == 303


def test_saving_what_was_removed_elsewhere_brings_it_back(visit, write):
    one, browser = write("One"), visit("participant")
    actions.remove(reflection=one)
    assert browser.get(at(one, "edit/")).status_code == 404
    assert browser.post(at(one, "edit/"), {"text": "One more", "version": 1}).status_code == 303
    assert (fresh(one).text, fresh(one).removed_at) == ("One more", None)


# -- removing -------------------------------------------------------------------------


def test_remove_it_and_bring_it_back(visit, write):
    one, browser = write("Words", title="T"), visit("participant")
    assert "You can bring it back for 30 days." in browser.get(at(one, "remove/")).text
    for _ in range(2):
        response = browser.post(at(one, "remove/"))
        assert (response.status_code, response["Location"]) == (303, LIST)
    assert browser.get(at(one)).status_code == 404
    gone = browser.get(f"{LIST}removed/")
    assert [row["heading"] for row in gone.context["rows"]] == ["T"]
    for _ in range(2):
        response = browser.post(at(one, "restore/"))
        assert (response.status_code, response["Location"]) == (303, at(one))
    assert browser.get(at(one)).status_code == 200
    assert browser.get(f"{LIST}removed/").context["rows"] == []


def test_what_is_removed_shows_no_confirmation_again(visit, write):
    one = write()
    actions.remove(reflection=one)
    assert visit("participant").get(at(one, "remove/")).status_code == 404


def test_what_one_can_bring_back_is_ones_own(visit, write):
    actions.remove(reflection=write(by="convener"))
    page = visit("participant").get(f"{LIST}removed/")
    assert page.context["rows"] == []
    assert "You have removed nothing in the last 30 days." in page.text


@pytest.mark.parametrize("number", [1, 30])
def test_the_list_of_what_was_removed_costs_the_same(visit, write, asking, django_assert_num_queries, number):
    for _ in range(number):
        actions.remove(reflection=write(page=asking.module.page_ptr))
    browser = visit("participant")
    browser.get(f"{LIST}removed/")
    with django_assert_num_queries(5):  # session, person, circles; rows, pages
        browser.get(f"{LIST}removed/")


@pytest.mark.parametrize("number", [0, 1])
def test_one_costs_few_queries(visit, write, asking, django_assert_num_queries, number):
    one = write(page=asking.module.page_ptr if number else None)
    browser = visit("participant")
    browser.get(at(one))
    with django_assert_num_queries(
        5 + number
    ):  # session, person, circles; it, what one can share with; its page
        browser.get(at(one))


def test_the_dashboard_leads_there(visit):
    assert f'href="{LIST}"' in visit("participant").get("/me/").text
