namespace OcopMarket.Data.Catalog;

/// <summary>Statements of one page. Their order is the order in which they run; every one takes the whole page. They work on
/// <c>staged</c> (changed rows), <c>entry</c> (how each is written) and <c>touched</c> (products to work out again).</summary>
internal static class CatalogueSql
{
    /// <summary>One writer of the catalogue at a time, to the end of its transaction: products that two sources share are worked out from
    /// rows that both can see, and no two pages can deadlock. Pages are short.</summary>
    public const string Serialise = "SELECT pg_advisory_xact_lock(1868787569)";

    public const string CreateStaging = """
        CREATE TEMP TABLE met (
            seq int PRIMARY KEY, key text COLLATE "C" NOT NULL, content_hash bytea NOT NULL, row_no int NOT NULL, sheet text,
            file_order bigint NOT NULL, raw_hash uuid, field_hash uuid) ON COMMIT DROP;
        CREATE TEMP TABLE staged (
            key text COLLATE "C" PRIMARY KEY, content_hash bytea NOT NULL, row_no int NOT NULL, sheet text, file_order bigint NOT NULL, raw_hash uuid,
            field_hash uuid, producer_key text COLLATE "C" NOT NULL, product_key text COLLATE "C" NOT NULL, variant_key text COLLATE "C" NOT NULL,
            certification_key text COLLATE "C", facts jsonb NOT NULL, raw jsonb NOT NULL) ON COMMIT DROP;
        CREATE TEMP TABLE touched (product_id bigint PRIMARY KEY) ON COMMIT DROP
        """;

    /// <summary>Thousands of rows are looked up by their keys; at the usual costs the planner would read a whole table for them. What a page
    /// writes is sorted and handed to triggers in memory.</summary>
    public const string LookAtMet = "SET LOCAL random_page_cost = 1.1; SET LOCAL work_mem = '32MB'; ANALYZE met (key, content_hash)";

    public const string CopyMet = "COPY met (seq, key, content_hash, row_no, sheet, file_order, raw_hash, field_hash) FROM STDIN (FORMAT BINARY)";

    public const string CopyStaged = """
        COPY staged (key, content_hash, row_no, sheet, file_order, raw_hash, field_hash, producer_key, product_key, variant_key, certification_key, facts, raw)
        FROM STDIN (FORMAT BINARY)
        """;

    public const string ClearStaged = "TRUNCATE staged, touched, entry, disputed";

    /// <summary>Rows that are not stored exactly like this: the rest is dropped before anything is sent, looked up or locked. A scalar
    /// subquery, so that each is looked up by its key whatever the planner knows of a table that grows with every page.</summary>
    public const string Changed = """
        SELECT m.seq FROM met m
        WHERE m.content_hash IS DISTINCT FROM (
            SELECT r.content_hash FROM source_row r WHERE r.source_id = @source AND r.key = m.key AND r.gone_at IS NULL)
        ORDER BY m.seq
        """;

    /// <summary>Of the rows of a page: how many are stored like this, and how many of their keys are stored and not gone.</summary>
    public const string Compare = """
        SELECT count(*) FILTER (WHERE r.content_hash = m.content_hash) AS same, count(*) AS known
        FROM met m JOIN source_row r ON r.source_id = @source AND r.key = m.key AND r.gone_at IS NULL
        """;

    /// <summary>Which pictures the rows named the last time.</summary>
    public const string StoredPictures = """
        SELECT r.key, p.key AS path, p.value AS sha256
        FROM source_row r CROSS JOIN LATERAL jsonb_each_text(r.pictures) p JOIN media m ON m.sha256 = p.value
        WHERE r.source_id = @source AND r.key = ANY (@keys)
        """;

    public const string KeepPictures = """
        UPDATE source_row r SET pictures = t.pictures::jsonb
        FROM unnest(@keys, @pictures) AS t (key, pictures)
        WHERE r.source_id = @source AND r.key = t.key AND r.pictures IS DISTINCT FROM t.pictures::jsonb
        """;

    public const string KnownMedia = "SELECT sha256 FROM media WHERE sha256 = ANY (@hashes)";

    public const string AddMedia = """
        INSERT INTO media (sha256, content_type, width, height, bytes, content)
        SELECT * FROM unnest(@hashes, @types, @widths, @heights, @sizes, @contents) ORDER BY 1
        ON CONFLICT DO NOTHING
        """;

    public const string EnterProducts = """
        INSERT INTO product (key, producer_id, name, name_folded)
        SELECT DISTINCT ON (s.product_key) s.product_key, p.id, s.facts #>> '{product,name}', s.facts #>> '{product,name_folded}'
        FROM staged s JOIN entry n ON n.key = s.key AND n.how = 'folded' JOIN producer p ON p.id = n.producer_id
        ORDER BY s.product_key
        ON CONFLICT (key) DO NOTHING
        """;

    public const string EnterCertifications = """
        INSERT INTO certification (key, product_id, producer_id, kind, expires_how)
        SELECT DISTINCT ON (s.certification_key) s.certification_key, p.id, p.producer_id, s.facts #>> '{certification,kind}', 'unknown'
        FROM staged s JOIN entry n ON n.key = s.key AND n.how = 'folded' JOIN product p ON p.key = s.product_key
        WHERE s.certification_key IS NOT NULL ORDER BY s.certification_key
        ON CONFLICT (key) DO NOTHING
        """;

