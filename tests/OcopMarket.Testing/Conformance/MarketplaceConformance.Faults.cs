using OcopMarket.Core.Listings;
using OcopMarket.Core.Marketplaces;
using Xunit;

namespace OcopMarket.Testing.Conformance;

/// <summary>The half with faults: what a call means that went wrong.</summary>
public abstract partial class MarketplaceConformance<TFixture>
{
    [Theory]
    [InlineData("rateLimited")]
    [InlineData("rateLimitedRetryAfter")]
    public async Task A_call_too_many_is_rate_limited_and_landed_nothing(string kind)
    {
        var draft = fixture.Draft(NewSku());
        await fixture.BreakAsync("writes", kind);

        var error = await Assert.ThrowsAsync<MarketplaceException>(() => SubmitAsync(ChangeKind.Create, draft, null));

        Assert.Equal(FailureKind.RateLimited, error.Kind);
        Assert.Equal(0, await fixture.CountAsync(draft.SellerSku));
    }

    [Fact]
    public async Task A_token_that_ended_is_unauthorized_and_landed_nothing()
    {
        var draft = fixture.Draft(NewSku());
        await fixture.BreakAsync("writes", "tokenRevoked");

        var error = await Assert.ThrowsAsync<MarketplaceException>(() => SubmitAsync(ChangeKind.Create, draft, null));

        Assert.Equal(FailureKind.Unauthorized, error.Kind);
        Assert.Equal(0, await fixture.CountAsync(draft.SellerSku));
    }

    [Theory]
    [InlineData("serverErrorBefore", 0)]
    [InlineData("serverErrorAfter", 1)]
    [InlineData("droppedBefore", 0)]
    [InlineData("droppedAfter", 1)]
    [InlineData("html", 0)]
    [InlineData("htmlAfter", 1)]
    [InlineData("cutJson", 1)]
    [InlineData("hugeBody", 1)]
    public async Task A_create_without_a_usable_answer_is_ambiguous_and_the_look_up_tells(string kind, int landed)
    {
        var draft = fixture.Draft(NewSku());
        await fixture.BreakAsync("writes", kind);

        var outcome = await SubmitAsync(ChangeKind.Create, draft, null);

        Assert.Equal(FailureKind.Ambiguous, outcome.Failure);
        fixture.Wait(Can.SettlingTime);
        Assert.Equal(landed, (await fixture.Adapter.LookUpAsync(fixture.Shop, [draft.SellerSku], None)).Count);
        Assert.Equal(landed, await fixture.CountAsync(draft.SellerSku));
    }

    [Theory]
    [InlineData("serverErrorBefore")]
    [InlineData("droppedBefore")]
    [InlineData("html")]
    [InlineData("cutJson")]
    [InlineData("hugeBody")]
    public async Task A_read_without_a_usable_answer_is_tried_again_later(string kind)
    {
        await fixture.BreakAsync("*", kind);

        var error = await Assert.ThrowsAsync<MarketplaceException>(() => fixture.Adapter.LookUpAsync(fixture.Shop, ["X-1"], None));

        Assert.Equal(FailureKind.Transient, error.Kind);
    }

    [Fact]
    public async Task A_status_that_no_sheet_knows_keeps_the_item_and_its_raw_word()
    {
        var draft = fixture.Draft(NewSku());
        var created = await CreateAsync(draft);
        await fixture.BreakAsync("*", "unknownStatus");

        var seen = await ReadAsync(created, draft);

        Assert.Equal((SeenStatus.NeedsAttention, created.ExternalId), (seen.Status, seen.ExternalId));
        Assert.NotEmpty(seen.StatusRaw);
    }

    [Fact]
    public async Task An_error_that_no_sheet_knows_is_a_refusal_with_its_raw_code()
    {
        var draft = fixture.Draft(NewSku());
        await fixture.BreakAsync("writes", "unknownError");

        var (kind, code) = await RefusalAsync(draft);

        Assert.Equal(FailureKind.Rejected, kind);
        Assert.False(string.IsNullOrEmpty(code));
        Assert.DoesNotContain(code, fixture.Profile.Errors.Keys);
    }

    [Fact]
    public async Task Cancellation_stays_cancellation()
    {
        using var stop = new CancellationTokenSource();
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => fixture.Adapter.LookUpAsync(fixture.Shop, ["X-1"], stop.Token));
    }

    [Fact]
    public async Task The_token_is_in_no_exception_and_no_log_line()
    {
        var token = fixture.Shop.AccessToken.Reveal();
        foreach (var kind in new[] { "serverErrorBefore", "rateLimited", "tokenRevoked", "html" })
        {
            await fixture.BreakAsync("*", kind);
            var error = await Assert.ThrowsAsync<MarketplaceException>(() => fixture.Adapter.LookUpAsync(fixture.Shop, ["X-1"], None));
            Assert.DoesNotContain(token, error.ToString(), StringComparison.Ordinal);
        }

        Assert.DoesNotContain(fixture.LogLines, l => l.Contains(token, StringComparison.Ordinal));
        Assert.DoesNotContain(fixture.LogLines, l => l.Contains(fixture.Login.Password.Reveal(), StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_the_validator_passes_the_platform_takes()
    {
        foreach (var set in fixture.Profile.Categories.Keys.Order())
        {
            var draft = fixture.Draft(NewSku()) with
            {
                CriteriaSetNo = set,
                Title = ListingTitle.Make("Bánh tét", fixture.Profile.Rules.Title.Min, fixture.Profile.Rules.Title.Max, "Trà Cuôn", "Trà Vinh"),
                Description = "- nếp than & \"đậu\", dưới < 2 kg\n- chuối\nBánh gói lá, nấu củi.",
                PriceVnd = fixture.Profile.Rules.Price.Min,
                SalePriceVnd = null,
                ShortDescription = null,
                Brand = null,
                Gtin = null,
                Claim = null,
            };

            Assert.DoesNotContain(Preflight.Check(draft, fixture.Profile), f => f.Severity == Severity.Blocking);
            var outcome = await SubmitAsync(ChangeKind.Create, draft, null);
            Assert.True(outcome.Failure is null, $"{set}: {outcome.PlatformCode} {outcome.Field} {outcome.Detail}");
        }
    }

    private async Task<(FailureKind? Kind, string Code)> RefusalAsync(ListingDraft draft)
    {
        try
        {
            var outcome = await SubmitAsync(ChangeKind.Create, draft, null);
            return (outcome.Failure, outcome.PlatformCode ?? "");
        }
        catch (MarketplaceException e)
        {
            return (e.Kind, e.PlatformCode);
        }
    }
}
