"""One's own pages."""

from django.urls import include, path

from journal.urls import own as outcomes
from members import views as members_views
from portal import me_views, record_views

urlpatterns = [
    path("", me_views.dashboard, name="dashboard"),
    path("profile/", members_views.profile, name="profile"),
    path("memberships/<int:pk>/leave/", members_views.leave, name="leave"),
    path("data/", include("privacy.urls")),
    path("notifications/", include("notifications.urls")),
    path("messages/", include("relay.me_urls")),
    path("learning/", include("study.me_urls")),
    path("reflections/", include("journal.me_urls")),
    path("outcomes/", include(outcomes)),
    path("record/", record_views.record, name="record"),
    path("record/<int:pk>/", record_views.issued, name="record_issued"),
    path("record/<int:pk>/record.pdf", record_views.download, name="record_pdf"),
    path("record/<int:pk>/withdraw/", record_views.withdraw, name="record_withdraw"),
]
