-- The rows of a fictitious département, made by the server. Read by bench/world.py, which gives the numbers.
-- pg_temp.h(key, salt, modulo) looks drawn and is always the same.

CREATE FUNCTION pg_temp.h(key bigint, salt integer, modulo integer) RETURNS integer LANGUAGE sql IMMUTABLE
  AS 'SELECT (hashint8(key * 64 + salt) & 2147483647) %% modulo';

INSERT INTO network_authority (id, code, name, short_name, department, accent_colour, masking_threshold, file_months_after_end)
  VALUES (1, 'metropole_lyon', 'Autorité fictive', 'Fictive', '69', '#1f5a99', 5, 6);

INSERT INTO network_territory (id, authority_id, code, name)
  SELECT i, 1, 't' || i, 'Territoire ' || i FROM generate_series(1, 10) AS i;

INSERT INTO network_organisation (id, name, kind, siret, authority_id, territory_id, fictitious)
  SELECT i, 'Organisme fictif ' || i, 'association', '', 1, NULL, true FROM generate_series(1, %(organisations)s) AS i;

INSERT INTO network_user (id, password, is_superuser, username, first_name, last_name, email, is_staff, is_active,
      date_joined, is_system)
  SELECT %(user)s + i, '!', false, 'fictif' || i, 'Camille', 'Fictif ' || i, '', false, true, now(), false
  FROM generate_series(0, %(organisations)s * %(caseworkers)s - 1) AS i;

INSERT INTO network_membership (user_id, role, organisation_id, start_on)
  SELECT %(user)s + i, 'caseworker', i %% %(organisations)s + 1, '2015-01-01'
  FROM generate_series(0, %(organisations)s * %(caseworkers)s - 1) AS i;

INSERT INTO agreements_agreement (id, authority_id, organisation_id, kind, reference, start_on, end_on, dataset, fictitious)
  SELECT p.id, 1, p.organisation_id, 'convention', 'FICTIF-' || p.id, p.start_on, p.end_on, '', true FROM place AS p;

INSERT INTO agreements_agreementline (id, agreement_id, rank, framework_code, action_code, printed_type, theme, start_on, end_on,
      places, persons_to_follow, amount, fte)
  SELECT p.id, p.id, 1, p.framework, p.action, '', '', p.start_on, p.end_on, 60, 80, 47300, 1.5 FROM place AS p;

INSERT INTO people_person (id, key, authority_id, territory_id, last_name, birth_name, first_name, folded, born_on,
      birth_precision, sex, phone, email, employment_service_number)
  SELECT i, gen_random_uuid(), 1, i %% 10 + 1, upper(name), upper(name), 'Prénom' || i, lower(name) || ' prenom' || i,
      date '1956-01-01' + pg_temp.h(i, 1, 15000), 'N', CASE WHEN pg_temp.h(i, 2, 2) = 0 THEN 'F' ELSE 'M' END, '', '', ''
  FROM (SELECT i, ('{Martin,Bernard,Petit,Durand,Leroy,Moreau,Simon,Laurent,Michel,Garcia,Benali,Diallo,Nguyen,Silva}'::text[])[pg_temp.h(i, 0, 14) + 1] AS name FROM generate_series(1, %(n)s) AS i) AS n;

CREATE TEMP TABLE stay AS
  SELECT e.*, CASE WHEN pg_temp.h(e.id, 3, 3) = 0 AND e.start_on + 60 + pg_temp.h(e.id, 4, 200) < %(today)s THEN e.start_on + 60 + pg_temp.h(e.id, 4, 200) END AS end_on,
      %(user)s + e.organisation_id - 1 + pg_temp.h(e.id, 5, %(caseworkers)s) * %(organisations)s AS caseworker_id
  FROM (SELECT i AS id, p.id AS line_id, p.organisation_id, p.action AS action_code, p.framework,
               p.start_on + pg_temp.h(i, 6, greatest(1, least(p.end_on, %(today)s::date - 10) - p.start_on)) AS start_on
        FROM generate_series(1, %(n)s) AS i
        JOIN place AS p ON p.id = i %% (SELECT count(*) FROM place) + 1) AS e;

ANALYZE stay;

INSERT INTO people_rightsandduties (person_id, start_on, end_on)
  SELECT e.id, e.start_on - pg_temp.h(e.id, 7, 60), CASE WHEN pg_temp.h(e.id, 8, 20) = 0 THEN e.start_on + 90 END FROM stay AS e;

