-- Each platform has its own turns and its own places in a worker, so that a slow one cannot take those of the others.
-- Null only in rows that a worker of the version before wrote; the sweep fills it in.
ALTER TABLE account_queue ADD COLUMN marketplace text;
UPDATE account_queue q SET marketplace = a.marketplace FROM seller_account a WHERE a.id = q.account_id;
DROP INDEX account_queue_next;
CREATE INDEX account_queue_turn ON account_queue (marketplace, next_at) WHERE next_at < 'infinity';

-- A platform that does not answer is found out once, not by every shop in every worker.
CREATE TABLE circuit (
    marketplace text PRIMARY KEY,
    failures int NOT NULL DEFAULT 0,                     -- calls in a row without a usable answer
    open_until timestamptz NOT NULL DEFAULT '-infinity', -- no shop is claimed before; then one, to see
    since timestamptz,                                   -- of the first of these failures
    last_code text) WITH (fillfactor = 50);
