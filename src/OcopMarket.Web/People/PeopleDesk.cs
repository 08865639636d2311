using System.Globalization;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using OcopMarket.Core;
using OcopMarket.Core.People;
using OcopMarket.Data.People;
using OcopMarket.Web.People.Mail;

namespace OcopMarket.Web.People;

/// <param name="Role">The word of a role.</param>
/// <param name="Producer">Id of the producer, for a business.</param>
/// <param name="Units">Codes of provinces and communes with commas, for staff; empty: all.</param>
public sealed record PersonForm(string? Name, string? Login, string? Role, string? Producer, string? Units);

/// <param name="Fault">Key of what is wrong; null: done.</param>
/// <param name="Link">To be handed over by hand, where no mail could be sent.</param>
internal sealed record PeopleAnswer(string? Fault, string? Link = null, long? PersonId = null);

/// <summary>What admins do with people. Only the fields named here are taken from a form. Whoever is changed signs in anew.</summary>
internal sealed class PeopleDesk(
    UserManager<Person> users, PeopleDb db, LinkStore links, ReachQueries reach, SessionCookie sessions, PersonMails mails, PortalAddress address,
    PeopleAudit audit, ApiKeyStore keys, PortalSettings settings, TimeProvider time, ILogger<PeopleDesk> log)
{
    public async Task<IReadOnlyList<Person>> ListAsync(CancellationToken cancellationToken) =>
        await db.Users.AsNoTracking().OrderBy(p => p.DisabledAt != null).ThenBy(p => p.Name).ThenBy(p => p.Id).Take(1_000).ToListAsync(cancellationToken);

    public Task<Person?> FindAsync(long id, CancellationToken cancellationToken) =>
        db.Users.FirstOrDefaultAsync(p => p.Id == id, cancellationToken);

    public Task<bool> AnyAsync(CancellationToken cancellationToken) => db.Users.AnyAsync(cancellationToken);

    internal static Person NewPerson(string login, string name, PersonRole role, DataScope scope, DateTimeOffset now) => new()
    {
        UserName = login,
        Email = LoginName.IsMail(login) ? login : null,
        Name = name,
        Role = role,
        Scope = scope.Text,
        CreatedAt = now,
        SecurityStamp = Guid.NewGuid().ToString("N"),
    };

    public async Task<PeopleAnswer> InviteAsync(PersonForm form, long? actor, CancellationToken cancellationToken)
    {
        var login = LoginName.Normalise(form.Login);
        if (!LoginName.IsValid(login))
        {
            return new("person.login.bad");
        }

        var (fault, role, scope, name) = await ReadAsync(form, cancellationToken);
        if (fault is not null)
        {
            return new(fault);
        }

        if (await users.FindByNameAsync(login) is not null)
        {
            return new("person.login.taken");
        }

        var person = NewPerson(login, name, role, scope, time.GetUtcNow());
        await using (var transaction = await db.Database.BeginTransactionAsync(cancellationToken))
        {
            if (!(await users.CreateAsync(person)).Succeeded)
            {
                return new("person.login.taken"); // somebody was faster
            }

            await audit.WriteAsync(transaction, actor, "person.invite", null, Rights(person), cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }

        PeopleLog.Changed(log, actor, person.Id, $"invited as {form.Role}");
        return await SendLinkAsync(person, LinkPurpose.Invite, cancellationToken);
    }

    public async Task<PeopleAnswer> ChangeAsync(long id, PersonForm form, long? actor, CancellationToken cancellationToken)
    {
        if (await FindAsync(id, cancellationToken) is not { } person)
        {
            return new("person.gone");
        }

        var read = await ReadAsync(form, cancellationToken);
        if (read.Fault is not null)
        {
            return new(read.Fault);
        }

        if (id == actor && read.Role != person.Role)
        {
            return await OwnAsync(actor, id, "own role", cancellationToken);
        }

        var before = Rights(person);
        (person.Name, person.Role, person.Scope) = (read.Name, read.Role, read.Scope.Text);
        return await SaveAsync(person, actor, "person.change", before, null, cancellationToken);
    }

    public async Task<PeopleAnswer> DisableAsync(long id, bool disable, long? actor, CancellationToken cancellationToken)
    {
        if (await FindAsync(id, cancellationToken) is not { } person)
        {
            return new("person.gone");
        }

        if (id == actor)
        {
            return await OwnAsync(actor, id, "own access", cancellationToken);
        }

        var before = Rights(person);
        person.DisabledAt = disable ? time.GetUtcNow() : null;
        await links.RemoveOfAsync(id, cancellationToken);
        return await SaveAsync(person, actor, disable ? "person.disable" : "person.enable", before, null, cancellationToken);
    }

    /// <summary>A new link for somebody who cannot get in any more. With <paramref name="factor"/> their second factor, passkeys and the
    /// directory's subject go, too: the admin must know whom they speak to.</summary>
    public async Task<PeopleAnswer> ResetAsync(long id, bool factor, long? actor, CancellationToken cancellationToken)
    {
        if (await FindAsync(id, cancellationToken) is not { DisabledAt: null } person)
        {
            return new("person.gone");
        }

        if (factor)
        {
            if (id == actor)
            {
                return await OwnAsync(actor, id, "own second factor", cancellationToken);
            }

            var before = Rights(person);
            var removed = await SaveAsync(person, actor, "person.factor.remove", before, () => WithoutFactorsAsync(person), cancellationToken);
            if (removed.Fault is not null)
            {
                return removed;
            }

            await keys.EndPersonalAsync(id, audit.By(actor), time.GetUtcNow(), CancellationToken.None);
        }

        await audit.WriteAsync(actor, "person.link", null, new { person = id }, cancellationToken);
        PeopleLog.Changed(log, actor, id, "person.link");
        return await SendLinkAsync(person, person.PasswordHash is null ? LinkPurpose.Invite : LinkPurpose.Reset, cancellationToken);
    }

    /// <summary>Somebody forgot the password. Says nothing: whoever asked learns nothing.</summary>
    public async Task ForgotAsync(string login, CancellationToken cancellationToken)
    {
        if (await users.FindByNameAsync(LoginName.Normalise(login)) is { DisabledAt: null, Email: not null, PasswordHash: not null } person)
        {
            await SendLinkAsync(person, LinkPurpose.Reset, cancellationToken);
        }
    }

    private async Task<PeopleAnswer> SendLinkAsync(Person person, LinkPurpose purpose, CancellationToken cancellationToken)
    {
        await links.RemoveOfAsync(person.Id, cancellationToken);
        var until = time.GetUtcNow() + (purpose == LinkPurpose.Invite ? settings.SignIn.InvitationHolds : settings.SignIn.ResetHolds);
        var link = address.Link("/dat-mat-khau", ("ma", await links.MakeAsync(purpose, person.Id, until, cancellationToken)));
        var sent = person.Email is { } to && await mails.SendLinkAsync(to, person.Name, purpose, link, until, cancellationToken);
        return new(null, sent ? null : link.ToString(), person.Id);
    }

    private async Task<PeopleAnswer> SaveAsync(
        Person person, long? actor, string action, object before, Func<Task<bool>>? also, CancellationToken cancellationToken)
    {
        await using (var transaction = await db.Database.BeginTransactionAsync(cancellationToken))
        {
            if (also is not null && !await also() || !(await users.UpdateSecurityStampAsync(person)).Succeeded)
            {
                return new("person.changed"); // by somebody else, at the same time
            }

            await audit.WriteAsync(transaction, actor, action, before, Rights(person), cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }

        await sessions.EndAllAsync(person.Id, cancellationToken);
        PeopleLog.Changed(log, actor, person.Id, action);
        return new(null);
    }

    private async Task<bool> WithoutFactorsAsync(Person person)
    {
        person.TwoFactorEnabled = false;
        foreach (var passkey in await users.GetPasskeysAsync(person))
        {
            if (!(await users.RemovePasskeyAsync(person, passkey.CredentialId)).Succeeded)
            {
                return false;
            }
        }

        foreach (var subject in await users.GetLoginsAsync(person))
        {
            if (!(await users.RemoveLoginAsync(person, subject.LoginProvider, subject.ProviderKey)).Succeeded)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Nobody changes the own rights.</summary>
    private async Task<PeopleAnswer> OwnAsync(long? actor, long id, string what, CancellationToken cancellationToken)
    {
        await audit.WriteAsync(actor, "person.change.refused", null, new { person = id, what }, cancellationToken);
        PeopleLog.ChangeRefused(log, actor, id, what);
        return new("person.own");
    }

    private static object Rights(Person person) => new
    {
        person = person.Id,
        role = Words.Of(person.Role),
        scope = person.Scope,
        disabled = person.DisabledAt is not null,
        secondFactor = person.TwoFactorEnabled,
    };

    private async Task<(string? Fault, PersonRole Role, DataScope Scope, string Name)> ReadAsync(PersonForm form, CancellationToken cancellationToken)
    {
        var name = (form.Name ?? "").Trim();
        if (name.Length is 0 or > 100)
        {
            return ("person.name.bad", default, DataScope.None, "");
        }

        if (!Words.TryParse<PersonRole>(form.Role, out var role))
        {
            return ("person.role.bad", default, DataScope.None, "");
        }

        var scope = role switch
        {
            PersonRole.Admin => DataScope.All,
            PersonRole.Business => await ProducerAsync(form.Producer, cancellationToken),
            _ => await UnitsAsync(form.Units, cancellationToken),
        };
        return scope is null
            ? (role == PersonRole.Business ? "person.producer.bad" : "person.units.bad", default, DataScope.None, "")
            : (null, role, scope, name);
    }

    /// <returns>Null: there is no such producer.</returns>
    internal async Task<DataScope?> ProducerAsync(string? typed, CancellationToken cancellationToken) =>
        long.TryParse(typed?.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var id) && id > 0
        && await reach.ProducerNameAsync(id, cancellationToken) is not null
            ? DataScope.Producer(id)
            : null;

    /// <returns>All, where nothing is typed; null: not all of these are units.</returns>
    internal async Task<DataScope?> UnitsAsync(string? typed, CancellationToken cancellationToken)
    {
        var codes = (typed ?? "").Split([',', ' ', ';'], StringSplitOptions.RemoveEmptyEntries);
        return codes.Length == 0 ? DataScope.All
            : codes.Length <= 200 && await reach.AreUnitsAsync(codes, cancellationToken) ? DataScope.OfUnits(codes)
            : null;
    }
}
