-- Training runs, the models they gave, what these were worth, and which of them is in use.
CREATE TABLE lora_training_runs (
    id uuid PRIMARY KEY,
    base_model text NOT NULL CHECK (length(base_model) BETWEEN 1 AND 500),
    base_digest text NOT NULL DEFAULT '',
    dataset text NOT NULL CHECK (dataset ~ '^[0-9a-f]{64}$'),
    spec json NOT NULL,
    seed bigint NOT NULL,
    code_version text NOT NULL DEFAULT '',
    hardware json NOT NULL DEFAULT '{}',
    status text NOT NULL DEFAULT 'running' CHECK (status IN ('running', 'finished', 'failed')),
    losses json NOT NULL DEFAULT '[]',
    metrics json NOT NULL DEFAULT '{}',
    started_at timestamptz NOT NULL DEFAULT now(),
    finished_at timestamptz,
    created_by text NOT NULL DEFAULT stc_person()
);
COMMENT ON COLUMN lora_training_runs.dataset IS 'the digest of a data set, or of an export of the store';

CREATE TABLE models (
    name text PRIMARY KEY CHECK (name ~ '^[A-Za-z0-9][A-Za-z0-9._-]{0,199}$'),
    run uuid REFERENCES lora_training_runs,
    digest text NOT NULL CHECK (digest ~ '^[0-9a-f]{64}$'),
    path text NOT NULL CHECK (length(path) BETWEEN 1 AND 4000),
    created_at timestamptz NOT NULL DEFAULT now(),
    created_by text NOT NULL DEFAULT stc_person()
);

CREATE TABLE evaluation_reports (
    digest text PRIMARY KEY CHECK (digest ~ '^[0-9a-f]{64}$'),
    model text NOT NULL REFERENCES models,
    dataset text NOT NULL CHECK (dataset ~ '^[0-9a-f]{64}$'),
    report json NOT NULL,
    at timestamptz NOT NULL DEFAULT now(),
    created_by text NOT NULL DEFAULT stc_person()
);

CREATE TABLE model_aliases (alias text PRIMARY KEY CHECK (alias ~ '^[a-z][a-z0-9_-]{0,50}$'), model text NOT NULL REFERENCES models);

CREATE TABLE promotions (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    request uuid NOT NULL UNIQUE,
    action text NOT NULL CHECK (action IN ('promote', 'rollback')),
    alias text NOT NULL CHECK (alias ~ '^[a-z][a-z0-9_-]{0,50}$'),
    model text NOT NULL REFERENCES models,
    previous text REFERENCES models,
    passed boolean NOT NULL,
    gate json NOT NULL DEFAULT '{}',
    reason text NOT NULL CHECK (length(reason) BETWEEN 1 AND 4000),
    at timestamptz NOT NULL DEFAULT now(),
    by text NOT NULL DEFAULT stc_person(),
    CHECK (action <> 'promote' OR passed)
);

-- The alias moves in the transaction of the promotion, and in no other way.
CREATE FUNCTION promotion_made() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    NEW.previous := (SELECT model FROM model_aliases WHERE alias = NEW.alias FOR UPDATE);
    NEW.at := now();
    IF NEW.action = 'rollback' AND NOT EXISTS (SELECT FROM promotions p WHERE p.alias = NEW.alias AND p.model = NEW.model) THEN
        RAISE EXCEPTION '% has never been %: it can be promoted, not rolled back to', NEW.model, NEW.alias USING ERRCODE = '23514';
    END IF;
    INSERT INTO model_aliases (alias, model) VALUES (NEW.alias, NEW.model) ON CONFLICT (alias) DO UPDATE SET model = excluded.model;
    RETURN NEW;
END $$;
CREATE TRIGGER promoted BEFORE INSERT ON promotions FOR EACH ROW EXECUTE FUNCTION promotion_made();

-- A run that is over stays as it is.
CREATE FUNCTION run_stays() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF OLD.status <> 'running' THEN
        RAISE EXCEPTION 'run % is over and stays as it is', OLD.id USING ERRCODE = '42501';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER stays BEFORE UPDATE ON lora_training_runs FOR EACH ROW EXECUTE FUNCTION run_stays();

CALL audit_table('lora_training_runs', 'id');
CALL audit_table('models', 'name');
CALL audit_table('evaluation_reports', 'digest');
CALL audit_table('model_aliases', 'alias');
CALL audit_table('promotions', 'id');
CALL audit_append_only('models');
CALL audit_append_only('evaluation_reports');
CALL audit_append_only('promotions');
