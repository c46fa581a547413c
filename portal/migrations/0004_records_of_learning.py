import django.db.models.deletion
import django.utils.timezone
import portal.codes
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('cohorts', '0003_keep_what_changed_about_sessions'),
        ('portal', '0003_next_year'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='LearningRecord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(default=portal.codes.new_code, editable=False, max_length=12, unique=True)),
                ('issued_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='made')),
                ('content', models.JSONField(help_text='What it says, as portal.record gathered it.')),
                ('digest', models.CharField(editable=False, help_text='SHA-256 of what it says.', max_length=64)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-issued_at', '-pk'],
                'constraints': [models.UniqueConstraint(fields=('person', 'digest'), name='learning_record_once')],
            },
        ),
        migrations.CreateModel(
            name='TookPart',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('said_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='said')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('session', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='cohorts.session')),
            ],
            options={
                'verbose_name_plural': 'took part',
                'constraints': [models.UniqueConstraint(fields=('person', 'session'), name='took_part_once')],
            },
        ),
    ]
