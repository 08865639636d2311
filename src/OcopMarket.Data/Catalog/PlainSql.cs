namespace OcopMarket.Data.Catalog;

/// <summary>Writes the plain rows of <c>entry</c>: what a product says is what its one row says. Gives the same as
/// <see cref="FoldSql"/> would.</summary>
internal static class PlainSql
{
    /// <summary>What a field is known from that the row <c>s</c> of the source <c>q</c> states.</summary>
    internal const string Evidence =
        "jsonb_strip_nulls(jsonb_build_object('source', q.key, 'run', @run, 'row', s.row_no, 'sheet', s.sheet, 'how', 'stated'))";

    // What each field is known from: between the parts that of a stated field, twice, then the scope, twice. Most rows state all that they say.
    internal const string From1 = "(SELECT coalesce(jsonb_object_agg(f, CASE WHEN s.facts -> 'how' = '{}' THEN ";
    internal const string From2 = " ELSE ";
    internal const string From3 = " || jsonb_build_object('how', coalesce(s.facts -> 'how' ->> ('";
    internal const string From4 = ".' || f), 'stated')) END), '{}') FROM jsonb_object_keys(s.facts -> '";
    internal const string From5 = "') f WHERE right(f, 7) <> '_folded')";
    private const string Stated1 = $"{From1}n.stated{From2}n.stated{From3}";

    private const string Staged = "FROM entry n JOIN staged s USING (key)";

    private const string Maker = """
        CROSS JOIN LATERAL (
            SELECT unit_now, unit_code, name, province, district, commune, address_line FROM producer WHERE id = n.producer_id OFFSET 0) o
        """;

    // The one variant that the product shows.
    private const string Variant = """
        jsonb_build_array(jsonb_build_array(s.variant_key, v.name, v.own_sku, v.list_price_vnd, v.sale_price_vnd, v.stock_units,
            v.weight_grams, v.length_cm, v.width_cm, v.height_cm, v.unit, v.gtin))
        """;

    public const string NewProducts = $"""
        INSERT INTO product (id, key, producer_id, unit_code, name, name_folded, group_text, criteria_set_no, note, source_url, brand, origin,
                             short_description, description, ingredients, usage, storage, shelf_life, food_safety_no, provenance, shown_hash)
        OVERRIDING SYSTEM VALUE
        SELECT n.product_id, s.product_key, n.producer_id, coalesce(o.unit_now, o.unit_code), x.name, x.name_folded, x.group_text, x.criteria_set_no,
               x.note, x.source_url, x.brand, x.origin, x.short_description, x.description, x.ingredients, x.usage, x.storage, x.shelf_life,
               x.food_safety_no, {Stated1}product{From4}product{From5},
               {FoldSql.Shown1} x.name, x.criteria_set_no, x.brand, x.origin, x.short_description, x.description, x.ingredients, x.usage,
               x.storage, x.shelf_life, x.food_safety_no, true, o.name, o.province, o.district, o.commune, o.address_line,
               {Variant},
               NULL::jsonb,
               CASE WHEN s.certification_key IS NOT NULL THEN jsonb_build_array(jsonb_build_array(
                   s.certification_key, c.kind, c.stars, c.decision_no, c.certificate_no, c.issued_on, c.year, c.expires_on, NULL, NULL)) END
               {FoldSql.Shown2}
        {Staged}
        {Maker}
        CROSS JOIN LATERAL jsonb_populate_record(NULL::product, s.facts -> 'product') x
        CROSS JOIN LATERAL jsonb_populate_record(NULL::variant, s.facts -> 'variant') v
        CROSS JOIN LATERAL jsonb_populate_record(NULL::certification, s.facts -> 'certification') c
        WHERE n.how = 'new'
        """;

    public const string NewVariants = $"""
        INSERT INTO variant (id, key, product_id, producer_id, unit_code, name, own_sku, list_price_vnd, sale_price_vnd, stock_units,
                             weight_grams, length_cm, width_cm, height_cm, unit, gtin, provenance)
        OVERRIDING SYSTEM VALUE
        SELECT n.variant_id, s.variant_key, n.product_id, n.producer_id, coalesce(o.unit_now, o.unit_code), x.name, x.own_sku, x.list_price_vnd,
               x.sale_price_vnd, x.stock_units, x.weight_grams, x.length_cm, x.width_cm, x.height_cm, x.unit, x.gtin,
               {Stated1}variant{From4}variant{From5}
        {Staged}
        {Maker}
        CROSS JOIN LATERAL jsonb_populate_record(NULL::variant, s.facts -> 'variant') x
        WHERE n.how = 'new'
        """;

    public const string NewCertifications = $"""
        INSERT INTO certification (id, key, product_id, producer_id, unit_code, kind, stars, decision_no, certificate_no, product_code,
                                   issuing_body, legal_basis, issued_on, year, expires_on, expires_how, provenance)
        OVERRIDING SYSTEM VALUE
        SELECT n.certification_id, s.certification_key, n.product_id, n.producer_id, coalesce(o.unit_now, o.unit_code), x.kind, x.stars,
               x.decision_no, x.certificate_no, x.product_code, x.issuing_body, x.legal_basis, x.issued_on, x.year, x.expires_on,
               x.expires_how, {Stated1}certification{From4}certification{From5}
        {Staged}
        {Maker}
        CROSS JOIN LATERAL jsonb_populate_record(NULL::certification, s.facts -> 'certification') x
        WHERE n.how = 'new' AND n.certification_id IS NOT NULL
        """;

