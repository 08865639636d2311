using System.Net;
using System.Net.Sockets;

namespace OcopMarket.App.Hosting;

internal static class Ports
{
    /// <summary>This port or the next free one; 0: any free one.</summary>
    public static int FirstFree(int port)
    {
        for (var candidate = port; candidate < port + 100; candidate++)
        {
            if (TryBind(candidate) is { } bound)
            {
                return bound;
            }
        }

        throw new StartException($"No port from {port} to {port + 99} is free. Choose another with --port.");
    }

    public static bool IsFree(int port) => TryBind(port) is not null;

    private static int? TryBind(int port)
    {
        using var listener = new TcpListener(IPAddress.Loopback, port);
        try
        {
            listener.Start();
            return ((IPEndPoint)listener.LocalEndpoint).Port;
        }
        catch (SocketException)
        {
            return null;
        }
    }
}
