-- Logins are sealed with data keys, one per group of logins; a data key lies here wrapped by a key that is outside of this database.
CREATE TABLE vault_key (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    key_group int NOT NULL,                       -- id of the credential modulo the number of groups
    version int NOT NULL,
    wrapped bytea,                                -- null once retired: what was sealed with it opens no more
    wrapper text NOT NULL,                        -- file, transit
    kek_version int NOT NULL,                     -- version of the key-encryption key
    made_at timestamptz NOT NULL DEFAULT now(),
    retired_at timestamptz,
    CHECK ((wrapped IS NULL) = (retired_at IS NOT NULL)),
    UNIQUE (key_group, version));

-- Null beside a sealed secret: sealed as before, directly under the first key of the key file, until ./run vault rotate --data seals it anew.
ALTER TABLE credential
    ADD COLUMN password_key bigint REFERENCES vault_key,
    ADD COLUMN access_key bigint REFERENCES vault_key,
    ADD COLUMN password_tail text,                -- last four characters, to recognise it by; null when it is too short for that
    ADD COLUMN password_at timestamptz,
    ADD COLUMN access_tail text,
    ADD COLUMN access_at timestamptz,
    ADD COLUMN seal_no bigint NOT NULL DEFAULT 0; -- rises with every sealing
CREATE INDEX credential_password_key ON credential (password_key) WHERE password_key IS NOT NULL;
CREATE INDEX credential_access_key ON credential (access_key) WHERE access_key IS NOT NULL;

-- A process of the version before seals only under the first key and knows of no other. Once there are data keys it may not seal any more: nobody
-- would look there, and the first key goes when nothing is sealed with it.
CREATE FUNCTION credential_sealed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM vault_key) THEN
        RAISE EXCEPTION 'The logins have new keys; stop this program and start the version that belongs to the database.';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER credential_sealed_insert BEFORE INSERT ON credential
    FOR EACH ROW WHEN (NEW.seal_no = 0 AND (NEW.sealed_password IS NOT NULL OR NEW.sealed_access IS NOT NULL)) EXECUTE FUNCTION credential_sealed();
CREATE TRIGGER credential_sealed_update BEFORE UPDATE ON credential
    FOR EACH ROW WHEN (NEW.seal_no = OLD.seal_no AND (NEW.sealed_password IS DISTINCT FROM OLD.sealed_password
        OR NEW.sealed_access IS DISTINCT FROM OLD.sealed_access)) EXECUTE FUNCTION credential_sealed();
