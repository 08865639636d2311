-- Shops, listings and the ledger of what is to be done. Desired, sent and seen never share a column.

CREATE TABLE credential (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    marketplace text NOT NULL,
    scope text NOT NULL CHECK (scope IN ('partner', 'shop')),
    login text NOT NULL,
    parameters jsonb NOT NULL DEFAULT '{}',
    key_version int NOT NULL,
    sealed_password bytea,                        -- operator's partner login only; a producer's password is never stored
    sealed_access bytea,
    sealed_refresh bytea,
    access_expires_at timestamptz,
    refresh_lease_until timestamptz NOT NULL DEFAULT '-infinity',
    state text NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'refused')),
    state_code text,
    updated_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (marketplace, scope, login));

CREATE TABLE seller_account (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    marketplace text NOT NULL,
    external_id text,                             -- null while planned
    producer_id bigint REFERENCES producer,       -- null: a cooperative's or province's shop that serves many
    unit_code text,
    shop_name text NOT NULL,
    url text,
    credential_id bigint REFERENCES credential,
    state text NOT NULL,                          -- AccountState
    state_at timestamptz NOT NULL DEFAULT now(),
    state_evidence text NOT NULL,
    problem_code text,                            -- prefixed platform code, while there is one
    problem_raw text,
    item_count int,
    verified_at timestamptz,
    next_check_at timestamptz NOT NULL DEFAULT now(),
    opened_by text NOT NULL,                      -- self, post staff, trade-promotion staff
    created_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (marketplace, external_id));
CREATE UNIQUE INDEX seller_account_own ON seller_account (marketplace, producer_id) WHERE producer_id IS NOT NULL AND state <> 'closed';
CREATE INDEX seller_account_check ON seller_account (next_check_at);
CREATE INDEX seller_account_producer ON seller_account (producer_id);

CREATE TABLE account_event (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id bigint NOT NULL REFERENCES seller_account,
    producer_id bigint,
    at timestamptz NOT NULL DEFAULT now(),
    state text NOT NULL,
    evidence text NOT NULL,
    raw text);
CREATE INDEX account_event_account ON account_event (account_id, at);

CREATE TABLE mandate (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id bigint NOT NULL REFERENCES seller_account,
    producer_id bigint REFERENCES producer,
    unit_code text,
    given_on date NOT NULL,
    until date,
    evidence text NOT NULL,
    recorded_by text NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT now(),
    revoked_on date);
CREATE INDEX mandate_account ON mandate (account_id);

CREATE TABLE listing (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    product_id bigint NOT NULL REFERENCES product,
    variant_id bigint NOT NULL REFERENCES variant,
    producer_id bigint NOT NULL REFERENCES producer,
    unit_code text,
    marketplace text NOT NULL,
    account_id bigint REFERENCES seller_account,  -- null: wanted, but the producer has no shop there yet
    route text NOT NULL DEFAULT 'api',
    seller_sku text COLLATE "C" NOT NULL,
    -- desired
    desired text NOT NULL CHECK (desired IN ('on_sale', 'hidden', 'gone', 'off')),
    desired_at timestamptz NOT NULL DEFAULT now(),
    content jsonb NOT NULL,                       -- ListingDraft as composed
    content_hash bytea NOT NULL,                  -- of everything but price and stock
    desired_price numeric(14, 0), desired_sale_price numeric(14, 0), desired_stock int,
    content_revision bigint NOT NULL DEFAULT 1,
    price_revision bigint NOT NULL DEFAULT 1,
    stock_revision bigint NOT NULL DEFAULT 1,
    visibility_revision bigint NOT NULL DEFAULT 1,
    -- sent: per lane in listing_task; here what pages and rules need at once
    submitted_at timestamptz,                     -- start of the last submit that may have reached the platform
    submit_may_hide boolean NOT NULL DEFAULT false, -- something submitted since the last read may have taken it off sale
    -- seen
    external_id text COLLATE "C",
    url text,
    seen text,                                    -- SeenStatus
    seen_raw text,
    seen_how text CHECK (seen_how IN ('api', 'file_return', 'staff_check', 'page_check')),
    seen_at timestamptz,                          -- start of the read that said so
    seen_change_pending boolean NOT NULL DEFAULT false,
    seen_price numeric(14, 0), seen_sale_price numeric(14, 0), seen_stock int, seen_title text,
    seen_reasons jsonb NOT NULL DEFAULT '[]',
    next_read_at timestamptz NOT NULL DEFAULT 'infinity',
    -- standing: a pure function of the above and now
    state text NOT NULL DEFAULT 'off',
    owner text NOT NULL DEFAULT 'nobody',
    due_at timestamptz,
    state_since timestamptz NOT NULL DEFAULT now(),
    state_until timestamptz,                      -- when time alone would change it
    created_at timestamptz NOT NULL DEFAULT now());
