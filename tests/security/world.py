"""One of everything that has an address, and each kind of person, for the table of who gets which answer."""

import json
from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.test import Client
from django.utils import timezone

from cohorts.actions import renew_feed
from community_directory import actions as directory
from community_directory.actions.letters import CONFIRM
from community_directory.models import Community, Suggestion
from discussion import actions as discussion
from guests import actions as guests
from guests.models import INVITATION, GuestLink
from journal import actions as journal
from journal.rating import Rated, rate
from learning.models import GuidancePage
from members import actions as members
from members.models import Membership
from notifications.actions import notify
from notifications.mails import address_token, unsubscribe_token
from notifications.models import Notification
from portal.actions import make_record
from portal.editors import ensure_editor_group
from portal.record import gather
from privacy.enums import ExportState
from privacy.models import Export
from relay import actions as relay
from study import actions as study
from tests.factories import PASSWORD, CohortFactory, CommunityFactory, ExchangeFactory, UserFactory
from tests.learning.conftest import STEPS, step
from tests.security.access import Example

OUTCOME = "4d1c1a52-6f37-4ee4-9bbd-3b8a2f5b0c11"
_TEXT = {"text": "Something to say."}
_COMMUNITY = {
    "name": "Falls at night", "summary": "In one sentence.", "domain": "What we care about.", "purpose": "Why.",
    "sectors": "{sector}", "regions": "{region}", "stage": "maturing", "meets": "online", "open_to": "anyone",
    "steward_name": "Nell Outwith", "steward_email": "nell@example.org", "may_speak": "on",
}  # fmt: skip

