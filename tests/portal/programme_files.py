"""Programme files for tests: the real one, and a small one that a test can bend."""

import json
import tomllib
from collections.abc import Callable
from datetime import date, time
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.sessions.models import Session

REAL = settings.ROOT / "portal" / "programmes" / "2021-22.toml"

SMALL = """
format = 1

[programme]
key = "small-year"
title = "A small year"
slug = "small"
introduction = "Learn by doing."
year = "2025"
description = '''
Words before.

## A part

Words **after**.
'''
outcomes = ["see what it asks of you"]

[programme.commitment]
days = 2
text = "Two days."

[cohort]
name = "Cohort 2025"
slug = "2025"

[[modules]]
number = 1
title = "Beginning"
slug = "beginning"
summary = "How to begin."
themes = ["trust"]
outcomes = ["begin"]
body = "Begin *well*."
before = [
    { title = "Ask", text = "Ask one question.", minutes = 10 },
    { title = "Wait", text = "Wait for the answer." },
]

[[modules.sessions]]
title = "First half-day"
date = 2025-03-06
starts = 09:30:00
ends = 12:30:00
provisional = true
description = "Meet."

[[modules]]
number = 2
title = "Going on"
slug = "going-on"
summary = "How to go on."

[[modules.sessions]]
title = "Second half-day"
date = 2025-05-08
starts = 09:30:00
ends = 12:30:00

[[sessions]]
kind = "clinic"
title = "Clinic"
after_module = 1
form = "Online drop-in"

[[sessions]]
kind = "celebration"
title = "Celebration"
date = 2025-07-04
starts = 14:00:00
ends = 16:00:00
form = "The town hall"
"""


def raw() -> dict[str, Any]:
    """The small file, read: to be changed and written again with ``toml``."""
    return tomllib.loads(SMALL)


def real_raw() -> dict[str, Any]:
    """The real file, read."""
    return tomllib.loads(REAL.read_text(encoding="utf-8"))


def bent(change: Callable[[dict[str, Any]], Any]) -> str:
    """The small file after a change."""
    document = raw()
    change(document)
    return toml(document)


def toml(table: dict[str, Any]) -> str:
    """A table as TOML, with everything inside it inline."""
    return "\n".join(f"{json.dumps(key)} = {_inline(value)}" for key, value in table.items()) + "\n"


def _inline(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(key)} = {_inline(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_inline(inner) for inner in value) + "]"
    if isinstance(value, date | time):
        return value.isoformat()
    # Text outside ASCII as it is: TOML has no surrogate pairs. DEL must be escaped, and JSON leaves it.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def everything() -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table; what a browser's session remembers is no content."""
    return {
        model._meta.label: list(model._base_manager.order_by("pk").values_list())
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy and model is not Session
    }