INSERT INTO pathways_orientation (id, person_id, authority_id, organisation_id, line_id, action_code, accompaniment_type, channel,
      preflag, decided_on, decided_by_id, reason, subject_since, closed_reason, opinion_body, opinion)
  SELECT e.id, e.id, 1, e.organisation_id, e.line_id, e.action_code, 'employment', 'individual', '',
      e.start_on - (e.id %% 30)::int, e.caseworker_id, 'Fictif', e.start_on - 60, '', '', '' FROM stay AS e;

INSERT INTO pathways_enrolment (id, key, person_id, line_id, organisation_id, authority_id, action_code, orientation_id, start_on,
      end_on, end_reason, ended_by_id)
  SELECT e.id, gen_random_uuid(), e.id, e.line_id, e.organisation_id, 1, e.action_code, e.id, e.start_on, e.end_on,
      CASE WHEN e.end_on IS NULL THEN '' ELSE 'exit' END, CASE WHEN e.end_on IS NOT NULL THEN e.caseworker_id END FROM stay AS e;

INSERT INTO pathways_mandate (person_id, caseworker_id, organisation_id, start_on, end_on, named_by_id, reason)
  SELECT e.id, e.caseworker_id, e.organisation_id, e.start_on, e.end_on, e.caseworker_id, '' FROM stay AS e;

INSERT INTO people_dossieraccess (person_id, organisation_id, reason, source_id, start_on, end_on)
  SELECT e.id, e.organisation_id, 'enrolment', e.id, e.start_on, CASE WHEN e.end_on IS NOT NULL THEN e.end_on + 180 END FROM stay AS e
  UNION ALL SELECT e.id, e.organisation_id, 'mandate', e.id, e.start_on, e.end_on FROM stay AS e;

INSERT INTO people_dossieraccess (person_id, territory_id, reason, source_id, start_on)
  SELECT e.id, e.id %% 10 + 1, 'residence', e.id, e.start_on - 60 FROM stay AS e;

INSERT INTO pathways_pause (enrolment_id, start_on, end_on, reason, decided_by_id)
  SELECT e.id, e.start_on + 100, e.start_on + 130, 'Fictif', e.caseworker_id FROM stay AS e WHERE pg_temp.h(e.id, 9, 20) = 0;

INSERT INTO agenda_appointment (person_id, organisation_id, caseworker_id, kind, mode, place, starts_at, ends_at, on_date, outcome,
      real_start, real_end, outcome_at, outcome_by_id, justification, note, mistake)
  SELECT a.id, a.organisation_id, a.caseworker_id, a.kind, a.mode, '', a.starts, a.starts + interval '45 min', a.day, a.outcome,
      CASE WHEN a.outcome = 'held' THEN a.starts END, CASE WHEN a.outcome = 'held' THEN a.starts + interval '40 min' END,
      CASE WHEN a.outcome <> 'planned' THEN a.starts + interval '1 hour' END,
      CASE WHEN a.outcome <> 'planned' THEN a.caseworker_id END, '', '', ''
  FROM (SELECT e.*, d.day, d.day + time '09:00' + j * interval '15 min' AS starts,
          ('{individual,individual,individual,individual,group,tripartite,employer_visit}'::text[])[pg_temp.h(e.id * 100 + j, 12, 7) + 1] AS kind,
          ('{face_to_face,face_to_face,face_to_face,phone,video,mail}'::text[])[pg_temp.h(e.id * 100 + j, 13, 6) + 1] AS mode,
          CASE WHEN d.day >= %(today)s THEN 'planned'
               ELSE ('{held,held,held,held,held,held,held,held,justified_absence,unjustified_absence}'::text[])[
                   pg_temp.h(e.id * 100 + j, 14, 10) + 1] END AS outcome
        FROM stay AS e CROSS JOIN generate_series(1, %(appointments)s) AS j
        CROSS JOIN LATERAL (SELECT e.start_on + ((j - 1) * greatest(20, coalesce(e.end_on, %(today)s) - e.start_on) * 1.1 / %(appointments)s)::int + pg_temp.h(e.id * 100 + j, 15, 5) AS day) AS d
        WHERE d.day <= coalesce(e.end_on, d.day)) AS a;

