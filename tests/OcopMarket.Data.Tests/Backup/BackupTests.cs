using OcopMarket.Data.Backup;
using OcopMarket.Data.Tests.Sync;

namespace OcopMarket.Data.Tests.Backup;

/// <summary>A backup is whole or refused, and a restore is done or has changed nothing.</summary>
public sealed class BackupTests(LedgerFixture ledger) : IClassFixture<LedgerFixture>, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ocop-backup-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Every_row_comes_back_and_every_shop_is_closed_until_it_was_read()
    {
        await ledger.BeginAsync(shops: 3, each: 4);
        var before = await RowsAsync();
        var file = await BackUpAsync();
        await ledger.ExecuteAsync("DELETE FROM listing WHERE id > 6; UPDATE product SET name = 'khác'");

        await RestoreAsync(file, replace: true);

        Assert.Equal(before, await RowsAsync());
        Assert.Equal(12, await ledger.ScalarAsync<long>("SELECT sum(count)::bigint FROM listing_count"));
        Assert.Empty(await ledger.Queue.ClaimAsync("postmart", 10, CancellationToken.None));
        Assert.Equal(3, await ledger.ScalarAsync<long>(
            "SELECT count(*) FROM seller_account WHERE unswept_since IS NOT NULL AND sweep_at > now() + interval '4 min' AND epoch > 0"));
        Assert.True(await ledger.ScalarAsync<long>("INSERT INTO producer (key, name, name_folded) VALUES ('moi', 'Mới', 'moi') RETURNING id") > 3);
        Assert.InRange(await ledger.ScalarAsync<int>("INSERT INTO source (key, name, kind) VALUES ('moi', 'Danh sách mới', 'csv') RETURNING id"), 1, 1000);
    }

    [Fact]
    public async Task People_come_back_and_who_was_signed_in_does_not()
    {
        await ledger.BeginAsync(shops: 1, each: 1);
        await ledger.ExecuteAsync(
            """
            INSERT INTO identity.person (name, role, scope, created_at, totp_step, user_name, normalized_user_name, email_confirmed, security_stamp,
                phone_number_confirmed, two_factor_enabled, lockout_enabled, access_failed_count)
            VALUES ('An', 'staff', 'units:84', now(), 7, 'an@test.example', 'an@test.example', false, 's', false, true, false, 0);
            INSERT INTO identity.person_token (user_id, login_provider, name, value) SELECT id, 'p', 'n', 'sealed' FROM identity.person;
            INSERT INTO identity.ring_key (friendly_name, xml) VALUES ('k', '<sealed/>');
            INSERT INTO identity.session (id, person_id, stamp, is_strong, remembered, created_at, proved_at, seen_at)
            SELECT gen_random_uuid(), id, 's', true, false, now(), now(), now() FROM identity.person
            """);
        var file = await BackUpAsync();
        await ledger.ExecuteAsync("DELETE FROM identity.person; DELETE FROM identity.ring_key");

        await RestoreAsync(file, replace: true);

        Assert.Equal("An staff units:84 7 sealed", await ledger.ScalarAsync<string>(
            "SELECT concat_ws(' ', p.name, role, scope, totp_step, value) FROM identity.person p JOIN identity.person_token t ON t.user_id = p.id"));
        Assert.Equal(1, await ledger.CountAsync("identity.ring_key"));
        Assert.Equal(0, await ledger.CountAsync("identity.session"));
        Assert.True(await ledger.ScalarAsync<int>("INSERT INTO identity.ring_key (xml) VALUES ('x') RETURNING id") > 1);
        await ledger.ExecuteAsync("DELETE FROM identity.person; DELETE FROM identity.ring_key");
    }

    [Theory]
    [InlineData(0.3)]
    [InlineData(0.9)]
    [InlineData(0.999)]
    public async Task A_cut_file_changes_nothing(double share)
    {
        await ledger.BeginAsync(shops: 2, each: 2);
        var whole = await File.ReadAllBytesAsync(await BackUpAsync());
        var file = Path.Combine(_folder, "cut.zip");
        await File.WriteAllBytesAsync(file, whole[..(int)(whole.Length * share)]);

        await RefusedAsync(file, "no whole backup");
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(0.33)]
    [InlineData(0.5)]
    [InlineData(0.7)]
    public async Task A_file_with_other_bytes_inside_changes_nothing(double share)
    {
        await ledger.BeginAsync(shops: 2, each: 2);
        var bytes = await File.ReadAllBytesAsync(await BackUpAsync());

        await DamagedAsync(bytes, (int)(bytes.Length * share), 200);
    }

    [Fact]
    public async Task A_file_whose_second_entry_has_a_broken_head_changes_nothing()
    {
        await ledger.BeginAsync(shops: 2, each: 2);
        var bytes = await File.ReadAllBytesAsync(await BackUpAsync());
        ReadOnlySpan<byte> head = [0x50, 0x4B, 0x03, 0x04];

        await DamagedAsync(bytes, 4 + bytes.AsSpan(4).IndexOf(head), head.Length);
    }

    private async Task DamagedAsync(byte[] bytes, int from, int count)
    {
        for (var i = from; i < from + count; i++)
        {
            bytes[i] ^= 0x55;
        }

        var file = Path.Combine(_folder, "changed.zip");
        await File.WriteAllBytesAsync(file, bytes);

        await RefusedAsync(file, "no whole backup");
    }

    [Fact]
    public async Task A_database_that_holds_shops_is_not_replaced_unasked_and_not_while_somebody_works_on_it()
    {
        await ledger.BeginAsync();
        var file = await BackUpAsync();

        await RefusedAsync(file, "--replace", replace: false);
        await using var other = await ledger.DataSource.OpenConnectionAsync();
        var refused = await Assert.ThrowsAsync<BackupException>(() => RestoreAsync(file, replace: true));

        Assert.Contains("Stop ./run serve", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_backup_is_never_written_over()
    {
        var file = await BackUpAsync();

        var refused = await Assert.ThrowsAsync<BackupException>(() => BackUpAsync(file));

        Assert.Contains("there already", refused.Message, StringComparison.Ordinal);
        Assert.True(OperatingSystem.IsWindows() || File.GetUnixFileMode(file) == (UnixFileMode.UserRead | UnixFileMode.UserWrite));
    }

    private async Task RefusedAsync(string file, string says, bool replace = true)
    {
        var before = await RowsAsync();

        var refused = await Assert.ThrowsAsync<BackupException>(() => RestoreAsync(file, replace));

        Assert.Contains(says, refused.Message, StringComparison.Ordinal);
        Assert.Equal(before, await RowsAsync());
    }

    private async Task<string> BackUpAsync(string? name = null)
    {
        var file = name ?? Path.Combine(_folder, $"{Guid.NewGuid():n}.zip");
        await DatabaseBackup.WriteAsync(ledger.Superuser, file, "test", () => "mark", CancellationToken.None);
        return file;
    }

    private async Task RestoreAsync(string file, bool replace)
    {
        ledger.Rest();
        await DatabaseRestore.RunAsync(
            ledger.ConnectionString, file, replace, new Dictionary<string, TimeSpan> { ["postmart"] = TimeSpan.FromMinutes(5) },
            [], new("Lan", "test"), CancellationToken.None);
    }

    private Task<IReadOnlyList<string>> RowsAsync() => ledger.QueryAsync<string>(
        """
        SELECT concat_ws(' ', l.id, l.seller_sku, l.state, p.name, t.lane, t.state, t.wanted_revision)
        FROM listing l JOIN product p ON p.id = l.product_id LEFT JOIN listing_task t ON t.listing_id = l.id ORDER BY 1
        """);
}