EXAMPLES: dict[str, Example] = {
    "healthz": Example("healthz"),
    "readyz": Example("readyz"),
    "robots.txt": Example("robots.txt"),
    "sitemap.xml": Example("sitemap.xml"),
    "sitemap-<slug:name>.xml": Example("sitemap-pages.xml"),
    "theme.css": Example("theme.css"),
    "documents/<int:pk>/<str:name> of a cohort": Example("documents/{document}/{document_name}"),
    "documents/<int:pk>/<str:name> public": Example("documents/{open_document}/{open_document_name}"),
    "files/pictures/<int:pk>/<str:name> of a cohort": Example("files/pictures/{rendition}/{rendition_name}"),
    "me/": Example("me/"),
    "me/profile/": Example("me/profile/", {"first_name": "Ada"}),
    "me/memberships/<int:pk>/leave/ of a convener": Example("me/memberships/{membership}/leave/"),
    "me/notifications/": Example("me/notifications/"),
    "me/notifications/read/": Example("me/notifications/read/"),
    "me/notifications/<int:pk>/open/ to a participant": Example("me/notifications/{news}/open/"),
    "me/notifications/settings/": Example("me/notifications/settings/", {"mails_replies": "on"}),
    "me/notifications/unsubscribe/<str:token>/": Example("me/notifications/unsubscribe/{stop}/"),
    "people/": Example("people/"),
    "people/<int:pk>/ who can be found": Example("people/{found}/"),
    "people/<int:pk>/ who cannot": Example("people/{hidden}/"),
    "people/<int:pk>/picture/": Example("people/{found}/picture/"),
    "people/<int:pk>/message/ who can be found": Example("people/{found}/message/", _TEXT),
    "people/<int:pk>/message/ who cannot": Example("people/{hidden}/message/", _TEXT),
    "me/data/": Example("me/data/"),
    "me/data/copy/": Example("me/data/copy/"),
    "me/data/copy/progress/": Example("me/data/copy/progress/"),
    "me/data/copy/<int:pk>/ of a participant": Example("me/data/copy/{copy}/"),
    "me/data/delete/": Example(
        "me/data/delete/", {"posts": "stay", "password": PASSWORD, "word": "delete my account"}
    ),
    "me/data/closing/": Example("me/data/closing/"),
    "me/data/keep/": Example("me/data/keep/"),
    "me/notifications/write-again/<str:token>/": Example("me/notifications/write-again/{again}/"),
    "me/learning/": Example("me/learning/"),
    "me/learning/start/": Example("me/learning/start/"),
    "me/learning/choices/": Example("me/learning/choices/", {"mark_at_end": "on"}),
    "me/learning/forget/": Example("me/learning/forget/"),
    "me/learning/done/": Example("me/learning/done/"),
    "me/learning/pages/<int:pk>/done/ public": Example("me/learning/pages/{open_page}/done/"),
    "me/learning/pages/<int:pk>/done/ of a cohort": Example("me/learning/pages/{page_pk}/done/"),
    "me/learning/pages/<int:pk>/read/ of a cohort": Example("me/learning/pages/{page_pk}/read/"),
    "me/learning/pages/<int:pk>/bookmark/ of a cohort": Example("me/learning/pages/{page_pk}/bookmark/"),
    "me/learning/pages/<int:pk>/useful/ of a cohort": Example(
        "me/learning/pages/{page_pk}/useful/", {"useful": "yes", "note": "Thank you."}
    ),
    "me/learning/bookmarks/": Example("me/learning/bookmarks/"),
    "me/learning/bookmarks/<int:pk>/ of a participant": Example(
        "me/learning/bookmarks/{bookmark}/", {"note": "For May."}
    ),
    "me/learning/lists/new/": Example("me/learning/lists/new/", {"name": "For our meeting"}),
    "me/learning/lists/<int:pk>/ of a participant": Example("me/learning/lists/{list}/"),
    "me/learning/lists/<int:pk>/rename/": Example("me/learning/lists/{list}/rename/", {"name": "Later"}),
    "me/learning/lists/<int:pk>/delete/": Example("me/learning/lists/{list}/delete/"),
    "me/learning/searches/new/ of nothing": Example("me/learning/searches/new/", {"name": "Trust"}),
    "me/learning/searches/new/ of something": Example("me/learning/searches/new/?q=trust", {"name": "Trust"}),
    "me/learning/searches/communities/new/ of nothing": Example(
        "me/learning/searches/communities/new/", {"name": "Falls"}
    ),
    "me/learning/searches/communities/new/ of something": Example(
        "me/learning/searches/communities/new/?q=falls", {"name": "Falls"}
    ),
    "me/learning/searches/<int:pk>/ of a participant": Example(
        "me/learning/searches/{search}/", {"name": "Later"}
    ),
    "me/learning/searches/<int:pk>/delete/": Example("me/learning/searches/{search}/delete/"),
    "me/learning/missed/": Example("me/learning/missed/", {"text": "Sepsis"}),
    "me/learning/notes/<int:pk>/ to an editor": Example("me/learning/notes/{opinion}/"),
    "me/messages/": Example("me/messages/"),
    "me/messages/<int:pk>/ of a participant and a convener": Example("me/messages/{conversation}/", _TEXT),
    "me/messages/<int:pk>/open/": Example("me/messages/{conversation}/open/"),
    "me/messages/<int:pk>/stop/": Example("me/messages/{conversation}/stop/"),
    "me/messages/<int:pk>/allow/": Example("me/messages/{conversation}/allow/"),
    "me/reflections/": Example("me/reflections/"),
    "me/reflections/new/": Example("me/reflections/new/", _TEXT),
    "me/reflections/autosave/": Example("me/reflections/autosave/", _TEXT),
    "me/reflections/shared/": Example("me/reflections/shared/"),
    "me/reflections/removed/": Example("me/reflections/removed/"),
    "me/reflections/<int:pk>/ for oneself": Example("me/reflections/{reflection}/"),
    "me/reflections/<int:pk>/ for the facilitators": Example("me/reflections/{for_leads}/"),
    "me/reflections/<int:pk>/ for the cohort": Example("me/reflections/{for_cohort}/"),
    "me/reflections/<int:pk>/edit/": Example("me/reflections/{for_cohort}/edit/", {**_TEXT, "version": "1"}),
    "me/reflections/<int:pk>/autosave/": Example(
        "me/reflections/{for_cohort}/autosave/", {**_TEXT, "version": "1"}
    ),
    "me/reflections/<int:pk>/share/": Example(
        "me/reflections/{for_cohort}/share/", {"choice": "{sharing}-leads"}
    ),
    "me/reflections/<int:pk>/take-back/": Example("me/reflections/{for_cohort}/take-back/"),
    "me/reflections/<int:pk>/remove/": Example("me/reflections/{for_cohort}/remove/"),
    "me/reflections/<int:pk>/restore/": Example("me/reflections/{gone_reflection}/restore/"),
    "me/outcomes/": Example("me/outcomes/"),
    "me/outcomes/<slug:slug>/facilitators/": Example("me/outcomes/{cohort}/facilitators/", {"see": "yes"}),
    "me/outcomes/<slug:slug>/<str:moment>/": Example(
        "me/outcomes/{cohort}/start/", {"score_{outcome}": "3", "note_{outcome}": "A note."}
    ),
    "me/record/": Example("me/record/", {"do": "save"}),
    "me/record/<int:pk>/ of a participant": Example("me/record/{record}/"),
    "me/record/<int:pk>/record.pdf": Example("me/record/{record}/record.pdf"),
    "me/record/<int:pk>/withdraw/": Example("me/record/{record}/withdraw/"),
    "outcomes/<slug:slug>/ of a cohort": Example("outcomes/{cohort}/"),
    "me/messages/report/<int:pk>/": Example("me/messages/report/{message}/"),
    "me/messages/reports/<int:pk>/": Example("me/messages/reports/{report}/"),
    "guest/<str:token>/ somebody without an account": Example("guest/{guest}/", {"do": "no"}),
    "guest/<str:token>/ nothing": Example("guest/nothing/", {"do": "no"}),
    "guest/<str:token>/ who looks after a community": Example("guest/{steward}/", {"do": "alive"}),
    "guest/<str:token>/ who has listed a community": Example("guest/{confirm}/", {"do": "no"}),
    "groups/": Example("groups/"),
    "groups/questions/<int:pk>/ to a convener": Example("groups/questions/{question}/"),
    "groups/invitations/<int:pk>/ to a participant": Example(
        "groups/invitations/{invitation}/", {"do": "yes"}
    ),
    "groups/invitations/<int:pk>/withdraw/ by a convener": Example(
        "groups/invitations/{invitation}/withdraw/"
    ),
    "groups/places/<int:pk>/accept/": Example("groups/places/{asking}/accept/"),
    "groups/places/<int:pk>/decline/": Example(
        "groups/places/{asking}/decline/", {"because": "We are full."}
    ),
    "groups/places/<int:pk>/lead/": Example("groups/places/{place}/lead/"),
    "groups/places/<int:pk>/hand-over/": Example("groups/places/{place}/hand-over/"),
    "groups/places/<int:pk>/step-back/": Example("groups/places/{membership}/step-back/"),
    "groups/places/<int:pk>/end/": Example("groups/places/{place}/end/", {"because": "They asked for it."}),
    "groups/<slug:slug>/people/ of a cohort": Example("groups/{cohort}/people/"),
    "groups/<slug:slug>/people/ of a community": Example("groups/{circle}/people/"),
    "groups/<slug:slug>/invite/": Example(
        "groups/{circle}/invite/", {"addresses": "new@example.org", "role": "member", "do": "send"}
    ),
    "groups/<slug:slug>/join/": Example("groups/{circle}/join/"),
    "communities/": Example("communities/"),
    "communities/new/": Example("communities/new/", _COMMUNITY),
    "communities/new/sent/": Example("communities/new/sent/"),
    "communities/new.atom": Example("communities/new.atom"),
    "communities/communities.csv": Example("communities/communities.csv"),
    "communities/map/": Example("communities/map/"),
    "communities/network/ whole": Example("communities/network/"),
    "communities/network/ around a draft": Example("communities/network/?around={draft}"),
    "communities/network.json": Example("communities/network.json"),
    "communities/network.csv": Example("communities/network.csv"),
    "communities/network.graphml": Example("communities/network.graphml"),
    "communities/mine/": Example("communities/mine/"),
    "communities/connections/<int:pk>/": Example(
        "communities/connections/{linked}/", {"purpose": "Compare what we do."}
    ),
    "communities/connections/<int:pk>/accept/": Example("communities/connections/{connection}/accept/"),
    "communities/connections/<int:pk>/decline/": Example("communities/connections/{connection}/decline/"),
    "communities/connections/<int:pk>/end/": Example("communities/connections/{connection}/end/"),
    "communities/offers/": Example("communities/offers/"),
    "communities/offers/<int:pk>/ open": Example(
        "communities/offers/{offered}/", {"note": "We would like it."}
    ),
    "communities/offers/<int:pk>/ closed": Example("communities/offers/{closed}/", {"note": "Too late?"}),
    "communities/offers/<int:pk>/close/": Example("communities/offers/{offered}/close/"),
    "communities/suggestions/<int:pk>/": Example(
        "communities/suggestions/{suggestion}/", {"answer": "later"}
    ),
    "communities/<slug:slug>/ in the directory": Example("communities/{listed}/"),
    "communities/<slug:slug>/ a draft": Example("communities/{draft}/"),
    "communities/<slug:slug>/ waiting for an editor": Example("communities/{waiting}/"),
    "communities/<slug:slug>/edit/": Example("communities/{listed}/edit/", _COMMUNITY),
    "communities/<slug:slug>/submit/": Example("communities/{draft}/submit/"),
    "communities/<slug:slug>/publish/": Example("communities/{waiting}/publish/"),
    "communities/<slug:slug>/send-back/": Example(
        "communities/{waiting}/send-back/", {"reason": "Say more."}
    ),
    "communities/<slug:slug>/rest/": Example("communities/{listed}/rest/"),
    "communities/<slug:slug>/wake/": Example("communities/{listed}/wake/"),
    "communities/<slug:slug>/alive/": Example("communities/{listed}/alive/", {"answer": "yes"}),
    "communities/<slug:slug>/take-over/ looked after by email": Example("communities/{outside}/take-over/"),
    "communities/<slug:slug>/end/": Example("communities/{listed}/end/"),
    "communities/<slug:slug>/connections/new/": Example(
        "communities/{elsewhere}/connections/new/",
        {"source": "{listed_pk}", "reason": "We share a question."},
    ),
    "communities/<slug:slug>/offers/new/": Example(
        "communities/{listed}/offers/new/", {"kind": "offer", "text": "Two places in May.", "weeks": "2"}
    ),
    "communities/<slug:slug>/introduce/": Example(
        "communities/{listed}/introduce/", {"other": "{apart}", "reason": "They share a question."}
    ),
    "discussions/": Example("discussions/"),
    "discussions/search/": Example("discussions/search/?q=x"),
    "discussions/removed/": Example("discussions/removed/"),
    "discussions/about/<int:pk>/ public": Example("discussions/about/{open_page}/"),
    "discussions/about/<int:pk>/ of a cohort": Example("discussions/about/{page_pk}/"),
    "discussions/posts/<int:pk>/edit/": Example(
        "discussions/posts/{post}/edit/", {**_TEXT, "title": "A title"}
    ),
    "discussions/posts/<int:pk>/history/": Example("discussions/posts/{post}/history/"),
    "discussions/posts/<int:pk>/remove/": Example("discussions/posts/{reply}/remove/"),
    "discussions/posts/<int:pk>/restore/": Example("discussions/posts/{removed}/restore/"),
    "discussions/topics/<int:pk>/tend/": Example("discussions/topics/{topic}/tend/", {"do": "pin"}),
    "discussions/topics/<int:pk>/remove/": Example("discussions/topics/{topic}/remove/"),
    "discussions/topics/<int:pk>/restore/": Example("discussions/topics/{gone}/restore/"),
    "discussions/<slug:slug>/": Example("discussions/{space}/"),
    "discussions/<slug:slug>/new/": Example("discussions/{space}/new/", {**_TEXT, "title": "A title"}),
    "discussions/<slug:slug>/read/": Example("discussions/{space}/read/"),
    "discussions/<slug:slug>/<int:pk>-<slug:words>/": Example("discussions/{space}/{topic}-{topic_slug}/"),
    "discussions/<slug:slug>/<int:pk>-<slug:words>/reply/": Example(
        "discussions/{space}/{topic}-{topic_slug}/reply/", _TEXT
    ),
    "learning/modules/<int:pk>/steps/<uuid:step>/": Example("learning/modules/{module}/steps/{step}/"),
    "learning/pages/<int:pk>/copy/ of a cohort": Example("learning/pages/{exercise}/copy/"),
    "learning/guidance/<int:pk>/tonight/ of a cohort": Example("learning/guidance/{exercise}/tonight/"),
    "learning/suggestions/": Example("learning/suggestions/?q=x"),
    "learning/new.atom": Example("learning/new.atom"),
    "calendar/": Example("calendar/"),
    "calendar/feed/": Example("calendar/feed/"),
    "calendar/feed/new/": Example("calendar/feed/new/"),
    "calendar/feed/<str:token>.ics": Example("calendar/feed/{feed}.ics"),
    "sessions/<int:pk>/ of a cohort": Example("sessions/{session}/"),
    "sessions/<int:pk>.ics of a cohort": Example("sessions/{session}.ics"),
    "search/": Example("search/?q=x"),
    "record/": Example("record/?code=0000-0000-0000"),
    "api/v1/openapi.json": Example("api/v1/openapi.json"),
    "api/v1/docs": Example("api/v1/docs"),
    "api/v1/communities": Example("api/v1/communities"),
    "api/v1/communities/<slug> in the directory": Example("api/v1/communities/{listed}"),
    "api/v1/communities/<slug> a draft": Example("api/v1/communities/{draft}"),
    "api/v1/sessions": Example("api/v1/sessions"),
    "api/v1/": Example("api/v1/"),
    r"^((?:[\w\-]+/)*)$ public": Example("guidance/start-with-a-question/"),
    r"^((?:[\w\-]+/)*)$ of a cohort": Example("guidance/{page}/"),
    r"^((?:[\w\-]+/)*)$ nothing": Example("guidance/nothing/"),
}


