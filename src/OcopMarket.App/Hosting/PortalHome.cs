using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using OcopMarket.Core.Marketplaces;
using OcopMarket.Data.People;
using OcopMarket.Data.Reading;
using OcopMarket.Data.Subjects;
using OcopMarket.Data.Vault;
using OcopMarket.Web.Api;
using OcopMarket.Web.Hosting;
using OcopMarket.Web.People;
using OcopMarket.Web.Webhooks;

namespace OcopMarket.App.Hosting;

/// <summary>How the portal is reached, from the settings, and that nobody reaches it from elsewhere without TLS.</summary>
internal static class PortalHome
{
    /// <exception cref="StartException">The portal would be open without TLS, a setting is wrong, or the key of sign-in is not there.</exception>
    public static async Task AddAsync(IServiceCollection services, HostRequest request, CancellationToken cancellationToken)
    {
        services.AddSingleton(new PortalDatabase(request.Database.Web));
        services.AddSingleton(Clocks(Path.Combine(request.Home.ConfigFolder, "ocop", "data-subjects.json")));
        services.AddSingleton(OcopHost.Rules(request.Home));
        services.AddOcopWeb(Read(request.Configuration, request.Home, request.IsDemo));
        if (!request.Roles.HasFlag(Roles.Worker))
        {
            Worker.Schedule.AddOcopClock(services, request.Database.WebString);
        }

        try
        {
            services.AddSingleton(new RingKey(await RingKeyFile.OpenAsync(request.Home.RingKeyFile, request.Database.Web, cancellationToken)));
        }
        catch (VaultException e)
        {
            throw new StartException(e.Message);
        }
    }

    public static IPAddress Listen(IConfiguration settings) =>
        settings["Web:Listen"] is not { Length: > 0 } text ? IPAddress.Loopback
        : IPAddress.TryParse(text, out var address) ? address
        : throw new StartException("The setting Web:Listen must be an IP address such as 127.0.0.1 or 0.0.0.0; correct it in the settings file or in the environment (Web__Listen).");

    /// <summary>Where people find the pages.</summary>
    public static string Address(IConfiguration settings, int port) =>
        (PublicUrl(settings) ?? new UriBuilder(Uri.UriSchemeHttp, "localhost", port).Uri).ToString();

    /// <returns>Null: TLS ends elsewhere, or there is none.</returns>
    public static X509Certificate2? Certificate(IConfiguration settings)
    {
        if (settings["Web:CertificateFile"] is not { Length: > 0 } file)
        {
            return null;
        }

        try
        {
            return settings["Web:CertificateKeyFile"] is { Length: > 0 } key
                ? X509Certificate2.CreateFromPemFile(file, key)
                : X509CertificateLoader.LoadPkcs12FromFile(file, new Secret(settings["Web:CertificatePassword"] ?? "").Reveal());
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new StartException(
                $"The certificate {file} of Web:CertificateFile cannot be used ({e.Message.TrimEnd('.')}). Name a .pfx with its password, or a .pem with Web:CertificateKeyFile.");
        }
    }

    internal static PortalSettings Read(IConfiguration settings, AppHome home, bool isDemo)
    {
        var url = PublicUrl(settings);
        var proxies = Proxies(settings["Web:KnownProxies"]);
        RequireTls(url, IPAddress.IsLoopback(Listen(settings)), settings["Web:CertificateFile"] is { Length: > 0 } || proxies.Count > 0);
        var usual = new PortalSettings();
        return new()
        {
            PublicUrl = url is { IsLoopback: true } && isDemo ? null : url,
            KnownProxies = proxies,
            IsDemo = isDemo,
            MailFolder = isDemo ? home.MailFolder : null,
            Mail = settings.GetSection("Mail").Get<MailSettings>() ?? usual.Mail,
            Api = settings.GetSection("Api").Get<ApiSettings>() ?? usual.Api,
            Daily = settings.GetSection("Daily").Get<DaySettings>() ?? usual.Daily,
            Webhooks = settings.GetSection("Webhooks").Get<WebhookSettings>() ?? usual.Webhooks,
            SignIn = settings.GetSection("SignIn").Get<SignInSettings>() ?? usual.SignIn,
            OpenId = OpenIdHome.Read(settings),
            RequestsPerMinute = settings.GetValue("Web:RequestsPerMinute", usual.RequestsPerMinute),
        };
    }

    private static SubjectClocks Clocks(string file)
    {
        try
        {
            return SubjectClocks.Load(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new StartException($"{file} cannot be read ({e.Message.TrimEnd('.')}). It must hold the law's terms for requests about personal data.");
        }
    }

    /// <summary>An address of this machine alone, said so by hand, is for containers: they listen everywhere inside, and outside only what was
    /// published. No other name is answered then.</summary>
    private static void RequireTls(Uri? url, bool isLoopback, bool hasTls)
    {
        if (url is null ? isLoopback : url.IsLoopback && url.Scheme == Uri.UriSchemeHttp)
        {
            return;
        }

        if (url?.Scheme != Uri.UriSchemeHttps || !hasTls)
        {
            throw new StartException(
                "The pages would be open to other machines without TLS, and passwords with them. Set Web:PublicUrl to an https address, and name a certificate in Web:CertificateFile or the reverse proxy in Web:KnownProxies.");
        }
    }

    /// <summary>Passkeys know this machine as localhost, not by its number.</summary>
    private static Uri? PublicUrl(IConfiguration settings) =>
        settings["Web:PublicUrl"] is not { Length: > 0 } text ? null
        : new Uri(text) is { IsLoopback: true } own ? new UriBuilder(own) { Host = "localhost" }.Uri
        : new(text);

    private static List<IPNetwork> Proxies(string? text)
    {
        var proxies = new List<IPNetwork>();
        foreach (var word in (text ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (IPAddress.TryParse(word, out var address))
            {
                proxies.Add(new(address, address.GetAddressBytes().Length * 8));
            }
            else if (IPNetwork.TryParse(word, out var network))
            {
                proxies.Add(network);
            }
            else
            {
                throw new StartException(
                    "The setting Web:KnownProxies must be IP addresses or networks such as 10.0.0.2 or 172.18.0.0/16, with commas; correct it in the settings file or in the environment (Web__KnownProxies).");
            }
        }

        return proxies;
    }
}
