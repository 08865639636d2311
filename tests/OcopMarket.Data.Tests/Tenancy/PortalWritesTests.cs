using Dapper;
using Npgsql;
using OcopMarket.Core.People;
using OcopMarket.Data.Catalog;

namespace OcopMarket.Data.Tests.Tenancy;

/// <summary>What the portal's login may write, whatever the program forgets: where it was told to, and of whom it is about.</summary>
public sealed class PortalWritesTests(ProvinceFixture province) : IClassFixture<ProvinceFixture>
{
    [Fact]
    public async Task The_portal_writes_nowhere_but_where_it_was_told_and_reads_no_sealed_secret()
    {
        var writable = await province.QueryAsync<string>(
            """
            SELECT c.relname || ' ' || p FROM pg_class c CROSS JOIN unnest(ARRAY['INSERT', 'UPDATE', 'DELETE', 'TRUNCATE']) p
            WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v') AND has_table_privilege('ocop_web', c.oid, p)
            """);

        var columns = await province.QueryAsync<string>(
            """
            SELECT c.relname || ' ' || p || ' ' || string_agg(a.attname, ',' ORDER BY a.attnum)
            FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped CROSS JOIN unnest(ARRAY['INSERT', 'UPDATE']) p
            WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v')
              AND has_column_privilege('ocop_web', c.oid, a.attnum, p) AND NOT has_table_privilege('ocop_web', c.oid, p)
            GROUP BY c.relname, p ORDER BY 1
            """);

        Assert.Equal(["webhook_receipt INSERT"], writable.Order(StringComparer.Ordinal));
        Assert.Equal(
            [
                "audit INSERT actor,producer_id,mandate_id,action,before,after,origin,correlation",
                "connect_attempt INSERT kind,state_hash,session_id,person_id,person,keeper,origin,correlation,account_id,producer_id,marketplace,returned_at,step,typed,typed_key",
                "connect_attempt UPDATE returned_at,code,claimed_shop,step,result,ended_at",
                "consent_notice UPDATE spread_at",
                "guard_hold UPDATE proposed_by,proposed_key,proposed_at,proposed_reason,approved_by,approved_key,approved_at",
                "mandate INSERT account_id,producer_id,unit_code,given_on,until,evidence,recorded_by,act_by,text_version,evidence_sha256,follow_at",
                "mandate UPDATE revoked_on,revoked_at,revoked_by,revoked_reason,follow_at",
                "mandate_evidence INSERT sha256,content_type,file_name,bytes,content",
                "media INSERT sha256,content_type,width,height,bytes,content",
                "product_edit INSERT product_id,producer_id,unit_code,version,by_name,by_role,kind,of_version,states,changes,follow_at",
                "source_row INSERT source_id,key,content_hash,row_no,producer_id,product_id,variant_id,last_run_id,facts,variant_key",
                "source_row UPDATE content_hash,row_no,revision,last_run_id,gone_at,facts",
                "source_row_revision INSERT source_row_id,producer_id,revision,run_id,content_hash,raw",
                "subject_request INSERT kind,producer_id,account_id,removed_unit,unit_code,evidence,asked_on,recorded_by,recorded_key,answer_by,done_by,answered_at",
                "subject_request UPDATE answered_at,approved_by,approved_key,approved_at,step,ended_at,ended_reason,left_over",
                "wish_item INSERT plan_id,n,product_id,producer_id,listing_id,marketplace,act,why,print",
                "wish_plan INSERT kind,scope,producer_id,planned_by,planned_key,back_on,reason,products,effort",
                "wish_plan UPDATE step,confirmed_at,proposed_at,proposed_reason,approved_by,approved_key",
            ],
            columns);
        foreach (var column in new[] { "sealed_password", "sealed_access", "sealed_refresh", "parameters" })
        {
            var refused = await ProvinceFixture.TryAsync(province.WebSource, DataScope.All, $"SELECT {column} FROM credential");
            Assert.Equal((column, PostgresErrorCodes.InsufficientPrivilege), (column, refused?.SqlState));
        }

        foreach (var statement in new[] { "CREATE TABLE mine (x int)", "SELECT protect_rows('product', 'true')", "SELECT analyze_table('product')", "SET ROLE ocop_worker", "ALTER TABLE product DISABLE ROW LEVEL SECURITY" })
        {
            var refused = await ProvinceFixture.TryAsync(province.WebSource, DataScope.All, statement);
            Assert.True(refused is not null, $"The portal's login may {statement}.");
        }
    }

