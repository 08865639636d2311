-- A shop is read whole before anything is sent to it: when it is connected, and again after the database was restored from a backup, which
-- has forgotten what was made since. Until then its queue stands still. Afterwards it is read once a day, for what others changed there.

ALTER TABLE seller_account
    ADD COLUMN unswept_since timestamptz,         -- not null: nothing is sent until the shop was read whole
    ADD COLUMN swept_at timestamptz,              -- end of the last whole reading
    ADD COLUMN sweep_at timestamptz NOT NULL DEFAULT now(),  -- turn of the next page or reading
    ADD COLUMN sweep_began timestamptz,           -- of the reading under way
    ADD COLUMN sweep_from timestamptz,            -- its place: items changed since then ...
    ADD COLUMN sweep_page text,                   -- ... and the page among these
    ADD COLUMN sweep_failures int NOT NULL DEFAULT 0,
    ADD COLUMN epoch bigint NOT NULL DEFAULT 0;   -- raised by a restore: revisions that are counted again must not look like those sent before it
-- Shops that are connected already have been worked on; a new one is swept first.
ALTER TABLE seller_account ALTER COLUMN unswept_since SET DEFAULT now();
CREATE INDEX seller_account_sweep ON seller_account (sweep_at) WHERE external_id IS NOT NULL AND state IN ('active', 'dormant');
CREATE INDEX seller_account_unswept ON seller_account (unswept_since) WHERE unswept_since IS NOT NULL;

-- What stands in the shops, ours or not, as last read.
CREATE TABLE shop_item (
    account_id bigint NOT NULL REFERENCES seller_account ON DELETE CASCADE,
    external_id text COLLATE "C" NOT NULL,
    seller_sku text COLLATE "C" NOT NULL,
    seen text NOT NULL,
    title text,
    price numeric(14, 0),
    stock int,
    url text,
    seen_at timestamptz NOT NULL,
    PRIMARY KEY (account_id, external_id));
CREATE INDEX shop_item_sku ON shop_item (account_id, seller_sku);
