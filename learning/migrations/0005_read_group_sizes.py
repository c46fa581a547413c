"""How many a resource is run with, read from its words: "3 to 12", "Up to 30". The words stay."""

import re

from django.db import migrations

_RANGE = re.compile(r"(\d{1,4})\s*(?:to|–|-)\s*(\d{1,4})", re.IGNORECASE)
_UP_TO = re.compile(r"up to (\d{1,4})", re.IGNORECASE)
_AT_LEAST = re.compile(r"(\d{1,4})\s*(?:or more|\+)", re.IGNORECASE)
_EXACTLY = re.compile(r"\s*(\d{1,4})\s*(?:people)?\s*")


def numbers(words):
    """The smallest and the largest group that some words name; None for what they do not say."""
    if found := _RANGE.search(words):
        low, high = int(found[1]), int(found[2])
        return (low, high) if low <= high else (None, None)
    if found := _UP_TO.search(words):
        return None, int(found[1])
    if found := _AT_LEAST.search(words):
        return int(found[1]), None
    if found := _EXACTLY.fullmatch(words):
        return int(found[1]), int(found[1])
    return None, None


def read(apps, schema_editor):
    pages = apps.get_model("learning", "GuidancePage").objects
    for page in pages.exclude(group_size="").filter(group_min=None, group_max=None).only("pk", "group_size"):
        low, high = numbers(page.group_size)
        if low or high:
            pages.filter(pk=page.pk).update(group_min=low, group_max=high)


class Migration(migrations.Migration):
    dependencies = [("learning", "0004_blocks_upkeep_and_collections")]
    operations = [migrations.RunPython(read, migrations.RunPython.noop)]
