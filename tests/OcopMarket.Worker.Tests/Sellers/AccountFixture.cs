using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OcopMarket.Core.Certifications;
using OcopMarket.Data.Audit;
using OcopMarket.Data.Sellers;
using OcopMarket.Data.Subjects;
using OcopMarket.Data.Vault;
using OcopMarket.Marketplaces;
using OcopMarket.Testing.Conformance;
using OcopMarket.Testing;
using OcopMarket.Worker.Sellers;
using OcopMarket.Worker.Sync;

namespace OcopMarket.Worker.Tests.Sellers;

/// <summary>A province with two communes and three producers, and the parts that take in lists, without the loops. Everything works under the
/// workers' login with row security on.</summary>
public sealed class AccountFixture : PostgresFixture
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ocop-accounts-").FullName;
    private ServiceProvider _services = null!;
    private int _files;

    internal AccountLists Lists => _services.GetRequiredService<AccountLists>();
    internal IServiceProvider Services => _services;

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        await ExecuteAsync("""
            INSERT INTO admin_unit (code, valid_from, valid_to, name, type, level, parent_code, name_folded) VALUES
                ('86', '2025-07-01', NULL, 'Tỉnh Vĩnh Long', 'tỉnh', 1, NULL, 'tinh vinh long'),
                ('29398', '2025-07-01', NULL, 'Xã Trà Cú', 'xã', 3, '86', 'xa tra cu'),
                ('29399', '2025-07-01', NULL, 'Xã Đại An', 'xã', 3, '86', 'xa dai an')
            """);
        _services = new ServiceCollection().AddLogging()
            .AddSingleton(DataSource)
            .AddSingleton(KeyWrappers.OfFile(Path.Combine(_folder, "key"), mayCreate: true))
            .AddSingleton(AuditChain.OfFile(Path.Combine(_folder, "audit.key"), mayCreate: true))
            .AddSingleton(new MediaAddress(new Uri("http://127.0.0.1:5080")))
            .AddMarketplaces(new ConfigurationBuilder().Build(), WorkingCopy.Config)
            .AddOcopEngine(new CertificateRules())
            .BuildServiceProvider(validateScopes: true);
    }

    public override async Task DisposeAsync()
    {
        await _services.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
        await base.DisposeAsync();
    }

    /// <summary>Empty of accounts; three producers, the last two with one name in one commune.</summary>
    internal Task ResetAsync() => ExecuteAsync("""
        TRUNCATE subject_mark, subject_request, producer, seller_account, account_event, mandate, mandate_evidence, account_count RESTART IDENTITY CASCADE;
        INSERT INTO producer (key, name, name_folded, unit_code, unit_now) VALUES
            ('p1', 'HTX Mật Dừa', 'htx mat dua', '29398', '29398'), ('p2', 'Hộ Thạch Sa', 'ho thach sa', '29399', '29399'),
            ('p3', 'Hộ Thạch Sa', 'ho thach sa', '29399', '29399')
        """);

    internal string Write(string text, string extension = "csv")
    {
        var path = Path.Combine(_folder, FormattableString.Invariant($"list{Interlocked.Increment(ref _files)}.{extension}"));
        File.WriteAllText(path, text);
        return path;
    }

    internal Task<AccountImportResult> ImportAsync(string text, bool dryRun = false, string? rejected = null) => Lists.ImportAsync(
        new(Write(text), "Lan") { DryRun = dryRun, RejectedFile = rejected }, CancellationToken.None);

    /// <summary>As two people decided it and the workers carry it out.</summary>
    internal async Task EraseAsync(long account)
    {
        await using var connection = await DataSource.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        var (_, id) = await SubjectDecisions.RecordAsync(
            transaction, new("erase", null, account, null, "Phiếu 1", new(2026, 11, 23)), new(2, 15, "", new Dictionary<string, string>()),
            new("Lan", "test"), CancellationToken.None);
        await SubjectDecisions.ApproveAsync(transaction, id!.Value, new("Minh", "test"), CancellationToken.None);
        await transaction.CommitAsync();
        while (await _services.GetRequiredService<SubjectErasure>().RunAsync(CancellationToken.None) > 0)
        {
        }
    }

    /// <summary>All that lists may change, as one text.</summary>
    internal Task<string?> AllAsync() => ScalarAsync<string>("""
        SELECT concat_ws(E'\n', (SELECT string_agg(a::text, E'\n' ORDER BY id) FROM seller_account a),
            (SELECT string_agg(e::text, E'\n' ORDER BY id) FROM account_event e), (SELECT string_agg(m::text, E'\n' ORDER BY id) FROM mandate m))
        """);
}
