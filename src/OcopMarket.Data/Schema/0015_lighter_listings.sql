-- A listing is written four times on its way from planned to live. Room beside the rows lets a new version stand next to the old one, and then
-- only what differs is logged, not the whole content. Rows that are there already move on their next change.
ALTER TABLE listing SET (fillfactor = 65);
ALTER TABLE listing_task SET (fillfactor = 85);

-- The variant that a listing belongs to has the same references, and so has the listing that a task belongs to: none of them can go while
-- these stay. Here they were looked up and locked once more for each new row, and for each second change of a listing in one transaction.
ALTER TABLE listing DROP CONSTRAINT listing_product_id_fkey, DROP CONSTRAINT listing_producer_id_fkey;
ALTER TABLE listing_task DROP CONSTRAINT listing_task_account_id_fkey;
