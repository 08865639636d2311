using OcopMarket.Data.Sellers;

namespace OcopMarket.Worker.Tests.Sellers;

/// <summary>A consent ends on the day that the owner chose; people are told before.</summary>
public sealed class ConsentWarningTests(ConsentFixture field) : IClassFixture<ConsentFixture>
{
    [Theory]
    [InlineData(365, "30 14 7 1")]
    [InlineData(30, "14 7 1")]
    [InlineData(7, "1")]
    [InlineData(1, "")]
    public async Task Each_step_that_is_shorter_than_the_consent_is_told_once(int days, string steps)
    {
        var shop = await ConsentAsync(days);
        var clock = new Clock();
        var warnings = new ConsentWarnings(field.DataSource, clock);

        var told = new List<string>();
        for (var hour = 0; hour <= days * 24; hour += days > 60 && hour < (days - 35) * 24 ? 240 : 6)
        {
            clock.Now = TimeProvider.System.GetUtcNow().AddHours(hour);
            await warnings.WarnAsync(CancellationToken.None);
            await warnings.WarnAsync(CancellationToken.None);
        }

        told.AddRange(await field.QueryAsync<string>(
            "SELECT split_part(evidence, ' ', 2) FROM account_event WHERE account_id = @Account AND evidence LIKE 'consent_ends %' ORDER BY id", new { shop.Account }));
        Assert.Equal(steps, string.Join(' ', told));
        Assert.Equal(steps.Length > 0 ? "consent_ends staff" : "", await shop.IssuesAsync());
        Assert.Equal(steps.Length > 0 ? 1 : 0, await field.CountAsync($"account_issue WHERE account_id = {shop.Account}"));
    }

    [Fact]
    public async Task The_warning_is_its_keepers_names_the_day_and_goes_with_a_new_consent()
    {
        var shop = await ConsentAsync(365, "producer");
        var clock = new Clock { Now = TimeProvider.System.GetUtcNow().AddDays(360) };
        var warnings = new ConsentWarnings(field.DataSource, clock);
        await warnings.WarnAsync(CancellationToken.None);

        Assert.Equal("consent_ends producer", await shop.IssuesAsync());
        Assert.True(await field.ScalarAsync<bool>(
            """
            SELECT i.due_at = c.consent_until AND i.args = ARRAY[to_char(c.consent_until AT TIME ZONE 'UTC' + interval '7 hours', 'DD/MM/YYYY'), '7']
            FROM account_issue i, credential c WHERE i.account_id = @Account AND c.id = @id
            """,
            new { shop.Account, id = await shop.CredentialAsync() }));

        Assert.Null(await shop.ConnectAsync());
        await shop.CheckAsync();
        Assert.Equal("", await shop.IssuesAsync());
        clock.Now = TimeProvider.System.GetUtcNow().AddDays(340);
        await warnings.WarnAsync(CancellationToken.None);
        Assert.Equal("consent_ends producer", await shop.IssuesAsync());
    }

    private async Task<ConsentShop> ConsentAsync(int days, string keeper = "staff")
    {
        await field.PostAsync("settings", new() { ["consentDays"] = days });
        var shop = await field.AddAsync();
        Assert.Null(await shop.ConnectAsync(keeper: keeper));
        Assert.Equal("active", (await shop.CheckAsync()).Code);
        return shop;
    }

    private sealed class Clock : TimeProvider
    {
        public DateTimeOffset Now { get; set; }

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
