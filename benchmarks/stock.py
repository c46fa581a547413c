"""A stock Wagtail project, as ``wagtail start`` writes it, to compare memory with."""

import os
import shutil
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

from benchmarks import processes
from benchmarks.data import CannotMake
from benchmarks.processes import Running

_NAME = "stock"
# All that its author has to add before it can be served.
_LOCAL = 'SECRET_KEY = "only-for-benchmarks-" * 3\nALLOWED_HOSTS = ["127.0.0.1"]\n'
_PATIENCE = 180  # seconds


def make(home: Path) -> Path:
    """The project's folder, with its database and static files; made once for each version of Wagtail.

    Raises:
        CannotMake: a step failed.
    """
    folder = home / f"stock-wagtail-{version('wagtail')}-django-{version('django')}"
    if folder.exists():
        return folder
    fresh = home / "fresh-stock"
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    _run(["-m", "wagtail.bin.wagtail", "start", _NAME, str(fresh)], home)
    (fresh / _NAME / "settings" / "local.py").write_text(_LOCAL)
    _run(["manage.py", "migrate", "--verbosity", "0"], fresh)
    _run(["manage.py", "collectstatic", "--noinput", "--verbosity", "0"], fresh)
    fresh.rename(folder)
    return folder


def serve(folder: Path, log: Path) -> Running:
    """Start its server, which is the portal's: as many workers and threads."""
    return processes.gunicorn("stock Wagtail", f"{_NAME}.wsgi", log=log, env=environment(folder), cwd=folder)


def environment(folder: Path) -> dict[str, str]:
    """Its settings; and none of our packages, whose names it has as well."""
    return {"DJANGO_SETTINGS_MODULE": f"{_NAME}.settings.production", "PYTHONPATH": str(folder)}


def _run(command: list[str], folder: Path) -> None:
    try:
        done = subprocess.run(
            [sys.executable, *command],
            cwd=folder,
            env={**os.environ, **environment(folder)},
            capture_output=True,
            text=True,
            check=False,
            timeout=_PATIENCE,
        )
    except subprocess.TimeoutExpired:
        raise CannotMake(f"{' '.join(command[:3])} took more than {_PATIENCE} s") from None
    if done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines() or ["it said nothing"]
        raise CannotMake(f"{' '.join(command[:3])}: {said[-1]}")
