-- Names in the trail that can be forgotten. What is hashed is no longer a name but its seal, a digest of the name and a random salt: when the
-- name and the salt have gone, all that the person did is still proved, and nothing tells who it was.
CREATE TABLE audit_names (
    name text PRIMARY KEY,
    seal text NOT NULL UNIQUE CHECK (seal ~ '^[0-9a-f]{64}$'),
    salt text
);
COMMENT ON TABLE audit_names IS 'a person or login with the seal that stands for it in the hashes; salt is gone, and name a pseudonym, of who was forgotten';
ALTER TABLE audit_head ADD COLUMN unsealed bigint NOT NULL DEFAULT 0;
UPDATE audit_head SET unsealed = seq;
COMMENT ON COLUMN audit_head.unsealed IS 'entries up to this one were written before names had seals: the name itself is in their hash';

CREATE TABLE forgotten_people (
    pseudonym text PRIMARY KEY CHECK (pseudonym ~ '^person-[0-9a-f]{12}$'),
    at timestamptz NOT NULL DEFAULT now(),
    by text NOT NULL DEFAULT stc_person(),
    why text NOT NULL CHECK (length(why) BETWEEN 1 AND 4000)
);

CREATE FUNCTION audit_seal(named text) RETURNS text LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    found audit_names;
BEGIN
    SELECT * INTO found FROM audit_names WHERE name = named;
    IF found.seal IS NULL THEN
        found.salt := replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', '');
        found.seal := encode(sha256(convert_to(found.salt || ':' || named, 'UTF8')), 'hex');
        INSERT INTO audit_names VALUES (named, found.seal, found.salt);
    ELSIF found.salt IS NULL THEN
        RAISE EXCEPTION '% stands for a person who was forgotten, and nobody else acts by that name', named USING ERRCODE = '42501';
    END IF;
    RETURN found.seal;
END $$;

-- The columns that say who it was, and what may happen to them: a name becomes the pseudonym of a person who was forgotten.
CREATE FUNCTION audit_name_columns() RETURNS text[] LANGUAGE sql IMMUTABLE AS $$
    SELECT ARRAY['reviewer', 'person', 'created_by', 'loaded_by', 'by', 'who', 'login']
$$;

