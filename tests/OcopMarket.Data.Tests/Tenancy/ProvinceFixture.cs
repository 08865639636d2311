using Dapper;
using Npgsql;
using OcopMarket.Core.People;
using OcopMarket.Data.Reading;
using OcopMarket.Testing;

namespace OcopMarket.Data.Tests.Tenancy;

/// <summary>Two provinces, three producers in three communes, each with a row of its own in every table that holds producers' data, and a shop
/// of the first producer's cooperative that serves the second as well.</summary>
public sealed class ProvinceFixture : PostgresFixture, IReaderScope
{
    private readonly AsyncLocal<DataScope?> _scope = new();

    /// <summary>Of whoever asks in this flow of calls.</summary>
    public DataScope Current => _scope.Value ?? DataScope.None;

    internal ReadingDatabase Reading { get; private set; } = null!;

    public void Become(DataScope scope) => _scope.Value = scope;

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        Reading = new(new PortalDatabase(WebSource), this);
        await ExecuteAsync(
            """
            INSERT INTO admin_unit (code, valid_from, valid_to, name, type, level, parent_code, name_folded) VALUES
                ('86', '2025-07-01', NULL, 'Vĩnh Long', 'tỉnh', 1, NULL, 'tinh vinh long'),
                ('96', '2025-07-01', NULL, 'Cà Mau', 'tỉnh', 1, NULL, 'tinh ca mau'),
                ('29398', '2025-07-01', NULL, 'Trà Cú', 'xã', 3, '86', 'xa tra cu'),
                ('29399', '2025-07-01', NULL, 'Đại An', 'xã', 3, '86', 'xa dai an'),
                ('32001', '2025-07-01', NULL, 'Tân Thành', 'xã', 3, '96', 'xa tan thanh'),
                ('29001', '2021-01-01', '2025-06-30', 'Kim Sơn', 'xã', 3, '842', 'xa kim son'),
                ('29002', '2021-01-01', '2025-06-30', 'Hàm Giang', 'xã', 3, '842', 'xa ham giang');
            INSERT INTO admin_unit_succession (old_code, old_valid_to, new_code, new_valid_from) VALUES
                ('29001', '2025-06-30', '29398', '2025-07-01'), ('29001', '2025-06-30', '29399', '2025-07-01'),
                ('29002', '2025-06-30', '29399', '2025-07-01'), ('29002', '2025-06-30', '32001', '2025-07-01');
            INSERT INTO producer (key, name, name_folded, unit_code, unit_now) VALUES
                ('p1', 'HTX Trà Cú', 'htx tra cu', '29398', '29398'), ('p2', 'Cơ sở Kim Sơn', 'co so kim son', '29001', NULL),
                ('p3', 'Hộ Tân Thành', 'ho tan thanh', '32001', '32001');
            INSERT INTO source (key, name, kind) VALUES ('s', 'Danh sách', 'csv');
            INSERT INTO source_run (source_id, state, started_by) VALUES (1, 'done', 'test');
            INSERT INTO source_rejected (run_id, row_no, column_name, code, reason_vi, reason_en, raw) VALUES (1, 1, 'x', 'x', 'x', 'x', '{}');
            INSERT INTO product (producer_id, unit_code, key, name, name_folded)
            SELECT id, coalesce(unit_now, unit_code), 'sp' || id, 'Mắm số ' || id, 'mam so ' || id FROM producer ORDER BY id;
            INSERT INTO variant (product_id, producer_id, unit_code, key) SELECT id, producer_id, unit_code, 'v' || id FROM product ORDER BY id;
            INSERT INTO certification (product_id, producer_id, unit_code, key, kind, expires_how)
            SELECT id, producer_id, unit_code, 'c' || id, 'recognised', 'unknown' FROM product ORDER BY id;
            INSERT INTO media (sha256, content_type, width, height, bytes, content) VALUES ('m', 'image/png', 1, 1, 1, '\x00');
            INSERT INTO product_image (product_id, producer_id, position, sha256) SELECT id, producer_id, 1, 'm' FROM product;
            INSERT INTO product_edit (product_id, producer_id, unit_code, version, by_name, by_role, kind, states, changes)
            SELECT id, producer_id, unit_code, 1, 'test', 'business', 'edit', '{"product": {}, "variants": {}}', '[]' FROM product ORDER BY id;
            INSERT INTO source_row (source_id, key, content_hash, row_no, producer_id, product_id, last_run_id)
            SELECT 1, 'r' || id, '\x00', id, producer_id, id, 1 FROM product ORDER BY id;
            INSERT INTO source_row_revision (source_row_id, producer_id, revision, run_id, content_hash, raw)
            SELECT id, producer_id, 1, 1, '\x00', '{}' FROM source_row;
            INSERT INTO credential (marketplace, scope, login, key_version, sealed_access) VALUES ('postmart', 'shop', 'x', 1, '\x01');
            INSERT INTO seller_account (marketplace, external_id, producer_id, unit_code, shop_name, state, state_evidence, opened_by, credential_id)
            SELECT 'postmart', 'S' || producer_id, producer_id, unit_code, 'Gian hàng ' || producer_id, 'active', 'x', 'self', 1 FROM product ORDER BY id;
            INSERT INTO seller_account (marketplace, external_id, unit_code, shop_name, state, state_evidence, opened_by)
            VALUES ('voso', 'chung', '29398', 'Gian hàng chung', 'active', 'x', 'self');
            INSERT INTO account_event (account_id, producer_id, state, evidence) SELECT id, producer_id, state, 'x' FROM seller_account WHERE id < 4;
            INSERT INTO account_issue (account_id, producer_id, marketplace, code, owner, due_at)
            SELECT id, producer_id, marketplace, 'x', 'staff', now() FROM seller_account WHERE id < 4;
            INSERT INTO connect_attempt (kind, session_id, person_id, person, keeper, origin, account_id, producer_id, marketplace, step)
            SELECT 'disconnect', gen_random_uuid(), 1, 'x', 'staff', 'x', id, producer_id, marketplace, 'begun' FROM seller_account WHERE id < 4;
            INSERT INTO consent_notice (account_id, producer_id, marketplace, code)
            SELECT id, producer_id, marketplace, 'consent_refused' FROM seller_account WHERE id < 4;
            INSERT INTO account_queue (account_id) SELECT id FROM seller_account WHERE id < 4;
            INSERT INTO shop_item (account_id, external_id, seller_sku, seen, seen_at) SELECT id, 'i', 'i', 'live', now() FROM seller_account WHERE id < 4;
            INSERT INTO mandate (account_id, producer_id, unit_code, given_on, evidence, recorded_by)
            SELECT id, producer_id, unit_code, CURRENT_DATE, 'x', 'x' FROM seller_account WHERE id < 4;
            INSERT INTO mandate (account_id, producer_id, unit_code, given_on, evidence, recorded_by)
            SELECT 4, id, coalesce(unit_now, unit_code), CURRENT_DATE, 'x', 'x' FROM producer WHERE id = 2;
            INSERT INTO mandate_evidence (sha256, content_type, file_name, bytes, content) VALUES ('p', 'application/pdf', 'x', 1, '\x00');
            UPDATE mandate SET evidence_sha256 = 'p' WHERE producer_id = 1;
            INSERT INTO account_count (marketplace, unit_code, as_of, source, count, mark, recorded_by)
            SELECT 'postmart', code, '2025-06-30', 'x', 1, 'documented', 'x' FROM admin_unit WHERE level = 3 AND valid_to IS NULL;
            INSERT INTO listing (product_id, variant_id, producer_id, unit_code, marketplace, account_id, seller_sku, desired, content, content_hash)
            SELECT id, id, producer_id, unit_code, 'postmart', id, 'k' || id, 'on_sale', '{}', '\x00' FROM product ORDER BY id;
            INSERT INTO listing_issue (listing_id, producer_id, unit_code, marketplace, code, origin, severity, owner, fields)
            SELECT id, producer_id, unit_code, 'postmart', 'x', 'composed', 'blocking', 'producer', '{}' FROM listing;
            INSERT INTO listing_task (listing_id, account_id, producer_id, lane, wanted_revision, state) SELECT id, account_id, producer_id, 'create', 1, 'idle' FROM listing ORDER BY id;
            INSERT INTO listing_attempt (task_id, listing_id, account_id, producer_id, lane, kind, fence, alone, revision, content_revision, price_revision, stock_revision, visibility_revision)
            SELECT id, listing_id, account_id, producer_id, 'create', 'create', 1, true, 1, 1, 1, 1, 1 FROM listing_task;
            INSERT INTO listing_event (listing_id, producer_id, kind, what) SELECT id, producer_id, 'state', 'off' FROM listing;
            INSERT INTO wish_plan (kind, scope, producer_id, planned_by, planned_key, products) SELECT 'hide', 'producer:' || id, id, 'x', 'person:1', 1 FROM producer ORDER BY id;
            INSERT INTO wish_item (plan_id, n, product_id, producer_id, listing_id, marketplace, act, print) SELECT id, 1, product_id, producer_id, id, marketplace, 'hide', 'x' FROM listing;
            INSERT INTO product_season (product_id, producer_id, unit_code, since, told_by, plan_id) SELECT id, producer_id, unit_code, CURRENT_DATE, 'x', 1 FROM product;
            INSERT INTO product_away (product_id, producer_id, unit_code, marketplace, plan_id) SELECT id, producer_id, unit_code, 'voso', 1 FROM product;
            INSERT INTO guard_hold (kind, account_id) SELECT 'stop', id FROM seller_account WHERE id < 4;
            INSERT INTO listing_hold (listing_id, hold_id, kind) SELECT id, id, 'stop' FROM listing;
            INSERT INTO audit (actor, producer_id, action, origin) SELECT 'x', id, 'x', 'x' FROM producer;
            INSERT INTO subject_request (kind, producer_id, unit_code, evidence, asked_on, recorded_by, recorded_key, answer_by, done_by)
            SELECT 'export', id, coalesce(unit_now, unit_code), 'x', CURRENT_DATE, 'x', 'x', now(), now() FROM producer;
            INSERT INTO listing_count_sum (marketplace, account_id, state, count) VALUES ('postmart', 1, 'off', 3);
            """);
    }

    /// <summary>Rows of a table as the portal's login reads them within a scope.</summary>
    internal async Task<long> SeenAsync(string table, DataScope scope)
    {
        Become(scope);
        return await Reading.FirstAsync<long>($"SELECT count(*) FROM {table}", null, CancellationToken.None);
    }

    /// <summary>An attempt of the portal's login, in a transaction that is thrown away.</summary>
    /// <returns>The server's refusal; null: it was let through.</returns>
    internal static async Task<PostgresException?> TryAsync(NpgsqlDataSource source, DataScope scope, string sql, long? person = null)
    {
        await using var connection = await source.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await connection.ExecuteAsync(
            "SELECT set_config('app.scope', @Text, true), set_config('app.person', @person, true)", new { scope.Text, person = $"{person}" }, transaction);
        try
        {
            await connection.ExecuteAsync(sql, transaction: transaction);
            return null;
        }
        catch (PostgresException e)
        {
            return e;
        }
    }
}
