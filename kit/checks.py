"""Our conventions, as Django system checks."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.apps import AppConfig, apps
from django.core import checks
from django.utils.module_loading import import_string

from kit import schedule


@checks.register()
def scheduled_tasks_exist(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[checks.CheckMessage]:
    """Every job on the schedule names a task that is there."""
    problems: list[checks.CheckMessage] = []
    for job in schedule.jobs():
        try:
            import_string(job.path)
        except ImportError:
            problems.append(checks.Error(f"The schedule names no task: {job.path}", id="kit.E001"))
    return problems


@checks.register()
def private_models_are_filtered(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[checks.CheckMessage]:
    """A model with a circle has ``objects.visible_to``: there is one way to read what may be private."""
    problems: list[checks.CheckMessage] = []
    for model in apps.get_models():
        names = {field.name for field in model._meta.get_fields()}
        ours = model.__module__.split(".")[0] in _rooms()
        if ours and "circle" in names and not hasattr(model._default_manager, "visible_to"):
            problems.append(
                checks.Error(f"{model.__name__} has a circle but no visible_to", obj=model, id="kit.E002")
            )
    return problems


def _rooms() -> set[str]:
    """The apps that stand beside this one, rather than being installed from elsewhere."""
    here = Path(__file__).resolve().parent.parent
    return {config.name for config in apps.get_app_configs() if Path(config.path).resolve().parent == here}
