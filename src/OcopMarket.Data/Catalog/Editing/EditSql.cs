namespace OcopMarket.Data.Catalog.Editing;

/// <summary>Statements of <see cref="EditReading"/> and <see cref="ProductEdits"/>.</summary>
internal static class EditSql
{
    /// <summary>The product, its variants, what each row says of them, its pictures. May use <c>@own</c>.</summary>
    public const string Load = $"""
        SELECT p.id, p.key, p.producer_id, p.unit_code, o.name AS producer, p.gone_at, coalesce(e.version, 0) AS version, e.by_name AS last_by, e.at AS last_at,
               (to_jsonb(p) - 'provenance' - 'shown_hash')::text AS facts
        FROM product p JOIN producer o ON o.id = p.producer_id
        LEFT JOIN LATERAL (SELECT version, by_name, at FROM product_edit WHERE product_id = p.id ORDER BY version DESC LIMIT 1) e ON true
        WHERE p.id = @id AND (@own::bigint IS NULL OR p.producer_id = @own);
        SELECT v.id, v.key, v.name, (to_jsonb(v) - 'provenance')::text AS facts FROM variant v
        WHERE v.product_id = @id AND v.gone_at IS NULL AND (@own::bigint IS NULL OR v.producer_id = @own) ORDER BY v.weight_grams NULLS LAST, v.id;
        SELECT r.variant_id, r.variant_key, r.source_id = {PortalSource.Number} AS is_portal, s.name AS source, r.row_no,
               (r.facts -> 'product')::text AS product, (r.facts -> 'variant')::text AS variant
        FROM source_row r JOIN source s ON s.id = r.source_id
        WHERE r.product_id = @id AND r.gone_at IS NULL AND (@own::bigint IS NULL OR r.producer_id = @own)
        ORDER BY r.source_id DESC, r.file_order DESC, r.id DESC;
        SELECT i.sha256, i.position, m.width, m.height FROM product_image i JOIN media m USING (sha256)
        WHERE i.product_id = @id AND (@own::bigint IS NULL OR i.producer_id = @own) ORDER BY i.position;
        """;

    /// <summary>The portal's login has no rights on a product: the database's own function works it out anew, <see cref="FoldSql.Edited"/>.</summary>
    public const string Fold = "SELECT fold_edited(@id)";

    public const string AddVersion = """
        INSERT INTO product_edit (product_id, producer_id, unit_code, version, by_name, by_role, kind, of_version, states, changes, follow_at)
        VALUES (@Id, @ProducerId, @UnitCode, @version, @by, @role, @kind, @of, @states::jsonb, @changes::jsonb, clock_timestamp())
        RETURNING id
        """;

    /// <summary>What people say of the product or a variant, as a row of the portal's own source. Its run is the number of the edit.</summary>
    /// <remarks>Two statements: the policy of the second looks for the row that the first has written.</remarks>
    public const string KeepRow = $"""
        INSERT INTO source_row AS r (source_id, key, content_hash, row_no, producer_id, product_id, variant_id, variant_key, facts, last_run_id)
        VALUES ({PortalSource.Number}, @key, @hash, @version, @producer, @product, @variant::bigint, @variantKey, @facts::jsonb, @edit)
        ON CONFLICT (source_id, key) DO UPDATE SET
            content_hash = excluded.content_hash, row_no = excluded.row_no, facts = excluded.facts, last_run_id = excluded.last_run_id,
            revision = r.revision + 1, gone_at = NULL
        WHERE r.gone_at IS NOT NULL OR r.content_hash <> excluded.content_hash;
        INSERT INTO source_row_revision (source_row_id, producer_id, revision, run_id, content_hash, raw)
        SELECT id, producer_id, revision, @edit, @hash, @facts::jsonb FROM source_row
        WHERE source_id = {PortalSource.Number} AND key = @key AND last_run_id = @edit
        """;

    /// <summary>All was taken back: the lists alone speak again.</summary>
    public const string DropRow = $"""
        UPDATE source_row SET gone_at = now(), row_no = @version, last_run_id = @edit
        WHERE source_id = {PortalSource.Number} AND key = @key AND gone_at IS NULL
        """;

    public const string AddPicture = """
        INSERT INTO media (sha256, content_type, width, height, bytes, content) VALUES (@sha, @type, @width, @height, @size, @bytes) ON CONFLICT DO NOTHING
        """;

    public const string StoredPictures = "SELECT sha256 FROM media WHERE sha256 = ANY (@hashes)";

    public const string Notify = "SELECT pg_notify('ocop_work', '')";

    public const string Versions = """
        SELECT e.version, e.at, e.by_name, e.by_role, e.kind, e.of_version, e.changes::text AS changes
        FROM product_edit e WHERE e.product_id = @id AND (@own::bigint IS NULL OR e.producer_id = @own) ORDER BY e.version DESC LIMIT @limit
        """;

    public const string StatesOf = "SELECT states::text FROM product_edit WHERE product_id = @id AND version = @version";
}
