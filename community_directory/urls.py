from django.urls import URLPattern

app_name = "community_directory"
urlpatterns: list[URLPattern] = []
