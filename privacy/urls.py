"""What somebody can do with their own data."""

from django.urls import path

from privacy import views

app_name = "privacy"
urlpatterns = [
    path("", views.data, name="data"),
    path("copy/", views.start, name="start"),
    path("copy/progress/", views.progress, name="progress"),
    path("copy/<int:pk>/", views.download, name="download"),
    path("delete/", views.erase, name="erase"),
    path("closing/", views.closing, name="closing"),
    path("keep/", views.keep, name="keep"),
]
