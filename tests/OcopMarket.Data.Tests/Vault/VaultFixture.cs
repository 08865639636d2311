using OcopMarket.Core.Marketplaces;
using OcopMarket.Data.Sellers;
using OcopMarket.Data.Vault;
using OcopMarket.Testing;

namespace OcopMarket.Data.Tests.Vault;

/// <summary>A database with logins, and as many programs on it as a test wants, each with its own memory.</summary>
public sealed class VaultFixture : PostgresFixture
{
    /// <summary>As the version before wrote a login: one key, bound to platform, login and field.</summary>
    private const string SaveFormer = """
        INSERT INTO credential (marketplace, scope, login, parameters, key_version, sealed_password, sealed_access, access_expires_at)
        VALUES ('postmart', 'partner', @login, '{}', 1, @password, @access, now() + interval '1 day') RETURNING id
        """;

    private int _logins;

    public string Folder { get; } = Directory.CreateTempSubdirectory("ocop-vault-").FullName;

    public string KeyPath { get; private set; } = "";

    public override async Task DisposeAsync()
    {
        Directory.Delete(Folder, recursive: true);
        await base.DisposeAsync();
    }

    /// <summary>An empty database and a new key file.</summary>
    public async Task BeginAsync()
    {
        await ExecuteAsync("TRUNCATE credential, vault_key RESTART IDENTITY CASCADE");
        KeyPath = Path.Combine(Folder, $"{Guid.NewGuid():n}", "vault.key");
        new KeyFile(KeyPath, "the stored logins").Ensure(mayCreate: true);
    }

    internal VaultProgram Start(IKeyWrapper? wrapper = null, TimeSpan? stay = null, TimeProvider? time = null)
    {
        var wrappers = new KeyWrappers(new FileKeyWrapper(new KeyFile(KeyPath, "the stored logins")), wrapper);
        var keys = new DataKeys(DataSource, wrappers, time ?? TimeProvider.System, stay);
        var vault = new CredentialVault(DataSource, keys, wrappers);
        return new(wrappers, keys, vault, new CredentialStore(DataSource, vault), new VaultRotation(DataSource, keys, wrappers, vault, batch: 3));
    }

    public async Task<long> SaveFormerAsync(string password, string access)
    {
        var login = $"former-{++_logins}";
        var key = new KeyFile(KeyPath, "the stored logins").Read()[1];
        byte[] Seal(string text, string field) => Aead.Seal(key, System.Text.Encoding.UTF8.GetBytes(text), $"postmart/{login}/{field}");
        return await ScalarAsync<long>(SaveFormer, new { login, password = Seal(password, "password"), access = Seal(access, "access") });
    }
}

internal sealed record VaultProgram(KeyWrappers Wrappers, DataKeys Keys, CredentialVault Vault, CredentialStore Store, VaultRotation Rotation) : IDisposable
{
    public Task<long> SaveAsync(string login, string password, string token) => Store.SaveAsync(
        new("postmart"), CredentialScope.PartnerLogin, new(login, new(password), new Dictionary<string, string>()), keepPassword: true,
        Tokens(token), new("test", "test"), CancellationToken.None);

    public async Task RenewAsync(long id, string token) =>
        await Store.RenewAsync(await Store.GetAsync(id, CancellationToken.None), Tokens(token), CancellationToken.None);

    /// <returns>Password and token.</returns>
    public async Task<(string?, string)> ReadAsync(long id)
    {
        var row = await Store.GetAsync(id, CancellationToken.None);
        return ((await Store.OpenLoginAsync(row, CancellationToken.None))?.Password.Reveal(), (await Store.OpenAccessAsync(row, CancellationToken.None)).Reveal());
    }

    public Task<VaultRotated> RotateAsync(bool data = true) => Rotation.RunAsync(data, new("test", "test"), CancellationToken.None);

    public void Dispose() => Keys.Dispose();

    private static SellerTokens Tokens(string token) => new(new(token), null, DateTimeOffset.UnixEpoch.AddYears(80));
}
