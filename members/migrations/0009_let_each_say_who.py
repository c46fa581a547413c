from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("members", "0008_see_what_was_seen")]

    operations = [
        migrations.AddConstraint(
            model_name='profile',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('job_title_seen_by__in', [0, 1, 2])), models.Q(('organisation_seen_by__in', [0, 1, 2])), models.Q(('sector_seen_by__in', [0, 1, 2])), models.Q(('region_seen_by__in', [0, 1, 2])), models.Q(('interests_seen_by__in', [0, 1, 2])), models.Q(('about_seen_by__in', [0, 1, 2])), models.Q(('offers_seen_by__in', [0, 1, 2])), models.Q(('looks_for_seen_by__in', [0, 1, 2])), models.Q(('picture_seen_by__in', [0, 1, 2]))), name='profile_seen_by_is_known'),
        ),
    ]
