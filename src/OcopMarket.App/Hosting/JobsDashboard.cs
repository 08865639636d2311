using Hangfire;
using Hangfire.Dashboard;
using OcopMarket.Core.People;
using OcopMarket.Web.People;

namespace OcopMarket.App.Hosting;

/// <summary>Hangfire's own pages, for admins. Behind a proxy every request looks local, so its own rule (local requests only) proves nothing:
/// the portal's policy and a filter of ours decide.</summary>
internal static class JobsDashboard
{
    public const string Path = "/hang-fire";

    public static void MapJobs(this WebApplication app, IConfiguration settings)
    {
        var isReadOnly = settings.GetValue("Web:JobsReadOnly", true);
        app.MapHangfireDashboard(Path, new DashboardOptions
        {
            Authorization = [new AdminsOnly()],
            IsReadOnlyFunc = _ => isReadOnly,
            IgnoreAntiforgeryToken = false,
            DisplayStorageConnectionString = false,
            DashboardTitle = "OcopMarket",
            AppPath = "/",
        }).RequireAuthorization(Policies.Admin);
    }

    private sealed class AdminsOnly : IDashboardAuthorizationFilter
    {
        public bool Authorize(DashboardContext context) => context.GetHttpContext().User.Role() == PersonRole.Admin;
    }
}
