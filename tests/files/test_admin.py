"""Wagtail's screens: who works there finds, chooses and changes what they may see, and of the rest hears nothing."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.cache import caches
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from wagtail.models import Collection, ModelLogEntry, UploadedFile

from files.models import PortalDocument, PortalImage
from members import actions, limits
from portal.editors import ensure_editor_group
from tests.factories import UserFactory
from tests.files.samples import GOOD, document, image_bytes, photo, picture

SECRET = "zwetschge"


@pytest.fixture(autouse=True)
def _editors(cast):
    ensure_editor_group()


@pytest.fixture
def hidden(cast):
    """A cohort's picture and document; neither the editor nor the admin is in it."""
    circle = cast.cohort.circle
    things = picture(f"{SECRET}.png", circle=circle), document(f"{SECRET}.pdf", circle=circle)
    for thing in things:
        thing.title = f"About {SECRET}"
        thing.save()
        thing.get_file_hash()
    call_command("update_index", verbosity=0)
    return things


@pytest.fixture(params=["editor", "admin"])
def browser(request, cast, signed_in):
    return signed_in(getattr(cast, request.param))


LISTS = [
    "/admin/images/", "/admin/images/?layout=list", "/admin/images/?q=zwetschge", "/admin/images/results/?q=about",
    "/admin/images/chooser/", "/admin/images/chooser/results/?q=zwetschge", "/admin/images/chooser/results/?layout=list",
    "/admin/documents/", "/admin/documents/?q=zwetschge", "/admin/documents/results/?q=about",
    "/admin/documents/chooser/", "/admin/documents/chooser/results/?q=zwetschge",
    "/admin/api/main/images/", "/admin/api/main/images/?search=zwetschge", "/admin/api/main/documents/",
    "/admin/api/main/documents/?search=about", "/admin/", "/admin/reports/site-history/",
    "/admin/reports/site-history/results/",
]  # fmt: skip


def one_by_one(image: PortalImage, plan: PortalDocument) -> list[str]:
    return [
        f"/admin/images/{image.pk}/", f"/admin/images/{image.pk}/delete/", f"/admin/images/usage/{image.pk}/",
        f"/admin/images/{image.pk}/preview/original/", f"/admin/images/{image.pk}/preview/max-9x9/",
        f"/admin/images/{image.pk}/generate_url/", f"/admin/images/{image.pk}/generate_url/output/",
        f"/admin/images/chooser/chosen/{image.pk}/", f"/admin/images/chooser/{image.pk}/select_format/",
        f"/admin/documents/edit/{plan.pk}/", f"/admin/documents/delete/{plan.pk}/", f"/admin/documents/usage/{plan.pk}/",
        f"/admin/documents/chooser/chosen/{plan.pk}/",
        f"/admin/api/main/images/{image.pk}/", f"/admin/api/main/documents/{plan.pk}/",
        f"/admin/bulk/files/portalimage/delete/?id={image.pk}", f"/admin/bulk/files/portaldocument/delete/?id={plan.pk}",
        f"/admin/bulk/files/portalimage/add_to_collection/?id={image.pk}",
        image.get_rendition("max-9x9").url, plan.url,
    ]  # fmt: skip


@pytest.mark.parametrize("address", LISTS)
def test_no_list_shows_what_is_hidden(hidden, browser, address):
    response = browser.get(address)
    assert response.status_code == 200
    assert SECRET not in response.content.decode().replace("q=zwetschge", "").replace(
        'value="zwetschge"', ""
    ).replace("<em>zwetschge</em>", "").replace("zwetschge</em>", "").replace("“zwetschge”", "").replace(
        "search=zwetschge", ""
    ).replace("&quot;zwetschge&quot;", "")


@pytest.mark.parametrize("address", [one for one in LISTS if "site-history" not in one])
def test_the_same_lists_show_it_to_its_people(hidden, cast, signed_in, address):
    """Else the last test would show nothing. What is counted on the first screen is counted from these lists."""
    actions.join(person=cast.editor, circle=cast.cohort.circle)
    content = signed_in(cast.editor).get(address).content.decode()
    assert (
        ("1" in content)
        if address == "/admin/"
        else (f"About {SECRET}" in content or "zwetschge.png" in content)
    )


def test_what_is_hidden_is_as_if_it_were_not_there(hidden, browser):
    image, plan = hidden
    for address in one_by_one(image, plan):
        assert (address, browser.get(address).status_code) == (address, 404)


