"""A second full-text table beside Wagtail's, on SQLite: of what is ranked, and not of talk (docs/decisions/0028).

It holds no text of its own: it reads that of the index's rows (https://www.sqlite.org/fts5.html, section 4.4.3).
"""

from django.db import migrations
from wagtail.search.models import IndexEntry

ROWS = IndexEntry._meta.db_table
RANKED = "kit_ranked"
COLUMNS = ("autocomplete", "body", "title")


def _values(row):
    return ", ".join(f"{row}.{name}" for name in COLUMNS)


def _is_ranked(row):
    return f"{row}.autocomplete LIKE '%kindof%'"


_NAMES = ", ".join(COLUMNS)
TABLE = f"CREATE VIRTUAL TABLE {RANKED} USING fts5({_NAMES}, content='{ROWS}', content_rowid='id')"
FILL = (
    f"INSERT INTO {RANKED}(rowid, {_NAMES}) SELECT id, {_values('entry')} FROM {ROWS} entry WHERE {_is_ranked('entry')}"
)
SETTLE = f"INSERT INTO {RANKED}({RANKED}) VALUES('optimize')"
ADD = f"INSERT INTO {RANKED}(rowid, {_NAMES}) SELECT NEW.id, {_values('NEW')} WHERE {_is_ranked('NEW')};"
TAKE = (
    f"INSERT INTO {RANKED}({RANKED}, rowid, {_NAMES}) "
    f"SELECT 'delete', OLD.id, {_values('OLD')} WHERE {_is_ranked('OLD')};"
)
TRIGGERS = {
    f"{RANKED}_insert": f"AFTER INSERT ON {ROWS} BEGIN {ADD} END",
    f"{RANKED}_update": f"AFTER UPDATE ON {ROWS} BEGIN {TAKE} {ADD} END",
    f"{RANKED}_delete": f"AFTER DELETE ON {ROWS} BEGIN {TAKE} END",
}


def make(apps, schema_editor):
    if schema_editor.connection.vendor != "sqlite":
        return
    for statement in (
        TABLE,
        FILL,
        SETTLE,
        *(f"CREATE TRIGGER {name} {does}" for name, does in TRIGGERS.items()),
    ):
        schema_editor.execute(statement, params=None)


def take_away(apps, schema_editor):
    if schema_editor.connection.vendor != "sqlite":
        return
    for name in TRIGGERS:
        schema_editor.execute(f"DROP TRIGGER {name}")
    schema_editor.execute(f"DROP TABLE {RANKED}")


class Migration(migrations.Migration):
    dependencies = [("wagtailsearch", "0010_add_text_fields")]
    operations = [migrations.RunPython(make, take_away)]
