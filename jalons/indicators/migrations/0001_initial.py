import django.db.models.deletion
import jalons.kernel.clock
import jalons.kernel.migrating
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
                    name='FrozenFigure',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('indicator', models.CharField(max_length=60, verbose_name='indicateur')),
                        ('label', models.CharField(max_length=200, verbose_name='libellé')),
                        ('definition_version', models.PositiveIntegerField(verbose_name='version de la définition')),
                        ('definition', models.JSONField(verbose_name='définition')),
                        ('interval', models.CharField(max_length=8, verbose_name='pas')),
                        ('month', models.DateField(verbose_name='mois')),
                        ('filters', models.JSONField(default=dict, verbose_name='groupe')),
                        ('authority_id', models.BigIntegerField(null=True)),
                        ('numerator', models.DecimalField(decimal_places=8, max_digits=24, verbose_name='numérateur')),
                        ('denominator', models.DecimalField(decimal_places=8, max_digits=24, null=True, verbose_name='dénominateur')),
                        ('value', models.DecimalField(decimal_places=8, max_digits=24, null=True, verbose_name='valeur')),
                        ('published_as', models.CharField(blank=True, max_length=120, verbose_name='publié sous la forme')),
                        ('source', models.CharField(blank=True, max_length=200, verbose_name='source')),
                        ('rows', models.JSONField(default=dict, verbose_name='lignes comptées')),
                        ('frozen_on', models.DateField(verbose_name='gelé le')),
                        ('frozen_at', models.DateTimeField(default=jalons.kernel.clock.now, verbose_name='enregistré à')),
                        ('frozen_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='gelé par')),
                    ],
                    options={
                        'verbose_name': 'chiffre gelé',
                        'verbose_name_plural': 'chiffres gelés',
                        'ordering': ('-frozen_on', 'indicator'),
                        'constraints': [models.CheckConstraint(condition=models.Q(('interval__in', ('month', 'year'))), name='frozen_figure_interval', violation_error_message='Un chiffre gelé porte sur un mois ou sur une année.'), models.CheckConstraint(condition=models.Q(models.Q(('denominator', 0), _negated=True), ('value__isnull', True), _connector='OR'), name='frozen_figure_empty_denominator', violation_error_message='Sans personne au dénominateur, un indicateur est « non calculable ».')],
                        'indexes': [],
                    },
                ),
                migrations.CreateModel(
                    name='MonthlyCube',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('measure', models.CharField(max_length=60, verbose_name='mesure')),
                        ('month', models.DateField(verbose_name='mois')),
                        ('level', models.CharField(max_length=24, verbose_name='niveau')),
                        ('authority_id', models.BigIntegerField(null=True)),
                        ('organisation_id', models.BigIntegerField(null=True)),
                        ('action_code', models.CharField(max_length=80, null=True)),
                        ('territory_id', models.BigIntegerField(null=True)),
                        ('value', models.DecimalField(decimal_places=2, max_digits=18, verbose_name='valeur')),
                    ],
                    options={
                        'verbose_name': 'mesure mensuelle',
                        'verbose_name_plural': 'mesures mensuelles',
                        'constraints': [models.UniqueConstraint(fields=('level', 'measure', 'month', 'authority_id', 'organisation_id', 'action_code', 'territory_id'), name='cube_cell_once', nulls_distinct=False, violation_error_message='Cette mesure est déjà comptée pour ce mois et ce groupe.')],
                        'indexes': [],
                    },
                ),
                migrations.CreateModel(
                    name='StaleMonth',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('month', models.DateField(verbose_name='mois')),
                    ],
                    options={
                        'verbose_name': 'mois à recompter',
                        'verbose_name_plural': 'mois à recompter',
                        'indexes': [],
                        'constraints': [],
                    },
                ),
            ],
        ),
    ]
