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
        ('pghistory', '0001_initial'),
    ]

    operations = [
        jalons.kernel.migrating.CreateModels(
            models=[
                migrations.CreateModel(
                    name='Agreement',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('authority', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='agreements', to='network.authority', verbose_name='autorité')),
                        ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='agreements', to='network.organisation', verbose_name='organisme')),
                        ('group', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='agreements', to='network.organisationgroup', verbose_name='groupement')),
                        ('kind', models.CharField(choices=[('convention', 'Convention'), ('in_house', 'Offre interne')], default='convention', max_length=12, verbose_name='nature')),
                        ('reference', models.CharField(max_length=60, verbose_name='référence')),
                        ('start_on', models.DateField(verbose_name='début')),
                        ('end_on', models.DateField(verbose_name='fin')),
                        ('dataset', models.CharField(blank=True, max_length=40, verbose_name='jeu de données')),
                        ('fictitious', models.BooleanField(default=False, verbose_name='fictive')),
                    ],
                    options={
                        'verbose_name': 'convention',
                        'constraints': [models.UniqueConstraint(fields=('authority', 'reference'), name='agreement_reference_once', violation_error_message='Une convention porte déjà cette référence.'), models.CheckConstraint(condition=models.Q(('end_on__gte', models.F('start_on'))), name='agreement_dates_ordered', violation_error_message='La convention ne peut pas finir avant de commencer.')],
                        'indexes': [],
                    },
                ),
                migrations.CreateModel(
                    name='AgreementEvent',
                    fields=[
                        ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                        ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                        ('pgh_label', models.TextField(help_text='The event label.')),
                        ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='agreements.agreement')),
                        ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                        ('id', models.BigIntegerField()),
                        ('authority', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='network.authority', verbose_name='autorité')),
                        ('organisation', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='network.organisation', verbose_name='organisme')),
                        ('group', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='network.organisationgroup', verbose_name='groupement')),
                        ('kind', models.CharField(choices=[('convention', 'Convention'), ('in_house', 'Offre interne')], default='convention', max_length=12, verbose_name='nature')),
                        ('reference', models.CharField(max_length=60, verbose_name='référence')),
                        ('start_on', models.DateField(verbose_name='début')),
                        ('end_on', models.DateField(verbose_name='fin')),
                        ('dataset', models.CharField(blank=True, max_length=40, verbose_name='jeu de données')),
                        ('fictitious', models.BooleanField(default=False, verbose_name='fictive')),
                    ],
                    options={
                        'abstract': False,
                        'indexes': [],
                        'constraints': [],
                    },
                ),
                migrations.CreateModel(
                    name='AgreementLine',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('agreement', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='agreements.agreement')),
                        ('rank', models.PositiveSmallIntegerField(verbose_name='rang')),
                        ('framework_code', models.CharField(max_length=60, verbose_name='cadre')),
                        ('action_code', models.CharField(max_length=60, verbose_name='action')),
                        ('printed_type', models.CharField(blank=True, max_length=80, verbose_name='type imprimé')),
                        ('territory', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='network.territory')),
                        ('theme', models.CharField(blank=True, max_length=80, verbose_name='thématique')),
                        ('start_on', models.DateField(verbose_name='début')),
                        ('end_on', models.DateField(verbose_name='fin')),
                        ('places', models.PositiveIntegerField(verbose_name='places')),
                        ('persons_to_follow', models.PositiveIntegerField(null=True, verbose_name='suivis')),
                        ('amount', models.DecimalField(decimal_places=2, max_digits=12, null=True, verbose_name='montant')),
                        ('fte', models.DecimalField(decimal_places=2, max_digits=6, null=True, verbose_name='ETP')),
                    ],
                    options={
                        'verbose_name': 'ligne de convention',
                        'indexes': [models.Index(fields=['action_code', 'start_on'], name='line_by_action')],
                        'constraints': [models.UniqueConstraint(fields=('agreement', 'rank'), name='line_rank_once', violation_error_message='Cette convention a déjà une ligne de ce rang.'), models.CheckConstraint(condition=models.Q(('end_on__gte', models.F('start_on'))), name='line_dates_ordered', violation_error_message='Une ligne ne peut pas finir avant de commencer.'), models.CheckConstraint(condition=models.Q(('amount__isnull', True), ('amount__gte', 0), _connector='OR'), name='line_amount_not_negative', violation_error_message='Un montant ne peut pas être négatif.')],
                    },
                ),
                migrations.CreateModel(
                    name='AgreementLineEvent',
                    fields=[
                        ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                        ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                        ('pgh_label', models.TextField(help_text='The event label.')),
                        ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='agreements.agreementline')),
                        ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                        ('id', models.BigIntegerField()),
                        ('agreement', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='agreements.agreement')),
                        ('rank', models.PositiveSmallIntegerField(verbose_name='rang')),
                        ('framework_code', models.CharField(max_length=60, verbose_name='cadre')),
                        ('action_code', models.CharField(max_length=60, verbose_name='action')),
                        ('printed_type', models.CharField(blank=True, max_length=80, verbose_name='type imprimé')),
                        ('territory', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='network.territory')),
                        ('theme', models.CharField(blank=True, max_length=80, verbose_name='thématique')),
                        ('start_on', models.DateField(verbose_name='début')),
                        ('end_on', models.DateField(verbose_name='fin')),
                        ('places', models.PositiveIntegerField(verbose_name='places')),
                        ('persons_to_follow', models.PositiveIntegerField(null=True, verbose_name='suivis')),
                        ('amount', models.DecimalField(decimal_places=2, max_digits=12, null=True, verbose_name='montant')),
                        ('fte', models.DecimalField(decimal_places=2, max_digits=6, null=True, verbose_name='ETP')),
                    ],
                    options={
                        'abstract': False,
                        'indexes': [],
                        'constraints': [],
                    },
                ),
                migrations.CreateModel(
                    name='Amendment',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('line', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='amendments', to='agreements.agreementline')),
                        ('decided_on', models.DateField(verbose_name='décidé le')),
                        ('decided_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('places_before', models.PositiveIntegerField()),
                        ('places_after', models.PositiveIntegerField()),
                        ('end_before', models.DateField()),
                        ('end_after', models.DateField()),
                        ('reason', models.CharField(max_length=300, verbose_name='motif')),
                    ],
                    options={
                        'verbose_name': 'avenant',
                        'indexes': [],
                        'constraints': [],
                    },
                ),
                migrations.CreateModel(
                    name='AmendmentEvent',
                    fields=[
                        ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                        ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                        ('pgh_label', models.TextField(help_text='The event label.')),
                        ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='agreements.amendment')),
                        ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                        ('id', models.BigIntegerField()),
                        ('line', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='agreements.agreementline')),
                        ('decided_on', models.DateField(verbose_name='décidé le')),
                        ('decided_by', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                        ('places_before', models.PositiveIntegerField()),
                        ('places_after', models.PositiveIntegerField()),
                        ('end_before', models.DateField()),
                        ('end_after', models.DateField()),
                        ('reason', models.CharField(max_length=300, verbose_name='motif')),
                    ],
                    options={
                        'abstract': False,
                        'indexes': [],
                        'constraints': [],
                    },
                ),
                migrations.CreateModel(
                    name='Report',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('line', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reports', to='agreements.agreementline')),
                        ('kind', models.CharField(choices=[('monthly', 'Bilan mensuel'), ('annual', 'Bilan annuel'), ('financial', 'Rapport financier')], max_length=12, verbose_name='nature')),
                        ('period_start', models.DateField(verbose_name='période')),
                        ('received_on', models.DateField(verbose_name='reçu le')),
                        ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'verbose_name': 'rapport reçu',
                        'verbose_name_plural': 'rapports reçus',
                        'indexes': [models.Index(fields=['line', 'kind', 'received_on'], name='report_by_line')],
                        'constraints': [models.UniqueConstraint(fields=('line', 'kind', 'period_start'), name='report_once_per_period', violation_error_message='Ce rapport est déjà noté pour cette période : corrigez sa date de réception.'), models.CheckConstraint(condition=models.Q(('period_start__day', 1), models.Q(('kind', 'monthly'), ('period_start__month', 1), _connector='OR')), name='report_period_begins', violation_error_message='La période d’un rapport commence le premier jour d’un mois ou d’une année.'), models.CheckConstraint(condition=models.Q(('received_on__gte', models.F('period_start'))), name='report_after_its_period_begins', violation_error_message='Un rapport ne peut pas arriver avant le début de la période dont il parle.')],
                    },
                ),
                migrations.CreateModel(
                    name='ReportEvent',
                    fields=[
                        ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                        ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                        ('pgh_label', models.TextField(help_text='The event label.')),
                        ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='agreements.report')),
                        ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                        ('id', models.BigIntegerField()),
                        ('line', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='agreements.agreementline')),
                        ('kind', models.CharField(choices=[('monthly', 'Bilan mensuel'), ('annual', 'Bilan annuel'), ('financial', 'Rapport financier')], max_length=12, verbose_name='nature')),
                        ('period_start', models.DateField(verbose_name='période')),
                        ('received_on', models.DateField(verbose_name='reçu le')),
                        ('recorded_by', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
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
