using System.Reflection;
using OcopMarket.Core.Listings;
using OcopMarket.Core.Marketplaces;
using OcopMarket.Core.Sellers;
using Xunit;

namespace OcopMarket.Testing.Conformance;

/// <summary>What every adapter promises, proved over real HTTP against the simulated platform. A platform joins with a fixture and a class
/// of one line. The other half is in <c>MarketplaceConformance.Faults.cs</c>.</summary>
public abstract partial class MarketplaceConformance<TFixture>(TFixture fixture) : IClassFixture<TFixture>, IAsyncLifetime
    where TFixture : class, IMarketplaceFixture
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static int _next;

    private MarketplaceCapabilities Can => fixture.Adapter.Capabilities;

    public Task InitializeAsync() => fixture.MendAsync();

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public void The_number_of_applicable_tests_is_as_declared()
    {
        var tests = GetType().GetMethods(BindingFlags.Public | BindingFlags.Instance).Where(m => m.GetCustomAttributes<FactAttribute>().Any());
        var applicable = tests.Count(t => (t.GetCustomAttribute<AbilityAttribute>() is not { } a || a.Ability.IsInstanceOfType(fixture.Adapter))
            && (Can.ReviewsItems || t.GetCustomAttribute<ReviewedAttribute>() is null));

        Assert.Equal(fixture.ApplicableTests, applicable);
    }

    [Fact]
    public void Look_up_status_read_create_and_stop_are_no_gaps()
    {
        Assert.True(Can.LookUpBatchSize > 0);
        Assert.True(Can.StatusBatchSize > 0);
        Assert.All([ChangeKind.Create, ChangeKind.Hide, ChangeKind.Delete], kind => Assert.True(Can.BatchSize.GetValueOrDefault(kind) > 0));
        Assert.DoesNotContain(ChangeKind.Create, Can.Idempotent);
        Assert.Equal(!Can.ReviewsItems, Can.Gaps.ContainsKey("review"));
    }

    [Fact]
    [Ability(typeof(ISellerSignIn))]
    public async Task A_good_login_gives_a_token_that_works()
    {
        if (fixture.Adapter is not ISellerSignIn signIn)
        {
            return; // shops are connected by their owners' consent
        }

        var tokens = await signIn.SignInAsync(fixture.Login, None);
        fixture.Wait(TimeSpan.FromSeconds(2));

        var check = await fixture.Adapter.CheckAccountAsync(fixture.Shop with { AccessToken = tokens.AccessToken }, None);

        Assert.Equal(AccountState.Active, check.State);
    }

    [Fact]
    [Ability(typeof(ISellerSignIn))]
    public async Task A_bad_login_is_unauthorized()
    {
        if (fixture.Adapter is not ISellerSignIn signIn)
        {
            return;
        }

        var error = await Assert.ThrowsAsync<MarketplaceException>(() => signIn.SignInAsync(
            fixture.Login with { Password = new Secret("khong-dung-mat-khau") }, None));

        Assert.Equal(FailureKind.Unauthorized, error.Kind);
        Assert.DoesNotContain("khong-dung-mat-khau", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_of_nobody_is_unauthorized()
    {
        var error = await Assert.ThrowsAsync<MarketplaceException>(() => fixture.Adapter.LookUpAsync(
            fixture.Shop with { AccessToken = new Secret("nobodys-token") }, ["X-1"], None));

        Assert.Equal(FailureKind.Unauthorized, error.Kind);
    }

    [Fact]
    public async Task A_created_listing_is_accepted_reviewed_and_comes_back_exactly()
    {
        var draft = fixture.Draft(NewSku());

        var created = await CreateAsync(draft);
        Assert.Equal(Can.ReviewsItems ? SeenStatus.InReview : SeenStatus.Live, (await ReadAsync(created, draft)).Status);
        await fixture.ModerateAsync(created.ExternalId!, "approve");
        var seen = await ReadAsync(created, draft);

        Assert.Equal(SeenStatus.Live, seen.Status);
        Assert.Equal((draft.Title, draft.PriceVnd, draft.StockUnits), (seen.Title, seen.PriceVnd, seen.StockUnits));
        Assert.Equal((created.ExternalId, draft.SellerSku), (seen.ExternalId, seen.SellerSku));
    }

    [Fact]
    [Reviewed]
    public async Task A_refused_review_brings_its_reason()
    {
        if (!Can.ReviewsItems)
        {
            return;
        }

        var draft = fixture.Draft(NewSku());
        var created = await CreateAsync(draft);

        await fixture.ModerateAsync(created.ExternalId!, "reject", "Ảnh sản phẩm bị mờ, không rõ nhãn");
        var seen = await ReadAsync(created, draft);

        Assert.Equal(SeenStatus.Rejected, seen.Status);
        Assert.Contains("Ảnh sản phẩm bị mờ", Assert.Single(seen.Reasons).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_create_with_one_code_is_named_or_makes_a_second_item_as_declared()
    {
        var draft = fixture.Draft(NewSku());
        var first = await CreateAsync(draft);

        var second = await SubmitAsync(ChangeKind.Create, draft, null);

        fixture.Wait(Can.SettlingTime);
        var found = await fixture.Adapter.LookUpAsync(fixture.Shop, [draft.SellerSku], None);
        Assert.Equal(Can.SkuIsUnique, second.SkuTaken);
        Assert.Equal(Can.SkuIsUnique ? FailureKind.Rejected : null, second.Failure);
        Assert.Equal(Can.SkuIsUnique ? 1 : 2, found.Count);
        Assert.Contains(found, i => i.ExternalId == first.ExternalId);
        Assert.Equal(Can.SkuIsUnique, second.ExternalId == first.ExternalId);
    }

    [Fact]
    public async Task An_edit_changes_the_content()
    {
        var draft = fixture.Draft(NewSku());
        var created = await CreateAsync(draft);
        await fixture.ModerateAsync(created.ExternalId!, "approve");

        var edited = draft with { Title = $"{draft.Title} loại một" };
        Assert.Null((await SubmitAsync(ChangeKind.UpdateContent, edited, created.ExternalId)).Failure);
        Assert.Equal(!Can.EditsStayOnSale, (await ReadAsync(created, draft)).Status == SeenStatus.InReview);
        await fixture.ModerateAsync(created.ExternalId!, "approve");
        var seen = await ReadAsync(created, draft);

        Assert.Equal((SeenStatus.Live, edited.Title, false), (seen.Status, seen.Title, seen.ChangePending));
    }

    [Fact]
    public async Task Price_and_stock_change_at_once_and_zero_is_out_of_stock()
    {
        var draft = fixture.Draft(NewSku());
        var created = await CreateAsync(draft);
        await fixture.ModerateAsync(created.ExternalId!, "approve");

        Assert.Null((await SubmitAsync(ChangeKind.SetPrice, draft with { PriceVnd = 1_234_000m, SalePriceVnd = null }, created.ExternalId)).Failure);
        Assert.Null((await SubmitAsync(ChangeKind.SetStock, draft with { StockUnits = 0 }, created.ExternalId)).Failure);
        var seen = await ReadAsync(created, draft);

        Assert.Equal((SeenStatus.OutOfStock, 1_234_000m, 0), (seen.Status, seen.PriceVnd, seen.StockUnits));
    }

    [Fact]
    public async Task A_live_listing_can_be_hidden_shown_and_removed()
    {
        var draft = fixture.Draft(NewSku());
        var created = await CreateAsync(draft);
        await fixture.ModerateAsync(created.ExternalId!, "approve");

        foreach (var (kind, expected) in new[]
        {
            (ChangeKind.Hide, SeenStatus.Hidden), (ChangeKind.Show, SeenStatus.Live), (ChangeKind.Delete, SeenStatus.Removed),
        })
        {
            Assert.Null((await SubmitAsync(kind, draft, created.ExternalId)).Failure);
            Assert.Equal(expected, (await ReadAsync(created, draft)).Status);
        }
    }

    [Fact]
    public async Task What_is_declared_idempotent_may_be_sent_twice()
    {
        var draft = fixture.Draft(NewSku());
        var created = await CreateAsync(draft);
        await fixture.ModerateAsync(created.ExternalId!, "approve");

        foreach (var kind in Enum.GetValues<ChangeKind>().Where(Can.Idempotent.Contains).OrderBy(k => k == ChangeKind.Delete))
        {
            Assert.Null((await SubmitAsync(kind, draft, created.ExternalId)).Failure);
            Assert.Null((await SubmitAsync(kind, draft, created.ExternalId)).Failure);
        }

        Assert.Equal(Can.Idempotent.Contains(ChangeKind.Delete) ? 0 : 1, await fixture.CountAsync(draft.SellerSku));
    }

    [Fact]
    public async Task A_full_batch_has_one_outcome_per_change_in_order()
    {
        var drafts = Enumerable.Range(0, Can.BatchSize[ChangeKind.Create]).Select(_ => fixture.Draft(NewSku())).ToList();
        fixture.Wait(TimeSpan.FromSeconds(2));

        var outcomes = await fixture.Adapter.SubmitAsync(
            fixture.Shop, [.. drafts.Select(d => new ListingChange(ChangeKind.Create, d.ToCanonical(), null, d.SellerSku))], None);

        Assert.Equal(drafts.Count, outcomes.Count);
        Assert.All(outcomes, o => Assert.Null(o.Failure));
        fixture.Wait(Can.SettlingTime);
        var some = drafts.Take(Can.LookUpBatchSize).ToList();
        var found = await fixture.Adapter.LookUpAsync(fixture.Shop, [.. some.Select(d => d.SellerSku)], None);
        Assert.All(some.Index(), p => Assert.Equal(outcomes[p.Index].ExternalId, found.Single(f => f.SellerSku == p.Item.SellerSku).ExternalId));
    }

    [Fact]
    public async Task An_unknown_code_is_absent_and_an_unknown_id_is_removed()
    {
        Assert.Empty(await fixture.Adapter.LookUpAsync(fixture.Shop, ["KHONG-CO-1"], None));
        fixture.Wait(TimeSpan.FromSeconds(2));

        var seen = Assert.Single(await fixture.Adapter.ReadStatusesAsync(fixture.Shop, [new("1", "KHONG-CO-1")], None));

        Assert.Equal(SeenStatus.Removed, seen.Status);
    }

    [Fact]
    public async Task Changed_items_come_page_by_page_oldest_first()
    {
        var drafts = Enumerable.Range(0, 3).Select(_ => fixture.Draft(NewSku())).ToList();
        foreach (var draft in drafts)
        {
            await CreateAsync(draft);
        }

        fixture.Wait(Can.SettlingTime);
        var items = new List<SeenItem>();
        for (string? page = null; ;)
        {
            fixture.Wait(TimeSpan.FromSeconds(2));
            var answer = await fixture.Adapter.ReadChangedAsync(fixture.Shop, DateTimeOffset.UnixEpoch.AddYears(40), page, None);
            items.AddRange(answer.Items);
            if ((page = answer.NextPage) is null)
            {
                break;
            }
        }

        Assert.Equal(drafts.Select(d => d.SellerSku), items.Select(i => i.SellerSku).Where(s => drafts.Any(d => d.SellerSku == s)));
        Assert.Equal(items.Select(i => i.ChangedAt).Order(), items.Select(i => i.ChangedAt));
    }

    [Fact]
    public async Task Every_mapped_category_is_a_leaf_and_demands_only_attributes_that_the_profile_knows()
    {
        var leaves = new Dictionary<string, PlatformCategory>();
        fixture.Wait(TimeSpan.FromSeconds(2));
        await GatherLeavesAsync(null, leaves);

        foreach (var (set, category) in fixture.Profile.Categories)
        {
            fixture.Wait(TimeSpan.FromSeconds(2));
            Assert.True(leaves[category].IsLeaf);
            var demanded = (await fixture.Adapter.ReadAttributesAsync(fixture.Shop, category, None)).Where(a => a.Required).Select(a => a.Id);
            var sent = fixture.Profile.AttributeIds
                .Where(a => fixture.Profile.Rules.RequiredAttributes.GetValueOrDefault(a.Key)?.Contains(set) == true).Select(a => a.Value);
            Assert.Equal(demanded.Order(StringComparer.Ordinal), sent.Order(StringComparer.Ordinal));
        }
    }

    [Fact]
    [Ability(typeof(IShopRegistrar))]
    public async Task A_phone_that_has_a_shop_gives_that_shop_again()
    {
        if (fixture.Adapter is IShopRegistrar registrar)
        {
            var shop = new ShopToRegister("Cơ sở Bánh tét Trà Cuôn", "Thạch Thị Sa Ray", "0987654321", "86", "29341", "Ấp Trà Cuôn");
            var first = await registrar.RegisterAsync(fixture.Shop, shop, None);
            fixture.Wait(TimeSpan.FromSeconds(2));
            var second = await registrar.RegisterAsync(fixture.Shop, shop, None);

            Assert.True(second.Existed);
            Assert.Equal(first.ExternalShopId, second.ExternalShopId);
        }
    }

    [Fact]
    [Ability(typeof(IWebhookVerifier))]
    public async Task A_callback_is_taken_when_signed_and_refused_when_forged_or_late()
    {
        if (fixture.Adapter is IWebhookVerifier verifier)
        {
            var draft = fixture.Draft(NewSku());
            var created = await CreateAsync(draft);
            var (body, headers) = await fixture.CallbackAsync(created.ExternalId!);
            var sent = fixture.Now;

            var hints = verifier.Verify(body, headers, sent);
            Assert.Contains(hints, h => (h.SellerSku == draft.SellerSku || h.SellerSku.Length == 0) && h.ExternalId == created.ExternalId);
            Assert.Equal(hints, verifier.Verify(body, headers, sent));

            var forged = System.Text.Encoding.UTF8.GetBytes(
                System.Text.Encoding.UTF8.GetString(body).Replace(draft.SellerSku, "KHAC-1", StringComparison.Ordinal));
            Assert.Equal(FailureKind.Unauthorized, Assert.Throws<MarketplaceException>(() => verifier.Verify(forged, headers, sent)).Kind);
            Assert.Equal(
                FailureKind.Unauthorized,
                Assert.Throws<MarketplaceException>(() => verifier.Verify(body, headers, sent + fixture.CallbackIsLate)).Kind);
        }
    }

    private async Task GatherLeavesAsync(string? parent, Dictionary<string, PlatformCategory> leaves)
    {
        fixture.Wait(TimeSpan.FromSeconds(2));
        foreach (var category in await fixture.Adapter.ReadCategoriesAsync(fixture.Shop, parent, None))
        {
            if (category.IsLeaf)
            {
                leaves[fixture.Adapter is IShopCategories ? category.Name : category.Id] = category;
            }
            else
            {
                await GatherLeavesAsync(category.Id, leaves);
            }
        }
    }

    private static string NewSku() => string.Create(
        System.Globalization.CultureInfo.InvariantCulture, $"TV.{Interlocked.Increment(ref _next):0000}-x_1");

    private async Task<ChangeOutcome> CreateAsync(ListingDraft draft)
    {
        var outcome = await SubmitAsync(ChangeKind.Create, draft, null);
        Assert.Null(outcome.Failure);
        Assert.False(string.IsNullOrEmpty(outcome.ExternalId));
        return outcome;
    }

    private async Task<ChangeOutcome> SubmitAsync(ChangeKind kind, ListingDraft draft, string? id)
    {
        fixture.Wait(TimeSpan.FromSeconds(2));
        return Assert.Single(await fixture.Adapter.SubmitAsync(
            fixture.Shop, [new(kind, draft.ToCanonical(), id, $"{draft.SellerSku}/{kind}")], None));
    }

    private async Task<SeenItem> ReadAsync(ChangeOutcome created, ListingDraft draft)
    {
        fixture.Wait(TimeSpan.FromSeconds(6));
        return Assert.Single(await fixture.Adapter.ReadStatusesAsync(fixture.Shop, [new(created.ExternalId, draft.SellerSku)], None));
    }
}
