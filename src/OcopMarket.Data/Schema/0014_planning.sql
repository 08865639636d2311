-- Planning looks listings up by their variant and shops by the producer. Neither had an index that begins so: each look walked one from end to
-- end, and every page of a large catalogue cost more than the one before.
CREATE UNIQUE INDEX listing_of_variant ON listing (variant_id, account_id);
DROP INDEX listing_in_shop;                       -- the same two columns the other way round
CREATE INDEX mandate_producer ON mandate (producer_id, account_id) WHERE producer_id IS NOT NULL;
