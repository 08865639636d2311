using System.Security.Cryptography;
using Dapper;
using Npgsql;
using OcopMarket.Core.People;
using OcopMarket.Core.Sellers;
using OcopMarket.Data.Audit;

namespace OcopMarket.Data.Sellers;

/// <param name="Mandate">Null: the same mandate was there already.</param>
public sealed record MandateGiven(long Producer, long? Mandate);

/// <param name="Mandate">Null: all of the shop that hold or are to come.</param>
/// <param name="Producer">Only of this one's; null: whosever.</param>
public sealed record MandateWithdrawal(long Account, long? Mandate, long? Producer, string Reason);

/// <summary>Mandates are given and withdrawn in the transaction of whoever does it, with the audit. The shop's listings follow: a worker sees
/// from the mandate's own row that they are still to.</summary>
public static class MandateDecisions
{
    /// <summary>Of a signed paper.</summary>
    public const int MostBytes = 20 << 20;

    /// <summary>A form that was sent twice at once is looked at one after the other.</summary>
    private const string Alone = "SELECT pg_advisory_xact_lock(hashtextextended('mandate', @Account))";

    /// <summary>Without a named arbiter: the portal's login may not ask whether others handed in the same paper.</summary>
    private const string KeepFile = """
        INSERT INTO mandate_evidence (sha256, content_type, file_name, bytes, content) VALUES (@sha, @type, @Name, @bytes, @Content)
        ON CONFLICT DO NOTHING
        """;

    /// <summary>The same consent twice is one.</summary>
    private const string Give = """
        WITH whose AS (
            SELECT a.id, p.id AS producer_id, coalesce(p.unit_now, p.unit_code) AS unit_code FROM seller_account a
            JOIN producer p ON p.id = coalesce(a.producer_id, @Producer::bigint)
            WHERE a.id = @Account AND a.state <> 'closed' AND coalesce(@Producer::bigint, p.id) = p.id
              AND (a.producer_id IS NOT NULL OR a.owner_name IS NULL)),
        added AS (
            INSERT INTO mandate
                (account_id, producer_id, unit_code, act_by, given_on, until, text_version, evidence, evidence_sha256, recorded_by, follow_at)
            SELECT w.id, w.producer_id, w.unit_code, @ActBy, @From, @Until, @TextVersion, @Evidence, @sha, @By, clock_timestamp() FROM whose w
            WHERE NOT EXISTS (
                SELECT FROM mandate m WHERE m.account_id = w.id AND m.producer_id = w.producer_id AND m.revoked_on IS NULL AND m.act_by = @ActBy
                AND m.given_on = @From AND m.until IS NOT DISTINCT FROM @Until AND m.text_version = @TextVersion AND m.evidence = @Evidence
                AND m.evidence_sha256 IS NOT DISTINCT FROM @sha)
            RETURNING id)
        SELECT w.producer_id AS producer, (SELECT id FROM added) AS mandate FROM whose w
        """;

    /// <summary>Locked in the order of their numbers, as a call that is written down holds those it goes by.</summary>
    private const string Withdraw = """
        WITH theirs AS MATERIALIZED (
            SELECT id FROM mandate
            WHERE account_id = @Account AND revoked_on IS NULL AND (until IS NULL OR until >= @today)
              AND (@Mandate::bigint IS NULL OR id = @Mandate) AND (@Producer::bigint IS NULL OR producer_id = @Producer)
            ORDER BY id FOR NO KEY UPDATE)
        UPDATE mandate m SET revoked_on = @today, revoked_at = clock_timestamp(), revoked_by = @by, revoked_reason = @Reason,
            follow_at = clock_timestamp()
        FROM theirs WHERE m.id = theirs.id
        RETURNING m.id, m.producer_id
        """;

    private const string Wake = "SELECT pg_notify('ocop_work', '')";

    /// <exception cref="MandateException">Wrong days, or a paper that may not be kept.</exception>
    public static void Check(NewMandate mandate)
    {
        if (mandate.Until < mandate.From)
        {
            throw new MandateException("date_order", "Ngày hết hạn đứng trước ngày ủy quyền.", "The mandate ends before it begins.");
        }

        if (IdentityPapers.Names(mandate.Evidence) || IdentityPapers.Names(mandate.File?.Name))
        {
            throw new MandateException("identity_card", IdentityPapers.ReasonVi, IdentityPapers.ReasonEn);
        }

        if (mandate.File is { } file)
        {
            _ = TypeOf(file.Content);
        }
    }

    /// <exception cref="MandateException">What <see cref="Check"/> says, or no such shop; nothing may be committed.</exception>
    public static async Task<MandateGiven> GiveAsync(NpgsqlTransaction transaction, NewMandate mandate, Actor by, CancellationToken cancellationToken)
    {
        Check(mandate);
        await RunAsync(transaction, Alone, new { mandate.Account }, cancellationToken);
        var sha = mandate.File is { } paper ? Convert.ToHexStringLower(SHA256.HashData(paper.Content)) : null;
        if (mandate.File is { } kept)
        {
            await RunAsync(
                transaction, KeepFile, new { sha, type = TypeOf(kept.Content), kept.Name, bytes = kept.Content.Length, kept.Content }, cancellationToken);
        }

        var given = await transaction.Connection!.QuerySingleOrDefaultAsync<MandateGiven>(new CommandDefinition(
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
            transaction, cancellationToken: cancellationToken)) ?? throw new MandateException(
                "no_such_account", "Không có gian hàng này của chủ thể, hoặc gian hàng đã đóng. Anh/chị xem lại danh sách gian hàng.",
                "There is no such open shop of this producer. Look at the list of shops; a shared shop needs its producer named.");
        if (given.Mandate is not null)
        {
            // What people wrote may name somebody, and the proof is never emptied: it stands with the mandate.
            var after = new { mandate.Account, mandate.ActBy, mandate.From, mandate.Until, mandate.TextVersion, sha };
            await AuditLog.WriteAsync(
                transaction, new(by, "mandate.give") { ProducerId = given.Producer, MandateId = given.Mandate, After = after }, cancellationToken);
            await RunAsync(transaction, Wake, new { }, cancellationToken);
        }

        return given;
    }

    /// <returns>Mandates withdrawn; 0: there was none in force or to come.</returns>
    public static async Task<int> WithdrawAsync(
        NpgsqlTransaction transaction, MandateWithdrawal withdrawal, Actor by, DateOnly today, CancellationToken cancellationToken)
    {
        var withdrawn = (await transaction.Connection!.QueryAsync<(long Id, long? Producer)>(new CommandDefinition(
            Withdraw, new { withdrawal.Account, withdrawal.Mandate, withdrawal.Producer, withdrawal.Reason, by = by.Shown, today }, transaction,
            cancellationToken: cancellationToken))).AsList();
        foreach (var (id, producer) in withdrawn)
        {
            await AuditLog.WriteAsync(
                transaction,
                new(by, "mandate.withdraw") { ProducerId = producer, MandateId = id, After = new { withdrawal.Account, on = today } },
                cancellationToken);
        }

        await RunAsync(transaction, Wake, new { }, cancellationToken);
        return withdrawn.Count;
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

    private static Task RunAsync(NpgsqlTransaction transaction, string sql, object parameters, CancellationToken cancellationToken) =>
        transaction.Connection!.ExecuteAsync(new CommandDefinition(sql, parameters, transaction, cancellationToken: cancellationToken));
}
