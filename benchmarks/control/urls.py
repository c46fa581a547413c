from django.urls import path

from benchmarks.control import views

urlpatterns = [path("", views.note)]
