using OcopMarket.Core.Listings;
using OcopMarket.Core.Marketplaces;
using OcopMarket.Core.Sync;
using OcopMarket.Data.Retention;
using OcopMarket.Data.Tests.Sync;

namespace OcopMarket.Data.Tests.Retention;

/// <summary>What is old goes, what still holds stays, and the engine does not notice. Times are moved by moving the rows.</summary>
public sealed class RetentionTests(LedgerFixture ledger) : IClassFixture<LedgerFixture>
{
    private static readonly IssueFinding _blurred = new("postmart.IMAGE_INVALID", Severity.Blocking, Party.Producer, ["images"], [], "blurred");

    [Fact]
    public async Task Of_a_timeline_and_its_calls_only_the_last_stay()
    {
        var listing = (await ledger.BeginAsync())[0];
        await ledger.CreateAsync();
        await ledger.SeeAsync(listing, SeenStatus.InReview);
        await ledger.SeeAsync(listing, SeenStatus.Live);
        await ledger.EditAsync(listing, Lane.Price);
        await ledger.CreateAsync(); // whatever is due
        await AgeAsync(181);

        await RunAsync();

        Assert.Equal(["create"], await ledger.QueryAsync<string>("SELECT kind FROM listing_attempt"));
        Assert.Equal(
            ["seen live", "sent set_price", $"state {await ledger.StateAsync(listing)}"],
            await ledger.QueryAsync<string>("SELECT kind || ' ' || what FROM listing_event ORDER BY kind"));
        await ledger.AssertCountersAsync();
    }

    [Fact]
    public async Task That_an_item_was_on_sale_once_is_never_forgotten_so_that_it_is_not_deleted_as_one_that_never_was()
    {
        var listing = (await ledger.BeginAsync())[0];
        await ledger.CreateAsync();
        await ledger.SeeAsync(listing, SeenStatus.Live);
        await ledger.SeeAsync(listing, SeenStatus.OutOfStock);
        await ledger.SeeAsync(listing, SeenStatus.Hidden);
        await ledger.SeeAsync(listing, SeenStatus.InReview);
        await AgeAsync(400);

        await RunAsync();

        Assert.Equal(["out_of_stock", "in_review"], await ledger.QueryAsync<string>("SELECT what FROM listing_event WHERE kind = 'seen' ORDER BY id"));
        await ledger.ExecuteAsync("UPDATE listing SET desired = 'gone' WHERE id = @listing", new { listing });
        Assert.Equal(0, await ledger.Sweep.DeleteAsync(10, CancellationToken.None));
    }

    [Fact]
    public async Task Nothing_goes_before_its_time()
    {
        var listing = (await ledger.BeginAsync())[0];
        await ledger.CreateAsync();
        await ledger.ExecuteAsync("UPDATE listing_attempt SET detail = 'a body'");
        await ledger.SeeAsync(listing, SeenStatus.Rejected, null, _blurred);
        await ledger.SeeAsync(listing, SeenStatus.Live);
        await AgeAsync(29);

        Assert.Empty(await RunAsync());
    }

    [Fact]
    public async Task A_platform_s_words_go_first_and_what_happened_stays()
    {
        var listing = (await ledger.BeginAsync())[0];
        var lease = await ledger.ClaimAsync();
        var call = await ledger.CallAsync(lease);
        await ledger.Queue.EndAsync(
            lease, [new(call.Work[0], call.Attempts[call.Work[0].TaskId], TaskOutcome.Refused, null, null, "E1", "a body", TimeSpan.Zero, _blurred)],
            mayHide: true, CancellationToken.None);
        await ledger.FinishAsync(lease);
        await ledger.EditAsync(listing, Lane.Content);
        await ledger.CreateAsync();
        await ledger.SeeAsync(listing, SeenStatus.Rejected, null, _blurred);
        await AgeAsync(31);
        var before = await SumsAsync();

        await RunAsync();

        Assert.Equal(before, await SumsAsync());
        Assert.Equal(0, await ledger.CountAsync("listing_attempt WHERE detail IS NOT NULL"));
        Assert.Equal(0, await ledger.CountAsync("listing_event WHERE kind = 'sent' AND raw IS NOT NULL"));
        Assert.Equal("Rejected", await ledger.ScalarAsync<string>("SELECT raw FROM listing_event WHERE kind = 'seen'")); // it still holds
        Assert.Equal("E1", await ledger.ScalarAsync<string>("SELECT platform_code FROM listing_attempt WHERE outcome = 'refused'"));
        Assert.Equal("seen blurred", await ledger.ScalarAsync<string>("SELECT origin || ' ' || raw FROM listing_issue WHERE closed_at IS NULL"));
        Assert.Equal(0, await ledger.CountAsync("listing_issue WHERE closed_at IS NOT NULL AND raw IS NOT NULL"));
    }

