"""People whom members may find."""

from django.urls import path

from members import views

app_name = "members"
urlpatterns = [
    path("", views.people, name="people"),
    path("<int:pk>/", views.person, name="person"),
    path("<int:pk>/picture/", views.picture, name="picture"),
]
