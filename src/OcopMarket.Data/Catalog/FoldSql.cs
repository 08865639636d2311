namespace OcopMarket.Data.Catalog;

/// <summary>Works the <c>touched</c> products out again from all rows that state something of them. Running it twice changes nothing.</summary>
internal static class FoldSql
{
    /// <summary>A named row makes a variant. A row without name and SKU makes the plain variant where it states an offer, or where the
    /// product has no named one: a second recognition of "500 g" is no second variant.</summary>
    public const string EnterVariants = $$"""
        WITH rows AS (
            SELECT r.id, r.product_id, r.producer_id, r.variant_key,
                   (r.facts ->> 'named')::boolean OR r.facts -> 'variant' <> '{}'
                   OR NOT bool_or((r.facts ->> 'named')::boolean) OVER (PARTITION BY r.product_id) AS needed
            FROM source_row r JOIN touched t USING (product_id) WHERE r.gone_at IS NULL AND r.source_id <> {{PortalSource.Number}}),
        entered AS (
            INSERT INTO variant (key, product_id, producer_id)
            SELECT DISTINCT variant_key, product_id, producer_id FROM rows WHERE needed ORDER BY variant_key
            ON CONFLICT (key) DO UPDATE SET gone_at = NULL
            RETURNING id, key)
        UPDATE source_row r SET variant_id = e.id
        FROM rows LEFT JOIN entered e ON e.key = rows.variant_key AND rows.needed
        WHERE r.id = rows.id AND r.variant_id IS DISTINCT FROM e.id
        """;

    public const string RetireVariants = $"""
        UPDATE variant v SET gone_at = now()
        FROM touched t
        WHERE v.product_id = t.product_id AND v.gone_at IS NULL
          AND NOT EXISTS (SELECT FROM source_row r WHERE r.product_id = t.product_id AND r.variant_id = v.id AND {PortalSource.StatedByList})
        """;

    /// <summary>The disputed producers. A producer's new name or place shows in all its products.</summary>
    public const string Producers = """
        WITH folded AS (
            SELECT f.id, f.facts, f.provenance, CASE WHEN NOT f.provenance @? '$.*.others' THEN f.facts END AS agreed
            FROM folded_facts('producer', ARRAY(
                SELECT p.id FROM product p WHERE p.producer_id IN (SELECT producer_id FROM disputed))) f),
        compared AS MATERIALIZED (
            SELECT f.id, f.provenance, f.agreed, x,
                   (t.name, t.withheld, t.reporting_kind, t.kind_text, t.province, t.district, t.commune, t.address_line)
                   IS DISTINCT FROM
                   (x.name, x.withheld, x.reporting_kind, x.kind_text, x.province, x.district, x.commune, x.address_line) AS shows
            FROM folded f JOIN producer t USING (id) CROSS JOIN LATERAL jsonb_populate_record(NULL::producer, f.facts) x),
        known AS (
            UPDATE producer t SET agreed = c.agreed FROM compared c
            WHERE t.id = c.id AND NOT c.shows AND t.agreed IS DISTINCT FROM c.agreed),
        changed AS (
            UPDATE producer t SET
                (name, name_folded, withheld, reporting_kind, kind_text, province, district, commune, address_line,
                 province_folded, district_folded, commune_folded)
                = ROW ((c.x).name, (c.x).name_folded, (c.x).withheld, (c.x).reporting_kind, (c.x).kind_text, (c.x).province,
                       (c.x).district, (c.x).commune, (c.x).address_line, (c.x).province_folded, (c.x).district_folded,
                       (c.x).commune_folded),
                provenance = c.provenance, agreed = c.agreed, updated_at = now()
            FROM compared c WHERE t.id = c.id AND c.shows
            RETURNING t.id)
        INSERT INTO touched SELECT p.id FROM product p JOIN changed c ON c.id = p.producer_id ON CONFLICT DO NOTHING
        """;

    /// <summary>Of the disputed producers: the places of all others stand as they were found.</summary>
    public const string Units = """
        SELECT resolve_units(ARRAY(SELECT producer_id FROM disputed), @today) WHERE EXISTS (SELECT FROM disputed)
        """;

