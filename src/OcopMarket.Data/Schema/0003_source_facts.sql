-- What every row of a source states, so that a product is worked out again from the rows that are there: a later row wins where both
-- state a field, and erases nothing that it does not state.

ALTER TABLE source_row
    ADD COLUMN facts jsonb NOT NULL DEFAULT '{}',       -- {named, producer{}, product{}, variant{}, certification{}, how{scope.field}}
    ADD COLUMN variant_key text COLLATE "C" NOT NULL DEFAULT '',
    ADD COLUMN file_order bigint NOT NULL DEFAULT 0;    -- position in the whole input, over all sheets
COMMENT ON COLUMN source_row.last_run_id IS 'The run that brought what is stored; a row that is only seen again is not written.';

ALTER TABLE source_run
    ADD COLUMN fence int NOT NULL DEFAULT 0,            -- raised when another process takes the run over
    ADD COLUMN warnings int NOT NULL DEFAULT 0;

-- A warning stands beside a row that was taken (a picture that is not there); it is no rejected row and is not counted as one.
ALTER TABLE source_rejected
    ADD COLUMN severity text NOT NULL DEFAULT 'rejected' CHECK (severity IN ('rejected', 'warning'));

-- Rows met by a run of a source that is a complete snapshot: what is not here at its end is gone. Emptied when the run ends.
CREATE TABLE source_run_seen (
    run_id bigint NOT NULL REFERENCES source_run ON DELETE CASCADE,
    source_row_id bigint NOT NULL,
    PRIMARY KEY (run_id, source_row_id));

ALTER TABLE producer
    ADD COLUMN provenance jsonb NOT NULL DEFAULT '{}',
    ADD COLUMN province_folded text,
    ADD COLUMN district_folded text,
    ADD COLUMN commune_folded text;
ALTER TABLE product ADD COLUMN shown_hash bytea;        -- of all that a listing could show; its change raises the revision
ALTER TABLE variant ADD COLUMN provenance jsonb NOT NULL DEFAULT '{}';
ALTER TABLE certification
    ADD COLUMN gone_at timestamptz,                     -- no row states it any more
    ADD COLUMN grace_until date;

ALTER TABLE admin_unit ADD COLUMN name_bare text GENERATED ALWAYS AS (
    regexp_replace(name_folded, '^(xa|phuong|thi tran|huyen|quan|thi xa|thanh pho|tinh|dac khu) ', '')) STORED;
CREATE INDEX admin_unit_bare ON admin_unit (name_bare);

-- One object per producer, product, variant or certification: of each field the value stated last, and who stated it. "others" holds what
-- other rows say instead.
CREATE FUNCTION folded_facts(scope text, products bigint[])
RETURNS TABLE (id bigint, facts jsonb, provenance jsonb) LANGUAGE sql STABLE AS $body$
    WITH stated AS (
        SELECT CASE scope WHEN 'producer' THEN r.producer_id WHEN 'product' THEN r.product_id WHEN 'variant' THEN r.variant_id
                    ELSE r.certification_id END AS owner,
               f.key AS field, f.value, r.source_id, r.file_order, r.id AS row_id,
               jsonb_strip_nulls(jsonb_build_object(
                   'source', s.key, 'run', r.last_run_id, 'row', r.row_no, 'sheet', r.sheet,
                   'how', coalesce(r.facts -> 'how' ->> (scope || '.' || f.key), 'stated'))) AS evidence
        FROM source_row r
        JOIN source s ON s.id = r.source_id
        CROSS JOIN LATERAL jsonb_each(r.facts -> scope) f
        WHERE r.product_id = ANY (products) AND r.gone_at IS NULL),
    ranked AS (
        SELECT *, first_value(value) OVER w AS won, row_number() OVER w AS place
        FROM stated WHERE owner IS NOT NULL
        WINDOW w AS (PARTITION BY owner, field ORDER BY source_id DESC, file_order DESC, row_id DESC)),
    fields AS (
        SELECT owner, field, (array_agg(value ORDER BY place))[1] AS value,
               (array_agg(evidence ORDER BY place))[1]
               || CASE WHEN bool_or(value <> won) THEN jsonb_build_object('others',
                      jsonb_agg(evidence || jsonb_build_object('value', value) ORDER BY place) FILTER (WHERE value <> won))
                  ELSE '{}' END AS evidence
        FROM ranked GROUP BY owner, field)
    SELECT owner, jsonb_object_agg(field, value),
           coalesce(jsonb_object_agg(field, evidence) FILTER (WHERE field NOT LIKE '%\_folded'), '{}')
    FROM fields GROUP BY owner
