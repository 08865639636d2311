using OcopMarket.Core.Marketplaces;
using OcopMarket.Testing.Conformance;

namespace OcopMarket.Marketplaces.Tests;

/// <summary>Whatever the simulated moderators write, the dictionary has a sentence for it.</summary>
[Trait("Category", "Culture")]
public sealed class ModeratorReasonTests
{
    [Fact]
    public Task Postmart_moderators_are_understood() => AssertUnderstoodAsync(new PostmartSandbox());

    [Fact]
    public Task Voso_moderators_are_understood() => AssertUnderstoodAsync(new VosoSandbox());

    private static async Task AssertUnderstoodAsync(SandboxFixture sandbox)
    {
        await sandbox.InitializeAsync();
        try
        {
            await sandbox.ControlAsync("settings", new() { ["refusedShare"] = 1, ["reviewMinSeconds"] = 1, ["reviewMaxSeconds"] = 2 });
            var dictionary = new ErrorDictionary(sandbox.Profile);
            var heard = new HashSet<string>();
            for (var i = 0; i < 40; i++)
            {
                heard.UnionWith((await ReasonsAsync(sandbox, $"R-{i}")).Select(r => $"{dictionary.Find(r.Code, r.Message).Key}|{r.Code}|{r.Message}"));
            }

            Assert.DoesNotContain(heard, h => h.StartsWith($"{ErrorDictionary.Other}|", StringComparison.Ordinal));
            Assert.True(heard.Count >= 5, $"Only {heard.Count} reasons were heard.");
        }
        finally
        {
            await sandbox.DisposeAsync();
        }
    }

    private static async Task<IReadOnlyList<PlatformReason>> ReasonsAsync(SandboxFixture sandbox, string sku)
    {
        sandbox.Wait(TimeSpan.FromSeconds(1));
        var draft = sandbox.Draft(sku);
        var created = Assert.Single(await sandbox.Adapter.SubmitAsync(
            sandbox.Shop, [new(ChangeKind.Create, draft.ToCanonical(), null, sku)], CancellationToken.None));
        sandbox.Wait(TimeSpan.FromSeconds(10));
        var seen = Assert.Single(await sandbox.Adapter.ReadStatusesAsync(sandbox.Shop, [new(created.ExternalId, sku)], CancellationToken.None));
        Assert.Equal(SeenStatus.Rejected, seen.Status);
        return seen.Reasons;
    }
}
