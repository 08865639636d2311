using OcopMarket.Data.Sellers;
using OcopMarket.Data.Vault;

namespace OcopMarket.Data.Tests.Vault;

public sealed class VaultRotationTests(VaultFixture vault) : IClassFixture<VaultFixture>, IAsyncLifetime
{
    public Task InitializeAsync() => vault.BeginAsync();

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task After_a_rotation_everything_opens_with_the_new_keys_and_nothing_with_the_former()
    {
        using var running = vault.Start(); // has opened keys before
        var ids = await SaveAsync(running, 10);
        await Task.WhenAll(ids.Select(running.ReadAsync));
        var file = await File.ReadAllTextAsync(vault.KeyPath);
        var before = await vault.QueryAsync<(long Id, byte[] Access, long Key)>("SELECT id, sealed_access, access_key FROM credential");

        VaultRotated rotated;
        using (var rotating = vault.Start())
        {
            rotated = await rotating.RotateAsync();
        }

        Assert.Equal(new(false, "file", 2, DataKeys.Groups, 10, DataKeys.Groups), rotated);
        foreach (var program in new[] { running, vault.Start() })
        {
            Assert.All(await Task.WhenAll(ids.Select(program.ReadAsync)), r => Assert.StartsWith("token-of-login", r.Item2, StringComparison.Ordinal));
            await program.RenewAsync(ids[0], "token-of-login-renewed");
        }

        Assert.Equal(10, await vault.CountAsync("credential c JOIN vault_key k ON k.id = c.access_key AND k.version = 2 AND k.kek_version = 2"));

        // A former row in a program of today, and today's rows with a former key file.
        using var fresh = vault.Start();
        await vault.ExecuteAsync(
            "UPDATE credential SET sealed_access = @Access, access_key = @Key, seal_no = seal_no + 1 WHERE id = @Id", new { before[0].Id, before[0].Access, before[0].Key });
        await Assert.ThrowsAsync<RetiredKeyException>(() => fresh.ReadAsync(before[0].Id));
        await File.WriteAllTextAsync(vault.KeyPath, file);
        using var late = vault.Start();
        await Assert.ThrowsAsync<RetiredKeyException>(() => late.Vault.RequireKeyAsync(CancellationToken.None));
    }

    [Fact]
    public async Task Programs_that_read_and_write_meanwhile_never_fail_and_lose_nothing()
    {
        using var one = vault.Start(stay: TimeSpan.FromMilliseconds(50));
        using var other = vault.Start();
        await vault.SaveFormerAsync("former-password-of-login", "token-of-login-former");
        var ids = await SaveAsync(one, 20);
        using var end = new CancellationTokenSource();
        var last = new System.Collections.Concurrent.ConcurrentDictionary<long, string>();
        var work = ids.Select((id, i) => Task.Run(async () =>
        {
            var program = i % 2 == 0 ? one : other;
            for (var n = 0; !end.IsCancellationRequested; n++)
            {
                await program.RenewAsync(id, last[id] = $"token-of-login-{id}-{n}");
                Assert.Equal(last[id], (await (i % 2 == 0 ? other : one).ReadAsync(id)).Item2);
            }
        })).ToList();

        using var rotating = vault.Start();
        for (var round = 0; round < 5; round++)
        {
            await rotating.RotateAsync(data: round % 2 == 0);
        }

        await end.CancelAsync();
        await Task.WhenAll(work);
        using var fresh = vault.Start();
        foreach (var id in ids)
        {
            Assert.Equal(last[id], (await fresh.ReadAsync(id)).Item2);
        }

        Assert.Equal(DataKeys.Groups, await vault.CountAsync("vault_key WHERE retired_at IS NULL AND kek_version = 6"));
        Assert.Equal([6], new KeyFile(vault.KeyPath, "").Read().Keys);
    }

    [Fact]
    public async Task Two_rotations_at_once_are_refused_and_the_first_use_makes_one_set_of_keys()
    {
        var programs = Enumerable.Range(0, 6).Select(_ => vault.Start()).ToList();
        await Task.WhenAll(programs.Select((p, i) => p.SaveAsync($"login-{i}", "password-of-login", "token-of-login")));
        Assert.Equal(DataKeys.Groups, await vault.CountAsync("vault_key"));

        var ends = await Task.WhenAll(programs.Select(async p => await Record.ExceptionAsync(() => p.RotateAsync())));

        Assert.Contains(ends, e => e is null);
        Assert.All(ends.OfType<Exception>(), e => Assert.Contains("Somebody else", Assert.IsType<VaultException>(e).Message, StringComparison.Ordinal));
        programs.ForEach(p => p.Dispose());
    }

    private static async Task<List<long>> SaveAsync(VaultProgram program, int count)
    {
        var ids = new List<long>();
        for (var i = 0; i < count; i++)
        {
            ids.Add(await program.SaveAsync($"login-{i}", $"password-of-login-{i}", $"token-of-login-{i}"));
        }

        return ids;
    }

    [Fact]
    public async Task Tokens_that_renew_themselves_are_sealed_anew_as_well_and_still_open()
    {
        using var program = vault.Start();
        var id = await program.SaveAsync("shop", "password-of-the-shop", "token-of-the-shop");
        var row = await program.Store.GetAsync(id, CancellationToken.None);
        var refresh = await program.Vault.SealAsync(RefreshPair.Seal(new("refresh-token-2"), new("refresh-token-1")), CredentialStore.At(row, "refresh"), CancellationToken.None);
        await vault.ExecuteAsync("UPDATE credential SET sealed_refresh = @Bytes, refresh_key = @Key WHERE id = @id", new { refresh.Bytes, refresh.Key, id });

        var done = await program.RotateAsync();

        Assert.Equal(DataKeys.Groups, done.Retired);
        Assert.NotEqual(refresh.Key, await vault.ScalarAsync<long>("SELECT refresh_key FROM credential WHERE id = @id", new { id }));
        using var other = vault.Start();
        var turn = await new ConsentTokens(vault.DataSource, other.Vault, other.Store).TryBeginAsync(
            await other.Store.GetAsync(id, CancellationToken.None), CancellationToken.None);
        Assert.Equal(("refresh-token-2", "refresh-token-1"), (turn!.Token.Reveal(), turn.Former!.Value.Reveal()));
    }
}
