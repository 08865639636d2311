using Dapper;
using Npgsql;

namespace OcopMarket.Data.Vault;

/// <param name="Kek">Version of the key-encryption key.</param>
/// <param name="Keys">Data keys wrapped with it.</param>
public sealed record VaultWrapping(string Wrapper, int Kek, long Keys, DateTime Oldest);

/// <summary>An operator's own login as people may see it: what was typed does not come back.</summary>
/// <param name="PasswordTail">Last four characters; null: too short to tell four of them, or sealed by the version before.</param>
public sealed record VaultLogin(
    string Marketplace, string Login, string State, string? PasswordTail, DateTime? PasswordAt, string? AccessTail, DateTime? AccessAt,
    DateTime? AccessExpiresAt);

/// <param name="Logins">That have something sealed.</param>
/// <param name="Former">Of these, sealed as by the version before.</param>
/// <param name="Behind">Of these, not yet sealed with the newest data key.</param>
/// <param name="Retired">Data keys.</param>
public sealed record VaultCounts(long Logins, long Former, long Behind, long Retired);

/// <summary>What is sealed with what. No key is asked for.</summary>
public sealed record VaultStatus(VaultCounts Counts, IReadOnlyList<VaultWrapping> Wrappings, IReadOnlyList<VaultLogin> Partners)
{
    public static async Task<VaultStatus> ReadAsync(NpgsqlDataSource dataSource, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var results = await connection.QueryMultipleAsync(new CommandDefinition(VaultSql.Status, cancellationToken: cancellationToken));
        return new(
            await results.ReadSingleAsync<VaultCounts>(), (await results.ReadAsync<VaultWrapping>()).AsList(),
            (await results.ReadAsync<VaultLogin>()).AsList());
    }
}
