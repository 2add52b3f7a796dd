-- A reviewer no longer waits while a data set is loaded, decides about many examples of a kind at once, and answers what waits in the queue.

-- Who decided about many at once did not look at each: such decisions are no measure of how good a kind is, nor of how far reviewers agree.
ALTER TABLE example_decisions ADD COLUMN batch uuid;
CREATE INDEX decisions_batch ON example_decisions (batch) WHERE batch IS NOT NULL;
CREATE OR REPLACE VIEW current_decisions AS
    SELECT DISTINCT ON (example, reviewer) * FROM example_decisions ORDER BY example, reviewer, id DESC;

-- The place in the chain is taken before all else, so that two writers never wait for each other; a load, which is long, takes it when its
-- rows are there. Two loads come one after the other.
CREATE OR REPLACE FUNCTION audit_begin() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF coalesce(current_setting('stc.late', true), '') = '' THEN
        PERFORM 1 FROM audit_head FOR UPDATE;
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION load_dataset(this uuid, digest text, name text, seed bigint, manifest json)
    RETURNS TABLE (fresh bigint, stale bigint, fits bigint)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
BEGIN
    PERFORM pg_advisory_xact_lock(7326003);
    IF EXISTS (SELECT FROM datasets d WHERE d.digest = load_dataset.digest) THEN
        RETURN QUERY SELECT 0::bigint, 0::bigint, 0::bigint;
        RETURN;
    END IF;
    -- One statement, so that the references are looked at before the trail is written, which is where the place in the chain is taken.
    PERFORM set_config('stc.late', 'yes', true);
    WITH made AS (
        INSERT INTO datasets (digest, name, seed, samples, manifest)
            SELECT load_dataset.digest, load_dataset.name, load_dataset.seed, count(*), load_dataset.manifest FROM loading WHERE load = this
    ), added AS (
        INSERT INTO smalltalk_training_examples (id, kind, part, form, question, answer, hierarchy, split, quality, tokens, dialect, record)
            SELECT l.id, l.kind, l.part, l.form, l.question, l.answer, l.hierarchy, l.split, l.quality, l.tokens, l.dialect, l.record
            FROM loading l WHERE load = this ON CONFLICT (id) DO NOTHING RETURNING 1
    ), members AS (
        INSERT INTO dataset_examples SELECT load_dataset.digest, l.id FROM loading l WHERE load = this ON CONFLICT DO NOTHING
    ) SELECT count(*) INTO fresh FROM added;
    PERFORM set_config('stc.late', '', true);
    UPDATE smalltalk_training_examples e SET stale = s.reason FROM loading_stale s
        WHERE s.load = this AND e.id = s.id AND s.reason IS NOT NULL AND e.stale IS DISTINCT FROM s.reason;
    GET DIAGNOSTICS stale = ROW_COUNT;
    UPDATE smalltalk_training_examples e SET stale = NULL
        WHERE e.stale IS NOT NULL AND (EXISTS (SELECT FROM loading l WHERE l.load = this AND l.id = e.id)
            OR EXISTS (SELECT FROM loading_stale s WHERE s.load = this AND s.id = e.id AND s.reason IS NULL));
    GET DIAGNOSTICS fits = ROW_COUNT;
    RETURN NEXT;
END $$;

-- After a load, when nobody waits for it any more: what it left, and the figures that the queue is planned by.
CREATE FUNCTION load_ended(this uuid) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    DELETE FROM loading WHERE load = this OR since < now() - interval '1 day';
    DELETE FROM loading_stale s WHERE s.load = this OR NOT EXISTS (SELECT FROM loading l WHERE l.load = s.load);
    ANALYZE smalltalk_training_examples, dataset_examples;
END $$;
GRANT EXECUTE ON FUNCTION load_ended(uuid) TO ml_engineers;

-- What was badly rated, and not corrected by who said so, is corrected by somebody who knows: theirs is the example then, and another verifies it.
CREATE FUNCTION queue_answer(which uuid, id text, form text, answer text, tokens integer, dialect text, record text, compiles text)
    RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
BEGIN
    PERFORM 1 FROM audit_head FOR UPDATE;
    UPDATE rag_to_training_queue SET state = 'candidate' WHERE feedback = which AND state = 'queued';
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    INSERT INTO smalltalk_training_examples
        (id, origin, kind, part, form, question, answer, hierarchy, split, quality, tokens, dialect, record, compiles, priority, created_by)
        SELECT queue_answer.id, 'feedback', 'rag.answer', 'sft', queue_answer.form, f.question, queue_answer.answer, '', 'train', 1,
            queue_answer.tokens, queue_answer.dialect, queue_answer.record, queue_answer.compiles, 2, stc_person()
        FROM training_feedback f WHERE f.id = which ON CONFLICT DO NOTHING;
    UPDATE rag_to_training_queue SET example = queue_answer.id,
        state = coalesce((SELECT CASE status WHEN 'verified' THEN 'verified' WHEN 'rejected' THEN 'rejected' ELSE 'candidate' END
            FROM smalltalk_training_examples e WHERE e.id = queue_answer.id), 'candidate')
        WHERE feedback = which;
    RETURN true;
