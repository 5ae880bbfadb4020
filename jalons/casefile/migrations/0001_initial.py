import django.db.models.deletion
import django.db.models.functions.datetime
import jalons.kernel.migrating
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('documents', '0001_initial'),
        ('kernel', '0001_extensions'),
        ('network', '__first__'),
        ('people', '0001_initial'),
        ('pghistory', '0001_initial'),
    ]

    operations = [
        jalons.kernel.migrating.CreateModels(
            models=[
                migrations.CreateModel(
                    name='FiledDocument',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('key', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='filed_documents', to='people.person')),
                        ('document', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='documents.document')),
                        ('kind', models.CharField(max_length=40, verbose_name='nature')),
                        ('title', models.CharField(blank=True, max_length=120, verbose_name='intitulé')),
                        ('dated_on', models.DateField(verbose_name='daté du')),
                        ('filed_on', models.DateField(verbose_name='versé le')),
                        ('filed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='versé par')),
                        ('withdrawn_on', models.DateField(null=True, verbose_name='retiré le')),
                        ('withdrawn_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='retiré par')),
                        ('withdrawn_reason', models.CharField(blank=True, max_length=200, verbose_name='motif du retrait')),
                    ],
                    options={
                        'verbose_name': 'document du dossier',
                        'indexes': [models.Index(fields=['person', 'dated_on'], name='filed_document_timeline')],
                        'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('withdrawn_by__isnull', True), ('withdrawn_on__isnull', True), ('withdrawn_reason', '')), models.Q(('withdrawn_by__isnull', False), ('withdrawn_on__isnull', False), models.Q(('withdrawn_reason', ''), _negated=True)), _connector='OR'), name='filed_document_withdrawn_when_by_whom_and_why', violation_error_message='Retirer un document demande un motif.')],
                    },
                ),
                migrations.CreateModel(
                    name='FiledDocumentEvent',
                    fields=[
                        ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                        ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                        ('pgh_label', models.TextField(help_text='The event label.')),
                        ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='casefile.fileddocument')),
                        ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                        ('id', models.BigIntegerField()),
                        ('key', models.UUIDField(default=uuid.uuid4, editable=False)),
                        ('person', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='people.person')),
                        ('document', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='documents.document')),
                        ('kind', models.CharField(max_length=40, verbose_name='nature')),
                        ('title', models.CharField(blank=True, max_length=120, verbose_name='intitulé')),
                        ('dated_on', models.DateField(verbose_name='daté du')),
                        ('filed_on', models.DateField(verbose_name='versé le')),
                        ('filed_by', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='versé par')),
                        ('withdrawn_on', models.DateField(null=True, verbose_name='retiré le')),
                        ('withdrawn_by', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='retiré par')),
                        ('withdrawn_reason', models.CharField(blank=True, max_length=200, verbose_name='motif du retrait')),
                    ],
                    options={
                        'abstract': False,
                        'indexes': [],
                        'constraints': [],
                    },
                ),
                migrations.CreateModel(
                    name='Note',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('key', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='notes', to='people.person')),
                        ('written_on', models.DateField(verbose_name='date')),
                        ('text', models.TextField(verbose_name='texte')),
                        ('version', models.PositiveIntegerField(default=1)),
                        ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='écrite par')),
                        ('changed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='dernier texte de')),
                        ('changed_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                        ('withdrawn_on', models.DateField(null=True, verbose_name='retirée le')),
                        ('withdrawn_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='retirée par')),
                        ('withdrawn_reason', models.CharField(blank=True, max_length=200, verbose_name='motif du retrait')),
                    ],
                    options={
                        'verbose_name': 'note',
                        'indexes': [models.Index(fields=['person', 'written_on'], name='note_timeline')],
                        'constraints': [models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='note_not_empty', violation_error_message='Écrivez la note avant d’enregistrer.'), models.CheckConstraint(condition=models.Q(models.Q(('withdrawn_by__isnull', True), ('withdrawn_on__isnull', True), ('withdrawn_reason', '')), models.Q(('withdrawn_by__isnull', False), ('withdrawn_on__isnull', False), models.Q(('withdrawn_reason', ''), _negated=True)), _connector='OR'), name='note_withdrawn_when_by_whom_and_why', violation_error_message='Retirer une note demande un motif.')],
                    },
                ),
                migrations.CreateModel(
                    name='NoteDraft',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('key', models.UUIDField(unique=True)),
                        ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='note_drafts', to='people.person')),
                        ('note', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='drafts', to='casefile.note')),
                        ('writer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='de')),
                        ('written_on', models.DateField(null=True, verbose_name='date')),
                        ('text', models.TextField(verbose_name='texte')),
                        ('seen', models.PositiveIntegerField(default=0)),
                        ('step', models.PositiveIntegerField(default=1)),
                        ('saved_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                    ],
                    options={
                        'verbose_name': 'brouillon de note',
                        'indexes': [models.Index(fields=['person', 'writer'], name='note_draft_of_writer')],
                        'constraints': [models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='note_draft_not_empty', violation_error_message='Un brouillon vide ne se garde pas.')],
                    },
                ),
                migrations.CreateModel(
                    name='NoteEvent',
                    fields=[
                        ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                        ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                        ('pgh_label', models.TextField(help_text='The event label.')),
                        ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='casefile.note')),
                        ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                        ('id', models.BigIntegerField()),
                        ('key', models.UUIDField(default=uuid.uuid4, editable=False)),
                        ('person', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='people.person')),
                        ('written_on', models.DateField(verbose_name='date')),
                        ('text', models.TextField(verbose_name='texte')),
                        ('version', models.PositiveIntegerField(default=1)),
                        ('author', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='écrite par')),
                        ('changed_by', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='dernier texte de')),
                        ('changed_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                        ('withdrawn_on', models.DateField(null=True, verbose_name='retirée le')),
                        ('withdrawn_by', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='retirée par')),
                        ('withdrawn_reason', models.CharField(blank=True, max_length=200, verbose_name='motif du retrait')),
                    ],
                    options={
                        'abstract': False,
                        'indexes': [],
                        'constraints': [],
                    },
                ),
                migrations.CreateModel(
                    name='CafQuestion',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('key', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='caf_questions', to='people.person')),
                        ('subject', models.CharField(max_length=40, verbose_name='sujet')),
                        ('asked_on', models.DateField(verbose_name='posée le')),
                        ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='posée par')),
                        ('answered_on', models.DateField(null=True, verbose_name='réponse reçue le')),
                        ('answer_noted_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='réponse notée par')),
                    ],
                    options={
                        'verbose_name': 'question à la CAF',
                        'verbose_name_plural': 'questions à la CAF',
                        'indexes': [models.Index(fields=['person', 'asked_on'], name='caf_question_timeline')],
                        'constraints': [models.CheckConstraint(condition=models.Q(('answered_on__isnull', True), ('answered_on__gte', models.F('asked_on')), _connector='OR'), name='caf_question_answered_after_asked', violation_error_message='La réponse de la CAF ne peut pas précéder la question.'), models.CheckConstraint(condition=models.Q(models.Q(('answer_noted_by__isnull', True), ('answered_on__isnull', True)), models.Q(('answer_noted_by__isnull', False), ('answered_on__isnull', False)), _connector='OR'), name='caf_question_answered_when_and_by_whom', violation_error_message='La réponse de la CAF dit son jour et qui l’a notée.')],
                    },
                ),
                migrations.CreateModel(
                    name='CafQuestionEvent',
                    fields=[
                        ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                        ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                        ('pgh_label', models.TextField(help_text='The event label.')),
                        ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='casefile.cafquestion')),
                        ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                        ('id', models.BigIntegerField()),
                        ('key', models.UUIDField(default=uuid.uuid4, editable=False)),
                        ('person', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='people.person')),
                        ('subject', models.CharField(max_length=40, verbose_name='sujet')),
                        ('asked_on', models.DateField(verbose_name='posée le')),
                        ('asked_by', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='posée par')),
                        ('answered_on', models.DateField(null=True, verbose_name='réponse reçue le')),
                        ('answer_noted_by', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='réponse notée par')),
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
