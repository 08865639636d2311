using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.RegularExpressions;
using OcopMarket.Core.People;

namespace OcopMarket.Web.Tests;

/// <summary>Row S8: what each role is shown of each page and of the API, field by field, is what <c>shown-fields.txt</c> says. Every text that a table
/// holds is replaced by the name of its column, so that a column is found wherever it comes out, in running text, too; figures and days are known by the
/// heading, label or JSON name beside them. A field that is new somewhere turns this red until a person has written it down.</summary>
public sealed partial class ShownFieldsTests(SeededPortal portal) : IClassFixture<SeededPortal>
{
    private static readonly PersonRole[] _roles = [PersonRole.Business, PersonRole.Viewer, PersonRole.Staff, PersonRole.Admin];

    private static string Written => Path.Combine(EmptyPortal.Repository(), "tests", "OcopMarket.Web.Tests", "shown-fields.txt");

    /// <summary>Columns that hold words of ours, keys by which rows are found, or who is signed in, are left as they are: pages would be others.</summary>
    private const string Mark = """
        DO $body$
        DECLARE c record;
        BEGIN
            FOR c IN
                SELECT t.oid::regclass AS owner, CASE n.nspname WHEN 'public' THEN '' ELSE n.nspname || '.' END || t.relname || '.' || a.attname AS name, a.attname AS col
                FROM pg_class t JOIN pg_namespace n ON n.oid = t.relnamespace JOIN pg_attribute a ON a.attrelid = t.oid
                WHERE n.nspname IN ('public', 'identity') AND t.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
                  AND a.atttypid IN ('text'::regtype, 'varchar'::regtype)
                  AND t.relname NOT IN ('setting', 'schema_version', 'admin_unit', 'admin_unit_succession', 'ring_key', 'ring_mark', 'session')
                  AND a.attname NOT IN ('marketplace', 'code', 'state', 'kind', 'step', 'owner', 'what', 'how', 'unit_code', 'unit_now', 'scope', 'role', 'security_stamp',
                    'sha256', 'evidence_sha256', 'problem_code', 'last_code', 'recorded_key', 'approved_key', 'proposed_key', 'act_by', 'opened_by', 'text_version', 'seller_sku', 'seen',
                    'severity', 'failure_code')
                  AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conrelid = t.oid AND k.contype IN ('c', 'f') AND a.attnum = ANY (k.conkey))
            LOOP
                BEGIN
                    EXECUTE format('UPDATE %s SET %I = %L || ctid', c.owner, c.col,
                        CASE WHEN c.col LIKE '%url' THEN 'https://x.example/' ELSE '' END || 'zq-' || c.name || '-zq ');
                EXCEPTION WHEN OTHERS THEN NULL; -- a table that only grows
                END;
            END LOOP;
        END $body$
        """;

    [Fact]
    public async Task Each_role_is_shown_what_is_written_and_nothing_else()
    {
        var visitors = new List<Visitor>();
        var programs = new List<HttpClient>();
        foreach (var role in _roles)
        {
            visitors.Add(await portal.People.SignedInAsync(role));
            var program = new HttpClient { BaseAddress = portal.Address };
            program.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await portal.People.KeyAsync(role));
            programs.Add(program);
        }

        await portal.ExecuteAsync(Mark);
        var lines = new List<string>();
        foreach (var pattern in Addresses())
        {
            var shown = new Dictionary<string, char[]>(StringComparer.Ordinal);
            for (var i = 0; i < _roles.Length; i++)
            {
                foreach (var field in await FieldsAsync(pattern.StartsWith("/api/", StringComparison.Ordinal) ? programs[i] : visitors[i].Client, pattern))
                {
                    if (!shown.TryGetValue(field, out var who))
                    {
                        shown[field] = who = "....".ToCharArray();
                    }

                    who[i] = "bvsa"[i];
                }
            }

            if (shown.Count > 0)
            {
                lines.Add(pattern);
                lines.AddRange(shown.OrderBy(s => s.Key, StringComparer.Ordinal).Select(s => $"  {new string(s.Value)}  {s.Key}"));
            }
        }

