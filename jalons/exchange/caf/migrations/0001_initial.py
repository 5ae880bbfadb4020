import django.contrib.postgres.fields
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
                    name='ImportRun',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('authority', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='network.authority')),
                        ('actor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('file_name', models.CharField(max_length=200, verbose_name='fichier')),
                        ('file_size', models.BigIntegerField(verbose_name='taille')),
                        ('sha256', models.BinaryField(max_length=32)),
                        ('kind', models.CharField(blank=True, max_length=1, verbose_name='type')),
                        ('sender', models.CharField(blank=True, max_length=3, verbose_name='application émettrice')),
                        ('paying_body', models.CharField(blank=True, max_length=3, verbose_name='organisme payeur')),
                        ('paying_body_number', models.CharField(blank=True, max_length=3)),
                        ('reference_on', models.DateField(null=True, verbose_name='état au')),
                        ('file_created_at', models.DateTimeField(null=True, verbose_name='fichier créé le')),
                        ('state', models.CharField(choices=[('reading', 'Lecture en cours'), ('merging', 'Intégration en cours'), ('done', 'Importé'), ('refused', 'Fichier refusé')], default='reading', max_length=8, verbose_name='état')),
                        ('position', models.PositiveIntegerField(default=0, verbose_name='foyers lus')),
                        ('households', models.PositiveIntegerField(null=True, verbose_name='foyers du fichier')),
                        ('new', models.PositiveIntegerField(default=0, verbose_name='nouveaux')),
                        ('changed', models.PositiveIntegerField(default=0, verbose_name='modifiés')),
                        ('unchanged', models.PositiveIntegerField(default=0, verbose_name='inchangés')),
                        ('older', models.PositiveIntegerField(default=0, verbose_name='plus anciens que l’état connu')),
                        ('repeated', models.PositiveIntegerField(default=0, verbose_name='répétés dans le fichier')),
                        ('refused', models.PositiveIntegerField(default=0, verbose_name='refusés')),
                        ('waiting', models.PositiveIntegerField(default=0, verbose_name='en attente d’une décision d’identité')),
                        ('absent', models.PositiveIntegerField(default=0, verbose_name='absents du fichier')),
                        ('entrants', models.PositiveIntegerField(null=True, verbose_name='entrants')),
                        ('leavers', models.PositiveIntegerField(null=True, verbose_name='sortants')),
                        ('ended', models.PositiveIntegerField(default=0, verbose_name='fins de droits')),
                        ('unknown_codes', models.JSONField(default=list, verbose_name='codes inconnus')),
                        ('warnings', models.JSONField(default=dict, verbose_name='avertissements')),
                        ('error', models.TextField(blank=True, verbose_name='erreur')),
                        ('started_at', models.DateTimeField(verbose_name='début')),
                        ('finished_at', models.DateTimeField(null=True, verbose_name='fin')),
                    ],
                    options={
                        'verbose_name': 'import CAF',
                        'ordering': ('-pk',),
                        'indexes': [models.Index(fields=['authority', '-reference_on'], name='caf_run_order_of_files')],
                        'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('state__in', ('done', 'refused')), _negated=True), ('finished_at__isnull', False), _connector='OR'), name='caf_run_finished_has_time', violation_error_message='Un import terminé porte l’heure de sa fin.'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'refused'), _negated=True), models.Q(('error', ''), _negated=True), _connector='OR'), name='caf_run_refused_has_error', violation_error_message='Un fichier refusé porte la raison de son refus.')],
                    },
                ),
                migrations.CreateModel(
                    name='MonthlyPresence',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='people.person')),
                        ('paying_body', models.CharField(max_length=3)),
                        ('paying_body_number', models.CharField(max_length=3)),
                        ('present', models.BooleanField()),
                        ('since', models.DateField()),
                    ],
                    options={
                        'verbose_name': 'présence au dernier fichier mensuel',
                        'constraints': [models.UniqueConstraint(fields=('person', 'paying_body', 'paying_body_number'), name='caf_presence_once', violation_error_message='La présence de cette personne est déjà connue.')],
                        'indexes': [],
                    },
                ),
                migrations.CreateModel(
                    name='RefusedRecord',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('run', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='records', to='caf.importrun')),
                        ('position', models.PositiveIntegerField(verbose_name='rang dans le fichier')),
                        ('request_number', models.CharField(blank=True, max_length=11, verbose_name='numéro de demande')),
                        ('reason', models.CharField(max_length=24, verbose_name='motif')),
                        ('message', models.TextField(verbose_name='explication')),
                        ('raw', models.BinaryField()),
                        ('state', models.CharField(choices=[('pending', 'En attente'), ('replayed', 'Rejoué'), ('dropped', 'Abandonné'), ('superseded', 'Remplacé par un envoi plus récent')], default='pending', max_length=10, verbose_name='état')),
                        ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('decided_at', models.DateTimeField(null=True, verbose_name='décidé le')),
                    ],
                    options={
                        'verbose_name': 'foyer refusé',
                        'ordering': ('run', 'position'),
                        'indexes': [models.Index(fields=['state', 'request_number'], name='caf_record_pending')],
                        'constraints': [models.UniqueConstraint(fields=('run', 'position'), name='caf_record_once', violation_error_message='Ce foyer est déjà refusé dans cet import.'), models.CheckConstraint(condition=models.Q(models.Q(('decided_at__isnull', True), ('decided_by__isnull', True)), models.Q(('decided_at__isnull', False), ('decided_by__isnull', False)), _connector='OR'), name='caf_record_decision_paired', violation_error_message='Une décision a une date et un auteur.'), models.CheckConstraint(condition=models.Q(('state', 'pending'), ('raw', b''), _connector='OR'), name='caf_record_forgotten', violation_error_message='L’extrait d’un foyer qui n’attend plus n’est pas conservé.')],
                    },
                ),
                migrations.CreateModel(
                    name='IdentityConflict',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('record', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='conflicts', to='caf.refusedrecord')),
                        ('authority', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='network.authority')),
                        ('request_number', models.CharField(max_length=11, verbose_name='numéro de demande')),
                        ('role', models.CharField(max_length=12, verbose_name='rôle')),
                        ('reason', models.CharField(choices=[('other_nir', 'Même identité, NIR différent'), ('nir_of_another', 'Même NIR, identité différente'), ('two_candidates', 'Plusieurs personnes possibles'), ('same_identity', 'Même identité dans un autre dossier, sans NIR pour trancher')], max_length=16, verbose_name='motif')),
                        ('last_name', models.CharField(max_length=60, verbose_name='nom')),
                        ('birth_name', models.CharField(max_length=60, verbose_name='nom de naissance')),
                        ('first_name', models.CharField(max_length=60, verbose_name='prénom')),
                        ('born_on', models.DateField(verbose_name='date de naissance')),
                        ('birth_rank', models.PositiveSmallIntegerField(null=True, verbose_name='rang de naissance')),
                        ('identity', models.CharField(max_length=160)),
                        ('nir_match', models.BinaryField(max_length=32, null=True)),
                        ('candidates', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, size=None)),
                        ('state', models.CharField(choices=[('open', 'À décider'), ('resolved', 'Décidé')], default='open', max_length=8, verbose_name='état')),
                        ('decision', models.CharField(blank=True, choices=[('same', 'C’est cette personne'), ('other', 'C’est une autre personne')], max_length=8, verbose_name='décision')),
                        ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
                        ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('decided_at', models.DateTimeField(null=True, verbose_name='décidé le')),
                    ],
                    options={
                        'verbose_name': 'conflit d’identité',
                        'ordering': ('pk',),
                        'constraints': [models.UniqueConstraint(models.F('authority'), models.F('request_number'), models.F('identity'), models.F('nir_match'), name='caf_conflict_once', nulls_distinct=False, violation_error_message='Ce conflit attend déjà une décision.'), models.CheckConstraint(condition=models.Q(models.Q(('decided_at__isnull', True), ('decided_by__isnull', True), ('decision', ''), ('state', 'open')), models.Q(('decided_at__isnull', False), ('decided_by__isnull', False), ('state', 'resolved'), models.Q(('decision', ''), _negated=True)), _connector='OR'), name='caf_conflict_decision_whole', violation_error_message='Une décision d’identité a un choix, une date et un auteur.'), models.CheckConstraint(condition=models.Q(models.Q(('decision', 'same'), _negated=True), ('person__isnull', False), _connector='OR'), name='caf_conflict_same_names_person', violation_error_message='Dites de quelle personne il s’agit.')],
                        'indexes': [],
                    },
                ),
            ],
        ),
    ]
