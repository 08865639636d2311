using System.Text.Json;
using System.Text.Json.Serialization;
using OcopMarket.Marketplaces.Http;

namespace OcopMarket.Marketplaces.Shopee;

internal static class ShopeeJson
{
    public static readonly JsonSerializerOptions Options = PlatformJson.Create(JsonNamingPolicy.SnakeCaseLower, JsonIgnoreCondition.WhenWritingNull);
}

/// <summary>Body of <c>token/get</c> and <c>access_token/get</c>.</summary>
internal sealed record ShopeeTokenRequest(long PartnerId, long ShopId)
{
    public string? Code { get; init; }
    public string? RefreshToken { get; init; }
}

/// <summary>What these calls have in common: their fields lie beside the error, not in a <c>response</c>.</summary>
internal record ShopeeAnswer
{
    public string? Error { get; init; }
    public string? Message { get; init; }
}

internal sealed record ShopeeTokens : ShopeeAnswer
{
    public string? AccessToken { get; init; }
    public string? RefreshToken { get; init; }

    /// <summary>Seconds.</summary>
    public long? ExpireIn { get; init; }

    [JsonConverter(typeof(TextOrNumber))]
    public string? ShopId { get; init; }
    public IReadOnlyList<long>? ShopIdList { get; init; }
}

internal sealed record ShopeeShop : ShopeeAnswer
{
    public string? ShopName { get; init; }
    public string? Status { get; init; }

    /// <summary>Unix seconds.</summary>
    public long? ExpireTime { get; init; }
}
