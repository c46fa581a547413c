from django.urls import path

from files import views

app_name = "files"
urlpatterns = [path("pictures/<int:pk>/<str:name>", views.rendition, name="rendition")]
