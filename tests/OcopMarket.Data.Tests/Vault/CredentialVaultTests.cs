using System.Security.Cryptography;
using Microsoft.Extensions.Time.Testing;
using Npgsql;
using OcopMarket.Data.Vault;

namespace OcopMarket.Data.Tests.Vault;

public sealed class CredentialVaultTests(VaultFixture vault) : IClassFixture<VaultFixture>, IAsyncLifetime
{
    public Task InitializeAsync() => vault.BeginAsync();

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task A_login_opens_in_every_program_and_stands_nowhere_in_the_database()
    {
        using var one = vault.Start();
        using var other = vault.Start();
        var id = await one.SaveAsync("ocop", "mat-khau-cua-so-9931", "token-of-the-partner-5512");

        Assert.Equal(("mat-khau-cua-so-9931", "token-of-the-partner-5512"), await other.ReadAsync(id));
        var stored = await vault.ScalarAsync<string>(
            "SELECT encode(sealed_password || sealed_access, 'escape') || to_jsonb(c)::text FROM credential c WHERE id = @id", new { id });
        Assert.DoesNotContain("mat-khau", stored, StringComparison.Ordinal);
        Assert.DoesNotContain("token-of", stored, StringComparison.Ordinal);
        Assert.Equal(DataKeys.Groups, await vault.CountAsync("vault_key WHERE wrapper = 'file' AND kek_version = 1 AND octet_length(wrapped) = 60"));
    }

    [Theory]
    [InlineData("sealed_access", "access_key", 64)] // of the same group, under the same key
    [InlineData("sealed_access", "access_key", 1)]
    [InlineData("sealed_password", "password_key", 64)]
    public async Task Sealed_bytes_of_one_login_do_not_open_for_another(string bytes, string key, int apart)
    {
        using var program = vault.Start();
        var first = await program.SaveAsync("first", "password-of-the-first", "token-of-the-first");
        await vault.ExecuteAsync("SELECT setval(pg_get_serial_sequence('credential', 'id'), @next)", new { next = first + apart - 1 });
        var second = await program.SaveAsync("second", "password-of-the-second", "token-of-the-second");
        Assert.Equal(first + apart, second);

        await vault.ExecuteAsync(
            $"""
            UPDATE credential c SET {bytes} = o.{bytes}, {key} = o.{key}, seal_no = c.seal_no + 1 FROM credential o
            WHERE c.id <> o.id AND c.id = ANY (@ids) AND o.id = ANY (@ids)
            """, new { ids = new[] { first, second } });

        await Assert.ThrowsAnyAsync<CryptographicException>(() => program.ReadAsync(first));
        await Assert.ThrowsAnyAsync<CryptographicException>(() => program.ReadAsync(second));
    }

    [Fact]
    public async Task A_token_does_not_open_as_a_password_nor_under_the_name_of_another_version_of_the_key()
    {
        using var program = vault.Start();
        var id = await program.SaveAsync("ocop", "password-of-the-first", "token-of-the-first");
        var former = await vault.ScalarAsync<byte[]>("SELECT sealed_access FROM credential WHERE id = @id", new { id });
        await vault.ExecuteAsync("UPDATE credential SET sealed_password = sealed_access, seal_no = seal_no + 1 WHERE id = @id", new { id });
        await Assert.ThrowsAnyAsync<CryptographicException>(() => program.ReadAsync(id));

        await program.SaveAsync("ocop", "password-of-the-first", "token-of-the-first");
        await program.RotateAsync();
        await vault.ExecuteAsync("UPDATE credential SET sealed_access = @former, seal_no = seal_no + 1 WHERE id = @id", new { id, former });

        await Assert.ThrowsAnyAsync<CryptographicException>(() => program.ReadAsync(id));
    }

    [Fact]
    public async Task The_same_secret_is_sealed_differently_each_time()
    {
        using var program = vault.Start();
        var seals = new HashSet<string>();
        for (var i = 0; i < 50; i++)
        {
            var sealedSecret = await program.Vault.SealAsync(new("the same"), new(7, "postmart", "ocop", "access"), CancellationToken.None);
            seals.Add(Convert.ToHexString(sealedSecret.Bytes.AsSpan(0, 12)));
        }

        Assert.Equal(50, seals.Count);
    }

    [Fact]
    public async Task People_see_the_last_four_characters_and_the_day_and_of_a_short_password_nothing()
    {
        using var program = vault.Start();
        await program.SaveAsync("ocop", "short-pw", "token-of-the-partner-5512");

        var login = Assert.Single((await VaultStatus.ReadAsync(vault.DataSource, CancellationToken.None)).Partners);

        Assert.Equal((null, "5512"), (login.PasswordTail, login.AccessTail));
        Assert.NotNull(login.PasswordAt);
        await program.RenewAsync(1, "another-token-that-is-newer-7788");
        Assert.Equal("7788", Assert.Single((await VaultStatus.ReadAsync(vault.DataSource, CancellationToken.None)).Partners).AccessTail);
    }

