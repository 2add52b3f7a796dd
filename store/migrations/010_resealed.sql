-- Entries from before names had seals hold the name itself in their hash, so that who is named there could not be forgotten. Here they get
-- a second chain, over the same entries with seals in the place of names. It is made while every one of them can still be held against its own
-- hash, and only if all of them hold; and where it ends is itself an entry of the trail. So nothing can be changed under its cover later.
CREATE TABLE audit_resealed (
    entries bigint PRIMARY KEY CHECK (entries > 0),
    hash text NOT NULL CHECK (hash ~ '^[0-9a-f]{64}$')
);
COMMENT ON TABLE audit_resealed IS 'the end of a second chain over the first entries, in which seals stand for names';
CALL audit_table('audit_resealed', 'entries');
CALL audit_append_only('audit_resealed');
GRANT SELECT ON audit_resealed TO ml_engineers, reviewers;

DO $$
DECLARE
    old bigint := (SELECT unsealed FROM audit_head);
    whole boolean;
BEGIN
    PERFORM set_config('timezone', 'UTC', true);
    -- An entry as it was signed before version 8, and as it is signed since.
    CREATE TEMPORARY VIEW signed AS
        SELECT seq, previous, hash, length(seq::text) || ':' || seq || ',' || length(s.stamp) || ':' || s.stamp || ',' AS begin,
            length(who) || ':' || who || ',' || length(login) || ':' || login || ',' AS names,
            length(action) || ':' || action || ',' || length(relation) || ':' || relation || ',' || length(key) || ':' || key || ',64:' || row_digest || ','
                || coalesce(length(change::text) || ':' || change::text, '0:') || ',' || coalesce(length(why) || ':' || why, '0:') AS rest, who, login
        FROM audit_log, LATERAL (SELECT to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US') AS stamp) s
        WHERE seq <= (SELECT unsealed FROM audit_head);
    SELECT count(*) = old AND bool_and(hash = encode(sha256(convert_to(begin || names || rest || ',64:' || previous, 'UTF8')), 'hex')
            AND previous = before) INTO whole
        FROM (SELECT *, lag(hash, 1, repeat('0', 64)) OVER (ORDER BY seq) AS before FROM signed) s;
    IF old > 0 AND whole THEN
        PERFORM set_config('stc.why', 'seals in the place of names', true);
        PERFORM audit_seal(name) FROM (SELECT who FROM signed UNION SELECT login FROM signed) n (name);
        INSERT INTO audit_resealed
            SELECT old, audit_chain('3;' || begin || '64:' || audit_seal(who) || ',64:' || audit_seal(login) || ',' || rest, repeat('0', 64) ORDER BY seq)
            FROM signed;
        PERFORM set_config('stc.why', '', true);
    END IF;
    DROP VIEW signed;
END $$;

-- As before, but for entries that have their seals now.
CREATE OR REPLACE FUNCTION forget_person(named text, reason text) RETURNS text LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    pseudonym text := 'person-' || left(replace(gen_random_uuid()::text, '-', ''), 12);
    part record;
    unsealed bigint;
BEGIN
    SELECT h.unsealed INTO unsealed FROM audit_head h FOR UPDATE;
    IF named IN (stc_person(), session_user) THEN
        RAISE EXCEPTION 'who forgets is named in the trail: let somebody else do it' USING ERRCODE = '23514';
    ELSIF EXISTS (SELECT FROM pg_roles WHERE rolname = named AND pg_has_role(oid, 'stc_app', 'MEMBER')) THEN
        RAISE EXCEPTION '% is the login of an application, by which others act', named USING ERRCODE = '23514';
    ELSIF EXISTS (SELECT FROM audit_log l WHERE l.seq <= unsealed AND (named IN (l.who, l.login)
            AND NOT EXISTS (SELECT FROM audit_resealed WHERE entries = unsealed))) THEN
        RAISE EXCEPTION 'the trail has entries of % from before version 8 of the schema, and did not hold when seals were put in the place of names', named
            USING ERRCODE = '23514', HINT = 'stc store verify';
    ELSIF EXISTS (SELECT FROM audit_log l, jsonb_path_query(l.change, '$.**') v WHERE l.seq <= unsealed AND v #>> '{}' = named) THEN
        RAISE EXCEPTION 'an entry from before version 8 of the schema says which row of % was deleted or signed anew: that text cannot be taken out', named
            USING ERRCODE = '23514';
    ELSIF NOT EXISTS (SELECT FROM audit_names WHERE name = named AND salt IS NOT NULL) THEN
        RAISE EXCEPTION 'nobody called % did anything here, or it is the pseudonym of somebody forgotten', named USING ERRCODE = '23514';
    END IF;
    INSERT INTO forgotten_people (pseudonym, why) VALUES (pseudonym, reason);
    FOR part IN SELECT * FROM (VALUES ('datasets', 'loaded_by'), ('smalltalk_training_examples', 'created_by'), ('example_decisions', 'reviewer'),
        ('training_feedback', 'person'), ('exports', 'by'), ('lora_training_runs', 'created_by'), ('models', 'created_by'),
        ('evaluation_reports', 'created_by'), ('promotions', 'by'), ('forgotten_people', 'by')) AS p (relation, col) LOOP
        EXECUTE format('UPDATE %1$I SET %2$I = $1 WHERE %2$I = $2', part.relation, part.col) USING pseudonym, named;
    END LOOP;
    DELETE FROM review_leases WHERE reviewer = named;
    UPDATE audit_names SET name = pseudonym, salt = NULL WHERE name = named;
    UPDATE audit_log SET who = pseudonym WHERE who = named;
    UPDATE audit_log SET login = pseudonym WHERE login = named;
    UPDATE schema_migrations SET applied_by = pseudonym WHERE applied_by = named;
    RETURN pseudonym;
END $$;
