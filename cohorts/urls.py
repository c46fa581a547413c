"""Addresses of the calendar and its sessions."""

from django.urls import path

from cohorts import feeds, views

app_name = "cohorts"
urlpatterns = [
    path("calendar/", views.calendar, name="calendar"),
    path("calendar/feed/", views.feed, name="feed"),
    path("calendar/feed/new/", views.renew_feed, name="renew_feed"),
    path("calendar/feed/<str:token>.ics", feeds.personal, name="feed_ics"),
    path("sessions/<int:pk>/", views.session, name="session"),
    path("sessions/<int:pk>.ics", feeds.one, name="session_ics"),
]
