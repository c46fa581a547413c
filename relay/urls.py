"""Writing to somebody from their page."""

from django.urls import path

from relay import views

urlpatterns = [
    path("<int:pk>/message/", views.write, name="write"),
]
