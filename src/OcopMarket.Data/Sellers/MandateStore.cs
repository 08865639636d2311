using System.Security.Cryptography;
using Dapper;
using Npgsql;
using OcopMarket.Core.Catalog;
using OcopMarket.Core.Sellers;
using OcopMarket.Data.Sync;

namespace OcopMarket.Data.Sellers;

/// <summary>A producer's consent as it is written down.</summary>
/// <param name="Producer">For a shop that serves several; null: the shop's own producer.</param>
/// <param name="ActBy">Who may act on the shop.</param>
/// <param name="TextVersion">Of the consent that was signed.</param>
/// <param name="Evidence">Number or name of the signed form.</param>
/// <param name="By">Who writes it down.</param>
public sealed record NewMandate(
    long Account, long? Producer, string ActBy, DateOnly From, DateOnly? Until, string TextVersion, string Evidence, string By)
{
    /// <summary>The signed form as a file; null: it lies on paper.</summary>
    public EvidenceFile? File { get; init; }
}

public sealed record EvidenceFile(string Name, byte[] Content);

public sealed record StoredMandate
{
    public long Id { get; init; }
    public long AccountId { get; init; }
    public string Marketplace { get; init; } = "";
    public string Shop { get; init; } = "";
    public string? Producer { get; init; }
    public string ActBy { get; init; } = "";
    public DateOnly GivenOn { get; init; }
    public DateOnly? Until { get; init; }
    public string TextVersion { get; init; } = "";
    public string Evidence { get; init; } = "";
    public string? EvidenceSha256 { get; init; }
    public string RecordedBy { get; init; } = "";
    public DateOnly? RevokedOn { get; init; }
    public string? RevokedBy { get; init; }
    public string? RevokedReason { get; init; }

    /// <summary>valid, coming, ended, withdrawn.</summary>
    public string Standing { get; init; } = "";
}

/// <summary>What is wrong with a mandate, in both languages.</summary>
public sealed class MandateException(string code, string vi, string en) : Exception(en)
{
    public string Code => code;
    public string ReasonVi => vi;
}

/// <summary>Mandates: given and withdrawn with the shop's listings in one transaction, so that from its end no turn sends what is not allowed
/// and none waits that is.</summary>
public sealed class MandateStore(NpgsqlDataSource dataSource, ListingReconciler reconciler, AccountStore accounts, TimeProvider time)
{
    private const int MostBytes = 20 << 20;

    private const string KeepFile = """
        INSERT INTO mandate_evidence (sha256, content_type, file_name, bytes, content) VALUES (@sha, @type, @Name, @bytes, @Content)
        ON CONFLICT (sha256) DO NOTHING
        """;

    /// <summary>The same consent twice is one.</summary>
    private const string Give = """
        WITH whose AS (
            SELECT a.id, p.id AS producer_id, coalesce(p.unit_now, p.unit_code) AS unit_code FROM seller_account a
            JOIN producer p ON p.id = coalesce(a.producer_id, @Producer::bigint)
            WHERE a.id = @Account AND a.state <> 'closed' AND coalesce(@Producer::bigint, p.id) = p.id
              AND (a.producer_id IS NOT NULL OR a.owner_name IS NULL)),
        added AS (
            INSERT INTO mandate (account_id, producer_id, unit_code, act_by, given_on, until, text_version, evidence, evidence_sha256, recorded_by)
            SELECT w.id, w.producer_id, w.unit_code, @ActBy, @From, @Until, @TextVersion, @Evidence, @sha, @By FROM whose w
            WHERE NOT EXISTS (
                SELECT FROM mandate m WHERE m.account_id = w.id AND m.producer_id = w.producer_id AND m.revoked_on IS NULL AND m.act_by = @ActBy
                AND m.given_on = @From AND m.until IS NOT DISTINCT FROM @Until AND m.text_version = @TextVersion AND m.evidence = @Evidence
                AND m.evidence_sha256 IS NOT DISTINCT FROM @sha)
            RETURNING producer_id)
        SELECT w.producer_id, (SELECT count(*) FROM added)::int AS added FROM whose w
        """;

    private const string Withdraw = """
        UPDATE mandate SET revoked_on = @today, revoked_at = clock_timestamp(), revoked_by = @by, revoked_reason = @reason
        WHERE account_id = @account AND revoked_on IS NULL AND (until IS NULL OR until >= @today)
          AND (@producer::bigint IS NULL OR producer_id = @producer)
        RETURNING id
        """;

