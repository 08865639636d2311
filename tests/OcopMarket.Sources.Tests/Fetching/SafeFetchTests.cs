using System.Net;
using System.Net.Sockets;
using System.Text;
using OcopMarket.Sources.Fetching;
using OcopMarket.Sources.Tests.Support;

namespace OcopMarket.Sources.Tests.Fetching;

/// <summary>S39 to S42 over real sockets: what is refused is never dialled.</summary>
public sealed class SafeFetchTests : IAsyncDisposable
{
    private static readonly byte[] Body = "a picture"u8.ToArray();
    private readonly FetchServer _server = new();
    private readonly ToServer _line;

    public SafeFetchTests() => _line = new ToServer(_server).With("photos.example.vn", ["93.184.216.34"]).With("cdn.example.vn", ["93.184.216.35"]);

    public static TheoryData<string> Special =>
    [
        "0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.127.255.254", "100.100.100.200", "127.0.0.1", "127.8.8.8",
        "169.254.169.254", "169.254.170.2", "172.16.0.1", "172.31.255.255", "192.0.0.1", "192.0.0.192", "192.0.2.1", "192.88.99.1",
        "192.168.0.1", "192.168.255.255", "198.18.0.1", "198.19.255.255", "198.51.100.7", "203.0.113.9", "224.0.0.1", "239.255.255.255",
        "240.0.0.1", "255.255.255.255", "168.63.129.16",
        "::", "::1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::ffff:8.8.8.8", "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe", "64:ff9b:1::1", "100::1", "2001::1", "2001:20::1", "2001:db8::1", "2002:7f00:1::1", "2002:a00:1::", "3fff::1",
        "5f00::1", "fc00::1", "fd00:ec2::254", "fd12:3456::1", "fe80::1", "fe80::1%1", "fec0::1", "ff02::1",
    ];

    public static TheoryData<string> Disguised =>
    [
        "https://127.0.0.1/a", "https://2130706433/a", "https://0x7f000001/a", "https://0x7f.1/a", "https://017700000001/a", "https://127.1/a",
        "https://0177.0.0.1/a", "https://0/a", "https://[::1]/a", "https://[::ffff:127.0.0.1]/a", "https://[::ffff:7f00:1]/a",
        "https://localhost/a", "https://localhost./a", "https://LOCALHOST/a", "https://x.localhost/a", "https://intranet/a",
        "https://metadata.google.internal/a", "https://printer.local/a", "https://①②⑦.⓪.⓪.①/a", "https://127。0。0。1/a",
        "https://169.254.169.254/latest/meta-data/", "https://0xa9fea9fe/", "https://2852039166/",
    ];

    public async ValueTask DisposeAsync() => await _server.DisposeAsync();

    [Theory]
    [MemberData(nameof(Special))]
    public async Task A_name_that_leads_to_a_special_address_is_refused_and_not_dialled(string address)
    {
        _line.With("evil.example.vn", [address]);
        Assert.Equal("fetch_not_public", (await RefusedAsync("https://evil.example.vn/a")).Code);
        Assert.Empty(_line.Dialled);
        Assert.Empty(_server.Asked);
    }

    [Theory]
    [MemberData(nameof(Disguised))]
    public async Task A_special_address_is_recognised_however_it_is_written(string address)
    {
        foreach (var name in new[] { "localhost", "localhost.", "x.localhost", "intranet", "metadata.google.internal", "printer.local" })
        {
            _line.With(name, ["93.184.216.34"]); // the name alone is enough
        }

        Assert.Equal("fetch_not_public", (await RefusedAsync(address)).Code);
        Assert.Empty(_line.Dialled);
    }

    [Theory]
    [InlineData("93.184.216.34")]
    [InlineData("8.8.8.8")]
    [InlineData("172.32.0.1")]
    [InlineData("100.128.0.1")]
    [InlineData("2606:2800:220:1::1")]
    public async Task A_public_address_is_asked(string address)
    {
        _line.With("fine.example.vn", [address]);
        _server.Answers["/a"] = FetchServer.Ok(Body);
        Assert.Equal(Body, await Fetch().GetAsync("https://fine.example.vn/a", CancellationToken.None));
        Assert.Equal(new IPEndPoint(IPAddress.Parse(address), 443).ToString(), Assert.Single(_line.Dialled));
    }

    [Fact]
    public async Task One_private_answer_among_several_refuses_the_name()
    {
        _line.With("mixed.example.vn", ["93.184.216.34", "10.0.0.7", "8.8.8.8"]);
        Assert.Equal("fetch_not_public", (await RefusedAsync("https://mixed.example.vn/a")).Code);
        Assert.Empty(_line.Dialled);
    }