def make_world(
    private: Any, cast: Any, pages: Any, say: Callable[[str], str] = lambda kind: f"A {kind}."
) -> SimpleNamespace:
    """Everything that the examples name, by name; and the people.

    Args:
        private: what belongs to the cohort.
        cast: one person of each kind.
        pages: the site.
        say: what people write to each other, by the kind of thing that it is.
    """
    ensure_editor_group()
    other = UserFactory(email="other@example.org")
    lead = UserFactory(email="lead@example.org")
    lead.groups.add(Group.objects.get_or_create(name="Programme leads")[0])
    second = CohortFactory(name="Another cohort")
    for person in (other, lead):
        members.admit(person=person)
    members.join(person=other, circle=second.circle)
    cast.convener.profile.findable = True
    cast.convener.profile.save()
    waiting = CommunityFactory(slug="waiting", state="submitted", published_at=None, convener=cast.convener)
    elsewhere = CommunityFactory(slug="elsewhere", convener=cast.facilitator)
    connection = directory.propose_connection(
        person=cast.facilitator, source=elsewhere, target=cast.community, reason="A question that we share."
    )
    suggestion = Suggestion.objects.create(community=cast.community, other=elsewhere, place=1, why="Alike.")
    offered = ExchangeFactory(community=cast.community, kind="offer")
    directory.answer_exchange(exchange=offered, person=other, note=say("answer"))
    closed = ExchangeFactory(community=cast.community, closed_at=timezone.now())
    friend, apart = CommunityFactory(slug="friend"), CommunityFactory(slug="apart")
    linked = directory.propose_connection(
        person=cast.convener, source=cast.community, target=friend, reason="Old friends."
    )
    type(linked).objects.filter(pk=linked.pk).update(state="accepted")
    reply = discussion.add_post(person=cast.participant, topic=private.topic, text="A reply.")
    removed = discussion.add_post(person=cast.participant, topic=private.topic, text="Regretted.")
    discussion.remove_post(person=cast.participant, post=removed)
    gone = discussion.start_topic(person=cast.participant, space=private.space, title="Gone", text="Gone.")
    discussion.remove_topic(person=cast.participant, topic=gone)
    notify(
        recipients=[cast.participant], verb="discussion.replied", target_id=reply.pk, actor=cast.facilitator
    )
    shown = private.picture.get_rendition("width-8")
    more = _between_people(cast, other, say) | _kept(cast, private.page, say)
    pages.module.steps = json.dumps([step(0, "before", "Find your question")])
    pages.module.save()
    exercise = pages.library.add_child(
        instance=GuidancePage(
            title="Ours to run", slug="ours-to-run", in_short="x", circle=cast.cohort.circle,
            body=json.dumps([{"type": "exercise", "value": {"title": "In threes", "minutes": 9, "steps": ["Tell."]}}]),
        )
    )  # fmt: skip
    open_document = type(private.document).objects.create(
        title="Open", file=ContentFile(b"%PDF-1.4", "open.pdf")
    )
    return SimpleNamespace(
        people=SimpleNamespace(**{name: getattr(cast, name) for name in
                                  ("participant", "convener", "facilitator", "editor", "admin")},
                               stranger=cast.outsider, other=other, lead=lead),
        document=private.document.pk, document_name=private.document.filename,
        open_document=open_document.pk, open_document_name=open_document.filename,
        rendition=shown.pk, rendition_name=shown.file_name,
        membership=Membership.objects.get(person=cast.convener, circle=cast.community.circle).pk,
        news=Notification.objects.get(recipient=cast.participant).pk,
        stop=unsubscribe_token(cast.participant),
        found=cast.convener.pk, hidden=cast.participant.pk,
        listed=cast.community.slug, listed_pk=cast.community.pk, draft=private.draft.slug, waiting=waiting.slug,
        elsewhere=elsewhere.slug, connection=connection.pk, suggestion=suggestion.pk, linked=linked.pk, apart=apart.pk,
        offered=offered.pk, closed=closed.pk,
        sector=cast.community.sectors.get().pk, region=cast.community.regions.get().pk,
        space=private.space.slug, topic=private.topic.pk, topic_slug=private.topic.slug,
        post=private.post.pk, reply=reply.pk, removed=removed.pk, gone=gone.pk,
        module=pages.module.pk, step=STEPS[0], session=private.session.pk, feed=renew_feed(person=cast.participant).token,
        page=private.page.slug, exercise=exercise.pk, page_pk=private.page.pk, open_page=pages.guidance.pk, **more,
        **_outside(cast, say), **_for_oneself(cast, pages, say), record=_record(cast.participant, say),
    )  # fmt: skip


