namespace OcopMarket.Data.Audit;

internal static class AuditSql
{
    private const string Exact = """'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'""";

    private const string Columns = $"""
        a.id, to_char(a.at AT TIME ZONE 'UTC', {Exact}) AS at, a.actor, a.producer_id, a.mandate_id, a.action, a.before::text AS before,
        a.after::text AS after, a.origin, a.correlation
        """;

    /// <summary>One seals at a time.</summary>
    public const string Alone = "SELECT pg_try_advisory_xact_lock(1868787571)";

    public const string Last = "SELECT seq, mac FROM audit_seal ORDER BY seq DESC LIMIT 1";

    public const string Now = $"SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC', {Exact})";

    /// <summary>A number is given before its transaction ends: rows are looked for as far back as one of them may still have been on its way.</summary>
    public const string Unsealed = $"""
        SELECT a.id AS audit_id, {Columns} FROM audit a
        WHERE a.id > (SELECT coalesce(max(audit_id), 0) - 10000 FROM audit_seal) AND NOT EXISTS (SELECT FROM audit_seal s WHERE s.audit_id = a.id)
        ORDER BY a.id LIMIT @limit
        """;

    public const string Seal = """
        INSERT INTO audit_seal (seq, audit_id, mac, sealed_at) SELECT seq, audit_id, mac, @sealedAt::timestamptz
        FROM unnest(@seqs, @ids, @macs) AS s (seq, audit_id, mac)
        """;

    public const string KeepHead = """
        INSERT INTO audit_head (day, seq, mac) SELECT @day, seq, mac FROM audit_seal ORDER BY seq DESC LIMIT 1
        ON CONFLICT DO NOTHING RETURNING seq, mac
        """;

    public const string HasSeals = "SELECT EXISTS (SELECT FROM audit_seal)";

    public const string Chain = $"""
        SELECT s.seq, s.mac, to_char(s.sealed_at AT TIME ZONE 'UTC', {Exact}) AS sealed_at, s.audit_id, {Columns}
        FROM audit_seal s LEFT JOIN audit a ON a.id = s.audit_id ORDER BY s.seq
        """;

    public const string Heads = "SELECT to_char(day, 'YYYY-MM-DD') AS day, seq, mac FROM audit_head ORDER BY seq, day";

    public const string Waiting = "SELECT count(*) FROM audit a WHERE NOT EXISTS (SELECT FROM audit_seal s WHERE s.audit_id = a.id)";

    public const string All = $"""
        SELECT s.seq, s.mac, to_char(s.sealed_at AT TIME ZONE 'UTC', {Exact}) AS sealed_at, a.id AS audit_id, {Columns}
        FROM audit a LEFT JOIN audit_seal s ON s.audit_id = a.id ORDER BY s.seq NULLS LAST, a.id
        """;
}
