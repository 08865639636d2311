using System.Net;
using System.Net.Security;
using System.Net.Sockets;

namespace OcopMarket.Sources.Fetching;

/// <summary>How a checked address is reached. The checks themselves are not in here: whatever stands in, an address that is not public is
/// refused before <see cref="DialAsync"/> sees it.</summary>
internal class FetchLine
{
    /// <summary>Null: the system's own judgement.</summary>
    public virtual RemoteCertificateValidationCallback? Trust => null;

    public virtual Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken) =>
        Dns.GetHostAddressesAsync(host, cancellationToken);

    public virtual async Task<Stream> DialAsync(IPEndPoint checkedAddress, CancellationToken cancellationToken)
    {
        var socket = new Socket(checkedAddress.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(checkedAddress, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
