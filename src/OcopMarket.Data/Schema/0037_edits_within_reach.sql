-- What a person edits reaches no product of another, and a picture is served while something shows it.

-- A row of the portal's own source states something of one product of the producer that it names, or of one variant of that product, under that one's
-- key: another's key would keep that other from saying anything.
CREATE POLICY web_states ON source_row AS RESTRICTIVE FOR INSERT TO ocop_web WITH CHECK (
    EXISTS (SELECT FROM product p WHERE p.id = source_row.product_id AND p.producer_id = source_row.producer_id
        AND (source_row.variant_id IS NOT NULL OR (source_row.variant_key = '' AND source_row.key = 'p.' || p.key)))
    AND (variant_id IS NULL OR EXISTS (SELECT FROM variant v WHERE v.id = source_row.variant_id AND v.product_id = source_row.product_id
        AND v.key = source_row.variant_key AND source_row.key = 'v.' || v.key)));
CREATE POLICY web_proves ON source_row_revision AS RESTRICTIVE FOR INSERT TO ocop_web
    WITH CHECK (EXISTS (SELECT FROM source_row r WHERE r.id = source_row_revision.source_row_id AND r.producer_id = source_row_revision.producer_id));
CREATE POLICY web_tells ON product_edit AS RESTRICTIVE FOR INSERT TO ocop_web WITH CHECK (
    EXISTS (SELECT FROM product p WHERE p.id = product_edit.product_id AND p.producer_id = product_edit.producer_id
        AND p.unit_code IS NOT DISTINCT FROM product_edit.unit_code));

