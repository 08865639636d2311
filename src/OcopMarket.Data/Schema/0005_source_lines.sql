-- One narrow row for each row that a source states now, so that a pull can stream what is stored without reading the facts.

CREATE TABLE source_line (
    source_id int NOT NULL REFERENCES source ON DELETE CASCADE,
    source_row_id bigint NOT NULL REFERENCES source_row ON DELETE CASCADE,
    raw_hash uuid,                                -- of the line and of all that decides how it is read; null: to be read every time
    PRIMARY KEY (source_id, source_row_id));
INSERT INTO source_line (source_id, source_row_id) SELECT source_id, id FROM source_row WHERE gone_at IS NULL;
COMMENT ON TABLE source_run_seen IS 'Rows met by a run that were read and found unchanged; what the run wrote itself is known by last_run_id.';
