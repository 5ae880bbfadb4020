import django.db.models.deletion
import jalons.kernel.migrating
import uuid
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
                    name='KeptLayout',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='network.organisation')),
                        ('name', models.CharField(max_length=60, verbose_name='nom du tableau')),
                        ('columns', models.JSONField(default=dict)),
                        ('words', models.JSONField(default=dict)),
                        ('action_code', models.CharField(blank=True, max_length=60, verbose_name='action des entrées')),
                        ('orient_on_entry', models.BooleanField(default=False, verbose_name='noter l’orientation au jour de l’entrée')),
                        ('at', models.DateTimeField(verbose_name='le')),
                        ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'verbose_name': 'correspondance de colonnes',
                        'constraints': [models.UniqueConstraint(fields=('organisation', 'name'), name='kept_layout_once', violation_error_message='Une correspondance porte déjà ce nom pour cet organisme.')],
                        'indexes': [],
                    },
                ),
                migrations.CreateModel(
                    name='Move',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('key', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        ('authority', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='network.authority')),
                        ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='network.organisation')),
                        ('layout', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='moves', to='spreadsheets.keptlayout')),
                        ('file_name', models.CharField(max_length=200, verbose_name='fichier')),
                        ('file_hash', models.BinaryField(max_length=32)),
                        ('sheet', models.CharField(blank=True, max_length=120, verbose_name='feuille')),
                        ('headers', models.JSONField()),
                        ('state', models.CharField(choices=[('columns', 'Colonnes à relier'), ('ready', 'À vérifier'), ('running', 'Import en cours'), ('done', 'Importé'), ('undone', 'Annulé'), ('erased', 'Effacé')], default='columns', max_length=8, verbose_name='état')),
                        ('unknown', models.JSONField(default=dict)),
                        ('at', models.DateTimeField(verbose_name='déposé le')),
                        ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('applied_at', models.DateTimeField(null=True, verbose_name='importé le')),
                        ('applied_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('undone_at', models.DateTimeField(null=True, verbose_name='annulé le')),
                        ('undone_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('erased_rows', models.PositiveIntegerField(default=0, verbose_name='lignes effacées')),
                        ('erased_on', models.DateField(null=True, verbose_name='effacées le')),
                    ],
                    options={
                        'verbose_name': 'reprise d’un tableau',
                        'indexes': [models.Index(fields=['authority', '-at'], name='move_journal')],
                        'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('undone_at__isnull', True), ('undone_by__isnull', True)), models.Q(('undone_at__isnull', False), ('undone_by__isnull', False)), _connector='OR'), name='move_undone_when_and_by_whom', violation_error_message='L’annulation d’une reprise dit quand et par qui.'), models.CheckConstraint(condition=models.Q(models.Q(('erased_on__isnull', True), ('erased_rows', 0)), models.Q(('erased_on__isnull', False), ('erased_rows__gt', 0)), _connector='OR'), name='move_erased_rows_and_day', violation_error_message='Des lignes effacées disent combien et quel jour.')],
                    },
                ),
                migrations.CreateModel(
                    name='MoveRow',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('move', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rows', to='spreadsheets.move')),
                        ('number', models.PositiveIntegerField(verbose_name='ligne')),
                        ('rank', models.PositiveIntegerField(default=0)),
                        ('cells', models.BinaryField(null=True)),
                        ('status', models.CharField(choices=[('new', 'Nouvelle'), ('changed', 'Modifiée'), ('unchanged', 'Inchangée'), ('refused', 'Refusée')], default='refused', max_length=12, verbose_name='état')),
                        ('reason', models.CharField(blank=True, max_length=1000, verbose_name='motif')),
                        ('summary', models.CharField(blank=True, max_length=300, verbose_name='ce que fait la ligne')),
                        ('remark', models.CharField(blank=True, max_length=500, verbose_name='remarque')),
                        ('taken', models.BooleanField(default=False, verbose_name='reprise')),
                        ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='people.person')),
                        ('corrected_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'verbose_name': 'ligne d’une reprise',
                        'indexes': [models.Index(fields=['move', 'taken', 'rank'], name='move_row_next')],
                        'constraints': [models.UniqueConstraint(fields=('move', 'number'), name='move_row_once', violation_error_message='Cette ligne est déjà dans la reprise.'), models.CheckConstraint(condition=models.Q(('taken', True), ('cells__isnull', False), _connector='OR'), name='move_row_waiting_keeps_its_cells', violation_error_message='Une ligne qui attend garde ses cellules.')],
                    },
                ),
                migrations.CreateModel(
                    name='MoveFact',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('move', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='facts', to='spreadsheets.move')),
                        ('row', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='facts', to='spreadsheets.moverow')),
                        ('kind', models.CharField(choices=[('person', 'personne'), ('orientation', 'orientation'), ('enrolment', 'inscription'), ('mandate', 'référent'), ('appointment', 'rendez-vous'), ('step', 'étape'), ('job', 'emploi'), ('exit', 'sortie')], max_length=12)),
                        ('person_id', models.BigIntegerField()),
                        ('object_id', models.BigIntegerField()),
                        ('before', models.JSONField(null=True)),
                        ('fingerprint', models.BinaryField(max_length=32)),
                        ('undone', models.BooleanField(default=False)),
                    ],
                    options={
                        'verbose_name': 'fait repris',
                        'indexes': [models.Index(fields=['move', 'person_id'], name='move_fact_of_person')],
                        'constraints': [],
                    },
                ),
                migrations.CreateModel(
                    name='OwnNumber',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='network.organisation')),
                        ('number', models.CharField(max_length=60, verbose_name='numéro')),
                        ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='own_numbers', to='people.person')),
                        ('move', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='spreadsheets.move')),
                    ],
                    options={
                        'verbose_name': 'numéro dans l’outil de l’organisme',
                        'constraints': [models.UniqueConstraint(fields=('organisation', 'number'), name='own_number_once', violation_error_message='Ce numéro est déjà celui d’une autre personne de cet organisme.')],
                        'indexes': [],
                    },
                ),
                migrations.CreateModel(
                    name='TableImport',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('authority', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='network.authority')),
                        ('kind', models.CharField(max_length=24)),
                        ('dataset', models.CharField(max_length=40, verbose_name='jeu de données')),
                        ('file_name', models.CharField(max_length=200, verbose_name='fichier')),
                        ('file_hash', models.BinaryField(max_length=32)),
                        ('headers', models.JSONField()),
                        ('at', models.DateTimeField(verbose_name='le')),
                        ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('new', models.PositiveIntegerField(default=0, verbose_name='nouvelles')),
                        ('changed', models.PositiveIntegerField(default=0, verbose_name='modifiées')),
                        ('unchanged', models.PositiveIntegerField(default=0, verbose_name='inchangées')),
                        ('refused', models.PositiveIntegerField(default=0, verbose_name='refusées')),
                    ],
                    options={
                        'verbose_name': 'tableau reçu',
                        'indexes': [models.Index(fields=['authority', '-at'], name='tableimport_journal')],
                        'constraints': [],
                    },
                ),
                migrations.CreateModel(
                    name='TableRow',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('table', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rows', to='spreadsheets.tableimport')),
                        ('number', models.PositiveIntegerField(verbose_name='ligne')),
                        ('status', models.CharField(choices=[('new', 'Nouvelle'), ('changed', 'Modifiée'), ('unchanged', 'Inchangée'), ('refused', 'Refusée')], max_length=12, verbose_name='état')),
                        ('reason', models.CharField(blank=True, max_length=1000, verbose_name='motif')),
                        ('cells', models.JSONField(null=True)),
                        ('sealed', models.BinaryField(null=True)),
                        ('subject_id', models.BigIntegerField(null=True)),
                    ],
                    options={
                        'verbose_name': 'ligne d’un tableau',
                        'constraints': [models.UniqueConstraint(fields=('table', 'number'), name='table_row_once', violation_error_message='Cette ligne a déjà un résultat.'), models.CheckConstraint(condition=models.Q(models.Q(('status', 'refused'), _negated=True), models.Q(models.Q(('reason', ''), _negated=True), models.Q(('cells__isnull', False), ('sealed__isnull', False), _connector='OR')), _connector='OR'), name='table_row_refused_says_why', violation_error_message='Une ligne refusée garde son motif et ses cellules.')],
                        'indexes': [],
                    },
                ),
            ],
        ),
    ]
