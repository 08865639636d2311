using System.Net;
using System.Net.Sockets;

namespace OcopMarket.Core;

/// <summary>Whether an address belongs to the open internet: everything that the registries of special-purpose addresses (RFC 6890 and its
/// successors) set apart does not, nor what leads to such an address through a translation.</summary>
public static class PublicAddress
{
    private static readonly IPNetwork[] _special4 =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
            "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24",
            "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
            "168.63.129.16/32", // a cloud's own machine service, on a public address
        }.Select(IPNetwork.Parse),
    ];

    /// <summary>Teredo and other protocols, documentation, 6to4, AS112.</summary>
    private static readonly IPNetwork[] _special6 =
        [.. new[] { "2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20" }.Select(IPNetwork.Parse)];

    private static readonly string[] _privateNames = ["localhost", "local", "internal", "lan", "home.arpa", "intranet", "corp"];

    /// <summary>What can be said of a host before its name is looked up; the look-up itself belongs to the connection.</summary>
    public static bool MayBe(string host)
    {
        if (IPAddress.TryParse(host.Trim('[', ']'), out var literal))
        {
            return Is(literal);
        }

        var name = host.TrimEnd('.');
        return name.Contains('.', StringComparison.Ordinal) && !Array.Exists(_privateNames, p =>
            name.Equals(p, StringComparison.OrdinalIgnoreCase) || name.EndsWith("." + p, StringComparison.OrdinalIgnoreCase));
    }

    public static bool Is(IPAddress address) => address.AddressFamily switch
    {
        AddressFamily.InterNetwork => !Array.Exists(_special4, n => n.Contains(address)),
        AddressFamily.InterNetworkV6 =>
            address.ScopeId == 0 && IsGlobal6(address) && !Array.Exists(_special6, n => n.Contains(address)),
        _ => false,
    };

    /// <summary>2000::/3, given out for the internet; the rest of IPv6 is refused whole: loopback, mapped and compatible IPv4, NAT64, unique
    /// local, link-local, site-local, multicast, discard, segment routing.</summary>
    /// <remarks>By the bits, not by <see cref="IPNetwork"/>: that one takes a mapped address for the IPv4 address inside.</remarks>
    private static bool IsGlobal6(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        return !address.IsIPv4MappedToIPv6 && address.TryWriteBytes(bytes, out _) && (bytes[0] & 0xE0) == 0x20;
    }
}
