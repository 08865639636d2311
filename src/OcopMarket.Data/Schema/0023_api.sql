-- Keys with which programs read the API. Only hashes; a key is shown once, when it is made.
CREATE TABLE identity.api_key (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    hash bytea NOT NULL UNIQUE,                   -- SHA-256 of the key
    tail text NOT NULL CHECK (length(tail) = 4),  -- its last characters, to tell keys apart
    kind text NOT NULL CHECK (kind IN ('personal', 'service')),
    name text NOT NULL,
    owner_id bigint NOT NULL REFERENCES identity.person ON DELETE CASCADE, -- personal: with whose rights; service: who answers for it
    scope text,                                   -- of a service key; a personal one has what its person has at the moment
    resources text[],                             -- what a service key reads; a personal one reads what its person's role may
    made_at timestamptz NOT NULL,
    made_by bigint REFERENCES identity.person ON DELETE SET NULL,
    expires_at timestamptz NOT NULL,
    used_at timestamptz,                          -- to the minute
    ended_at timestamptz,
    CHECK (expires_at <= made_at + interval '366 days'),
    CHECK (CASE kind WHEN 'personal' THEN scope IS NULL AND resources IS NULL
        ELSE scope ~ '^(all|producer:[1-9][0-9]*|units:[0-9]+(,[0-9]+)*)$' AND cardinality(resources) > 0
            AND resources <@ ARRAY['products', 'listings', 'accounts', 'runs', 'issues'] END));
CREATE INDEX api_key_owner ON identity.api_key (owner_id);
CREATE INDEX api_key_maker ON identity.api_key (made_by);

-- Open issues in the order in which the API gives them out, of all and of one producer; the closed ones stay half a year among them.
CREATE INDEX listing_issue_open_id ON listing_issue (id) WHERE closed_at IS NULL;
CREATE INDEX listing_issue_producer ON listing_issue (producer_id, id) WHERE closed_at IS NULL;
