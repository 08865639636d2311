using System.Security.Cryptography;
using Dapper;
using Npgsql;

namespace OcopMarket.Data.Vault;

/// <summary>Keys that the portal seals typed logins for and only the workers open. Each seals for a day: what it sealed opens for nobody once it is
/// gone, whoever has an old copy of the database.</summary>
public sealed class IntakeKeys(NpgsqlDataSource dataSource, KeyWrappers wrappers)
{
    public static readonly TimeSpan Life = TimeSpan.FromDays(1);

    /// <summary>Longer than a login waits for a worker.</summary>
    private static readonly TimeSpan _after = TimeSpan.FromMinutes(15);

    private const string Columns = "id, public_key AS \"public\", wrapped, wrapper, kek_version AS kek";

    private const string Newest = $"SELECT {Columns}, made_at < now() - @life AS is_old FROM intake_key ORDER BY id DESC LIMIT 1";

    private const string One = $"SELECT {Columns} FROM intake_key WHERE id = @id";

    private const string Add = "INSERT INTO intake_key (public_key, wrapped, wrapper, kek_version) VALUES (@made, @bytes, @wrapper, @version)";

    private const string Prune = """
        DELETE FROM intake_key k WHERE made_at < now() - @old AND EXISTS (SELECT FROM intake_key n WHERE n.id > k.id)
        """;

    /// <summary>A rotation ends what the former key-encryption key has wrapped; the workers make another at once.</summary>
    internal const string DropFormer = "DELETE FROM intake_key WHERE (wrapper, kek_version) <> (@wrapper, @version); SELECT pg_notify('ocop_work', '')";

    private long _tried;

    /// <summary>Makes sure that there is a key that seals now and that we can open; cheap where there is.</summary>
    /// <exception cref="VaultException">The key-encryption key cannot be reached.</exception>
    public async Task EnsureAsync(CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        var now = await connection.QuerySingleOrDefaultAsync<Row>(new CommandDefinition(Newest, new { life = Life }, cancellationToken: cancellationToken));
        if (now is { IsOld: false } && now.Wrapper == wrappers.Current.Name && (now.Id == Volatile.Read(ref _tried) || await OpensAsync(now, cancellationToken)))
        {
            Volatile.Write(ref _tried, now.Id);
            return;
        }

        var (own, made) = SealedBox.NewPair();
        try
        {
            var wrapped = await wrappers.Current.WrapAsync(own, PlaceOf(made), cancellationToken);
            await connection.ExecuteAsync(new CommandDefinition(
                Add, new { made, bytes = wrapped.Bytes, wrapper = wrapped.Wrapper, version = wrapped.Version }, cancellationToken: cancellationToken));
            await connection.ExecuteAsync(new CommandDefinition(Prune, new { old = Life + _after }, cancellationToken: cancellationToken));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(own);
        }
    }

    /// <returns>Null: its key is gone, it was changed, or it was sealed for something else; to be typed again.</returns>
    /// <exception cref="VaultException">The key-encryption key cannot be reached.</exception>
    public async Task<byte[]?> OpenAsync(long key, byte[] box, string boundTo, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        if (await connection.QuerySingleOrDefaultAsync<Row>(new CommandDefinition(One, new { id = key }, cancellationToken: cancellationToken)) is not { } row)
        {
            return null;
        }

        byte[]? own = null;
        try
        {
            own = await UnwrapAsync(row, cancellationToken);
            return SealedBox.Open(own, row.Public, box, boundTo);
        }
        catch (Exception e) when (e is CryptographicException or RetiredKeyException)
        {
            return null;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(own);
        }
    }

    /// <returns>False: it is another installation's, or was retired.</returns>
    private async Task<bool> OpensAsync(Row row, CancellationToken cancellationToken)
    {
        try
        {
            CryptographicOperations.ZeroMemory(await UnwrapAsync(row, cancellationToken));
            return true;
        }
        catch (VaultException e) when (e is RetiredKeyException || e.InnerException is CryptographicException)
        {
            return false;
        }
    }

    private Task<byte[]> UnwrapAsync(Row row, CancellationToken cancellationToken) =>
        wrappers.Of(row.Wrapper).UnwrapAsync(new(row.Wrapper, row.Kek, row.Wrapped), PlaceOf(row.Public), cancellationToken);

    /// <summary>A private half belongs to its public one: exchanged for one that somebody else can open, it opens nothing here.</summary>
    private static string PlaceOf(byte[] publicKey) => $"intake_key/{Convert.ToBase64String(publicKey)}";

    private sealed record Row
    {
        public long Id { get; init; }
        public byte[] Public { get; init; } = [];
        public byte[] Wrapped { get; init; } = [];
        public string Wrapper { get; init; } = "";
        public int Kek { get; init; }
        public bool IsOld { get; init; }
    }
}
