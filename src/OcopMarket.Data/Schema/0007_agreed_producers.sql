-- A row that says of its producer what all the others say need not have the producer worked out again from all of them.

ALTER TABLE producer ADD COLUMN agreed jsonb;
COMMENT ON COLUMN producer.agreed IS 'What the live rows together state of the producer; null while they contradict each other, or when it is not known.';
