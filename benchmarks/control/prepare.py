"""Makes control B's database: its tables, and the one row that its page shows."""

import os

import django


def main() -> None:
    """Make what is missing."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.control.settings"
    django.setup()
    from django.core.management import call_command

    from benchmarks.control.models import Note

    call_command("migrate", run_syncdb=True, verbosity=0)
    Note.objects.get_or_create(pk=1, defaults={"title": "A note", "text": "Something to read."})


if __name__ == "__main__":
    main()
