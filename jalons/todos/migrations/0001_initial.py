import django.db.models.deletion
import jalons.kernel.migrating
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('kernel', '0001_extensions'),
        ('network', '0001_initial'),
        ('network', '__first__'),
        ('people', '0001_initial'),
    ]

    operations = [
        jalons.kernel.migrating.CreateModels(
            models=[
                migrations.CreateModel(
                    name='CalendarFeed',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='calendar_feed', to=settings.AUTH_USER_MODEL)),
                        ('secret_hash', models.BinaryField(max_length=32, unique=True)),
                        ('made_on', models.DateField(verbose_name='créé le')),
                        ('last_read_on', models.DateField(null=True, verbose_name='lu le')),
                        ('content_hash', models.CharField(blank=True, max_length=64)),
                        ('changed_at', models.DateTimeField(null=True)),
                    ],
                    options={
                        'verbose_name': 'calendrier',
                        'indexes': [],
                        'constraints': [],
                    },
                ),
                migrations.CreateModel(
                    name='Reminder',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='reminders', to=settings.AUTH_USER_MODEL)),
                        ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='people.person')),
                        ('subject_kind', models.CharField(max_length=16)),
                        ('subject_id', models.BigIntegerField()),
                        ('obligation_code', models.CharField(max_length=80)),
                        ('occurrence', models.CharField(blank=True, max_length=24)),
                        ('action_code', models.CharField(max_length=60)),
                        ('set_on', models.DateField(verbose_name='demandé le')),
                        ('remind_on', models.DateField(verbose_name='à rappeler le')),
                    ],
                    options={
                        'verbose_name': 'rappel',
                        'constraints': [models.UniqueConstraint(fields=('user', 'subject_id', 'obligation_code', 'subject_kind', 'occurrence', 'action_code'), name='reminder_once', violation_error_message='Un rappel est déjà noté pour cette échéance.'), models.CheckConstraint(condition=models.Q(('remind_on__gt', models.F('set_on'))), name='reminder_later', violation_error_message='Le rappel vient après le jour où il est demandé.')],
                        'indexes': [],
                    },
                ),
                migrations.CreateModel(
                    name='Round',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('day', models.DateField(verbose_name='jour')),
                        ('rulebooks', models.CharField(max_length=64)),
                        ('started_at', models.DateTimeField(verbose_name='commencé le')),
                        ('finished_at', models.DateTimeField(null=True, verbose_name='fini le')),
                        ('total', models.PositiveIntegerField(default=0, verbose_name='personnes')),
                        ('done', models.PositiveIntegerField(default=0, verbose_name='recalculées')),
                        ('last_person_id', models.BigIntegerField(default=0)),
                        ('written', models.PositiveIntegerField(default=0, verbose_name='écrites')),
                        ('deleted', models.PositiveIntegerField(default=0, verbose_name='effacées')),
                    ],
                    options={
                        'verbose_name': 'calcul des échéances',
                        'constraints': [models.UniqueConstraint(fields=('day', 'rulebooks'), name='round_once', violation_error_message='Ce calcul existe déjà.')],
                        'indexes': [],
                    },
                ),
                migrations.CreateModel(
                    name='Todo',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('subject_kind', models.CharField(max_length=16)),
                        ('subject_id', models.BigIntegerField()),
                        ('obligation_code', models.CharField(max_length=80)),
                        ('occurrence', models.CharField(blank=True, max_length=24)),
                        ('rulebook_code', models.CharField(max_length=60)),
                        ('rulebook_version', models.CharField(max_length=40)),
                        ('action_code', models.CharField(max_length=60)),
                        ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='todos', to='people.person')),
                        ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='todos', to='network.organisation')),
                        ('authority', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='todos', to='network.authority')),
                        ('due_on', models.DateField(null=True, verbose_name='échéance')),
                        ('met_on', models.DateField(null=True, verbose_name='fait le')),
                        ('breached_on', models.DateField(null=True, verbose_name='manqué le')),
                        ('suspended_from', models.DateField(null=True)),
                        ('suspended_to', models.DateField(null=True)),
                        ('measured', models.DecimalField(decimal_places=2, max_digits=12, null=True, verbose_name='compté')),
                        ('required', models.DecimalField(decimal_places=2, max_digits=12, null=True, verbose_name='demandé')),
                        ('evidence', models.JSONField(default=list)),
                    ],
                    options={
                        'verbose_name': 'échéance',
                        'indexes': [models.Index(condition=models.Q(('met_on__isnull', True)), fields=['organisation', 'due_on'], name='todo_open_of_organisation'), models.Index(condition=models.Q(('met_on__isnull', True)), fields=['authority', 'due_on'], name='todo_open_of_authority'), models.Index(fields=['person', 'due_on'], name='todo_of_person')],
                        'constraints': [models.UniqueConstraint(fields=('action_code', 'obligation_code', 'subject_kind', 'subject_id', 'occurrence'), name='todo_once', violation_error_message='Cette échéance existe déjà.')],
                    },
                ),
            ],
        ),
    ]
