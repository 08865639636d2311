using Npgsql;
using OcopMarket.Core.People;
using OcopMarket.Core.Sync;
using OcopMarket.Data.Backup;
using OcopMarket.Data.Retention;
using OcopMarket.Data.Subjects;
using OcopMarket.Data.Tests.Sync;
using OcopMarket.Data.Tests.Tenancy;
using OcopMarket.Testing;

namespace OcopMarket.Data.Tests.Subjects;

/// <summary>What people may ask of their data (S60): a copy of all of it, and that nothing of it is left, whatever lists and backups say later.</summary>
public sealed class ErasureTests : IAsyncLifetime
{
    /// <summary>Stands in every text about the first producer, and as bytes in his signed form.</summary>
    private const string Trace = "Zxqvt";

    private static readonly SubjectClocks _clocks = new(2, 15, "", new Dictionary<string, string>());
    private static readonly Actor _lan = new("Lan", "test");
    private static readonly Actor _minh = new("Minh", "test");
    private readonly ProvinceFixture _field = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("ocop-erase-").FullName;

    private SubjectErasure Erasure => new(
        _field.DataSource, LedgerFixture.ReconcilerWith(DriftPolicy.AskAlways), TestMarks.Of, TimeProvider.System);

    private SubjectFile Marks => new(Path.Combine(_folder, "erased.marks"));

    public async Task InitializeAsync()
    {
        await _field.InitializeAsync();
        await _field.ExecuteAsync("""
            UPDATE producer SET name = 'Cơ sở Zxqvt', name_folded = 'co so zxqvt Zxqvt', contact_phone = '0977 Zxqvt', address_line = 'Zxqvt',
                provenance = '{"name": "Zxqvt"}' WHERE id = 1;
            UPDATE product SET name = 'Mắm Zxqvt', description = 'Zxqvt', source_url = 'https://x/Zxqvt' WHERE producer_id = 1;
            UPDATE variant SET own_sku = 'Zxqvt' WHERE producer_id = 1;
            UPDATE certification SET certificate_no = 'Zxqvt' WHERE producer_id = 1;
            UPDATE source_row SET facts = '{"producer": {"name": "Zxqvt"}}' WHERE producer_id = 1;
            UPDATE source_row_revision SET raw = '{"a": "Zxqvt"}' WHERE producer_id = 1;
            INSERT INTO source_line (source_id, source_row_id) SELECT source_id, id FROM source_row;
            UPDATE source_rejected SET raw = '{"Tên": "Cơ sở Zxqvt"}', reason_vi = 'Cơ sở Zxqvt';
            INSERT INTO media (sha256, content_type, width, height, bytes, content) VALUES ('own', 'image/png', 1, 1, 8, '\x89504e475a78717674');
            UPDATE product_image SET sha256 = 'own' WHERE producer_id = 1;
            INSERT INTO credential (marketplace, scope, login, key_version, parameters) VALUES ('postmart', 'shop', '0977 Zxqvt', 1, '{"phone": "Zxqvt"}');
            UPDATE seller_account SET credential_id = 2, shop_name = 'Zxqvt', url = 'https://x/Zxqvt', owner_name = 'Zxqvt', external_id = 'Zxqvt-1',
                contact_channel = '0977 000 111', problem_raw = 'Zxqvt' WHERE producer_id = 1;
            UPDATE account_event SET raw = 'Zxqvt' WHERE producer_id = 1;
            UPDATE account_issue SET args = ARRAY['Zxqvt'] WHERE producer_id = 1;
            UPDATE shop_item SET title = 'Zxqvt' WHERE account_id = 1;
            UPDATE mandate SET evidence = 'Zxqvt' WHERE producer_id = 1;
            UPDATE mandate_evidence SET file_name = 'Zxqvt.pdf', content = '\x5a78717674';
            UPDATE listing SET content = '{"Title": "Zxqvt"}', seen_title = 'Zxqvt', seller_sku = 'Zxqvt' WHERE producer_id = 1;
            UPDATE listing_issue SET raw = 'Zxqvt' WHERE producer_id = 1;
            UPDATE listing_attempt SET detail = 'Zxqvt' WHERE producer_id = 1;
            UPDATE listing_event SET raw = 'Zxqvt' WHERE producer_id = 1;
            INSERT INTO webhook_receipt (marketplace, body_hash, hints, pending, match_at)
            VALUES ('postmart', 'h', 2, '[{"externalShopId": "Zxqvt-1", "sellerSku": "x"}, {"externalShopId": "S2", "sellerSku": "y"}]', now());
            INSERT INTO media_upload (marketplace, scope, sha256, media_id) VALUES ('postmart', 'Zxqvt-1', 'own', '1');
            INSERT INTO identity.person (name, role, scope, created_at, totp_step, user_name, normalized_user_name, email_confirmed, security_stamp,
                phone_number_confirmed, two_factor_enabled, lockout_enabled, access_failed_count)
            SELECT n || ' Zxqvt', 'business', 'producer:' || n, now(), 0, n || '@x.example', n || '@x.example', false, 's', false, false, false, 0
            FROM generate_series(1, 2) n;
            UPDATE identity.person SET name = 'Hai' WHERE id = 2;
            INSERT INTO identity.day_use (keeper, what, day, uses) SELECT k || ':' || n, 'file', '2026-11-30', 1 FROM unnest(ARRAY['producer', 'person']) k, generate_series(1, 2) n;
            INSERT INTO seller_account (marketplace, external_id, unit_code, shop_name, owner_name, state, state_evidence, opened_by)
            VALUES ('voso', 'HO-1', '29399', 'Nhà Sáu', 'Nguyễn Thị Sáu', 'active', 'x', 'self')
            """);
    }

