#if OCOP_SABOTAGE
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using OcopMarket.Core;
using OcopMarket.Core.People;

namespace OcopMarket.EndToEnd.Tests.Connecting;

/// <summary>A portal that dies between handing a warning to the server of mails and writing that down.</summary>
public sealed class KilledWithMailTests(ConnectApp app) : IClassFixture<ConnectApp>
{
    [Fact]
    public async Task A_warning_is_mailed_once_to_each_though_the_program_dies_between_sending_and_writing_that_down()
    {
        await app.StartAsync();
        await app.People.PutAsync(PersonRole.Business);
        await app.People.PutAsync(PersonRole.Business, "second@test.example");
        await app.HandOnAsync();
        await app.UntilAsync("(SELECT state = 'active' FROM seller_account WHERE id = 1)");
        await app.StopAsync();
        await app.ExecuteAsync(
            "UPDATE credential SET consent_at = now() - interval '300 days', consent_until = now() + interval '6 days', warned_days = NULL WHERE scope = 'shop'");
        await app.ExecuteAsync("UPDATE seller_account SET next_check_at = 'infinity'");
        using var server = new MailServer();

        await using (var victim = app.StartServing(server.Port, KillPoint.AfterMail))
        {
            var end = await victim.EndAsync();
            Assert.True(end.Code == 128 + 9, $"{end.Code}: {end.Errors}");
        }

        Assert.Single(server.Mails);
        Assert.Equal(1, await app.CountAsync("consent_notice WHERE spread_at IS NOT NULL AND days = 7"));
        await using (var heir = app.StartServing(server.Port, null))
        {
            await app.UntilAsync("(SELECT count(*) = 1 FROM identity.consent_mail WHERE sent_at IS NOT NULL)", heir);
            await app.UntilAsync("NOT EXISTS (SELECT FROM identity.consent_mail WHERE begun_at IS NULL)", heir);
        }

        // The one whose end nobody wrote down is not sent again; the other person got hers.
        Assert.Equal(2, server.Mails.Count);
        Assert.Equal(2, server.Mails.Distinct().Count());
        Assert.Equal(1, await app.CountAsync("identity.consent_mail WHERE begun_at IS NOT NULL AND sent_at IS NULL"));
        Assert.Equal(1, await app.CountAsync("consent_notice"));
    }

    /// <summary>Takes every mail and remembers to whom it went.</summary>
    private sealed class MailServer : IDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

        public MailServer()
        {
            _listener.Start();
            _ = ServeAsync();
        }

        public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

        public ConcurrentQueue<string> Mails { get; } = new();

        public void Dispose() => _listener.Dispose();

        private async Task ServeAsync()
        {
            while (true)
            {
                using var client = await _listener.AcceptTcpClientAsync();
                await using var stream = client.GetStream();
                using var reader = new StreamReader(stream);
                await using var writer = new StreamWriter(stream) { NewLine = "\r\n", AutoFlush = true };
                await writer.WriteLineAsync("220 test");
                var to = "";
                while (await ReadAsync(reader) is { } line && !line.StartsWith("QUIT", StringComparison.OrdinalIgnoreCase))
                {
                    to = line.StartsWith("RCPT", StringComparison.OrdinalIgnoreCase) ? line : to;
                    if (line.StartsWith("DATA", StringComparison.OrdinalIgnoreCase))
                    {
                        await writer.WriteLineAsync("354 go on");
                        while (await ReadAsync(reader) is { } text && text != ".")
                        {
                        }

                        Mails.Enqueue(to);
                    }

                    await writer.WriteLineAsync("250 ok");
                }
            }
        }

        /// <returns>Null also when the other side died.</returns>
        private static async Task<string?> ReadAsync(StreamReader reader)
        {
            try
            {
                return await reader.ReadLineAsync();
            }
            catch (IOException)
            {
                return null;
            }
        }
    }
}
#endif
