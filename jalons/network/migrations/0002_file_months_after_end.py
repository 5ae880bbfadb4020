from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("network", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="authority",
            name="file_months_after_end",
            field=models.PositiveSmallIntegerField(
                default=6, verbose_name="mois d’ouverture du dossier après la fin"
            ),
        ),
    ]
