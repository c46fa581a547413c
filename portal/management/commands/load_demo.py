"""Load the demo, and on request a great deal of it."""

from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from portal.demo import load, people

_BULK = ("communities", "topics", "posts", "guidance", "members")


class Command(BaseCommand):
    """The demo that bin/run serves; with numbers, seeded in bulk up to them."""

    help = "Load the demo into an empty portal; with --communities, --topics, --posts, seed so many of them"

    def add_arguments(self, parser: CommandParser) -> None:
        for name in _BULK:
            parser.add_argument(f"--{name}", type=int, default=0, help=f"so many {name} in all")
        parser.add_argument(
            "--today", type=date.fromisoformat, default=None, help="lay the year around this day"
        )

    def handle(self, **options: Any) -> None:
        today = options["today"] or timezone.localdate()
        loaded = load.load(today=today, report=self._report)
        people.ensure_passwords()
        if not loaded:
            self._report("The demo is loaded already.")
        wanted = {name: options[name] for name in _BULK if options[name]}
        if wanted:
            from portal.demo import bulk

            made = bulk.seed(**wanted, report=self._report)
            self._report(", ".join(f"{number} {name}" for name, number in made.items()))

    def _report(self, line: str) -> None:
        self.stdout.write(line)
