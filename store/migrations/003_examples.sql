-- Data sets that were loaded, the examples in them, and what people decided about these.
CREATE TABLE datasets (
    digest text PRIMARY KEY CHECK (digest ~ '^[0-9a-f]{64}$'),
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    seed bigint,
    samples integer NOT NULL,
    manifest json NOT NULL,
    loaded_at timestamptz NOT NULL DEFAULT now(),
    loaded_by text NOT NULL DEFAULT stc_person()
);
CREATE INDEX datasets_name ON datasets (name, loaded_at);

-- The content of an example never changes: its id is a digest of what it teaches. A correction is another example.
CREATE TABLE smalltalk_training_examples (
    id text PRIMARY KEY CHECK (id ~ '^[0-9a-f]{20}$'),
    origin text NOT NULL DEFAULT 'dataset' CHECK (origin IN ('dataset', 'correction', 'pair', 'feedback')),
    kind text NOT NULL CHECK (length(kind) BETWEEN 1 AND 100),
    part text NOT NULL CHECK (part IN ('sft', 'completion', 'preference')),
    form text NOT NULL CHECK (form IN ('method', 'class', 'expression', 'names', 'prose')),
    question text NOT NULL,
    answer text NOT NULL,
    hierarchy text NOT NULL,
    split text NOT NULL,
    quality real NOT NULL,
    tokens integer NOT NULL,
    dialect text NOT NULL,
    record text NOT NULL CHECK (record::json IS NOT NULL AND length(record) <= 4000000),
    corrects text REFERENCES smalltalk_training_examples,
    pair_of text REFERENCES smalltalk_training_examples,
    compiles text,
    status text NOT NULL DEFAULT 'proposed' CHECK (status IN ('proposed', 'disputed', 'verified', 'corrected', 'rejected')),
    priority smallint NOT NULL DEFAULT 0 CHECK (priority BETWEEN 0 AND 3),
    stale text,
    created_at timestamptz NOT NULL DEFAULT now(),
    created_by text NOT NULL DEFAULT stc_person()
);
COMMENT ON COLUMN smalltalk_training_examples.record IS 'the line of the data set, key by key';
COMMENT ON COLUMN smalltalk_training_examples.stale IS 'why it no longer fits the sources; decisions about it stay';
COMMENT ON COLUMN smalltalk_training_examples.compiles IS 'what the checker said of a correction';
CREATE INDEX examples_waiting ON smalltalk_training_examples (kind, priority DESC, quality, id)
    WHERE status IN ('proposed', 'disputed') AND stale IS NULL AND pair_of IS NULL;
CREATE INDEX examples_status ON smalltalk_training_examples (status, kind);
CREATE INDEX examples_corrects ON smalltalk_training_examples (corrects) WHERE corrects IS NOT NULL;
CREATE INDEX examples_pair ON smalltalk_training_examples (pair_of) WHERE pair_of IS NOT NULL;

CREATE TABLE dataset_examples (
    dataset text NOT NULL REFERENCES datasets,
    example text NOT NULL REFERENCES smalltalk_training_examples,
    PRIMARY KEY (dataset, example)
);
CREATE INDEX dataset_examples_example ON dataset_examples (example);

-- A decision is never changed: who thinks otherwise decides again, and the last word of each reviewer counts.
CREATE TABLE example_decisions (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    request uuid NOT NULL UNIQUE,
    example text NOT NULL REFERENCES smalltalk_training_examples,
    reviewer text NOT NULL DEFAULT stc_person(),
    verdict text NOT NULL CHECK (verdict IN ('verify', 'correct', 'reject', 'skip', 'withdraw')),
    reason text NOT NULL DEFAULT '' CHECK (length(reason) <= 4000),
    correction text REFERENCES smalltalk_training_examples,
    decided_at timestamptz NOT NULL DEFAULT now(),
    CHECK (verdict <> 'reject' OR reason <> ''),
    CHECK ((verdict = 'correct') = (correction IS NOT NULL))
);
COMMENT ON COLUMN example_decisions.request IS 'made by the program that asks: asking again after a lost answer decides nothing twice';
CREATE INDEX decisions_example ON example_decisions (example, reviewer, id);

CREATE TABLE review_policy (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    reviewers smallint NOT NULL DEFAULT 1 CHECK (reviewers BETWEEN 1 AND 5),
    own_corrections boolean NOT NULL DEFAULT false
);
COMMENT ON COLUMN review_policy.reviewers IS 'how many more must say so than say otherwise';
COMMENT ON COLUMN review_policy.own_corrections IS 'whether who wrote a correction may verify it';
INSERT INTO review_policy DEFAULT VALUES;