def test_its_people_find_it_everywhere(hidden, cast, signed_in):
    actions.join(person=cast.admin, circle=cast.cohort.circle)
    browser = signed_in(cast.admin)
    for address in one_by_one(*hidden):
        expected = (
            404 if "generate_url" in address else 200
        )  # no address for strangers is made for any picture
        assert (address, browser.get(address).status_code) == (address, expected)


def test_nor_can_it_be_changed(hidden, browser):
    image, plan = hidden
    for address in (
        f"/admin/images/{image.pk}/", f"/admin/images/{image.pk}/delete/", f"/admin/images/multiple/{image.pk}/",
        f"/admin/images/multiple/{image.pk}/delete/", f"/admin/documents/edit/{plan.pk}/",
        f"/admin/documents/delete/{plan.pk}/", f"/admin/documents/multiple/{plan.pk}/",
        f"/admin/documents/multiple/{plan.pk}/delete/", f"/admin/bulk/files/portalimage/delete/?id={image.pk}",
        f"/admin/bulk/files/portaldocument/delete/?id={plan.pk}", f"/admin/images/chooser/{image.pk}/select_format/",
    ):  # fmt: skip
        response = browser.post(address, {"title": "Mine", "circle": "", f"image-{image.pk}-title": "Mine"})
        assert (address, response.status_code) == (address, 404)
    for thing in hidden:
        thing.refresh_from_db()
        assert (thing.title, thing.circle_id is None) == (f"About {SECRET}", False)


@pytest.mark.parametrize("ids", ["id=x", "id=99999999999999999999", "id=-1", "id="])
def test_an_odd_number_is_not_found(browser, hidden, ids):
    assert browser.get(f"/admin/bulk/files/portalimage/delete/?{ids}").status_code == 404


def test_all_of_a_list_are_all_that_one_sees(hidden, cast, signed_in):
    mine = picture("mine.png")
    browser = signed_in(cast.admin)
    assert SECRET not in browser.get("/admin/bulk/files/portalimage/delete/?id=all").content.decode()
    browser.post("/admin/bulk/files/portalimage/delete/?id=all")
    assert [PortalImage.objects.filter(pk=one.pk).exists() for one in (hidden[0], mine)] == [True, False]


def test_several_at_once_are_given_if_one_sees_them(hidden, cast, signed_in):
    mine = picture("mine.png")
    address = f"/admin/images/chooser/chosen-multiple/?id={hidden[0].pk}&id={mine.pk}"
    content = signed_in(cast.editor).get(address).content.decode()
    assert (SECRET in content, f'"id": {mine.pk}' in content or str(mine.pk) in content) == (False, True)


class TestTheSamePictureTwice:
    """ "This picture is here already" tells nobody of one that they may not see."""

    def send(self, browser, screen: str) -> str:
        sent = SimpleUploadedFile("new.png", image_bytes(size=(64, 48)))
        if screen == "chooser":
            data = {"image-chooser-upload-title": "New", "image-chooser-upload-file": sent}
            return browser.post("/admin/images/chooser/create/", data).content.decode()
        return browser.post("/admin/images/multiple/add/", {"title": "New", "files[]": sent}).content.decode()

    @pytest.mark.parametrize("screen", ["chooser", "multiple"])
    def test_of_a_hidden_one_nothing_is_said(self, hidden, browser, screen):
        content = self.send(browser, screen)
        hashes = set(PortalImage.objects.values_list("file_hash", flat=True))
        assert len(hashes) == 1  # it is the same picture
        assert SECRET not in content
        assert '"duplicate": true' not in content
        assert "duplicate_found" not in content

    @pytest.mark.parametrize("screen", ["chooser", "multiple"])
    def test_of_one_that_they_see_it_is(self, hidden, cast, signed_in, screen):
        actions.join(person=cast.editor, circle=cast.cohort.circle)
        assert SECRET in self.send(signed_in(cast.editor), screen)


