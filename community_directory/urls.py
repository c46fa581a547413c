"""Addresses under /communities/. The fixed ones are in ``enums.RESERVED_SLUGS``: no community takes them."""

from django.urls import path
from django.views.decorators.http import require_safe

from community_directory import connection_views, exchange_views, feeds, network_exports, network_views, views

app_name = "community_directory"
urlpatterns = [
    path("", views.directory, name="list"),
    path("new/", views.new, name="new"),
    path("new/sent/", views.sent_outside, name="sent"),
    path("new.atom", require_safe(feeds.NewCommunities()), name="new_feed"),
    path("communities.csv", feeds.table, name="table"),
    path("map/", network_views.map_of_regions, name="map"),
    path("network/", network_views.network, name="network"),
    path("network.json", network_views.graph, name="network_graph"),
    path("network.csv", network_exports.links, name="network_links"),
    path("network.graphml", network_exports.graphml, name="network_graphml"),
    path("mine/", views.mine, name="mine"),
    path("connections/<int:pk>/", connection_views.connection_care, name="connection_care"),
    path("connections/<int:pk>/accept/", connection_views.connection_accept, name="connection_accept"),
    path("connections/<int:pk>/decline/", connection_views.connection_decline, name="connection_decline"),
    path("connections/<int:pk>/end/", connection_views.connection_end, name="connection_end"),
    path("offers/", exchange_views.listing, name="exchanges"),
    path("offers/<int:pk>/", exchange_views.exchange, name="exchange"),
    path("offers/<int:pk>/close/", exchange_views.close, name="exchange_close"),
    path("suggestions/<int:pk>/", connection_views.suggestion_answer, name="suggestion_answer"),
    path("<slug:slug>/", views.detail, name="detail"),
    path("<slug:slug>/edit/", views.edit, name="edit"),
    path("<slug:slug>/submit/", views.submit, name="submit"),
    path("<slug:slug>/publish/", views.publish, name="publish"),
    path("<slug:slug>/send-back/", views.send_back, name="send_back"),
    path("<slug:slug>/rest/", views.rest, name="rest"),
    path("<slug:slug>/wake/", views.wake, name="wake"),
    path("<slug:slug>/alive/", views.alive, name="alive"),
    path("<slug:slug>/take-over/", views.take_over, name="take_over"),
    path("<slug:slug>/end/", views.end, name="end"),
    path("<slug:slug>/connections/new/", connection_views.connection_new, name="connection_new"),
    path("<slug:slug>/offers/new/", exchange_views.new, name="exchange_new"),
    path("<slug:slug>/introduce/", connection_views.introduce, name="introduce"),
]
