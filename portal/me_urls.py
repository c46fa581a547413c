"""One's own pages."""

from django.urls import include, path

from members import views as members_views
from portal import me_views

urlpatterns = [
    path("", me_views.dashboard, name="dashboard"),
    path("profile/", members_views.profile, name="profile"),
    path("memberships/<int:pk>/leave/", members_views.leave, name="leave"),
    path("notifications/", include("notifications.urls")),
]