    [Fact]
    public async Task What_people_decided_is_kept_as_long_as_evidence()
    {
        await ledger.BeginAsync();
        await ledger.ExecuteAsync(
            """
            INSERT INTO listing_event (listing_id, producer_id, at, kind, what, how, raw)
            SELECT l.id, l.producer_id, now() - n * interval '1 day', 'decided', 'ours', n::text, 'asked by telephone'
            FROM listing l, unnest(ARRAY[900, 500, 200]) n
            """);

        await RunAsync();

        Assert.Equal(
            ["500 asked by telephone", "200 asked by telephone"],
            await ledger.QueryAsync<string>("SELECT how || ' ' || raw FROM listing_event WHERE kind = 'decided' ORDER BY id"));
    }

    [Fact]
    public async Task Closed_issues_go_and_open_ones_stay()
    {
        var ids = await ledger.BeginAsync(1, 2);
        await ledger.CreateAsync();
        await ledger.SeeAsync(ids[0], SeenStatus.Rejected, null, _blurred);
        await ledger.SeeAsync(ids[1], SeenStatus.Rejected, null, _blurred);
        await ledger.SeeAsync(ids[1], SeenStatus.Live);
        await AgeAsync(181);

        await RunAsync();

        Assert.Equal([ids[0]], await ledger.QueryAsync<long>("SELECT listing_id FROM listing_issue"));
    }

    [Fact]
    public async Task An_open_call_and_those_of_a_doubtful_create_stay()
    {
        await ledger.BeginAsync(2, 1);
        var left = await ledger.CallAsync(await ledger.ClaimAsync()); // never ended, and its task has gone on without it
        await ledger.ExecuteAsync("UPDATE listing_task SET state = 'idle' WHERE state = 'leased'; UPDATE listing_attempt SET kind = 'set_price'");
        var lease = await ledger.ClaimAsync();
        await ledger.EndAsync(await ledger.CallAsync(lease), TaskOutcome.Unknown);
        await ledger.FinishAsync(lease);
        await ledger.ExecuteAsync(
            """
            INSERT INTO listing_attempt (task_id, listing_id, account_id, producer_id, lane, kind, fence, alone, revision, content_revision,
                                         price_revision, stock_revision, visibility_revision, outcome, finished_at)
            SELECT task_id, listing_id, account_id, producer_id, lane, kind, 9, alone, revision, 9, 9, 9, 9, 'unknown', now()
            FROM listing_attempt WHERE outcome = 'unknown';
            UPDATE listing SET price_revision = 12
            """);
        await AgeAsync(400);

        await RunAsync();

        Assert.Equal(left.Attempts.Values, await ledger.QueryAsync<long>("SELECT id FROM listing_attempt WHERE outcome IS NULL"));
        await ledger.HurryAsync();
        Assert.Equal(1, Assert.Single(await ledger.Queue.WorkAsync(lease.AccountId, 9, CancellationToken.None)).PriceRevision); // what it carried
    }

    [Fact]
    public async Task An_item_that_we_deleted_long_ago_is_still_known_as_ours()
    {
        var listing = (await ledger.BeginAsync())[0];
        await ledger.CreateAsync();
        await ledger.SeeAsync(listing, SeenStatus.Live);
        await ledger.ExecuteAsync("UPDATE listing SET desired = 'gone', delete_due = true WHERE id = @listing", new { listing });
        await ledger.EditAsync(listing, Lane.Stop);
        await ledger.CreateAsync();
        await AgeAsync(181);
        await RunAsync();
        Assert.Equal(["delete"], await ledger.QueryAsync<string>("SELECT kind FROM listing_attempt"));

        await ledger.ExecuteAsync("UPDATE listing SET desired = 'on_sale' WHERE id = @listing", new { listing });
        await ledger.SeeAsync(listing, SeenStatus.Removed);

        Assert.Null(await ledger.ScalarAsync<string>("SELECT external_id FROM listing")); // the next one is a new item
    }

