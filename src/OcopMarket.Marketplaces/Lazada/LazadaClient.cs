using System.Globalization;
using System.Text.Json;
using OcopMarket.Core.Marketplaces;
using OcopMarket.Marketplaces.Http;
using RestSharp;

namespace OcopMarket.Marketplaces.Lazada;

/// <summary>One signed call, read as far as the envelope: its code decides, whatever the HTTP status is. What is written travels in the body, tokens
/// with it; a read has everything in its address.</summary>
internal sealed class LazadaClient(PlatformHttp<LazadaOptions> http, TimeProvider time)
{
    /// <summary>The platform bans a caller for one second and names no longer time.</summary>
    private static readonly TimeSpan _ban = TimeSpan.FromSeconds(1);

    public LazadaOptions Options => http.Options;

    /// <summary>A call that gives something away once: an answer that cannot be read may hide it.</summary>
    /// <exception cref="MarketplaceException">Every failure; <see cref="FailureKind.Ambiguous"/> where something may have been given.</exception>
    public async Task<LazadaTokens> TokensAsync(string path, string name, Secret given, SellerLogin app, CancellationToken cancellationToken)
    {
        Secret[] secrets = [app.Password, given];
        try
        {
            var request = Form(path, Signed(path, app, null, [(name, given.Reveal())]));
            return Accepted(await SendAsync<LazadaTokens>(request, secrets, cancellationToken, Options.TokensAt), secrets);
        }
        catch (FateUnknownException e)
        {
            throw new MarketplaceException(http.Key, FailureKind.Ambiguous, e.Code, Details.Of(e.Detail, secrets), inner: e);
        }
    }

    /// <summary>A call that changes nothing: an unknown fate is only a reason to try again.</summary>
    /// <param name="app">Null: as it comes with the session.</param>
    /// <exception cref="MarketplaceException">Every failure, refusals too.</exception>
    public async Task<JsonElement> ReadAsync(
        SellerSession shop, string path, IReadOnlyList<(string Name, string Value)> given, CancellationToken cancellationToken, SellerLogin? app = null)
    {
        var request = new RestRequest(Rest(path));
        foreach (var (name, value) in Signed(path, app ?? App(shop), shop, given))
        {
            request.AddQueryParameter(name, value);
        }

        return (await SafeAsync(request, SecretsOf(shop, app), cancellationToken)).Data
            ?? throw new MarketplaceException(http.Key, FailureKind.Transient, "unreadable", "The answer has no data.");
    }

    /// <summary>A picture: its bytes are not signed. Sent twice it is only there twice.</summary>
    public async Task<JsonElement?> UploadAsync(SellerSession shop, MediaFile file, CancellationToken cancellationToken)
    {
        const string Path = "/image/upload";
        var request = new RestRequest(Rest(Path), Method.Post) { AlwaysMultipartFormData = true };
        foreach (var (name, value) in Signed(Path, App(shop), shop, []))
        {
            request.AddQueryParameter(name, value);
        }

        request.AddFile("image", file.Bytes.ToArray(), file.FileName, file.ContentType);
        return (await SafeAsync(request, SecretsOf(shop), cancellationToken)).Data;
    }

    /// <summary>A call that may change a product. The envelope also of a refusal of the product; leaves <see cref="MarketplaceException"/> where the whole
    /// call was refused, and <see cref="FateUnknownException"/> when a write may hide behind the answer.</summary>
    public async Task<LazadaAnswer> WriteAsync(SellerSession shop, string path, string name, string document, CancellationToken cancellationToken)
    {
        var secrets = SecretsOf(shop);
        var (read, answer) = await SendAsync<LazadaAnswer>(Form(path, Signed(path, App(shop), shop, [(name, document)])), secrets, cancellationToken);
        return read.Code is not "0" && (KindOf(read) != FailureKind.Rejected || LazadaErrors.IsOfShop(read.Code!)) ? throw Refused(read, answer, secrets) : read;
    }

    public static Secret[] SecretsOf(SellerSession shop, SellerLogin? app = null) => [shop.AccessToken, (app ?? shop.Application)?.Password ?? default];

    /// <summary>The platform's words, with the causes that stand in <c>detail</c>.</summary>
    public static string Words(LazadaAnswer read) => string.Join(
        ". ", new[] { read.Message }.Concat(Causes(read).Select(c => string.Join(": ", new[] { c.Field, c.Text }.Where(t => t.Length > 0)))).Where(t => !string.IsNullOrEmpty(t)));

