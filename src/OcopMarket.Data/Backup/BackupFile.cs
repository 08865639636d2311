using System.Text.Json;

namespace OcopMarket.Data.Backup;

/// <summary>What a backup says of itself (entry <c>backup.json</c>, written first).</summary>
/// <param name="Format">1.</param>
/// <param name="MadeAt">UTC; the moment that all rows belong to.</param>
/// <param name="Schema">Steps of the schema the rows were written under.</param>
/// <param name="KeyMark">Tells the key file apart that logins need which are sealed without data keys; says nothing of the key. Null: there
/// are none.</param>
/// <param name="Keys">Of each version of the key-encryption key one data key that it wraps: who cannot unwrap these cannot open the logins.</param>
public sealed record BackupHeader(
    int Format, string Program, DateTimeOffset MadeAt, IReadOnlyList<BackupStep> Schema, string? KeyMark, IReadOnlyList<BackupKey>? Keys = null);

/// <param name="Place">What the wrapped key is bound to.</param>
public sealed record BackupKey(string Wrapper, int Version, string Place, byte[] Wrapped);

public sealed record BackupStep(int Version, string Name, string Sha256);

/// <summary>One table (entry <c>tables/NAME</c>: PostgreSQL's binary COPY of these columns).</summary>
/// <param name="Sha256">Of the entry as copied, lower-case hex.</param>
public sealed record BackupTable(string Name, IReadOnlyList<string> Columns, long Rows, long Bytes, string Sha256);

/// <summary>Why a backup cannot be made or used; the message says what to do.</summary>
public sealed class BackupException(string message, Exception? inner = null) : Exception(message, inner);

internal static class BackupFormat
{
    public const int Version = 1;
    public const string Header = "backup.json";

    /// <summary>Written last: a file without it was cut.</summary>
    public const string Tables = "tables.json";

    public static JsonSerializerOptions Json { get; } = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static string EntryOf(string table) => $"tables/{table}";

    /// <summary>A name as SQL takes it.</summary>
    public static string Quote(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    /// <summary>A table by its name in a backup: those of the schema public bear no schema's name.</summary>
    public static string Place(string table) => string.Join('.', (table.Contains('.', StringComparison.Ordinal) ? table : $"public.{table}").Split('.').Select(Quote));

    public static string List(IEnumerable<string> columns) => string.Join(", ", columns.Select(Quote));
}
