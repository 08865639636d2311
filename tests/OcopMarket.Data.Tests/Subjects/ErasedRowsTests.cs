using OcopMarket.Core.People;
using OcopMarket.Core.Sync;
using OcopMarket.Data.Subjects;
using OcopMarket.Data.Tests.Catalog;
using OcopMarket.Data.Tests.Sync;
using OcopMarket.Testing;

namespace OcopMarket.Data.Tests.Subjects;

/// <summary>The list that once named an erased producer goes on naming him.</summary>
public sealed class ErasedRowsTests(CatalogueFixture catalogue) : IClassFixture<CatalogueFixture>
{
    [Fact]
    public async Task A_list_does_not_bring_an_erased_producer_back_and_what_it_says_of_him_is_kept_nowhere()
    {
        await catalogue.ClearAsync();
        var (his, hers) = (Records.Product("Mắm ruốc", "Hộ Thạch Sa"), Records.Product("Trà hoa", "HTX Mật Dừa", 3));
        await catalogue.PullAsync("s", his, hers);
        var producer = await catalogue.ScalarAsync<long>("SELECT id FROM producer WHERE name = 'Hộ Thạch Sa'");
        await using (var connection = await catalogue.DataSource.OpenConnectionAsync())
        await using (var transaction = await connection.BeginTransactionAsync())
        {
            var (_, id) = await SubjectDecisions.RecordAsync(
                transaction, new("erase", producer, null, null, "Phiếu 1", new(2026, 11, 23)), new(2, 15, "", new Dictionary<string, string>()),
                new Actor("Lan", "test"), CancellationToken.None);
            await SubjectDecisions.ApproveAsync(transaction, id!.Value, new("Minh", "test"), CancellationToken.None);
            await transaction.CommitAsync();
        }

        var erasure = new SubjectErasure(
            catalogue.DataSource, LedgerFixture.ReconcilerWith(DriftPolicy.AskAlways), TestMarks.Of, TimeProvider.System);
        await erasure.RunAsync(CancellationToken.None);
        var again = await catalogue.PullAsync("s", his, hers);

        Assert.Equal((0, 1, "erased"), (again.Accepted, again.Unchanged, Assert.Single(again.Rejected).Code));
        Assert.Equal("HTX Mật Dừa", await catalogue.ScalarAsync<string>("SELECT string_agg(name, ',') FROM producer"));
        Assert.Equal("{}", await catalogue.ScalarAsync<string>("SELECT raw::text FROM source_rejected WHERE code = 'erased'"));
        Assert.Equal("erased", Assert.Single((await catalogue.Store.PreviewPageAsync("s", Records.Page([his]), null, CancellationToken.None)).Rejected).Code);
    }
}