    [Fact]
    public async Task A_name_that_answers_otherwise_the_second_time_gains_nothing()
    {
        _line.With("rebind.example.vn", ["93.184.216.34"], ["127.0.0.1"]);
        _server.Answers["/a"] = FetchServer.Ok(Body);
        var fetch = Fetch();

        Assert.Equal(Body, await fetch.GetAsync("https://rebind.example.vn/a", CancellationToken.None));
        Assert.Equal(["93.184.216.34:443"], _line.Dialled);
        Assert.Single(_line.LookedUp);

        Assert.Equal("fetch_not_public", (await Assert.ThrowsAsync<FetchException>(
            () => fetch.GetAsync("https://rebind.example.vn/a", CancellationToken.None))).Code);
        Assert.Single(_line.Dialled);
    }

    [Theory]
    [InlineData("https://127.0.0.1/a", "fetch_not_public")]
    [InlineData("//169.254.169.254/latest", "fetch_not_public")]
    [InlineData("https://inside.example.vn/", "fetch_not_public")]
    [InlineData("http://photos.example.vn/a", "fetch_address")]
    [InlineData("http://plain.example.vn/a", "fetch_address")]
    [InlineData("ftp://photos.example.vn/a", "fetch_address")]
    [InlineData("file:///etc/passwd", "fetch_address")]
    [InlineData("gopher://photos.example.vn/_a", "fetch_address")]
    [InlineData("https://photos.example.vn:22/a", "fetch_address")]
    [InlineData("https://user@photos.example.vn/a", "fetch_address")]
    public async Task Each_redirect_is_looked_at_anew(string target, string code)
    {
        _line.With("inside.example.vn", ["10.0.0.7"]).With("plain.example.vn", ["93.184.216.36"]);
        _server.Answers["/start"] = FetchServer.Redirect(target);
        _server.Answers["/a"] = FetchServer.Ok(Body);
        Assert.Equal(code, (await RefusedAsync(
            "https://photos.example.vn/start", new FetchOptions { HttpHosts = "plain.example.vn" })).Code);
        Assert.Single(_line.Dialled);
    }

    [Fact]
    public async Task Three_redirects_are_followed_relative_ones_too_and_a_fourth_is_not()
    {
        _server.Answers["/0"] = FetchServer.Redirect("/x/1", 301);
        _server.Answers["/x/1"] = FetchServer.Redirect("2", 307);
        _server.Answers["/x/2"] = FetchServer.Redirect("https://cdn.example.vn/3", 308);
        _server.Answers["/3"] = FetchServer.Ok(Body);
        Assert.Equal(Body, await Fetch().GetAsync("https://photos.example.vn/0", CancellationToken.None));
        Assert.Equal("93.184.216.35:443", _line.Dialled.Last());

        _server.Answers["/3"] = FetchServer.Redirect("/4");
        _server.Answers["/4"] = FetchServer.Ok(Body);
        Assert.Equal("fetch_redirects", (await RefusedAsync("https://photos.example.vn/0")).Code);
        Assert.DoesNotContain(_server.Asked, a => a.Contains("/4", StringComparison.Ordinal));

        _server.Answers["/loop"] = FetchServer.Redirect("/loop");
        Assert.Equal("fetch_redirects", (await RefusedAsync("https://photos.example.vn/loop")).Code);
    }

    [Theory]
    [InlineData("http://photos.example.vn/a")]
    [InlineData("https://photos.example.vn:22/a")]
    [InlineData("https://photos.example.vn:8443/a")]
    [InlineData("https://photos.example.vn:80/a")]
    [InlineData("https://user@photos.example.vn/a")]
    [InlineData("https://user:secret@photos.example.vn/a")]
    [InlineData("https://photos.example.vn@evil.example.vn/a")]
    [InlineData("ftp://photos.example.vn/a")]
    [InlineData("file:///etc/passwd")]
    [InlineData("data:image/png;base64,AAAA")]
    [InlineData("//photos.example.vn/a")]
    [InlineData("photos.example.vn/a")]
    [InlineData("")]
    public async Task Other_ports_schemes_and_user_names_are_refused_without_a_look_up(string address)
    {
        Assert.Equal("fetch_address", (await RefusedAsync(address)).Code);
        Assert.Empty(_line.LookedUp);
    }

    [Fact]
    public async Task Plain_http_is_for_named_hosts_only_and_opens_no_private_address()
    {
        _server.Answers["/a"] = FetchServer.Ok(Body);
        var options = new FetchOptions { HttpHosts = "photos.example.vn, localhost, 127.0.0.1, inside.example.vn" };
        _line.With("inside.example.vn", ["192.168.1.5"]);

        Assert.Equal(Body, await Fetch(options).GetAsync("http://photos.example.vn/a", CancellationToken.None));
        Assert.Equal("93.184.216.34:80", Assert.Single(_line.Dialled));
        Assert.Equal("fetch_not_public", (await RefusedAsync("http://localhost/a", options)).Code);
        Assert.Equal("fetch_not_public", (await RefusedAsync("http://127.0.0.1/a", options)).Code);
        Assert.Equal("fetch_not_public", (await RefusedAsync("http://inside.example.vn/a", options)).Code);
        Assert.Single(_line.Dialled);
    }