    private const string All = """
        SELECT m.id, m.account_id, a.marketplace, a.shop_name AS shop, p.name AS producer, m.act_by, m.given_on, m.until, m.text_version,
               m.evidence, m.evidence_sha256, m.recorded_by, m.revoked_on, m.revoked_by, m.revoked_reason,
               CASE WHEN m.revoked_on IS NOT NULL THEN 'withdrawn' WHEN m.until < @today THEN 'ended' WHEN m.given_on > @today THEN 'coming'
                    ELSE 'valid' END AS standing
        FROM mandate m JOIN seller_account a ON a.id = m.account_id LEFT JOIN producer p ON p.id = m.producer_id
        WHERE (@account::bigint IS NULL OR m.account_id = @account) AND m.id > @after ORDER BY m.id LIMIT @limit
        """;

    private DateOnly Today => VietnamDay.Of(time.GetUtcNow());

    /// <returns>Whether it was new.</returns>
    /// <exception cref="MandateException">Wrong days, a file that may not be kept, or no such shop; nothing was stored.</exception>
    public async Task<bool> GiveAsync(NewMandate mandate, CancellationToken cancellationToken)
    {
        if (mandate.Until < mandate.From)
        {
            throw new MandateException("date_order", "Ngày hết hạn đứng trước ngày ủy quyền.", "The mandate ends before it begins.");
        }

        if (IdentityPapers.Names(mandate.Evidence) || IdentityPapers.Names(mandate.File?.Name))
        {
            throw new MandateException("identity_card", IdentityPapers.ReasonVi, IdentityPapers.ReasonEn);
        }

        var type = mandate.File is { } file ? TypeOf(file.Content) : null;
        var sha = mandate.File is { } paper ? Convert.ToHexStringLower(SHA256.HashData(paper.Content)) : null;
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var listings = await AccountStore.LockListingsAsync(transaction, mandate.Account, cancellationToken);
        if (mandate.File is { } kept)
        {
            await connection.ExecuteAsync(new CommandDefinition(
                KeepFile, new { sha, type, kept.Name, bytes = kept.Content.Length, kept.Content }, transaction, cancellationToken: cancellationToken));
        }

        var given = await connection.QuerySingleOrDefaultAsync<(long Producer, int Added)?>(new CommandDefinition(
            Give,
            new
            {
                mandate.Account,
                mandate.Producer,
                mandate.ActBy,
                mandate.From,
                mandate.Until,
                mandate.TextVersion,
                mandate.Evidence,
                mandate.By,
                sha,
            },
            transaction, cancellationToken: cancellationToken));
        if (given is not { } known)
        {
            throw new MandateException(
                "no_such_account", "Không có gian hàng này của chủ thể, hoặc gian hàng đã đóng. Xem ./run accounts list.",
                "There is no such open shop of this producer. Look at ./run accounts list; a shared shop needs --producer.");
        }

        await reconciler.ReconcileAsync(transaction, listings, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        await accounts.FollowAsync([], [known.Producer], cancellationToken); // listings that waited for a shop get a shared one
        return known.Added > 0;
    }

    /// <summary>From the end of this call nothing more is sent for the producer to this shop: what was due rests, and the listings say why.</summary>
    /// <returns>Mandates withdrawn; 0: there was none in force or to come.</returns>
    public async Task<int> WithdrawAsync(long account, long? producer, string by, string reason, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var listings = await AccountStore.LockListingsAsync(transaction, account, cancellationToken);
        var withdrawn = await connection.QueryAsync<long>(new CommandDefinition(
            Withdraw, new { account, producer, by, reason, today = Today }, transaction, cancellationToken: cancellationToken));
        await reconciler.ReconcileAsync(transaction, listings, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return withdrawn.Count();
    }

    /// <param name="account">Null: of all shops.</param>
    public async Task<IReadOnlyList<StoredMandate>> ListAsync(long? account, long after, int limit, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        return [.. await connection.QueryAsync<StoredMandate>(
            new CommandDefinition(All, new { account, after, limit, today = Today }, cancellationToken: cancellationToken))];
    }

    /// <summary>By its first bytes, whatever its name says.</summary>
    private static string TypeOf(byte[] content) => content.Length switch
    {
        0 or > MostBytes => throw new MandateException(
            "file_size", "Tệp căn cứ trống hoặc lớn hơn 20 MB. Anh/chị quét lại phiếu ủy quyền.",
            "The evidence file is empty or larger than 20 MB. Scan the form again."),
        _ when content.AsSpan().StartsWith("%PDF-"u8) => "application/pdf",
        _ when content.AsSpan().StartsWith(new byte[] { 0xFF, 0xD8, 0xFF }) => "image/jpeg",
        _ when content.AsSpan().StartsWith(new byte[] { 0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A }) => "image/png",
        _ => throw new MandateException(
            "file_type", "Căn cứ phải là PDF, JPEG hoặc PNG thật. Anh/chị quét phiếu ủy quyền đã ký rồi thử lại.",
            "The evidence must really be a PDF, JPEG or PNG. Scan the signed form and try again."),
    };
}
