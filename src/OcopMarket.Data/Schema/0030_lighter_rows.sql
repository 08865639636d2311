-- Rows, runs, variants and recognitions are never deleted: they go only when a table is emptied, and then what hangs on them goes with them.
-- The checks that they are there locked each parent once more for every row that a pull wrote, a tenth of what it cost. The statement that
-- writes a row takes the run from its own lease and the rest from rows of the same product, which the reference to it keeps, in one transaction.

-- As CatalogueSql.Serialise: no page of a pull is under way that could hold what is locked here.
SELECT pg_advisory_xact_lock(1868787569);
ALTER TABLE source_row DROP CONSTRAINT source_row_last_run_id_fkey;
ALTER TABLE source_row DROP CONSTRAINT source_row_variant_id_fkey;
ALTER TABLE source_row DROP CONSTRAINT source_row_certification_id_fkey;
ALTER TABLE source_row_revision DROP CONSTRAINT source_row_revision_run_id_fkey;
ALTER TABLE source_row_revision DROP CONSTRAINT source_row_revision_source_row_id_fkey;
ALTER TABLE source_line DROP CONSTRAINT source_line_source_row_id_fkey;

-- A source that writes every line anew each time is read once instead of twice when that is known beforehand.
ALTER TABLE source ADD COLUMN lines_repeat boolean NOT NULL DEFAULT true;
COMMENT ON COLUMN source.lines_repeat IS 'Whether the last run knew its lines by their bytes; else by the fields that we know.';

CREATE FUNCTION source_row_is_removed() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    IF TG_OP = 'TRUNCATE' THEN
        DELETE FROM source_line;
        DELETE FROM source_row_revision;
    ELSE
        DELETE FROM source_line l USING removed r WHERE l.source_id = r.source_id AND l.source_row_id = r.id;
        DELETE FROM source_row_revision v USING removed r WHERE v.source_row_id = r.id;
    END IF;
    RETURN NULL;
END
$body$;

CREATE TRIGGER source_row_delete AFTER DELETE ON source_row REFERENCING OLD TABLE AS removed
    FOR EACH STATEMENT EXECUTE FUNCTION source_row_is_removed();
CREATE TRIGGER source_row_truncate AFTER TRUNCATE ON source_row FOR EACH STATEMENT EXECUTE FUNCTION source_row_is_removed();
