using OcopMarket.Core.Catalog;
using OcopMarket.Sources.Fetching;
using OcopMarket.Sources.Tests.Support;
using OcopMarket.Worker.Jobs;

namespace OcopMarket.Worker.Tests.Jobs;

/// <summary>Pictures that a list names by address: once each, within the run's quota, and as they were when they were looked at.</summary>
public sealed class RunPicturesTests : IAsyncDisposable
{
    private readonly FetchServer _server = new();
    private readonly ToServer _line;

    public RunPicturesTests() => _line = new ToServer(_server)
        .With("photos.example.vn", ["93.184.216.34"]).With("inside.example.vn", ["10.0.0.7"]);

    public async ValueTask DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task A_picture_is_fetched_once_and_stays_as_it_was_looked_at()
    {
        using var fetch = new SafeFetch(new FetchOptions(), _line);
        using var pictures = new RunPictures(fetch, "/nowhere/list.csv");
        _server.Answers["/a.jpg"] = FetchServer.Ok([1, 2, 3]);
        _server.Answers["/b.jpg"] = FetchServer.Ok([4, 5]);

        Assert.Equal([1, 2, 3], (await ReadAsync(pictures, "https://photos.example.vn/a.jpg")).Bytes.ToArray());
        _server.Answers["/a.jpg"] = FetchServer.Ok([9, 9, 9, 9]);
        Assert.Equal([4, 5], (await ReadAsync(pictures, "https://photos.example.vn/b.jpg")).Bytes.ToArray());
        Assert.Equal([1, 2, 3], (await ReadAsync(pictures, "https://photos.example.vn/a.jpg")).Bytes.ToArray());
        Assert.Equal(2, _server.Asked.Count);
        Assert.Null(await pictures.ReadAsync("a.jpg", CancellationToken.None));
    }

    [Fact]
    public async Task A_refused_address_says_why_and_the_rest_goes_on()
    {
        using var fetch = new SafeFetch(new FetchOptions(), _line);
        using var pictures = new RunPictures(fetch, "/nowhere/list.csv");
        _server.Answers["/a.jpg"] = FetchServer.Ok([1]);

        Assert.Equal("fetch_not_public", (await ReadAsync(pictures, "https://inside.example.vn/a.jpg")).Refusal?.Code);
        Assert.Equal("fetch_address", (await ReadAsync(pictures, "file:///etc/passwd")).Refusal?.Code);
        Assert.Equal("fetch_address", (await ReadAsync(pictures, "://")).Refusal?.Code);
        Assert.Null((await ReadAsync(pictures, "https://photos.example.vn/a.jpg")).Refusal);
        Assert.Single(_line.Dialled);
    }

    [Fact]
    public async Task A_run_fetches_so_many_pictures_and_bytes_and_no_more()
    {
        foreach (var options in new[] { new FetchOptions { PicturesPerRun = 2 }, new FetchOptions { BytesPerRun = 20 } })
        {
            using var fetch = new SafeFetch(options, _line);
            using var pictures = new RunPictures(fetch, "/nowhere/list.csv");
            foreach (var name in new[] { "a", "b", "c" })
            {
                _server.Answers[$"/{name}"] = FetchServer.Ok(new byte[10]);
            }

            _server.Asked.Clear();
            Assert.Null((await ReadAsync(pictures, "https://photos.example.vn/a")).Refusal);
            Assert.Null((await ReadAsync(pictures, "https://photos.example.vn/b")).Refusal);
            Assert.Equal("fetch_quota", (await ReadAsync(pictures, "https://photos.example.vn/c")).Refusal?.Code);
            Assert.Null((await ReadAsync(pictures, "https://photos.example.vn/a")).Refusal);
            Assert.Equal(2, _server.Asked.Count);
        }
    }

    [Fact]
    public async Task A_server_that_keeps_failing_does_not_hold_the_run_up()
    {
        using var fetch = new SafeFetch(new FetchOptions { FailuresPerHost = 2 }, _line);
        using var pictures = new RunPictures(fetch, "/nowhere/list.csv");
        var codes = new List<string?>();
        for (var i = 0; i < 4; i++)
        {
            codes.Add((await ReadAsync(pictures, $"https://gone.example.vn/{i}")).Refusal?.Code);
        }

        Assert.Equal(["fetch_no_answer", "fetch_no_answer", "fetch_host_failing", "fetch_host_failing"], codes);
        Assert.Equal(2, _line.LookedUp.Count);
    }

    private static async Task<MediaBytes> ReadAsync(RunPictures pictures, string path) =>
        await pictures.ReadAsync(path, CancellationToken.None) ?? throw new FileNotFoundException(path);
}
