using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using OcopMarket.Core.Marketplaces;
using OcopMarket.Data.Vault;

namespace OcopMarket.Data.Sellers;

/// <summary>What a shop's owner typed, on its way from the portal to a worker. It exists in the clear in the request that brought it and in the one
/// sign-in that it is for.</summary>
/// <param name="Address">Where the shop is; null where shops have no address of their own.</param>
public sealed record TypedLogin(string User, Secret Password, string? Address)
{
    /// <returns>A box that opens for this shop and this person's wish alone.</returns>
    public byte[] Seal(byte[] publicKey, long account, long person)
    {
        var plain = JsonSerializer.SerializeToUtf8Bytes(new Text(User, Password.Reveal(), Address));
        try
        {
            return SealedBox.Seal(publicKey, plain, BoundTo(account, person));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plain);
        }
    }

    internal static TypedLogin? Read(byte[]? plain)
    {
        if (plain is null)
        {
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize<Text>(plain) is { } text ? new(text.User, new(text.Password), text.Address) : null;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plain);
        }
    }

    internal static string BoundTo(long account, long person) => string.Create(CultureInfo.InvariantCulture, $"typed login/{account}/{person}");

    private sealed record Text(string User, string Password, string? Address);
}

/// <summary>Opens what was typed for the workers.</summary>
public sealed class TypedLogins(IntakeKeys keys)
{
    /// <returns>Null: it can be opened no more, and must be typed again.</returns>
    /// <exception cref="VaultException">The key-encryption key cannot be reached.</exception>
    public async Task<TypedLogin?> OpenAsync(TakenAttempt attempt, CancellationToken cancellationToken) =>
        attempt is { Typed: { } box, TypedKey: { } key }
            ? TypedLogin.Read(await keys.OpenAsync(key, box, TypedLogin.BoundTo(attempt.AccountId, attempt.PersonId), cancellationToken))
            : null;
}
