-- Catalogue: where products come from, who makes them, what is sold, what certifies it.
-- producer_id and unit_code stand on every table with a producer's data: row security and staff scope need them later.

CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS btree_gin;

CREATE TABLE setting (
    key text PRIMARY KEY,
    value text NOT NULL,
    set_by text NOT NULL,
    set_at timestamptz NOT NULL DEFAULT now());

CREATE TABLE admin_unit (
    code text NOT NULL,
    valid_from date NOT NULL,
    valid_to date,
    name text NOT NULL,
    type text NOT NULL,
    level int NOT NULL,               -- 1 province, 2 district, 3 commune
    parent_code text,
    name_folded text NOT NULL,
    legal_basis text,
    PRIMARY KEY (code, valid_from));  -- codes are reused with another meaning

CREATE TABLE admin_unit_succession (
    old_code text NOT NULL,
    old_valid_to date NOT NULL,
    new_code text NOT NULL,
    new_valid_from date NOT NULL,
    share_note text,
    legal_basis text,
    PRIMARY KEY (old_code, old_valid_to, new_code));

CREATE TABLE ocop_group (
    decision text NOT NULL,
    code text NOT NULL,
    parent text,
    level text NOT NULL,
    name_vi text NOT NULL,
    managing_ministry text,
    criteria_set_no int,
    criteria_set_name_vi text,
    verified text NOT NULL,
    note text,
    PRIMARY KEY (decision, code));

CREATE TABLE source (
    id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    key text NOT NULL UNIQUE,
    name text NOT NULL,
    kind text NOT NULL,
    complete_snapshot boolean NOT NULL DEFAULT false);

CREATE TABLE source_run (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    source_id int NOT NULL REFERENCES source,
    state text NOT NULL CHECK (state IN ('running', 'done', 'failed')),
    started_by text NOT NULL,
    started_at timestamptz NOT NULL DEFAULT now(),
    heartbeat_at timestamptz NOT NULL DEFAULT now(),
    finished_at timestamptz,
    file_name text,
    content_hash text,
    description text,
    rows_expected int,
    rows_read int NOT NULL DEFAULT 0,
    accepted int NOT NULL DEFAULT 0,
    unchanged int NOT NULL DEFAULT 0,
    repeated int NOT NULL DEFAULT 0,
    rejected int NOT NULL DEFAULT 0,
    gone int NOT NULL DEFAULT 0,
    cursor text,
    failure_code text,
    failure_vi text,
    failure_en text);
CREATE INDEX source_run_recent ON source_run (started_at DESC);
-- Two runs of one source at once would make each other's picture stale.
CREATE UNIQUE INDEX source_run_one ON source_run (source_id) WHERE state = 'running';

CREATE TABLE source_rejected (
    run_id bigint NOT NULL REFERENCES source_run ON DELETE CASCADE,
    row_no int NOT NULL,
    sheet text,
    column_name text NOT NULL,
    code text NOT NULL,
    reason_vi text NOT NULL,
    reason_en text NOT NULL,
    raw jsonb NOT NULL);
CREATE INDEX source_rejected_run ON source_rejected (run_id, row_no);

CREATE TABLE producer (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    key text COLLATE "C" NOT NULL UNIQUE,
    name text NOT NULL,
    name_folded text NOT NULL,
    withheld boolean NOT NULL DEFAULT false,      -- the source does not publish the name
    legal_kind text,
    reporting_kind text,
    kind_text text,                               -- as the source spells it
    province text, district text, commune text, address_line text,
    unit_code text,                               -- unit as certified
    unit_valid_from date,
    unit_now text,                                -- the unit of today; null where a person must choose
    contact_phone text,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now());
CREATE INDEX producer_unit ON producer (unit_now);
CREATE INDEX producer_name ON producer USING gin (name_folded gin_trgm_ops);

