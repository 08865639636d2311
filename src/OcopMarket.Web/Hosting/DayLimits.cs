using Microsoft.AspNetCore.Http;
using OcopMarket.Core.People;
using OcopMarket.Data.People;
using OcopMarket.Web.Parts;
using OcopMarket.Web.People;

namespace OcopMarket.Web.Hosting;

/// <summary>How much of what costs room or work somebody may have a day. Section <c>Daily</c>. All people of a business count as one; staff and admins
/// each for themselves.</summary>
public sealed record DaySettings
{
    public int FilesOfBusiness { get; init; } = 20;
    public int MegabytesOfBusiness { get; init; } = 100;
    public int FilesOfPerson { get; init; } = 500;
    public int MegabytesOfPerson { get; init; } = 2_000;
    public int RequestsOfBusiness { get; init; } = 10;
    public int RequestsOfPerson { get; init; } = 200;

    /// <summary>Plans of what to do with listings, and in thousands the products in them, each counted on each marketplace.</summary>
    public int PlansOfBusiness { get; init; } = 100;
    public int ThousandLinesOfBusiness { get; init; } = 20;
    public int PlansOfPerson { get; init; } = 200;
    public int ThousandLinesOfPerson { get; init; } = 100;

    /// <summary>Copies of all that is stored of somebody: also how many a stolen session could take.</summary>
    public int Copies { get; init; } = 20;
}

/// <summary>The limits of whoever asks now.</summary>
internal sealed class DayLimits(IHttpContextAccessor http, PortalSettings settings)
{
    private DaySettings Daily => settings.Daily;

    public DayLimit Files => new(Keeper, "file", IsBusiness ? Daily.FilesOfBusiness : Daily.FilesOfPerson)
    {
        MostBytes = (IsBusiness ? Daily.MegabytesOfBusiness : Daily.MegabytesOfPerson) * 1_000_000L,
    };

    public DayLimit Requests => new(Keeper, "ask", IsBusiness ? Daily.RequestsOfBusiness : Daily.RequestsOfPerson);

    public DayLimit Plans => new(Keeper, "plan", IsBusiness ? Daily.PlansOfBusiness : Daily.PlansOfPerson)
    {
        MostBytes = (IsBusiness ? Daily.ThousandLinesOfBusiness : Daily.ThousandLinesOfPerson) * 1_000L,
    };

    public DayLimit Copies => new(Keeper, "copy", Daily.Copies);

    private bool IsBusiness => http.HttpContext?.User.Role() is PersonRole.Business;

    private string Keeper => http.HttpContext?.User is { } user
        ? IsBusiness && user.Scope().ProducerId is { } producer ? DataScope.Producer(producer).Text : $"person:{Urls.Text(user.PersonId() ?? 0)}"
        : throw new InvalidOperationException("Nobody asks.");
}
