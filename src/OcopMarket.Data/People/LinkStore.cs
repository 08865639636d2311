using System.Buffers.Text;
using System.Data.Common;
using System.Security.Cryptography;
using System.Text;
using Dapper;
using OcopMarket.Data.Reading;

namespace OcopMarket.Data.People;

/// <summary>What a link is for: to make the first admin, to take up an invitation, to set a new password.</summary>
public enum LinkPurpose { SetUp, Invite, Reset }

/// <summary>Links that work once and not for long. Only their hashes are kept; 256 random bits each.</summary>
public sealed class LinkStore(PortalDatabase portal)
{
    private const string Insert = """
        INSERT INTO identity.link (hash, purpose, person_id, expires_at) VALUES (@hash, @purpose, @personId, @expires)
        """;

    /// <summary>Every set-up link goes at once: of two who set up at the same time the second finds none.</summary>
    private const string TakeSetUp = "DELETE FROM identity.link WHERE purpose = 'set_up' RETURNING hash = @hash AND expires_at > @now";

    private const string Take = """
        DELETE FROM identity.link WHERE hash = @hash AND purpose <> 'set_up' AND expires_at > @now RETURNING person_id
        """;

    private const string Look = "SELECT person_id FROM identity.link WHERE hash = @hash AND purpose = ANY (@purposes) AND expires_at > @now";

    /// <param name="personId">Null for <see cref="LinkPurpose.SetUp"/>.</param>
    /// <returns>The secret part of the link.</returns>
    public async Task<string> MakeAsync(
        LinkPurpose purpose, long? personId, DateTimeOffset expires, CancellationToken cancellationToken)
    {
        var secret = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        await using var connection = await portal.Source.OpenConnectionAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(
            Insert, new { hash = Hash(secret), purpose = Core.Words.Of(purpose), personId, expires }, cancellationToken: cancellationToken));
        return secret;
    }

    /// <summary>Whether the link would work now.</summary>
    public async Task<bool> IsGoodAsync(string? secret, bool setUp, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var connection = await portal.Source.OpenConnectionAsync(cancellationToken);
        var purposes = setUp ? new[] { "set_up" } : ["invite", "reset"];
        return (await connection.QueryAsync<long?>(new CommandDefinition(
            Look, new { hash = Hash(secret), purposes, now }, cancellationToken: cancellationToken))).Any();
    }

    /// <returns>Whether the caller may make the first admin; holds when its transaction commits.</returns>
    public static async Task<bool> TakeSetUpAsync(DbTransaction transaction, string? secret, DateTimeOffset now, CancellationToken cancellationToken) =>
        (await transaction.Connection!.QueryAsync<bool>(new CommandDefinition(
            TakeSetUp, new { hash = Hash(secret), now }, transaction, cancellationToken: cancellationToken))).Contains(true);

    /// <returns>Whose link it was; null: it does not work, or not any more.</returns>
    public static Task<long?> TakeAsync(DbTransaction transaction, string? secret, DateTimeOffset now, CancellationToken cancellationToken) =>
        transaction.Connection!.ExecuteScalarAsync<long?>(new CommandDefinition(
            Take, new { hash = Hash(secret), now }, transaction, cancellationToken: cancellationToken));

    /// <summary>A newer link, a disabled person or a new password ends the older links.</summary>
    public async Task RemoveOfAsync(long personId, CancellationToken cancellationToken)
    {
        await using var connection = await portal.Source.OpenConnectionAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(
            "DELETE FROM identity.link WHERE person_id = @personId", new { personId }, cancellationToken: cancellationToken));
    }

    private static byte[] Hash(string? secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret ?? ""));
}
