using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;

namespace OcopMarket.Web.People;

/// <summary>What a person is in the middle of; each opens only the step that it was made for.</summary>
internal enum HalfStep { SecondFactor, NewFactor, PasskeySignIn, PasskeyNew }

/// <param name="PersonId">0: not known yet.</param>
/// <param name="Stamp">The person's security stamp then.</param>
/// <param name="State">What the step needs of its beginning.</param>
internal sealed record Half(HalfStep Step, long PersonId, string Stamp, bool Remember, string State, DateTimeOffset At);

/// <summary>A sealed cookie for the few minutes between two steps.</summary>
internal sealed class HalfWay(IDataProtectionProvider protection, CookieNames cookies, TimeProvider time)
{
    private static readonly TimeSpan _holds = TimeSpan.FromMinutes(10);
    private readonly IDataProtector _seal = protection.CreateProtector("OcopMarket.People.HalfWay");

    public void Put(HttpContext http, HalfStep step, Person? person = null, bool remember = false, string state = "")
    {
        var half = new Half(step, person?.Id ?? 0, person?.SecurityStamp ?? "", remember, state, time.GetUtcNow());
        http.Response.Cookies.Append(cookies.HalfWay, _seal.Protect(JsonSerializer.Serialize(half)), cookies.Options(_holds));
    }

    /// <returns>Null: nothing was begun, something else was, or too long ago.</returns>
    public Half? Get(HttpContext http, HalfStep step)
    {
        if (http.Request.Cookies[cookies.HalfWay] is not { Length: > 0 } text)
        {
            return null;
        }

        try
        {
            var half = JsonSerializer.Deserialize<Half>(_seal.Unprotect(text));
            return half?.Step == step && time.GetUtcNow() - half.At < _holds ? half : null;
        }
        catch (Exception e) when (e is CryptographicException or JsonException)
        {
            return null;
        }
    }

    public void End(HttpContext http) => http.Response.Cookies.Delete(cookies.HalfWay, cookies.Options());
}
