import django.contrib.postgres.constraints
import django.db.models.deletion
import jalons.kernel.migrating
import jalons.kernel.periods
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('kernel', '0001_extensions'),
        ('network', '__first__'),
    ]

    operations = [
        jalons.kernel.migrating.CreateModels(
            models=[
                migrations.CreateModel(
                    name='RulebookVersion',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('code', models.CharField(max_length=60, verbose_name='cadre')),
                        ('version', models.CharField(max_length=40, verbose_name='version')),
                        ('authority_code', models.CharField(max_length=60, verbose_name='autorité')),
                        ('label', models.CharField(max_length=300, verbose_name='intitulé')),
                        ('valid_from', models.DateField(verbose_name='valable du')),
                        ('valid_to', models.DateField(null=True, verbose_name='au')),
                        ('applies_to', models.DateField(null=True, verbose_name='appliquée jusqu’au')),
                        ('raw', models.BinaryField()),
                        ('sha256', models.CharField(max_length=64)),
                        ('adopted_on', models.DateField(verbose_name='adoptée le')),
                        ('adopted_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='adoptée par')),
                    ],
                    options={
                        'verbose_name': 'cadre adopté',
                        'verbose_name_plural': 'cadres adoptés',
                        'constraints': [models.UniqueConstraint(fields=('code', 'version'), name='rulebook_version_once', violation_error_message='Cette version du cadre est déjà adoptée.'), django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('code', '='), (jalons.kernel.periods.DateRange('valid_from', 'applies_to'), '&&')], name='rulebook_one_in_force', violation_error_message='Une autre version de ce cadre s’applique déjà à ces dates.'), models.CheckConstraint(condition=models.Q(('applies_to__isnull', True), ('applies_to__gte', models.F('valid_from')), _connector='OR'), name='rulebook_dates_ordered', violation_error_message='Un cadre ne peut pas finir avant de commencer.')],
                        'indexes': [],
                    },
                ),
                migrations.CreateModel(
                    name='RulebookProposal',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('code', models.CharField(max_length=60, verbose_name='cadre')),
                        ('version', models.CharField(max_length=40, verbose_name='version')),
                        ('authority_code', models.CharField(max_length=60, verbose_name='autorité')),
                        ('label', models.CharField(max_length=300, verbose_name='intitulé')),
                        ('valid_from', models.DateField(verbose_name='valable du')),
                        ('valid_to', models.DateField(null=True, verbose_name='au')),
                        ('file_name', models.CharField(max_length=120, verbose_name='fichier')),
                        ('raw', models.BinaryField()),
                        ('sha256', models.CharField(max_length=64)),
                        ('examples_name', models.CharField(blank=True, max_length=120, verbose_name='fichier d’exemples')),
                        ('examples_raw', models.BinaryField(null=True)),
                        ('state', models.CharField(choices=[('draft', 'À l’étude'), ('adopted', 'Adoptée'), ('withdrawn', 'Retirée')], default='draft', max_length=10, verbose_name='état')),
                        ('proposed_on', models.DateField(verbose_name='proposée le')),
                        ('proposed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='proposée par')),
                        ('closed_on', models.DateField(null=True, verbose_name='close le')),
                        ('closed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='close par')),
                        ('adopted', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='proposal', to='rulebooks.rulebookversion', verbose_name='version adoptée')),
                    ],
                    options={
                        'verbose_name': 'proposition de cadre',
                        'verbose_name_plural': 'propositions de cadres',
                        'indexes': [models.Index(fields=['authority_code', '-proposed_on'], name='proposal_of_authority')],
                        'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'draft')), fields=('sha256',), name='proposal_draft_once', violation_error_message='Ce fichier est déjà proposé.'), models.CheckConstraint(condition=models.Q(models.Q(('closed_by__isnull', True), ('closed_on__isnull', True), ('state', 'draft')), models.Q(models.Q(('state', 'draft'), _negated=True), ('closed_by__isnull', False), ('closed_on__isnull', False)), _connector='OR'), name='proposal_closed_by_somebody', violation_error_message='Une proposition adoptée ou retirée dit quand et par qui.'), models.CheckConstraint(condition=models.Q(models.Q(('adopted__isnull', False), ('state', 'adopted')), models.Q(models.Q(('state', 'adopted'), _negated=True), ('adopted__isnull', True)), _connector='OR'), name='proposal_adopted_has_version', violation_error_message='Une proposition adoptée, et elle seule, a sa version du cadre.')],
                    },
                ),
                migrations.CreateModel(
                    name='RuleValue',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('rulebook', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='values_published', to='rulebooks.rulebookversion')),
                        ('action_code', models.CharField(max_length=60)),
                        ('path', models.CharField(max_length=200)),
                        ('value', models.TextField(null=True)),
                        ('number', models.DecimalField(decimal_places=6, max_digits=18, null=True)),
                        ('basis', models.CharField(max_length=8)),
                        ('citation', models.TextField(blank=True)),
                    ],
                    options={
                        'verbose_name': 'valeur de cadre',
                        'constraints': [models.UniqueConstraint(fields=('rulebook', 'action_code', 'path'), name='rule_value_once', violation_error_message='Cette valeur du cadre est déjà publiée.')],
                        'indexes': [],
                    },
                ),
            ],
        ),
    ]
