import django.db.models.deletion
import jalons.kernel.migrating
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('documents', '0001_initial'),
        ('kernel', '0001_extensions'),
        ('network', '0001_initial'),
        ('network', '__first__'),
        ('people', '0001_initial'),
        ('pghistory', '0001_initial'),
    ]

    operations = [
        jalons.kernel.migrating.CreateModels(
            models=[
                migrations.CreateModel(
                    name='LetterBatch',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('key', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        ('authority', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='letter_batches', to='network.authority')),
                        ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='documents.letterversion')),
                        ('total', models.PositiveIntegerField(verbose_name='courriers')),
                        ('asked_on', models.DateField(verbose_name='demandés le')),
                        ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='par')),
                        ('finished', models.BooleanField(default=False, verbose_name='tous écrits')),
                        ('bundle', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='documents.document')),
                        ('stopped', models.CharField(blank=True, max_length=300, verbose_name='arrêté')),
                        ('unfit', models.JSONField(default=list, verbose_name='non écrits')),
                    ],
                    options={
                        'verbose_name': 'envoi de courriers',
                        'indexes': [models.Index(condition=models.Q(('finished', False), ('stopped', '')), fields=['id'], name='letter_batch_to_write')],
                        'constraints': [models.CheckConstraint(condition=models.Q(('total__gt', 0)), name='letter_batch_not_empty', violation_error_message='Un envoi a au moins un courrier.'), models.CheckConstraint(condition=models.Q(('bundle__isnull', True), ('finished', True), _connector='OR'), name='letter_batch_bundle_comes_last', violation_error_message='La liasse se fait quand tous les courriers sont écrits.')],
                    },
                ),
                migrations.CreateModel(
                    name='Letter',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('key', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='letters', to='people.person')),
                        ('organisation', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='network.organisation')),
                        ('kind', models.CharField(choices=[('convocation', 'Convocation'), ('orientation', 'Orientation'), ('contract', 'Contrat'), ('report', 'Rapport')], max_length=12, verbose_name='nature')),
                        ('subject_id', models.BigIntegerField()),
                        ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='letters', to='documents.letterversion')),
                        ('batch', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='letters', to='letters.letterbatch')),
                        ('values', models.JSONField(verbose_name='mentions')),
                        ('recipient', models.JSONField(verbose_name='adresse')),
                        ('way', models.CharField(choices=[('post', 'Par la poste'), ('email', 'Par courriel'), ('hand', 'À remettre en main propre')], max_length=5, verbose_name='voie')),
                        ('asked_on', models.DateField(verbose_name='du')),
                        ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='par')),
                        ('document', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='documents.document')),
                        ('sent_on', models.DateField(null=True, verbose_name='parti le')),
                        ('sent_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='par')),
                        ('cancelled_on', models.DateField(null=True, verbose_name='annulé le')),
                        ('cancelled_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='par')),
                        ('cancelled_reason', models.CharField(blank=True, max_length=200, verbose_name='motif')),
                    ],
                    options={
                        'verbose_name': 'courrier',
                        'indexes': [models.Index(fields=['person', '-asked_on'], name='letter_of_person'), models.Index(fields=['batch', 'id'], name='letter_of_batch')],
                        'constraints': [models.UniqueConstraint(condition=models.Q(('cancelled_on__isnull', True)), fields=('kind', 'subject_id'), name='letter_one_in_force', violation_error_message='Un courrier est déjà écrit pour cela : imprimez-le à nouveau, ou annulez-le.'), models.CheckConstraint(condition=models.Q(models.Q(('sent_by__isnull', True), ('sent_on__isnull', True)), models.Q(('document__isnull', False), ('sent_by__isnull', False), ('sent_on__gte', models.F('asked_on')), ('sent_on__isnull', False)), _connector='OR'), name='letter_sent_when_and_by_whom', violation_error_message='Un courrier part une fois écrit, et l’on dit quand et par qui.'), models.CheckConstraint(condition=models.Q(models.Q(('cancelled_by__isnull', True), ('cancelled_on__isnull', True), ('cancelled_reason', '')), models.Q(('cancelled_by__isnull', False), ('cancelled_on__isnull', False), models.Q(('cancelled_reason', ''), _negated=True)), _connector='OR'), name='letter_cancelled_when_why_by_whom', violation_error_message='Un courrier annulé dit quand, par qui et pourquoi.'), models.CheckConstraint(condition=models.Q(('cancelled_on__isnull', True), ('sent_on__isnull', True), _connector='OR'), name='letter_gone_is_not_cancelled', violation_error_message='Ce courrier est parti : il ne s’annule plus.')],
                    },
                ),
                migrations.CreateModel(
                    name='LetterBatchEvent',
                    fields=[
                        ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                        ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                        ('pgh_label', models.TextField(help_text='The event label.')),
                        ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='letters.letterbatch')),
                        ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                        ('id', models.BigIntegerField()),
                        ('key', models.UUIDField(default=uuid.uuid4, editable=False)),
                        ('authority', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='network.authority')),
                        ('version', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='documents.letterversion')),
                        ('total', models.PositiveIntegerField(verbose_name='courriers')),
                        ('asked_on', models.DateField(verbose_name='demandés le')),
                        ('asked_by', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='par')),
                        ('finished', models.BooleanField(default=False, verbose_name='tous écrits')),
                        ('bundle', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='documents.document')),
                        ('stopped', models.CharField(blank=True, max_length=300, verbose_name='arrêté')),
                        ('unfit', models.JSONField(default=list, verbose_name='non écrits')),
                    ],
                    options={
                        'abstract': False,
                        'indexes': [],
                        'constraints': [],
                    },
                ),
                migrations.CreateModel(
                    name='LetterEvent',
                    fields=[
                        ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                        ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                        ('pgh_label', models.TextField(help_text='The event label.')),
                        ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='letters.letter')),
                        ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                        ('id', models.BigIntegerField()),
                        ('key', models.UUIDField(default=uuid.uuid4, editable=False)),
                        ('person', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='people.person')),
                        ('organisation', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='network.organisation')),
                        ('kind', models.CharField(choices=[('convocation', 'Convocation'), ('orientation', 'Orientation'), ('contract', 'Contrat'), ('report', 'Rapport')], max_length=12, verbose_name='nature')),
                        ('subject_id', models.BigIntegerField()),
                        ('version', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='documents.letterversion')),
                        ('batch', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='letters.letterbatch')),
                        ('values', models.JSONField(verbose_name='mentions')),
                        ('recipient', models.JSONField(verbose_name='adresse')),
                        ('way', models.CharField(choices=[('post', 'Par la poste'), ('email', 'Par courriel'), ('hand', 'À remettre en main propre')], max_length=5, verbose_name='voie')),
                        ('asked_on', models.DateField(verbose_name='du')),
                        ('asked_by', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='par')),
                        ('document', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='documents.document')),
                        ('sent_on', models.DateField(null=True, verbose_name='parti le')),
                        ('sent_by', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='par')),
                        ('cancelled_on', models.DateField(null=True, verbose_name='annulé le')),
                        ('cancelled_by', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='par')),
                        ('cancelled_reason', models.CharField(blank=True, max_length=200, verbose_name='motif')),
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