    /// <summary>What a business says reaches its own products: no row of its own that names another's, no picture under a hash that is not its own, and of
    /// products, variants and their pictures nothing but what the fold brings.</summary>
    [Theory]
    [InlineData("producer:1", "INSERT INTO source_row (source_id, key, content_hash, row_no, producer_id, product_id, last_run_id) VALUES (2147483647, 'p.sp1', '\\x00', 1, 1, 1, 1)", true)]
    [InlineData("producer:1", "INSERT INTO source_row (source_id, key, content_hash, row_no, producer_id, product_id, last_run_id) VALUES (2147483647, 'p.sp2', '\\x00', 1, 1, 2, 1)", false)]
    [InlineData("all", "INSERT INTO source_row (source_id, key, content_hash, row_no, producer_id, product_id, last_run_id) VALUES (2147483647, 'p.sp2', '\\x00', 1, 1, 2, 1)", false)]
    [InlineData("producer:1", "INSERT INTO source_row (source_id, key, content_hash, row_no, producer_id, product_id, last_run_id) VALUES (2147483647, 'p.sp2', '\\x00', 1, 1, 1, 1)", false)]
    [InlineData("producer:1", "INSERT INTO source_row (source_id, key, content_hash, row_no, producer_id, product_id, variant_id, variant_key, last_run_id) VALUES (2147483647, 'v.v1', '\\x00', 1, 1, 1, 1, 'v1', 1)", true)]
    [InlineData("producer:1", "INSERT INTO source_row (source_id, key, content_hash, row_no, producer_id, product_id, variant_id, variant_key, last_run_id) VALUES (2147483647, 'v.v2', '\\x00', 1, 1, 1, 2, 'v2', 1)", false)]
    [InlineData("all", "INSERT INTO source_row (source_id, key, content_hash, row_no, producer_id, product_id, variant_id, variant_key, last_run_id) VALUES (2147483647, 'v.v2', '\\x00', 1, 1, 1, 2, 'v2', 1)", false)]
    [InlineData("producer:1", "INSERT INTO source_row (source_id, key, content_hash, row_no, producer_id, product_id, variant_id, variant_key, last_run_id) VALUES (2147483647, 'v.v2', '\\x00', 1, 1, 1, 1, 'v1', 1)", false)]
    [InlineData("all", "INSERT INTO source_row (source_id, key, content_hash, row_no, producer_id, product_id, last_run_id) VALUES (2147483647, 'p.sp1', '\\x00', 1, 1, 1, 1); INSERT INTO source_row_revision (source_row_id, producer_id, revision, run_id, content_hash, raw) SELECT id, 1, 1, 1, '\\x00', '{}' FROM source_row WHERE key = 'p.sp1'", true)]
    [InlineData("all", "INSERT INTO source_row (source_id, key, content_hash, row_no, producer_id, product_id, last_run_id) VALUES (2147483647, 'p.sp1', '\\x00', 1, 1, 1, 1); INSERT INTO source_row_revision (source_row_id, producer_id, revision, run_id, content_hash, raw) SELECT id, 2, 1, 1, '\\x00', '{}' FROM source_row WHERE key = 'p.sp1'", false)]
    [InlineData("producer:1", "INSERT INTO product_edit (product_id, producer_id, unit_code, version, by_name, by_role, kind, states, changes) VALUES (1, 1, '29398', 2, 'x', 'business', 'edit', '{}', '[]')", true)]
    [InlineData("producer:1", "INSERT INTO product_edit (product_id, producer_id, unit_code, version, by_name, by_role, kind, states, changes) VALUES (2, 1, '29001', 2, 'x', 'business', 'edit', '{}', '[]')", false)]
    [InlineData("producer:1", "INSERT INTO product_edit (product_id, producer_id, unit_code, version, by_name, by_role, kind, states, changes) VALUES (1, 1, '32001', 2, 'x', 'business', 'edit', '{}', '[]')", false)]
    [InlineData("producer:1", "INSERT INTO media (sha256, content_type, width, height, bytes, content) VALUES (encode(sha256('x'), 'hex'), 'image/png', 1, 1, 1, 'x')", true)]
    [InlineData("producer:1", "INSERT INTO media (sha256, content_type, width, height, bytes, content) VALUES (encode(sha256('y'), 'hex'), 'image/png', 1, 1, 1, 'x')", false)]
    [InlineData("producer:1", "INSERT INTO media (sha256, content_type, width, height, bytes, content) VALUES (encode(sha256('x'), 'hex'), 'image/png', 1, 1, 2, 'x')", false)]
    [InlineData("producer:1", "INSERT INTO media (sha256, content_type, width, height, bytes, content) VALUES (encode(sha256('x'), 'hex'), 'text/html', 1, 1, 1, 'x')", false)]
    [InlineData("producer:1", "SELECT fold_edited(1)", true)]
    [InlineData("producer:1", "SELECT fold_edited(2)", false)]
    [InlineData("units:96", "SELECT fold_edited(1)", false)]
    [InlineData("producer:1", "UPDATE product SET gone_at = now() WHERE id = 1", false)]
    [InlineData("producer:1", "UPDATE product SET unit_code = '96' WHERE id = 1", false)]
    [InlineData("producer:1", "UPDATE variant SET list_price_vnd = 1 WHERE product_id = 1", false)]
    [InlineData("producer:1", "INSERT INTO product_image (product_id, producer_id, position, sha256) VALUES (2, 1, 2, 'm')", false)]
    [InlineData("producer:1", "DELETE FROM product_image WHERE product_id = 1", false)]
    public async Task What_is_said_of_a_product_reaches_no_other(string scope, string statement, bool isLet)
    {
        var within = scope.Split(':') switch
        {
            ["producer", var id] => DataScope.Producer(long.Parse(id, System.Globalization.CultureInfo.InvariantCulture)),
            ["units", var unit] => DataScope.OfUnits([unit]),
            _ => DataScope.All,
        };
        var refused = await ProvinceFixture.TryAsync(province.WebSource, within, statement);
        Assert.Equal(isLet ? null : PostgresErrorCodes.InsufficientPrivilege, refused?.SqlState);
    }