-- Texts of feedback can be erased too; that somebody said something, and the rating, stay.
CREATE FUNCTION audit_forgets(relation name, before jsonb, after jsonb) RETURNS boolean LANGUAGE sql STABLE
    SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT coalesce(bool_and(CASE
        WHEN a.key = ANY (audit_name_columns()) THEN EXISTS (SELECT FROM forgotten_people f WHERE f.pseudonym = a.value #>> '{}')
        WHEN relation = 'training_feedback' THEN
            a.key IN ('question', 'answer', 'corrected_answer', 'comment') AND a.value = '"(erased)"' OR a.key = 'citations' AND a.value = '[]'
        ELSE false END), false)
    FROM jsonb_each(after) a JOIN jsonb_each(before) b USING (key) WHERE a.value IS DISTINCT FROM b.value
$$;

CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_LEVEL = 'ROW' AND TG_OP = 'UPDATE' THEN
        IF audit_forgets(TG_TABLE_NAME, to_jsonb(OLD), to_jsonb(NEW)) THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION '% on % is refused: what was decided stays', TG_OP, TG_TABLE_NAME USING ERRCODE = '42501';
END $$;

CREATE OR REPLACE FUNCTION example_stays() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF (NEW.id, NEW.origin, NEW.kind, NEW.part, NEW.form, NEW.question, NEW.answer, NEW.record, NEW.corrects, NEW.pair_of, NEW.compiles, NEW.created_at)
        IS DISTINCT FROM (OLD.id, OLD.origin, OLD.kind, OLD.part, OLD.form, OLD.question, OLD.answer, OLD.record, OLD.corrects, OLD.pair_of,
            OLD.compiles, OLD.created_at)
        OR NEW.created_by <> OLD.created_by AND NOT EXISTS (SELECT FROM forgotten_people WHERE pseudonym = NEW.created_by) THEN
        RAISE EXCEPTION 'the content of example % stays as it is; a correction is another example', OLD.id USING ERRCODE = '42501';
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION run_stays() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF audit_forgets('lora_training_runs', to_jsonb(OLD), to_jsonb(NEW)) THEN
        RETURN NEW;
    END IF;
    IF OLD.status <> 'running' OR NEW.created_by <> OLD.created_by THEN
        RAISE EXCEPTION 'run % is over and stays as it is, and so does who began it', OLD.id USING ERRCODE = '42501';
    END IF;
    RETURN NEW;
END $$;

-- One link of the chain: the digest of an entry and of the link before it.
CREATE FUNCTION audit_link(before text, entry text, first text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT pg_catalog.encode(pg_catalog.sha256(pg_catalog.convert_to(entry || ',64:' || coalesce(before, first), 'UTF8')), 'hex')
$$;
-- As it was, on bytes: to trim a text of many bytes a character, PostgreSQL looks at every one of them.
CREATE OR REPLACE FUNCTION audit_digest(one text) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT pg_catalog.encode(pg_catalog.sha256(pg_catalog.rtrim(pg_catalog.rtrim(pg_catalog.convert_to(one, 'UTF8'), '\x29'::bytea), '\x2c'::bytea)), 'hex')
$$;
CREATE AGGREGATE audit_chain(text, text) (SFUNC = audit_link, STYPE = text);

-- As before, but that a seal stands for each name, and that all entries of a statement are written by one statement.
CREATE OR REPLACE FUNCTION audit_rows() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp SET timezone = 'UTC' SET datestyle = 'ISO' SET extra_float_digits = 1 AS $$
DECLARE
    head audit_head;
    moment timestamptz;
    stamp text;
    person text := stc_person();
    cause text := stc_why();
    signed text;
    actions text[];
    keys text[];
    digests text[];
    changes jsonb[];
BEGIN
    EXECUTE format($entries$ SELECT array_agg(action), array_agg(key), array_agg(digest), array_agg(change) FROM (%s) AS entries $entries$,
        format(CASE TG_OP
            WHEN 'INSERT' THEN 'SELECT ''insert'' AS action, n.%1$I::text AS key, audit_digest(n::text) AS digest, NULL::jsonb AS change FROM new_rows n'
            WHEN 'DELETE' THEN 'SELECT ''delete'' AS action, o.%1$I::text AS key, audit_digest(o::text) AS digest,
                to_jsonb(o) - audit_name_columns() AS change FROM old_rows o'
            -- A row whose key was changed is one that went and one that came. A name or a text that is being forgotten is not kept here.
            ELSE 'SELECT CASE WHEN o.%1$I IS NULL THEN ''insert'' WHEN n.%1$I IS NULL THEN ''delete'' ELSE ''update'' END AS action,
                    coalesce(n.%1$I, o.%1$I)::text AS key, audit_digest(CASE WHEN n.%1$I IS NULL THEN o::text ELSE n::text END) AS digest,
                    CASE WHEN n.%1$I IS NULL THEN to_jsonb(o) - audit_name_columns() WHEN o.%1$I IS NOT NULL THEN
                        (SELECT jsonb_object_agg(a.key, jsonb_build_array(CASE WHEN a.key = ANY (audit_name_columns()) OR %2$L = ''training_feedback''
                                THEN NULL ELSE b.value END, a.value)) FROM jsonb_each(to_jsonb(n)) a
                            JOIN jsonb_each(to_jsonb(o)) b USING (key) WHERE a.value IS DISTINCT FROM b.value) END AS change
                FROM old_rows o FULL JOIN new_rows n ON o.%1$I = n.%1$I WHERE o::text IS DISTINCT FROM n::text'
        END, TG_ARGV[0], TG_TABLE_NAME)) INTO actions, keys, digests, changes;
    IF actions IS NULL THEN
        RETURN NULL;
    END IF;
    -- From here on nobody else writes; what took long is done.
    SELECT * INTO head FROM audit_head FOR UPDATE;
    moment := clock_timestamp();
    stamp := to_char(moment AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US');
    signed := length(stamp) || ':' || stamp || ',64:' || audit_seal(person) || ',64:' || audit_seal(session_user) || ',';
    WITH chained AS (
        -- Each part of an entry has its length before it, so that no two entries read the same. store/audit.py computes it a second time.
        SELECT head.seq + n AS seq, action, key, digest, change, audit_chain('2;' || length((head.seq + n)::text) || ':' || head.seq + n || ',' || signed
            || length(action) || ':' || action || ',' || length(TG_TABLE_NAME) || ':' || TG_TABLE_NAME || ',' || length(key) || ':' || key
            || ',64:' || digest || ',' || coalesce(length(change::text) || ':' || change::text, '0:') || ','
            || coalesce(length(cause) || ':' || cause, '0:'), head.hash) OVER (ORDER BY n ROWS UNBOUNDED PRECEDING) AS link
        FROM unnest(actions, keys, digests, changes) WITH ORDINALITY AS e (action, key, digest, change, n)
    )
    INSERT INTO audit_log (seq, at, who, login, action, relation, key, row_digest, change, why, previous, hash)
        SELECT seq, moment, person, session_user, action, TG_TABLE_NAME, key, digest, change, cause, lag(link, 1, head.hash) OVER (ORDER BY seq), link
        FROM chained;
    UPDATE audit_head h SET seq = l.seq, hash = l.hash FROM (SELECT seq, hash FROM audit_log ORDER BY seq DESC LIMIT 1) l WHERE h.seq <> l.seq;
    RETURN NULL;
END $$;

-- The name goes out of every row and entry, and a pseudonym comes in; every decision, and that one person made them, stays.
CREATE FUNCTION forget_person(named text, reason text) RETURNS text LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    pseudonym text := 'person-' || left(replace(gen_random_uuid()::text, '-', ''), 12);
    part record;
BEGIN
    PERFORM 1 FROM audit_head FOR UPDATE;
    IF named IN (stc_person(), session_user) THEN
        RAISE EXCEPTION 'who forgets is named in the trail: let somebody else do it' USING ERRCODE = '23514';
    ELSIF EXISTS (SELECT FROM pg_roles WHERE rolname = named AND pg_has_role(oid, 'stc_app', 'MEMBER')) THEN
        RAISE EXCEPTION '% is the login of an application, by which others act', named USING ERRCODE = '23514';
    ELSIF EXISTS (SELECT FROM audit_log l, audit_head h WHERE l.seq <= h.unsealed AND named IN (l.who, l.login)) THEN
        RAISE EXCEPTION 'the trail has entries of % from before version 8 of the schema, whose hash holds the name itself', named USING ERRCODE = '23514';
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

-- Answer how many texts of feedback were erased: those of a person, or those from before a moment. What waits to be learnt no longer does.
CREATE FUNCTION erase_feedback(of_person text, before timestamptz) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    erased bigint;
BEGIN
    PERFORM 1 FROM audit_head FOR UPDATE;
    UPDATE rag_to_training_queue q SET state = 'rejected', note = '(erased)' FROM training_feedback f
        WHERE f.id = q.feedback AND q.state = 'queued' AND (f.person = of_person OR f.at < before);
    UPDATE training_feedback f SET question = '(erased)', answer = '(erased)', citations = '[]',
            corrected_answer = CASE WHEN corrected_answer IS NOT NULL THEN '(erased)' END, comment = CASE WHEN comment <> '' THEN '(erased)' ELSE '' END
        WHERE (f.person = of_person OR f.at < before) AND question <> '(erased)';
    GET DIAGNOSTICS erased = ROW_COUNT;
    RETURN erased;
END $$;

CALL audit_table('forgotten_people', 'pseudonym');
CALL audit_append_only('forgotten_people');
GRANT SELECT ON audit_names, forgotten_people TO ml_engineers, reviewers;
GRANT EXECUTE ON FUNCTION audit_name_columns(), audit_forgets(name, jsonb, jsonb) TO ml_engineers, reviewers;