    [Fact]
    public async Task A_proxy_of_the_environment_is_not_asked()
    {
        using var proxy = new TcpListener(IPAddress.Loopback, 0);
        proxy.Start();
        var before = HttpClient.DefaultProxy;
        HttpClient.DefaultProxy = new WebProxy(new Uri($"http://127.0.0.1:{((IPEndPoint)proxy.LocalEndpoint).Port}"));
        try
        {
            _server.Answers["/a"] = FetchServer.Ok(Body);
            Assert.Equal(Body, await Fetch().GetAsync("https://photos.example.vn/a", CancellationToken.None));
            Assert.False(proxy.Pending());
        }
        finally
        {
            HttpClient.DefaultProxy = before;
        }
    }

    [Fact]
    public async Task Bytes_are_counted_as_they_come_whatever_the_head_says()
    {
        var options = new FetchOptions { MaxBytes = 100_000 };
        _server.Answers["/said"] = FetchServer.Ok([], "Content-Length: 100001\r\n");
        _server.Answers["/endless"] = FetchServer.Ok(new byte[3_000_000]);
        _server.Answers["/chunked"] = FetchServer.Ok(
            [.. Encoding.ASCII.GetBytes("30000\r\n"), .. new byte[0x30000], .. "\r\n0\r\n\r\n"u8], "Transfer-Encoding: chunked\r\n");
        _server.Answers["/fits"] = FetchServer.Ok(new byte[100_000]);

        Assert.Equal("fetch_too_large", (await RefusedAsync("https://photos.example.vn/said", options)).Code);
        Assert.Equal("fetch_too_large", (await RefusedAsync("https://photos.example.vn/endless", options)).Code);
        Assert.Equal("fetch_too_large", (await RefusedAsync("https://photos.example.vn/chunked", options)).Code);
        Assert.Equal(100_000, (await Fetch(options).GetAsync("https://photos.example.vn/fits", CancellationToken.None)).Length);
    }

    [Fact]
    public async Task A_compressed_answer_is_not_inflated()
    {
        byte[] sent = [0x1F, 0x8B, 8, 0, 1, 2, 3];
        _server.Answers["/z"] = FetchServer.Ok(sent, "Content-Encoding: gzip\r\n");
        Assert.Equal(sent, await Fetch().GetAsync("https://photos.example.vn/z", CancellationToken.None));
    }

    [Fact]
    public async Task A_server_that_goes_silent_or_breaks_off_is_left()
    {
        var options = new FetchOptions { Deadline = TimeSpan.FromMilliseconds(1_500) };
        _server.Answers["/slow"] = FetchServer.Ok(Body, "Content-Length: 5000\r\n");
        _server.Silent.Add("/slow");
        _server.Answers["/cut"] = FetchServer.Ok(Body, "Content-Length: 5000\r\n");

        Assert.Equal("fetch_too_slow", (await RefusedAsync("https://photos.example.vn/slow", options)).Code);
        Assert.Equal("fetch_no_answer", (await RefusedAsync("https://photos.example.vn/cut")).Code);
        Assert.Equal("fetch_no_answer", (await RefusedAsync("https://unknown.example.vn/a")).Code);
        Assert.Equal("fetch_status", (await RefusedAsync("https://photos.example.vn/nothing")).Code);
    }

    [Fact]
    public async Task A_certificate_that_the_system_does_not_trust_is_no_answer()
    {
        _server.Answers["/a"] = FetchServer.Ok(Body);
        using var fetch = new SafeFetch(new FetchOptions(), new Untrusting(_line));
        Assert.Equal("fetch_no_answer", (await Assert.ThrowsAsync<FetchException>(
            () => fetch.GetAsync("https://photos.example.vn/a", CancellationToken.None))).Code);
        Assert.Empty(_server.Asked);
    }

    [Fact]
    public async Task Cancellation_stays_cancellation()
    {
        using var stop = new CancellationTokenSource();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Fetch().GetAsync("https://photos.example.vn/a", stop.Token));
    }

    private SafeFetch Fetch(FetchOptions? options = null) => new(options ?? new FetchOptions(), _line);

    private async Task<FetchException> RefusedAsync(string address, FetchOptions? options = null)
    {
        using var fetch = Fetch(options);
        var refusal = await Assert.ThrowsAsync<FetchException>(() => fetch.GetAsync(address, CancellationToken.None));
        Assert.DoesNotContain("10.0.0.7", refusal.MessageEn + refusal.MessageVi, StringComparison.Ordinal);
        return refusal;
    }

    private sealed class Untrusting(ToServer line) : FetchLine
    {
        public override Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken) => line.ResolveAsync(host, cancellationToken);

        public override Task<Stream> DialAsync(IPEndPoint checkedAddress, CancellationToken cancellationToken) =>
            line.DialAsync(checkedAddress, cancellationToken);
    }
}
