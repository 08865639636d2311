using System.Text.Json;
using OcopMarket.Sandbox.Common;

namespace OcopMarket.Sandbox.Voso;

/// <summary>Section 1: a short token for the password, a long one for the short one and the password.</summary>
internal sealed class VosoLogins(VosoPlatform platform, Random random)
{
    private VosoState State => platform.State;

    public Answer Login(CallRequest request) => Check(request, out var merchant)
        ?? Issue(merchant, isLong: false, platform.Settings.TokenLifetimeSeconds);

    public Answer Connect(CallRequest request) => Check(request, out var merchant)
        ?? (Find(request, isLong: false)?.Id == merchant.Id
            ? Issue(merchant, isLong: true, platform.Settings.LongTokenLifetimeSeconds)
            : VosoAnswers.BadToken());

    /// <returns>Whose token of this kind the call carries; null when none holds. A late write was let in when it came.</returns>
    public VosoMerchant? Find(CallRequest request, bool isLong) =>
        request.Token is { } token && State.Tokens.Find(token) is { } row && row.IsLong == isLong
        && (request.Late || (!row.Ended && row.ExpiresAt > platform.Now))
            ? State.Merchant(row.MerchantId)
            : null;

    /// <returns>The owner of any token, ended or not: who is asking, not whether he may.</returns>
    public VosoMerchant? Owner(string? token) =>
        token is not null && State.Tokens.Find(token) is { } row ? State.Merchant(row.MerchantId) : null;

    private Answer? Check(CallRequest request, out VosoMerchant merchant)
    {
        merchant = null!;
        var errors = VosoFields.Check(request.Json, VosoFields.Login);
        if (errors.Count > 0)
        {
            return VosoAnswers.Invalid(errors);
        }

        var body = JsonSerializer.Deserialize<LoginBody>(request.Body, Wire.UpperCase)!;
        merchant = State.MerchantByPhone(body.Username)!;
        return merchant is null || merchant.Password != body.Password ? VosoAnswers.BadLogin() : null;
    }

    private Answer Issue(VosoMerchant merchant, bool isLong, double seconds)
    {
        var token = $"{(isLong ? "vsl" : "vss")}-{random.NextInt64():x16}{random.NextInt64():x16}";
        var row = State.Tokens.Put(new VosoToken(token, merchant.Id, isLong, platform.Now.AddSeconds(seconds)));
        return VosoAnswers.Ok(new LoginData(merchant.Id, token, row.ExpiresAt.ToUnixTimeMilliseconds()));
    }
}
