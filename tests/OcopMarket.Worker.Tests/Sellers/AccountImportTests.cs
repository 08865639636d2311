using OcopMarket.Core.Sources;
using OcopMarket.Data.Sellers;

namespace OcopMarket.Worker.Tests.Sellers;

/// <summary>Lists of seller accounts: every row is taken or named with its reason, and the same list twice changes nothing.</summary>
public sealed class AccountImportTests(AccountFixture field) : IClassFixture<AccountFixture>, IAsyncLifetime
{
    private const string Head = "Sàn,Mã chủ thể,Tên chủ thể,Xã,Tỉnh,Mã gian hàng,Tên gian hàng,Đường dẫn,Trạng thái,Người mở,Liên hệ,Ngày mở,Ngày ủy quyền,Ủy quyền đến,Căn cứ ủy quyền\n";

    private const string Good = Head
        + "Postmart,p1,,,,PM1,Mật dừa,postmart.vn/mat-dua,Đang hoạt động,Bưu điện,0912 000 001,30/03/2025,01/04/2025,31/12/2027,Phiếu số 12\n"
        + "postmart.vn,,Nguyễn Thị Sáu,Xã Trà Cú,Tỉnh Vĩnh Long,PM2,,,Đã đăng ký,Tự mở,,,,,\n"
        + "Vỏ Sò,,HTX MẬT DỪA,Trà Cú,Vĩnh Long,VS1,,,,,,,,,\n";

    public Task InitializeAsync() => field.ResetAsync();

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task A_list_becomes_accounts_with_their_producer_or_their_unit_and_a_history_that_names_its_evidence()
    {
        var result = await field.ImportAsync(Good.Replace("Vỏ Sò", "voso", StringComparison.Ordinal));

        Assert.Empty(result.Problems);
        Assert.Equal((3, 3, 0, 2, 1, 1), (result.Rows, result.Added, result.Changed, result.Linked, result.Unlinked, result.Mandates));
        Assert.Equal(
            [
                "postmart|PM1|1|29398|Mật dừa|https://postmart.vn/mat-dua|active|post_staff|0912 000 001|2025-03-30",
                "postmart|PM2||29398|Nguyễn Thị Sáu||registered|self||",
                "voso|VS1|1|29398|HTX MẬT DỪA||unknown|unknown||",
            ],
            await field.QueryAsync<string>("""
                SELECT concat_ws('|', marketplace, external_id, coalesce(producer_id::text, ''), unit_code, shop_name, coalesce(url, ''), state, opened_by,
                    coalesce(contact_channel, ''), coalesce(opened_on::text, '')) FROM seller_account ORDER BY marketplace, external_id
                """));
        Assert.Equal(3, await field.CountAsync("account_event WHERE evidence LIKE 'list%.csv: %' AND told_by = 'Lan'"));
        Assert.Equal("1|2025-04-01|2027-12-31|Phiếu số 12", await field.ScalarAsync<string>(
            "SELECT concat_ws('|', producer_id, given_on, until, evidence) FROM mandate"));
        Assert.Equal(3, await field.CountAsync("seller_account WHERE login_wanted AND next_check_at = 'infinity' AND sweep_at = 'infinity'"));
    }

    [Fact]
    public async Task A_list_does_not_bring_back_a_household_that_was_erased_neither_by_its_shop_nor_by_its_name()
    {
        var list = Good.Replace("Vỏ Sò", "voso", StringComparison.Ordinal);
        await field.ImportAsync(list);
        await field.EraseAsync(account: await field.ScalarAsync<long>("SELECT id FROM seller_account WHERE external_id = 'PM2'"));
        Assert.Equal(0, await field.CountAsync("seller_account WHERE external_id = 'PM2'"));

        var again = await field.ImportAsync(list + "voso,,NGUYỄN THỊ SÁU,Xã Trà Cú,Tỉnh Vĩnh Long,VS9,,,,,,,,,\n");

        Assert.Equal(["erased", "erased"], again.Problems.Select(p => p.Code));
        Assert.Equal((4, 0, 0, 2), (again.Rows, again.Added, again.Changed, again.Unchanged));
        Assert.Equal(0, await field.CountAsync("seller_account a WHERE a::text LIKE '%Sáu%'"));
    }

