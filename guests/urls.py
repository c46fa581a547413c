"""Links for people without an account; and who is in what."""

from django.urls import path

from guests.views import invitations, links, people

app_name = "guests"
urlpatterns = [
    path("guest/<str:token>/", links.guest, name="guest"),
    path("groups/", people.groups, name="groups"),
    path("groups/questions/<int:pk>/", invitations.question, name="question"),
    path("groups/invitations/<int:pk>/", invitations.invitation, name="invitation"),
    path("groups/invitations/<int:pk>/withdraw/", invitations.withdraw, name="withdraw"),
    path("groups/places/<int:pk>/accept/", people.accept, name="accept"),
    path("groups/places/<int:pk>/decline/", people.decline, name="decline"),
    path("groups/places/<int:pk>/lead/", people.make_lead, name="make_lead"),
    path("groups/places/<int:pk>/hand-over/", people.hand_over, name="hand_over"),
    path("groups/places/<int:pk>/step-back/", people.step_back, name="step_back"),
    path("groups/places/<int:pk>/end/", people.end, name="end"),
    path("groups/<slug:slug>/people/", people.people, name="people"),
    path("groups/<slug:slug>/invite/", invitations.invite, name="invite"),
    path("groups/<slug:slug>/join/", people.join, name="join"),
]
