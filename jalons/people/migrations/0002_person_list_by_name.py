"""Sort lists of persons by name whatever their authority: access may cross authorities (a PLIE and its Métropole)."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial")]
    operations = [
        migrations.RemoveIndex(model_name="person", name="person_list_by_name"),
        migrations.AddIndex(
            model_name="person", index=models.Index(fields=["folded", "id"], name="person_list_by_name")
        ),
    ]