-- Who is looking at what: a convenience, and no decision.
CREATE TABLE review_leases (
    example text PRIMARY KEY REFERENCES smalltalk_training_examples,
    reviewer text NOT NULL,
    until timestamptz NOT NULL
);

CREATE FUNCTION example_stays() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF (NEW.id, NEW.origin, NEW.kind, NEW.part, NEW.form, NEW.question, NEW.answer, NEW.record, NEW.corrects, NEW.pair_of, NEW.compiles,
            NEW.created_at, NEW.created_by)
        IS DISTINCT FROM (OLD.id, OLD.origin, OLD.kind, OLD.part, OLD.form, OLD.question, OLD.answer, OLD.record, OLD.corrects, OLD.pair_of,
            OLD.compiles, OLD.created_at, OLD.created_by) THEN
        RAISE EXCEPTION 'the content of example % stays as it is; a correction is another example', OLD.id USING ERRCODE = '42501';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER content_stays BEFORE UPDATE ON smalltalk_training_examples FOR EACH ROW EXECUTE FUNCTION example_stays();
CREATE TRIGGER stays BEFORE DELETE ON smalltalk_training_examples FOR EACH ROW EXECUTE FUNCTION audit_refuse();

-- The last word of each reviewer about an example.
CREATE VIEW current_decisions AS
    SELECT DISTINCT ON (example, reviewer) * FROM example_decisions ORDER BY example, reviewer, id DESC;

-- What the decisions make of an example: the verdict that is ahead of the next one by as many reviewers as the policy asks for.
CREATE FUNCTION settle(which text) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    needed smallint := (SELECT reviewers FROM review_policy);
    first text;
    most bigint;
    next bigint;
    now_is text;
BEGIN
    PERFORM 1 FROM smalltalk_training_examples WHERE id = which FOR NO KEY UPDATE;
    SELECT verdict, n INTO first, most FROM (SELECT verdict, count(*) AS n FROM current_decisions
        WHERE example = which AND verdict IN ('verify', 'correct', 'reject') GROUP BY verdict) v ORDER BY n DESC, verdict LIMIT 1;
    SELECT count(*) INTO next FROM current_decisions
        WHERE example = which AND verdict IN ('verify', 'correct', 'reject') AND verdict <> first GROUP BY verdict ORDER BY 1 DESC LIMIT 1;
    now_is := CASE
        WHEN coalesce(most, 0) - coalesce(next, 0) >= needed THEN CASE first WHEN 'verify' THEN 'verified' WHEN 'correct' THEN 'corrected' ELSE 'rejected' END
        WHEN coalesce(next, 0) > 0 THEN 'disputed' ELSE 'proposed' END;
    -- A pair of a corrected text and the old one stands and falls with the correction.
    UPDATE smalltalk_training_examples e SET status = now_is, priority = p.priority
        FROM (SELECT id, CASE WHEN now_is = 'disputed' THEN 3 WHEN origin <> 'dataset' THEN 2 WHEN most > 0 THEN 1 ELSE 0 END AS priority
            FROM smalltalk_training_examples WHERE id = which OR pair_of = which) p
        WHERE e.id = p.id AND (e.status, e.priority) IS DISTINCT FROM (now_is, p.priority::smallint);
    DELETE FROM review_leases WHERE example = which;
END $$;

CREATE FUNCTION decision_made() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM settle(NEW.example);
    RETURN NULL;
END $$;
CREATE TRIGGER decided AFTER INSERT ON example_decisions FOR EACH ROW EXECUTE FUNCTION decision_made();

-- Whether the person may verify this example: not a correction of their own, unless the policy lets them.
CREATE FUNCTION may_verify(which text) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT (SELECT own_corrections FROM review_policy)
        OR NOT EXISTS (SELECT FROM smalltalk_training_examples WHERE id = which AND origin <> 'dataset' AND created_by = stc_person())
$$;

CALL audit_table('datasets', 'digest');
CALL audit_table('smalltalk_training_examples', 'id');
CALL audit_table('example_decisions', 'id');
CALL audit_table('review_policy', 'one');
CALL audit_append_only('example_decisions');
CALL audit_append_only('datasets');

-- Every version of an example: who changed what, when, and why.
CREATE VIEW example_versions AS
    SELECT key AS example, row_number() OVER (PARTITION BY key ORDER BY seq) AS version, at, who, action, change, why, row_digest, seq
    FROM audit_log WHERE relation = 'smalltalk_training_examples';
