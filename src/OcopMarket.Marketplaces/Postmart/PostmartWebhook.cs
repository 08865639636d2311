using System.Security.Cryptography;
using System.Text;
using OcopMarket.Core.Marketplaces;
using OcopMarket.Marketplaces.Http;

namespace OcopMarket.Marketplaces.Postmart;

/// <summary>Callback: RSASSA-PKCS1-v1_5 SHA-256 over <c>"POSTMART" + sendDate + data[0].itemCode + data[0].status</c>. Only the first item
/// is signed; since all are hints to read again, a forged rest can cost a read and never a state.</summary>
internal static class PostmartWebhook
{
    private const int MostHints = 500;
    private static readonly TimeSpan Ahead = TimeSpan.FromMinutes(5);

    public static IReadOnlyList<WebhookHint> Verify(ReadOnlyMemory<byte> body, PostmartOptions options, DateTimeOffset now)
    {
        var callback = PlatformJson.Read<PostmartCallback>(body.ToArray(), PostmartJson.Options);
        if (callback is not { Data: [{ } first, ..], SendDate: { } sent, Signature: { } signature })
        {
            throw Refuse("callback_unreadable", "The callback lacks data, sendDate or signature.");
        }

        if (!IsSigned(SignedText(sent, first), signature, options.CallbackPublicKey))
        {
            throw Refuse("callback_signature", "The callback's signature is wrong.");
        }

        if (PostmartClock.Read(sent) is not { } at || at < now - options.CallbackWindow || at > now + Ahead)
        {
            throw Refuse("callback_late", "The callback's sendDate is outside the window.");
        }

        return [.. callback.Data.Where(d => d is { ShopCode.Length: > 0, ItemCode.Length: > 0 }).Take(MostHints)
            .Select(d => new WebhookHint(d.ShopCode!, d.ItemCode!, d.ProductId))];
    }

    /// <summary>Of a callback that was verified.</summary>
    public static byte[]? SignedPart(ReadOnlyMemory<byte> body) =>
        PlatformJson.Read<PostmartCallback>(body.ToArray(), PostmartJson.Options) is { Data: [{ } first, ..], SendDate: { } sent }
            ? Encoding.UTF8.GetBytes(SignedText(sent, first))
            : null;

    private static string SignedText(string sent, PostmartChanged first) => $"POSTMART{sent}{first.ItemCode}{first.Status}";

    private static bool IsSigned(string text, string signature, string? publicKey)
    {
        if (string.IsNullOrWhiteSpace(publicKey))
        {
            throw new MarketplaceException(
                PostmartAdapter.PostmartKey, FailureKind.Misconfigured, "callback_key_missing",
                $"{PostmartOptions.Section}:CallbackPublicKey is empty, so callbacks cannot be checked.");
        }

        try
        {
            using var key = RSA.Create();
            key.ImportFromPem(publicKey);
            return key.VerifyData(
                Encoding.UTF8.GetBytes(text), Convert.FromBase64String(signature), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        }
        catch (FormatException)
        {
            return false;
        }
        catch (Exception e) when (e is ArgumentException or CryptographicException)
        {
            throw new MarketplaceException(
                PostmartAdapter.PostmartKey, FailureKind.Misconfigured, "callback_key_unreadable",
                $"{PostmartOptions.Section}:CallbackPublicKey is no public key in PEM form.", inner: e);
        }
    }

    private static MarketplaceException Refuse(string code, string detail) =>
        new(PostmartAdapter.PostmartKey, FailureKind.Unauthorized, code, detail);
}
