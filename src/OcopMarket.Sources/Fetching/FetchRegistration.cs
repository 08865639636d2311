using Microsoft.Extensions.DependencyInjection;

namespace OcopMarket.Sources.Fetching;

public static class FetchRegistration
{
    /// <summary>One <see cref="SafeFetch"/> for the process, with the section <c>Fetch</c> of the host's configuration.</summary>
    public static IServiceCollection AddSafeFetch(this IServiceCollection services)
    {
        services.AddOptions<FetchOptions>().BindConfiguration(FetchOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        return services.AddSingleton<SafeFetch>();
    }
}