    [Fact]
    public async Task What_was_stored_by_the_version_before_opens_and_is_written_as_it_expects_until_somebody_rotates()
    {
        using var program = vault.Start();
        var id = await vault.SaveFormerAsync("former-password", "former-token");
        Assert.Equal(("former-password", "former-token"), await program.ReadAsync(id));

        await program.RenewAsync(id, "renewed-token");
        Assert.Equal(0, await vault.CountAsync("vault_key"));
        Assert.Equal(1, await vault.CountAsync("credential WHERE access_key IS NULL"));
        var rotated = await program.RotateAsync(data: false);

        Assert.Equal(1, rotated.Sealed);
        Assert.Equal(("former-password", "renewed-token"), await program.ReadAsync(id));
        Assert.Equal(0, await vault.CountAsync("credential WHERE access_key IS NULL OR password_key IS NULL"));
        Assert.DoesNotContain(1, program.Wrappers.File.File.Read().Keys);
    }

    [Fact]
    public async Task The_version_before_seals_nothing_any_more_once_there_are_data_keys()
    {
        using var program = vault.Start();
        var id = await vault.SaveFormerAsync("former-password", "former-token");
        await program.RotateAsync();

        // Its own statements.
        await Assert.ThrowsAsync<PostgresException>(() => vault.ExecuteAsync(
            "UPDATE credential SET sealed_access = '\\x00', access_expires_at = now(), refresh_lease_until = '-infinity' WHERE id = @id", new { id }));
        await Assert.ThrowsAsync<PostgresException>(() => vault.ExecuteAsync(
            "INSERT INTO credential (marketplace, scope, login, parameters, key_version, sealed_access) VALUES ('voso', 'shop', 'x', '{}', 1, '\\x00')"));
        await vault.ExecuteAsync("UPDATE credential SET refresh_lease_until = now(), state = 'refused' WHERE id = @id", new { id });

        Assert.Equal(("former-password", "former-token"), await program.ReadAsync(id));
    }

    [Fact]
    public async Task An_opened_key_leaves_the_memory_after_its_time()
    {
        var time = new FakeTimeProvider();
        using var program = vault.Start(stay: TimeSpan.FromMinutes(5), time: time);
        var id = await program.SaveAsync("ocop", "password-of-the-first", "token-of-the-first");
        File.Delete(vault.KeyPath);
        await program.ReadAsync(id);

        time.Advance(TimeSpan.FromMinutes(6));

        await Assert.ThrowsAsync<VaultException>(() => program.ReadAsync(id));
    }

    [Theory]
    [InlineData("missing", "is missing")]
    [InlineData("empty", "is damaged")]
    [InlineData("cut", "is damaged")]
    [InlineData("other", "is another one")]
    [InlineData("open", "chmod 600")]
    public async Task A_key_file_that_cannot_be_the_right_one_is_refused_in_one_sentence_and_stays_as_it_is(string fault, string says)
    {
        foreach (var former in new[] { true, false })
        {
            await vault.BeginAsync();
            using (var before = vault.Start())
            {
                await (former ? vault.SaveFormerAsync("p", "t") : before.SaveAsync("ocop", "password-of-the-first", "token-of-the-first"));
            }

            await SpoilAsync(fault);
            var file = File.Exists(vault.KeyPath) ? await File.ReadAllTextAsync(vault.KeyPath) : null;
            using var program = vault.Start();

            var refused = await Assert.ThrowsAnyAsync<VaultException>(() => program.Vault.RequireKeyAsync(CancellationToken.None));

            Assert.Contains(says, refused.Message, StringComparison.Ordinal);
            Assert.Equal(file, File.Exists(vault.KeyPath) ? await File.ReadAllTextAsync(vault.KeyPath) : null);
        }
    }

    private async Task SpoilAsync(string fault)
    {
        switch (fault)
        {
            case "missing":
                File.Delete(vault.KeyPath);
                break;
            case "empty":
                await File.WriteAllTextAsync(vault.KeyPath, "");
                break;
            case "cut":
                await File.WriteAllTextAsync(vault.KeyPath, (await File.ReadAllTextAsync(vault.KeyPath))[..20]);
                break;
            case "other":
                await File.WriteAllTextAsync(vault.KeyPath, Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)));
                break;
            default:
                if (!OperatingSystem.IsWindows())
                {
                    File.SetUnixFileMode(vault.KeyPath, File.GetUnixFileMode(vault.KeyPath) | UnixFileMode.GroupRead);
                }

                break;
        }
    }
}
