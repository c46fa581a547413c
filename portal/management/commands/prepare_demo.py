"""What bin/run needs before it serves: the database migrated, the demo loaded."""

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from portal.demo import load, people


class Command(BaseCommand):
    """Migrate and load the demo, each only if it is not done yet."""

    help = "Migrate and load the demo, where that is not done yet"

    def handle(self, **options: Any) -> None:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            call_command("migrate", verbosity=0, interactive=False)
        load.load(today=timezone.localdate(), report=self.stdout.write)
        people.ensure_passwords()
