-- A stop, a stock or a price that is due goes before content and creates, in every shop: the shop's queue is taken first.
ALTER TABLE account_queue ADD COLUMN urgent boolean NOT NULL DEFAULT false;
CREATE INDEX account_queue_urgent ON account_queue (marketplace, next_at) WHERE urgent AND next_at < 'infinity';
