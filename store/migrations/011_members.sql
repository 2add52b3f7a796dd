-- Which examples a data set or an export holds is proved too. They are too many for an entry each: a digest of them all is a row that the
-- trail has, and `stc store verify` computes it anew from the members themselves.
CREATE TABLE audit_members (
    whole text PRIMARY KEY CHECK (whole ~ '^[0-9a-f]{64}$'),
    examples bigint NOT NULL,
    digest text NOT NULL CHECK (digest ~ '^[0-9a-f]{64}$')
);
COMMENT ON TABLE audit_members IS 'of each data set and export, how many examples are in it, and the digest of their ids';
CALL audit_table('audit_members', 'whole');
GRANT SELECT ON audit_members TO ml_engineers, reviewers;

-- After members came: the digest of all that the data set or export has now. The argument is the column that names it.
CREATE FUNCTION audit_count_members() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    EXECUTE format($members$
        INSERT INTO audit_members AS a (whole, examples, digest)
            SELECT t.%2$I, count(*), encode(sha256(convert_to(string_agg(t.example, ',' ORDER BY t.example COLLATE "C"), 'UTF8')), 'hex')
            FROM %1$I t WHERE t.%2$I IN (SELECT n.%2$I FROM new_rows n) GROUP BY t.%2$I
        ON CONFLICT (whole) DO UPDATE SET examples = excluded.examples, digest = excluded.digest $members$, TG_TABLE_NAME, TG_ARGV[0]);
    RETURN NULL;
END $$;

DO $$
DECLARE
    part record;
BEGIN
    PERFORM set_config('stc.why', 'the members of what was there', true);
    FOR part IN SELECT * FROM (VALUES ('dataset_examples', 'dataset'), ('export_examples', 'export')) AS p (relation, whole) LOOP
        EXECUTE format('INSERT INTO audit_members SELECT %2$I, count(*), encode(sha256(convert_to(string_agg(example, '','' ORDER BY example COLLATE "C"),
            ''UTF8'')), ''hex'') FROM %1$I GROUP BY %2$I', part.relation, part.whole);
        EXECUTE format('CREATE TRIGGER audit_m AFTER INSERT ON %1$I REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT
            EXECUTE FUNCTION audit_count_members(%2$L)', part.relation, part.whole);
        EXECUTE format('CREATE TRIGGER audit_t BEFORE TRUNCATE ON %1$I FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()', part.relation);
        EXECUTE format('ALTER TABLE %1$I ENABLE ALWAYS TRIGGER audit_m', part.relation);
        EXECUTE format('ALTER TABLE %1$I ENABLE ALWAYS TRIGGER audit_t', part.relation);
    END LOOP;
    PERFORM set_config('stc.why', '', true);
END $$;
CALL audit_append_only('dataset_examples');