    [Fact]
    public async Task The_same_list_twice_changes_nothing_not_even_a_mandate_that_was_withdrawn_meanwhile()
    {
        var list = Good.Replace("Vỏ Sò", "voso", StringComparison.Ordinal);
        await field.ImportAsync(list);
        await field.ExecuteAsync("UPDATE mandate SET revoked_on = CURRENT_DATE");
        var before = await field.AllAsync();

        var again = await field.ImportAsync(list + list[Head.Length..]);

        Assert.Equal((6, 0, 0, 3, 3, 0), (again.Rows, again.Added, again.Changed, again.Unchanged, again.Repeated, again.Mandates));
        Assert.Equal(before, await field.AllAsync());
    }

    [Fact]
    public async Task Only_what_differs_is_changed_and_a_change_of_state_leaves_an_event()
    {
        await field.ImportAsync("Marketplace,Producer key,Shop id,State\npostmart,p1,PM1,active\npostmart,p2,PM2,active\n");

        var again = await field.ImportAsync("STATE,shop ID,producer KEY,marketplace\nBI TAM KHOA,PM1,p1,postmart\nactive,PM2,p2,postmart\n");

        Assert.Equal((1, 1), (again.Changed, again.Unchanged));
        Assert.Equal(["PM1 active", "PM1 suspended", "PM2 active"], await field.QueryAsync<string>(
            "SELECT external_id || ' ' || e.state FROM account_event e JOIN seller_account a ON a.id = account_id ORDER BY external_id, e.id"));
    }

    [Fact]
    public async Task First_open_shop_of_a_producer_in_a_list_counts_and_closed_ones_beside_it_are_taken()
    {
        var result = await field.ImportAsync(
            "Sàn,Mã chủ thể,Mã gian hàng,Trạng thái\npostmart,p2,Y1,đã đóng\npostmart,p2,Y2,\npostmart,p2,Y3,\npostmart,p2,Y4,đã đóng\npostmart,p2,Y2,đã đóng\n");

        Assert.Equal(["4 producer_has_shop", "6 shop_repeated"], result.Problems.Select(p => FormattableString.Invariant($"{p.Row} {p.Code}")));
        Assert.Equal(3, result.Added);
    }

