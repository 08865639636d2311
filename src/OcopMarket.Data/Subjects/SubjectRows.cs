using Dapper;
using Npgsql;

namespace OcopMarket.Data.Subjects;

/// <summary>What of the database is one producer's or household's: parameters of the statements of <see cref="SubjectTables"/>.</summary>
internal sealed class SubjectRows
{
    private const string Find = """
        SELECT ARRAY(SELECT id FROM seller_account WHERE producer_id = @producer
                     UNION SELECT id FROM seller_account WHERE id = @account AND producer_id IS NULL AND owner_name IS NOT NULL ORDER BY 1) AS accounts
        """;

    private const string More = """
        SELECT ARRAY(SELECT DISTINCT credential_id FROM seller_account WHERE id = ANY(@accounts) AND credential_id IS NOT NULL) AS credentials,
               ARRAY(SELECT DISTINCT evidence_sha256 FROM mandate
                     WHERE (account_id = ANY(@accounts) OR producer_id = ANY(@producers)) AND evidence_sha256 IS NOT NULL) AS papers,
               ARRAY(SELECT i.sha256 FROM product_image i JOIN product p ON p.id = i.product_id WHERE p.producer_id = ANY(@producers)
                     UNION SELECT jsonb_path_query(l.content, '$.Images[*].Sha256') #>> '{}' FROM listing l WHERE l.producer_id = ANY(@producers)) AS pictures,
               ARRAY(SELECT n FROM (
                     SELECT name AS n FROM producer WHERE id = ANY(@producers) AND NOT withheld
                     UNION SELECT contact_phone FROM producer WHERE id = ANY(@producers)
                     UNION SELECT owner_name FROM seller_account WHERE id = ANY(@accounts)
                     UNION SELECT contact_channel FROM seller_account WHERE id = ANY(@accounts) AND contact_channel ~ '[0-9]{6}') x WHERE length(n) > 3) AS names
        """;

    public long[] Producers { get; private set; } = [];
    public long[] Accounts { get; private set; } = [];
    public long[] Credentials { get; private set; } = [];
    public string[] Papers { get; private set; } = [];
    public string[] Pictures { get; private set; } = [];

    /// <summary>And numbers, as lists write them.</summary>
    public string[] Names { get; private set; } = [];

    /// <param name="producer">Or null: <paramref name="account"/> is the shop of a household outside the catalogue.</param>
    /// <param name="transaction">Sees all that is to be found: row security holds here, too.</param>
    public static async Task<SubjectRows> FindAsync(NpgsqlTransaction transaction, long? producer, long? account, CancellationToken cancellationToken)
    {
        var accounts = await transaction.Connection!.ExecuteScalarAsync<long[]>(
            new CommandDefinition(Find, new { producer, account }, transaction, cancellationToken: cancellationToken));
        var producers = producer is { } id ? new[] { id } : [];
        var (credentials, papers, pictures, names) = await transaction.Connection!.QuerySingleAsync<(long[], string[], string[], string[])>(
            new CommandDefinition(More, new { producers, accounts }, transaction, cancellationToken: cancellationToken));
        return new() { Producers = producers, Accounts = accounts ?? [], Credentials = credentials, Papers = papers, Pictures = pictures, Names = names };
    }

    /// <summary>As parameters.</summary>
    public object Parameters => new
    {
        producers = Producers,
        accounts = Accounts,
        credentials = Credentials,
        papers = Papers,
        pictures = Pictures,
        names = Names,
    };
}
