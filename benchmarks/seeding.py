"""Fills a migrated database for the benchmark. Needs Django: ``python -m benchmarks.seeding --topics 10 …``."""

import argparse
import os

import django


def main() -> None:
    """Load the demo and the bulk, and let the participant have read some of it."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "benchmarks.settings")
    parser = argparse.ArgumentParser()
    for name in ("communities", "topics", "posts", "guidance"):
        parser.add_argument(f"--{name}", type=int, required=True)
    sizes = vars(parser.parse_args())
    django.setup()
    from django.core.management import call_command

    from benchmarks.targets import read_some
    from portal.demo import bulk_rows

    call_command("migrate", verbosity=0, interactive=False)
    call_command("load_demo", **sizes)
    read_some()
    bulk_rows.analyse()


if __name__ == "__main__":
    main()
