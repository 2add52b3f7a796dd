-- Who may do what is said by four roles of the house, which are the same in every database of the server.
-- A login is a member of some of them; `stc_app` is for logins that speak for others (the web pages, the embedded server).
DO $$
DECLARE role text;
BEGIN
    FOREACH role IN ARRAY ARRAY['developers', 'users', 'ml_engineers', 'reviewers', 'stc_app'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role) THEN
            BEGIN
                EXECUTE format('CREATE ROLE %I NOLOGIN', role);
            EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
            END;
        END IF;
    END LOOP;
    -- Who owns the tables speaks for others too, in every version of PostgreSQL: from 16 on the maker of a role is a member of it.
    IF NOT pg_has_role(current_user, 'stc_app', 'MEMBER') THEN
        BEGIN
            EXECUTE format('GRANT stc_app TO %I', current_user);
        EXCEPTION WHEN insufficient_privilege THEN NULL;
        END;
    END IF;
    -- Nobody makes anything in this database but its owner; temporary functions would run with the rights of others.
    EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO developers, users, ml_engineers, reviewers, stc_app', current_database());
END $$;

REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO developers, users, ml_engineers, reviewers, stc_app;
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
GRANT SELECT ON schema_migrations TO developers, users, ml_engineers, reviewers, stc_app;

-- The person: of a login that may speak for others whom it names, of any other login the login itself, whatever it claims.
CREATE FUNCTION stc_person() RETURNS text LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT CASE WHEN pg_has_role(session_user, 'stc_app', 'MEMBER')
        THEN coalesce(nullif(left(current_setting('stc.user', true), 200), ''), session_user::text)
        ELSE session_user::text END
$$;
GRANT EXECUTE ON FUNCTION stc_person() TO PUBLIC;

CREATE FUNCTION stc_why() RETURNS text LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT nullif(left(current_setting('stc.why', true), 4000), '')
$$;
GRANT EXECUTE ON FUNCTION stc_why() TO PUBLIC;
