using Dapper;
using OcopMarket.Core.People;
using OcopMarket.Data.People;
using OcopMarket.Data.Sellers;

namespace OcopMarket.Data.Reading;

/// <summary>A mandate as the page of its shop shows it.</summary>
public sealed record ShopMandate : MandateFacts
{
    public long? ProducerId { get; init; }
    public bool HasFile { get; init; }
    public bool IsOpen => Standing is "valid" or "coming";
}

public sealed record MandateShop
{
    public long Id { get; init; }
    public string Marketplace { get; init; } = "";
    public string ShopName { get; init; } = "";
    public string State { get; init; } = "";

    /// <summary>Null: it serves several.</summary>
    public long? ProducerId { get; init; }
    public string? Producer { get; init; }

    /// <summary>The producer of a business that asks; null: staff.</summary>
    public long? Asking { get; init; }
    public IReadOnlyList<ShopMandate> Mandates { get; init; } = [];
}

public sealed record MandatePaper(string ContentType, byte[] Content);

/// <summary>Mandates as the portal reads and writes them. What they mean for listings the workers see to.</summary>
public sealed class MandatePortal(ReadingDatabase database, WritingDatabase writing)
{
    private const string One = $"""
        SELECT a.id, a.marketplace, a.shop_name, a.state, a.producer_id, pr.name AS producer, @own::bigint AS asking
        FROM seller_account a LEFT JOIN producer pr ON pr.id = a.producer_id WHERE a.id = @id AND {AccountQueries.Own};
        SELECT {MandateSql.Facts}, m.producer_id, m.evidence_sha256 IS NOT NULL AS has_file
        FROM mandate m JOIN seller_account a ON a.id = m.account_id LEFT JOIN producer p ON p.id = m.producer_id
        WHERE m.account_id = @id AND (@own::bigint IS NULL OR m.producer_id = @own) AND {AccountQueries.Own}
        ORDER BY m.revoked_on IS NOT NULL, m.given_on DESC, m.id DESC LIMIT 200;
        """;

    private const string Paper = """
        SELECT e.content_type, e.content FROM mandate m JOIN mandate_evidence e ON e.sha256 = m.evidence_sha256
        WHERE m.id = @mandate AND m.account_id = @account AND (@own::bigint IS NULL OR m.producer_id = @own)
        """;

    /// <returns>Null: there is no such shop for whoever asks.</returns>
    public Task<MandateShop?> FindAsync(long id, DateOnly today, CancellationToken cancellationToken) => database.ReadAsync(
        One,
        new { id, today },
        async grid =>
        {
            var shop = await grid.ReadSingleOrDefaultAsync<MandateShop>();
            var mandates = (await grid.ReadAsync<ShopMandate>()).AsList();
            return shop is null ? null : shop with { Mandates = mandates };
        },
        cancellationToken);

    /// <returns>Null: there is no such mandate for whoever asks, or it has no file.</returns>
    public Task<MandatePaper?> PaperAsync(long account, long mandate, CancellationToken cancellationToken) =>
        database.FirstAsync<MandatePaper>(Paper, new { account, mandate }, cancellationToken);

    /// <param name="files">How many files whoever gives it may hand in today.</param>
    /// <exception cref="MandateException">Refused; nothing was stored.</exception>
    public async Task<MandateGiven> GiveAsync(NewMandate mandate, DayLimit files, Actor by, DateOnly today, CancellationToken cancellationToken)
    {
        try
        {
            return await writing.WriteAsync(
                async transaction =>
                {
                    MandateDecisions.Check(mandate); // what is no paper at all is not counted, and what is too much is not stored first
                    if (mandate.File is { } file)
                    {
                        await DayUse.TakeAsync(transaction, files, file.Content.Length, today, cancellationToken);
                    }

                    return await MandateDecisions.GiveAsync(transaction, mandate, by, cancellationToken);
                },
                cancellationToken);
        }
        catch (DayLimitException)
        {
            throw new MandateException(
                "files_per_day", "Hôm nay đã gửi đủ số tệp hoặc dung lượng cho phép, nên chưa ghi gì. Anh/chị gửi lại từ ngày mai, hoặc ghi ủy quyền mà không đính kèm tệp.",
                "Today's number or size of files is used up, so nothing was stored. Send it again from tomorrow, or record the mandate without the file.");
        }
    }

    /// <returns>Whether it was there to be withdrawn.</returns>
    public async Task<bool> WithdrawAsync(MandateWithdrawal withdrawal, Actor by, DateOnly today, CancellationToken cancellationToken) =>
        await writing.WriteAsync(t => MandateDecisions.WithdrawAsync(t, withdrawal, by, today, cancellationToken), cancellationToken) > 0;
}
