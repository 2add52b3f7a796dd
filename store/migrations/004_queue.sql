-- What is reviewed next. Kinds of which little is known, or of which many are wrong, come first, weighted by how many examples they have.
CREATE FUNCTION review_take(wanted integer, kinds text[] DEFAULT NULL, minutes integer DEFAULT 30) RETURNS TABLE (id text, value real)
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
        FROM current_decisions d JOIN smalltalk_training_examples e ON e.id = d.example GROUP BY e.kind
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

-- A data set is put here first, by COPY, and taken over in one statement; what was left by a load that died is removed by the next one.
CREATE UNLOGGED TABLE loading (
    load uuid NOT NULL, id text NOT NULL, kind text NOT NULL, part text NOT NULL, form text NOT NULL, question text NOT NULL,
    answer text NOT NULL, hierarchy text NOT NULL, split text NOT NULL, quality real NOT NULL, tokens integer NOT NULL, dialect text NOT NULL,
    record text NOT NULL, since timestamptz NOT NULL DEFAULT now()
);
CREATE UNLOGGED TABLE loading_stale (load uuid NOT NULL, id text NOT NULL, reason text);

-- Take over what was put into `loading`: answer how many examples are new, how many became stale, how many fit again.
CREATE FUNCTION load_dataset(this uuid, digest text, name text, seed bigint, manifest json) RETURNS TABLE (fresh bigint, stale bigint, fits bigint)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
BEGIN
    INSERT INTO datasets (digest, name, seed, samples, manifest)
        SELECT load_dataset.digest, load_dataset.name, load_dataset.seed, count(*), load_dataset.manifest FROM loading WHERE load = this
        ON CONFLICT DO NOTHING;
    IF NOT FOUND THEN
        RETURN QUERY SELECT 0::bigint, 0::bigint, 0::bigint;
        RETURN;
    END IF;
    INSERT INTO smalltalk_training_examples (id, kind, part, form, question, answer, hierarchy, split, quality, tokens, dialect, record)
        SELECT l.id, l.kind, l.part, l.form, l.question, l.answer, l.hierarchy, l.split, l.quality, l.tokens, l.dialect, l.record
        FROM loading l WHERE load = this ON CONFLICT (id) DO NOTHING;
    GET DIAGNOSTICS fresh = ROW_COUNT;
    INSERT INTO dataset_examples SELECT load_dataset.digest, l.id FROM loading l WHERE load = this ON CONFLICT DO NOTHING;
    UPDATE smalltalk_training_examples e SET stale = s.reason FROM loading_stale s
        WHERE s.load = this AND e.id = s.id AND s.reason IS NOT NULL AND e.stale IS DISTINCT FROM s.reason;
    GET DIAGNOSTICS stale = ROW_COUNT;
    UPDATE smalltalk_training_examples e SET stale = NULL
        WHERE e.stale IS NOT NULL AND (EXISTS (SELECT FROM loading l WHERE l.load = this AND l.id = e.id)
            OR EXISTS (SELECT FROM loading_stale s WHERE s.load = this AND s.id = e.id AND s.reason IS NULL));
    GET DIAGNOSTICS fits = ROW_COUNT;
    DELETE FROM loading WHERE load = this OR since < now() - interval '1 day';
    DELETE FROM loading_stale s WHERE s.load = this;
    -- The queue is asked right after a load, before autovacuum has counted what is there now.
    ANALYZE smalltalk_training_examples;
    RETURN NEXT;
END $$;
