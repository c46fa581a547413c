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


class NotAsShown(Exception):
    """What loading would do now is not what somebody was shown. Carries the report of what it would do."""

    def __init__(self, report: Report) -> None:
        self.report = report
        super().__init__("Something has changed since.")


def load(source: bytes | str, *, user: User | None = None, as_shown: str = "") -> Report:
    """Make or update the programme's pages, its cohort and its sessions, in one transaction.

    The same file loaded twice writes nothing the second time. What people have changed since the last loading
    is kept and listed.

    Args:
        source: the file, as ``reading.read`` takes it.
        user: in whose name; None for the command line.
        as_shown: the ``mark`` of the report that somebody has agreed to, if anybody was asked.

    Raises:
        Mistaken: with everything that is wrong in it. Then nothing has been written.
        NotAsShown: it would do something else by now. Nothing has been written.
    """
    document = read(source)
    with transaction.atomic():
        # Two loadings at once wait for one another here.
        list(HomePage.objects.select_for_update(of=("self",)).values_list("pk"))
        plan = make_plan(document)
        report = report_on(plan)
        if as_shown and not report.changes_nothing and report.mark != as_shown:
            raise NotAsShown(report)
        apply(plan, user=user)
    return report
