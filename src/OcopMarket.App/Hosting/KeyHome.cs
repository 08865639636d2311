using Npgsql;
using OcopMarket.Data.Audit;
using OcopMarket.Data.Vault;

namespace OcopMarket.App.Hosting;

/// <summary>Where the key-encryption key lies: in the key file of the data folder, or in HashiCorp Vault when <c>Vault:Address</c> is set.</summary>
internal static class KeyHome
{
    private static readonly HttpMessageInvoker _http = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        ConnectTimeout = TimeSpan.FromSeconds(5),
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
    });

    /// <exception cref="StartException">Settings are missing.</exception>
    public static KeyWrappers Of(IConfiguration settings, AppHome home)
    {
        var file = new FileKeyWrapper(new KeyFile(home.KeyFile, "the stored logins"));
        if (settings["Vault:Address"] is not { Length: > 0 } text)
        {
            return new(file);
        }

        var address = new Uri(text.TrimEnd('/') + "/");
        if (address.Scheme != Uri.UriSchemeHttps && !address.IsLoopback)
        {
            throw new StartException("The setting Vault:Address must begin with https:// unless Vault runs on this machine: keys travel there.");
        }

        return settings["Vault:TokenFile"] is { Length: > 0 } token
            ? new(file, new TransitKeyWrapper(
                new(address, token, Word(settings, "Mount", "transit"), Word(settings, "Key", "ocopmarket")), _http))
            : throw new StartException("Vault:Address is set, and Vault:TokenFile is not; name the file there that holds Vault's token.");
    }

    /// <summary>Before anything is started with them.</summary>
    /// <exception cref="VaultException">See <see cref="CredentialVault.RequireKeyAsync"/>.</exception>
    public static async Task RequireAsync(NpgsqlDataSource database, KeyWrappers wrappers, CancellationToken cancellationToken)
    {
        using var keys = new DataKeys(database, wrappers, TimeProvider.System);
        await new CredentialVault(database, keys, wrappers).RequireKeyAsync(cancellationToken);
    }

    /// <summary>The audit's own key. Only who runs a worker needs it.</summary>
    public static AuditChain Audit(AppHome home) => new(new KeyFile(home.AuditKeyFile, "the audit"));

    private static string Word(IConfiguration settings, string name, string otherwise) =>
        settings[$"Vault:{name}"] is { Length: > 0 } word ? word : otherwise;
}