$body$;

-- The unit of a day that a former unit has become; null when it was split and a person must choose.
CREATE FUNCTION unit_on(unit text, since date, day date) RETURNS text LANGUAGE sql STABLE AS $body$
    WITH RECURSIVE path AS (
        SELECT u.code, u.valid_from, u.valid_to, 0 AS depth FROM admin_unit u WHERE u.code = unit AND u.valid_from = since
        UNION ALL
        SELECT n.code, n.valid_from, n.valid_to, p.depth + 1
        FROM path p
        JOIN admin_unit_succession s ON s.old_code = p.code AND s.old_valid_to = p.valid_to
        JOIN admin_unit n ON n.code = s.new_code AND n.valid_from = s.new_valid_from
        WHERE p.depth < 9 AND p.valid_to < day)
    SELECT min(code) FROM path WHERE coalesce(valid_to, 'infinity') >= day HAVING count(DISTINCT code) = 1
$body$;

-- Finds the unit that a producer's place names, as certified and as of a day. Names are compared folded; the type word (xã, phường,
-- huyện ...) decides only between units that share the rest. No unit, or several: null, and a person must choose.
CREATE FUNCTION resolve_units(producers bigint[], day date) RETURNS void LANGUAGE sql AS $body$
    WITH bare AS (
        SELECT id, commune_folded, district_folded, province_folded,
               regexp_replace(commune_folded, types, '') AS commune, regexp_replace(district_folded, types, '') AS district,
               regexp_replace(province_folded, types, '') AS province
        FROM producer, (VALUES ('^(xa|phuong|thi tran|huyen|quan|thi xa|thanh pho|tinh|dac khu) ')) AS t (types)
        WHERE producers IS NULL OR id = ANY (producers)),
    chain AS (
        SELECT u.code, u.valid_from, u.level, u.name_bare, u.name_folded,
               CASE WHEN p.level = 2 THEN p.name_bare END AS district, CASE WHEN p.level = 2 THEN p.name_folded END AS district_folded,
               CASE WHEN p.level = 1 THEN p.name_bare ELSE g.name_bare END AS province
        FROM admin_unit u
        LEFT JOIN admin_unit p ON p.code = u.parent_code AND p.level < u.level
            AND p.valid_from <= coalesce(u.valid_to, 'infinity') AND coalesce(p.valid_to, 'infinity') >= u.valid_from
        LEFT JOIN admin_unit g ON g.code = p.parent_code AND g.level = 1
            AND g.valid_from <= coalesce(p.valid_to, 'infinity') AND coalesce(g.valid_to, 'infinity') >= p.valid_from),
    candidate AS (
        SELECT b.id, c.code, c.valid_from,
               (c.name_folded = CASE c.level WHEN 3 THEN b.commune_folded WHEN 2 THEN b.district_folded ELSE b.province_folded END)::int
               + coalesce((c.district_folded = b.district_folded)::int, 0) AS exactness
        FROM bare b
        JOIN chain c ON c.name_bare = coalesce(b.commune, b.district, b.province)
            AND c.level = CASE WHEN b.commune IS NOT NULL THEN 3 WHEN b.district IS NOT NULL THEN 2 ELSE 1 END
            AND (c.level < 3 OR b.district IS NULL OR c.district = b.district)
            AND (c.level = 1 OR b.province IS NULL OR c.province = b.province)),
    best AS (
        SELECT id, min(code) AS code, min(valid_from) AS valid_from
        FROM (SELECT *, rank() OVER (PARTITION BY id ORDER BY exactness DESC) AS place FROM candidate) c
        WHERE place = 1 GROUP BY id HAVING count(DISTINCT (code, valid_from)) = 1)
    UPDATE producer t SET unit_code = best.code, unit_valid_from = best.valid_from, unit_now = unit_on(best.code, best.valid_from, day)
    FROM bare b LEFT JOIN best USING (id)
    WHERE t.id = b.id
      AND (t.unit_code, t.unit_valid_from, t.unit_now)
          IS DISTINCT FROM (best.code, best.valid_from, unit_on(best.code, best.valid_from, day))
$body$;