END $$;
GRANT EXECUTE ON FUNCTION queue_answer(uuid, text, text, text, integer, text, text, text) TO ml_engineers, reviewers;

CREATE OR REPLACE FUNCTION review_take(wanted integer, kinds text[] DEFAULT NULL, minutes integer DEFAULT 30) RETURNS TABLE (id text, value real)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
DECLARE
    person text := stc_person();
BEGIN
    -- One after the other, so that no two are given the same.
    PERFORM pg_advisory_xact_lock(7326002);
    RETURN QUERY
    WITH voted AS (
        SELECT e.kind, count(*) FILTER (WHERE d.verdict = 'verify') AS good, count(*) FILTER (WHERE d.verdict IN ('reject', 'correct')) AS bad
        FROM current_decisions d JOIN smalltalk_training_examples e ON e.id = d.example WHERE d.batch IS NULL GROUP BY e.kind
    ), waiting AS (
        SELECT w.kind, count(*) AS n, 1 + coalesce(max(v.bad), 0) AS a, 1 + coalesce(max(v.good), 0) AS b
        FROM smalltalk_training_examples w LEFT JOIN voted v ON v.kind = w.kind
        WHERE w.status IN ('proposed', 'disputed') AND w.stale IS NULL AND w.pair_of IS NULL AND (kinds IS NULL OR w.kind = ANY (kinds))
        GROUP BY w.kind
    ), picked AS (
        SELECT e.id, e.priority, e.quality,
            -- The standard deviation of the share of wrong ones (a Beta distribution), as if the ones before it in the list were decided.
            (ln(1 + k.n) * sqrt(k.a::float8 * k.b) / ((k.a + k.b) * sqrt(k.a + k.b + e.place)))::real AS value
        FROM waiting k CROSS JOIN LATERAL (
            SELECT x.id, x.priority, x.quality, row_number() OVER (ORDER BY x.priority DESC, x.quality, x.id) AS place
            FROM smalltalk_training_examples x
            WHERE x.kind = k.kind AND x.status IN ('proposed', 'disputed') AND x.stale IS NULL AND x.pair_of IS NULL
                AND NOT EXISTS (SELECT FROM review_leases l WHERE l.example = x.id AND l.reviewer <> person AND l.until > now())
                AND NOT EXISTS (SELECT FROM current_decisions d WHERE d.example = x.id AND d.reviewer = person AND d.verdict <> 'withdraw')
                AND (x.origin = 'dataset' OR x.created_by <> person OR (SELECT own_corrections FROM review_policy))
            ORDER BY x.priority DESC, x.quality, x.id LIMIT wanted
        ) e
        ORDER BY e.priority DESC, value DESC, e.id LIMIT wanted
    ), leased AS (
        INSERT INTO review_leases AS l (example, reviewer, until)
        SELECT p.id, person, now() + make_interval(mins => minutes) FROM picked p
        ON CONFLICT (example) DO UPDATE SET reviewer = excluded.reviewer, until = excluded.until
    )
    SELECT p.id, p.value FROM picked p ORDER BY p.priority DESC, p.value DESC, p.id;
END $$;

-- Whether nobody else looks at an example now.
CREATE FUNCTION review_free(which text) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT NOT EXISTS (SELECT FROM review_leases WHERE example = which AND reviewer <> stc_person() AND until > now())
$$;
GRANT EXECUTE ON FUNCTION review_free(text) TO reviewers;

-- Where feedback has got to, up to the runs that learnt from it.
CREATE OR REPLACE VIEW feedback_trace AS
    SELECT f.id AS feedback, f.person, f.at, q.state, q.example, e.status,
        (SELECT array_agg(x.export ORDER BY x.export) FROM export_examples x WHERE x.example = q.example) AS exports,
        f.question, (SELECT array_agg(r.id ORDER BY r.started_at) FROM lora_training_runs r JOIN export_examples x ON x.export = r.dataset
            WHERE x.example = q.example) AS runs
    FROM training_feedback f JOIN rag_to_training_queue q ON q.feedback = f.id LEFT JOIN smalltalk_training_examples e ON e.id = q.example;