    public async Task DisposeAsync()
    {
        await _field.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Every_table_that_points_at_a_producer_or_shop_is_known_to_the_erasure()
    {
        string[] apart = ["subject_request", "product_due", "source_run_seen", "listing_count_sum", "listing_count_move", "schema_version"]; // numbers, or gone by themselves
        var pointing = await _field.QueryAsync<string>("""
            SELECT DISTINCT c.table_name FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name)
            WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE'
              AND c.column_name IN ('producer_id', 'product_id', 'variant_id', 'listing_id', 'account_id', 'source_row_id', 'sha256', 'credential_id')
            """);

        Assert.Empty(pointing.Except(SubjectTables.All.Select(t => t.Name)).Except(apart));
        Assert.Empty(SubjectTables.All.Select(t => t.Name).Except(TableRegistry.All.Select(t => t.Name)));
    }

    [Fact]
    public async Task Of_an_erased_producer_nothing_is_left_and_of_the_others_everything()
    {
        Assert.True((await PlacesAsync()).Count > 20);
        var others = await OthersAsync();

        var request = await DecidedAsync(new("erase", 1, null, null, "Phiếu 7", new(2026, 11, 23)));
        await RunAsync();

        Assert.Equal("done []", await _field.ScalarAsync<string>("SELECT step || ' ' || left_over FROM subject_request WHERE id = @request", new { request }));
        await new RetentionKeeper(_field.DataSource, new RetentionPeriods(), TimeProvider.System).RunAsync(CancellationToken.None); // pictures, in the night
        Assert.Empty(await PlacesAsync());
        Assert.Equal(others, await OthersAsync());
        Assert.Equal(0, await _field.CountAsync("identity.person WHERE scope = 'producer:1'"));
        Assert.Equal(["person:2", "producer:2"], await _field.QueryAsync<string>("SELECT keeper FROM identity.day_use ORDER BY keeper"));
        Assert.Equal("""[{"sellerSku": "y", "externalShopId": "S2"}]""", await _field.ScalarAsync<string>("SELECT pending::text FROM webhook_receipt"));
        Assert.Contains("\"listing\":1", await _field.ScalarAsync<string>("SELECT replace(removed::text, ' ', '') FROM subject_request WHERE id = @request", new { request }), StringComparison.Ordinal);
        Assert.Equal(0, await _field.CountAsync("listing_hold h LEFT JOIN listing l ON l.id = h.listing_id WHERE l.id IS NULL"));
    }

    [Fact]
    public async Task Nobody_erases_alone_and_the_law_s_clocks_run_from_the_day_it_was_asked()
    {
        var (recorded, id) = await WriteAsync(t => SubjectDecisions.RecordAsync(
            t, new("erase", 1, null, null, "Phiếu 7", new(2026, 11, 27)), _clocks, _lan, CancellationToken.None)); // a Friday

        Assert.Equal(SubjectOutcome.Done, recorded);
        Assert.Equal(SubjectOutcome.SamePerson, await WriteAsync(t => SubjectDecisions.ApproveAsync(t, id!.Value, _lan, CancellationToken.None)));
        Assert.Equal(SubjectOutcome.Already, (await WriteAsync(t => SubjectDecisions.RecordAsync(
            t, new("erase", 1, null, null, "Phiếu 8", new(2026, 11, 27)), _clocks, _minh, CancellationToken.None))).Outcome);
        await RunAsync();
        Assert.Equal("open", await _field.ScalarAsync<string>("SELECT step FROM subject_request WHERE id = @id", new { id }));
        Assert.Equal(1, await _field.CountAsync("producer WHERE id = 1"));
        Assert.Equal("2026-12-01T17:00 2026-12-12T17:00", await _field.ScalarAsync<string>(
            "SELECT to_char(answer_by AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI') || ' ' || to_char(done_by AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI') FROM subject_request WHERE id = @id", new { id }));

        Assert.Equal(SubjectOutcome.Done, await WriteAsync(t => SubjectDecisions.RefuseAsync(t, id!.Value, "the form was not his", _minh, CancellationToken.None)));
        Assert.Equal(SubjectOutcome.Changed, await WriteAsync(t => SubjectDecisions.ApproveAsync(t, id!.Value, _minh, CancellationToken.None)));
        Assert.Equal(SubjectOutcome.NotThere, (await WriteAsync(t => SubjectDecisions.RecordAsync(
            t, new("erase", 999, null, null, "Phiếu 9", new(2026, 11, 27)), _clocks, _minh, CancellationToken.None))).Outcome);
    }

    [Fact]
    public async Task What_stands_in_a_shop_is_taken_down_first_and_what_cannot_be_is_left_for_a_person()
    {
        await _field.ExecuteAsync("UPDATE listing SET external_id = 'I-1', seen = 'live', seen_at = now() WHERE producer_id = 1");
        var request = await DecidedAsync(new("erase", 1, null, null, "Phiếu 7", new(2026, 11, 23)));
        await RunAsync();

        Assert.Equal("leaving", await _field.ScalarAsync<string>("SELECT step FROM subject_request WHERE id = @request", new { request }));
        Assert.Equal("gone true stop due", await _field.ScalarAsync<string>(
            "SELECT concat_ws(' ', desired, delete_due::text, lane, t.state) FROM listing l LEFT JOIN listing_task t ON t.listing_id = l.id AND lane = 'stop' WHERE l.producer_id = 1"));

        // A plan that was under way writes the old wish once more.
        await _field.ExecuteAsync("UPDATE listing SET desired = 'on_sale', delete_due = false WHERE producer_id = 1");
        await RunAsync();
        Assert.Equal("gone", await _field.ScalarAsync<string>("SELECT desired FROM listing WHERE producer_id = 1"));

        await _field.ExecuteAsync("UPDATE subject_request SET began_at = now() - interval '21 hours'");
        await RunAsync();
        Assert.Equal("""done [{"item": "I-1", "shop": "Zxqvt-1", "marketplace": "postmart"}]""", await _field.ScalarAsync<string>(
            "SELECT step || ' ' || left_over FROM subject_request WHERE id = @request", new { request }));
        Assert.Equal(SubjectOutcome.Done, await WriteAsync(t => SubjectDecisions.ClearAsync(t, request, _lan, CancellationToken.None)));
        Assert.Equal("[]", await _field.ScalarAsync<string>("SELECT left_over::text FROM subject_request WHERE id = @request", new { request }));
    }

    [Fact]
    public async Task A_removed_unit_takes_its_producers_and_households_and_nobody_else_and_they_may_come_back()
    {
        var request = await DecidedAsync(new("remove", null, null, "86", "Công văn 5", new(2026, 11, 23)));
        await RunAsync();
        await RunAsync();

        // The second producer lives in a commune that became both of this province's: he belongs to it.
        Assert.Equal("3", await _field.ScalarAsync<string>("SELECT string_agg(id::text, ',' ORDER BY id) FROM producer"));
        Assert.Equal(0, await _field.CountAsync("seller_account WHERE external_id = 'HO-1'"));
        Assert.Equal(1, await _field.CountAsync("seller_account WHERE external_id = 'chung'"));
        Assert.Equal("done {\"requests\": 3}", await _field.ScalarAsync<string>("SELECT step || ' ' || removed FROM subject_request WHERE id = @request", new { request }));
        Assert.Equal(0, await _field.CountAsync("subject_mark"));
    }

    [Fact]
    public async Task The_end_of_a_removal_leaves_the_mark_of_a_namesake_who_was_erased()
    {
        await _field.ExecuteAsync("UPDATE producer SET name = 'Nguyễn Thị Sáu', unit_code = '29399', unit_now = '29399' WHERE id = 1");
        await DecidedAsync(new("erase", 1, null, null, "Phiếu 7", new(2026, 11, 23)));
        await RunAsync();
        await Marks.WriteAsync(_field.DataSource, CancellationToken.None);
        var marks = await _field.CountAsync("subject_mark");

        await DecidedAsync(new("remove", null, 5, null, "Công văn 5", new(2026, 11, 23))); // the household bears the same name in the same commune
        await RunAsync();

        Assert.Equal(0, await _field.CountAsync("seller_account WHERE external_id = 'HO-1'"));
        Assert.Equal(marks, await _field.CountAsync("subject_mark WHERE stays"));
        Assert.Equal(marks, await _field.CountAsync("subject_mark"));
    }

    [Fact]
    public async Task A_restored_backup_brings_nobody_back_who_was_erased_since()
    {
        await DecidedAsync(new("erase", null, 5, null, "Phiếu 8", new(2026, 11, 23)));
        var backup = Path.Combine(_folder, "b.zip");
        await DatabaseBackup.WriteAsync(_field.Superuser, backup, "test", () => "mark", CancellationToken.None);
        await DecidedAsync(new("erase", 1, null, null, "Phiếu 7", new(2026, 11, 23)));
        await RunAsync();
        Assert.True(await Marks.WriteAsync(_field.DataSource, CancellationToken.None) >= 3);
        Assert.Equal(0, await Marks.WriteAsync(_field.DataSource, CancellationToken.None));
        await _field.ExecuteAsync("TRUNCATE subject_mark"); // the database is lost; the file is what remains

        _field.Rest();
        await DatabaseRestore.RunAsync(
            _field.ConnectionString, backup, true, new Dictionary<string, TimeSpan>(), Marks.Read(), _lan, CancellationToken.None);
        Assert.NotEmpty(await PlacesAsync());
        await RunAsync();
        await new RetentionKeeper(_field.DataSource, new RetentionPeriods(), TimeProvider.System).RunAsync(CancellationToken.None);

        Assert.Empty(await PlacesAsync());
        Assert.Equal(0, await _field.CountAsync("seller_account WHERE external_id = 'HO-1'"));
        Assert.Equal(2, await _field.CountAsync("producer"));
        Assert.Equal(0, await _field.CountAsync("subject_mark WHERE is_back"));
    }

    [Fact]
    public async Task A_copy_holds_what_is_stored_of_one_and_nothing_of_others_or_secret()
    {
        using var file = new MemoryStream();
        await using (var connection = await _field.Superuser.OpenConnectionAsync())
        await using (var transaction = await connection.BeginTransactionAsync())
        {
            await SubjectCopy.WriteAsync(transaction, 1, null, people: true, new(), DateTimeOffset.UnixEpoch, file, CancellationToken.None);
        }

        using var zip = new System.IO.Compression.ZipArchive(file);
        using var reader = new StreamReader(await zip.GetEntry("data.json")!.OpenAsync());
        var text = await reader.ReadToEndAsync();
        using var json = System.Text.Json.JsonDocument.Parse(text);
        var tables = json.RootElement.GetProperty("tables");
        Assert.Equal("Cơ sở Zxqvt", tables.GetProperty("producer").GetProperty("rows")[0].GetProperty("name").GetString());
        Assert.All(["listing", "mandate", "seller_account", "source_row_revision", "identity.person", "credential", "source_rejected"],
            t => Assert.Equal(1, tables.GetProperty(t).GetProperty("rows").GetArrayLength()));
        Assert.DoesNotContain("sealed_", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Kim Sơn", text, StringComparison.Ordinal);
        Assert.Contains("pictures/own.png", zip.Entries.Select(e => e.FullName));
        Assert.Contains(zip.Entries, e => e.FullName.StartsWith("papers/p", StringComparison.Ordinal));
    }

    /// <summary>Staff plan for many at once, and write freely why: the plan stays, the words go with the first of them who is erased.</summary>
    [Fact]
    public async Task What_staff_wrote_in_a_plan_of_several_goes_with_one_of_them_and_a_copy_shows_it()
    {
        await _field.ExecuteAsync("""
            INSERT INTO wish_plan (kind, scope, planned_by, planned_key, products, reason, step, confirmed_at, proposed_at, proposed_reason, approved_by, approved_key)
            VALUES ('hide', 'units:86', 'Cán bộ Sơn', 'person:9', 2, 'Hộ Zxqvt nghỉ bán', 'done', now(), now(), 'Zxqvt đã gọi điện', 'Cán bộ Lan', 'person:8');
            INSERT INTO wish_item (plan_id, n, product_id, producer_id, listing_id, marketplace, act, print, outcome)
            SELECT (SELECT max(id) FROM wish_plan), id, product_id, producer_id, id, marketplace, 'hide', 'x', 'applied' FROM listing WHERE producer_id < 3;
            INSERT INTO listing_event (listing_id, producer_id, kind, what, how, raw)
            SELECT id, producer_id, 'decided', 'hide', 'Cán bộ Sơn', 'Hộ Zxqvt nghỉ bán' FROM listing WHERE producer_id < 3;
            UPDATE product_season SET plan_id = (SELECT max(id) FROM wish_plan), reason = 'Hộ Zxqvt nghỉ bán' WHERE producer_id < 3
            """);
        Assert.Contains("Zxqvt đã gọi điện", await CopyAsync(1), StringComparison.Ordinal);
        Assert.DoesNotContain("Zxqvt", await CopyAsync(3), StringComparison.Ordinal);

        await DecidedAsync(new("erase", 1, null, null, "Phiếu 7", new(2026, 11, 23)));
        await RunAsync();
        await new RetentionKeeper(_field.DataSource, new RetentionPeriods(), TimeProvider.System).RunAsync(CancellationToken.None); // pictures, in the night

        Assert.Empty(await PlacesAsync());
        Assert.Equal("2", await _field.ScalarAsync<string>(
            "SELECT string_agg(i.producer_id::text, ',') FROM wish_plan w JOIN wish_item i ON i.plan_id = w.id WHERE w.planned_by = 'Cán bộ Sơn' AND w.approved_by = 'Cán bộ Lan'"));
        Assert.Equal(1, await _field.CountAsync("listing_event WHERE kind = 'decided' AND producer_id = 2 AND what = 'hide'"));
    }

    /// <summary>What a business takes from the portal: through the portal's login, within its own scope.</summary>
    private async Task<string> CopyAsync(long producer)
    {
        using var file = new MemoryStream();
        await using (var connection = await _field.WebSource.OpenConnectionAsync())
        await using (var transaction = await connection.BeginTransactionAsync())
        {
            await using var scope = new NpgsqlCommand("SELECT set_config('app.scope', 'producer:' || $1, true)", connection, transaction);
            scope.Parameters.Add(new() { Value = producer });
            await scope.ExecuteNonQueryAsync();
            await SubjectCopy.WriteAsync(transaction, producer, null, people: true, new(), DateTimeOffset.UnixEpoch, file, CancellationToken.None);
        }

        using var zip = new System.IO.Compression.ZipArchive(file);
        using var reader = new StreamReader(await zip.GetEntry("data.json")!.OpenAsync());
        return await reader.ReadToEndAsync();
    }

    private async Task<long> DecidedAsync(NewSubjectRequest request)
    {
        var (outcome, id) = await WriteAsync(t => SubjectDecisions.RecordAsync(t, request, _clocks, _lan, CancellationToken.None));
        Assert.Equal(SubjectOutcome.Done, outcome);
        Assert.Equal(SubjectOutcome.Done, await WriteAsync(t => SubjectDecisions.ApproveAsync(t, id!.Value, _minh, CancellationToken.None)));
        return id!.Value;
    }

    private async Task RunAsync()
    {
        while (await Erasure.RunAsync(CancellationToken.None) > 0)
        {
        }
    }

    private async Task<T> WriteAsync<T>(Func<NpgsqlTransaction, Task<T>> write)
    {
        await using var connection = await _field.DataSource.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        var result = await write(transaction);
        await transaction.CommitAsync();
        return result;
    }

    /// <summary>Tables in which the trace stands, as text or as bytes.</summary>
    private async Task<List<string>> PlacesAsync()
    {
        var places = new List<string>();
        foreach (var table in await _field.QueryAsync<string>("""
            SELECT format('%I.%I', table_schema, table_name) FROM information_schema.tables
            WHERE table_schema IN ('public', 'identity', 'hangfire') AND table_type = 'BASE TABLE' ORDER BY 1
            """))
        {
            if (await _field.ScalarAsync<bool>($"SELECT EXISTS (SELECT FROM {table} t WHERE t::text ~* '{Trace}|5a78717674')"))
            {
                places.Add(table);
            }
        }

        return places;
    }

    /// <summary>All rows of the second and the third producer, table by table.</summary>
    private async Task<string> OthersAsync()
    {
        var all = new List<string>();
        foreach (var table in SubjectTables.All.Where(t => t.Name is not ("webhook_receipt" or "media" or "source_rejected")))
        {
            var rows = await _field.QueryAsync<string>($"SELECT t::text FROM {table.Name} t WHERE {table.Where} ORDER BY 1", new
            {
                producers = new long[] { 2, 3 },
                accounts = new long[] { 2, 3 },
                credentials = new long[] { 1 },
                papers = Array.Empty<string>(),
                pictures = Array.Empty<string>(),
                names = Array.Empty<string>(),
            });
            all.Add($"{table.Name}: {string.Join('\n', rows)}");
        }

        return string.Join('\n', all);
    }
}
