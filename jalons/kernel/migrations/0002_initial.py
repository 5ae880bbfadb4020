import django.db.models.deletion
import django.db.models.functions.datetime
import jalons.kernel.migrating
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('kernel', '0001_extensions'),
    ]

    operations = [
        jalons.kernel.migrating.CreateModels(
            models=[
                migrations.CreateModel(
                    name='Message',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('key', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        ('channel', models.CharField(choices=[('email', 'Courriel'), ('sms', 'SMS')], max_length=8, verbose_name='voie')),
                        ('kind', models.SlugField(max_length=40, verbose_name='nature')),
                        ('subject_kind', models.SlugField(max_length=24)),
                        ('subject_id', models.BigIntegerField()),
                        ('person_id', models.BigIntegerField(null=True)),
                        ('authority_id', models.BigIntegerField()),
                        ('organisation_id', models.BigIntegerField(null=True)),
                        ('address', models.CharField(max_length=254, verbose_name='adresse')),
                        ('title', models.CharField(blank=True, max_length=160, verbose_name='objet')),
                        ('body', models.TextField(verbose_name='texte')),
                        ('attachment', models.BinaryField(null=True)),
                        ('attachment_name', models.CharField(blank=True, max_length=60)),
                        ('attachment_type', models.CharField(blank=True, max_length=60)),
                        ('first_hour', models.PositiveSmallIntegerField(null=True)),
                        ('last_hour', models.PositiveSmallIntegerField(null=True)),
                        ('state', models.CharField(choices=[('queued', 'À envoyer'), ('sending', 'Envoi en cours'), ('sent', 'Envoyé'), ('refused', 'Refusé'), ('unknown', 'Sort inconnu'), ('cancelled', 'Annulé avant l’envoi')], default='queued', max_length=10, verbose_name='état')),
                        ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='tentatives')),
                        ('next_attempt_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                        ('claim', models.UUIDField(editable=False, null=True)),
                        ('claimed_at', models.DateTimeField(null=True)),
                        ('queued_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='demandé le')),
                        ('settled_at', models.DateTimeField(null=True, verbose_name='réglé le')),
                        ('reason', models.CharField(blank=True, max_length=300, verbose_name='motif')),
                        ('reference', models.CharField(blank=True, max_length=200, verbose_name='référence du prestataire')),
                        ('decided_by_id', models.BigIntegerField(null=True)),
                        ('decided_at', models.DateTimeField(null=True)),
                    ],
                    options={
                        'verbose_name': 'message',
                        'indexes': [models.Index(condition=models.Q(('state', 'queued')), fields=['next_attempt_at', 'id'], name='message_next'), models.Index(condition=models.Q(('state', 'sending')), fields=['claimed_at'], name='message_being_sent'), models.Index(fields=['authority_id', 'state', '-id'], name='message_of_authority'), models.Index(fields=['person_id', 'queued_at'], name='message_of_person'), models.Index(fields=['subject_kind', 'subject_id'], name='message_of_subject')],
                        'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'cancelled'), _negated=True), fields=('kind', 'subject_kind', 'subject_id', 'channel'), name='message_said_once', violation_error_message='Ce message est déjà demandé.'), models.CheckConstraint(condition=models.Q(models.Q(('claim__isnull', False), ('claimed_at__isnull', False), ('state', 'sending')), models.Q(('state', 'sending'), _negated=True), _connector='OR'), name='message_sending_is_claimed', violation_error_message='Un message en cours d’envoi dit qui l’envoie et depuis quand.'), models.CheckConstraint(condition=models.Q(models.Q(('settled_at__isnull', True), ('state__in', ('queued', 'sending'))), models.Q(('settled_at__isnull', False), ('state', 'sent')), models.Q(('settled_at__isnull', False), ('state__in', ('refused', 'unknown', 'cancelled')), models.Q(('reason', ''), _negated=True)), _connector='OR'), name='message_settled_says_why', violation_error_message='Un message refusé, annulé ou de sort inconnu dit quand et pourquoi.'), models.CheckConstraint(condition=models.Q(models.Q(('decided_at__isnull', True), ('decided_by_id__isnull', True)), models.Q(('decided_at__isnull', False), ('decided_by_id__isnull', False)), _connector='OR'), name='message_decided_when_and_by_whom', violation_error_message='Une décision sur un message dit quand et par qui.')],
                    },
                ),
                migrations.CreateModel(
                    name='MessageEvent',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('message', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='events', to='kernel.message')),
                        ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='le')),
                        ('state', models.CharField(choices=[('queued', 'À envoyer'), ('sending', 'Envoi en cours'), ('sent', 'Envoyé'), ('refused', 'Refusé'), ('unknown', 'Sort inconnu'), ('cancelled', 'Annulé avant l’envoi')], max_length=10, verbose_name='état')),
                        ('reason', models.CharField(blank=True, max_length=300, verbose_name='motif')),
                        ('user_id', models.BigIntegerField(null=True)),
                    ],
                    options={
                        'verbose_name': 'étape d’un message',
                        'indexes': [models.Index(fields=['message', 'at'], name='messageevent_story')],
                        'constraints': [],
                    },
                ),
            ],
        ),
    ]