CREATE UNIQUE INDEX listing_in_shop ON listing (account_id, variant_id);
CREATE UNIQUE INDEX listing_without_shop ON listing (marketplace, variant_id) WHERE account_id IS NULL;
CREATE UNIQUE INDEX listing_sku ON listing (account_id, seller_sku);
CREATE UNIQUE INDEX listing_external ON listing (account_id, external_id);
CREATE INDEX listing_product ON listing (product_id);
CREATE INDEX listing_producer ON listing (producer_id);
CREATE INDEX listing_state ON listing (marketplace, state, due_at);
CREATE INDEX listing_reads ON listing (next_read_at) WHERE next_read_at < 'infinity';
CREATE INDEX listing_until ON listing (state_until) WHERE state_until IS NOT NULL;

CREATE TABLE listing_issue (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    listing_id bigint NOT NULL REFERENCES listing ON DELETE CASCADE,
    producer_id bigint NOT NULL,
    unit_code text,
    marketplace text NOT NULL,
    code text NOT NULL,
    origin text NOT NULL CHECK (origin IN ('composed', 'account', 'submit', 'seen', 'engine')),  -- who opens it may close it
    lane text,                                    -- origin submit: the lane that was refused
    severity text NOT NULL,                       -- Severity
    owner text NOT NULL,                          -- Party
    fields text[] NOT NULL,
    args text[] NOT NULL DEFAULT '{}',
    raw text,
    opened_at timestamptz NOT NULL DEFAULT now(),
    closed_at timestamptz);
CREATE UNIQUE INDEX listing_issue_open ON listing_issue (listing_id, origin, code, fields) WHERE closed_at IS NULL;
CREATE INDEX listing_issue_code ON listing_issue (marketplace, code) WHERE closed_at IS NULL;

CREATE TABLE listing_task (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    listing_id bigint NOT NULL REFERENCES listing ON DELETE CASCADE,
    account_id bigint NOT NULL REFERENCES seller_account,
    producer_id bigint NOT NULL,
    lane text NOT NULL CHECK (lane IN ('stop', 'stock', 'price', 'content', 'create')),
    rank int GENERATED ALWAYS AS (
        CASE lane WHEN 'stop' THEN 0 WHEN 'stock' THEN 1 WHEN 'price' THEN 2 WHEN 'content' THEN 3 ELSE 4 END) STORED,
    wanted_revision bigint NOT NULL,
    sent_revision bigint NOT NULL DEFAULT 0,
    state text NOT NULL CHECK (state IN ('idle', 'due', 'leased', 'unknown', 'dead')),
    due_at timestamptz NOT NULL DEFAULT now(),
    fence bigint NOT NULL DEFAULT 0,
    lease_until timestamptz,
    crashes int NOT NULL DEFAULT 0,               -- calls that never came to an end, in any company
    crashes_alone int NOT NULL DEFAULT 0,         -- of these, alone in the call
    failures int NOT NULL DEFAULT 0,              -- in a row, for back-off
    last_outcome text,                            -- accepted, refused, unknown, delayed, crashed
    last_code text,
    last_at timestamptz,
    UNIQUE (listing_id, lane));
CREATE UNIQUE INDEX listing_task_one_open ON listing_task (listing_id) WHERE state IN ('leased', 'unknown');
CREATE INDEX listing_task_open ON listing_task (account_id, due_at) WHERE state IN ('due', 'unknown', 'leased');

CREATE TABLE account_queue (
    account_id bigint PRIMARY KEY REFERENCES seller_account,
    next_at timestamptz NOT NULL DEFAULT 'infinity',     -- turn, pause, lease and recovery in one indexed time
    held_until timestamptz NOT NULL DEFAULT '-infinity', -- 429, circuit, a person
    held_reason text,
    fence bigint NOT NULL DEFAULT 0,
    leased boolean NOT NULL DEFAULT false,
    failures int NOT NULL DEFAULT 0) WITH (fillfactor = 70);
CREATE INDEX account_queue_next ON account_queue (next_at) WHERE next_at < 'infinity';