INSERT INTO pathways_contract (key, enrolment_id, person_id, kind, rank, state, start_on, end_on, her_words, previous_review, signed_on,
      submitted_on, validated_on, validated_by_id, drafted_by_id)
  SELECT gen_random_uuid(), c.id, c.id,
      CASE WHEN c.framework LIKE 'plie%%' THEN 'plie' WHEN c.framework LIKE '%%pole_emploi' THEN 'ppae' ELSE 'engagement' END,
      c.k, 'validated', c.day, c.day + 180, '', '', c.day, c.day, c.day + 5, c.caseworker_id, c.caseworker_id
  FROM (SELECT e.*, k, e.start_on + 15 + pg_temp.h(e.id, 11, 60) + (k - 1) * 185 AS day FROM stay AS e CROSS JOIN generate_series(1, %(contracts)s) AS k
        WHERE pg_temp.h(e.id, 16, 10) < 9) AS c
  WHERE c.day + 5 <= least(coalesce(c.end_on, %(today)s), %(today)s);

INSERT INTO pathways_step (enrolment_id, person_id, kind, family, source, state, label, operator, proposed_on, positioned_on, started_on,
      ended_on, end_reason, qualifying, answer, end_code)
  SELECT s.id, s.id, 'formation', ('{employment_training,employment_access,mobilisation}'::text[])[pg_temp.h(s.id * 100 + s.k, 17, 3) + 1],
      'common_law', CASE WHEN s.day + 40 < %(today)s THEN 'completed' ELSE 'started' END, '', '', s.day - 10, s.day - 5, s.day,
      CASE WHEN s.day + 40 < %(today)s THEN s.day + 40 END, '', pg_temp.h(s.id * 100 + s.k, 18, 5) = 0, '', ''
  FROM (SELECT e.*, k, e.start_on + pg_temp.h(e.id * 100 + k, 19, 300) AS day FROM stay AS e CROSS JOIN generate_series(1, %(steps)s) AS k) AS s
  WHERE s.day <= least(coalesce(s.end_on, %(today)s), %(today)s);

INSERT INTO pathways_job (id, enrolment_id, person_id, employer, contract_kind, employer_kind, weekly_hours, start_on, end_on,
      occupation, end_code)
  SELECT e.id, e.id, e.id, '', ('{cdi,cdd,interim,cddi,business}'::text[])[pg_temp.h(e.id, 20, 5) + 1], 'ordinary', 28, e.start_on + 50,
      CASE WHEN pg_temp.h(e.id, 20, 5) IN (1, 2, 3) THEN e.start_on + 50 + pg_temp.h(e.id, 21, 400) END, '', ''
  FROM stay AS e WHERE pg_temp.h(e.id, 22, 5) = 0 AND e.start_on + 50 <= least(coalesce(e.end_on, %(today)s), %(today)s);

INSERT INTO pathways_exit (enrolment_id, person_id, exited_on, destination, job_id, computed_class, chosen_class, chosen_reason, explanation,
      rulebook_version, flagged, state, recorded_by_id, confirmed_on, confirmed_by_id, reversed_reason, detail, kept)
  SELECT e.id, e.id, e.end_on, CASE WHEN j.id IS NOT NULL THEN 'job' ELSE 'other' END, j.id,
      CASE WHEN j.id IS NOT NULL THEN ('{durable,transition,positive}'::text[])[pg_temp.h(e.id, 23, 3) + 1] ELSE 'other' END, '', '', '', '',
      false, 'confirmed', e.caseworker_id, e.end_on, e.caseworker_id, '', '', '{}'
  FROM stay AS e LEFT JOIN pathways_job AS j ON j.enrolment_id = e.id WHERE e.end_on IS NOT NULL;

INSERT INTO pathways_piece (enrolment_id, person_id, kind, dated_on, recorded_by_id)
  SELECT e.id, e.id, (%(kinds)s::text[])[pg_temp.h(e.id * 100 + k, 24, cardinality(%(kinds)s::text[])) + 1], e.start_on + pg_temp.h(e.id * 100 + k, 25, 100),
      e.caseworker_id FROM stay AS e CROSS JOIN generate_series(1, 2) AS k;

DO $$ DECLARE t record; BEGIN
  FOR t IN SELECT c.oid::regclass AS name, pg_get_serial_sequence(c.oid::regclass::text, 'id') AS sequence
           FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'id' AND NOT a.attisdropped
           WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace
  LOOP
    IF t.sequence IS NOT NULL THEN
      EXECUTE format('SELECT setval(%%L, (SELECT coalesce(max(id), 0) + 1 FROM %%s))', t.sequence, t.name);
    END IF;
  END LOOP;
END $$;
