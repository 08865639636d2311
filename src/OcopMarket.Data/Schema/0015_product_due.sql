-- What is to be planned, in a table of its own. As a condition of an index on product it made every change of a product, and every mark that one
-- was planned, write a new entry into all of that table's indexes.

-- As CatalogueSql.Serialise: no page of a pull is under way that could hold what is locked here.
SELECT pg_advisory_xact_lock(1868787569);
CREATE TABLE product_due (product_id bigint PRIMARY KEY);
COMMENT ON TABLE product_due IS 'Products of which planned_revision < revision. Kept by triggers, whoever writes the product; rows are written only under the lock of their product.';

CREATE FUNCTION product_is_due() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    INSERT INTO product_due (product_id) SELECT id FROM written WHERE planned_revision < revision ORDER BY id ON CONFLICT DO NOTHING;
    IF TG_OP = 'UPDATE' THEN
        -- By an array: each is looked up by its key, however many are due.
        DELETE FROM product_due WHERE product_id = ANY (ARRAY(SELECT id FROM written WHERE planned_revision >= revision));
    END IF;
    RETURN NULL;
END
$body$;

CREATE FUNCTION product_is_removed() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    IF TG_OP = 'TRUNCATE' THEN
        DELETE FROM product_due;
    ELSE
        DELETE FROM product_due WHERE product_id = ANY (ARRAY(SELECT id FROM removed));
    END IF;
    RETURN NULL;
END
$body$;

CREATE TRIGGER product_due_insert AFTER INSERT ON product REFERENCING NEW TABLE AS written
    FOR EACH STATEMENT EXECUTE FUNCTION product_is_due();
CREATE TRIGGER product_due_update AFTER UPDATE ON product REFERENCING NEW TABLE AS written
    FOR EACH STATEMENT EXECUTE FUNCTION product_is_due();
CREATE TRIGGER product_due_delete AFTER DELETE ON product REFERENCING OLD TABLE AS removed
    FOR EACH STATEMENT EXECUTE FUNCTION product_is_removed();
CREATE TRIGGER product_due_truncate AFTER TRUNCATE ON product FOR EACH STATEMENT EXECUTE FUNCTION product_is_removed();
INSERT INTO product_due (product_id) SELECT id FROM product WHERE planned_revision < revision;
DROP INDEX product_unplanned;

-- The product that these belong to has the same reference, and the row that the line belongs to; here each locked one row more for every row
-- that was written.
ALTER TABLE variant DROP CONSTRAINT variant_producer_id_fkey;
ALTER TABLE certification DROP CONSTRAINT certification_producer_id_fkey;
ALTER TABLE source_row DROP CONSTRAINT source_row_producer_id_fkey;
ALTER TABLE source_line DROP CONSTRAINT source_line_source_id_fkey;
