import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.lookups
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
        ('pghistory', '0001_initial'),
    ]

    operations = [
        jalons.kernel.migrating.CreateModels(
            models=[
                migrations.CreateModel(
                    name='Document',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('key', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        ('kind', models.CharField(max_length=40, verbose_name='nature')),
                        ('title', models.CharField(max_length=200, verbose_name='titre')),
                        ('media_type', models.CharField(max_length=100, verbose_name='type')),
                        ('raw', models.BinaryField()),
                        ('sha256', models.CharField(max_length=64, verbose_name='empreinte')),
                        ('size', models.PositiveIntegerField(verbose_name='taille, en octets')),
                        ('template', models.CharField(blank=True, max_length=100, verbose_name='modèle')),
                        ('made_on', models.DateField(verbose_name='date')),
                        ('made_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                        ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='par')),
                    ],
                    options={
                        'verbose_name': 'document',
                        'constraints': [models.CheckConstraint(condition=models.Q(('size__gt', 0)), name='document_not_empty', violation_error_message='Un document ne peut pas être vide.'), models.CheckConstraint(condition=django.db.models.lookups.Exact(models.F('sha256'), models.Func(models.Func(models.F('raw'), function='sha256'), models.Value('hex'), function='encode')), name='document_hash_of_its_bytes', violation_error_message='L’empreinte n’est pas celle du document.')],
                        'indexes': [],
                    },
                ),
                migrations.CreateModel(
                    name='LetterModel',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('authority', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='letter_models', to='network.authority')),
                        ('kind', models.CharField(choices=[('convocation', 'Convocation'), ('orientation', 'Orientation'), ('contract', 'Contrat'), ('report', 'Rapport')], max_length=12, verbose_name='nature')),
                        ('name', models.CharField(max_length=80, verbose_name='nom')),
                        ('withdrawn_on', models.DateField(null=True, verbose_name='retiré le')),
                    ],
                    options={
                        'verbose_name': 'modèle de courrier',
                        'constraints': [models.UniqueConstraint(fields=('authority', 'name'), name='letter_model_name_once', violation_error_message='Un modèle porte déjà ce nom : donnez-en un autre.')],
                        'indexes': [],
                    },
                ),
                migrations.CreateModel(
                    name='LetterModelEvent',
                    fields=[
                        ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                        ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                        ('pgh_label', models.TextField(help_text='The event label.')),
                        ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='documents.lettermodel')),
                        ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                        ('id', models.BigIntegerField()),
                        ('authority', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='network.authority')),
                        ('kind', models.CharField(choices=[('convocation', 'Convocation'), ('orientation', 'Orientation'), ('contract', 'Contrat'), ('report', 'Rapport')], max_length=12, verbose_name='nature')),
                        ('name', models.CharField(max_length=80, verbose_name='nom')),
                        ('withdrawn_on', models.DateField(null=True, verbose_name='retiré le')),
                    ],
                    options={
                        'abstract': False,
                        'indexes': [],
                        'constraints': [],
                    },
                ),
                migrations.CreateModel(
                    name='LetterVersion',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('model', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='documents.lettermodel')),
                        ('number', models.PositiveSmallIntegerField(verbose_name='version')),
                        ('heading', models.CharField(max_length=160, verbose_name='objet')),
                        ('body', models.TextField(verbose_name='texte')),
                        ('sender', models.TextField(blank=True, verbose_name='expéditeur')),
                        ('place', models.CharField(blank=True, max_length=60, verbose_name='fait à')),
                        ('signatory', models.CharField(blank=True, max_length=160, verbose_name='signataire')),
                        ('change', models.CharField(blank=True, max_length=200, verbose_name='ce qui change')),
                        ('written_on', models.DateField(verbose_name='écrite le')),
                        ('written_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='par')),
                    ],
                    options={
                        'verbose_name': 'version d’un modèle de courrier',
                        'constraints': [models.UniqueConstraint(fields=('model', 'number'), name='letter_version_number_once', violation_error_message='Ce modèle vient d’être modifié par quelqu’un d’autre : relisez sa version.'), models.CheckConstraint(condition=models.Q(models.Q(('heading', ''), _negated=True), models.Q(('body', ''), _negated=True)), name='letter_version_says_something', violation_error_message='Un courrier a un objet et un texte.')],
                        'indexes': [],
                    },
                ),
                migrations.CreateModel(
                    name='Signature',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('document', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='signatures', to='documents.document')),
                        ('sha256', models.CharField(max_length=64, verbose_name='empreinte signée')),
                        ('signer', models.CharField(choices=[('beneficiary', 'La personne accompagnée'), ('professional', 'Le professionnel')], max_length=12, verbose_name='signataire')),
                        ('means', models.CharField(choices=[('screen', 'À l’écran'), ('paper', 'Sur papier')], max_length=6, verbose_name='moyen')),
                        ('identity_check', models.CharField(choices=[('known', 'Personne connue du professionnel'), ('identity_paper', 'Pièce d’identité présentée'), ('account', 'Connexion à son compte')], max_length=16, verbose_name='identité vérifiée')),
                        ('signed_on', models.DateField(verbose_name='signé le')),
                        ('recorded_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                        ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='recueillie par')),
                        ('strokes', models.BinaryField(null=True)),
                        ('scan', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='documents.document', verbose_name='papier signé')),
                    ],
                    options={
                        'verbose_name': 'signature',
                        'constraints': [models.UniqueConstraint(fields=('document', 'signer'), name='signature_once_per_side', violation_error_message='Ce document est déjà signé de ce côté.'), models.CheckConstraint(condition=models.Q(models.Q(('means', 'screen'), ('scan__isnull', True), ('strokes__isnull', False)), models.Q(('means', 'paper'), ('scan__isnull', False), ('strokes__isnull', True)), _connector='OR'), name='signature_has_its_trace', violation_error_message='Une signature à l’écran garde son tracé ; une signature sur papier, son scan.')],
                        'indexes': [],
                    },
                ),
            ],
        ),
    ]
