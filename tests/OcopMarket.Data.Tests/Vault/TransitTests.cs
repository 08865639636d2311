using OcopMarket.Data.Vault;
using OcopMarket.Testing.Vault;

namespace OcopMarket.Data.Tests.Vault;

/// <summary>The key-encryption key on another server, over real HTTP.</summary>
public sealed class TransitTests(VaultFixture vault) : IClassFixture<VaultFixture>, IAsyncLifetime
{
    private readonly HttpMessageInvoker _http = new(new SocketsHttpHandler { UseProxy = false });
    private TransitServer _server = null!;
    private string _token = "";

    public async Task InitializeAsync()
    {
        await vault.BeginAsync();
        _server = await TransitServer.StartAsync("ocopmarket");
        _token = Path.Combine(vault.Folder, $"{Guid.NewGuid():n}.token");
        await File.WriteAllTextAsync(_token, _server.Token + "\n");
    }

    public async Task DisposeAsync()
    {
        _http.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Logins_are_sealed_without_any_key_on_this_machine()
    {
        File.Delete(vault.KeyPath);
        using var one = vault.Start(Wrapper());
        using var other = vault.Start(Wrapper());
        await one.Vault.RequireKeyAsync(CancellationToken.None);
        var id = await one.SaveAsync("ocop", "password-of-the-first", "token-of-the-first");

        Assert.Equal(("password-of-the-first", "token-of-the-first"), await other.ReadAsync(id));

        await other.Vault.RequireKeyAsync(CancellationToken.None);
        Assert.False(File.Exists(vault.KeyPath));
        Assert.Equal(DataKeys.Groups, await vault.CountAsync("vault_key WHERE wrapper = 'transit' AND kek_version = 1"));
        var calls = _server.Calls;
        await other.ReadAsync(id);
        Assert.Equal(calls, _server.Calls); // an opened key stays a while
    }

    [Fact]
    public async Task A_rotation_makes_a_version_over_there_and_the_former_one_opens_no_more()
    {
        using var program = vault.Start(Wrapper());
        var id = await program.SaveAsync("ocop", "password-of-the-first", "token-of-the-first");
        var former = await vault.QueryAsync<(long Id, byte[] Wrapped)>("SELECT id, wrapped FROM vault_key ORDER BY id");

        var rotated = await program.RotateAsync(data: false);

        Assert.Equal((2, DataKeys.Groups), (rotated.Kek, rotated.Wrapped));
        using var fresh = vault.Start(Wrapper());
        Assert.Equal("token-of-the-first", (await fresh.ReadAsync(id)).Item2);
        await vault.ExecuteAsync(
            "UPDATE vault_key k SET wrapped = f.wrapped FROM unnest(@ids, @wrapped) f (id, wrapped) WHERE k.id = f.id",
            new { ids = former.Select(f => f.Id).ToArray(), wrapped = former.Select(f => f.Wrapped).ToArray() });
        using var late = vault.Start(Wrapper());
        await Assert.ThrowsAsync<RetiredKeyException>(() => late.ReadAsync(id));
    }

    [Fact]
    public async Task From_the_key_file_to_Vault_with_a_change_of_settings_and_a_rotation()
    {
        long id;
        using (var before = vault.Start())
        {
            id = await before.SaveAsync("ocop", "password-of-the-first", "token-of-the-first");
        }

        using var program = vault.Start(Wrapper());
        Assert.Equal("token-of-the-first", (await program.ReadAsync(id)).Item2);
        await program.RotateAsync(data: false);

        File.Delete(vault.KeyPath);
        using var after = vault.Start(Wrapper());
        Assert.Equal("token-of-the-first", (await after.ReadAsync(id)).Item2);
        using var back = vault.Start();
        Assert.Contains("not configured", (await Assert.ThrowsAsync<VaultException>(() => back.ReadAsync(id))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("token", "does not allow")]
    [InlineData("notoken", "Vault:TokenFile")]
    [InlineData("sealed", "Unseal it")]
    [InlineData("key", "has no key")]
    [InlineData("other", "is another one")]
    [InlineData("gone", "cannot be reached")]
    public async Task What_is_wrong_over_there_is_told_in_one_sentence_without_the_token(string fault, string says)
    {
        using (var before = vault.Start(Wrapper()))
        {
            await before.SaveAsync("ocop", "password-of-the-first", "token-of-the-first");
        }

        var wrapper = Wrapper(key: fault == "key" ? "nosuch" : "ocopmarket");
        switch (fault)
        {
            case "token":
                await File.WriteAllTextAsync(_token, "hvs.wrong");
                break;
            case "notoken":
                File.Delete(_token);
                break;
            case "sealed":
                _server.IsSealed = true;
                break;
            case "other":
                _server.Replace("ocopmarket");
                break;
            case "gone":
                var address = _server.Address;
                await _server.DisposeAsync();
                wrapper = Wrapper(address: address);
                break;
        }

        using var program = vault.Start(wrapper);
        var refused = await Assert.ThrowsAnyAsync<VaultException>(() => program.Vault.RequireKeyAsync(CancellationToken.None));

        Assert.Contains(says, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(_server.Token, refused.ToString(), StringComparison.Ordinal);
    }

    private TransitKeyWrapper Wrapper(string key = "ocopmarket", Uri? address = null) =>
        new(new(address ?? _server.Address, _token, "transit", key), _http);
}
