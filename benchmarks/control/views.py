from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from benchmarks.control.models import Note


def note(request: HttpRequest) -> HttpResponse:
    """One query by key, one small template."""
    return render(request, "control/note.html", {"note": Note.objects.get(pk=1)})
