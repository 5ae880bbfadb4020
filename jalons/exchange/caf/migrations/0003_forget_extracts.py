"""The extract of a household is kept only as long as it waits."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("caf", "0002_staging")]

    operations = [
        migrations.RunSQL("UPDATE caf_refusedrecord SET raw = '' WHERE state <> 'pending'", migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="refusedrecord",
            constraint=models.CheckConstraint(
                condition=models.Q(state="pending") | models.Q(raw=b""),
                name="caf_record_forgotten",
                violation_error_message="L’extrait d’un foyer qui n’attend plus n’est pas conservé.",
            ),
        ),
    ]