    /// <summary>What people said of a product that no list states any more stays as it was when it went.</summary>
    public const string Products = $"""
        UPDATE product t SET
            (name, name_folded, group_text, criteria_set_no, note, source_url, brand, origin, short_description, description, ingredients,
             usage, storage, shelf_life, food_safety_no)
            = ROW (x.name, x.name_folded, x.group_text, x.criteria_set_no, x.note, x.source_url, x.brand, x.origin, x.short_description,
                   x.description, x.ingredients, x.usage, x.storage, x.shelf_life, x.food_safety_no),
            provenance = f.provenance, unit_code = coalesce(o.unit_now, o.unit_code), gone_at = NULL
        FROM folded_facts('product', ARRAY(SELECT product_id FROM touched)) f
        CROSS JOIN LATERAL jsonb_populate_record(NULL::product, f.facts) x, producer o
        WHERE t.id = f.id AND o.id = t.producer_id
          AND EXISTS (SELECT FROM source_row r WHERE r.product_id = t.id AND {PortalSource.StatedByList})
        """;

    public const string Variants = """
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
        WHERE t.id = v.id
        """;

    public const string Certifications = """
        UPDATE certification t SET
            (kind, stars, decision_no, certificate_no, product_code, issuing_body, legal_basis, issued_on, year, expires_on, expires_how)
            = ROW (x.kind, x.stars, x.decision_no, x.certificate_no, x.product_code, x.issuing_body, x.legal_basis, x.issued_on, x.year,
                   x.expires_on, x.expires_how),
            provenance = f.provenance, unit_code = p.unit_code, gone_at = NULL, updated_at = now()
        FROM folded_facts('certification', ARRAY(SELECT product_id FROM touched)) f
        CROSS JOIN LATERAL jsonb_populate_record(NULL::certification, f.facts) x, product p
        WHERE t.id = f.id AND p.id = t.product_id
        """;

    public const string RetireCertifications = """
        UPDATE certification c SET gone_at = now()
        FROM touched t
        WHERE c.product_id = t.product_id AND c.gone_at IS NULL
          AND NOT EXISTS (SELECT FROM source_row r WHERE r.certification_id = c.id AND r.gone_at IS NULL)
        """;

    /// <summary>Pictures of all rows in the order of the file, each once; in the order that a person gave them where one did, without those that
    /// a person took away. A product that is gone keeps what it had.</summary>
    public const string Images = $$"""
        WITH stated AS (
            SELECT DISTINCT ON (r.product_id, i.sha256) r.product_id, r.producer_id, i.sha256, r.source_id, r.file_order, i.place
            FROM source_row r JOIN touched t USING (product_id)
            CROSS JOIN LATERAL jsonb_array_elements_text(r.facts #> '{product,images}') WITH ORDINALITY AS i (sha256, place)
            WHERE r.gone_at IS NULL
              AND (r.source_id <> {{PortalSource.Number}}
                   OR EXISTS (SELECT FROM source_row l WHERE l.product_id = r.product_id AND l.gone_at IS NULL AND l.source_id <> {{PortalSource.Number}}))
            ORDER BY r.product_id, i.sha256, r.source_id, r.file_order, i.place),
        arranged AS (
            SELECT r.product_id, coalesce(r.facts #> '{product,images_removed}', '[]') AS removed, r.facts #> '{product,image_order}' AS sequence
            FROM source_row r JOIN touched t USING (product_id)
            WHERE r.source_id = {{PortalSource.Number}} AND r.variant_key = '' AND r.gone_at IS NULL),
        placed AS (
            SELECT s.product_id, s.producer_id, s.sha256,
                   row_number() OVER (PARTITION BY s.product_id ORDER BY o.place NULLS LAST, s.source_id, s.file_order, s.place)::int AS position
            FROM stated s LEFT JOIN arranged a USING (product_id)
            LEFT JOIN LATERAL jsonb_array_elements_text(a.sequence) WITH ORDINALITY AS o (sha256, place) ON o.sha256 = s.sha256
            WHERE NOT coalesce(a.removed ? s.sha256, false)),
        removed AS (
            DELETE FROM product_image g USING touched t
            WHERE g.product_id = t.product_id
              AND EXISTS (SELECT FROM source_row r WHERE r.product_id = t.product_id AND {{PortalSource.StatedByList}})
              AND NOT EXISTS (SELECT FROM placed p WHERE (p.product_id, p.position) = (g.product_id, g.position)))
        INSERT INTO product_image (product_id, producer_id, position, sha256)
        SELECT product_id, producer_id, position, sha256 FROM placed ORDER BY product_id, position
        ON CONFLICT (product_id, position) DO UPDATE SET sha256 = excluded.sha256
        WHERE product_image.sha256 <> excluded.sha256
        """;

