using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using OcopMarket.Sandbox.Common;

namespace OcopMarket.Sandbox.WooCommerce;

/// <summary>Webhooks: a first ping without signature, then the whole product, signed, out of a background queue. One try each: the sheet
/// names no other. To this machine's own addresses only.</summary>
internal sealed class WooCommerceHooks(WooCommercePlatform platform) : IDisposable
{
    private static readonly string[] Topics = ["product.created", "product.updated", "product.deleted"];
    private readonly HttpMessageInvoker _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false });

    private WooCommerceState State => platform.State;

    public Answer Create(WooShop shop, CallRequest request)
    {
        var (name, topic) = (Peek.Text(request.Json, "name"), Peek.Text(request.Json, "topic"));
        var (url, secret) = (Peek.Text(request.Json, "delivery_url"), Peek.Text(request.Json, "secret"));
        if (!Topics.Contains(topic))
        {
            return WooError.InvalidParameter("topic", "rest_invalid_param", "topic is not valid.").ToAnswer();
        }

        if (!Uri.TryCreate(url, UriKind.Absolute, out var address) || !address.IsLoopback)
        {
            return WooError.InvalidParameter("delivery_url", "rest_invalid_param", "delivery_url must be an address on this machine.").ToAnswer();
        }

        var hook = State.Hooks.Put(new WooHook(1 + State.Hooks.Count, shop.Slug, name ?? topic!, topic!, url!, secret ?? ""));
        Queue(hook, null);
        return WooCommerceAnswers.Json(201, Row(hook));
    }

    public Answer List(WooShop shop) => WooCommerceAnswers.Json(200, new JsonArray([.. State.HooksOf(shop.Slug).Select(Row)]));

    /// <summary>Writes down what is to be told.</summary>
    /// <param name="what">created, updated or deleted.</param>
    public void Tell(WooProduct product, string what)
    {
        foreach (var hook in State.HooksOf(product.Shop).Where(h => h.Topic == $"product.{what}").ToList())
        {
            Queue(hook, platform.Listing.Row(product).ToJsonString(Wire.CamelCase));
        }
    }

    public async Task SendDueAsync(CancellationToken cancellationToken)
    {
        List<(WooDelivery Delivery, WooHook Hook)> due;
        lock (platform.Gate)
        {
            due = [.. State.DeliveriesOpen.Where(d => d.DueAt <= platform.Now).Take(8).Select(d => (d, State.Hooks.Find(WooCommerceState.IdText(d.Hook))!))];
        }

        await Task.WhenAll(due.Select(d => SendAsync(d.Delivery, d.Hook, cancellationToken)));
    }

    public void Dispose() => _http.Dispose();

    private void Queue(WooHook hook, string? body) => State.Deliveries.Put(new WooDelivery(
        1 + State.Deliveries.Count, hook.Id, body, body is null ? platform.Now : platform.Now.AddSeconds(platform.Settings.HookDelaySeconds)));

    private async Task SendAsync(WooDelivery delivery, WooHook hook, CancellationToken cancellationToken)
    {
        var taken = await TryAsync(delivery, hook, cancellationToken);
        lock (platform.Gate)
        {
            State.Deliveries.Put(delivery with { Done = true, Taken = taken });
            platform.Store.Commit();
        }
    }

    /// <returns>Whether an answer of success came in time.</returns>
    private async Task<bool> TryAsync(WooDelivery delivery, WooHook hook, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(TimeSpan.FromSeconds(platform.Settings.CallbackTimeoutSeconds));
        using var request = new HttpRequestMessage(HttpMethod.Post, hook.DeliveryUrl) { Content = Content(delivery, hook) };
        try
        {
            using var response = await _http.SendAsync(request, deadline.Token);
            return response.IsSuccessStatusCode;
        }
        catch (Exception e) when (e is HttpRequestException or IOException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return false;
        }
    }

    private ByteArrayContent Content(WooDelivery delivery, WooHook hook)
    {
        if (delivery.Body is not { } text)
        {
            var ping = new ByteArrayContent(Encoding.ASCII.GetBytes($"webhook_id={hook.Id}"));
            ping.Headers.ContentType = new MediaTypeHeaderValue("application/x-www-form-urlencoded");
            return ping;
        }

        var body = Encoding.UTF8.GetBytes(text);
        var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        content.Headers.Add("X-WC-Webhook-Source", $"{platform.BaseUrl}/{hook.Shop}/");
        content.Headers.Add("X-WC-Webhook-Topic", hook.Topic);
        content.Headers.Add("X-WC-Webhook-Resource", "product");
        content.Headers.Add("X-WC-Webhook-Event", hook.Topic["product.".Length..]);
        content.Headers.Add("X-WC-Webhook-ID", WooCommerceState.IdText(hook.Id));
        content.Headers.Add("X-WC-Webhook-Delivery-ID", Chance.Fingerprint(delivery.Id.ToString(CultureInfo.InvariantCulture))[..32]);
        content.Headers.Add("X-WC-Webhook-Signature", Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(hook.Secret), body)));
        return content;
    }

    private static JsonObject Row(WooHook hook) => new()
    {
        ["id"] = hook.Id,
        ["name"] = hook.Name,
        ["status"] = "active",
        ["topic"] = hook.Topic,
        ["resource"] = "product",
        ["event"] = hook.Topic["product.".Length..],
        ["delivery_url"] = hook.DeliveryUrl
    };
}