    public const string NewRows = """
        INSERT INTO source_row (id, source_id, key, content_hash, row_no, sheet, file_order, producer_id, product_id, variant_id,
                                certification_id, variant_key, facts, last_run_id)
        OVERRIDING SYSTEM VALUE
        SELECT n.row_id, @source, s.key, s.content_hash, s.row_no, s.sheet, s.file_order, n.producer_id, n.product_id, n.variant_id,
               n.certification_id, s.variant_key, s.facts, @run
        FROM entry n JOIN staged s USING (key) WHERE n.how = 'new'
        """;

    public const string ChangedRows = """
        UPDATE source_row r SET content_hash = s.content_hash, row_no = s.row_no, sheet = s.sheet, file_order = s.file_order,
            facts = s.facts, last_run_id = @run, revision = n.revision
        FROM entry n JOIN staged s USING (key) WHERE n.how = 'changed' AND r.id = n.row_id
        """;

    public const string Lines = """
        INSERT INTO source_line (source_id, source_row_id, raw_hash, field_hash)
        SELECT @source, n.row_id, s.raw_hash, s.field_hash FROM entry n JOIN staged s USING (key) WHERE n.how <> 'folded'
        ON CONFLICT (source_id, source_row_id) DO UPDATE SET raw_hash = excluded.raw_hash, field_hash = excluded.field_hash
        """;

    public const string KeepEvidence = """
        INSERT INTO source_row_revision (source_row_id, producer_id, revision, run_id, content_hash, raw)
        SELECT n.row_id, n.producer_id, n.revision, @run, s.content_hash, s.raw
        FROM entry n JOIN staged s USING (key) WHERE n.how <> 'folded'
        """;

    public const string ChangedVariants = $"""
        UPDATE variant t SET
            (name, own_sku, list_price_vnd, sale_price_vnd, stock_units, weight_grams, length_cm, width_cm, height_cm, unit, gtin)
            = ROW (x.name, x.own_sku, x.list_price_vnd, x.sale_price_vnd, x.stock_units, x.weight_grams, x.length_cm, x.width_cm,
                   x.height_cm, x.unit, x.gtin),
            provenance = {Stated1}variant{From4}variant{From5}, unit_code = coalesce(o.unit_now, o.unit_code), gone_at = NULL,
            updated_at = now()
        {Staged}
        {Maker}
        CROSS JOIN LATERAL jsonb_populate_record(NULL::variant, s.facts -> 'variant') x
        WHERE n.how = 'changed' AND t.id = n.variant_id
        """;

    public const string ChangedCertifications = $"""
        UPDATE certification t SET
            (kind, stars, decision_no, certificate_no, product_code, issuing_body, legal_basis, issued_on, year, expires_on, expires_how)
            = ROW (x.kind, x.stars, x.decision_no, x.certificate_no, x.product_code, x.issuing_body, x.legal_basis, x.issued_on, x.year,
                   x.expires_on, x.expires_how),
            provenance = {Stated1}certification{From4}certification{From5}, unit_code = coalesce(o.unit_now, o.unit_code),
            gone_at = NULL, updated_at = now()
        {Staged}
        {Maker}
        CROSS JOIN LATERAL jsonb_populate_record(NULL::certification, s.facts -> 'certification') x
        WHERE n.how = 'changed' AND t.id = n.certification_id
        """;

    /// <summary>After its variant and recognition.</summary>
    public const string ChangedProducts = $"""
        UPDATE product t SET
            (name, name_folded, group_text, criteria_set_no, note, source_url, brand, origin, short_description, description, ingredients,
             usage, storage, shelf_life, food_safety_no)
            = ROW (x.name, x.name_folded, x.group_text, x.criteria_set_no, x.note, x.source_url, x.brand, x.origin, x.short_description,
                   x.description, x.ingredients, x.usage, x.storage, x.shelf_life, x.food_safety_no),
            provenance = {Stated1}product{From4}product{From5}, unit_code = coalesce(o.unit_now, o.unit_code),
            shown_hash = h.hash, revision = t.revision + (t.shown_hash IS NOT NULL AND t.shown_hash <> h.hash)::int,
            updated_at = CASE WHEN t.shown_hash IS DISTINCT FROM h.hash THEN now() ELSE t.updated_at END
        {Staged}
        {Maker}
        CROSS JOIN LATERAL jsonb_populate_record(NULL::product, s.facts -> 'product') x
        CROSS JOIN LATERAL jsonb_populate_record(NULL::variant, s.facts -> 'variant') v
        CROSS JOIN LATERAL (SELECT {FoldSql.Shown1}
                x.name, x.criteria_set_no, x.brand, x.origin, x.short_description, x.description, x.ingredients, x.usage, x.storage,
                x.shelf_life, x.food_safety_no, true, o.name, o.province, o.district, o.commune, o.address_line,
                ({Variant}{FoldSql.ShownOf2}n.product_id{FoldSql.ShownOf3}n.product_id{FoldSql.ShownOf4}
                {FoldSql.Shown2} AS hash OFFSET 0) h
        WHERE n.how = 'changed' AND t.id = n.product_id
        """;

    public static readonly IReadOnlyList<string> New = [NewProducts, NewVariants, NewCertifications, NewRows];

    public static readonly IReadOnlyList<string> Changed = [ChangedRows, ChangedVariants, ChangedCertifications, ChangedProducts];

    public static readonly IReadOnlyList<string> Both = [Lines, KeepEvidence];
}
