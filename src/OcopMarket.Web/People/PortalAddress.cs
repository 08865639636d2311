using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using OcopMarket.Web.Parts;

namespace OcopMarket.Web.People;

/// <summary>The portal's own address, from its settings and never from what a request says: a link in a mail leads here only.</summary>
public sealed class PortalAddress(PortalSettings settings, IServer server)
{
    /// <summary>Without a public address the name localhost: passkeys take no number for a name.</summary>
    public Uri Root => settings.PublicUrl ?? new UriBuilder(Uri.UriSchemeHttp, "localhost", Port).Uri;

    private int Port => server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault() is { } bound ? new Uri(bound).Port : 80;

    public Uri Link(string path, params ReadOnlySpan<(string Name, string? Value)> query) => new(Root, Urls.With(path, query));

    /// <summary>Whether a page of ours asks, as the browser itself says.</summary>
    public bool IsOrigin(string? origin) =>
        Uri.TryCreate(origin, UriKind.Absolute, out var from) && from.GetLeftPart(UriPartial.Authority) == Root.GetLeftPart(UriPartial.Authority);
}