def _between_people(cast: Any, asks: Any, say: Callable[[str], str]) -> dict[str, Any]:
    """Messages, copies, invitations and places: what two have with one another."""
    circle, member = cast.community.circle, UserFactory()
    members.admit(person=member)
    place = members.join(person=member, circle=circle)
    EmailAddress.objects.create(
        user=cast.participant, email=cast.participant.email, verified=True, primary=True
    )
    [to_account] = guests.invite(
        circle=circle, by=cast.convener, addresses=[cast.participant.email], message=say("invitation")
    )
    [to_guest] = guests.invite(
        circle=circle, by=cast.convener, addresses=["guest@example.org"], message=say("invitation")
    )
    link = GuestLink.objects.get(kind=INVITATION, target_id=to_guest.pk)
    question = guests.ask_question(link=link, text=say("question"))
    message = relay.send(writer=cast.participant, recipient=cast.convener, text=say("message"))
    report = relay.report(person=cast.convener, message=message)
    copy = Export.objects.create(
        person=cast.participant, state=ExportState.READY, ends_at=timezone.now() + timedelta(days=7)
    )
    copy.file.save("copy.zip", ContentFile(b"PK"))
    return {
        "place": place.pk, "asking": guests.ask_to_join(person=asks, circle=circle, because=say("wish")).pk,
        "invitation": to_account.pk, "guest": link.path.split("/")[-2], "question": question.pk,
        "conversation": message.conversation_id, "message": message.pk, "report": report.pk, "copy": copy.pk,
        "cohort": cast.cohort.circle.slug, "circle": circle.slug, "again": address_token("guest@example.org"),
    }  # fmt: skip


