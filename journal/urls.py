"""Rating outcomes. Two roots: ``own`` stands below one's own pages, the rest by itself."""

from django.urls import path

from journal import outcome_views

own = [
    path("", outcome_views.outcomes, name="outcomes"),
    path("<slug:slug>/facilitators/", outcome_views.facilitators, name="outcomes_facilitators"),
    path("<slug:slug>/<str:moment>/", outcome_views.rate, name="outcomes_rate"),
]
urlpatterns = [
    path("<slug:slug>/", outcome_views.cohort, name="outcomes_cohort"),
]
