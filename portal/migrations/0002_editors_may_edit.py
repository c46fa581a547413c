"""Gives those who work in Wagtail their rights; permissions are made here, since Django makes them only later."""

from django.apps import apps as installed
from django.contrib.auth.management import create_permissions
from django.contrib.contenttypes.management import create_contenttypes
from django.db import migrations

ROOMS = ("home", "community_directory", "cohorts", "members", "discussion", "wagtailimages", "wagtaildocs")


def give(apps, schema_editor):
    from portal.editors import ensure_editor_group

    for label in ROOMS:
        config = installed.get_app_config(label)
        create_contenttypes(config, verbosity=0)
        create_permissions(config, verbosity=0)
    ensure_editor_group()


def take_back(apps, schema_editor):
    from portal.editors import take_back_from_editors

    take_back_from_editors()


class Migration(migrations.Migration):
    dependencies = [
        ("portal", "0001_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("wagtailcore", "0098_apitoken"),
        ("wagtailadmin", "0005_editingsession_is_editing"),
        ("wagtailimages", "0027_image_description"),
        ("wagtaildocs", "0014_alter_document_file_size"),
        ("members", "0001_initial"),
    ]

    operations = [migrations.RunPython(give, take_back)]
