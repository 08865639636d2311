-- Shops whose owners consent on the platform's own page: the way there and back, the tokens that renew themselves, and what people must know
-- of a shop before its consent ends.

ALTER TABLE credential
    ADD COLUMN refresh_key bigint REFERENCES vault_key,
    ADD COLUMN refresh_fence bigint NOT NULL DEFAULT 0,   -- rises with every lease, connection and disconnection: who holds an older one writes nothing
    ADD COLUMN refresh_begun_at timestamptz,              -- the single-use token has left, or was about to, and its answer is not stored
    ADD COLUMN refresh_due_at timestamptz,                -- null: not renewed by a refresh token
    ADD COLUMN refresh_tries int NOT NULL DEFAULT 0,      -- in a row without an answer
    ADD COLUMN consent_at timestamptz,
    ADD COLUMN consent_until timestamptz,                 -- as the platform says; null: it has not said
    ADD COLUMN warned_days int,                           -- last step of the warnings before that
    ADD COLUMN keeper text CHECK (keeper IN ('producer', 'staff')); -- who consents again: who did so last
CREATE INDEX credential_refresh_key ON credential (refresh_key) WHERE refresh_key IS NOT NULL;
CREATE INDEX credential_refresh_due ON credential (refresh_due_at) WHERE refresh_due_at IS NOT NULL AND state = 'active';
CREATE INDEX credential_consent ON credential (consent_until) WHERE consent_until IS NOT NULL AND state = 'active';
CREATE INDEX seller_account_credential ON seller_account (credential_id) WHERE credential_id IS NOT NULL;

-- One way to a platform and back, or one disconnection. The portal writes; a worker does what it says.
CREATE TABLE connect_attempt (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('connect', 'disconnect')),
    state_hash bytea UNIQUE,                      -- SHA-256 of what travels with the person; connect only
    session_id uuid NOT NULL,                     -- only this session may come back
    person_id bigint NOT NULL,
    person text NOT NULL,                         -- as the audit names people, by number
    keeper text NOT NULL CHECK (keeper IN ('producer', 'staff')),
    origin text NOT NULL,                         -- address the person asked from
    correlation text,
    account_id bigint NOT NULL REFERENCES seller_account,
    producer_id bigint,
    marketplace text NOT NULL,
    began_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL DEFAULT now() + interval '10 minutes',
    returned_at timestamptz,
    code text,                                    -- the platform's; the worker that takes it erases it
    claimed_shop text,                            -- the shop as the way back names it, not yet believed
    step text NOT NULL CHECK (step IN ('begun', 'returned', 'working', 'done', 'refused')),
    result text,                                  -- why it was refused
    lease_until timestamptz,
    ended_at timestamptz,
    CHECK ((kind = 'connect') = (state_hash IS NOT NULL)),
    CHECK ((step IN ('done', 'refused')) = (ended_at IS NOT NULL)),
    CHECK (code IS NULL OR step = 'returned'));
CREATE INDEX connect_attempt_account ON connect_attempt (account_id, id);
CREATE INDEX connect_attempt_open ON connect_attempt (step, id) WHERE ended_at IS NULL;
CREATE INDEX connect_attempt_ended ON connect_attempt (ended_at) WHERE ended_at IS NOT NULL;

-- What somebody must do about a shop itself, by when.
CREATE TABLE account_issue (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id bigint NOT NULL REFERENCES seller_account,
    producer_id bigint,
    marketplace text NOT NULL,
    code text NOT NULL,
    owner text NOT NULL,                          -- Party
    args text[] NOT NULL DEFAULT '{}',
    due_at timestamptz NOT NULL,
    opened_at timestamptz NOT NULL DEFAULT now(),
    closed_at timestamptz);
CREATE UNIQUE INDEX account_issue_open ON account_issue (account_id, code) WHERE closed_at IS NULL;
CREATE INDEX account_issue_closed ON account_issue (closed_at) WHERE closed_at IS NOT NULL;

DO $body$
DECLARE
    closed text;
BEGIN
    FOREACH closed IN ARRAY ARRAY['connect_attempt', 'account_issue'] LOOP
        PERFORM protect_rows(closed::regclass, '(SELECT scope_is_all())' || format(
            ' OR EXISTS (SELECT FROM seller_account a WHERE a.id = %I.account_id)', closed));
    END LOOP;
END $body$;