    [Fact]
    public async Task Bad_rows_are_named_in_both_languages_and_stop_no_other()
    {
        await field.ImportAsync("Sàn,Mã chủ thể,Mã gian hàng\npostmart,p1,PM1\n");
        var rejected = field.Write("", "rejected.csv");

        var result = await field.ImportAsync(
            Head
            + "postmart,p2,,,,PM1,,,,,,,,,\n" // the shop of another
            + "postmart,p1,,,,PM7,,,,,,,,,\n" // a second shop of one producer
            + "san-khong-co,p2,,,,X1,,,,,,,,,\n"
            + "postmart,p9,,,,X2,,,,,,,,,\n"
            + "postmart,,Hộ Thạch Sa,Đại An,Vĩnh Long,X3,,,,,,,,,\n" // two of that name
            + "postmart,,Lê Văn Tám,Xã Không Có,Vĩnh Long,X4,,,,,,,,,\n"
            + "postmart,,Lê Văn Tám,,,X5,,,,,,,,,\n"
            + "postmart,,Lê Văn Tám,Đại An,Vĩnh Long,X6,,,bay,,,,,,\n"
            + "postmart,,Lê Văn Tám,Đại An,Vĩnh Long,X7,,,,,,31/02/2025,,,\n"
            + "postmart,p2,,,,X8,,,,,,,01/04/2025,,\n"
            + "postmart,p2,,,,X9,,,,,,,01/04/2025,,Ảnh CCCD chủ hộ\n"
            + "postmart,,Lê Văn Tám,Đại An,Vĩnh Long,X10,=1+1,javascript:alert(1),,,,,,,\n"
            + "postmart,,Lê Văn Tám,Đại An,Vĩnh Long,X11,Một,,,,,,,,\n"
            + "postmart,,Lê Văn Tám,Đại An,Vĩnh Long,X11,Hai,,,,,,,,\n"
            + "postmart,,Lê Văn Tám,Đại An,Vĩnh Long,X12,,,,,,,01/04/2025,,Phiếu 3\n",
            rejected: rejected);

        Assert.Equal(
            [
                "2 shop_of_another", "3 producer_has_shop", "4 marketplace_unknown", "5 producer_unknown", "6 producer_ambiguous", "7 place_unknown",
                "8 place_missing", "9 state_unknown", "10 date_unreadable", "11 mandate_evidence_missing", "12 identity_card", "13 url_unreadable",
                "15 shop_repeated", "16 mandate_without_producer",
            ],
            result.Problems.Select(p => FormattableString.Invariant($"{p.Row} {p.Code}")));
        Assert.All(result.Problems, p => Assert.InRange(p.ReasonVi.Length, 10, 160));
        Assert.All(result.Problems, p => Assert.InRange(p.ReasonEn.Length, 10, 160));
        Assert.Equal((15, 1), (result.Rows, result.Added));
        var lines = await File.ReadAllLinesAsync(rejected);
        Assert.Equal(15, lines.Length);
        Assert.Contains("'=1+1", lines[12], StringComparison.Ordinal);
        Assert.Equal(2, await field.CountAsync("seller_account"));
        Assert.Equal("PM1|1", await field.ScalarAsync<string>("SELECT external_id || '|' || producer_id FROM seller_account WHERE external_id = 'PM1'"));

        var again = await field.Lists.ImportAsync(new(rejected, "Lan"), CancellationToken.None); // the file of refused rows is a list itself
        Assert.Equal((13, 1), (again.Problems.Count, again.Changed)); // what an earlier row said otherwise stands alone now
    }

    [Fact]
    public async Task A_dry_run_says_what_would_happen_and_a_cut_file_changes_nothing()
    {
        var list = Good.Replace("Vỏ Sò", "voso", StringComparison.Ordinal);

        var dry = await field.ImportAsync(list, dryRun: true);
        Assert.Equal(3, dry.Added);
        Assert.Equal(0, await field.CountAsync("seller_account"));

        await Assert.ThrowsAsync<SourceException>(() => field.ImportAsync(list[..^20]));
        await Assert.ThrowsAsync<SourceException>(() => field.ImportAsync("Tên,Giá\nDừa,1\n"));
        Assert.Equal(0, await field.CountAsync("seller_account"));
    }

    [Fact]
    public async Task A_household_is_linked_when_it_enters_the_catalogue_and_a_planned_account_gets_its_shop()
    {
        await field.ImportAsync("Sàn,Tên chủ thể,Xã,Tỉnh,Mã gian hàng\npostmart,Lê Văn Tám,Đại An,Vĩnh Long,PM8\n");
        await field.ExecuteAsync("INSERT INTO producer (key, name, name_folded, unit_code, unit_now) VALUES ('p4', 'Lê Văn Tám', 'le van tam', '29399', '29399')");
        await field.ImportAsync("Sàn,Mã chủ thể,Mã gian hàng,Trạng thái\npostmart,p1,,Dự kiến\n");

        var linked = await field.ImportAsync("Sàn,Tên chủ thể,Xã,Tỉnh,Mã gian hàng\npostmart,Lê Văn Tám,Đại An,Vĩnh Long,PM8\n");
        var opened = await field.ImportAsync("Sàn,Mã chủ thể,Mã gian hàng,Trạng thái\npostmart,p1,PM1,Đã đăng ký\n");

        Assert.Equal((1, 1), (linked.Changed, linked.Linked));
        Assert.Equal((1, 0), (opened.Changed, opened.Added));
        Assert.Equal(["PM1 1 registered", "PM8 4 unknown"], await field.QueryAsync<string>(
            "SELECT concat_ws(' ', external_id, producer_id, state) FROM seller_account ORDER BY 1"));
    }

