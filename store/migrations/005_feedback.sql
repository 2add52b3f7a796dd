-- What people say of answers, and the way from there into training: queued, candidate, verified or rejected, exported.
CREATE TABLE training_feedback (
    id uuid PRIMARY KEY,
    at timestamptz NOT NULL DEFAULT now(),
    person text NOT NULL DEFAULT stc_person(),
    question text NOT NULL CHECK (length(question) BETWEEN 1 AND 20000),
    answer text NOT NULL CHECK (length(answer) <= 100000),
    corrected_answer text CHECK (length(corrected_answer) BETWEEN 1 AND 100000),
    rating smallint CHECK (rating BETWEEN 1 AND 5),
    thumbs text CHECK (thumbs IN ('up', 'down')),
    comment text NOT NULL DEFAULT '' CHECK (length(comment) <= 5000),
    model text NOT NULL DEFAULT '' CHECK (length(model) <= 300),
    citations json NOT NULL DEFAULT '[]' CHECK (length(citations::text) <= 100000),
    hidden integer NOT NULL DEFAULT 0,
    CHECK (rating IS NOT NULL OR thumbs IS NOT NULL OR corrected_answer IS NOT NULL OR comment <> '')
);
COMMENT ON COLUMN training_feedback.hidden IS 'how many secrets and personal data were hidden before it was stored';
CREATE INDEX training_feedback_at ON training_feedback (at);

CREATE TABLE rag_to_training_queue (
    feedback uuid PRIMARY KEY REFERENCES training_feedback,
    state text NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'candidate', 'verified', 'rejected', 'noted')),
    example text REFERENCES smalltalk_training_examples,
    note text NOT NULL DEFAULT '',
    queued_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON COLUMN rag_to_training_queue.state IS 'noted: it says nothing that could be learnt';
CREATE INDEX rag_to_training_queue_example ON rag_to_training_queue (example) WHERE example IS NOT NULL;
CREATE INDEX rag_to_training_queue_state ON rag_to_training_queue (state, queued_at);

-- When and by whom is not for the one who writes to say.
CREATE FUNCTION feedback_signed() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    NEW.at := now();
    RETURN NEW;
END $$;
CREATE TRIGGER signed BEFORE INSERT ON training_feedback FOR EACH ROW EXECUTE FUNCTION feedback_signed();

CREATE FUNCTION feedback_queued() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    INSERT INTO rag_to_training_queue (feedback, state) VALUES (NEW.id, CASE
        WHEN NEW.corrected_answer IS NOT NULL OR NEW.rating >= 4 OR NEW.thumbs = 'up' OR NEW.rating <= 2 OR NEW.thumbs = 'down' THEN 'queued'
        ELSE 'noted' END);
    RETURN NULL;
END $$;
CREATE TRIGGER queued AFTER INSERT ON training_feedback FOR EACH ROW EXECUTE FUNCTION feedback_queued();

-- An example from feedback is its author's, whoever puts it into the queue: so the author cannot verify it.
CREATE FUNCTION queue_candidate(which uuid, id text, form text, answer text, tokens integer, dialect text, record text, compiles text)
    RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
DECLARE
    f training_feedback;
BEGIN
    PERFORM 1 FROM audit_head FOR UPDATE;
    SELECT * INTO f FROM training_feedback WHERE training_feedback.id = which;
    UPDATE rag_to_training_queue SET state = 'candidate' WHERE feedback = which AND state = 'queued';
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    INSERT INTO smalltalk_training_examples
        (id, origin, kind, part, form, question, answer, hierarchy, split, quality, tokens, dialect, record, compiles, priority, created_by)
        VALUES (queue_candidate.id, 'feedback', 'rag.answer', 'sft', queue_candidate.form, f.question, queue_candidate.answer, '', 'train', 1,
            queue_candidate.tokens, queue_candidate.dialect, queue_candidate.record, queue_candidate.compiles, 2, f.person)
        ON CONFLICT DO NOTHING;
    UPDATE rag_to_training_queue SET example = queue_candidate.id,
        state = coalesce((SELECT CASE status WHEN 'verified' THEN 'verified' WHEN 'rejected' THEN 'rejected' ELSE 'candidate' END
            FROM smalltalk_training_examples e WHERE e.id = queue_candidate.id), 'candidate')
        WHERE feedback = which;
    RETURN true;
END $$;

CREATE FUNCTION queue_close(which uuid, note text) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    UPDATE rag_to_training_queue q SET state = 'rejected', note = left(queue_close.note, 4000) WHERE q.feedback = which AND q.state = 'queued';
    RETURN FOUND;
END $$;

CREATE FUNCTION queue_follows() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    UPDATE rag_to_training_queue SET state = CASE NEW.status WHEN 'verified' THEN 'verified' WHEN 'rejected' THEN 'rejected'
        WHEN 'corrected' THEN 'rejected' ELSE 'candidate' END WHERE example = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER queue_follows AFTER UPDATE OF status ON smalltalk_training_examples
    FOR EACH ROW WHEN (NEW.origin = 'feedback' AND NEW.status <> OLD.status) EXECUTE FUNCTION queue_follows();

-- What was written for training, with the head of the audit trail at that moment.
CREATE TABLE exports (
    digest text PRIMARY KEY CHECK (digest ~ '^[0-9a-f]{64}$'),
    at timestamptz NOT NULL DEFAULT now(),
    by text NOT NULL DEFAULT stc_person(),
    statuses text[] NOT NULL,
    examples integer NOT NULL,
    audit_seq bigint NOT NULL,
    audit_hash text NOT NULL
);
CREATE TABLE export_examples (
    export text NOT NULL REFERENCES exports,
    example text NOT NULL REFERENCES smalltalk_training_examples,
    PRIMARY KEY (export, example)
);
CREATE INDEX export_examples_example ON export_examples (example);

CALL audit_table('training_feedback', 'id');
CALL audit_table('rag_to_training_queue', 'feedback');
CALL audit_table('exports', 'digest');
CALL audit_append_only('training_feedback');
CALL audit_append_only('exports');
CALL audit_append_only('export_examples');

CREATE VIEW feedback_trace AS
    SELECT f.id AS feedback, f.person, f.at, q.state, q.example, e.status,
        (SELECT array_agg(x.export ORDER BY x.export) FROM export_examples x WHERE x.example = q.example) AS exports
    FROM training_feedback f JOIN rag_to_training_queue q ON q.feedback = f.id LEFT JOIN smalltalk_training_examples e ON e.id = q.example;
