"""The staging tables: unlogged, without keys or indexes, written by COPY and read once (see ``staging.py``)."""

from django.db import migrations

CREATE = """
CREATE UNLOGGED TABLE caf_staged_household (
    run_id bigint NOT NULL DEFAULT current_setting('jalons.caf_run')::bigint, position integer NOT NULL,
    request_number text, previous_request_number text, paying_body text, paying_body_number text, file_number text,
    requested_on date, family_code text, children integer, no_fixed_abode boolean, state_code text, reason_code text,
    state_since date, right_state text, right_reason text, right_since date, basic_rsa boolean, content_hash bytea
);
CREATE UNLOGGED TABLE caf_staged_person (
    run_id bigint NOT NULL DEFAULT current_setting('jalons.caf_run')::bigint, position integer NOT NULL, place integer NOT NULL,
    role text, last_name text, birth_name text, first_name text, folded text, born_on date, birth_precision text,
    birth_rank integer, sex text, nir_match bytea, employment_service_number text, joined_on date, left_on date,
    previous_request_number text, under_duties boolean, nir_sealed bytea
);
CREATE UNLOGGED TABLE caf_staged_address (
    run_id bigint NOT NULL DEFAULT current_setting('jalons.caf_run')::bigint, position integer NOT NULL, rank integer NOT NULL,
    complement text, street text, postcode text, insee_code text, city text, abroad boolean, since date
);
CREATE UNLOGGED TABLE caf_staging_checkpoint (run_id bigint PRIMARY KEY, position integer NOT NULL);
"""
DROP = "DROP TABLE caf_staged_household, caf_staged_person, caf_staged_address, caf_staging_checkpoint;"


class Migration(migrations.Migration):
    dependencies = [("caf", "0001_initial")]
    operations = [migrations.RunSQL(CREATE, DROP)]
