-- A login that a shop's owner types in the portal, once. The portal seals it for the workers and cannot open it again: it knows only the public half of a
-- key whose private half is wrapped by the vault's key, which the portal does not have.

CREATE TABLE intake_key (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    public_key bytea NOT NULL,                    -- point of P-256, uncompressed: 65 bytes
    wrapped bytea NOT NULL,                       -- private half
    wrapper text NOT NULL,
    kek_version int NOT NULL,
    made_at timestamptz NOT NULL DEFAULT now(),
    CHECK (octet_length(public_key) = 65));

ALTER TABLE connect_attempt
    DROP CONSTRAINT connect_attempt_kind_check,
    ADD CONSTRAINT connect_attempt_kind_check CHECK (kind IN ('connect', 'disconnect', 'login')),
    ADD COLUMN typed bytea,                       -- the sealed login; the worker that takes it erases it
    ADD COLUMN typed_key bigint,                  -- the intake_key that opens it
    ADD CHECK (typed IS NULL OR (kind = 'login' AND step = 'returned' AND octet_length(typed) <= 4096));
CREATE UNIQUE INDEX connect_attempt_typed ON connect_attempt (account_id) WHERE kind = 'login' AND ended_at IS NULL; -- one at a time
CREATE INDEX connect_attempt_typist ON connect_attempt (person_id, began_at) WHERE kind = 'login';
