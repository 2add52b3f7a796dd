-- Who may do what. The first three grants are those of the design; all else is what the work of a role needs, and no more.
GRANT SELECT ON smalltalk_training_examples TO developers;
GRANT INSERT ON training_feedback TO users;
GRANT ALL ON lora_training_runs TO ml_engineers;

GRANT SELECT ON datasets, dataset_examples, models, model_aliases, evaluation_reports TO developers, ml_engineers, reviewers;
GRANT SELECT ON smalltalk_training_examples, example_decisions, current_decisions, example_versions, review_policy, training_feedback,
    rag_to_training_queue, feedback_trace, exports, export_examples, audit_log, audit_head TO ml_engineers, reviewers;
GRANT SELECT ON training_feedback, rag_to_training_queue TO users;
GRANT SELECT ON lora_training_runs, promotions TO reviewers;
GRANT SELECT ON promotions TO ml_engineers;

GRANT INSERT ON models, evaluation_reports, promotions, exports, export_examples, loading, loading_stale TO ml_engineers;
GRANT EXECUTE ON FUNCTION load_dataset(uuid, text, text, bigint, json) TO ml_engineers;
GRANT EXECUTE ON FUNCTION queue_candidate(uuid, text, text, text, integer, text, text, text), queue_close(uuid, text) TO ml_engineers, reviewers;

GRANT INSERT ON smalltalk_training_examples, example_decisions TO reviewers;
GRANT EXECUTE ON FUNCTION review_take(integer, text[], integer), may_verify(text) TO reviewers;
GRANT EXECUTE ON FUNCTION audit_digest(text) TO ml_engineers, reviewers;

-- A reviewer writes corrections, in their own name, that are still to be verified.
ALTER TABLE smalltalk_training_examples ENABLE ROW LEVEL SECURITY;
CREATE POLICY reading ON smalltalk_training_examples FOR SELECT USING (true);
CREATE POLICY correcting ON smalltalk_training_examples FOR INSERT TO reviewers
    WITH CHECK (origin IN ('correction', 'pair') AND corrects IS NOT NULL AND created_by = stc_person() AND status = 'proposed' AND stale IS NULL);

-- The rule of two persons: nobody decides in another's name, nor verifies a correction of their own.
ALTER TABLE example_decisions ENABLE ROW LEVEL SECURITY;
CREATE POLICY reading ON example_decisions FOR SELECT USING (true);
CREATE POLICY deciding ON example_decisions FOR INSERT TO reviewers
    WITH CHECK (reviewer = stc_person() AND (verdict <> 'verify' OR may_verify(example)));

-- Users see what they wrote themselves, and what became of it.
ALTER TABLE training_feedback ENABLE ROW LEVEL SECURITY;
CREATE POLICY writing ON training_feedback FOR INSERT TO users WITH CHECK (person = stc_person());
CREATE POLICY own ON training_feedback FOR SELECT TO users USING (person = stc_person());
CREATE POLICY reading ON training_feedback FOR SELECT TO ml_engineers, reviewers USING (true);
ALTER TABLE rag_to_training_queue ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON rag_to_training_queue FOR SELECT TO users
    USING (EXISTS (SELECT FROM training_feedback f WHERE f.id = feedback AND f.person = stc_person()));
CREATE POLICY reading ON rag_to_training_queue FOR SELECT TO ml_engineers, reviewers USING (true);

-- What is signed is signed by who writes it.
ALTER TABLE models ENABLE ROW LEVEL SECURITY;
CREATE POLICY reading ON models FOR SELECT USING (true);
CREATE POLICY signed ON models FOR INSERT TO ml_engineers WITH CHECK (created_by = stc_person());
ALTER TABLE evaluation_reports ENABLE ROW LEVEL SECURITY;
CREATE POLICY reading ON evaluation_reports FOR SELECT USING (true);
CREATE POLICY signed ON evaluation_reports FOR INSERT TO ml_engineers WITH CHECK (created_by = stc_person());
ALTER TABLE promotions ENABLE ROW LEVEL SECURITY;
CREATE POLICY reading ON promotions FOR SELECT USING (true);
CREATE POLICY signed ON promotions FOR INSERT TO ml_engineers WITH CHECK (by = stc_person());
ALTER TABLE exports ENABLE ROW LEVEL SECURITY;
CREATE POLICY reading ON exports FOR SELECT USING (true);
CREATE POLICY signed ON exports FOR INSERT TO ml_engineers WITH CHECK (by = stc_person());

