from django.db import migrations

NOBODY, NETWORK = 0, 2
TEXTS = ("job_title", "about", "offers", "looks_for")
PLACES = ("organisation", "sector", "region")


def keep_what_was_promised(apps, schema_editor):
    """Who could be found showed everything to the network. Whoever could not had been told that only their name
    shows: what they have written stays with them until they say otherwise.
    """
    profiles = apps.get_model("members", "Profile").objects
    everything = [*TEXTS, *PLACES, "interests"]
    profiles.filter(findable=True).update(**{f"{name}_seen_by": NETWORK for name in everything})
    hidden = profiles.filter(findable=False)
    for name in TEXTS:
        hidden.exclude(**{name: ""}).update(**{f"{name}_seen_by": NOBODY})
    for name in PLACES:
        hidden.exclude(**{name: None}).update(**{f"{name}_seen_by": NOBODY})


class Migration(migrations.Migration):

    dependencies = [("members", "0007_say_who_sees_what")]

    operations = [migrations.RunPython(keep_what_was_promised, migrations.RunPython.noop, elidable=True)]
