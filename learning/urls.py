"""What people do with modules. The pages themselves are Wagtail's."""

from django.urls import path

from learning import views

app_name = "learning"
urlpatterns = [
    path("modules/<int:pk>/steps/<uuid:step>/", views.tick, name="tick"),
]
