-- Rows that change day by day get room beside themselves: a price that moves then writes one place instead of one in every index.
-- Rows that are there already move on their next change.
ALTER TABLE source_row SET (fillfactor = 85);
ALTER TABLE source_line SET (fillfactor = 90);
ALTER TABLE variant SET (fillfactor = 85);
ALTER TABLE product SET (fillfactor = 85);

-- Of what the line says in the fields that we know: for sources that write every line anew each time.
ALTER TABLE source_line ADD COLUMN field_hash uuid;

-- The row that the evidence belongs to has the same reference; here it locked the producer's row once more for each piece of evidence.
ALTER TABLE source_row_revision DROP CONSTRAINT source_row_revision_producer_id_fkey;

-- Which picture the row named under which path, so that one that is out of reach for a day is not lost.
ALTER TABLE source_row ADD COLUMN pictures jsonb NOT NULL DEFAULT '{}';
