-- What happened to every row, by whom, when and why; whoever changed it and however. Each entry's hash takes in the one before it.
CREATE TABLE audit_log (
    seq bigint PRIMARY KEY,
    at timestamptz NOT NULL,
    who text NOT NULL,
    login text NOT NULL,
    action text NOT NULL CHECK (action IN ('insert', 'update', 'delete')),
    relation text NOT NULL,
    key text NOT NULL,
    row_digest text NOT NULL,
    change jsonb,
    why text,
    previous text NOT NULL,
    hash text NOT NULL
);
CREATE INDEX audit_log_row ON audit_log (relation, key, seq);
COMMENT ON COLUMN audit_log.row_digest IS 'of the row as it was afterwards; of the row that went, for a delete';
COMMENT ON COLUMN audit_log.change IS 'of an update {column: [old, new]}, of a delete the row, of an insert nothing: the row is there';

CREATE TABLE audit_head (one boolean PRIMARY KEY DEFAULT true CHECK (one), seq bigint NOT NULL, hash text NOT NULL);
INSERT INTO audit_head VALUES (true, 0, repeat('0', 64));

-- The digest of a row as text. Columns without a value at its end are left out, so that a later migration may add one.
CREATE FUNCTION audit_digest(one text) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT pg_catalog.encode(pg_catalog.sha256(pg_catalog.convert_to(pg_catalog.rtrim(pg_catalog.rtrim(one, ')'), ','), 'UTF8')), 'hex')
$$;

CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE EXCEPTION '% on % is refused: what was decided stays', TG_OP, TG_TABLE_NAME USING ERRCODE = '42501';
END $$;

-- Writers come one after the other: the lock is taken before anything else, so that two of them never wait for each other.
CREATE FUNCTION audit_begin() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM 1 FROM audit_head FOR UPDATE;
    RETURN NULL;
END $$;

CREATE FUNCTION audit_rows() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp SET timezone = 'UTC' SET datestyle = 'ISO' SET extra_float_digits = 1 AS $$
DECLARE
    head audit_head;
    one record;
    moment timestamptz := clock_timestamp();
    stamp text := to_char(moment AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US');
    person text := stc_person();
    cause text := stc_why();
    before text;
    -- Each part of an entry has its length before it, so that no two entries read the same. store/audit.py computes it a second time.
    signed text := length(stamp) || ':' || stamp || ',' || length(person) || ':' || person || ',' || length(session_user) || ':' || session_user || ',';
BEGIN
    SELECT * INTO head FROM audit_head FOR UPDATE;
    FOR one IN EXECUTE format(CASE TG_OP
        WHEN 'INSERT' THEN 'SELECT ''insert'' AS action, n.%1$I::text AS key, audit_digest(n::text) AS digest, NULL::jsonb AS change FROM new_rows n'
        WHEN 'DELETE' THEN 'SELECT ''delete'' AS action, o.%1$I::text AS key, audit_digest(o::text) AS digest, to_jsonb(o) AS change FROM old_rows o'
        -- A row whose key was changed is one that went and one that came.
        ELSE 'SELECT CASE WHEN o.%1$I IS NULL THEN ''insert'' WHEN n.%1$I IS NULL THEN ''delete'' ELSE ''update'' END AS action,
                coalesce(n.%1$I, o.%1$I)::text AS key, audit_digest(CASE WHEN n.%1$I IS NULL THEN o::text ELSE n::text END) AS digest,
                CASE WHEN n.%1$I IS NULL THEN to_jsonb(o) WHEN o.%1$I IS NOT NULL THEN
                    (SELECT jsonb_object_agg(a.key, jsonb_build_array(b.value, a.value)) FROM jsonb_each(to_jsonb(n)) a
                        JOIN jsonb_each(to_jsonb(o)) b USING (key) WHERE a.value IS DISTINCT FROM b.value) END AS change
            FROM old_rows o FULL JOIN new_rows n ON o.%1$I = n.%1$I WHERE o::text IS DISTINCT FROM n::text'
    END, TG_ARGV[0]) LOOP
        head.seq := head.seq + 1;
        before := head.hash;
        head.hash := encode(sha256(convert_to(length(head.seq::text) || ':' || head.seq || ',' || signed
            || length(one.action) || ':' || one.action || ',' || length(TG_TABLE_NAME) || ':' || TG_TABLE_NAME || ','
            || length(one.key) || ':' || one.key || ',64:' || one.digest || ','
            || coalesce(length(one.change::text) || ':' || one.change::text, '0:') || ',' || coalesce(length(cause) || ':' || cause, '0:')
            || ',64:' || before, 'UTF8')), 'hex');
        INSERT INTO audit_log (seq, at, who, login, action, relation, key, row_digest, change, why, previous, hash)
            VALUES (head.seq, moment, person, session_user, one.action, TG_TABLE_NAME, one.key, one.digest, one.change, cause, before, head.hash);
    END LOOP;
    UPDATE audit_head SET seq = head.seq, hash = head.hash WHERE audit_head.seq <> head.seq;
    RETURN NULL;
END $$;

-- Audits a table by its key. The triggers fire for replication roles too: to get around them one must own the table and disable them.
CREATE PROCEDURE audit_table(relation regclass, key text) LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    part text;
BEGIN
    EXECUTE format('CREATE TRIGGER audit_0 BEFORE INSERT OR UPDATE OR DELETE ON %s FOR EACH STATEMENT EXECUTE FUNCTION audit_begin()', relation);
    EXECUTE format('CREATE TRIGGER audit_i AFTER INSERT ON %s REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_rows(%L)', relation, key);
    EXECUTE format('CREATE TRIGGER audit_u AFTER UPDATE ON %s REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_rows(%L)', relation, key);
    EXECUTE format('CREATE TRIGGER audit_d AFTER DELETE ON %s REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION audit_rows(%L)', relation, key);
    EXECUTE format('CREATE TRIGGER audit_t BEFORE TRUNCATE ON %s FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()', relation);
    FOREACH part IN ARRAY ARRAY['audit_0', 'audit_i', 'audit_u', 'audit_d', 'audit_t'] LOOP
        EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER %I', relation, part);
    END LOOP;
END $$;

-- Rows of this table come and stay as they are.
CREATE PROCEDURE audit_append_only(relation regclass) LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    EXECUTE format('CREATE TRIGGER stays BEFORE UPDATE OR DELETE ON %s FOR EACH ROW EXECUTE FUNCTION audit_refuse()', relation);
    EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER stays', relation);
END $$;

CALL audit_append_only('audit_log');
CREATE TRIGGER audit_t BEFORE TRUNCATE ON audit_log FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
ALTER TABLE audit_log ENABLE ALWAYS TRIGGER audit_t;
