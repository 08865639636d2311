using System.Text.Json;
using Dapper;
using Npgsql;
using OcopMarket.Core.Catalog;
using OcopMarket.Core.Certifications;

namespace OcopMarket.Data.Catalog;

/// <summary>Groups and administrative units from <c>config/ocop</c>. Loading twice changes nothing; a corrected file corrects the rows.</summary>
public static class ReferenceData
{
    public const string Groups = "groups.csv";
    public const string Units = "admin-units.csv";
    public const string Succession = "admin-unit-succession.csv";
    public const string Rules = "certificate-rules.json";

    /// <summary>Loads the three lists in one transaction, then finds the units of all producers again.</summary>
    /// <param name="configFolder">The folder that holds the files, <c>config/ocop</c>.</param>
    /// <exception cref="FileNotFoundException">A list is missing.</exception>
    /// <exception cref="FormatException">A list cannot be read; the message names the file.</exception>
    public static async Task LoadAsync(
        NpgsqlDataSource database, string configFolder, TimeProvider clock, CancellationToken cancellationToken)
    {
        var today = VietnamDay.Of(clock.GetUtcNow());
        var units = await ReadAsync(configFolder, Units, WithFoldedName, cancellationToken);
        var succession = await ReadAsync(configFolder, Succession, r => r, cancellationToken);
        var groups = await ReadAsync(configFolder, Groups, r => r, cancellationToken);
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        foreach (var sql in new[] { ReferenceSql.Units, ReferenceSql.Succession, ReferenceSql.Groups, ReferenceSql.Resolve })
        {
            await connection.ExecuteAsync(new CommandDefinition(
                sql, new { units, succession, groups, today }, transaction, cancellationToken: cancellationToken));
        }

        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>The certificate rules of the folder; the built-in ones when there is no file.</summary>
    /// <exception cref="JsonException">The file is wrong.</exception>
    public static CertificateRules ReadRules(string configFolder)
    {
        var path = Path.Combine(configFolder, Rules);
        return File.Exists(path) ? CertificateRules.Parse(File.ReadAllText(path)) : new();
    }

    private static async Task<string> ReadAsync(
        string folder, string file, Func<Dictionary<string, object?>, Dictionary<string, object?>> change, CancellationToken cancellationToken)
    {
        var text = await File.ReadAllTextAsync(Path.Combine(folder, file), cancellationToken);
        try
        {
            return JsonSerializer.Serialize(
                CsvTable.Parse(text).Select(r => change(r.ToDictionary(p => p.Key, p => (object?)p.Value, StringComparer.Ordinal))));
        }
        catch (FormatException wrong)
        {
            throw new FormatException($"{file}: {wrong.Message}", wrong);
        }
    }

    private static Dictionary<string, object?> WithFoldedName(Dictionary<string, object?> unit)
    {
        unit["name_folded"] = VietnameseText.Fold(unit["name"] as string);
        unit["level"] = unit["level"] switch
        {
            "province" or "1" => 1,
            "district" or "2" => 2,
            "commune" or "3" => 3,
            var other => throw new FormatException($"'{other}' is no level of an administrative unit."),
        };
        unit["valid_from"] ??= "1900-01-01";
        return unit;
    }
}

internal static class ReferenceSql
{
    public const string Units = """
        INSERT INTO admin_unit AS u (code, valid_from, valid_to, name, type, level, parent_code, name_folded, legal_basis)
        SELECT code, valid_from, valid_to, name, type, level, parent_code, name_folded, legal_basis
        FROM jsonb_populate_recordset(NULL::admin_unit, @units::jsonb) ORDER BY code, valid_from
        ON CONFLICT (code, valid_from) DO UPDATE SET
            (valid_to, name, type, level, parent_code, name_folded, legal_basis)
            = (excluded.valid_to, excluded.name, excluded.type, excluded.level, excluded.parent_code, excluded.name_folded,
               excluded.legal_basis)
        """;

    public const string Succession = """
        INSERT INTO admin_unit_succession (old_code, old_valid_to, new_code, new_valid_from, share_note, legal_basis)
        SELECT old_code, old_valid_to, new_code, new_valid_from, share_note, legal_basis
        FROM jsonb_populate_recordset(NULL::admin_unit_succession, @succession::jsonb) ORDER BY 1, 2, 3
        ON CONFLICT (old_code, old_valid_to, new_code) DO UPDATE SET
            (new_valid_from, share_note, legal_basis) = (excluded.new_valid_from, excluded.share_note, excluded.legal_basis)
        """;

    public const string Groups = """
        INSERT INTO ocop_group (decision, code, parent, level, name_vi, managing_ministry, criteria_set_no, criteria_set_name_vi,
                                verified, note)
        SELECT decision, code, parent, level, name_vi, managing_ministry, criteria_set_no, criteria_set_name_vi, verified, note
        FROM jsonb_populate_recordset(NULL::ocop_group, @groups::jsonb) ORDER BY decision, code
        ON CONFLICT (decision, code) DO UPDATE SET
            (parent, level, name_vi, managing_ministry, criteria_set_no, criteria_set_name_vi, verified, note)
            = (excluded.parent, excluded.level, excluded.name_vi, excluded.managing_ministry, excluded.criteria_set_no,
               excluded.criteria_set_name_vi, excluded.verified, excluded.note)
        """;

    public const string Resolve = "SELECT resolve_units(NULL, @today)";
}