CREATE TABLE listing_attempt (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    task_id bigint NOT NULL REFERENCES listing_task ON DELETE CASCADE,
    listing_id bigint NOT NULL,
    account_id bigint NOT NULL,
    producer_id bigint NOT NULL,
    lane text NOT NULL,
    kind text NOT NULL,                           -- ChangeKind
    fence bigint NOT NULL,
    alone boolean NOT NULL,
    revision bigint NOT NULL,                     -- of the task, as claimed
    content_revision bigint NOT NULL, price_revision bigint NOT NULL, stock_revision bigint NOT NULL, visibility_revision bigint NOT NULL,
    started_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    finished_at timestamptz,
    outcome text,                                 -- null: under way, or the process died
    platform_code text,
    detail text);
CREATE INDEX listing_attempt_listing ON listing_attempt (listing_id, started_at);
CREATE INDEX listing_attempt_open ON listing_attempt (task_id) WHERE outcome IS NULL;

-- The timeline: one row per change of standing or of what was seen.
CREATE TABLE listing_event (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    listing_id bigint NOT NULL REFERENCES listing ON DELETE CASCADE,
    producer_id bigint NOT NULL,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    kind text NOT NULL CHECK (kind IN ('desired', 'sent', 'seen', 'state')),
    what text NOT NULL,                           -- state: new state; sent: kind of change; seen: SeenStatus; desired: lane
    how text,                                     -- seen: how it is known; sent: outcome
    code text,
    raw text);
CREATE INDEX listing_event_listing ON listing_event (listing_id, id);

CREATE TABLE media_upload (
    marketplace text NOT NULL,
    scope text NOT NULL,                          -- shop id, or the partner login where pictures are shared
    sha256 text COLLATE "C" NOT NULL REFERENCES media,
    media_id text NOT NULL,
    url text,
    uploaded_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (marketplace, scope, sha256));

CREATE TABLE rate_bucket (
    key text COLLATE "C" PRIMARY KEY,
    rate numeric NOT NULL CHECK (rate > 0),
    burst numeric NOT NULL CHECK (burst >= 1),
    tokens numeric NOT NULL,
    updated_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    blocked_until timestamptz NOT NULL DEFAULT '-infinity') WITH (fillfactor = 50);

CREATE TABLE webhook_receipt (
    marketplace text NOT NULL,
    body_hash text NOT NULL,
    received_at timestamptz NOT NULL DEFAULT now(),
    hints int NOT NULL,
    PRIMARY KEY (marketplace, body_hash));

-- Counters that pages and reports read. They move with the listings, in the same transaction, whoever writes. Writers only add rows here:
-- a counter that two transactions update in different orders would be a deadlock. Housekeeping folds the rows together.
CREATE TABLE listing_count_sum (
    marketplace text NOT NULL,
    account_id bigint NOT NULL,                   -- 0: no shop yet
    state text NOT NULL,
    count bigint NOT NULL,
    PRIMARY KEY (marketplace, account_id, state)) WITH (fillfactor = 50);

CREATE TABLE listing_count_move (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    marketplace text NOT NULL,
    account_id bigint NOT NULL,
    state text NOT NULL,
    count bigint NOT NULL);

CREATE VIEW listing_count WITH (security_invoker = true) AS
    SELECT marketplace, account_id, state, sum(count)::bigint AS count
    FROM (SELECT marketplace, account_id, state, count FROM listing_count_sum
          UNION ALL SELECT marketplace, account_id, state, count FROM listing_count_move) c
    GROUP BY marketplace, account_id, state HAVING sum(count) <> 0;

CREATE FUNCTION listing_count_moved() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO listing_count_move (marketplace, account_id, state, count)
        SELECT marketplace, coalesce(account_id, 0), state, count(*) FROM new_rows GROUP BY 1, 2, 3;
    ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO listing_count_move (marketplace, account_id, state, count)
        SELECT marketplace, coalesce(account_id, 0), state, -count(*) FROM old_rows GROUP BY 1, 2, 3;
    ELSE
        INSERT INTO listing_count_move (marketplace, account_id, state, count)
        SELECT marketplace, account_id, state, sum(n) FROM (
            SELECT marketplace, coalesce(account_id, 0) AS account_id, state, count(*) AS n FROM new_rows GROUP BY 1, 2, 3
            UNION ALL
            SELECT marketplace, coalesce(account_id, 0), state, -count(*) FROM old_rows GROUP BY 1, 2, 3) d
        GROUP BY 1, 2, 3 HAVING sum(n) <> 0;
    END IF;
    RETURN NULL;
END $body$;

CREATE TRIGGER listing_count_insert AFTER INSERT ON listing
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION listing_count_moved();
CREATE TRIGGER listing_count_update AFTER UPDATE ON listing
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION listing_count_moved();
CREATE TRIGGER listing_count_delete AFTER DELETE ON listing
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION listing_count_moved();