def _outside(cast: Any, say: Callable[[str], str]) -> dict[str, Any]:
    """A listed community that somebody without an account looks after, and what another has not confirmed."""
    texts = {"summary": "In one sentence.", "domain": "What we care about.", "purpose": "Why."}
    mark = say("steward").split()[-1].strip(".").lower()
    listing = directory.offer_listing(
        email=f"{mark}@example.org", by=say("steward"), request_key=uuid4(), name="Outside", **texts
    )
    own = directory.confirm_listing(listing=listing)
    community = Community.objects.get(name="Outside")
    directory.publish_community(community=community, person=cast.editor)
    waiting = directory.offer_listing(
        email="waiting@example.org", by=say("unlisted"), request_key=uuid4(), name=say("unlisted"), **texts
    )
    link = GuestLink.objects.get(kind=CONFIRM, target_id=waiting.pk)
    return {"outside": community.slug, "outside_pk": community.pk, "steward": own.path.split("/")[-2], "confirm": link.path.split("/")[-2]}  # fmt: skip


def _kept(cast: Any, page: Any, say: Callable[[str], str]) -> dict[str, Any]:
    """What a participant keeps and says of a page of their cohort, which an editor looks after."""
    page.owner = cast.editor
    page.save(update_fields=["owner"])
    study.mark_done(person=cast.participant, page=page)
    study.note_reading(person=cast.participant, page=page)
    kept = study.keep(person=cast.participant, page=page)
    own = study.make_list(person=cast.participant, name=say("list"))
    study.change_bookmark(bookmark=kept, note=say("bookmark"), lists=[own.pk])
    said = study.answer(person=cast.participant, page=page, is_useful=True, note=say("note"))
    search = study.save_search(person=cast.participant, query="q=trust", name=say("search"))
    study.miss(person=cast.participant, text=say("missed"))
    return {"bookmark": kept.pk, "list": own.pk, "search": search.pk, "opinion": said.pk}


