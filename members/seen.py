"""Who has looked at which list of people, as the log has it."""

from django.core.cache import cache
from django.http import HttpRequest
from django.utils import timezone

from kit.audit import record
from members.requests import person_of

_SECONDS = 3600


def saw_list(request: HttpRequest, which: str) -> bool:
    """Write down that somebody looks at a list of people: once an hour for each list, so that it costs next to nothing.

    Args:
        request: a GET; a page that is fetched ahead, or only asked about, is not looked at.
        which: the list, as admins know it.

    Returns:
        Whether it was written down now.
    """
    if request.method != "GET" or "prefetch" in request.headers.get("Sec-Purpose", ""):
        return False
    person = person_of(request)
    if not cache.add(f"saw-{person.pk}-{which}-{timezone.now():%Y%m%d%H}", True, _SECONDS):
        return False
    record("members.saw_list", person, by=person, list=which)
    return True
