"""One's own reflections."""

from django.urls import path

from journal import views

app_name = "journal"
urlpatterns = [
    path("", views.reflections, name="list"),
    path("new/", views.new, name="new"),
    path("autosave/", views.autosave_new, name="autosave_new"),
    path("shared/", views.shared, name="shared"),
    path("removed/", views.removed, name="removed"),
    path("<int:pk>/", views.reflection, name="reflection"),
    path("<int:pk>/edit/", views.edit, name="edit"),
    path("<int:pk>/autosave/", views.autosave, name="autosave"),
    path("<int:pk>/share/", views.share, name="share"),
    path("<int:pk>/take-back/", views.take_back, name="take_back"),
    path("<int:pk>/remove/", views.remove, name="remove"),
    path("<int:pk>/restore/", views.restore, name="restore"),
]
