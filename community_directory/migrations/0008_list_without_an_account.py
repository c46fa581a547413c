import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
from django.db import migrations, models
from django.db.models import F


def fill(apps, schema_editor):
    """What is in the directory was confirmed when it came into it."""
    communities = apps.get_model("community_directory", "Community").objects
    communities.filter(confirmed_at=None).exclude(published_at=None).update(confirmed_at=F("published_at"))


class Migration(migrations.Migration):
    dependencies = [
        ('community_directory', '0007_network'),
    ]

    operations = [
        migrations.AddField(
            model_name='community',
            name='confirmed_at',
            field=models.DateTimeField(blank=True, editable=False, help_text='When it came into the directory, or somebody who looks after it last said that it is alive.', null=True, verbose_name='last confirmed'),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop, elidable=True),
        migrations.AddConstraint(
            model_name='community',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['published', 'dormant']), _negated=True), ('confirmed_at__isnull', False), _connector='OR'), name='listed_community_is_confirmed'),
        ),
        migrations.AddField(
            model_name='community',
            name='alive_asked_at',
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name='community',
            name='alive_reminded_at',
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name='community',
            name='convened_outside',
            field=models.BooleanField(db_default=False, default=False, editable=False, help_text='Whether somebody without an account looks after it: see Steward.'),
        ),
        migrations.AddField(
            model_name='community',
            name='left_behind',
            field=models.TextField(blank=True, db_default='', default='', help_text='What its conveners wrote when it ended.', max_length=600, verbose_name='what it leaves behind'),
        ),
        migrations.CreateModel(
            name='OutsideListing',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('email', models.EmailField(max_length=254)),
                ('name', models.CharField(max_length=150, verbose_name='your name')),
                ('texts', models.JSONField(help_text='As the form was filled in; terms by their keys.', verbose_name='what you wrote')),
                ('request_key', models.UUIDField(editable=False, help_text='So that a form sent twice is one.', unique=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('email', django.db.models.functions.text.Lower('email'))), name='listing_in_small_letters')],
            },
        ),
        migrations.CreateModel(
            name='Steward',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('email', models.EmailField(max_length=254)),
                ('name', models.CharField(blank=True, default='', max_length=150, verbose_name='your name')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('confirmed_at', models.DateTimeField(blank=True, help_text='Empty while it is offered to them, and they have not said yes.', null=True)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('community', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='stewards', to='community_directory.community')),
            ],
            options={
                'ordering': ['created_at', 'pk'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('confirmed_at__isnull', False), ('ended_at__isnull', True)), fields=('community',), name='one_steward_at_a_time'), models.UniqueConstraint(condition=models.Q(('confirmed_at__isnull', True)), fields=('community',), name='offered_to_one_at_a_time'), models.CheckConstraint(condition=models.Q(('ended_at__isnull', True), ('confirmed_at__isnull', False), _connector='OR'), name='steward_ends_after_it_began'), models.CheckConstraint(condition=models.Q(('email', django.db.models.functions.text.Lower('email'))), name='steward_in_small_letters')],
            },
        ),
    ]