    /// <summary>The shape of <c>detail</c> is not documented: an object, a list of them or a text is taken as it comes.</summary>
    public static IReadOnlyList<(string Field, string Text)> Causes(LazadaAnswer read) => read.Detail switch
    {
        { ValueKind: JsonValueKind.Array } list => [.. list.EnumerateArray().Select(Cause)],
        { ValueKind: JsonValueKind.Object or JsonValueKind.String } one => [Cause(one)],
        _ => [],
    };

    /// <summary>Whose key signs.</summary>
    private SellerLogin App(SellerSession shop) => shop.Application is { Password.IsEmpty: false } app ? app : throw new MarketplaceException(
        http.Key, FailureKind.Misconfigured, "partner_missing", "The operator's own login with this platform is not in the vault.");

    private List<(string Name, string Value)> Signed(string path, SellerLogin app, SellerSession? shop, IReadOnlyList<(string Name, string Value)> given)
    {
        List<(string Name, string Value)> all =
        [
            ("app_key", app.User),
            ("timestamp", time.GetUtcNow().ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture)),
            ("sign_method", "sha256"),
            ("partner_id", Options.PartnerTag ?? ""),
            ("access_token", shop?.AccessToken.Reveal() ?? ""),
            .. given,
        ];
        all.RemoveAll(p => p.Value.Length == 0);
        all.Add(("sign", LazadaSign.Of(app.Password, path, all)));
        return all;
    }

    private static RestRequest Form(string path, IEnumerable<(string Name, string Value)> fields) => new RestRequest(Rest(path), Method.Post).AddStringBody(
        string.Join('&', fields.Select(f => $"{Uri.EscapeDataString(f.Name)}={Uri.EscapeDataString(f.Value)}")), ContentType.FormUrlEncoded);

    private static string Rest(string path) => $"/rest{path}";

    private async Task<LazadaAnswer> SafeAsync(RestRequest request, Secret[] secrets, CancellationToken cancellationToken)
    {
        try
        {
            return Accepted(await SendAsync<LazadaAnswer>(request, secrets, cancellationToken), secrets);
        }
        catch (FateUnknownException e)
        {
            throw new MarketplaceException(http.Key, FailureKind.Transient, e.Code, Details.Of(e.Detail, secrets), inner: e);
        }
    }

    private TAnswer Accepted<TAnswer>((TAnswer Read, HttpAnswer Answer) answer, Secret[] secrets)
        where TAnswer : LazadaAnswer => answer.Read.Code == "0" ? answer.Read : throw Refused(answer.Read, answer.Answer, secrets);

    /// <exception cref="FateUnknownException">Nothing can be told from the answer, or it says itself that the platform is in trouble.</exception>
    private async Task<(TAnswer Read, HttpAnswer Answer)> SendAsync<TAnswer>(
        RestRequest request, Secret[] secrets, CancellationToken cancellationToken, Uri? at = null)
        where TAnswer : LazadaAnswer
    {
        var answer = await http.SendAsync(request, cancellationToken, at);
        var read = PlatformJson.Read<TAnswer>(answer.Body, LazadaJson.Options);
        return read switch
        {
            { Code: "0" } when answer.Status == 200 => (read, answer),
            { Code: { Length: > 0 } code } when code != "0" => KindOf(read) == FailureKind.Ambiguous
                ? throw new FateUnknownException(Details.Of(code, secrets), Details.Of(Words(read), secrets))
                : (read, answer),
            _ when answer.Status == 429 => throw new MarketplaceException(http.Key, FailureKind.RateLimited, "HTTP 429", "Too many calls.", answer.RetryAfter),
            _ => throw new FateUnknownException($"HTTP {answer.Status}", "An answer without a readable envelope."),
        };
    }

    private static FailureKind KindOf(LazadaAnswer read) => LazadaErrors.KindOf(read.Code ?? "", read.Type, read.Message);

    private MarketplaceException Refused(LazadaAnswer read, HttpAnswer answer, Secret[] secrets) => new(
        http.Key, KindOf(read), Details.Of(read.Code, secrets), Details.Of(Words(read), secrets),
        answer.RetryAfter ?? (KindOf(read) == FailureKind.RateLimited ? _ban : null));

    private static (string Field, string Text) Cause(JsonElement cause) => cause.ValueKind == JsonValueKind.String
        ? ("", StorableText.Of(cause.GetString()) ?? "")
        : (LazadaJson.Text(cause, "field") ?? "", LazadaJson.Text(cause, "message") ?? LazadaJson.Text(cause, "msg") ?? "");
}
