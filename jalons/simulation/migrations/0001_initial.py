import jalons.kernel.migrating
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
                    name='DemoState',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('people', models.PositiveIntegerField()),
                        ('seed', models.IntegerField()),
                        ('lived_through', models.DateField(null=True)),
                        ('finished', models.BooleanField(default=False)),
                    ],
                    options={
                        'verbose_name': 'état de la démonstration',
                        'indexes': [],
                        'constraints': [],
                    },
                ),
            ],
        ),
    ]
