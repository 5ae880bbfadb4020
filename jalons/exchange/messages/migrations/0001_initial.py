import django.db.models.deletion
import jalons.kernel.migrating
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('kernel', '0001_extensions'),
        ('network', '0001_initial'),
        ('pghistory', '0001_initial'),
    ]

    operations = [
        jalons.kernel.migrating.CreateModels(
            models=[
                migrations.CreateModel(
                    name='ReminderRule',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('authority', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reminder_rules', to='network.authority')),
                        ('channel', models.CharField(choices=[('email', 'Courriel'), ('sms', 'SMS')], max_length=8, verbose_name='voie')),
                        ('days_before', models.PositiveSmallIntegerField(verbose_name='jours avant')),
                        ('first_hour', models.PositiveSmallIntegerField(verbose_name='à partir de (heure)')),
                        ('last_hour', models.PositiveSmallIntegerField(verbose_name='jusqu’à (heure)')),
                        ('basis', models.CharField(max_length=200, verbose_name='fondement')),
                    ],
                    options={
                        'verbose_name': 'réglage des rappels',
                        'constraints': [models.UniqueConstraint(fields=('authority', 'channel'), name='reminder_rule_once', violation_error_message='Cette voie a déjà son réglage.'), models.CheckConstraint(condition=models.Q(('days_before__gte', 1), ('days_before__lte', 30)), name='reminder_rule_days', violation_error_message='Un rappel part de 1 à 30 jours avant.'), models.CheckConstraint(condition=models.Q(('first_hour__lt', models.F('last_hour')), ('last_hour__lte', 24)), name='reminder_rule_hours', violation_error_message='Les heures d’envoi vont de la première à la dernière, dans la même journée.'), models.CheckConstraint(condition=models.Q(('basis', ''), _negated=True), name='reminder_rule_basis', violation_error_message='Dites sur quoi repose ce réglage.')],
                        'indexes': [],
                    },
                ),
                migrations.CreateModel(
                    name='ReminderRuleEvent',
                    fields=[
                        ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                        ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                        ('pgh_label', models.TextField(help_text='The event label.')),
                        ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='outgoing.reminderrule')),
                        ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                        ('id', models.BigIntegerField()),
                        ('authority', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='network.authority')),
                        ('channel', models.CharField(choices=[('email', 'Courriel'), ('sms', 'SMS')], max_length=8, verbose_name='voie')),
                        ('days_before', models.PositiveSmallIntegerField(verbose_name='jours avant')),
                        ('first_hour', models.PositiveSmallIntegerField(verbose_name='à partir de (heure)')),
                        ('last_hour', models.PositiveSmallIntegerField(verbose_name='jusqu’à (heure)')),
                        ('basis', models.CharField(max_length=200, verbose_name='fondement')),
                    ],
                    options={
                        'abstract': False,
                        'indexes': [],
                        'constraints': [],
                    },
                ),
            ],
        ),
    ]
