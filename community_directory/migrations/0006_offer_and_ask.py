import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('community_directory', '0005_say_what_a_link_is_for'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Exchange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('offer', 'Offer'), ('ask', 'Ask')], max_length=5, verbose_name='what it is')),
                ('text', models.CharField(max_length=280, verbose_name='what you offer or ask')),
                ('until', models.DateField(help_text='The last day on which it is shown, in London.', verbose_name='until')),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('request_key', models.UUIDField(blank=True, editable=False, null=True)),
                ('community', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='exchanges', to='community_directory.community')),
                ('created_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='ExchangeAnswer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('note', models.CharField(max_length=600, verbose_name='what you answer')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('exchange', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='answers', to='community_directory.exchange')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='ExchangeMatch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('place', models.PositiveSmallIntegerField(help_text='In the order of the ask, from 1; empty if it fits no more: it is told of once.', null=True)),
                ('words', models.CharField(help_text='What both say.', max_length=200)),
                ('ask', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='matches', to='community_directory.exchange')),
                ('offer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='community_directory.exchange')),
            ],
            options={
                'ordering': ['ask', 'place', 'pk'],
            },
        ),
        migrations.AddIndex(
            model_name='exchange',
            index=models.Index(condition=models.Q(('closed_at__isnull', True)), fields=['until'], name='exchange_open_until'),
        ),
        migrations.AddConstraint(
            model_name='exchange',
            constraint=models.UniqueConstraint(fields=('created_by', 'request_key'), name='exchange_posted_once'),
        ),
        migrations.AddConstraint(
            model_name='exchangeanswer',
            constraint=models.UniqueConstraint(fields=('exchange', 'person'), name='exchange_answered_once'),
        ),
        migrations.AddConstraint(
            model_name='exchangematch',
            constraint=models.UniqueConstraint(fields=('ask', 'offer'), name='matched_once'),
        ),
    ]
