using System.Globalization;
using Microsoft.AspNetCore.Http;
using OcopMarket.Core.Catalog;
using OcopMarket.Core.Sellers;
using OcopMarket.Data.Reading;
using OcopMarket.Data.Sellers;
using OcopMarket.Web.Hosting;
using OcopMarket.Web.Parts;

namespace OcopMarket.Web.Mandates;

/// <summary>What the form for a mandate holds, as it was sent.</summary>
/// <param name="Agree">Version of the text whose box was ticked; null: it was not.</param>
internal sealed record MandateForm(string? Agree, string? Producer, string? From, string? Until, string? Number)
{
    public IFormFile? File { get; init; }
}

/// <param name="Key">Of the words; null: <paramref name="Refusal"/> says it.</param>
internal sealed record MandateAnswer(bool Done, string? Key, MandateException? Refusal = null);

/// <summary>Takes what people send on a shop's page of mandates. Each mandate is for one marketplace and its own text, ticked by hand.</summary>
internal sealed class MandateDesk(MandatePortal portal, ConsentTexts texts, DayLimits limits, Doer doer, TimeProvider time)
{
    /// <summary>How the evidence of a consent begins that was ticked here; no paper belongs to it.</summary>
    public const string InPortal = "portal, ";
    private const string Operator = "operator";
    private const int LongestName = 120;

    private DateOnly Today => VietnamDay.Of(time.GetUtcNow());

    public ConsentText? TextFor(MandateShop shop) => texts.Find(shop.Marketplace);

    public async Task<MandateAnswer> GiveAsync(MandateShop shop, MandateForm form, CancellationToken cancellationToken)
    {
        if (Judge(shop, form) is { } wrong)
        {
            return new(false, $"mandate.bad.{wrong}");
        }

        var (by, version) = (doer.Now, TextFor(shop)!.Version);
        var isOwn = shop.Asking is not null;
        try
        {
            var given = await portal.GiveAsync(
                new(shop.Id, ProducerOf(shop, form), Operator, Day(form.From)!.Value, Day(form.Until), version,
                    isOwn ? $"{InPortal}{by.Name}, text {version}" : Query.Text(form.Number)!, by.Shown)
                {
                    File = form.File is { } file ? await ReadAsync(file, cancellationToken) : null,
                },
                limits.Files, by, Today, cancellationToken);
            return new(true, given.Mandate is null ? "mandate.done.same" : "mandate.done.give");
        }
        catch (MandateException e)
        {
            return new(false, null, e);
        }
    }

    public async Task<MandateAnswer> WithdrawAsync(MandateShop shop, string? mandate, string? reason, CancellationToken cancellationToken)
    {
        if (Query.Text(reason) is not { Length: >= 10 and <= 500 } why)
        {
            return new(false, "mandate.bad.reason");
        }

        return Query.Id(mandate) is { } id
            && await portal.WithdrawAsync(new(shop.Id, id, shop.Asking, why), doer.Now, Today, cancellationToken)
            ? new(true, "mandate.done.withdraw")
            : new(false, "mandate.bad.gone");
    }

    /// <returns>What is wrong; null: nothing.</returns>
    private string? Judge(MandateShop shop, MandateForm form)
    {
        if (TextFor(shop) is not { } text || string.IsNullOrEmpty(form.Agree))
        {
            return "agree";
        }

        if (form.Agree != text.Version)
        {
            return "version";
        }

        if (Day(form.From) is not { } from || from > Today.AddYears(1) || from.Year < 2018
            || (!string.IsNullOrWhiteSpace(form.Until) && (Day(form.Until) is not { } until || until < Today || until < from)))
        {
            return "days";
        }

        if (shop.Asking is not null)
        {
            return from < Today ? "own_day" : null;
        }

        return Query.Text(form.Number) is not { Length: >= 3 and <= 100 } number || number.StartsWith(InPortal, StringComparison.OrdinalIgnoreCase) ? "number"
            : ProducerOf(shop, form) is null ? "producer" : null;
    }

    /// <summary>Of a shared shop only who let it act before.</summary>
    private static long? ProducerOf(MandateShop shop, MandateForm form) => shop.Asking ?? shop.ProducerId
        ?? (Query.Id(form.Producer) is { } chosen && shop.Mandates.Any(m => m.ProducerId == chosen) ? chosen : null);

    /// <summary>One that is too long is refused before it is read.</summary>
    private static async Task<EvidenceFile?> ReadAsync(IFormFile file, CancellationToken cancellationToken)
    {
        if (file.Length == 0 && file.FileName.Length == 0)
        {
            return null;
        }

        var name = Query.Text(Path.GetFileName(file.FileName)) ?? "";
        if (file.Length is 0 or > MandateDecisions.MostBytes)
        {
            return new(name, []);
        }

        using var content = new MemoryStream((int)file.Length);
        await file.CopyToAsync(content, cancellationToken);
        return new(name.Length > LongestName ? name[^LongestName..] : name, content.ToArray());
    }

    private static DateOnly? Day(string? text) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;
}
