using Microsoft.AspNetCore.Authorization;
using OcopMarket.Core;
using OcopMarket.Core.People;
using OcopMarket.Web.Api;

namespace OcopMarket.Web.People;

/// <summary>Who may ask for what. What names no policy is for <see cref="Reader"/>.</summary>
public static class Policies
{
    /// <summary>Everybody with a role: each sees the rows of their scope.</summary>
    public const string Reader = "reader";

    /// <summary>Everybody who is signed in, also with a second factor still to be set up.</summary>
    public const string Account = "account";

    /// <summary>Viewers, staff and admins.</summary>
    public const string Staff = "staff";

    /// <summary>Who acts for shops: businesses for their own, staff within their scope, admins.</summary>
    public const string Acting = "acting";

    /// <summary>Who takes a copy of all that is stored of somebody: businesses their own, admins for who asked on paper.</summary>
    public const string Copying = "copying";

    public const string Admin = "admin";

    /// <summary>Whoever holds a key that reads this. A cookie is not looked at, as no page looks at a key.</summary>
    internal static string Reads(ApiResource resource) => $"reads {Words.Of(resource)}";

    internal static void Add(AuthorizationBuilder builder)
    {
        foreach (var resource in Enum.GetValues<ApiResource>())
        {
            builder.AddPolicy(Reads(resource), p => p.AddAuthenticationSchemes(ApiKeyHandler.KeyScheme)
                .RequireClaim(ApiKeyHandler.ReadsClaim, Words.Of(resource)));
        }

        builder
            .AddPolicy(Reader, p => p.RequireRole(Words.All<PersonRole>()))
            .AddPolicy(Account, p => p.RequireAuthenticatedUser())
            .AddPolicy(Staff, p => p.RequireRole(Words.Of(PersonRole.Viewer), Words.Of(PersonRole.Staff), Words.Of(PersonRole.Admin)))
            .AddPolicy(Acting, p => p.RequireRole(Words.Of(PersonRole.Business), Words.Of(PersonRole.Staff), Words.Of(PersonRole.Admin)))
            .AddPolicy(Copying, p => p.RequireRole(Words.Of(PersonRole.Business), Words.Of(PersonRole.Admin)))
            .AddPolicy(Admin, p => p.RequireRole(Words.Of(PersonRole.Admin)))
            .SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireRole(Words.All<PersonRole>()).Build());
    }
}
