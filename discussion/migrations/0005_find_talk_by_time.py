"""Talk's words in the search index, so that they are not of what is ranked (kit.search; docs/decisions/0028).

Only SQLite looks for them; elsewhere the next change of a row brings its new word.
"""

from django.db import migrations
from wagtail.search.models import IndexEntry

ROWS = IndexEntry._meta.db_table


def _say(before, after):
    def say(apps, schema_editor):
        if schema_editor.connection.vendor != "sqlite":
            return
        for kind in ("topic", "post"):
            schema_editor.execute(
                f"UPDATE {ROWS} SET autocomplete = replace(autocomplete, %s, %s) WHERE autocomplete LIKE %s",
                [f"{before}{kind}", f"{after}{kind}", f"%{before}{kind}%"],
            )

    return say


class Migration(migrations.Migration):
    dependencies = [("discussion", "0004_about_a_page"), ("wagtailsearch", "0010_add_text_fields")]
    # Or each row of talk would be ranked first and then not.
    run_before = [("kit", "0001_rank_apart_from_talk")]
    operations = [migrations.RunPython(_say("kindof", "talkof"), _say("talkof", "kindof"))]
