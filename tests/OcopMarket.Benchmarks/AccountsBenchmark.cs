using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using NpgsqlTypes;
using OcopMarket.Core.Certifications;
using OcopMarket.Data.Audit;
using OcopMarket.Data.Vault;
using OcopMarket.Marketplaces;
using OcopMarket.Worker.Sellers;
using OcopMarket.Worker.Sync;
using OcopMarket.Worker;

namespace OcopMarket.Benchmarks;

/// <summary>A list of 130,000 seller accounts, one in a hundred a producer's of the catalogue with a mandate, read from its CSV file, checked, matched and written with
/// its history under the workers' login with row security on, against the plain way: binary COPY of the same rows from memory into an unlogged table,
/// which reads, checks and matches nothing and has no index. Ratio: share of the plain way's rate. Told beside it: the share of a binary COPY of the
/// same rows into a logged table made like seller_account, with its indexes and checks but without its foreign keys.</summary>
internal sealed class AccountsBenchmark : IBenchmark
{
    private const string Process = "accounts-in-a-process";
    private const int Units = 100;

    public string Name => "accounts";
    public double Goal => 1.0 / 3;

    public async Task<BenchmarkResult> RunAsync(BenchmarkOptions options, CancellationToken cancellationToken)
    {
        var rows = options.Rows ?? 130_000;
        await using var database = await BenchDatabase.StartAsync(cancellationToken);
        var (file, small) = (Path.Combine(database.Folder, "accounts.csv"), Path.Combine(database.Folder, "tenth.csv"));
        var lines = Lines(rows).ToArray();
        await WriteAsync(file, lines, cancellationToken);
        await WriteAsync(small, lines.Take(rows / 10), cancellationToken);
        await using var services = Services(database.Source, database.Folder);
        var (ours, plain, alike) = (new List<double>(), new List<double>(), new List<double>());
        for (var pair = 0; pair <= (options.Pairs ?? 5); pair++) // the first is for warmth
        {
            await ClearAsync(database, rows, cancellationToken);
            var watch = Stopwatch.StartNew();
            var result = await services.GetRequiredService<AccountLists>().ImportAsync(new(file, "benchmark"), cancellationToken);
            var seconds = watch.Elapsed.TotalSeconds;
            if (result.Added != rows || result.Mandates != (rows + 99) / 100)
            {
                throw new InvalidOperationException($"Added {result.Added} of {rows}, {result.Mandates} mandates: {(result.Problems.Count > 0 ? result.Problems[0] : null)}");
            }

            watch.Restart();
            var again = await services.GetRequiredService<AccountLists>().ImportAsync(new(file, "benchmark"), cancellationToken);
            var repeat = watch.Elapsed.TotalSeconds;
            var yardstick = await PlainAsync(database, lines, cancellationToken);
            var indexed = await AlikeAsync(database, lines, cancellationToken);
            await Console.Error.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
                $"pair {pair}: first {seconds:0.00} s = {rows / seconds:0} rows/s, again unchanged {again.Unchanged} in {repeat:0.00} s, plain {yardstick:0.00} s = {rows / yardstick:0} rows/s, share {yardstick / seconds:0.000}; into a table like seller_account {indexed:0.00} s, share {indexed / seconds:0.000}"));
            if (pair > 0)
            {
                ours.Add(seconds);
                plain.Add(yardstick);
                alike.Add(indexed);
            }
        }

        await ClearAsync(database, rows, cancellationToken);
        var little = await PullProcess.PeakMiBAsync(database.WorkerString, small, cancellationToken, Process);
        await ClearAsync(database, rows, cancellationToken);
        var peak = await PullProcess.PeakMiBAsync(database.WorkerString, file, cancellationToken, Process);
        await Console.Error.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"peak {peak:0} MiB for {rows} rows, {little:0} MiB for a tenth"));
        await Console.Error.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
            $"share of the binary COPY into a table like seller_account (indexes and checks): {Figures.Median(ours.Zip(alike, (o, a) => a / o)):0.000}"));
        var ratio = Figures.Median(ours.Zip(plain, (o, p) => p / o));
        return new(Name, rows, Figures.Median(ours), Figures.Median(plain), ratio, Goal, ratio >= Goal, peak);
    }

    /// <returns>Whether these were the arguments of an import in a process of its own, for its memory.</returns>
    public static async Task<bool> WorkAsync(string[] arguments)
    {
        if (arguments.FirstOrDefault() != Process)
        {
            return false;
        }

        var folder = Directory.CreateTempSubdirectory("ocop-bench-key").FullName;
        await using (var database = NpgsqlDataSource.Create(Environment.GetEnvironmentVariable("PULL_CONNECTION")!))
        await using (var services = Services(database, folder))
        {
            await services.GetRequiredService<AccountLists>().ImportAsync(new(arguments[1], "benchmark"), CancellationToken.None);
        }

        Directory.Delete(folder, true);
        await Console.Out.WriteLineAsync(PullProcess.Peak().ToString(CultureInfo.InvariantCulture));
        return true;
    }

    private static ServiceProvider Services(NpgsqlDataSource database, string folder) => new ServiceCollection().AddLogging()
        .AddSingleton(database)
        .AddSingleton(KeyWrappers.OfFile(Path.Combine(folder, "key"), mayCreate: true))
        .AddSingleton(AuditChain.OfFile(Path.Combine(folder, "audit.key"), mayCreate: true))
        .AddSingleton(new MediaAddress(new Uri("http://127.0.0.1:5080")))
        .AddMarketplaces(new ConfigurationBuilder().Build(), Path.Combine(AppContext.BaseDirectory, "config"))
        .AddOcopEngine(new CertificateRules())
        .BuildServiceProvider();

    private static Task ClearAsync(BenchDatabase database, int rows, CancellationToken cancellationToken) => database.ExecuteAsync(
        string.Create(CultureInfo.InvariantCulture, $"""
            TRUNCATE admin_unit, producer, seller_account, account_event, mandate CASCADE;
            INSERT INTO admin_unit (code, valid_from, name, type, level, parent_code, name_folded)
            SELECT '84', DATE '2025-07-01', 'Tỉnh Trà Vinh', 'tỉnh', 1, NULL, 'tinh tra vinh'
            UNION ALL SELECT (30000 + n)::text, DATE '2025-07-01', 'Xã Số ' || n, 'xã', 3, '84', 'xa so ' || n FROM generate_series(1, {Units}) n;
            INSERT INTO producer (key, name, name_folded, unit_now)
            SELECT 'p' || n, 'HTX Số ' || n, 'htx so ' || n, (30001 + n % {Units})::text FROM generate_series(0, {rows}, 100) n;
            ANALYZE admin_unit;
            ANALYZE producer;
            CHECKPOINT
            """), cancellationToken);

    private static IEnumerable<string[]> Lines(int rows) => Enumerable.Range(0, rows).Select(n =>
    {
        var text = n.ToString(CultureInfo.InvariantCulture);
        var isProducer = n % 100 == 0;
        return (string[])
        [
            "postmart", isProducer ? $"p{text}" : "", $"Nguyễn Thị Hộ Số {text}", $"Xã Số {1 + (n % Units)}", "Trà Vinh", $"PM{text}", $"Gian hàng nông sản {text}",
            $"https://postmart.vn/gian-hang/{text}", "Đã đăng ký", "Bưu điện", $"09{n:00000000}", "2025-03-30",
            isProducer ? "2025-04-01" : "", isProducer ? "2030-04-01" : "", isProducer ? $"Phiếu số {text}" : "",
        ];
    });

    private static async Task WriteAsync(string file, IEnumerable<string[]> lines, CancellationToken cancellationToken) => await File.WriteAllLinesAsync(
        file,
        lines.Select(l => string.Join(',', l)).Prepend(
            "Sàn,Mã chủ thể,Tên chủ thể,Xã,Tỉnh,Mã gian hàng,Tên gian hàng,Đường dẫn,Trạng thái,Người mở,Liên hệ,Ngày mở,Ngày ủy quyền,Ủy quyền đến,Căn cứ ủy quyền"),
        cancellationToken);

    private static async Task<double> PlainAsync(BenchDatabase database, string[][] lines, CancellationToken cancellationToken)
    {
        await database.ExecuteAsync(
            """
            DROP TABLE IF EXISTS plain;
            CREATE UNLOGGED TABLE plain (marketplace text, producer text, owner text, commune text, province text, external_id text, shop text, url text,
                state text, opened_by text, contact text, opened_on text, given_on text, until text, evidence text);
            GRANT INSERT ON plain TO ocop_worker;
            CHECKPOINT
            """, cancellationToken);
        await using var connection = await database.Source.OpenConnectionAsync(cancellationToken);
        var watch = Stopwatch.StartNew();
        await using (var writer = await connection.BeginBinaryImportAsync("COPY plain FROM STDIN (FORMAT BINARY)", cancellationToken))
        {
            foreach (var line in lines)
            {
                await writer.StartRowAsync(cancellationToken);
                foreach (var cell in line)
                {
                    await writer.WriteAsync(cell, NpgsqlDbType.Text, cancellationToken);
                }
            }

            await writer.CompleteAsync(cancellationToken);
        }

        return watch.Elapsed.TotalSeconds;
    }

    private static async Task<double> AlikeAsync(BenchDatabase database, string[][] lines, CancellationToken cancellationToken)
    {
        await database.ExecuteAsync(
            """
            DROP TABLE IF EXISTS alike;
            CREATE TABLE alike (LIKE seller_account INCLUDING ALL);
            GRANT INSERT ON alike TO ocop_worker;
            CHECKPOINT
            """, cancellationToken);
        await using var connection = await database.Source.OpenConnectionAsync(cancellationToken);
        var never = DateTime.SpecifyKind(DateTime.MaxValue, DateTimeKind.Utc); // infinity
        var watch = Stopwatch.StartNew();
        await using (var writer = await connection.BeginBinaryImportAsync(
            """
            COPY alike (marketplace, external_id, producer_id, unit_code, owner_name, shop_name, url, state, state_evidence, opened_by,
                contact_channel, opened_on, login_wanted, next_check_at, sweep_at) FROM STDIN (FORMAT BINARY)
            """, cancellationToken))
        {
            for (var n = 0; n < lines.Length; n++)
            {
                var line = lines[n];
                await writer.StartRowAsync(cancellationToken);
                await TextAsync(line[0]);
                await TextAsync(line[5]);
                await (line[1].Length > 0 ? writer.WriteAsync((long)n, NpgsqlDbType.Bigint, cancellationToken) : writer.WriteNullAsync(cancellationToken));
                await TextAsync("30001");
                await TextAsync(line[2]);
                await TextAsync(line[6]);
                await TextAsync(line[7]);
                await TextAsync("registered");
                await TextAsync("accounts.csv: 1");
                await TextAsync("post_staff");
                await TextAsync(line[10]);
                await writer.WriteAsync(new DateOnly(2025, 3, 30), NpgsqlDbType.Date, cancellationToken);
                await writer.WriteAsync(true, NpgsqlDbType.Boolean, cancellationToken);
                await writer.WriteAsync(never, NpgsqlDbType.TimestampTz, cancellationToken);
                await writer.WriteAsync(never, NpgsqlDbType.TimestampTz, cancellationToken);
                Task TextAsync(string text) => writer.WriteAsync(text, NpgsqlDbType.Text, cancellationToken);
            }

            await writer.CompleteAsync(cancellationToken);
        }

        return watch.Elapsed.TotalSeconds;
    }
}
