using System.Net;
using Microsoft.Extensions.Options;
using OcopMarket.Core.Marketplaces;

namespace OcopMarket.Marketplaces.Http;

/// <summary>A contract that the platform's owner has not published may reach this machine only, until a person answers for it.</summary>
internal sealed class ContractCheck<TOptions>(MarketplaceKey key, string section, MarketplaceProfiles profiles, bool isDocumented) : IValidateOptions<TOptions>
    where TOptions : ConnectionOptions
{
    public ValidateOptionsResult Validate(string? name, TOptions options)
    {
        if (options.BaseUrl is not { IsAbsoluteUri: true } url || url.Scheme is not ("http" or "https"))
        {
            return ValidateOptionsResult.Fail($"{section}:BaseUrl must be an http or https address.");
        }

        if (url.UserInfo.Length > 0)
        {
            return ValidateOptionsResult.Fail($"{section}:BaseUrl must not hold a user name or password.");
        }

        if (IsLoopback(url.Host))
        {
            return ValidateOptionsResult.Success;
        }

        if (url.Scheme != "https")
        {
            return ValidateOptionsResult.Fail($"{section}:BaseUrl must be https: tokens travel in headers.");
        }

        if (isDocumented)
        {
            return ValidateOptionsResult.Success;
        }

        var contract = profiles.Get(key).Contract;
        var accepted = !string.IsNullOrWhiteSpace(options.AcceptedBy ?? contract.AcceptedBy) &&
            (options.AcceptedOn ?? contract.AcceptedOn) is not null;
        return contract.Mark == Mark.Documented || accepted
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail(
                $"The contract of {key.Value} is provisional, so {url.Host} is not called until {section}:AcceptedBy and " +
                $"{section}:AcceptedOn say who accepted it and when.");
    }

    private static bool IsLoopback(string host) =>
        string.Equals(host, "localhost", StringComparison.OrdinalIgnoreCase) ||
        (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
}
