-- Seller accounts that lists tell of: households with a shop and no product of the catalogue, who opened it and how they are reached. And the
-- consent under which a shop is acted for: who may act, the text that was signed, the paper itself, and its withdrawal.

ALTER TABLE seller_account
    ADD COLUMN owner_name text,                   -- as a list names him; with producer_id null: a household outside the catalogue
    ADD COLUMN contact_channel text,
    ADD COLUMN opened_on date,
    ADD COLUMN login_wanted boolean NOT NULL DEFAULT false; -- known from a list only: nobody has given us its login, so nothing can be sent

ALTER TABLE account_event ADD COLUMN told_by text NOT NULL DEFAULT 'platform'; -- who said so: the platform, or a person's name
-- Written in the transaction that writes the shop, which is never deleted: a long list need not look each of its shops up once more.
ALTER TABLE account_event DROP CONSTRAINT account_event_account_id_fkey;

ALTER TABLE mandate
    ADD COLUMN act_by text NOT NULL DEFAULT 'operator', -- who may act on the shop
    ADD COLUMN text_version text NOT NULL DEFAULT '1',  -- of the consent that was signed
    ADD COLUMN evidence_sha256 text COLLATE "C",
    ADD COLUMN revoked_at timestamptz,
    ADD COLUMN revoked_by text,
    ADD COLUMN revoked_reason text;

-- The signed papers, each once. They hold names and signatures: who may see no mandate of a paper sees no paper.
CREATE TABLE mandate_evidence (
    sha256 text COLLATE "C" PRIMARY KEY,
    content_type text NOT NULL CHECK (content_type IN ('application/pdf', 'image/jpeg', 'image/png')),
    file_name text NOT NULL,
    bytes int NOT NULL,
    content bytea NOT NULL,
    stored_at timestamptz NOT NULL DEFAULT now());
ALTER TABLE mandate ADD FOREIGN KEY (evidence_sha256) REFERENCES mandate_evidence;
CREATE INDEX mandate_paper ON mandate (evidence_sha256) WHERE evidence_sha256 IS NOT NULL;

-- Households of which only a number is known. Shown beside the accounts that are listed one by one, never added to them.
CREATE TABLE account_count (
    marketplace text NOT NULL,
    unit_code text NOT NULL,
    as_of date NOT NULL,
    source text NOT NULL,                         -- the report that says so
    count int NOT NULL CHECK (count >= 0),
    mark text NOT NULL CHECK (mark IN ('documented', 'provisional')),
    recorded_by text NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (marketplace, unit_code, as_of, source));

DO $body$
BEGIN
    PERFORM protect_rows('account_count', '(SELECT scope_is_all()) OR unit_code = ANY ((SELECT scope_units())::text[])');
    PERFORM protect_rows('mandate_evidence',
        '(SELECT scope_is_all()) OR EXISTS (SELECT FROM mandate m WHERE m.evidence_sha256 = mandate_evidence.sha256)');
END $body$;