    [Fact]
    public async Task A_large_table_goes_in_small_transactions()
    {
        await ledger.BeginAsync();
        await ledger.ExecuteAsync(
            """
            TRUNCATE webhook_receipt;
            CREATE TABLE batches (tx bigint, rows bigint);
            GRANT INSERT ON batches TO ocop_worker;
            CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN
                INSERT INTO batches SELECT txid_current(), count(*) FROM gone HAVING count(*) > 0; RETURN NULL; END';
            CREATE TRIGGER note_callbacks AFTER DELETE ON webhook_receipt REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION note();
            CREATE TRIGGER note_events AFTER DELETE ON listing_event REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION note();
            INSERT INTO webhook_receipt (marketplace, body_hash, hints, received_at)
            SELECT 'postmart', n::text, 1, now() - CASE WHEN n % 2 = 0 THEN interval '31 days' ELSE interval '29 days' END FROM generate_series(1, 46) n;
            INSERT INTO listing_event (listing_id, producer_id, at, kind, what)
            SELECT l.id, l.producer_id, now() - interval '200 days', 'sent', 'create' FROM listing l, generate_series(1, 51) n
            """);
        try
        {
            await RunAsync(batch: 5);

            Assert.Equal(23, await ledger.CountAsync("webhook_receipt"));
            Assert.Equal(1, await ledger.CountAsync("listing_event WHERE kind = 'sent'"));
            Assert.Equal(73, await ledger.ScalarAsync<long>("SELECT sum(rows)::bigint FROM batches"));
            Assert.Equal(5, await ledger.ScalarAsync<long>("SELECT max(n)::bigint FROM (SELECT sum(rows) AS n FROM batches GROUP BY tx) t"));
        }
        finally
        {
            await ledger.ExecuteAsync("DROP TABLE batches; DROP FUNCTION note CASCADE");
        }
    }

    [Fact]
    public async Task Of_a_source_the_records_of_today_and_the_last_run_s_rejected_rows_stay()
    {
        await ledger.BeginAsync();
        await ledger.ExecuteAsync(
            """
            TRUNCATE source CASCADE;
            INSERT INTO source (key, name, kind) VALUES ('s', 's', 'file');
            INSERT INTO source_run (source_id, state, started_by, finished_at)
            SELECT id, state, 'test', now() - days * interval '1 day'
            FROM source, (VALUES (1, 'done', 900), (2, 'done', 400), (3, 'failed', 300)) v(n, state, days) ORDER BY n;
            INSERT INTO source_rejected (run_id, row_no, column_name, code, reason_vi, reason_en, raw)
            SELECT r.id, n, 'name', 'c', 'vi', 'en', '{}' FROM source_run r, generate_series(1, 7) n;
            INSERT INTO source_row (source_id, key, content_hash, row_no, producer_id, product_id, revision, last_run_id)
            SELECT s.id, 'k' || n, '\x00', n, p.producer_id, p.id, 3, (SELECT min(id) FROM source_run)
            FROM source s, (SELECT id, producer_id FROM product LIMIT 1) p, generate_series(1, 4) n;
            INSERT INTO source_row_revision (source_row_id, producer_id, revision, run_id, content_hash, raw, received_at)
            SELECT id, producer_id, n, last_run_id, '\x00', '{}', now() - interval '900 days' FROM source_row, generate_series(1, 3) n
            """);

        await RunAsync(batch: 5);

        Assert.Equal("3 3 3 3", await ledger.ScalarAsync<string>("SELECT string_agg(revision::text, ' ') FROM source_row_revision"));
        Assert.Equal(3, await ledger.CountAsync("source_run"));
        Assert.Equal(["7 done", "7 failed"], await ledger.QueryAsync<string>(
            "SELECT count(*) || ' ' || state FROM source_rejected x JOIN source_run r ON r.id = x.run_id GROUP BY r.id ORDER BY r.id"));
        await ledger.ExecuteAsync("TRUNCATE source CASCADE");
    }

    [Fact]
    public async Task A_picture_goes_when_neither_a_product_nor_a_listing_shows_it()
    {
        var listing = (await ledger.BeginAsync())[0];
        await ledger.ExecuteAsync(
            """
            TRUNCATE media CASCADE;
            INSERT INTO media (sha256, content_type, width, height, bytes, content, created_at)
            SELECT sha, 'image/png', 1, 1, 1, '\x00', now() - days * interval '1 day'
            FROM (VALUES ('product', 91), ('listing', 91), ('young', 89), ('spare', 91), ('spare2', 91)) v(sha, days);
            INSERT INTO media_upload (marketplace, scope, sha256, media_id) SELECT 'postmart', 'S1', sha256, 'm-' || sha256 FROM media;
            INSERT INTO product_image (product_id, producer_id, position, sha256) SELECT id, producer_id, 1, 'product' FROM product LIMIT 1;
            UPDATE listing SET content = '{"Images": [{"Sha256": "listing"}]}' WHERE id = @listing
            """, new { listing });

        await RunAsync(batch: 5);

        Assert.Equal(["listing", "product", "young"], await ledger.QueryAsync<string>("SELECT sha256 FROM media ORDER BY 1"));
        Assert.Equal(3, await ledger.CountAsync("media_upload"));
    }

