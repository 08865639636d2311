using OcopMarket.Data.Vault;
using OcopMarket.EndToEnd.Tests.Cli;
using OcopMarket.Testing.Vault;
#if OCOP_SABOTAGE
using OcopMarket.Core;
#endif

namespace OcopMarket.EndToEnd.Tests;

/// <summary>Keys are replaced while real workers read and write with them.</summary>
public sealed class VaultRotationTests(SmallField field) : IClassFixture<SmallField>
{
    [Fact]
    public async Task Keys_are_rotated_under_workers_at_work_and_a_killed_rotation_is_brought_to_its_end()
    {
        var settings = new Dictionary<string, string>(field.Settings) { ["Vault__KeyStay"] = "00:00:01" };
        await using var one = AppProcess.Start(field.Home, settings, "serve", "--roles", "worker", "--port", "0", "--data", field.Home.Data);
        await using var other = field.StartWorker();
        await field.SettleAsync(one);
#if OCOP_SABOTAGE
        foreach (var point in new[] { $"{KillPoint.InRewrap}:9", KillPoint.InReseal })
        {
            await field.ChangeAsync();
            var killed = await RotateAsync(new(field.Settings) { ["OCOP_KILL_AT"] = point });
            Assert.True(killed.Code == 128 + 9, $"It did not die at {point} but ended with {killed.Code}: {killed.Errors}");
            await field.SettleAsync(one);

            var resumed = await RotateAsync(field.Settings);
            Assert.True(resumed.Code == 0, resumed.Errors);
            Assert.Contains("broken off", resumed.Output, StringComparison.Ordinal);
        }
#endif
        for (var round = 0; round < 3; round++)
        {
            await field.ChangeAsync();
            var rotated = await RotateAsync(field.Settings);
            Assert.True(rotated.Code == 0, rotated.Errors);
            await field.ExecuteAsync("UPDATE credential SET access_expires_at = now() WHERE sealed_password IS NOT NULL"); // written anew, too
        }

        await field.SettleAsync(other);
        await field.AssertNothingDoubledAsync();
        Assert.DoesNotContain("VaultException", one.Errors + other.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("RetiredKey", one.Errors + other.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("Cryptographic", one.Errors + other.Errors, StringComparison.Ordinal);
        Assert.Equal(0, await field.CountAsync("credential WHERE state <> 'active'"));
        Assert.Equal(1, await field.ScalarAsync<long>("SELECT count(DISTINCT (version, kek_version)) FROM vault_key WHERE retired_at IS NULL"));
    }

    private Task<AppResult> RotateAsync(Dictionary<string, string> settings) =>
        AppProcess.RunAsync(field.Home, settings, "vault", "rotate", "--data-keys", "--data", field.Home.Data);
}

/// <summary>Database and key apart from each other, at the command line.</summary>
public sealed class VaultKeyTests(CommandFixture app) : IClassFixture<CommandFixture>
{
    private string Key => Path.Combine(app.Folder.Data, "keys", "vault.key");

    [Fact]
    public async Task Database_without_key_key_without_database_and_an_old_key_with_a_new_database_are_refused_clearly()
    {
        await app.RunAsync("migrate");
        await SaveLoginAsync();
        var backup = Path.Combine(app.Folder.Path, "before.zip");
        await DoneAsync("backup", backup);
        var old = Path.Combine(app.Folder.Path, "old.key");
        File.Copy(Key, old);
        await DoneAsync("vault", "rotate");
        var later = Path.Combine(app.Folder.Path, "later.zip");
        await DoneAsync("backup", later);
        var current = Path.Combine(app.Folder.Path, "new.key");
        File.Move(Key, current);
        var before = await RowsAsync();

        // The database without its key.
        foreach (var verb in new[] { $"restore {later} --replace", "vault rotate", "serve --roles worker --port 0", "release 1 --by Lan --reason asked-the-producer" })
        {
            var refused = await app.RunAsync(verb.Split(' '));
            Refusal.IsOneSentence(refused, 4);
            Assert.Contains(Key, refused.Errors, StringComparison.Ordinal);
        }

        // An old key with the new database.
        File.Copy(old, Key);
        foreach (var verb in new[] { $"restore {later} --replace", "vault rotate", "serve --roles worker --port 0" })
        {
            var refused = await app.RunAsync(verb.Split(' '));
            Refusal.IsOneSentence(refused, 4);
            Assert.Contains("does not hold version 2", refused.Errors, StringComparison.Ordinal);
        }

        // A key of somebody else, and one that others can read.
        await File.WriteAllTextAsync(Key, $"2 {Convert.ToBase64String(new byte[32])}\n");
        Assert.Contains("another one", (await app.RunAsync("vault", "rotate")).Errors, StringComparison.Ordinal);
        File.Copy(current, Key, overwrite: true);
        SetMode(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
        Assert.Contains("chmod 600", (await app.RunAsync("serve", "--roles", "worker", "--port", "0")).Errors, StringComparison.Ordinal);
        Assert.Equal(before, await RowsAsync());

        // The key of its time opens the old backup; the key without a database is nothing to open.
        SetMode(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Refusal.IsOneSentence(await app.RunAsync("restore", backup, "--replace"), 4);
        File.Copy(old, Key, overwrite: true);
        await DoneAsync("restore", backup, "--replace");
        await DoneAsync("vault", "rotate");
        await using var empty = new AppFolder();
        Directory.CreateDirectory(Path.Combine(empty.Data, "keys"));
        File.Copy(current, Path.Combine(empty.Data, "keys", "vault.key"));
        Refusal.IsOneSentence(await AppProcess.RunAsync(empty, null, "vault", "status", "--data", empty.Data), 4);
    }

    [Fact]
    public async Task Nothing_that_was_typed_comes_back_from_any_command()
    {
        await app.RunAsync("migrate");
        await SaveLoginAsync();

        foreach (var verb in new[] { "vault status", "vault status --json", "status --json", "config --json", "vault --help" })
        {
            var result = await app.RunAsync(verb.Split(' '));
            Assert.True(result.Code == 0, result.Errors);
            Assert.DoesNotContain("token-of-the-partner", result.Output, StringComparison.Ordinal);
            Assert.DoesNotContain("password-of-the-partner", result.Output, StringComparison.Ordinal);
        }

        var partner = Assert.Single((await app.JsonAsync("vault", "status", "--json")).GetProperty("partners").EnumerateArray());
        Assert.Equal(("7712", "9931"), (partner.GetProperty("passwordTail").GetString(), partner.GetProperty("accessTail").GetString()));
    }

    [Fact]
    public async Task With_Vault_configured_the_program_needs_no_key_file()
    {
        await using var server = await TransitServer.StartAsync("shops");
        await using var folder = new AppFolder();
        var settings = new Dictionary<string, string>(Testing.PostgresServer.Settings(await Testing.PostgresServer.CreateDatabaseAsync("transit")))
        {
            ["Vault__Address"] = server.Address.ToString(),
            ["Vault__TokenFile"] = folder.Write("token", server.Token),
            ["Vault__Key"] = "shops",
        };
        Assert.Equal(0, (await AppProcess.RunAsync(folder, settings, "migrate", "--data", folder.Data)).Code);

        var rotated = await AppProcess.RunAsync(folder, settings, "vault", "rotate", "--json", "--data", folder.Data);

        Assert.True(rotated.Code == 0, rotated.Errors);
        Assert.Contains("\"transit\"", rotated.Output, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(folder.Data, "keys", "vault.key")));
        server.IsSealed = true;
        Refusal.IsOneSentence(await AppProcess.RunAsync(folder, settings, "serve", "--roles", "worker", "--port", "0", "--data", folder.Data), 4);
        settings["Vault__Address"] = "http://vault.example:8200";
        Refusal.IsOneSentence(await AppProcess.RunAsync(folder, settings, "vault", "rotate", "--data", folder.Data), 4);
    }

    private async Task SaveLoginAsync()
    {
        var wrappers = KeyWrappers.OfFile(Key, mayCreate: !File.Exists(Key));
        using var keys = new DataKeys(app.DataSource, wrappers, TimeProvider.System);
        await new OcopMarket.Data.Sellers.CredentialStore(app.DataSource, new CredentialVault(app.DataSource, keys, wrappers)).SaveAsync(
            new("postmart"), OcopMarket.Core.Marketplaces.CredentialScope.PartnerLogin,
            new("ocop", new("password-of-the-partner-7712"), new Dictionary<string, string>()), keepPassword: true,
            new(new("token-of-the-partner-9931"), null, DateTimeOffset.UnixEpoch.AddYears(80)), new("test", "test"), CancellationToken.None);
        app.Rest();
    }

    private async Task DoneAsync(params string[] arguments)
    {
        app.Rest();
        var result = await app.RunAsync(arguments);
        Assert.True(result.Code == 0, result.Errors);
    }

    private async Task<string> RowsAsync()
    {
        var rows = await app.QueryAsync<string>("SELECT to_jsonb(c)::text FROM credential c UNION ALL SELECT to_jsonb(k)::text FROM vault_key k ORDER BY 1");
        app.Rest();
        return string.Join('\n', rows);
    }

    private void SetMode(UnixFileMode mode)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(Key, mode);
        }
    }
}
