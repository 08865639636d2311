using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using OcopMarket.Core.People;

namespace OcopMarket.Web.Tests.Api;

/// <summary>Rows S1 and S53: what a key reads, in which parts, and what is refused.</summary>
public sealed partial class ApiReadTests(SeededPortal portal) : IClassFixture<SeededPortal>
{
    public static TheoryData<string, string> Lists => new()
    {
        { "products", "SELECT count(*) FROM product WHERE gone_at IS NULL" },
        { "listings", "SELECT count(*) FROM listing" },
        { "accounts", "SELECT count(*) FROM seller_account" },
        { "runs", "SELECT count(*) FROM source_run" },
        { "issues", "SELECT count(*) FROM listing_issue WHERE closed_at IS NULL" },
    };

    [Theory]
    [MemberData(nameof(Lists))]
    public async Task A_list_read_in_parts_is_the_whole_list_each_row_once(string list, string count)
    {
        using var admin = await CallerAsync(PersonRole.Admin);
        foreach (var size in (int[])[2, 7, 200])
        {
            var ids = (await admin.AllAsync($"/api/v1/{list}", size)).Select(Id).ToList();
            Assert.Equal(await portal.ScalarAsync<long>(count), ids.Count);
            Assert.Equal(list == "runs" ? ids.OrderDescending() : ids.Order(), ids);
            Assert.Equal(ids.Count, ids.Distinct().Count());
        }
    }