    [Fact]
    public async Task What_a_person_let_go_and_how_a_shop_stood_is_evidence_for_two_years()
    {
        await ledger.BeginAsync();
        await ledger.ExecuteAsync(
            """
            TRUNCATE guard_hold, account_event CASCADE;
            INSERT INTO guard_hold (kind, opened_at, released_at, released_by, reason)
            SELECT 'price', now(), now() - days * interval '1 day', 'Lan', 'asked the producer' FROM (VALUES (740), (700)) v(days);
            INSERT INTO guard_hold (kind, opened_at) VALUES ('price', now() - interval '900 days'), ('stop', now() - interval '900 days');
            INSERT INTO listing_hold (listing_id, hold_id, kind, held_at, ended_at, ended_how)
            SELECT l.id, g.id, g.kind, g.opened_at, g.released_at, CASE WHEN g.released_at IS NULL THEN NULL ELSE 'released' END
            FROM listing l, guard_hold g WHERE g.kind = 'price';
            INSERT INTO account_event (account_id, producer_id, at, state, evidence, raw)
            SELECT id, producer_id, now() - days * interval '1 day', 'active', 'test', 'a body' FROM seller_account, (VALUES (800), (760), (740), (35)) v(days)
            """);

        await RunAsync();

        Assert.Equal(["700", "open", "open"], await ledger.QueryAsync<string>(
            "SELECT coalesce(extract(day FROM now() - released_at)::int::text, 'open') FROM guard_hold ORDER BY 1"));
        Assert.Equal(2, await ledger.CountAsync("listing_hold"));
        Assert.Equal("a body", await ledger.ScalarAsync<string>("SELECT string_agg(raw, ',') FROM account_event")); // the last one of the shop
        Assert.Equal(1, await ledger.CountAsync("account_event"));
    }

    [Fact]
    public async Task Every_table_is_named_with_its_purpose_and_its_time()
    {
        var there = await ledger.QueryAsync<string>(
            """
            SELECT CASE nspname WHEN 'public' THEN '' ELSE nspname || '.' END || relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE nspname IN ('public', 'identity') AND relkind IN ('r', 'p')
            """);

        Assert.Equal(there.Order(StringComparer.Ordinal), TableRegistry.All.Select(t => t.Name).Order(StringComparer.Ordinal));
        Assert.All(TableRegistry.All, t => Assert.NotEqual("", t.Purpose));
        Assert.Equal(
            TableRegistry.All.Where(t => t.Kept != Period.Standing).Select(t => t.Name).Order(StringComparer.Ordinal),
            RetentionKeeper.Steps.Where(s => !s.Empties).Select(s => s.Table).Order(StringComparer.Ordinal));
        Assert.Equal(
            TableRegistry.All.Where(t => t.Emptied is not null).Select(t => t.Name).Order(StringComparer.Ordinal),
            RetentionKeeper.Steps.Where(s => s.Empties).Select(s => s.Table).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_plan_that_nobody_confirmed_goes_after_a_day_and_what_was_done_stays()
    {
        await ledger.ExecuteAsync(
            """
            INSERT INTO wish_plan (kind, scope, planned_by, planned_key, products, planned_at, step, proposed_at, proposed_reason, confirmed_at)
            SELECT 'hide', 'all', name, 'person:1', 1, now() - planned * interval '1 hour', step, now() - proposed * interval '1 hour',
                   CASE WHEN proposed IS NOT NULL THEN 'mười ký tự' END, CASE WHEN step IN ('confirmed', 'done') THEN now() END
            FROM (VALUES ('looked at', 25, 'planned', NULL), ('of today', 23, 'planned', NULL), ('dropped', 25, 'dropped', NULL), ('under way', 25, 'confirmed', NULL),
                         ('done', 25, 'done', NULL), ('still waits', 30, 'proposed', 23), ('nobody agreed', 30, 'proposed', 25)) v(name, planned, step, proposed)
            """);

        await RunAsync();

        Assert.Equal(
            ["done", "of today", "still waits", "under way"],
            await ledger.QueryAsync<string>("SELECT planned_by FROM wish_plan ORDER BY planned_by"));
        await ledger.ExecuteAsync("DELETE FROM wish_plan");
    }

    private Task<IReadOnlyList<RetentionCount>> RunAsync(int batch = 5_000) =>
        new RetentionKeeper(ledger.DataSource, new RetentionPeriods(), TimeProvider.System, batch).RunAsync(CancellationToken.None);

    private Task<string?> SumsAsync() => ledger.ScalarAsync<string>(
        "SELECT concat_ws(' ', (SELECT count(*) FROM listing_attempt), (SELECT count(*) FROM listing_event), (SELECT count(*) FROM listing_issue))");

    private Task AgeAsync(int days) => ledger.ExecuteAsync(
        """
        UPDATE listing_attempt SET started_at = started_at - @days * interval '1 day', finished_at = finished_at - @days * interval '1 day';
        UPDATE listing_event SET at = at - @days * interval '1 day';
        UPDATE listing_issue SET opened_at = opened_at - @days * interval '1 day', closed_at = closed_at - @days * interval '1 day'
        """, new { days });
}
