using Dapper;
using Npgsql;
using NpgsqlTypes;
using OcopMarket.Core;
using OcopMarket.Core.Catalog;
using OcopMarket.Core.Sellers;
using OcopMarket.Data.Subjects;

namespace OcopMarket.Data.Sellers;

/// <param name="ListName">Of the file: with the row's number it is the evidence of every state that the list tells.</param>
/// <param name="By">Who imports it.</param>
public sealed record AccountImportOptions(string ListName, string By, bool DryRun);

/// <summary>Rows = added + changed + unchanged + repeated + problems.</summary>
/// <param name="Unlinked">Of the rows taken: households outside the catalogue.</param>
/// <param name="Mandates">New ones.</param>
public sealed record AccountImportResult(
    int Rows, int Added, int Changed, int Unchanged, int Repeated, int Linked, int Unlinked, int Mandates, IReadOnlyList<LineProblem> Problems);

/// <summary>Brings a list of seller accounts into the database: one transaction, so that a list is in or it is not; a row that cannot be taken is
/// named and left out. The same list again changes nothing.</summary>
public sealed class AccountImport(NpgsqlDataSource dataSource, AccountStore accounts, SubjectMarks marks, TimeProvider time)
{
    /// <param name="pages">Of the list; asked for one ahead, on another thread than the one that sends rows to the database.</param>
    /// <exception cref="AccountsBusyException">Somebody opened one of these shops meanwhile; nothing was applied.</exception>
    public async Task<AccountImportResult> RunAsync(
        IEnumerable<LinePage<AccountLine>> pages, AccountImportOptions options, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var work = new Work(connection, options, cancellationToken);
        await work.ExecuteAsync(AccountImportSql.Begin);
        var sent = await SendAsync(connection, pages, cancellationToken);
        await work.ExecuteAsync(AccountImportSql.Judge);
        AccountImportResult result;
        long[] changed, producers;
        try
        {
            var added = await work.ExecuteAsync(AccountImportSql.Add);
            await work.ExecuteAsync(AccountImportSql.AddEvents);
            var differ = await work.QueryAsync<(long Id, bool Linked)>(AccountImportSql.Change);
            var mandates = await work.QueryAsync<long>(AccountImportSql.AddMandates);
            changed = [.. differ.Select(d => d.Id).Concat(mandates).Distinct().Order()];
            producers = [.. await work.QueryAsync<long>(AccountImportSql.Touched, new { changed })];
            var (linked, unlinked, known) = (await work.QueryAsync<(int, int, int)>(AccountImportSql.Counts)).Single();
            var problems = sent.Problems
                .Concat((await work.QueryAsync<(int Seq, int Row, string Code)>(AccountImportSql.Problems)).Select(AccountReasons.Of))
                .OrderBy(p => p.Seq).ToList();
            result = new(
                sent.Rows, added, differ.Count, known - differ.Count, sent.Repeated, linked, unlinked, mandates.Count, problems);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            throw new AccountsBusyException(e);
        }

        if (options.DryRun)
        {
            await transaction.RollbackAsync(cancellationToken);
            return result;
        }

        await transaction.CommitAsync(cancellationToken);
        await accounts.FollowAsync(changed, producers, CancellationToken.None);
        return result;
    }

    private async Task<Sent> SendAsync(NpgsqlConnection connection, IEnumerable<LinePage<AccountLine>> pages, CancellationToken cancellationToken)
    {
        var units = new UnitFinder(dataSource, VietnamDay.Of(time.GetUtcNow()));
        var problems = new List<LineProblem>();
        var (rows, repeated) = (0, 0);
        using var reading = pages.GetEnumerator();
        var next = NextAsync(reading, cancellationToken);
        try
        {
            await using var writer = await connection.BeginBinaryImportAsync(AccountImportSql.Copy, cancellationToken);
            while (await next is { } page)
            {
                next = NextAsync(reading, cancellationToken);
                rows += page.Lines.Count + page.Problems.Count + page.Repeated;
                repeated += page.Repeated;
                problems.AddRange(page.Problems);
                await units.LearnAsync(
                    page.Lines.Where(l => l.UnitCode is null).Select(l => (l.Commune, l.District, l.Province)),
                    page.Lines.Select(l => l.UnitCode).OfType<string>(), cancellationToken);
                var erased = await ErasedAsync(page.Lines, units, cancellationToken);
                foreach (var line in page.Lines)
                {
                    if (AccountReasons.OfPlace(line, units, out var unit) is { } problem)
                    {
                        problems.Add(problem);
                    }
                    else if (erased.Count > 0 && Names(line, unit).Any(erased.Contains))
                    {
                        problems.Add(AccountReasons.Of((line.Seq, line.Row, "erased")));
                    }
                    else
                    {
                        await WriteAsync(writer, line, unit, cancellationToken);
                    }
                }
            }

            await writer.CompleteAsync(cancellationToken);
        }
        finally
        {
            await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // the reader is not left while it reads
        }

        return new(rows, repeated, problems);
    }

