using System.Runtime.CompilerServices;
using OcopMarket.Core.Certifications;
using OcopMarket.Core.Sources;
using OcopMarket.Core.Sync;
using OcopMarket.Testing;
using OcopMarket.Worker.Jobs;

namespace OcopMarket.Worker.Tests.Jobs;

public sealed class PullSourceTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>, IAsyncLifetime
{
    private readonly ListSource _source = new();
    private readonly CountingPlanner _planner = new();

    private PullSource Job => new(
        new(postgres.DataSource, new CertificateRules(), TestMarks.Of, TimeProvider.System), new(postgres.DataSource, TimeProvider.System), _planner);

    public Task InitializeAsync() => postgres.TruncateAsync("source", "producer");

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task A_pull_applies_all_pages_counts_every_row_and_has_the_listings_planned()
    {
        _source.Names = ["Một", "", "Hai", "Ba", "Bốn"];

        var first = await PullAsync();
        var second = await PullAsync();

        Assert.Equal((5, 4, 0, 1), (first.Rows, first.Accepted, first.Unchanged, first.Rejected));
        Assert.Equal((5, 0, 4, 1), (second.Rows, second.Accepted, second.Unchanged, second.Rejected));
        Assert.Equal("name_missing", Assert.Single(first.RejectedRows).Code);
        Assert.Equal(2, _planner.Calls);
        Assert.Equal(4, await postgres.CountAsync("product"));
    }

    [Fact]
    public async Task An_input_that_breaks_off_applies_nothing_and_the_run_says_why()
    {
        _source.Names = ["Một", "Hai", "Ba", "Bốn", "Năm"];
        _source.BreaksAt = 4;

        var error = await Assert.ThrowsAsync<SourceException>(() => PullAsync());

        Assert.Equal("file_cut", error.Code);
        Assert.Equal(0, await postgres.CountAsync("product"));
        Assert.Equal("failed file_cut", await postgres.ScalarAsync<string>("SELECT state || ' ' || failure_code FROM source_run"));
        Assert.Equal(0, _planner.Calls);
    }

    [Fact]
    public async Task An_input_that_is_refused_at_once_leaves_no_run()
    {
        _source.Refused = true;

        await Assert.ThrowsAsync<SourceException>(() => PullAsync());

        Assert.Equal(0, await postgres.CountAsync("source_run"));
    }

    [Fact]
    public async Task A_pull_stopped_between_pages_is_resumed_by_the_next_and_ends_the_same()
    {
        _source.Names = TwoSets();
        using var stop = new CancellationTokenSource();
        var progress = new Progress(p =>
        {
            if (p is { Phase: PullPhase.Apply, Rows: 1_000 })
            {
                stop.Cancel();
            }
        });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => Job.RunAsync(_source, new(false, "test", null), progress, stop.Token));
        Assert.Equal(1_000, await postgres.CountAsync("product"));
        var result = await PullAsync();

