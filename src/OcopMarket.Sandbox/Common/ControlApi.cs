using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace OcopMarket.Sandbox.Common;

/// <summary>What lies under <c>/_sandbox/</c>: not the platform's, but its judge's and puppeteer's.</summary>
internal sealed class ControlApi(Platform platform)
{
    public async Task ServeAsync(HttpContext http)
    {
        var request = await CallRequest.ReadAsync(http.Request, http.RequestAborted);
        Answer answer;
        try
        {
            lock (platform.Gate)
            {
                platform.Advance();
                answer = Handle(request);
                platform.Store.Commit();
            }
        }
        catch (Exception e) when (e is JsonException or ArgumentException or FormatException)
        {
            answer = Say(400, new { error = e.Message });
        }

        await Delivery.SendAsync(http, new Decision(answer, null));
    }

    private Answer Handle(CallRequest request) => (request.Method, request.Path["/_sandbox".Length..].TrimEnd('/')) switch
    {
        ("GET", "") => Page(),
        ("GET", "/state") => Say(200, StateReport.Of(platform)),
        ("GET", "/log") => Log(request),
        ("GET", "/public-key.pem") => PublicKey(),
        ("GET", "/faults") => Say(200, platform.Faults.Active),
        ("POST", "/faults") => Say(200, platform.Faults.Set(Read<FaultRule>(request))),
        ("DELETE", "/faults") => Done(platform.Faults.ClearAll),
        ("POST", "/shops") => OpenShop(request),
        ("POST", "/moderate") => Moderate(request),
        ("GET", "/settings") => Say(200, platform.Settings),
        ("POST", "/settings") => Settings(request),
        ("POST", "/reset") => Done(platform.Reset),
        _ => Say(404, new { error = $"Nothing lies at {request.Method} {request.Path}." })
    };

    private Answer Page() =>
        new(200, System.Text.Encoding.UTF8.GetBytes(BuyerPage.Render(platform))) { ContentType = "text/html; charset=utf-8" };

    private Answer Log(CallRequest request)
    {
        var after = request.Parameters.TryGetValue("after", out var text) ? long.Parse(text, CultureInfo.InvariantCulture) : 0;
        return Say(200, platform.Store.Calls.Where(c => c.Seq > after));
    }

    private Answer PublicKey() => platform.PublicKeyPem is { } pem
        ? new Answer(200, System.Text.Encoding.ASCII.GetBytes(pem)) { ContentType = "application/x-pem-file" }
        : Say(404, new { error = $"{platform.Name} signs nothing." });

    private Answer OpenShop(CallRequest request)
    {
        var body = Read<ShopBody>(request);
        var shop = platform.OpenShop(new SandboxShopSeed(body.Name, body.OwnerName, body.Phone, body.Id), body.State);
        return Say(200, new { shop.Id, shop.Name, shop.Phone, shop.Status, shop.Username, shop.Password, shop.Url });
    }

    private Answer Moderate(CallRequest request)
    {
        var body = Read<ModerateBody>(request);
        return platform.Moderate(body.Item, body.Verdict, body.Reason)
            ? Say(200, new { done = true })
            : Say(404, new { error = $"There is no item '{body.Item}'." });
    }

    /// <summary>What is given replaces, the rest stays.</summary>
    private Answer Settings(CallRequest request)
    {
        var merged = JsonSerializer.SerializeToNode(platform.Settings, Wire.CamelCase)!.AsObject();
        foreach (var (name, value) in Read<JsonObject>(request))
        {
            merged[name] = value?.DeepClone();
        }

        var settings = merged.Deserialize<SandboxSettings>(Wire.CamelCase)!;
        if (settings.CallbackUrl is { } url && !(Uri.TryCreate(url, UriKind.Absolute, out var address) && address.IsLoopback))
        {
            throw new ArgumentException($"'{url}' is no address on this machine.");
        }

        platform.Change(settings);
        return Say(200, platform.Settings);
    }

    private static Answer Done(Action act)
    {
        act();
        return Say(200, new { done = true });
    }

    private static T Read<T>(CallRequest request) =>
        JsonSerializer.Deserialize<T>(request.Body, Wire.CamelCase) ?? throw new JsonException("The body is empty.");

    private static Answer Say(int http, object body) => Answer.Json(http, body, Wire.CamelCase);

    private sealed record ShopBody(string Name, string Phone, string OwnerName = "", string? Id = null, string State = "active");

    private sealed record ModerateBody(string Item, string Verdict, string? Reason = null);
}
