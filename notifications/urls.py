from django.urls import path

from notifications import views

app_name = "notifications"
urlpatterns = [
    path("", views.news_list, name="list"),
    path("read/", views.read_all, name="read_all"),
    path("<int:pk>/open/", views.open_news, name="open"),
    path("settings/", views.choose_mails, name="settings"),
    path("unsubscribe/<str:token>/", views.unsubscribe, name="unsubscribe"),
    path("write-again/<str:token>/", views.write_again, name="write_again"),
]