def _for_oneself(cast: Any, pages: Any, say: Callable[[str], str]) -> dict[str, Any]:
    """Reflections of the participant: for themself, for the facilitators, for the cohort, and removed; and ratings."""
    pages.programme.outcomes = json.dumps([{"type": "outcome", "value": "Listen well", "id": OUTCOME}])
    pages.programme.save()
    place = Membership.objects.get(person=cast.participant, circle=cast.cohort.circle)
    kinds = ("reflection", "forleads", "forcohort", "goneaway")
    own, for_leads, for_cohort, gone = (
        journal.write(person=cast.participant, text=say(kind), title=say(kind)) for kind in kinds
    )
    journal.share(reflection=for_leads, place=place, readers="leads")
    journal.share(reflection=for_cohort, place=place, readers="all")
    journal.remove(reflection=gone)
    rated = {UUID(OUTCOME): Rated(score=2, note=say("rating"))}
    rate(
        person=cast.participant,
        place=place,
        moment="start",
        outcomes={UUID(OUTCOME): "Listen well"},
        rated=rated,
    )
    return {
        "reflection": own.pk, "for_leads": for_leads.pk, "for_cohort": for_cohort.pk, "gone_reflection": gone.pk,
        "sharing": place.pk, "outcome": UUID(OUTCOME).hex,
    }  # fmt: skip


def _record(person: Any, say: Callable[[str], str]) -> int:
    """The participant's record of learning, which says one thing."""
    content = gather(person, issuer="A portal", cohorts=[], sessions=[], with_reflections=False)
    content["resources"] = [{"title": say("record"), "day": "10 March 2026", "minutes": 4}]
    return make_record(person=person, content=dict(content)).pk


def client_of(who: str, world: SimpleNamespace, signed_in: Any) -> Client:
    """The browser of one kind of person."""
    if who not in ("visitor", "guest"):
        return signed_in(getattr(world.people, who))
    client = Client()
    if who == "guest":
        client.get(f"/guest/{world.guest}/")
    return client
