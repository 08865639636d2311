using Dapper;
using Npgsql;

namespace OcopMarket.Data.Subjects;

/// <summary>The marks of the erased in a file beside the keys, one a line in hexadecimal: a database that is put back from an older backup does not
/// know whom it has to erase again. Names nobody.</summary>
public sealed class SubjectFile(string path)
{
    private const int MarkBytes = 32;

    public string Path => path;

    /// <summary>Writes down what is not there yet. Stopped half-way it is written twice, which means the same.</summary>
    /// <returns>Marks written.</returns>
    public async Task<int> WriteAsync(NpgsqlDataSource dataSource, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var marks = (await connection.QueryAsync<byte[]>(
            new CommandDefinition(SubjectSql.Unfiled, transaction: transaction, cancellationToken: cancellationToken))).ToArray();
        if (marks.Length == 0)
        {
            return 0;
        }

        var options = new FileStreamOptions { Mode = FileMode.Append, Access = FileAccess.Write, Options = FileOptions.WriteThrough };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        await using (var file = new FileStream(path, options))
        {
            await file.WriteAsync(System.Text.Encoding.ASCII.GetBytes(string.Concat(marks.Select(m => Convert.ToHexStringLower(m) + "\n"))), cancellationToken);
        }

        await connection.ExecuteAsync(new CommandDefinition(SubjectSql.Filed, new { marks }, transaction, cancellationToken: cancellationToken));
        await transaction.CommitAsync(cancellationToken);
        return marks.Length;
    }

    /// <returns>Empty where nobody was erased, or the file was not kept. A line that was cut is passed over.</returns>
    public IReadOnlyList<byte[]> Read() => !File.Exists(path) ? [] :
    [
        .. File.ReadLines(path).Where(l => l.Length == 2 * MarkBytes && l.All(char.IsAsciiHexDigit)).Distinct(StringComparer.OrdinalIgnoreCase)
            .Select(Convert.FromHexString),
    ];
}
