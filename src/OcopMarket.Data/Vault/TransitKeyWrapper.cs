using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;

namespace OcopMarket.Data.Vault;

/// <summary>Section <c>Vault</c>.</summary>
/// <param name="Address">https unless on this machine.</param>
/// <param name="TokenFile">Read anew for every call: an agent may renew it.</param>
/// <param name="Mount">Path of the transit engine.</param>
/// <param name="Key">Name of the key there, of type aes256-gcm96.</param>
public sealed record TransitOptions(Uri Address, string TokenFile, string Mount, string Key);

/// <summary>The key-encryption key in HashiCorp Vault's transit engine: it never leaves that server. The token needs update on
/// <c>encrypt/KEY</c> and <c>decrypt/KEY</c>, and for a rotation read on <c>keys/KEY</c> and update on <c>keys/KEY/rotate</c> and
/// <c>keys/KEY/config</c>. Source: developer.hashicorp.com, API of the transit secrets engine.</summary>
public sealed class TransitKeyWrapper(TransitOptions options, HttpMessageInvoker http) : IKeyWrapper
{
    public const string WrapperName = "transit";
    private const int MostBytes = 64 << 10;
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(15);

    public string Name => WrapperName;

    public async Task<int> LatestAsync(CancellationToken cancellationToken) =>
        (int?)(await CallAsync(HttpMethod.Get, $"keys/{options.Key}", null, cancellationToken))["latest_version"] ?? throw Unreadable();

    public async Task<WrappedKey> WrapAsync(byte[] key, string boundTo, CancellationToken cancellationToken)
    {
        var body = new JsonObject { ["plaintext"] = Convert.ToBase64String(key), ["associated_data"] = Bound(boundTo) };
        var text = (string?)(await CallAsync(HttpMethod.Post, $"encrypt/{options.Key}", body, cancellationToken))["ciphertext"] ?? throw Unreadable();
        var parts = text.Split(':');
        return parts is ["vault", ['v', .. var number], _] && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var version)
            ? new(Name, version, Encoding.ASCII.GetBytes(text))
            : throw Unreadable();
    }

    public async Task<byte[]> UnwrapAsync(WrappedKey wrapped, string boundTo, CancellationToken cancellationToken)
    {
        var body = new JsonObject { ["ciphertext"] = Encoding.ASCII.GetString(wrapped.Bytes), ["associated_data"] = Bound(boundTo) };
        var data = await CallAsync(HttpMethod.Post, $"decrypt/{options.Key}", body, cancellationToken);
        var key = new byte[Aead.KeyBytes];
        return Convert.TryFromBase64String((string?)data["plaintext"] ?? "", key, out var length) && length == key.Length ? key : throw Unreadable();
    }

    public Task RotateAsync(CancellationToken cancellationToken) =>
        CallAsync(HttpMethod.Post, $"keys/{options.Key}/rotate", [], cancellationToken);

    public async Task RetireAsync(bool keepFirst, CancellationToken cancellationToken) => await CallAsync(
        HttpMethod.Post, $"keys/{options.Key}/config", new() { ["min_decryption_version"] = await LatestAsync(cancellationToken) }, cancellationToken);

    private static string Bound(string boundTo) => Convert.ToBase64String(Encoding.UTF8.GetBytes(boundTo));

    /// <returns>What the answer has under <c>data</c>; empty when it has no body.</returns>
    private async Task<JsonObject> CallAsync(HttpMethod method, string path, JsonObject? body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, new Uri(options.Address, $"/v1/{options.Mount}/{path}"));
        request.Headers.Add("X-Vault-Token", await TokenAsync(cancellationToken));
        request.Headers.Add("X-Vault-Request", "true");
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        request.Content = body is null ? null : JsonContent.Create(body);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(_patience);
        try
        {
            using var answer = await http.SendAsync(request, patience.Token);
            await answer.Content.LoadIntoBufferAsync(MostBytes, patience.Token);
            var text = await answer.Content.ReadAsStringAsync(patience.Token);
            return answer.IsSuccessStatusCode ? Data(text) : throw Refused(answer.StatusCode, text);
        }
        catch (HttpRequestException e)
        {
            throw new VaultException($"Vault at {options.Address} cannot be reached ({e.Message.TrimEnd('.')}). Check Vault:Address and that it runs.", e);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new VaultException($"Vault at {options.Address} does not answer. Check Vault:Address and that it runs.", e);
        }
    }

    private async Task<string> TokenAsync(CancellationToken cancellationToken)
    {
        try
        {
            var token = (await File.ReadAllTextAsync(options.TokenFile, cancellationToken)).Trim();
            return token.Length > 0 && token.All(c => c is > ' ' and < (char)127)
                ? token
                : throw new VaultException($"The file {options.TokenFile} named by Vault:TokenFile holds no token. Put Vault's token there.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new VaultException($"The file {options.TokenFile} named by Vault:TokenFile cannot be read. Put Vault's token there or correct the setting.", e);
        }
    }

    private JsonObject Data(string text)
    {
        try
        {
            return text.Length == 0 ? [] : JsonNode.Parse(text)?["data"] as JsonObject ?? [];
        }
        catch (System.Text.Json.JsonException)
        {
            throw Unreadable();
        }
    }

    /// <summary>Its own words are matched where the status alone does not tell; they name no secret.</summary>
    private VaultException Refused(HttpStatusCode status, string text) => status switch
    {
        HttpStatusCode.Forbidden => new(
            $"Vault at {options.Address} does not allow this with the token of {options.TokenFile}. Give the token's policy the paths of {options.Mount}/ that the README names."),
        HttpStatusCode.NotFound => NoKey(),
        HttpStatusCode.BadRequest when text.Contains("key not found", StringComparison.Ordinal) => NoKey(),

        HttpStatusCode.ServiceUnavailable => new($"Vault at {options.Address} is sealed or starting. Unseal it; nothing is lost meanwhile."),
        HttpStatusCode.BadRequest when text.Contains("too old", StringComparison.Ordinal) => new RetiredKeyException(
            $"Vault at {options.Address} no longer opens with the version of the key {options.Key} that this database is sealed with. Use the database that belongs to it, or lower its min_decryption_version."),
        HttpStatusCode.BadRequest => new(
            $"Vault at {options.Address} cannot open what this database is sealed with: its key {options.Key} is another one. Correct Vault:Address, Vault:Mount and Vault:Key."),
        _ => new(string.Create(CultureInfo.InvariantCulture, $"Vault at {options.Address} answered {(int)status}. Look at its log, then try again.")),
    };

    private VaultException NoKey() =>
        new($"Vault at {options.Address} has no key {options.Key} under {options.Mount}/. Make it there (type aes256-gcm96) or correct Vault:Key and Vault:Mount.");

    private VaultException Unreadable() =>
        new($"What answers at {options.Address} does not answer as Vault's transit engine does. Correct Vault:Address and Vault:Mount.");
}
