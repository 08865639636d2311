using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using OcopMarket.Core;
using OcopMarket.Core.People;
using OcopMarket.Data.People;
using OcopMarket.Web.People;

namespace OcopMarket.Web.Api;

/// <param name="Days">How long the key is to work.</param>
/// <param name="Owner">Login of who answers for a service key.</param>
/// <param name="Reach"><c>all</c>, <c>producer</c> or <c>units</c>.</param>
/// <param name="Producer">Id of the producer, with that reach.</param>
/// <param name="Units">Codes of provinces and communes with commas, with that reach.</param>
/// <param name="Resources">Words of what a service key reads.</param>
internal sealed record ApiKeyForm(
    string? Name, int Days, string? Owner = null, string? Reach = null, string? Producer = null, string? Units = null,
    IReadOnlyList<string>? Resources = null);

/// <param name="Fault">Key of what is wrong; null: done.</param>
/// <param name="Key">The new key, to be shown this once.</param>
public sealed record ApiKeyAnswer(string? Fault, string? Key = null);

/// <summary>Where keys of the API are made and ended.</summary>
internal sealed class ApiKeyDesk(ApiKeyStore store, PeopleDb db, PeopleDesk people, PortalSettings settings, TimeProvider time, ILogger<ApiKeyDesk> log)
{
    /// <summary>What a form offers.</summary>
    public static IReadOnlyList<int> Days { get; } = [30, 90, 180, (int)ApiKeyStore.Longest.TotalDays];

    /// <param name="owner">Null: everybody's.</param>
    public Task<IReadOnlyList<ApiKeyRow>> ListAsync(long? owner, CancellationToken cancellationToken) =>
        store.ListAsync(owner, time.GetUtcNow(), cancellationToken);

    /// <summary>A key with the rights of whoever makes it.</summary>
    public async Task<ApiKeyAnswer> MakePersonalAsync(ApiKeyForm form, long actor, Actor by, CancellationToken cancellationToken) =>
        Fault(form) is { } fault ? new(fault)
        : await LacksFactorAsync(actor, cancellationToken) ? new("key.factor")
        : await MakeAsync(form, actor, null, null, actor, by, cancellationToken);

    /// <summary>A key of a program, made by an admin.</summary>
    public async Task<ApiKeyAnswer> MakeServiceAsync(ApiKeyForm form, long actor, Actor by, CancellationToken cancellationToken)
    {
        if (Fault(form) is { } fault)
        {
            return new(fault);
        }

        var login = LoginName.Normalise(form.Owner);
        if (await db.Users.AsNoTracking().FirstOrDefaultAsync(p => p.UserName == login, cancellationToken) is not { DisabledAt: null } owner)
        {
            return new("key.owner.bad");
        }

        var scope = form.Reach switch
        {
            "all" => DataScope.All,
            "producer" => await people.ProducerAsync(form.Producer, cancellationToken),
            "units" => string.IsNullOrWhiteSpace(form.Units) ? null : await people.UnitsAsync(form.Units, cancellationToken),
            _ => null,
        };
        if (scope is null)
        {
            return new("key.scope.bad");
        }

        var resources = (form.Resources ?? []).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        return resources.Count == 0 || !resources.TrueForAll(r => Words.TryParse<ApiResource>(r, out var known) && ApiResources.IsWithin(known, scope))
            ? new("key.resources.bad")
            : await MakeAsync(form, owner.Id, scope, resources, actor, by, cancellationToken);
    }

    /// <param name="own">Only a key of the one who ends it.</param>
    public async Task<ApiKeyAnswer> EndAsync(long id, bool own, long actor, Actor by, CancellationToken cancellationToken)
    {
        if (!await store.EndAsync(id, own ? actor : null, by, time.GetUtcNow(), cancellationToken))
        {
            return new("key.gone");
        }

        ApiLog.Ended(log, actor, id);
        return new(null);
    }

    private async Task<ApiKeyAnswer> MakeAsync(
        ApiKeyForm form, long owner, DataScope? scope, IReadOnlyList<string>? resources, long actor, Actor by, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var made = new NewApiKey(form.Name!.Trim(), owner, scope, resources, actor, now, now + TimeSpan.FromDays(form.Days));
        if (await store.MakeAsync(made, by, cancellationToken) is not { } key)
        {
            return new("key.many");
        }

        ApiLog.Made(log, actor, owner);
        return new(null, key);
    }

    /// <summary>Such a key would not open: whoever came by a directory's second proof has none here.</summary>
    private async Task<bool> LacksFactorAsync(long person, CancellationToken cancellationToken) =>
        await db.Users.AsNoTracking().FirstOrDefaultAsync(p => p.Id == person, cancellationToken) is { } owner
        && PortalUser.NeedsSecondFactor(owner.Role, settings.IsDemo) && !await store.IsStrongAsync(person, cancellationToken);

    private static string? Fault(ApiKeyForm form) =>
        form.Name?.Trim() is not { Length: > 0 and <= 60 } ? "key.name.bad"
        : form.Days < 1 || form.Days > ApiKeyStore.Longest.TotalDays ? "key.days.bad"
        : null;
}