    /// <summary>Both the product that a row belonged to and the one it belongs to now.</summary>
    public const string TouchProducts = """
        INSERT INTO touched
        SELECT r.product_id FROM staged s JOIN entry n ON n.key = s.key AND n.how = 'folded' JOIN source_row r ON r.source_id = @source AND r.key = s.key
        UNION
        SELECT p.id FROM staged s JOIN entry n ON n.key = s.key AND n.how = 'folded' JOIN product p ON p.key = s.product_key
        """;

    public const string EnterRows = """
        INSERT INTO source_row AS r (source_id, key, content_hash, row_no, sheet, file_order, producer_id, product_id, certification_id,
                                     variant_key, facts, last_run_id)
        SELECT @source, s.key, s.content_hash, s.row_no, s.sheet, s.file_order, p.producer_id, p.id, c.id, s.variant_key, s.facts, @run
        FROM staged s JOIN entry n ON n.key = s.key AND n.how = 'folded'
        JOIN product p ON p.key = s.product_key
        LEFT JOIN certification c ON c.key = s.certification_key
        ORDER BY s.key
        ON CONFLICT (source_id, key) DO UPDATE SET
            content_hash = excluded.content_hash, row_no = excluded.row_no, sheet = excluded.sheet, file_order = excluded.file_order,
            producer_id = excluded.producer_id, product_id = excluded.product_id, certification_id = excluded.certification_id,
            variant_key = excluded.variant_key, facts = excluded.facts, last_run_id = excluded.last_run_id, gone_at = NULL,
            revision = r.revision + (r.content_hash <> excluded.content_hash)::int
        """;

    public const string KeepEvidence = """
        INSERT INTO source_row_revision (source_row_id, producer_id, revision, run_id, content_hash, raw)
        SELECT r.id, r.producer_id, r.revision, @run, s.content_hash, s.raw
        FROM staged s JOIN entry n ON n.key = s.key AND n.how = 'folded' JOIN source_row r ON r.source_id = @source AND r.key = s.key
        ON CONFLICT (source_row_id, revision) DO NOTHING
        """;

    /// <summary>Rows that only moved within the input. Where a product has several rows their order decides which one wins.</summary>
    public const string MoveRows = """
        WITH moved AS (
            UPDATE source_row r SET row_no = m.row_no, sheet = m.sheet, file_order = m.file_order
            FROM met m
            WHERE r.source_id = @source AND r.key = m.key AND r.content_hash = m.content_hash
              AND (r.row_no, r.sheet, r.file_order) IS DISTINCT FROM (m.row_no, m.sheet, m.file_order)
            RETURNING r.product_id)
        INSERT INTO touched
        SELECT product_id FROM moved m
        WHERE EXISTS (SELECT FROM source_row o WHERE o.product_id = m.product_id OFFSET 1)
        ON CONFLICT DO NOTHING
        """;

    /// <summary>Of the rows met those that this run did not write.</summary>
    public const string MarkSeen = """
        INSERT INTO source_run_seen (run_id, source_row_id)
        SELECT @run, r.id FROM met m JOIN source_row r ON r.source_id = @source AND r.key = m.key AND r.gone_at IS NULL
        WHERE r.last_run_id <> @run ORDER BY r.id
        ON CONFLICT DO NOTHING
        """;

    /// <summary>A row that is refused still shows that its product is there.</summary>
    public const string MarkRefused = """
        INSERT INTO source_run_seen (run_id, source_row_id)
        SELECT DISTINCT @run, r.id FROM unnest(@stems) AS t (stem)
        JOIN source_row r ON r.source_id = @source AND r.key >= t.stem || '.' AND r.key < t.stem || '/' AND r.gone_at IS NULL
        ON CONFLICT DO NOTHING
        """;

    public const string AddRejected = """
        INSERT INTO source_rejected (run_id, row_no, sheet, column_name, code, reason_vi, reason_en, raw, severity)
        SELECT @run, t.row_no, t.sheet, t.column_name, t.code, t.reason_vi, t.reason_en, t.raw::jsonb, t.severity
        FROM unnest(@rows, @sheets, @columns, @codes, @vi, @en, @raws, @severities)
            AS t (row_no, sheet, column_name, code, reason_vi, reason_en, raw, severity)
        """;

    /// <summary>Moves the run on, but only from where this page began and only while it is ours: a process that was taken for dead and
    /// wakes up applies nothing.</summary>
    public const string Advance = """
        UPDATE source_run SET rows_read = rows_read + @Rows, accepted = accepted + @Accepted, unchanged = unchanged + @Unchanged,
            repeated = repeated + @Repeated, rejected = rejected + @Rejected, warnings = warnings + @Warnings,
            cursor = @NextCursor, heartbeat_at = clock_timestamp()
        WHERE id = @Run AND state = 'running' AND fence = @Fence AND cursor IS NOT DISTINCT FROM @Cursor
        """;
}