class TestUploading:
    """By each of the three ways of Wagtail's screens, for pictures and for documents."""

    WAYS = [
        ("/admin/images/add/", "file", ""),
        ("/admin/images/multiple/add/", "files[]", ""),
        ("/admin/images/chooser/create/", "image-chooser-upload-file", "image-chooser-upload-"),
        ("/admin/documents/add/", "file", ""),
        ("/admin/documents/multiple/add/", "files[]", ""),
        ("/admin/documents/chooser/create/", "document-chooser-upload-file", "document-chooser-upload-"),
    ]

    def send(self, browser, way, name: str, content: bytes, **more):
        address, field, prefix = way
        data = {f"{prefix}title": "New", f"{prefix}collection": "1", field: SimpleUploadedFile(name, content)}
        headers = {"x-requested-with": "XMLHttpRequest"} if field == "files[]" else {}
        return browser.post(address, data | more, headers=headers)

    def model(self, way):
        return PortalImage if "/images/" in way[0] else PortalDocument

    @pytest.mark.parametrize("way", WAYS)
    def test_works(self, cast, signed_in, way):
        name, content = ("a.png", image_bytes()) if "/images/" in way[0] else ("a.docx", GOOD["plan.docx"])
        assert self.send(signed_in(cast.editor), way, name, content).status_code in (200, 302)
        kept = self.model(way).objects.get()
        assert (kept.title, kept.uploaded_by_user, kept.circle) == ("New", cast.editor, None)

    @pytest.mark.parametrize("way", WAYS[:3])
    def test_a_place_is_taken_out(self, cast, signed_in, way):
        self.send(signed_in(cast.editor), way, "a.jpg", photo())
        content = PortalImage.objects.get().file.open("rb").read()
        assert (b"Erika" in content, b"behind the ward" in content) == (False, False)

    def test_a_place_is_taken_out_when_a_title_was_missing(self, cast, signed_in):
        browser = signed_in(cast.editor)
        sent = {"title": "", "files[]": SimpleUploadedFile("a.jpg", photo())}
        browser.post("/admin/images/multiple/add/", sent)
        waiting = UploadedFile.objects.get()
        address = f"/admin/images/multiple/create_from_uploaded_image/{waiting.pk}/"
        response = browser.post(address, {f"uploaded-image-{waiting.pk}-title": "New"})
        assert response.json()["success"] is True
        assert b"Erika" not in PortalImage.objects.get().file.open("rb").read()

    def test_a_document_whose_title_was_missing(self, cast, signed_in):
        browser = signed_in(cast.editor)
        sent = {"title": "", "files[]": SimpleUploadedFile("a.pdf", GOOD["plan.pdf"])}
        browser.post("/admin/documents/multiple/add/", sent)
        waiting = UploadedFile.objects.get()
        address = f"/admin/documents/multiple/create_from_uploaded_document/{waiting.pk}/"
        assert (
            browser.post(address, {f"uploaded-document-{waiting.pk}-title": "New"}).json()["success"] is True
        )
        assert PortalDocument.objects.get().file.open("rb").read() == GOOD["plan.pdf"]

    @pytest.mark.parametrize("way", WAYS)
    @pytest.mark.parametrize(
        ("name", "content"),
        [
            ("a.png", b"<svg/>"),
            ("a.pdf", b"<html>"),
            ("a.docx", b"PK\x03\x04"),
            ("a.jpg", photo()[:200]),
            ("a.exe", b"MZ"),
        ],
    )
    def test_what_is_wrong_is_said_beside_the_field(self, cast, signed_in, way, name, content):
        response = self.send(signed_in(cast.editor), way, name, content)
        assert response.status_code == 200
        assert self.model(way).objects.count() == 0
        said = response.content.decode()
        assert any(
            words in said
            for words in ("Not a", "This is not", "damaged", "Use a", "not allowed", "valid image")
        )

    @pytest.mark.parametrize("way", WAYS)
    def test_too_large_is_said_beside_the_field_and_not_kept(self, cast, signed_in, way):
        name = "a.png" if "/images/" in way[0] else "a.pdf"
        beginning = image_bytes() if name == "a.png" else b"%PDF-1.7"
        response = self.send(signed_in(cast.editor), way, name, beginning + b"0" * (21 * 1024 * 1024))
        assert response.status_code == 200
        assert "This file is too big (21.0" in response.content.decode().replace("\\u00a0", " ").replace(
            "\xa0", " "
        )
        assert self.model(way).objects.count() == 0

    @pytest.mark.parametrize("way", WAYS)
    def test_too_often_is_said_beside_the_field(self, cast, signed_in, way, monkeypatch):
        monkeypatch.setitem(limits.RATES, "upload", "1/h/user")
        browser = signed_in(cast.editor)
        name, content = ("a.png", image_bytes()) if "/images/" in way[0] else ("a.pdf", GOOD["plan.pdf"])
        self.send(browser, way, name, content)
        response = self.send(browser, way, "b" + name, content)
        assert "That was too often. Try again in 60 minutes" in response.content.decode()
        assert int(response["Retry-After"]) > 3000
        assert response.status_code == (200 if way[1] == "files[]" else 429)
        assert self.model(way).objects.count() == 1

    @pytest.mark.parametrize("who", ["visitor", "outsider", "participant"])
    @pytest.mark.parametrize("way", WAYS)
    def test_not_for_everybody(self, cast, signed_in, client, way, who):
        browser = client if who == "visitor" else signed_in(getattr(cast, who))
        assert self.send(browser, way, "a.png", image_bytes()).status_code in (302, 403)
        assert self.model(way).objects.count() == 0


