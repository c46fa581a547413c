"""What people do with modules. The pages themselves are Wagtail's."""

from django.urls import path
from django.views.decorators.http import require_safe

from learning import views
from learning.feeds import NewGuidance

app_name = "learning"
urlpatterns = [
    path("modules/<int:pk>/steps/<uuid:step>/", views.tick, name="tick"),
    path("guidance/<int:pk>/tonight/", views.tonight, name="tonight"),
    path("pages/<int:pk>/copy/", views.copy, name="copy"),
    path("suggestions/", views.suggest, name="suggestions"),
    path("new.atom", require_safe(NewGuidance()), name="new"),
]