    [Fact]
    public async Task What_the_platform_told_of_a_connected_shop_no_list_tells_otherwise()
    {
        await field.ExecuteAsync("""
            INSERT INTO credential (marketplace, scope, login, key_version) VALUES ('postmart', 'shop', 'x', 1) ON CONFLICT DO NOTHING;
            INSERT INTO seller_account (marketplace, external_id, producer_id, shop_name, state, state_evidence, opened_by, credential_id)
            SELECT 'postmart', 'PM1', 1, 'Mật dừa', 'suspended', 'locked', 'self', id FROM credential LIMIT 1
            """);

        var result = await field.ImportAsync("Sàn,Mã chủ thể,Mã gian hàng,Trạng thái,Liên hệ\npostmart,p1,PM1,Hoạt động,0912\n");

        Assert.Equal(1, result.Changed);
        Assert.Equal("suspended 0912", await field.ScalarAsync<string>("SELECT state || ' ' || contact_channel FROM seller_account"));
        Assert.Equal(0, await field.CountAsync("account_event"));
    }

    [Fact]
    public async Task A_shop_that_is_opened_while_a_list_comes_in_leaves_the_list_out_as_a_whole()
    {
        await field.ExecuteAsync("""
            CREATE FUNCTION in_between() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                INSERT INTO seller_account (marketplace, external_id, shop_name, state, state_evidence, opened_by) VALUES ('postmart', 'PM1', 'x', 'active', 'x', 'self');
                RETURN NULL; END $$;
            CREATE TRIGGER in_between BEFORE INSERT ON seller_account FOR EACH STATEMENT WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION in_between()
            """);
        try
        {
            await Assert.ThrowsAsync<AccountsBusyException>(() => field.ImportAsync("Sàn,Mã chủ thể,Mã gian hàng\npostmart,p1,PM1\npostmart,p2,PM2\n"));
        }
        finally
        {
            await field.ExecuteAsync("DROP TRIGGER in_between ON seller_account; DROP FUNCTION in_between()");
        }

        Assert.Equal(0, await field.CountAsync("seller_account"));
    }

    [Fact]
    public async Task A_number_of_households_stands_beside_the_accounts_that_are_listed_and_comes_in_once()
    {
        const string list = "Sàn,Mã đơn vị,Tính đến ngày,Số hộ,Nguồn,Mức tin cậy\nPostmart,86,30/06/2024,68.627,Báo cáo OCOP,Có văn bản\nvoso,86,30/06/2024,\"59,000\",Báo cáo OCOP,\n"
            + "postmart,99999,30/06/2024,5,x,\npostmart,86,30/06/2024,nhiều,x,\n";
        await field.ImportAsync("Sàn,Mã chủ thể,Mã gian hàng,Trạng thái\npostmart,p1,PM1,Hoạt động\n");

        var first = await field.Lists.ImportCountsAsync(field.Write(list), "Lan", dryRun: false, CancellationToken.None);
        var again = await field.Lists.ImportCountsAsync(field.Write(list), "Lan", dryRun: false, CancellationToken.None);

        Assert.Equal((4, 2, 0), (first.Rows, first.Added, first.Changed));
        Assert.Equal(["4 unit_unknown", "5 count_unreadable"], first.Problems.Select(p => FormattableString.Invariant($"{p.Row} {p.Code}")));
        Assert.Equal((0, 0, 2), (again.Added, again.Changed, again.Unchanged));
        Assert.Equal(
            ["postmart 68627 documented 1", "voso 59000 provisional 0"],
            (await new AccountCounts(field.DataSource).ListAsync(CancellationToken.None)).Select(
                c => FormattableString.Invariant($"{c.Marketplace} {c.Count} {c.Mark} {c.Listed}")));
    }
}
