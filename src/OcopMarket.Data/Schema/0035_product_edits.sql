-- What people say of a product in the portal. It is a source of its own, so that it is merged with the lists where they are merged, and it wins: a
-- later number wins, and none is later than this one. Its rows only amend. A product that no list states any more is gone all the same.

-- As CatalogueSql.Serialise: no page of a pull is under way that could hold what is locked here.
SELECT pg_advisory_xact_lock(1868787569);
INSERT INTO source (id, key, name, kind) OVERRIDING SYSTEM VALUE VALUES (2147483647, 'portal', 'Sửa trong cổng', 'portal');

CREATE TABLE product_edit (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    product_id bigint NOT NULL REFERENCES product,
    producer_id bigint NOT NULL,
    unit_code text,
    version int NOT NULL,
    at timestamptz NOT NULL DEFAULT now(),
    by_name text NOT NULL,
    by_role text NOT NULL,
    kind text NOT NULL CHECK (kind IN ('edit', 'pictures', 'restore')),
    of_version int,                               -- the version that was restored
    states jsonb NOT NULL,                        -- all that people say after it: {product{}, variants{key{}}}
    changes jsonb NOT NULL,                       -- [{field, variant, was, becomes, back}]
    follow_at timestamptz,                        -- the listings are still to be composed
    UNIQUE (product_id, version));
CREATE INDEX product_edit_follow ON product_edit (follow_at) WHERE follow_at IS NOT NULL;

DO $body$
BEGIN
    PERFORM protect_rows('product_edit', '(SELECT scope_is_all()) OR producer_id = (SELECT scope_producer()) OR unit_code = ANY ((SELECT scope_units())::text[])');
END $body$;

-- The portal writes rows of this source and of no other, and nothing about certificates.
CREATE POLICY web_adds ON source_row AS RESTRICTIVE FOR INSERT TO ocop_web
    WITH CHECK (source_id = 2147483647 AND certification_id IS NULL AND NOT facts ? 'certification' AND NOT facts ? 'producer');
CREATE POLICY web_changes ON source_row AS RESTRICTIVE FOR UPDATE TO ocop_web USING (source_id = 2147483647)
    WITH CHECK (source_id = 2147483647 AND certification_id IS NULL AND NOT facts ? 'certification' AND NOT facts ? 'producer');
CREATE POLICY web_adds ON source_row_revision AS RESTRICTIVE FOR INSERT TO ocop_web
    WITH CHECK (EXISTS (SELECT FROM source_row r WHERE r.id = source_row_id AND r.source_id = 2147483647));

-- Whoever writes a product, what is due is marked by its owner: the portal has no say in whose turn it is.
ALTER FUNCTION product_is_due() SECURITY DEFINER SET search_path = public, pg_temp;
