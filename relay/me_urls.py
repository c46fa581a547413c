"""One's own messages."""

from django.urls import path

from relay import views

app_name = "relay"
urlpatterns = [
    path("", views.conversations, name="list"),
    path("<int:pk>/", views.conversation, name="conversation"),
    path("<int:pk>/open/", views.open_conversation, name="open"),
    path("<int:pk>/stop/", views.stop, name="stop"),
    path("<int:pk>/allow/", views.allow, name="allow"),
    path("report/<int:pk>/", views.report, name="report"),
    path("reports/<int:pk>/", views.reported, name="reported"),
]
