import django.db.models.deletion
import django.db.models.functions.comparison
from django.conf import settings
from django.db import migrations, models


def say_it_in_the_old_words(apps, schema_editor):
    """Going back: what was taken back had ended, and what nobody answered yet is declined."""
    connections = apps.get_model('community_directory', 'Connection')._default_manager
    connections.filter(state='withdrawn').update(state='ended')
    connections.filter(state='introduced').update(state='declined')


class Migration(migrations.Migration):

    dependencies = [
        ('community_directory', '0004_suggest_who_is_worth_meeting'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunPython(migrations.RunPython.noop, say_it_in_the_old_words),
        migrations.RemoveConstraint(
            model_name='connection',
            name='one_connection_each_pair',
        ),
        migrations.AddField(
            model_name='connection',
            name='came_of_it',
            field=models.CharField(blank=True, db_default='', default='', max_length=600, verbose_name='what came of it'),
        ),
        migrations.AddField(
            model_name='connection',
            name='introduced_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='connection',
            name='kind',
            field=models.CharField(choices=[('practice', 'Share what they do'), ('meetings', 'Meet together'), ('learns', 'One learns from the other'), ('mentors', 'One mentors the other'), ('grew', 'One grew out of the other'), ('merged', 'One merged into the other')], db_default='practice', default='practice', max_length=8, verbose_name='what you do together'),
        ),
        migrations.AddField(
            model_name='connection',
            name='look_again_on',
            field=models.DateField(blank=True, null=True, verbose_name='look at it again on'),
        ),
        migrations.AddField(
            model_name='connection',
            name='looked_for_on',
            field=models.DateField(blank=True, editable=False, help_text='The day for which its conveners were reminded.', null=True),
        ),
        migrations.AddField(
            model_name='connection',
            name='purpose',
            field=models.CharField(blank=True, db_default='', default='', max_length=400, verbose_name='what you want to do together'),
        ),
        migrations.AlterField(
            model_name='connection',
            name='state',
            field=models.CharField(choices=[('introduced', 'Introduced'), ('proposed', 'Proposed'), ('accepted', 'Connected'), ('declined', 'Declined'), ('withdrawn', 'Taken back'), ('ended', 'Ended')], default='proposed', max_length=10),
        ),
        migrations.AddIndex(
            model_name='connection',
            index=models.Index(condition=models.Q(('look_again_on__isnull', False)), fields=['look_again_on'], name='connection_look_again'),
        ),
        migrations.AddConstraint(
            model_name='connection',
            constraint=models.UniqueConstraint(django.db.models.functions.comparison.Least('source', 'target'), django.db.models.functions.comparison.Greatest('source', 'target'), condition=models.Q(('state__in', ['introduced', 'proposed', 'accepted'])), name='one_open_connection_each_pair'),
        ),
    ]
