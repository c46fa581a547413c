"""Load a programme from its file."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.programme.loading import load, preview
from portal.programme.mistakes import Mistaken


class Command(BaseCommand):
    """Make or update a programme's pages, cohort and sessions; docs/programme-file.md describes the file."""

    help = "Load a programme from a TOML file: makes or updates its pages, cohort and sessions"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="the programme file")
        parser.add_argument("--dry-run", action="store_true", help="say what would change, and write nothing")

    def handle(self, **options: Any) -> None:
        would = options["dry_run"]
        try:
            source = options["file"].read_bytes()
        except OSError as error:
            raise CommandError(f"{options['file']} can't be read: {error.strerror}.") from error
        try:
            report = preview(source) if would else load(source)
        except Mistaken as mistaken:
            lines = [f"{options['file']} can't be loaded. Nothing was written.", ""]
            lines += [f"  {mistake}" for mistake in mistaken.shown]
            if mistaken.left_out:
                lines.append(f"  and {mistaken.left_out} more")
            raise CommandError("\n".join(lines)) from mistaken
        if options["verbosity"]:
            self.stdout.write("\n".join(report.lines(would=would)))
