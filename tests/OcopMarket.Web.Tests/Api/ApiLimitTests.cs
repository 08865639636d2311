using System.Net;
using Npgsql;
using OcopMarket.Core.People;
using OcopMarket.Web.People;

namespace OcopMarket.Web.Tests.Api;

/// <summary>A portal that is soon tired: a few requests a minute, and no patience with a slow database.</summary>
public sealed class TiredPortal : EmptyPortal
{
    protected override PortalSettings Settings => TestPeople.Quick with
    {
        IsDemo = true,
        Api = new() { RequestsPerMinute = 5, RequestsPerAddress = 20, Longest = TimeSpan.FromMilliseconds(500) },
    };
}

/// <summary>Row S53: nobody uses the program up through the API.</summary>
public sealed class ApiLimitTests : IAsyncLifetime
{
    private readonly TiredPortal _portal = new();

    public Task InitializeAsync() => _portal.InitializeAsync();

    public Task DisposeAsync() => _portal.DisposeAsync();

    [Fact]
    public async Task A_key_that_asks_without_end_is_told_to_wait_and_the_others_are_not()
    {
        using var greedy = new ApiCaller(_portal.Address, await _portal.People.KeyAsync(PersonRole.Admin));
        using var other = new ApiCaller(_portal.Address, await _portal.People.KeyAsync(PersonRole.Admin));
        var answers = new List<ApiAnswer>();
        for (var n = 0; n < 8; n++)
        {
            answers.Add(await greedy.GetAsync("/api/v1/products"));
        }

        Assert.Equal(5, answers.Count(a => a.Status == HttpStatusCode.OK));
        AssertTold(answers[^1]);
        Assert.Equal(HttpStatusCode.OK, (await other.GetAsync("/api/v1/products")).Status);
    }

    [Fact]
    public async Task An_address_that_guesses_keys_is_told_to_wait_and_pages_still_answer()
    {
        using var guesser = new ApiCaller(_portal.Address, "ocop_00");
        ApiAnswer? last = null;
        for (var n = 0; n < 30 && last?.Status != HttpStatusCode.TooManyRequests; n++)
        {
            last = await guesser.GetAsync("/api/v1/products");
        }

        AssertTold(last!);
        using var visitor = _portal.NewVisitor();
        Assert.Equal(HttpStatusCode.OK, await visitor.StatusAsync("/dang-nhap"));
    }

    [Fact]
    public async Task A_question_that_takes_too_long_is_broken_off_by_the_database()
    {
        using var caller = new ApiCaller(_portal.Address, await _portal.People.KeyAsync(PersonRole.Admin));
        await using var connection = await _portal.Superuser.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using var block = new NpgsqlCommand("LOCK TABLE listing IN ACCESS EXCLUSIVE MODE", connection, transaction);
        await block.ExecuteNonQueryAsync();

        var answer = await caller.GetAsync("/api/v1/listings");
        await transaction.RollbackAsync();

        Assert.Equal((HttpStatusCode.ServiceUnavailable, "too_slow"), (answer.Status, answer.Code));
        ApiReadTests.AssertProblem(answer);
        Assert.Equal(HttpStatusCode.OK, (await caller.GetAsync("/api/v1/listings")).Status);
    }

    private static void AssertTold(ApiAnswer answer)
    {
        Assert.Equal((HttpStatusCode.TooManyRequests, "too_many"), (answer.Status, answer.Code));
        Assert.InRange(answer.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 60);
        ApiReadTests.AssertProblem(answer);
    }
}
