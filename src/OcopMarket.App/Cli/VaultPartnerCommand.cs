using System.CommandLine;
using OcopMarket.App.Hosting;
using OcopMarket.Core.Marketplaces;
using OcopMarket.Data.Sellers;
using OcopMarket.Data.Vault;

namespace OcopMarket.App.Cli;

/// <summary><c>./run vault partner</c>: the operator's own login with a platform, which every consent of a shop owner is asked with.</summary>
internal static class VaultPartnerCommand
{
    public static Command Create()
    {
        var marketplace = new Argument<string>("marketplace") { Description = "The platform's key: shopee or lazada." };
        var id = new Argument<string>("id") { Description = "The partner id (Lazada: app key) that the platform gave the operator." };
        var file = new Option<string?>("--key-file") { Description = "File that holds the partner key (Lazada: app secret). Default: standard input." };
        var data = new Option<string?>("--data") { Description = "Folder of the installation. Default: data beside ./run." };
        var command = new Command("partner", """
            Seals the operator's own login with a platform: its partner id and partner key. Entered again, the key is replaced. The key is read from
            a file or from standard input, never from the command line, and is shown to nobody afterwards but for its last four characters.

            Exit codes: 0 done; 2 wrong arguments; 4 the key is empty or cannot be read, there is no installation or no database.
            Example: ./run vault partner shopee 2001887 --key-file shopee.key
            """)
        { marketplace, id, file, data };
        command.SetAction((parsed, cancellationToken) => SaveAsync(
            parsed.GetValue(data), parsed.GetValue(marketplace)!, parsed.GetValue(id)!, parsed.GetValue(file), cancellationToken));
        return command;
    }

    private static async Task<int> SaveAsync(string? data, string marketplace, string id, string? file, CancellationToken cancellationToken)
    {
        var secret = await SecretInput.ReadAsync(file, cancellationToken);
        if (secret.IsEmpty || id.Length is 0 or > 100)
        {
            throw new StartException("The partner id or the partner key is empty; copy both from the platform's console, the key into a file for --key-file.");
        }

        await using var installation = await Installation.OpenExistingAsync(AppHome.At(data), cancellationToken);
        var (source, wrappers) = (installation.Database.Worker, KeyHome.Of(installation.Settings, installation.Home));
        await KeyHome.RequireAsync(source, wrappers, cancellationToken);
        using var keys = new DataKeys(source, wrappers, TimeProvider.System);
        await new CredentialStore(source, new CredentialVault(source, keys, wrappers)).SaveAsync(
            new(marketplace), CredentialScope.PartnerLogin, new(id, secret, new Dictionary<string, string>()), keepPassword: true, null,
            CommandActor.Of(), cancellationToken);
        AccountLookCommands.Line($"The operator's login {id} with {marketplace} is sealed. Delete the file that held its key.");
        return ExitCodes.Done;
    }
}
