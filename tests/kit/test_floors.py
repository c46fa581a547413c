"""The floors of the house hold, and every room stands on one."""

import configparser
import subprocess
import sys
from pathlib import Path

from django.apps import apps
from django.conf import settings


def _contract() -> configparser.ConfigParser:
    parser = configparser.ConfigParser()
    parser.read(settings.ROOT / ".importlinter")
    return parser


def test_every_local_app_stands_on_a_floor():
    local = {config.name for config in apps.get_app_configs() if Path(config.path).parent == settings.ROOT}
    layers = _contract()["importlinter:contract:floors"]["layers"].replace("|", "\n").split()
    roots = _contract()["importlinter"]["root_packages"].split()
    assert local == set(layers) == set(roots)


def test_contracts_are_kept():
    result = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-logo"],
        cwd=settings.ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout
