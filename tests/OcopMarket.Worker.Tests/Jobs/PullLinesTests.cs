using OcopMarket.Core.Certifications;
using OcopMarket.Core.Sources;
using OcopMarket.Core.Sync;
using OcopMarket.Sources;
using OcopMarket.Testing;
using OcopMarket.Worker.Jobs;

namespace OcopMarket.Worker.Tests.Jobs;

/// <summary>Feeds whose lines repeat: what did not change is known by its bytes.</summary>
public sealed class PullLinesTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>, IAsyncLifetime
{
    private readonly string _file = Path.Combine(Directory.CreateTempSubdirectory("ocop-lines").FullName, "feed.ndjson");
    private CertificateRules _rules = new();
    private int _read;
    private int _passes;

    public Task InitializeAsync() => postgres.TruncateAsync("source", "producer");

    public Task DisposeAsync()
    {
        Directory.Delete(Path.GetDirectoryName(_file)!, true);
        return Task.CompletedTask;
    }

    [Fact]
    public async Task A_feed_that_did_not_change_is_not_parsed_and_writes_no_row()
    {
        await PullAsync(Feed(2_500));
        await postgres.ExecuteAsync("ALTER TABLE source_row ADD CONSTRAINT untouched CHECK (false) NOT VALID");

        var again = await PullAsync(Feed(2_500));

        await postgres.ExecuteAsync("ALTER TABLE source_row DROP CONSTRAINT untouched");
        Assert.Equal((2_500, 0, 2_500, 0, 0), (again.Rows, again.Accepted, again.Unchanged, again.Gone, _read));
    }

    [Fact]
    public async Task Changed_new_gone_and_returned_rows_are_exact_and_nothing_else_is_read()
    {
        await PullAsync(Feed(50));

        var changed = await PullAsync([.. Feed(50).Where((_, i) => i is not 7 and not 8).Select((l, i) => i == 3 ? Line(3, 999_000) : l), Line(100)]);

        Assert.Equal((49, 2, 47, 2, 2), (changed.Rows, changed.Accepted, changed.Unchanged, changed.Gone, _read));
        Assert.Equal(["Trà 7", "Trà 8"], await NamesAsync("gone_at IS NOT NULL"));
        Assert.Equal(999_000, await postgres.ScalarAsync<int>(
            "SELECT list_price_vnd::int FROM variant v JOIN product p ON p.id = v.product_id WHERE p.name = 'Trà 3'"));

        var returned = await PullAsync([.. Feed(50), Line(100)]);

        Assert.Equal((51, 3, 48, 0, 3), (returned.Rows, returned.Accepted, returned.Unchanged, returned.Gone, _read));
        Assert.Equal(51, await postgres.CountAsync("product WHERE gone_at IS NULL"));
        Assert.Equal(51, await postgres.CountAsync("source_line WHERE raw_hash IS NOT NULL"));
        Assert.Equal(0, await postgres.CountAsync("source_run_seen"));
    }

    [Theory]
    [InlineData("issuedDaysAgo", true)]
    [InlineData("issued\\u0044aysAgo", true)]
    [InlineData("issuedDaysAgo\":4,\"issuedDaysAgo", false)]
    [InlineData("note\":{\"issuedDaysAgo\":4},\"unit", false)]
    public async Task A_first_pull_that_cannot_be_read_to_its_end_applies_nothing(string field, bool isUnusable)
    {
        string[] feed = [.. Feed(2_500), Line(2_500)[..^1] + $",\"{field}\":4}}"];

        if (isUnusable)
        {
            Assert.Equal("anchor_missing", (await Assert.ThrowsAsync<SourceException>(() => PullAsync(feed))).Code);
        }
        else
        {
            Assert.Equal((2_500, 1), (await PullAsync(feed)) is var result ? (result.Accepted, result.Rejected) : default);
        }

        Assert.Equal(isUnusable ? 0 : 2_500, await postgres.CountAsync("product"));
    }

    [Fact]
    public async Task A_row_that_is_refused_for_a_typing_error_is_not_gone()
    {
        await PullAsync(Feed(20));

        var result = await PullAsync([.. Feed(20).Select((l, i) => i == 4 ? l.Replace("50000", "\"năm mươi\"", StringComparison.Ordinal) : l)]);

        Assert.Equal((20, 1, 19, 0), (result.Rows, result.Rejected, result.Unchanged, result.Gone));
        Assert.Empty(await NamesAsync("gone_at IS NOT NULL"));
    }

    [Fact]
    public async Task Other_rules_have_every_line_read_again_once()
    {
        await PullAsync(Feed(20));
        _rules = new CertificateRules { TermMonths = 24 };

        Assert.Equal((20, 20), ((await PullAsync(Feed(20))).Unchanged, _read));
        Assert.Equal((20, 0), ((await PullAsync(Feed(20))).Unchanged, _read));
    }

    [Fact]
    public async Task A_pull_stopped_between_pages_goes_on_and_counts_every_row_once()
    {
        await PullAsync(Feed(3_000));
        string[] next = [.. Feed(3_000).Skip(5).Select((l, i) => i % 2 == 0 ? Line(i + 5, 1_000) : l)];
        using var stop = new CancellationTokenSource();
        var progress = new Progress(p =>
        {
            if (p.Phase == PullPhase.Apply)
            {
                stop.Cancel();
            }
        });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => PullAsync(next, progress, stop.Token));

        var result = await PullAsync(next);

        Assert.Equal((true, 2_995, 1_498, 1_497, 5), (result.Resumed, result.Rows, result.Accepted, result.Unchanged, result.Gone));
        Assert.Equal(2_995, await postgres.CountAsync("product WHERE gone_at IS NULL"));
        Assert.Equal(1_498, await postgres.CountAsync("source_row WHERE revision = 2"));
    }

    [Fact]
    public async Task Lines_said_twice_are_repeated_and_equal_rows_keep_their_numbers()
    {
        string[] feed = [.. Feed(10), Line(2), Line(5, 70_000)];
        var first = await PullAsync(feed);
        var second = await PullAsync(feed);
        var third = await PullAsync([.. feed[..11], Line(5, 80_000)]);

        Assert.Equal((12, 11, 0, 1), (first.Rows, first.Accepted, first.Unchanged, first.Repeated));
        Assert.Equal((12, 0, 11, 1), (second.Rows, second.Accepted, second.Unchanged, second.Repeated));
        Assert.Equal((12, 1, 10, 1, 0), (third.Rows, third.Accepted, third.Unchanged, third.Repeated, third.Gone));
        Assert.Equal(["80000"], await postgres.QueryAsync<string>(
            "SELECT r.facts #>> '{variant,list_price_vnd}' FROM source_row r WHERE r.key LIKE '%.1' AND gone_at IS NULL"));
    }

    [Fact]
    public async Task A_source_that_writes_a_day_into_every_line_is_read_whole_and_loses_nothing()
    {
        await PullAsync(Feed(30, day: 1));
        var second = await PullAsync(Feed(30, day: 2).Skip(1));

        Assert.Equal((29, 0, 29, 1), (second.Rows, second.Accepted, second.Unchanged, second.Gone));
    }

    /// <summary>The first 1,000 lines are always read: they tell when the source begins to repeat its lines.</summary>
    [Fact]
    public async Task Lines_with_another_day_in_each_are_known_by_what_else_they_say()
    {
        await PullAsync(Feed(1_300, day: 1));

        var second = await PullAsync(
            [.. Feed(1_300, day: 2).Where((_, i) => i != 1_100).Select((l, i) => i == 1_150 ? l.Replace("50000", "60000", StringComparison.Ordinal) : l)]);
        Assert.Equal((1_299, 1, 1_298, 1, 1_001), (second.Rows, second.Accepted, second.Unchanged, second.Gone, _read));

        var back = await PullAsync(Feed(1_300, day: 3));
        Assert.Equal((1_300, 2, 1_298, 0, 1_002), (back.Rows, back.Accepted, back.Unchanged, back.Gone, _read));

        var same = await PullAsync(Feed(1_300, day: 3));
        Assert.Equal((1_300, 0, 1_300, 0), (same.Rows, same.Accepted, same.Unchanged, same.Gone));
    }

    [Fact]
    public async Task Rows_that_differ_only_in_fields_that_we_do_not_know_stay_rows_of_their_own()
    {
        string[] Twice(int day) => [.. Feed(1_100, day), .. Feed(1_100, day + 1)[^2..]];
        await PullAsync(Feed(1_100, day: 9));

        var more = await PullAsync(Twice(1));
        Assert.Equal((1_102, 2, 1_100, 0, 0), (more.Rows, more.Accepted, more.Unchanged, more.Repeated, more.Gone));

        var second = await PullAsync(Twice(3));
        Assert.Equal((1_102, 0, 1_102, 0, 0), (second.Rows, second.Accepted, second.Unchanged, second.Repeated, second.Gone));

        var without = await PullAsync(Feed(1_100, day: 5));
        Assert.Equal((1_100, 0, 1_100, 2), (without.Rows, without.Accepted, without.Unchanged, without.Gone));
    }

    [Fact]
    public async Task A_source_remembered_to_write_every_line_anew_is_read_once_until_its_lines_repeat()
    {
        await PullAsync(Feed(1_300, day: 1));
        await PullAsync(Feed(1_300, day: 2));
        Assert.Equal((1_000, 2), (_read, _passes));

        var third = await PullAsync([.. Feed(1_300, day: 3).Select((l, i) => i == 1_200 ? l.Replace("50000", "60000", StringComparison.Ordinal) : l)]);
        Assert.Equal((1_300, 1, 1_299, 0, 1_001, 1), (third.Rows, third.Accepted, third.Unchanged, third.Gone, _read, _passes));

        // The first that repeats is still read by its fields; the next one by its bytes, and those that were not refreshed once more.
        var fourth = await PullAsync(Feed(1_300, day: 3));
        Assert.Equal((1, 1_299, 1_001, 1), (fourth.Accepted, fourth.Unchanged, _read, _passes));
        var fifth = await PullAsync(Feed(1_300, day: 3));
        Assert.Equal((0, 1_300, 299, 1), (fifth.Accepted, fifth.Unchanged, _read, _passes));
        var sixth = await PullAsync(Feed(1_300, day: 3));
        Assert.Equal((0, 1_300, 0, 1), (sixth.Accepted, sixth.Unchanged, _read, _passes));
    }

    [Fact]
    public async Task A_feed_that_shrinks_too_much_is_held()
    {
        await PullAsync(Feed(30));

        var held = await PullAsync(Feed(10));

        Assert.Equal("shrunk_too_much", held.FailureCode);
        Assert.Empty(await NamesAsync("gone_at IS NOT NULL"));
    }

    private static string[] Feed(int rows, int day = 0) =>
        [.. Enumerable.Range(0, rows).Select(i => day == 0 ? Line(i) : Line(i)[..^1] + $",\"exported\":{day}}}")];

    private static string Line(int i, int price = 50_000) =>
        $"{{\"productName\":\"Trà {i}\",\"producerName\":\"HTX {i % 9}\",\"province\":\"Trà Vinh\",\"priceVnd\":{price},\"stockUnits\":5}}";

    private Task<IReadOnlyList<string>> NamesAsync(string condition) =>
        postgres.QueryAsync<string>($"SELECT name FROM product WHERE {condition} ORDER BY name");

    private async Task<PullResult> PullAsync(
        IEnumerable<string> lines, IProgress<PullProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        await File.WriteAllLinesAsync(_file, lines, CancellationToken.None);
        var source = new CountingSource((ILineSource)ProductSources.Create(
            new() { Key = "feed", Kind = SourceKind.Ndjson, Path = _file, CompleteSnapshot = true }));
        var job = new PullSource(
            new(postgres.DataSource, _rules, TestMarks.Of, TimeProvider.System), new(postgres.DataSource, TimeProvider.System), new NoPlanner());
        var result = await job.RunAsync(source, new(false, "test", null), progress, cancellationToken);
        (_read, _passes) = (source.Read, source.Passes);
        return result;
    }

    private sealed class Progress(Action<PullProgress> report) : IProgress<PullProgress>
    {
        public void Report(PullProgress value) => report(value);
    }

    private sealed class NoPlanner : ICatalogueChanged
    {
        public Task<int> PlanAsync(CancellationToken cancellationToken) => Task.FromResult(0);

        public Task<int> PlanEditedAsync(CancellationToken cancellationToken) => Task.FromResult(0);
    }

    /// <summary>Counts the rows that the last reading of the real source gave out.</summary>
    private sealed class CountingSource(ILineSource source) : ILineSource
    {
        public int Read { get; private set; }
        public string Key => source.Key;
        public bool IsCompleteSnapshot => source.IsCompleteSnapshot;

        public Task<SourceCheck> CheckAsync(CancellationToken cancellationToken) => source.CheckAsync(cancellationToken);

        /// <summary>Times that the whole input was read for its hashes.</summary>
        public int Passes { get; private set; }

        public Task<SourceLines> ReadLinesAsync(LineHashKind kind, CancellationToken cancellationToken)
        {
            Passes++;
            return source.ReadLinesAsync(kind, cancellationToken);
        }

        public Task<SourceLines> ReadFieldsAsync(SourceLines lines, CancellationToken cancellationToken)
        {
            Passes++;
            return source.ReadFieldsAsync(lines, cancellationToken);
        }

        public Task CheckLinesAsync(SourceLines lines, CancellationToken cancellationToken) => source.CheckLinesAsync(lines, cancellationToken);

        public IAsyncEnumerable<SourcePage> ReadAsync(string? cursor, CancellationToken cancellationToken) =>
            throw new InvalidOperationException("Lines are to be read by their fate.");

        public async IAsyncEnumerable<SourcePage> ReadAsync(
            string? cursor, SourceLines lines, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
        {
            Read = 0;
            await foreach (var page in source.ReadAsync(cursor, lines, cancellationToken))
            {
                Read += page.Records.Count + page.Rejected.Count;
                yield return page;
            }
        }
    }
}
