from django.urls import path

from discussion import views, writing

app_name = "discussion"
# What stands first here is reserved: discussion.models.RESERVED.
urlpatterns = [
    path("", views.index, name="index"),
    path("search/", views.search, name="search"),
    path("removed/", views.removed, name="removed"),
    path("about/<int:pk>/", views.about, name="about"),
    path("posts/<int:pk>/edit/", writing.edit_post, name="edit_post"),
    path("posts/<int:pk>/history/", views.history, name="history"),
    path("posts/<int:pk>/remove/", writing.remove_post, name="remove_post"),
    path("posts/<int:pk>/restore/", writing.restore_post, name="restore_post"),
    path("topics/<int:pk>/tend/", writing.tend_topic, name="tend_topic"),
    path("topics/<int:pk>/remove/", writing.remove_topic, name="remove_topic"),
    path("topics/<int:pk>/restore/", writing.restore_topic, name="restore_topic"),
    path("<slug:slug>/", views.space, name="space"),
    path("<slug:slug>/new/", writing.new_topic, name="new_topic"),
    path("<slug:slug>/read/", writing.read_space, name="read_space"),
    path("<slug:slug>/<int:pk>-<slug:words>/", views.topic, name="topic"),
    path("<slug:slug>/<int:pk>-<slug:words>/reply/", writing.reply, name="reply"),
]
