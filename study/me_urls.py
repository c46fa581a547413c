"""One's own learning."""

from django.urls import path

from study import views

app_name = "study"
urlpatterns = [
    path("", views.learning, name="learning"),
    path("start/", views.start, name="start"),
    path("choices/", views.choices, name="choices"),
    path("forget/", views.forget, name="forget"),
    path("done/", views.done_list, name="done_list"),
    path("pages/<int:pk>/done/", views.done, name="done"),
    path("pages/<int:pk>/read/", views.read, name="read"),
    path("pages/<int:pk>/bookmark/", views.keep, name="keep"),
    path("pages/<int:pk>/useful/", views.useful, name="useful"),
    path("bookmarks/", views.bookmarks, name="bookmarks"),
    path("bookmarks/<int:pk>/", views.bookmark, name="bookmark"),
    path("lists/new/", views.new_list, name="new_list"),
    path("lists/<int:pk>/", views.one_list, name="list"),
    path("lists/<int:pk>/rename/", views.rename_list, name="rename_list"),
    path("lists/<int:pk>/delete/", views.delete_list, name="delete_list"),
    path("searches/new/", views.new_search, name="new_search"),
    path("searches/communities/new/", views.new_search, {"of": "communities"}, name="new_community_search"),
    path("searches/<int:pk>/", views.search, name="search"),
    path("searches/<int:pk>/delete/", views.delete_search, name="delete_search"),
    path("missed/", views.missed, name="missed"),
    path("notes/<int:pk>/", views.note, name="note"),
]