    public const string RetireProducts = $"""
        UPDATE product p SET gone_at = now()
        FROM touched t
        WHERE p.id = t.product_id AND p.gone_at IS NULL
          AND NOT EXISTS (SELECT FROM source_row r WHERE r.product_id = p.id AND {PortalSource.StatedByList})
        """;

    // What of a product a listing could show, as a hash: its own fields and its producer's stand between the first two, then the rest of it,
    // with the product's number three times.
    internal const string Shown1 = "sha256(convert_to(jsonb_build_array(";
    internal const string Shown2 = ")::text, 'UTF8'))";

    internal const string ShownOf1 = """
        (SELECT jsonb_agg(jsonb_build_array(v.key, v.name, v.own_sku, v.list_price_vnd, v.sale_price_vnd, v.stock_units,
                v.weight_grams, v.length_cm, v.width_cm, v.height_cm, v.unit, v.gtin)
                || CASE WHEN v.sale_from IS NULL AND v.sale_to IS NULL THEN '[]' ELSE jsonb_build_array(v.sale_from, v.sale_to) END ORDER BY v.key)
         FROM variant v WHERE v.gone_at IS NULL AND v.product_id =
        """ + " ";

    internal const string ShownOf2 = """
        ),
        (SELECT jsonb_agg(g.sha256 ORDER BY g.position) FROM product_image g WHERE g.product_id =
        """ + " ";

    internal const string ShownOf3 = """
        ),
        (SELECT jsonb_agg(jsonb_build_array(c.key, c.kind, c.stars, c.decision_no, c.certificate_no, c.issued_on, c.year,
                c.expires_on, c.withdrawn_on, c.grace_until) ORDER BY c.key)
         FROM certification c WHERE c.gone_at IS NULL AND c.product_id =
        """ + " ";

    internal const string ShownOf4 = ")";

    /// <summary>The revision rises only when something changed that a listing could show. Notes, addresses of sources and evidence do
    /// not count.</summary>
    public const string Revise = $"""
        WITH shown AS (
            SELECT p.id, {Shown1}
                p.name, p.criteria_set_no, p.brand, p.origin, p.short_description, p.description, p.ingredients, p.usage, p.storage,
                p.shelf_life, p.food_safety_no, p.gone_at IS NULL, o.name, o.province, o.district, o.commune, o.address_line,
                {ShownOf1}p.id{ShownOf2}p.id{ShownOf3}p.id{ShownOf4} {Shown2} AS hash
            FROM touched t JOIN product p ON p.id = t.product_id JOIN producer o ON o.id = p.producer_id)
        UPDATE product p SET shown_hash = s.hash, revision = p.revision + (p.shown_hash IS NOT NULL)::int, updated_at = now()
        FROM shown s
        WHERE p.id = s.id AND p.shown_hash IS DISTINCT FROM s.hash
        """;

    public static readonly IReadOnlyList<string> All =
    [
        EnterVariants, RetireVariants, Producers, Units, Products, Variants, Certifications, RetireCertifications, Images, RetireProducts,
        Revise,
    ];

    /// <summary>After a person's edit: who makes it, what variants there are and what certifies it are not a person's to say. They stand word for word in
    /// the function <c>fold_edited</c> of the schema, which the portal calls; whoever changes one here makes that function anew in a new script.</summary>
    public static readonly IReadOnlyList<string> Edited = [Products, Variants, Images, Revise];
}