CREATE TABLE product (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    producer_id bigint NOT NULL REFERENCES producer,
    unit_code text,
    key text COLLATE "C" NOT NULL UNIQUE,
    name text NOT NULL,
    name_folded text NOT NULL,
    criteria_set_no int,
    group_text text,
    short_description text, description text, ingredients text, usage text, storage text, shelf_life text,
    brand text, origin text, food_safety_no text,
    source_url text, note text,
    provenance jsonb NOT NULL DEFAULT '{}',       -- field -> {source, run, row, sheet, how: stated|invented|computed}
    revision int NOT NULL DEFAULT 1,
    planned_revision int NOT NULL DEFAULT 0,      -- revision that the listings were last composed from
    composed_on date,                             -- Vietnamese day of that
    gone_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now());
CREATE INDEX product_producer ON product (producer_id);
CREATE INDEX product_name ON product USING gin (name_folded gin_trgm_ops);
CREATE INDEX product_unplanned ON product (id) WHERE planned_revision < revision;

CREATE TABLE variant (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    product_id bigint NOT NULL REFERENCES product,
    producer_id bigint NOT NULL REFERENCES producer,
    unit_code text,
    key text COLLATE "C" NOT NULL UNIQUE,
    name text,
    own_sku text,                                 -- the producer's own; ours is made per listing
    list_price_vnd numeric(14, 0),
    sale_price_vnd numeric(14, 0),
    sale_from date, sale_to date,
    stock_units int,
    weight_grams int,
    length_cm numeric(7, 1), width_cm numeric(7, 1), height_cm numeric(7, 1),
    unit text, gtin text,
    gone_at timestamptz,
    updated_at timestamptz NOT NULL DEFAULT now());
CREATE INDEX variant_product ON variant (product_id);

CREATE TABLE media (
    sha256 text COLLATE "C" PRIMARY KEY,
    content_type text NOT NULL,
    width int NOT NULL,
    height int NOT NULL,
    bytes int NOT NULL,
    content bytea NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now());

CREATE TABLE product_image (
    product_id bigint NOT NULL REFERENCES product ON DELETE CASCADE,
    producer_id bigint NOT NULL REFERENCES producer,
    position int NOT NULL,
    sha256 text COLLATE "C" NOT NULL REFERENCES media,
    PRIMARY KEY (product_id, position));

CREATE TABLE certification (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    product_id bigint NOT NULL REFERENCES product,
    producer_id bigint NOT NULL REFERENCES producer,
    unit_code text,
    key text COLLATE "C" NOT NULL UNIQUE,
    kind text NOT NULL,                           -- RecognitionKind
    stars int CHECK (stars BETWEEN 1 AND 5),
    decision_no text, certificate_no text, product_code text, issuing_body text, legal_basis text,
    issued_on date, year int,
    expires_on date,
    expires_how text NOT NULL CHECK (expires_how IN ('stated', 'computed', 'unknown')),
    withdrawn_on date,
    provenance jsonb NOT NULL DEFAULT '{}',
    updated_at timestamptz NOT NULL DEFAULT now());
CREATE INDEX certification_product ON certification (product_id);
CREATE INDEX certification_expiry ON certification (expires_on);

CREATE TABLE source_row (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    source_id int NOT NULL REFERENCES source,
    key text COLLATE "C" NOT NULL,
    content_hash bytea NOT NULL,                  -- of the normalised record and the normaliser's version
    row_no int NOT NULL,
    sheet text,
    producer_id bigint NOT NULL REFERENCES producer,
    product_id bigint NOT NULL REFERENCES product,
    variant_id bigint REFERENCES variant,
    certification_id bigint REFERENCES certification,
    revision int NOT NULL DEFAULT 1,
    last_run_id bigint NOT NULL REFERENCES source_run,
    gone_at timestamptz,
    UNIQUE (source_id, key));
CREATE INDEX source_row_product ON source_row (product_id);

-- Evidence: what was received, when, in which run (who: the run), kept for every revision.
CREATE TABLE source_row_revision (
    source_row_id bigint NOT NULL REFERENCES source_row,
    producer_id bigint NOT NULL REFERENCES producer,
    revision int NOT NULL,
    run_id bigint NOT NULL REFERENCES source_run,
    content_hash bytea NOT NULL,
    raw jsonb NOT NULL,
    received_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (source_row_id, revision));
