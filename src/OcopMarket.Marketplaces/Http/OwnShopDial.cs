using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;
using OcopMarket.Core;

namespace OcopMarket.Marketplaces.Http;

/// <summary>An owner named a host that is not one of the open internet: nothing is sent there.</summary>
internal sealed class AddressRefusedException(string message) : IOException(message);

/// <summary>Connects to shops whose addresses their owners name. One look-up for one connection: what was looked at is what is dialled, so that a
/// name which answers otherwise the next time gains nothing, and one private address among several refuses the name.</summary>
/// <param name="simulated">Where a simulated platform is: then this machine is dialled and nothing else.</param>
internal sealed class OwnShopDial(Func<Uri?> simulated, Func<string, CancellationToken, Task<IPAddress[]>> resolve)
{
    private const int Https = 443;

    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var (host, port) = (context.DnsEndPoint.Host, context.DnsEndPoint.Port);
        IPAddress[] addresses = IPAddress.TryParse(host, out var literal) ? [literal] : await resolve(host, cancellationToken);
        var isAllowed = simulated() is { } sandbox
            ? port == sandbox.Port && Array.TrueForAll(addresses, IPAddress.IsLoopback)
            : port == Https && Array.TrueForAll(addresses, PublicAddress.Is);
        if (addresses.Length == 0 || !isAllowed)
        {
            throw new AddressRefusedException($"{host} does not lie on the open internet, so it is not called.");
        }

        Exception? last = null;
        foreach (var address in addresses.OrderBy(a => a.AddressFamily))
        {
            var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(new IPEndPoint(address, port), cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch (SocketException e)
            {
                socket.Dispose();
                last = e;
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }

        throw last!;
    }
}

/// <summary>Shops have addresses of their own, so there is no platform's address, unless all shops are simulated on this machine.</summary>
internal sealed class OwnShopCheck<TOptions>(string section) : IValidateOptions<TOptions>
    where TOptions : ConnectionOptions
{
    public ValidateOptionsResult Validate(string? name, TOptions options) =>
        options.BaseUrl is null or { IsAbsoluteUri: true, IsLoopback: true, Scheme: "http" or "https" }
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail($"{section}:BaseUrl is for a simulated platform on this machine only; a shop's own address is given with its key.");
}
