using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace OcopMarket.Web.People;

/// <summary>Lets in whom the directory names and who is a person of ours already. The first time binds the directory's subject to the person; from
/// then on the subject alone counts, whatever address the directory says. Nobody is made and no role is given here.</summary>
internal sealed class OpenIdDesk(
    UserManager<Person> users, PeopleDb db, SessionCookie sessions, HalfWay halfWay, SignInDesk desk, PeopleAudit audit, ILogger<OpenIdDesk> log)
{
    private const int LongestKey = 128;
    private const string Hashed = "sha256:";

    /// <param name="told">The claims of a checked ID token, under their own names.</param>
    public async Task<SignInOutcome> SignInAsync(HttpContext http, OpenIdSettings directory, ClaimsPrincipal told)
    {
        var person = await FindAsync(directory, told, http.RequestAborted);
        if (person is not { DisabledAt: null })
        {
            PeopleLog.Refused(log, person is null ? "directory: no login of ours is free for its subject" : "directory: the person is disabled");
            return SignInOutcome.Wrong;
        }

        // The answer comes before sessions are looked at; the one that this browser has ends.
        http.User = (await http.AuthenticateAsync(SessionCookie.Scheme)).Principal ?? http.User;
        var isStrong = directory.Trust.Any(t => told.HasClaim(t.Claim, t.Value));
        if (person.TwoFactorEnabled && !isStrong)
        {
            halfWay.Put(http, HalfStep.SecondFactor, person, state: OpenIdOptions.Scheme);
            return SignInOutcome.SecondFactor;
        }

        await sessions.BeginAsync(http, person, isStrong, remember: false);
        return await desk.DoneAsync(http, person, OpenIdOptions.Scheme);
    }

    private async Task<Person?> FindAsync(OpenIdSettings directory, ClaimsPrincipal told, CancellationToken cancellationToken)
    {
        var (issuer, subject) = (Key(told.FindFirstValue("iss")), Key(told.FindFirstValue("sub")));
        if (await users.FindByLoginAsync(issuer, subject) is { } bound)
        {
            return bound;
        }

        if (Login(directory.MatchBy, told) is not { } login || await users.FindByNameAsync(login) is not { } person)
        {
            return null;
        }

        var isOthers = (await users.GetLoginsAsync(person)).Any(l => l.LoginProvider == issuer);
        return person.DisabledAt is not null ? person
            : !isOthers && await BindAsync(person, new(issuer, subject, null), cancellationToken) ? person
            : null;
    }

    /// <returns>False: somebody bound or changed this person at the same moment.</returns>
    private async Task<bool> BindAsync(Person person, UserLoginInfo subject, CancellationToken cancellationToken)
    {
        try
        {
            await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
            if (!(await users.AddLoginAsync(person, subject)).Succeeded)
            {
                return false;
            }

            await audit.WriteAsync(
                transaction, person.Id, "person.own.change", null, new { person = person.Id, what = "openid" }, cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            PeopleLog.Changed(log, person.Id, person.Id, "openid");
            return true;
        }
        catch (DbUpdateException)
        {
            return false;
        }
    }

    /// <returns>The login as ours are written; null: the directory does not vouch for one. Letters beyond ASCII are not compared: some become
    /// another's when they are made small.</returns>
    private static string? Login(DirectoryMatch by, ClaimsPrincipal told)
    {
        var isMail = by == DirectoryMatch.Email;
        if (isMail && !string.Equals(told.FindFirstValue("email_verified"), "true", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var said = told.FindFirstValue(isMail ? "email" : "sub") ?? "";
        var login = LoginName.Normalise(said);
        return Ascii.IsValid(said) && (isMail ? LoginName.IsMail(login) : LoginName.IsValid(login)) ? login : null;
    }

    /// <summary>As it is, or its hash where it is longer than the column.</summary>
    private static string Key(string? text) => text is { Length: > 0 and <= LongestKey } && !text.StartsWith(Hashed, StringComparison.Ordinal)
        ? text
        : Hashed + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text ?? throw new InvalidOperationException("The token names nobody."))));
}
