using OcopMarket.Core.Marketplaces;
using OcopMarket.Data.Vault;
using OcopMarket.Web.People;

namespace OcopMarket.App.Hosting;

/// <summary>The operator's directory, from the section <c>OpenId</c>.</summary>
internal static class OpenIdHome
{
    /// <returns>Null: people sign in with our own passwords and passkeys alone.</returns>
    /// <exception cref="StartException">Something is missing or wrong: which setting, and what it must be.</exception>
    public static OpenIdSettings? Read(IConfiguration settings)
    {
        if (settings["OpenId:Authority"] is not { Length: > 0 } text)
        {
            return null;
        }

        var authority = new Uri(text);
        if (authority.Scheme != Uri.UriSchemeHttps && !authority.IsLoopback)
        {
            throw new StartException("The setting OpenId:Authority must begin with https:// unless the directory runs on this machine: who signs in is told there.");
        }

        if (settings["OpenId:ClientId"] is not { Length: > 0 } client)
        {
            throw new StartException("OpenId:Authority is set, and OpenId:ClientId is not; put the id there under which the directory knows this portal.");
        }

        return new(authority, client, ClientSecret(settings))
        {
            Name = settings["OpenId:Name"] is { Length: > 0 } name ? name : null,
            Trust = Trust(settings["OpenId:Trust"]),
            MatchBy = settings["OpenId:MatchBy"] == "sub" ? DirectoryMatch.Sub : DirectoryMatch.Email,
        };
    }

    private static Secret ClientSecret(IConfiguration settings)
    {
        var own = new Secret(settings["OpenId:ClientSecret"] ?? "");
        if (settings["OpenId:ClientSecretFile"] is not { Length: > 0 } file)
        {
            return own.IsEmpty
                ? throw new StartException("OpenId:Authority is set, and no secret is; name the file in OpenId:ClientSecretFile that holds what the directory gave for this portal.")
                : own;
        }

        try
        {
            var held = new Secret(File.ReadAllText(file).Trim());
            return !KeyFile.IsPrivate(file)
                    ? throw new StartException($"The file {file} of OpenId:ClientSecretFile can be read or written by other users. Take that right away (chmod 600), then start again.")
                : held.IsEmpty ? throw new StartException($"The file {file} of OpenId:ClientSecretFile is empty. Put the secret there that the directory gave for this portal.")
                : held;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartException($"The file {file} named by OpenId:ClientSecretFile cannot be read. Put the secret there or correct the setting.");
        }
    }

    private static List<TrustedFactor> Trust(string? text)
    {
        var trusted = new List<TrustedFactor>();
        foreach (var word in (text ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            trusted.Add(word.Split(':', 2) is ["amr" or "acr", { Length: > 0 }] parts
                ? new(parts[0], parts[1])
                : throw new StartException(
                    "The setting OpenId:Trust must be words such as amr:mfa or acr:https://example.vn/2fa, with commas; correct it in the settings file or in the environment (OpenId__Trust)."));
        }

        return trusted;
    }
}
