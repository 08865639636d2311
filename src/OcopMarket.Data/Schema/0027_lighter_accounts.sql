-- A long list brings shops of households outside the catalogue that nobody checks until we have their login: what asks for a producer's
-- shops, or for those whose check is due, never means them, and their rows need not stand in these indexes.
DROP INDEX seller_account_check, seller_account_producer;
CREATE INDEX seller_account_check ON seller_account (next_check_at) WHERE next_check_at < 'infinity';
CREATE INDEX seller_account_producer ON seller_account (producer_id) WHERE producer_id IS NOT NULL;