        visitors.ForEach(v => v.Dispose());
        programs.ForEach(p => p.Dispose());
        await File.WriteAllLinesAsync(Path.Combine(AppContext.BaseDirectory, "shown-fields.actual.txt"), lines);
        var written = (await File.ReadAllLinesAsync(Written)).Where(l => l.Length > 0 && l[0] != '#').ToList();
        Assert.True(lines.Count > 300, $"Only {lines.Count} fields were found.");
        Assert.True(lines.SequenceEqual(written), $"Shown, but not written (+), or written, but not shown (-):\n{Difference(written, lines)}");
    }

    /// <summary>All that are asked with GET and lead to a page or to JSON, as <c>endpoints.txt</c> has them.</summary>
    private static IEnumerable<string> Addresses() => File
        .ReadLines(Path.Combine(EmptyPortal.Repository(), "src", "OcopMarket.Web", "endpoints.txt"))
        .Where(l => l.StartsWith("GET ", StringComparison.Ordinal)).Select(l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1])
        .Where(p => !p.StartsWith("/loi", StringComparison.Ordinal) && !p.StartsWith("/language", StringComparison.Ordinal));

    /// <summary>Of all the first ids that answer.</summary>
    private static async Task<IEnumerable<string>> FieldsAsync(HttpClient client, string pattern)
    {
        var fields = new HashSet<string>(StringComparer.Ordinal);
        for (var id = 1; id <= (Id().IsMatch(pattern) ? 8 : 1); id++)
        {
            var path = Rest().Replace(Id().Replace(pattern, $"{id}"), "price_missing");
            using var answer = await client.GetAsync(path);
            var text = await answer.Content.ReadAsStringAsync();
            if (answer.StatusCode != HttpStatusCode.OK)
            {
                continue;
            }

            switch (answer.Content.Headers.ContentType?.MediaType)
            {
                case "text/html":
                    fields.UnionWith(Of(text).Append("(page)"));
                    break;
                case "application/json" when !path.EndsWith("openapi.json", StringComparison.Ordinal):
                    using (var json = JsonDocument.Parse(text))
                    {
                        fields.UnionWith([.. Data(text), .. Names(json.RootElement, "")]);
                    }

                    break;
            }
        }

        return fields;
    }

    private static IEnumerable<string> Of(string html)
    {
        var main = WebUtility.HtmlDecode(html[Math.Max(0, html.IndexOf("<main", StringComparison.Ordinal))..]);
        return Data(main)
            .Concat(Heading().Matches(main).Select(m => $"column {m.Groups[1].Value}"))
            .Concat(Fact().Matches(main).Select(m => $"label {m.Groups[1].Value}"))
            .Concat(Input().Matches(main).Select(m => $"input {Number().Replace(m.Groups[1].Value, ".#.")}").Where(i => i is not "input _handler" and not "input __RequestVerificationToken"))
            .Concat(Section().Matches(main).Select(m => $"part {m.Groups[1].Value}"))
            .Where(f => f.StartsWith("data ", StringComparison.Ordinal) || !f.Contains("zq-", StringComparison.Ordinal));
    }

    private static IEnumerable<string> Data(string text) => Marked().Matches(text).Select(m => $"data {m.Groups[1].Value}");

    private static IEnumerable<string> Names(JsonElement element, string at) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(p => Names(p.Value, $"{at}.{p.Name}").Prepend($"json {at}.{p.Name}")),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(e => Names(e, $"{at}[]")),
        _ => [],
    };

    private static string Difference(List<string> written, List<string> shown)
    {
        static IEnumerable<string> Flat(List<string> lines)
        {
            var page = "";
            foreach (var line in lines)
            {
                page = line[0] == '/' ? line : page;
                yield return line[0] == '/' ? line : $"{page} {line}";
            }
        }

        var (before, now) = (Flat(written).ToList(), Flat(shown).ToList());
        return string.Join('\n', now.Except(before).Select(l => $"+ {l}").Concat(before.Except(now).Select(l => $"- {l}")).DefaultIfEmpty("the same, in another order"));
    }

    [GeneratedRegex(@"\{[Ii]d:long\}|\{mandate:long\}", RegexOptions.None, 1000)]
    private static partial Regex Id();

    [GeneratedRegex(@"\{[^}]+\}", RegexOptions.None, 1000)]
    private static partial Regex Rest();

    [GeneratedRegex("""<th[^>]*scope="col"[^>]*>(?:<[^>]*>)*([^<]+)""", RegexOptions.None, 1000)]
    private static partial Regex Heading();

    [GeneratedRegex("<dt>([^<]+)</dt>", RegexOptions.None, 1000)]
    private static partial Regex Fact();

    [GeneratedRegex("""<(?:input|select|textarea)[^>]* name="([^"]+)""", RegexOptions.None, 1000)]
    private static partial Regex Input();

    /// <summary>Of a row, in the middle of a name.</summary>
    [GeneratedRegex("""\.[0-9]+\.""", RegexOptions.None, 1000)]
    private static partial Regex Number();

    [GeneratedRegex("""<h[23] id="h-([a-z-]+)["]""", RegexOptions.None, 1000)]
    private static partial Regex Section();

    [GeneratedRegex("zq-([a-z0-9_.]+)-zq", RegexOptions.None, 1000)]
    private static partial Regex Marked();
}
