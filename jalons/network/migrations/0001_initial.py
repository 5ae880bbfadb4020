import django.contrib.auth.models
import django.contrib.auth.validators
import django.contrib.postgres.constraints
import django.db.models.deletion
import django.db.models.functions.comparison
import django.utils.timezone
import jalons.kernel.migrating
import jalons.kernel.periods
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
        ('kernel', '0001_extensions'),
        ('pghistory', '0001_initial'),
    ]

    operations = [
        jalons.kernel.migrating.CreateModels(
            models=[
                migrations.CreateModel(
                    name='Authority',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('code', models.SlugField(max_length=40, unique=True, verbose_name='code')),
                        ('name', models.CharField(max_length=120, verbose_name='nom')),
                        ('short_name', models.CharField(max_length=40, verbose_name='nom court')),
                        ('department', models.CharField(blank=True, max_length=3, verbose_name='département')),
                        ('accent_colour', models.CharField(default='#1f5a99', max_length=7, verbose_name='couleur')),
                        ('masking_threshold', models.PositiveSmallIntegerField(default=5, verbose_name='seuil de masquage')),
                        ('file_months_after_end', models.PositiveSmallIntegerField(default=6, verbose_name='mois d’ouverture du dossier après la fin')),
                    ],
                    options={
                        'verbose_name': 'autorité',
                        'ordering': ('name',),
                        'indexes': [],
                        'constraints': [],
                    },
                ),
                migrations.CreateModel(
                    name='OrganisationGroup',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('authority', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='organisation_groups', to='network.authority', verbose_name='autorité')),
                        ('name', models.CharField(max_length=160, verbose_name='nom')),
                    ],
                    options={
                        'verbose_name': 'groupement',
                        'ordering': ('name',),
                        'constraints': [models.UniqueConstraint(fields=('authority', 'name'), name='group_name_once', violation_error_message='Un groupement porte déjà ce nom.')],
                        'indexes': [],
                    },
                ),
                migrations.CreateModel(
                    name='OrganisationGroupEvent',
                    fields=[
                        ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                        ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                        ('pgh_label', models.TextField(help_text='The event label.')),
                        ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='network.organisationgroup')),
                        ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                        ('id', models.BigIntegerField()),
                        ('authority', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='network.authority', verbose_name='autorité')),
                        ('name', models.CharField(max_length=160, verbose_name='nom')),
                    ],
                    options={
                        'abstract': False,
                        'indexes': [],
                        'constraints': [],
                    },
                ),
                migrations.CreateModel(
                    name='ReadTrace',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('at', models.DateTimeField(verbose_name='le')),
                        ('user_id', models.BigIntegerField()),
                        ('person_id', models.BigIntegerField(null=True)),
                        ('kind', models.CharField(max_length=24)),
                        ('screen', models.CharField(max_length=80)),
                        ('count', models.PositiveIntegerField(default=1)),
                        ('reason', models.CharField(blank=True, max_length=200)),
                    ],
                    options={
                        'verbose_name': 'trace de consultation',
                        'indexes': [models.Index(fields=['person_id', 'at'], name='readtrace_who_read_me'), models.Index(fields=['user_id', 'at'], name='readtrace_what_did_they_read')],
                        'constraints': [],
                    },
                ),
                migrations.CreateModel(
                    name='Territory',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('authority', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='territories', to='network.authority')),
                        ('code', models.SlugField(max_length=40, verbose_name='code')),
                        ('name', models.CharField(max_length=120, verbose_name='nom')),
                    ],
                    options={
                        'verbose_name': 'territoire',
                        'ordering': ('name',),
                        'constraints': [models.UniqueConstraint(fields=('authority', 'code'), name='territory_code_once', violation_error_message='Ce code de territoire existe déjà pour cette autorité.')],
                        'indexes': [],
                    },
                ),
                migrations.CreateModel(
                    name='Commune',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('territory', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='communes', to='network.territory')),
                        ('insee_code', models.CharField(max_length=5, verbose_name='code INSEE')),
                        ('name', models.CharField(max_length=80, verbose_name='nom')),
                    ],
                    options={
                        'verbose_name': 'commune',
                        'constraints': [models.UniqueConstraint(fields=('insee_code', 'territory'), name='commune_once_per_territory', violation_error_message='Cette commune est déjà rattachée à ce territoire.')],
                        'indexes': [],
                    },
                ),
                migrations.CreateModel(
                    name='Organisation',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('name', models.CharField(max_length=160, verbose_name='nom')),
                        ('kind', models.CharField(choices=[('association', 'Association'), ('ccas', 'CCAS'), ('cias', 'CIAS'), ('epci', 'EPCI'), ('enterprise', 'Entreprise'), ('employment_service', 'Pôle emploi'), ('authority_service', 'Service de l’autorité'), ('plie', 'PLIE')], default='association', max_length=24, verbose_name='nature')),
                        ('siret', models.CharField(blank=True, max_length=14, verbose_name='SIRET')),
                        ('authority', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='organisations', to='network.authority', verbose_name='autorité')),
                        ('territory', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='network.territory', verbose_name='territoire')),
                        ('fictitious', models.BooleanField(default=False, verbose_name='fictif')),
                    ],
                    options={
                        'verbose_name': 'organisme',
                        'ordering': ('name',),
                        'constraints': [models.UniqueConstraint(fields=('authority', 'name'), name='organisation_name_once', violation_error_message='Un organisme porte déjà ce nom.')],
                        'indexes': [],
                    },
                ),
                migrations.CreateModel(
                    name='GroupMember',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('group', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='members', to='network.organisationgroup')),
                        ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='groups', to='network.organisation')),
                        ('start_on', models.DateField(verbose_name='début')),
                        ('end_on', models.DateField(blank=True, null=True, verbose_name='fin')),
                    ],
                    options={
                        'verbose_name': 'membre d’un groupement',
                        'verbose_name_plural': 'membres de groupements',
                        'constraints': [models.CheckConstraint(condition=models.Q(('end_on__isnull', True), ('end_on__gte', models.F('start_on')), _connector='OR'), name='group_member_dates_ordered', violation_error_message='Un membre ne peut pas quitter le groupement avant d’y entrer.'), django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('group', '='), ('organisation', '='), (jalons.kernel.periods.DateRange('start_on', 'end_on'), '&&')], name='group_member_no_overlap', violation_error_message='Cet organisme est déjà membre de ce groupement à ces dates.')],
                        'indexes': [],
                    },
                ),
                migrations.CreateModel(
                    name='GroupMemberEvent',
                    fields=[
                        ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                        ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                        ('pgh_label', models.TextField(help_text='The event label.')),
                        ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='network.groupmember')),
                        ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                        ('id', models.BigIntegerField()),
                        ('group', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='network.organisationgroup')),
                        ('organisation', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='network.organisation')),
                        ('start_on', models.DateField(verbose_name='début')),
                        ('end_on', models.DateField(blank=True, null=True, verbose_name='fin')),
                    ],
                    options={
                        'abstract': False,
                        'indexes': [],
                        'constraints': [],
                    },
                ),
                migrations.CreateModel(
                    name='User',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('password', models.CharField(max_length=128, verbose_name='password')),
                        ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                        ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                        ('username', models.CharField(error_messages={'unique': 'A user with that username already exists.'}, help_text='Required. 150 characters or fewer. Letters, digits and @/./+/-/_ only.', max_length=150, unique=True, validators=[django.contrib.auth.validators.UnicodeUsernameValidator()], verbose_name='username')),
                        ('first_name', models.CharField(blank=True, max_length=150, verbose_name='first name')),
                        ('last_name', models.CharField(blank=True, max_length=150, verbose_name='last name')),
                        ('email', models.EmailField(blank=True, max_length=254, verbose_name='email address')),
                        ('is_staff', models.BooleanField(default=False, help_text='Designates whether the user can log into this admin site.', verbose_name='staff status')),
                        ('is_active', models.BooleanField(default=True, help_text='Designates whether this user should be treated as active. Unselect this instead of deleting accounts.', verbose_name='active')),
                        ('date_joined', models.DateTimeField(default=django.utils.timezone.now, verbose_name='date joined')),
                        ('is_system', models.BooleanField(default=False, verbose_name='compte technique')),
                        ('groups', models.ManyToManyField(blank=True, help_text='The groups this user belongs to. A user will get all permissions granted to each of their groups.', related_name='user_set', related_query_name='user', to='auth.group', verbose_name='groups')),
                        ('user_permissions', models.ManyToManyField(blank=True, help_text='Specific permissions for this user.', related_name='user_set', related_query_name='user', to='auth.permission', verbose_name='user permissions')),
                    ],
                    options={
                        'verbose_name': 'utilisateur',
                        'verbose_name_plural': 'users',
                        'abstract': False,
                        'indexes': [],
                        'constraints': [],
                    },
                    managers=[
                        ('objects', django.contrib.auth.models.UserManager()),
                    ],
                ),
                migrations.CreateModel(
                    name='Membership',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='memberships', to=settings.AUTH_USER_MODEL)),
                        ('role', models.CharField(choices=[('caseworker', 'Référent de parcours'), ('organisation_head', 'Responsable d’organisme'), ('social_service_head', 'Chef de service social'), ('orientation_officer', 'Chargé d’orientation'), ('steering_officer', 'Direction de l’insertion'), ('data_officer', 'Gestionnaire des échanges'), ('administrator', 'Administrateur')], max_length=24, verbose_name='rôle')),
                        ('organisation', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='memberships', to='network.organisation')),
                        ('authority', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='memberships', to='network.authority')),
                        ('territory', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='memberships', to='network.territory')),
                        ('start_on', models.DateField(verbose_name='début')),
                        ('end_on', models.DateField(blank=True, null=True, verbose_name='fin')),
                        ('fte', models.DecimalField(blank=True, decimal_places=2, max_digits=3, null=True, verbose_name='temps de travail (ETP)')),
                    ],
                    options={
                        'verbose_name': 'habilitation',
                        'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('authority__isnull', True), ('organisation__isnull', False), ('territory__isnull', True)), models.Q(('authority__isnull', False), ('organisation__isnull', True)), _connector='OR'), name='membership_one_place', violation_error_message='Une habilitation vaut pour un organisme, ou pour une autorité.'), models.CheckConstraint(condition=models.Q(('end_on__isnull', True), ('end_on__gte', models.F('start_on')), _connector='OR'), name='membership_dates_ordered', violation_error_message='L’habilitation ne peut pas finir avant de commencer.'), models.CheckConstraint(condition=models.Q(('fte__isnull', True), models.Q(('fte__gt', 0), ('fte__lte', 1)), _connector='OR'), name='membership_fte_of_one_post', violation_error_message='Un temps de travail va de 0,01 à 1 équivalent temps plein.'), django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('user', '='), ('role', '='), (django.db.models.functions.comparison.Coalesce('organisation_id', 0), '='), (django.db.models.functions.comparison.Coalesce('authority_id', 0), '='), (django.db.models.functions.comparison.Coalesce('territory_id', 0), '='), (jalons.kernel.periods.DateRange('start_on', 'end_on'), '&&')], name='membership_no_overlap', violation_error_message='Cette personne a déjà ce rôle à ces dates.')],
                        'indexes': [],
                    },
                ),
                migrations.CreateModel(
                    name='MembershipEvent',
                    fields=[
                        ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                        ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                        ('pgh_label', models.TextField(help_text='The event label.')),
                        ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='network.membership')),
                        ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                        ('id', models.BigIntegerField()),
                        ('user', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                        ('role', models.CharField(choices=[('caseworker', 'Référent de parcours'), ('organisation_head', 'Responsable d’organisme'), ('social_service_head', 'Chef de service social'), ('orientation_officer', 'Chargé d’orientation'), ('steering_officer', 'Direction de l’insertion'), ('data_officer', 'Gestionnaire des échanges'), ('administrator', 'Administrateur')], max_length=24, verbose_name='rôle')),
                        ('organisation', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='network.organisation')),
                        ('authority', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='network.authority')),
                        ('territory', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='network.territory')),
                        ('start_on', models.DateField(verbose_name='début')),
                        ('end_on', models.DateField(blank=True, null=True, verbose_name='fin')),
                        ('fte', models.DecimalField(blank=True, decimal_places=2, max_digits=3, null=True, verbose_name='temps de travail (ETP)')),
                    ],
                    options={
                        'abstract': False,
                        'indexes': [],
                        'constraints': [],
                    },
                ),
                migrations.CreateModel(
                    name='CdapAccess',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='cdap_accesses', to=settings.AUTH_USER_MODEL, verbose_name='titulaire')),
                        ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='cdap_accesses', to='network.organisation', verbose_name='organisme')),
                        ('start_on', models.DateField(verbose_name='depuis le')),
                        ('end_on', models.DateField(null=True, verbose_name='dernier jour')),
                        ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='noté par')),
                        ('ended_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='fin notée par')),
                    ],
                    options={
                        'verbose_name': 'accès CDAP',
                        'verbose_name_plural': 'accès CDAP',
                        'indexes': [],
                        'constraints': [models.CheckConstraint(condition=models.Q(('end_on__isnull', True), ('end_on__gte', models.F('start_on')), _connector='OR'), name='cdap_access_dates_ordered', violation_error_message='Un accès CDAP ne peut pas finir avant de commencer.'), models.CheckConstraint(condition=models.Q(models.Q(('end_on__isnull', True), ('ended_by__isnull', True)), models.Q(('end_on__isnull', False), ('ended_by__isnull', False)), _connector='OR'), name='cdap_access_end_says_by_whom', violation_error_message='La fin d’un accès CDAP dit qui l’a notée.'), django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('user', '='), ('organisation', '='), (jalons.kernel.periods.DateRange('start_on', 'end_on'), '&&')], name='cdap_access_no_overlap', violation_error_message='Ce professionnel a déjà un accès CDAP noté à ces dates.')],
                    },
                ),
                migrations.CreateModel(
                    name='CdapAccessEvent',
                    fields=[
                        ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                        ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                        ('pgh_label', models.TextField(help_text='The event label.')),
                        ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='network.cdapaccess')),
                        ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                        ('id', models.BigIntegerField()),
                        ('user', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='titulaire')),
                        ('organisation', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='network.organisation', verbose_name='organisme')),
                        ('start_on', models.DateField(verbose_name='depuis le')),
                        ('end_on', models.DateField(null=True, verbose_name='dernier jour')),
                        ('recorded_by', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='noté par')),
                        ('ended_by', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='fin notée par')),
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