    /// <summary>The portal folds by a function of the schema, the workers by statements of the program.</summary>
    [Fact]
    public async Task The_portals_fold_is_the_workers_word_for_word()
    {
        static string Words(string sql) => string.Join(' ', sql.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        var function = Words(await province.ScalarAsync<string>("SELECT pg_get_functiondef('fold_edited(bigint)'::regprocedure)") ?? "");

        Assert.All(FoldSql.Edited, sql => Assert.Contains(Words(sql) + ";", function, StringComparison.Ordinal));
    }

    /// <summary>A plan belongs to the person and the reach in which it was made, and only what its maker may reach is in it; further than confirmed it goes by the
    /// workers. A line that is added to a plan of before, as by who adds while another confirms, joins none.</summary>
    [Theory]
    [InlineData("INSERT INTO wish_plan (kind, scope, producer_id, planned_by, planned_key, products) VALUES ('hide', 'producer:1', 1, 'x', 'person:1', 1)", true)]
    [InlineData("INSERT INTO wish_plan (kind, scope, producer_id, planned_by, planned_key, products) VALUES ('hide', 'producer:1', 1, 'x', 'person:2', 1)", false)]
    [InlineData("INSERT INTO wish_plan (kind, scope, producer_id, planned_by, planned_key, products) VALUES ('hide', 'producer:2', 2, 'x', 'person:1', 1)", false)]
    [InlineData("INSERT INTO wish_plan (kind, scope, producer_id, planned_by, planned_key, products) VALUES ('hide', 'producer:1', 2, 'x', 'person:1', 1)", false)]
    [InlineData("INSERT INTO wish_plan (kind, scope, producer_id, planned_by, planned_key, products) VALUES ('hide', 'all', NULL, 'x', 'person:1', 1)", false)]
    [InlineData("INSERT INTO wish_plan (kind, scope, producer_id, planned_by, planned_key, products) VALUES ('hide', 'producer:1', 1, 'x', 'person:1', 1); INSERT INTO wish_item (plan_id, n, product_id, producer_id, listing_id, marketplace, act, print) SELECT max(id), 1, 1, 1, 1, 'postmart', 'hide', 'x' FROM wish_plan", true)]
    [InlineData("INSERT INTO wish_plan (kind, scope, producer_id, planned_by, planned_key, products) VALUES ('hide', 'producer:1', 1, 'x', 'person:1', 1); INSERT INTO wish_item (plan_id, n, product_id, producer_id, listing_id, marketplace, act, print) SELECT max(id), 1, 2, 2, 2, 'postmart', 'hide', 'x' FROM wish_plan", false)]
    [InlineData("INSERT INTO wish_plan (kind, scope, producer_id, planned_by, planned_key, products) VALUES ('hide', 'producer:1', 1, 'x', 'person:1', 1); INSERT INTO wish_item (plan_id, n, product_id, producer_id, listing_id, marketplace, act, print) SELECT max(id), 1, 1, 1, 2, 'postmart', 'hide', 'x' FROM wish_plan", false)]
    [InlineData("INSERT INTO wish_item (plan_id, n, product_id, producer_id, listing_id, marketplace, act, print) VALUES (1, 2, 1, 1, 1, 'postmart', 'hide', 'x')", false)]
    [InlineData("INSERT INTO wish_item (plan_id, n, product_id, producer_id, listing_id, marketplace, act, print) VALUES (2, 2, 1, 1, 1, 'postmart', 'hide', 'x')", false)]
    [InlineData("UPDATE wish_plan SET step = 'confirmed', confirmed_at = now() WHERE id = 1", true)]
    [InlineData("UPDATE wish_plan SET step = 'done', confirmed_at = now() WHERE id = 1", false)]
    [InlineData("UPDATE wish_plan SET step = 'confirmed', confirmed_at = now(), approved_key = 'person:2', approved_by = 'x' WHERE id = 1", false)]
    public async Task A_plan_is_written_within_its_makers_reach_alone(string statement, bool isLet)
    {
        var refused = await ProvinceFixture.TryAsync(province.WebSource, DataScope.Producer(1), statement, 1);
        Assert.Equal(isLet ? null : PostgresErrorCodes.InsufficientPrivilege, refused?.SqlState);
    }

    /// <summary>Also where the program forgets: another person of the same business or place neither confirms nor drops it, and of a proposal its maker does not agree.</summary>
    [Fact]
    public async Task A_plan_is_confirmed_by_its_maker_and_a_proposal_by_somebody_else()
    {
        const string Confirm = "UPDATE wish_plan SET step = 'confirmed', confirmed_at = now()";
        Assert.Equal(1, await ChangedAsync(DataScope.Producer(1), 1, $"{Confirm} WHERE id = 1"));
        Assert.Equal(0, await ChangedAsync(DataScope.Producer(1), 2, $"{Confirm} WHERE id = 1"));
        Assert.Equal(0, await ChangedAsync(DataScope.Producer(1), null, $"{Confirm} WHERE id = 1"));
        Assert.Equal(0, await ChangedAsync(DataScope.All, 2, "UPDATE wish_plan SET step = 'dropped' WHERE id = 1"));
        await province.ExecuteAsync(
            "INSERT INTO wish_plan (kind, scope, planned_by, planned_key, products, step, proposed_at, proposed_reason) VALUES ('hide', 'units:86', 'x', 'person:1', 1, 'proposed', now(), 'mười ký tự')");
        var approve = (string key) => $"{Confirm}, approved_key = '{key}', approved_by = 'x' WHERE planned_key = 'person:1' AND step = 'proposed'";
        try
        {
            Assert.Equal(1, await ChangedAsync(DataScope.OfUnits(["86"]), 2, approve("person:2")));
            Assert.Equal(1, await ChangedAsync(DataScope.All, 2, approve("person:2")));
            Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, (await Assert.ThrowsAsync<PostgresException>(
                () => ChangedAsync(DataScope.All, 2, approve("person:3")))).SqlState);
            Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, (await Assert.ThrowsAsync<PostgresException>(
                () => ChangedAsync(DataScope.OfUnits(["86"]), 1, approve("person:2")))).SqlState);
            Assert.Equal(PostgresErrorCodes.CheckViolation, (await Assert.ThrowsAsync<PostgresException>(
                () => ChangedAsync(DataScope.OfUnits(["86"]), 1, $"{Confirm} WHERE planned_key = 'person:1' AND step = 'proposed'"))).SqlState);
        }
        finally
        {
            await province.ExecuteAsync("DELETE FROM wish_plan WHERE scope = 'units:86'");
        }
    }

    /// <summary>Rows that a statement of the portal's login would change; nothing of it is kept.</summary>
    private async Task<int> ChangedAsync(DataScope scope, long? person, string sql)
    {
        await using var connection = await province.WebSource.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await connection.ExecuteAsync(
            "SELECT set_config('app.scope', @Text, true), set_config('app.person', @person, true)", new { scope.Text, person = $"{person}" }, transaction);
        return await connection.ExecuteAsync(sql, transaction: transaction);
    }
}