    /// <summary>After the lock that an erasure waits for: whoever is marked now stays out.</summary>
    private async Task<HashSet<string>> ErasedAsync(
        IReadOnlyList<AccountLine> lines, UnitFinder units, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        return await marks.ErasedAsync(
            connection, lines.SelectMany(l => AccountReasons.OfPlace(l, units, out var unit) is null ? Names(l, unit) : []), cancellationToken);
    }

    private static IEnumerable<string> Names(AccountLine line, string? unit)
    {
        if (line.ProducerKey is { } key)
        {
            yield return SubjectMarks.Producer(key);
        }

        if (line.ExternalId is { } shop)
        {
            yield return SubjectMarks.Shop(line.Marketplace, shop);
        }

        if (line.OwnerName is { } name)
        {
            yield return SubjectMarks.Name(name, unit);
        }
    }

    private static Task<LinePage<AccountLine>?> NextAsync(IEnumerator<LinePage<AccountLine>> reading, CancellationToken cancellationToken) =>
        Task.Run(() => reading.MoveNext() ? reading.Current : null, cancellationToken);

    private static async ValueTask WriteAsync(NpgsqlBinaryImporter writer, AccountLine line, string? unit, CancellationToken cancellationToken)
    {
        await writer.StartRowAsync(cancellationToken);
        await writer.WriteAsync(line.Seq, NpgsqlDbType.Integer, cancellationToken);
        await writer.WriteAsync(line.Row, NpgsqlDbType.Integer, cancellationToken);
        await TextAsync(line.Marketplace);
        await TextAsync(line.ProducerKey);
        await TextAsync(line.OwnerName is null ? null : VietnameseText.Fold(line.OwnerName));
        await TextAsync(line.OwnerName);
        await TextAsync(unit);
        await TextAsync(line.ExternalId);
        await TextAsync(line.ShopName);
        await TextAsync(line.Url);
        await TextAsync(line.State is { } state ? Words.Of(state) : null);
        await TextAsync(line.OpenedBy);
        await TextAsync(line.ContactChannel);
        await DayAsync(line.OpenedOn);
        await DayAsync(line.MandateGivenOn);
        await DayAsync(line.MandateUntil);
        await TextAsync(line.MandateEvidence);

        Task TextAsync(string? text) => text is null
            ? writer.WriteNullAsync(cancellationToken) : writer.WriteAsync(text, NpgsqlDbType.Text, cancellationToken);
        Task DayAsync(DateOnly? day) => day is { } value
            ? writer.WriteAsync(value, NpgsqlDbType.Date, cancellationToken) : writer.WriteNullAsync(cancellationToken);
    }

    private sealed record Sent(int Rows, int Repeated, List<LineProblem> Problems);

    private sealed class Work(NpgsqlConnection connection, AccountImportOptions options, CancellationToken cancellation)
    {
        private object Usual => new { list = $"{options.ListName}: ", by = options.By };

        public Task<int> ExecuteAsync(string sql) =>
            connection.ExecuteAsync(new CommandDefinition(sql, Usual, commandTimeout: 0, cancellationToken: cancellation));

        public async Task<List<T>> QueryAsync<T>(string sql, object? parameters = null) => (await connection.QueryAsync<T>(
            new CommandDefinition(sql, parameters ?? Usual, commandTimeout: 0, cancellationToken: cancellation))).AsList();
    }
}

/// <summary>Another import or a person opened one of these shops meanwhile. Nothing was applied.</summary>
public sealed class AccountsBusyException(Exception inner)
    : Exception("Somebody opened one of these shops at the same time; nothing was applied. Give the same command again.", inner);