        Assert.True(result.Resumed);
        Assert.Equal((4_009, 4_009, 0), (result.Rows, result.Accepted, result.Unchanged));
        Assert.Equal(4_009, await postgres.CountAsync("product"));
        Assert.Equal(1, await postgres.CountAsync("source_run WHERE state = 'done'"));
        Assert.Equal(1, _planner.Calls);
    }

    [Fact]
    public async Task A_resumed_snapshot_does_not_take_the_rows_of_its_first_half_for_gone()
    {
        _source.IsCompleteSnapshot = true;
        _source.Names = TwoSets();
        await PullAsync();
        _source.Hash = "next";
        using var stop = new CancellationTokenSource();
        var progress = new Progress(p =>
        {
            if (p is { Phase: PullPhase.Apply, Rows: 1_000 })
            {
                stop.Cancel();
            }
        });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => Job.RunAsync(_source, new(false, "test", null), progress, stop.Token));

        var result = await PullAsync();

        Assert.Equal((true, 0, 4_009), (result.Resumed, result.Gone, result.Unchanged));
        Assert.Equal(0, await postgres.CountAsync("product WHERE gone_at IS NOT NULL"));
    }

    [Fact]
    public async Task A_snapshot_that_shrinks_too_much_is_held_before_anything_is_applied_until_a_person_accepts_it()
    {
        _source.IsCompleteSnapshot = true;
        _source.Names = [.. Enumerable.Range(0, 20).Select(i => $"Trà {i}")];
        await PullAsync();
        _source.Names = ["Trà 0", "Trà mới"];

        var held = await PullAsync();

        Assert.Equal(("shrunk_too_much", 0), (held.FailureCode, held.Accepted));
        Assert.Equal(20, await postgres.CountAsync("product WHERE gone_at IS NULL"));

        var accepted = await Job.RunAsync(_source, new(false, "test", null) { AcceptShrink = true }, null, CancellationToken.None);

        Assert.Equal((null, 19, 1), (accepted.FailureCode, accepted.Gone, accepted.Accepted));
        Assert.Equal(2, await postgres.CountAsync("product WHERE gone_at IS NULL"));
    }

    [Fact]
    public async Task A_dry_run_says_what_would_change_and_writes_nothing()
    {
        _source.IsCompleteSnapshot = true;
        _source.Names = ["Một", "Hai", "Ba"];
        await PullAsync();
        _source.Names = ["Một", "", "Bốn"];

        var result = await Job.RunAsync(_source, new(true, "test", null), null, CancellationToken.None);

        Assert.Equal((true, 3, 1, 1), (result.DryRun, result.Rows, result.Accepted, result.New));
        Assert.Equal((1, 1, 2), (result.Unchanged, result.Rejected, result.Gone));
        Assert.Null(result.RunId);
        Assert.Equal(3, await postgres.CountAsync("product"));
        Assert.Equal(1, await postgres.CountAsync("source_run"));
        Assert.Equal(1, _planner.Calls);
    }

    [Theory]
    [InlineData("a.png", true)]
    [InlineData("sub/../a.png", true)]
    [InlineData("../secret.png", false)]
    [InlineData("/etc/hostname", false)]
    [InlineData("b.png", false)]
    [InlineData("", false)]
    public async Task Pictures_are_read_only_from_beside_the_source(string path, bool found)
    {
        var root = Directory.CreateTempSubdirectory("ocop-images").FullName;
        Directory.CreateDirectory(Path.Combine(root, "in", "sub"));
        await File.WriteAllTextAsync(Path.Combine(root, "in", "a.png"), "x");
        await File.WriteAllTextAsync(Path.Combine(root, "secret.png"), "x");

        var media = await PullSourceImages.Beside(Path.Combine(root, "in", "list.csv"))(path, CancellationToken.None);

        Assert.Equal(found, media is not null);
        Directory.Delete(root, true);
    }

    private Task<PullResult> PullAsync() => Job.RunAsync(_source, new(false, "test", "list.csv"), null, CancellationToken.None);

    private sealed class Progress(Action<PullProgress> report) : IProgress<PullProgress>
    {
        public void Report(PullProgress value) => report(value);
    }

    private sealed class CountingPlanner : ICatalogueChanged
    {
        public int Calls { get; private set; }

        public Task<int> PlanAsync(CancellationToken cancellationToken)
        {
            Calls++;
            return Task.FromResult(0);
        }

        public Task<int> PlanEditedAsync(CancellationToken cancellationToken) => Task.FromResult(0);
    }

    /// <summary>A list of names as a source, two rows a page; an empty name is a row that the source rejects.</summary>
    /// <summary>More rows than are applied in one transaction.</summary>
    private string[] TwoSets()
    {
        _source.PageRows = 1_000;
        return [.. Enumerable.Range(0, 4_009).Select(i => $"Trà {i}")];
    }

    private sealed class ListSource : IProductSource
    {
        public string Key => "list";
        public bool IsCompleteSnapshot { get; set; }
        public string[] Names { get; set; } = [];
        public int PageRows { get; set; } = 2;
        public string Hash { get; set; } = "h";
        public int? BreaksAt { get; set; }
        public bool Refused { get; set; }

        public Task<SourceCheck> CheckAsync(CancellationToken cancellationToken) => Refused
            ? throw new SourceException("file_empty", "Tệp trống; hãy chọn tệp khác.", "The file is empty; choose another.")
            : Task.FromResult(new SourceCheck("list", Hash, Names.Length));

        public async IAsyncEnumerable<SourcePage> ReadAsync(string? cursor, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            var from = cursor is null ? 0 : int.Parse(cursor, System.Globalization.CultureInfo.InvariantCulture);
            for (var at = from; at < Names.Length; at += PageRows)
            {
                await Task.Yield();
                cancellationToken.ThrowIfCancellationRequested();
                if (at >= BreaksAt)
                {
                    throw new SourceException("file_cut", "Tệp bị cắt; hãy gửi lại tệp.", "The file is cut; send it again.");
                }

                var rows = Names.Skip(at).Take(PageRows).Select((name, i) => (Name: name, Row: at + i + 2)).ToList();
                yield return new(
                    [.. rows.Where(r => r.Name.Length > 0).Select(r => Record(r.Name, r.Row))],
                    [.. rows.Where(r => r.Name.Length == 0).Select(r => new RejectedRow(new(null, r.Row), "Tên", "name_missing", "Thiếu tên.", "No name.", []))],
                    0, (at + PageRows).ToString(System.Globalization.CultureInfo.InvariantCulture));
            }
        }

        private static SourceRecord Record(string name, int row)
        {
            var record = new SourceRecord
            {
                Position = new(null, row),
                Key = "",
                ProductName = name,
                ProducerName = "HTX",
                Raw = [new("Tên", name)],
            };
            return record with { Key = RecordKey.Row(record, 0) };
        }
    }
}
