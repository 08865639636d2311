using Dapper;
using Npgsql;
using OcopMarket.Data.Catalog;

namespace OcopMarket.Data.Sellers;

/// <summary>Place names of a list -> today's unit, each place asked for once. By the rules of <c>resolve_units</c>: names folded, the type word
/// decides only between units that share the rest, a former unit counts where it became exactly one.</summary>
internal sealed class UnitFinder(NpgsqlDataSource dataSource, DateOnly today)
{
    private const string Find = """
        WITH bare AS MATERIALIZED (
            SELECT n, commune AS commune_folded, district AS district_folded, regexp_replace(commune, types, '') AS commune,
                   regexp_replace(district, types, '') AS district, regexp_replace(province, types, '') AS province
            FROM unnest(@communes, @districts, @provinces) WITH ORDINALITY AS w (commune, district, province, n),
                 (VALUES ('^(xa|phuong|thi tran|huyen|quan|thi xa|thanh pho|tinh|dac khu) ')) AS t (types)),
        chain AS (
            SELECT u.code, u.valid_from, u.level, u.name_bare, u.name_folded, CASE WHEN p.level = 2 THEN p.name_bare END AS district,
                   CASE WHEN p.level = 2 THEN p.name_folded END AS district_folded,
                   CASE WHEN p.level = 1 THEN p.name_bare ELSE g.name_bare END AS province
            FROM admin_unit u
            LEFT JOIN admin_unit p ON p.code = u.parent_code AND p.level < u.level
                AND p.valid_from <= coalesce(u.valid_to, 'infinity') AND coalesce(p.valid_to, 'infinity') >= u.valid_from
            LEFT JOIN admin_unit g ON g.code = p.parent_code AND g.level = 1
                AND g.valid_from <= coalesce(p.valid_to, 'infinity') AND coalesce(g.valid_to, 'infinity') >= p.valid_from
            WHERE u.name_bare IN (SELECT coalesce(commune, district, province) FROM bare)),
        candidate AS (
            SELECT b.n, c.code, c.valid_from,
                   (c.level = 3 AND c.name_folded = b.commune_folded)::int + coalesce((c.district_folded = b.district_folded)::int, 0)
                   AS exactness
            FROM bare b
            JOIN chain c ON c.name_bare = coalesce(b.commune, b.district, b.province)
                AND c.level = CASE WHEN b.commune IS NOT NULL THEN 3 WHEN b.district IS NOT NULL THEN 2 ELSE 1 END
                AND (c.level < 3 OR b.district IS NULL OR c.district = b.district)
                AND (c.level = 1 OR b.province IS NULL OR c.province = b.province)),
        today AS (
            SELECT n, unit_on(code, valid_from, @today) AS code
            FROM (SELECT *, rank() OVER (PARTITION BY n ORDER BY exactness DESC) AS place FROM candidate) c WHERE place = 1)
        SELECT n::int, min(code) AS code FROM today WHERE code IS NOT NULL GROUP BY n HAVING count(DISTINCT code) = 1
        """;

    private const string Known = "SELECT DISTINCT code FROM admin_unit WHERE code = ANY(@codes) AND valid_to IS NULL";

    private readonly Dictionary<(string?, string?, string?), string?> _places = [];
    private readonly Dictionary<string, bool> _codes = new(StringComparer.Ordinal);

    /// <summary>Must be called before <see cref="Of"/> and <see cref="IsUnit"/> are asked for these.</summary>
    public async Task LearnAsync(
        IEnumerable<(string? Commune, string? District, string? Province)> places, IEnumerable<string> codes, CancellationToken cancellationToken)
    {
        var wanted = places.Where(p => p != default).Select(Fold).Distinct().Where(p => !_places.ContainsKey(p)).ToArray();
        var unseen = codes.Distinct(StringComparer.Ordinal).Where(c => !_codes.ContainsKey(c)).ToArray();
        if (wanted.Length + unseen.Length == 0)
        {
            return;
        }

        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        if (wanted.Length > 0)
        {
            Array.ForEach(wanted, w => _places[w] = null);
            foreach (var (n, code) in await connection.QueryAsync<(int, string)>(new CommandDefinition(Find, new
            {
                communes = wanted.Select(w => w.Item1).ToArray(),
                districts = wanted.Select(w => w.Item2).ToArray(),
                provinces = wanted.Select(w => w.Item3).ToArray(),
                today,
            }, cancellationToken: cancellationToken)))
            {
                _places[wanted[n - 1]] = code;
            }
        }

        Array.ForEach(unseen, c => _codes[c] = false);
        foreach (var code in await connection.QueryAsync<string>(
            new CommandDefinition(Known, new { codes = unseen }, cancellationToken: cancellationToken)))
        {
            _codes[code] = true;
        }
    }

    /// <summary>Null: no unit of today has these names, or several have.</summary>
    public string? Of(string? commune, string? district, string? province) => _places.GetValueOrDefault(Fold((commune, district, province)));

    /// <summary>Whether it is a unit of today.</summary>
    public bool IsUnit(string code) => _codes.GetValueOrDefault(code);

    private static (string?, string?, string?) Fold((string? Commune, string? District, string? Province) place) =>
        (Place.Fold(place.Commune), Place.Fold(place.District), Place.Fold(place.Province));
}
