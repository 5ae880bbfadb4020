"""An enrolment stays inside the dates, action, organisation and authority of its line, also after an amendment.

A check constraint sees one table; this rule sees three, so triggers hold it. They work per statement: a bulk decision of
10 000 rows is checked in one query. Their French sentence travels in the HINT, their name in the CONSTRAINT field.
"""

from django.db import migrations

FITS = """
    enrolment.action_code = line.action_code
    AND enrolment.organisation_id = agreement.organisation_id
    AND enrolment.authority_id = agreement.authority_id
    AND enrolment.start_on BETWEEN line.start_on AND line.end_on
    AND (enrolment.end_on IS NULL OR enrolment.end_on <= line.end_on)
"""

CREATE = f"""
CREATE FUNCTION pathways_enrolment_within_line() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE outside record;
BEGIN
    -- 1. Share-lock the lines, so that no amendment changes them until this transaction ends.
    PERFORM 1 FROM agreements_agreementline AS line
      WHERE line.id IN (SELECT line_id FROM changed) ORDER BY line.id FOR SHARE;
    -- 2. A new statement reads them as they are now, whatever the amendment we may have waited for.
    SELECT enrolment.start_on, line.start_on AS first_day, line.end_on AS last_day,
           (enrolment.action_code = line.action_code
            AND enrolment.organisation_id = agreement.organisation_id
            AND enrolment.authority_id = agreement.authority_id) AS same_offer
      INTO outside
      FROM changed AS enrolment
      JOIN agreements_agreementline AS line ON line.id = enrolment.line_id
      JOIN agreements_agreement AS agreement ON agreement.id = line.agreement_id
     WHERE NOT ({FITS}) LIMIT 1;
    IF FOUND AND outside.same_offer THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'enrolment_within_line',
            MESSAGE = 'an enrolment is outside the dates of its line',
            HINT = format('L’inscription sort des dates de la convention, ouverte du %s au %s.',
                          to_char(outside.first_day, 'DD/MM/YYYY'), to_char(outside.last_day, 'DD/MM/YYYY'));
    ELSIF FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'enrolment_same_offer',
            MESSAGE = 'an enrolment does not have the action, organisation or authority of its line',
            HINT = 'L’inscription n’a pas l’action, l’organisme ou l’autorité de la convention qui la porte.';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER enrolment_within_line_insert AFTER INSERT ON pathways_enrolment
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION pathways_enrolment_within_line();
CREATE TRIGGER enrolment_within_line_update AFTER UPDATE ON pathways_enrolment
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION pathways_enrolment_within_line();

CREATE FUNCTION pathways_line_keeps_enrolments() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE outside bigint;
BEGIN
    SELECT count(*) INTO outside
      FROM changed
      JOIN agreements_agreementline AS line ON line.id = changed.id
      JOIN agreements_agreement AS agreement ON agreement.id = line.agreement_id
      JOIN pathways_enrolment AS enrolment ON enrolment.line_id = line.id
     WHERE NOT ({FITS});
    IF outside > 0 THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'line_keeps_enrolments',
            MESSAGE = 'the change would leave enrolments outside their line',
            HINT = format('Ce changement laisserait %s inscription(s) hors de la ligne : terminez-les d’abord à une date qu’elle couvre.', outside);
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER line_keeps_enrolments AFTER UPDATE ON agreements_agreementline
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION pathways_line_keeps_enrolments();

CREATE FUNCTION pathways_agreement_keeps_enrolments() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM changed
          JOIN agreements_agreementline AS line ON line.agreement_id = changed.id
          JOIN pathways_enrolment AS enrolment ON enrolment.line_id = line.id
         WHERE enrolment.organisation_id <> changed.organisation_id OR enrolment.authority_id <> changed.authority_id)
    THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'agreement_keeps_enrolments',
            MESSAGE = 'the agreement has enrolments of another organisation or authority',
            HINT = 'Cette convention porte des inscriptions : elle ne peut changer ni d’organisme ni d’autorité.';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER agreement_keeps_enrolments AFTER UPDATE ON agreements_agreement
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION pathways_agreement_keeps_enrolments();
"""

DROP = """
DROP TRIGGER agreement_keeps_enrolments ON agreements_agreement;
DROP TRIGGER line_keeps_enrolments ON agreements_agreementline;
DROP TRIGGER enrolment_within_line_update ON pathways_enrolment;
DROP TRIGGER enrolment_within_line_insert ON pathways_enrolment;
DROP FUNCTION pathways_agreement_keeps_enrolments;
DROP FUNCTION pathways_line_keeps_enrolments;
DROP FUNCTION pathways_enrolment_within_line;
"""


class Migration(migrations.Migration):
    dependencies = [("pathways", "0001_initial"), ("agreements", "0001_initial")]

    operations = [migrations.RunSQL(CREATE, DROP)]