-- The portal stores a picture under the hash of its bytes, and nothing that is none. Who says nothing sees none: what is public is handed out below.
DO $body$
BEGIN
    PERFORM protect_rows('media', '(SELECT scope_text()) <> ''''');
END $body$;
CREATE POLICY web_stores ON media AS RESTRICTIVE FOR INSERT TO ocop_web WITH CHECK (
    content_type IN ('image/jpeg', 'image/png') AND bytes = octet_length(content) AND sha256 = encode(sha256(content), 'hex'));

-- Which products showed a picture once: a listing of theirs may show it still, until it is composed again.
ALTER TABLE media ADD COLUMN left_products bigint[] NOT NULL DEFAULT '{}';
WITH spare AS MATERIALIZED (SELECT m.sha256 FROM media m WHERE NOT EXISTS (SELECT FROM product_image i WHERE i.sha256 = m.sha256)),
shown AS (
    SELECT s.sha256, array_agg(DISTINCT l.product_id) AS products
    FROM listing l CROSS JOIN LATERAL jsonb_path_query(l.content, '$.Images[*].Sha256') i(sha256) JOIN spare s ON s.sha256 = i.sha256 #>> '{}'
    GROUP BY s.sha256)
UPDATE media m SET left_products = s.products FROM shown s WHERE m.sha256 = s.sha256;

CREATE FUNCTION picture_is_left() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    WITH was AS (SELECT sha256, array_agg(DISTINCT product_id) AS products FROM former GROUP BY sha256),
    held AS MATERIALIZED (SELECT m.sha256 FROM media m JOIN was USING (sha256) ORDER BY m.sha256 FOR NO KEY UPDATE OF m)
    UPDATE media m SET left_products = ARRAY(SELECT unnest(m.left_products) UNION SELECT unnest(w.products))
    FROM was w JOIN held USING (sha256) WHERE m.sha256 = w.sha256 AND NOT m.left_products @> w.products;
    RETURN NULL;
END $body$;
CREATE TRIGGER picture_left_update AFTER UPDATE ON product_image REFERENCING OLD TABLE AS former
    FOR EACH STATEMENT EXECUTE FUNCTION picture_is_left();
CREATE TRIGGER picture_left_delete AFTER DELETE ON product_image REFERENCING OLD TABLE AS former
    FOR EACH STATEMENT EXECUTE FUNCTION picture_is_left();

-- A picture as anybody may fetch it: of a product, or of a listing.
CREATE FUNCTION shown_picture(wanted text) RETURNS TABLE (content_type text, content bytea)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $body$
    SELECT m.content_type, m.content FROM media m
    WHERE m.sha256 = wanted AND (
        EXISTS (SELECT FROM product_image i WHERE i.sha256 = wanted)
        OR EXISTS (SELECT FROM listing l WHERE l.product_id = ANY (m.left_products)
            AND l.content @> jsonb_build_object('Images', jsonb_build_array(jsonb_build_object('Sha256', wanted)))))
$body$;

-- A product that somebody edited, worked out anew from all its rows. The portal has no rights of its own on products, variants and their pictures: what it
-- stated in its rows is all that it can bring in. The statements are those of FoldSql, word for word; a test compares them.
CREATE FUNCTION fold_edited(edited bigint) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $body$
BEGIN
    IF NOT EXISTS (SELECT FROM product p WHERE p.id = edited
            AND ((SELECT scope_is_all()) OR p.producer_id = (SELECT scope_producer()) OR p.unit_code = ANY ((SELECT scope_units())::text[]))) THEN
        RAISE EXCEPTION 'product % is out of sight', edited USING ERRCODE = 'insufficient_privilege';
    END IF;
    CREATE TEMP TABLE touched (product_id bigint PRIMARY KEY) ON COMMIT DROP; -- refused where the caller has made one
    INSERT INTO touched VALUES (edited);

    UPDATE product t SET
        (name, name_folded, group_text, criteria_set_no, note, source_url, brand, origin, short_description, description, ingredients,
         usage, storage, shelf_life, food_safety_no)
        = ROW (x.name, x.name_folded, x.group_text, x.criteria_set_no, x.note, x.source_url, x.brand, x.origin, x.short_description,
               x.description, x.ingredients, x.usage, x.storage, x.shelf_life, x.food_safety_no),
        provenance = f.provenance, unit_code = coalesce(o.unit_now, o.unit_code), gone_at = NULL
    FROM folded_facts('product', ARRAY(SELECT product_id FROM touched)) f
    CROSS JOIN LATERAL jsonb_populate_record(NULL::product, f.facts) x, producer o
    WHERE t.id = f.id AND o.id = t.producer_id
      AND EXISTS (SELECT FROM source_row r WHERE r.product_id = t.id AND r.gone_at IS NULL AND r.source_id <> 2147483647);

    UPDATE variant t SET
        (name, own_sku, list_price_vnd, sale_price_vnd, sale_from, sale_to, stock_units, weight_grams, length_cm, width_cm, height_cm, unit, gtin)
        = ROW (x.name, x.own_sku, x.list_price_vnd, x.sale_price_vnd, x.sale_from, x.sale_to, x.stock_units, x.weight_grams, x.length_cm,
               x.width_cm, x.height_cm, x.unit, x.gtin),
        provenance = coalesce(f.provenance, '{}'), unit_code = p.unit_code, updated_at = now()
    FROM touched k
    JOIN product p ON p.id = k.product_id
    JOIN variant v ON v.product_id = p.id AND v.gone_at IS NULL
    LEFT JOIN folded_facts('variant', ARRAY(SELECT product_id FROM touched)) f ON f.id = v.id
    CROSS JOIN LATERAL jsonb_populate_record(NULL::variant, coalesce(f.facts, '{}')) x
    WHERE t.id = v.id;

    WITH stated AS (
        SELECT DISTINCT ON (r.product_id, i.sha256) r.product_id, r.producer_id, i.sha256, r.source_id, r.file_order, i.place
        FROM source_row r JOIN touched t USING (product_id)
        CROSS JOIN LATERAL jsonb_array_elements_text(r.facts #> '{product,images}') WITH ORDINALITY AS i (sha256, place)
        WHERE r.gone_at IS NULL
          AND (r.source_id <> 2147483647
               OR EXISTS (SELECT FROM source_row l WHERE l.product_id = r.product_id AND l.gone_at IS NULL AND l.source_id <> 2147483647))
        ORDER BY r.product_id, i.sha256, r.source_id, r.file_order, i.place),
    arranged AS (
        SELECT r.product_id, coalesce(r.facts #> '{product,images_removed}', '[]') AS removed, r.facts #> '{product,image_order}' AS sequence
        FROM source_row r JOIN touched t USING (product_id)
        WHERE r.source_id = 2147483647 AND r.variant_key = '' AND r.gone_at IS NULL),
    placed AS (
        SELECT s.product_id, s.producer_id, s.sha256,
               row_number() OVER (PARTITION BY s.product_id ORDER BY o.place NULLS LAST, s.source_id, s.file_order, s.place)::int AS position
        FROM stated s LEFT JOIN arranged a USING (product_id)
        LEFT JOIN LATERAL jsonb_array_elements_text(a.sequence) WITH ORDINALITY AS o (sha256, place) ON o.sha256 = s.sha256
        WHERE NOT coalesce(a.removed ? s.sha256, false)),
    removed AS (
        DELETE FROM product_image g USING touched t
        WHERE g.product_id = t.product_id
          AND EXISTS (SELECT FROM source_row r WHERE r.product_id = t.product_id AND r.gone_at IS NULL AND r.source_id <> 2147483647)
          AND NOT EXISTS (SELECT FROM placed p WHERE (p.product_id, p.position) = (g.product_id, g.position)))
    INSERT INTO product_image (product_id, producer_id, position, sha256)
    SELECT product_id, producer_id, position, sha256 FROM placed ORDER BY product_id, position
    ON CONFLICT (product_id, position) DO UPDATE SET sha256 = excluded.sha256
    WHERE product_image.sha256 <> excluded.sha256;

    WITH shown AS (
        SELECT p.id, sha256(convert_to(jsonb_build_array(
            p.name, p.criteria_set_no, p.brand, p.origin, p.short_description, p.description, p.ingredients, p.usage, p.storage,
            p.shelf_life, p.food_safety_no, p.gone_at IS NULL, o.name, o.province, o.district, o.commune, o.address_line,
            (SELECT jsonb_agg(jsonb_build_array(v.key, v.name, v.own_sku, v.list_price_vnd, v.sale_price_vnd, v.stock_units,
            v.weight_grams, v.length_cm, v.width_cm, v.height_cm, v.unit, v.gtin)
            || CASE WHEN v.sale_from IS NULL AND v.sale_to IS NULL THEN '[]' ELSE jsonb_build_array(v.sale_from, v.sale_to) END ORDER BY v.key)
     FROM variant v WHERE v.gone_at IS NULL AND v.product_id = p.id),
    (SELECT jsonb_agg(g.sha256 ORDER BY g.position) FROM product_image g WHERE g.product_id = p.id),
    (SELECT jsonb_agg(jsonb_build_array(c.key, c.kind, c.stars, c.decision_no, c.certificate_no, c.issued_on, c.year,
            c.expires_on, c.withdrawn_on, c.grace_until) ORDER BY c.key)
     FROM certification c WHERE c.gone_at IS NULL AND c.product_id = p.id) )::text, 'UTF8')) AS hash
        FROM touched t JOIN product p ON p.id = t.product_id JOIN producer o ON o.id = p.producer_id)
    UPDATE product p SET shown_hash = s.hash, revision = p.revision + (p.shown_hash IS NOT NULL)::int, updated_at = now()
    FROM shown s
    WHERE p.id = s.id AND p.shown_hash IS DISTINCT FROM s.hash;

    DROP TABLE touched;
END $body$;
REVOKE ALL ON FUNCTION shown_picture(text), fold_edited(bigint), picture_is_left() FROM PUBLIC;
