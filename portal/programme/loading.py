"""Loading a programme: all of it, or nothing."""

from django.db import transaction

from home.models import HomePage
from members.models import User
from portal.programme.applying import apply
from portal.programme.plan import make_plan
from portal.programme.reading import read
from portal.programme.report import Report, report_on


def preview(source: bytes | str) -> Report:
    """What loading this file would do. Writes nothing.

    Raises:
        Mistaken: with everything that is wrong in it.
    """
    return report_on(make_plan(read(source)))


def load(source: bytes | str, *, user: User | None = None) -> Report:
    """Make or update the programme's pages, its cohort and its sessions, in one transaction.

    The same file loaded twice writes nothing the second time. What people have changed since the last loading
    is kept and listed.

    Args:
        source: the file, as ``reading.read`` takes it.
        user: in whose name; None for the command line.

    Raises:
        Mistaken: with everything that is wrong in it. Then nothing has been written.
    """
    document = read(source)
    with transaction.atomic():
        # Two loadings at once wait for one another here.
        list(HomePage.objects.select_for_update(of=("self",)).values_list("pk"))
        plan = make_plan(document)
        report = report_on(plan)
        apply(plan, user=user)
    return report