class TestWhoCanSeeIt:
    """Said beside the field, and changed there."""

    def test_is_said(self, cast, signed_in):
        actions.join(person=cast.editor, circle=cast.cohort.circle)
        browser = signed_in(cast.editor)
        shown = browser.get(f"/admin/images/{picture().pk}/").content.decode()
        assert "Now: Everyone can see this." in shown
        own = document(circle=cast.cohort.circle)
        shown = browser.get(f"/admin/documents/edit/{own.pk}/").content.decode()
        assert "Now: Only the 4 people of Cohort 2021–22, facilitators included, can see this." in shown
        assert "Inspect document" in shown

    def test_one_may_give_it_to_ones_own_or_what_one_looks_after(self, cast):
        from wagtail.documents.forms import get_document_form

        from files.admin_forms import DocumentForm

        assert issubclass(get_document_form(PortalDocument), DocumentForm)
        helper = UserFactory()
        group = Group.objects.create(name="Helpers")
        right = Permission.objects.get(codename="add_document", content_type__app_label="wagtaildocs")
        group.collection_permissions.create(collection=Collection.get_first_root_node(), permission=right)
        helper.groups.add(group)
        actions.join(person=helper, circle=cast.community.circle)
        choices = get_document_form(PortalDocument)(user=helper).fields["circle"].queryset
        assert list(choices) == [cast.community.circle]
        assert (
            cast.cohort.circle
            in get_document_form(PortalDocument)(user=cast.editor).fields["circle"].queryset
        )

    def test_who_put_it_in_goes_on_seeing_it(self, cast, signed_in):
        plan = document(circle=cast.cohort.circle, uploaded_by_user=cast.editor)
        assert signed_in(cast.editor).get(plan.url).status_code == 200
        assert signed_in(cast.admin).get(plan.url).status_code == 404

    def test_a_change_is_logged_and_pages_are_forgotten(self, cast, signed_in):
        plan = document()
        before = caches["default"].get("public-pages-version")
        data = {"title": "Plan", "circle": cast.cohort.circle.pk, "collection": "1"}
        signed_in(cast.editor).post(f"/admin/documents/edit/{plan.pk}/", data)
        plan.refresh_from_db()
        entry = ModelLogEntry.objects.get(action="files.audience")
        assert (plan.circle, entry.user, entry.data) == (
            cast.cohort.circle,
            cast.editor,
            {"circle": plan.circle_id},
        )
        assert caches["default"].get("public-pages-version") != before

    def test_tags_are_not_asked_for(self, cast, signed_in):
        """They would be suggested to whoever puts in the next file."""
        assert "tags" not in PortalImage.admin_form_fields
        assert "tags" not in PortalDocument.admin_form_fields


def test_a_collection_can_be_shut_too(cast, client, signed_in):
    """Wagtail's own rule for a folder of files holds besides ours."""
    shut = Collection.get_first_root_node().add_child(name="Shut")
    shut.view_restrictions.create(restriction_type="login")
    plan = document(collection=shut)
    assert client.get(plan.url).status_code == 404
    assert signed_in(cast.participant).get(plan.url).status_code == 200


@pytest.mark.parametrize("count", [1, 30])
@pytest.mark.parametrize(("address", "queries"), [("/admin/images/", 17), ("/admin/documents/", 16)])
def test_lists_cost_the_same(cast, signed_in, django_assert_num_queries, count, address, queries):
    for number in range(count):
        picture(f"{number}.png").get_rendition("max-165x165")
        document(f"{number}.pdf")
    browser = signed_in(cast.editor)
    browser.get(address)
    with django_assert_num_queries(queries):
        browser.get(address)