    [Theory]
    [InlineData("products", "producerId")]
    [InlineData("listings", "producerId")]
    [InlineData("accounts", "producerId")]
    public async Task A_business_reads_its_own_rows_and_no_others(string list, string field)
    {
        using var business = await CallerAsync(PersonRole.Business);
        var rows = await business.AllAsync($"/api/v1/{list}", 50);

        Assert.NotEmpty(rows);
        Assert.All(rows, r => Assert.Equal(1, r.GetProperty(field).GetInt64()));
        Assert.Equal(HttpStatusCode.Forbidden, (await business.GetAsync("/api/v1/runs")).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await business.GetAsync("/api/v1/runs/1")).Status);
    }

    [Fact]
    public async Task Issues_are_those_of_own_listings()
    {
        using var business = await CallerAsync(PersonRole.Business);
        var own = await portal.ScalarAsync<long>("SELECT count(*) FROM listing_issue WHERE closed_at IS NULL AND producer_id = 1");

        var rows = await business.AllAsync("/api/v1/issues", 3);

        Assert.NotEqual(0, own);
        Assert.Equal(own, rows.Count);
        Assert.All(rows, r => Assert.InRange(r.GetProperty("sentence").GetString()!.Length, 10, 160));
    }

    [Theory]
    [InlineData("products", "SELECT min(id) FROM product WHERE producer_id = 2")]
    [InlineData("listings", "SELECT min(id) FROM listing WHERE producer_id = 2")]
    [InlineData("accounts", "SELECT min(id) FROM seller_account WHERE producer_id = 2")]
    [InlineData("issues", "SELECT min(id) FROM listing_issue WHERE producer_id <> 1")]
    public async Task Anothers_row_is_the_same_404_as_one_that_does_not_exist(string list, string foreign)
    {
        var id = await portal.ScalarAsync<long>(foreign);
        using var business = await CallerAsync(PersonRole.Business);
        using var admin = await CallerAsync(PersonRole.Admin);

        var anothers = await business.GetAsync($"/api/v1/{list}/{id}");
        var none = await business.GetAsync($"/api/v1/{list}/999999");

        Assert.Equal(HttpStatusCode.OK, (await admin.GetAsync($"/api/v1/{list}/{id}")).Status);
        Assert.Equal((HttpStatusCode.NotFound, "not_found"), (anothers.Status, anothers.Code));
        Assert.Equal(Same(none), Same(anothers));
    }

    [Theory]
    [InlineData("limit=0", "limit_bad")]
    [InlineData("limit=201", "limit_bad")]
    [InlineData("limit=-1", "limit_bad")]
    [InlineData("limit=abc", "limit_bad")]
    [InlineData("limit=1e2", "limit_bad")]
    [InlineData("limit=99999999999999999999", "limit_bad")]
    [InlineData("cursor=1", "cursor_bad")]
    [InlineData("cursor=MS4wLjE", "cursor_bad")]
    [InlineData("cursor=MS4xLi0x", "cursor_bad")]
    [InlineData("cursor=%27%3BDROP+TABLE+listing%3B--", "cursor_bad")]
    [InlineData("cursor=MS4xLjk5OTk5OTk5OTk5OTk5OTk5OTk5OQ", "cursor_bad")]
    [InlineData("state=sold", "parameter_bad")]
    [InlineData("state=live&state=live", "parameter_bad")]
    [InlineData("marketplace=san-khong-co", "parameter_bad")]
    [InlineData("account=x", "parameter_bad")]
    [InlineData("late=yes", "parameter_bad")]
    [InlineData("issue=", "parameter_bad")]
    [InlineData("issue=%00", "parameter_bad")]
    [InlineData("stat=live", "parameter_unknown")]
    [InlineData("State=live", "parameter_unknown")]
    public async Task What_makes_no_sense_is_refused_with_a_code_and_never_passed_over(string query, string code)
    {
        using var admin = await CallerAsync(PersonRole.Admin);
        var answer = await admin.GetAsync($"/api/v1/listings?{query}");
        Assert.Equal((HttpStatusCode.BadRequest, code), (answer.Status, answer.Code));
        AssertProblem(answer);
    }

    [Fact]
    public async Task A_filter_has_a_longest_length_and_a_page_a_usual_size()
    {
        using var admin = await CallerAsync(PersonRole.Admin);
        Assert.Equal("parameter_bad", (await admin.GetAsync($"/api/v1/products?search={new string('a', 101)}")).Code);
        Assert.Equal(HttpStatusCode.OK, (await admin.GetAsync($"/api/v1/products?search={new string('a', 100)}")).Status);
        Assert.Equal(50, (await admin.GetAsync("/api/v1/listings")).Items.Count);
    }

    [Fact]
    public async Task Filters_find_what_the_pages_find()
    {
        using var admin = await CallerAsync(PersonRole.Admin);
        await CheckAsync("listings?state=live&marketplace=postmart", "SELECT count(*) FROM listing WHERE state = 'live' AND marketplace = 'postmart'");
        await CheckAsync("listings?owner=staff&late=true", "SELECT count(*) FROM listing WHERE owner = 'staff' AND due_at < now()");
        await CheckAsync("listings?issue=price_missing", "SELECT count(DISTINCT listing_id) FROM listing_issue WHERE code = 'price_missing' AND closed_at IS NULL");
        var shop = await portal.ScalarAsync<long>("SELECT account_id FROM listing WHERE product_id = 1 AND marketplace = 'voso'");
        await CheckAsync($"listings?account={shop}&product=1", $"SELECT count(*) FROM listing WHERE account_id = {shop} AND product_id = 1");
        await CheckAsync("accounts?state=suspended", "SELECT count(*) FROM seller_account WHERE state = 'suspended'");
        await CheckAsync("issues?severity=warning&marketplace=voso", "SELECT count(*) FROM listing_issue WHERE severity = 'warning' AND marketplace = 'voso'");
        await CheckAsync("products?state=rejected", "SELECT count(DISTINCT product_id) FROM listing WHERE state = 'rejected'");
        await CheckAsync("runs?source=cau-ke", "SELECT count(*) FROM source_run WHERE source_id = 2");
        Assert.Empty(await admin.AllAsync("/api/v1/listings?account=9999999999", 50));

        async Task CheckAsync(string query, string count)
        {
            var expected = await portal.ScalarAsync<long>(count);
            Assert.True(expected > 0, query);
            Assert.Equal((query, expected), (query, (await admin.AllAsync($"/api/v1/{query}", 5)).Count));
        }
    }

    /// <summary>Only what is named here goes out; a field that is added to a row is added here by a person first.</summary>
    [Theory]
    [InlineData("products", "id,name,producerId,producer,producerWithheld,place,criteriaSetNo,certificate,listings,revision,updatedAt")]
    [InlineData("listings", "id,productId,product,variant,producerId,producer,marketplace,contract,accountId,shop,sellerSku,externalId,url,state,owner,stateSince,dueAt,desired,submittedAt,seen,issues")]
    [InlineData("accounts", "id,marketplace,contract,externalId,producerId,producer,shopName,url,state,stateAt,stateEvidence,problem,itemCount,verifiedAt,openedBy,hasMandate")]
    [InlineData("runs", "id,source,sourceName,state,startedBy,startedAt,finishedAt,fileName,rowsExpected,rowsRead,accepted,unchanged,repeated,rejected,gone,failure")]
    [InlineData("issues", "id,listingId,productId,marketplace,code,sentence,severity,owner,fields,raw,openedAt")]
    public async Task A_row_has_the_fields_that_are_written_and_no_others(string list, string fields)
    {
        using var admin = await CallerAsync(PersonRole.Admin);
        var rows = await admin.AllAsync($"/api/v1/{list}", 200);
        Assert.All(rows, r => Assert.Equal(fields, string.Join(',', r.EnumerateObject().Select(f => f.Name))));

        var one = await admin.GetAsync($"/api/v1/{list}/{Id(rows[0])}");
        Assert.Equal(HttpStatusCode.OK, one.Status);
        var names = (list == "runs" ? one.Body.GetProperty("run") : one.Body).EnumerateObject().Select(f => f.Name);
        Assert.Equal(
            list == "products"
                ? "id,name,producerId,producer,producerWithheld,province,district,commune,unitNow,criteriaSetNo,groupName,shortDescription,description,ingredients,usage,storage,shelfLife,brand,origin,foodSafetyNo,sourceUrl,marks,revision,updatedAt,goneAt,variants,certifications,pictures,listings"
                : fields,
            string.Join(',', names));
    }

    [Fact]
    public async Task Money_is_whole_dong_times_are_UTC_and_marks_stay()
    {
        using var admin = await CallerAsync(PersonRole.Admin);
        var listing = (await admin.GetAsync("/api/v1/listings?state=live&limit=1")).Items[0];

        Assert.Equal("1250000", listing.GetProperty("desired").GetProperty("priceVnd").GetRawText());
        Assert.Equal("1200000", listing.GetProperty("seen").GetProperty("priceVnd").GetRawText());
        Assert.Equal("provisional", listing.GetProperty("contract").GetString());
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?\+00:00$", listing.GetProperty("stateSince").GetString());
        var product = await portal.ScalarAsync<long>("SELECT min(product_id) FROM variant WHERE provenance <> '{}'");
        var marks = (await admin.GetAsync($"/api/v1/products/{product}")).Body.GetProperty("variants")[0].GetProperty("marks");
        Assert.Contains(marks.EnumerateObject(), m => m.Value.GetString() is "stated" or "invented" or "computed");
        Assert.Contains(Seed.Hostile, (await admin.AllAsync("/api/v1/products", 200)).Select(p => p.GetProperty("name").GetString()));
    }

    [Theory]
    [InlineData(null, "vi", "Không có mục này")]
    [InlineData("vi", "vi", "Không có mục này")]
    [InlineData("en", "en", "There is nothing like that")]
    [InlineData("en-GB, vi;q=0.5", "en", "There is nothing like that")]
    [InlineData("en;q=0.3, vi;q=0.9", "vi", "Không có mục này")]
    [InlineData("fr, de", "vi", "Không có mục này")]
    [InlineData("*;q=,;", "vi", "Không có mục này")]
    public async Task A_refusal_is_a_sentence_in_the_language_of_whoever_asks(string? accept, string language, string said)
    {
        using var admin = await CallerAsync(PersonRole.Admin);
        var answer = await admin.GetAsync("/api/v1/products/999999", accept is null ? [] : [("Accept-Language", accept)]);
        Assert.Contains(said, answer.Body.GetProperty("title").GetString(), StringComparison.Ordinal);
        Assert.Equal("not_found", answer.Code);
        Assert.Equal(Assert.Single(answer.Headers.GetValues("X-Correlation-Id")), answer.Body.GetProperty("correlationId").GetString());
        Assert.NotEqual(language == "vi", said.StartsWith("There", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("listing")]
    [InlineData("identity.api_key")]
    public async Task A_fault_of_ours_is_told_without_a_word_of_the_inside(string table)
    {
        using var admin = await CallerAsync(PersonRole.Admin);
        var away = table.Split('.')[^1];
        await portal.ExecuteAsync($"ALTER TABLE {table} RENAME TO away");
        try
        {
            var answer = await admin.GetAsync("/api/v1/listings");
            Assert.Equal((HttpStatusCode.InternalServerError, "failed"), (answer.Status, answer.Code));
            AssertProblem(answer);
            Assert.DoesNotMatch(@"(?i)npgsql|\brelation|42P01|   at ", answer.Text);
        }
        finally
        {
            await portal.ExecuteAsync($"ALTER TABLE {table.Replace(away, "away", StringComparison.Ordinal)} RENAME TO {away}");
        }

        Assert.Equal(HttpStatusCode.OK, (await admin.GetAsync("/api/v1/listings")).Status);
    }

    internal static void AssertProblem(ApiAnswer answer)
    {
        Assert.Equal("application/problem+json", answer.Type);
        Assert.Equal((int)answer.Status, answer.Body.GetProperty("status").GetInt32());
        Assert.Equal($"urn:ocopmarket:problem:{answer.Code}", answer.Body.GetProperty("type").GetString());
        Assert.InRange(answer.Body.GetProperty("title").GetString()!.Length, 10, 160);
        Assert.Matches("^[0-9a-f]{16}$", answer.Body.GetProperty("correlationId").GetString());
        Assert.DoesNotMatch("exception|   at ", answer.Text);
    }

    private async Task<ApiCaller> CallerAsync(PersonRole role) => new(portal.Address, await portal.People.KeyAsync(role));

    private static long Id(JsonElement row) => (row.TryGetProperty("run", out var run) ? run : row).GetProperty("id").GetInt64();

    /// <summary>All of it but what differs for every request.</summary>
    private static string Same(ApiAnswer answer) => Correlation().Replace(answer.Text, "");

    [GeneratedRegex("\"correlationId\":\"[0-9a-f]+\"")]
    private static partial Regex Correlation();
}
