using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace OcopMarket.Testing.Vault;

/// <summary>HashiCorp Vault's transit engine as its API documents it, as far as wrapping keys goes, over real HTTP: token, sealed server, key
/// versions, associated data, least version that still decrypts, and its words for what it refuses.</summary>
public sealed class TransitServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, TransitKey> _keys = [];

    private TransitServer(WebApplication app) => _app = app;

    public Uri Address => new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
    public string Token { get; } = $"hvs.{RandomNumberGenerator.GetHexString(48, lowercase: true)}";
    public bool IsSealed { get; set; }
    public int Calls { get; private set; }

    public static async Task<TransitServer> StartAsync(params string[] keys)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var server = new TransitServer(app);
        foreach (var key in keys)
        {
            server._keys.Add(key, new());
        }

        app.Run(server.AnswerAsync);
        await app.StartAsync();
        return server;
    }

    /// <summary>The key is another one with the same name, as on a server that was set up anew.</summary>
    public void Replace(string key)
    {
        lock (_lock)
        {
            _keys[key] = new();
        }
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        var body = context.Request.Method == "POST" ? await JsonNode.ParseAsync(context.Request.Body) as JsonObject ?? [] : [];
        var (status, answer) = Answer(context, body);
        context.Response.StatusCode = status;
        if (answer is not null)
        {
            await context.Response.WriteAsJsonAsync(answer);
        }
    }

    private (int Status, JsonObject? Answer) Answer(HttpContext context, JsonObject body)
    {
        lock (_lock)
        {
            Calls++;
            if (IsSealed)
            {
                return Refused(503, "Vault is sealed");
            }

            if (context.Request.Headers["X-Vault-Token"] != Token)
            {
                return Refused(403, "permission denied");
            }

            var path = context.Request.Path.Value!.Split('/');
            if (path is not ["", "v1", "transit", var verb, var name, .. var rest])
            {
                return Refused(404, "no handler for route");
            }

            if (!_keys.TryGetValue(name, out var key))
            {
                return verb == "keys" ? (404, new() { ["errors"] = new JsonArray() }) : Refused(400, "encryption key not found");
            }

            return (context.Request.Method, verb, rest) switch
            {
                ("GET", "keys", []) => Data(new() { ["name"] = name, ["type"] = "aes256-gcm96", ["latest_version"] = key.Latest, ["min_decryption_version"] = key.Least }),
                ("POST", "keys", ["rotate"]) => key.Rotate(),
                ("POST", "keys", ["config"]) => key.Configure((int)body["min_decryption_version"]!),
                ("POST", "encrypt", []) => key.Encrypt(body),
                ("POST", "decrypt", []) => key.Decrypt(body),
                _ => Refused(405, "unsupported operation"),
            };
        }
    }

    private static (int, JsonObject?) Data(JsonObject data) => (200, new()
    {
        ["request_id"] = Guid.NewGuid().ToString(),
        ["lease_id"] = "",
        ["renewable"] = false,
        ["lease_duration"] = 0,
        ["data"] = data,
        ["wrap_info"] = null,
        ["warnings"] = null,
        ["auth"] = null,
    });

    private static (int, JsonObject?) Refused(int status, string error) => (status, new() { ["errors"] = new JsonArray(error) });

    private sealed class TransitKey
    {
        private readonly List<byte[]> _versions = [RandomNumberGenerator.GetBytes(32)];

        public int Latest => _versions.Count;
        public int Least { get; private set; } = 1;

        public (int, JsonObject?) Rotate()
        {
            _versions.Add(RandomNumberGenerator.GetBytes(32));
            return (204, null);
        }

        public (int, JsonObject?) Configure(int least)
        {
            if (least > Latest)
            {
                return Refused(400, "cannot set min decryption version of greater than the latest");
            }

            Least = least;
            return (204, null);
        }

        public (int, JsonObject?) Encrypt(JsonObject body)
        {
            var plain = Convert.FromBase64String((string)body["plaintext"]!);
            var bytes = new byte[12 + plain.Length + 16];
            RandomNumberGenerator.Fill(bytes.AsSpan(0, 12));
            using var cipher = new AesGcm(_versions[^1], 16);
            cipher.Encrypt(bytes.AsSpan(0, 12), plain, bytes.AsSpan(12, plain.Length), bytes.AsSpan(12 + plain.Length), Associated(body));
            return Data(new() { ["ciphertext"] = $"vault:v{Latest}:{Convert.ToBase64String(bytes)}", ["key_version"] = Latest });
        }

        public (int, JsonObject?) Decrypt(JsonObject body)
        {
            if (((string)body["ciphertext"]!).Split(':') is not ["vault", ['v', .. var number], var text])
            {
                return Refused(400, "invalid ciphertext: no prefix");
            }

            var version = int.Parse(number, CultureInfo.InvariantCulture);
            if (version < Least)
            {
                return Refused(400, "ciphertext or signature version is disallowed by policy (too old)");
            }

            if (version > Latest)
            {
                return Refused(400, "invalid ciphertext: version is too new");
            }

            var bytes = Convert.FromBase64String(text);
            var plain = new byte[bytes.Length - 28];
            using var cipher = new AesGcm(_versions[version - 1], 16);
            try
            {
                cipher.Decrypt(bytes.AsSpan(0, 12), bytes.AsSpan(12, plain.Length), bytes.AsSpan(12 + plain.Length), plain, Associated(body));
            }
            catch (CryptographicException)
            {
                return Refused(400, "cipher: message authentication failed");
            }

            return Data(new() { ["plaintext"] = Convert.ToBase64String(plain) });
        }

        private static byte[] Associated(JsonObject body) => Convert.FromBase64String((string?)body["associated_data"] ?? "");
    }
}
