using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using OcopMarket.Testing;
using OcopMarket.Web.People;

namespace OcopMarket.Web.Tests.People;

/// <summary>The numbered step makes the tables that Identity's model expects: both are built, and what the database says of them is compared.</summary>
public sealed class PeopleSchemaTests(EmptyPortal portal) : IClassFixture<EmptyPortal>
{
    private const string Columns = """
        SELECT c.relname || '.' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod) || CASE WHEN a.attnotnull THEN ' not null' ELSE '' END
            || CASE WHEN a.attidentity <> '' THEN ' identity' ELSE '' END
        FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        WHERE c.relnamespace = 'identity'::regnamespace AND c.relkind = 'r' AND c.relname <> ALL (@ours) ORDER BY 1
        """;

    private const string Indexes = """
        SELECT c.relname || ' ' || CASE WHEN i.indisunique THEN 'unique ' ELSE '' END || (
            SELECT string_agg(a.attname, ',' ORDER BY k.n) FROM unnest(i.indkey) WITH ORDINALITY k(no, n)
            JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.no)
        FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
        WHERE c.relnamespace = 'identity'::regnamespace AND c.relname <> ALL (@ours) ORDER BY 1
        """;

    private const string References = """
        SELECT conrelid::regclass::text || ' ' || confrelid::regclass::text || ' ' || confdeltype::text FROM pg_constraint
        WHERE connamespace = 'identity'::regnamespace AND contype = 'f' AND (conrelid::regclass)::text <> ALL (@ours) ORDER BY 1
        """;

    private static readonly string[] _ours =
        [
            "session", "link", "sign_in_try", "day_use", "ring_mark", "api_key", "consent_mail", "identity.session", "identity.link", "identity.sign_in_try",
            "identity.day_use", "identity.ring_mark", "identity.api_key", "identity.consent_mail",
        ];

    [Fact]
    public async Task Our_step_and_the_model_make_the_same_tables()
    {
        await using var model = NpgsqlDataSource.Create(await PostgresServer.CreateDatabaseAsync("model"));
        await using (var scope = portal.Services.CreateAsyncScope())
        {
            await using var create = model.CreateCommand(scope.ServiceProvider.GetRequiredService<PeopleDb>().Database.GenerateCreateScript());
            await create.ExecuteNonQueryAsync();
        }

        foreach (var what in (string[])[Columns, Indexes, References])
        {
            var expected = await ReadAsync(model, what);
            Assert.NotEmpty(expected);
            Assert.Equal(expected, await ReadAsync(portal.Superuser, what));
        }
    }

    private static async Task<List<string>> ReadAsync(NpgsqlDataSource source, string sql)
    {
        await using var command = source.CreateCommand(sql);
        command.Parameters.AddWithValue("ours", _ours);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<string>();
        while (await reader.ReadAsync())
        {
            rows.Add(reader.GetString(0));
        }

        return rows;
    }
}
