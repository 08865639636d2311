using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using OcopMarket.Data.People;

namespace OcopMarket.Web.People;

internal enum SignInOutcome { Done, SecondFactor, Wrong, TooMany }

/// <summary>Proves who somebody is. A name that nobody bears, a wrong password, a locked or disabled person get the same answer after the same
/// work: one count, one look-up, one hash.</summary>
internal sealed class SignInDesk(
    UserManager<Person> users, PeopleDb db, TryStore tries, TryLimits limits, SessionCookie sessions, HalfWay halfWay, Decoy decoy,
    IPasskeyHandler<Person> passkeys, PeopleAudit audit, PortalSettings settings, TimeProvider time, ILogger<SignInDesk> log)
{
    public async Task<SignInOutcome> PasswordAsync(HttpContext http, string? typed, string? password, bool remember)
    {
        if (!limits.Take(http))
        {
            return SignInOutcome.TooMany;
        }

        var login = LoginName.Normalise(typed);
        var person = await CheckAsync(login, password, http.RequestAborted);
        if (person is null)
        {
            PeopleLog.Refused(log, "password");
            return SignInOutcome.Wrong;
        }

        if (person.TwoFactorEnabled)
        {
            halfWay.Put(http, HalfStep.SecondFactor, person, remember);
            return SignInOutcome.SecondFactor;
        }

        await sessions.BeginAsync(http, person, isStrong: false, remember);
        return await DoneAsync(http, person, "password");
    }

    /// <param name="typed">A code of the app, or a recovery code.</param>
    public async Task<SignInOutcome> SecondFactorAsync(HttpContext http, string? typed)
    {
        if (!limits.Take(http))
        {
            return SignInOutcome.TooMany;
        }

        if (await HalfPersonAsync(http, HalfStep.SecondFactor) is not var (half, person) || !await FactorAsync(person, typed, http.RequestAborted))
        {
            PeopleLog.Refused(log, "second factor");
            return SignInOutcome.Wrong;
        }

        halfWay.End(http);
        await sessions.BeginAsync(http, person, isStrong: true, half.Remember);
        return await DoneAsync(http, person, half.State.Length > 0 ? half.State : "second factor");
    }

    /// <param name="credential">What the browser signed, as JSON.</param>
    public async Task<SignInOutcome> PasskeyAsync(HttpContext http, string? credential, bool remember)
    {
        if (!limits.Take(http))
        {
            return SignInOutcome.TooMany;
        }

        if (await AssertAsync(http, credential) is not { } person || person.DisabledAt is not null)
        {
            PeopleLog.Refused(log, "passkey");
            return SignInOutcome.Wrong;
        }

        await sessions.BeginAsync(http, person, isStrong: true, remember);
        return await DoneAsync(http, person, "passkey");
    }

    internal async Task<SignInOutcome> DoneAsync(HttpContext http, Person person, string how)
    {
        await audit.WriteAsync(person.Id, "sign_in", null, new { person = person.Id, how }, http.RequestAborted);
        PeopleLog.SignedIn(log, person.Id, how);
        return SignInOutcome.Done;
    }

    /// <summary>Somebody signed in proves again who they are; the session goes on under a new id.</summary>
    public async Task<SignInOutcome> ProveAsync(HttpContext http, string? password, string? credential)
    {
        if (!limits.Take(http))
        {
            return SignInOutcome.TooMany;
        }

        var person = await users.GetUserAsync(http.User);
        var isPasskey = !string.IsNullOrEmpty(credential);
        var proved = isPasskey ? await AssertAsync(http, credential) : await CheckAsync(person?.UserName ?? "", password, http.RequestAborted);
        if (person is null || proved?.Id != person.Id)
        {
            PeopleLog.Refused(log, "proof");
            return SignInOutcome.Wrong;
        }

        await sessions.BeginAsync(http, person, isPasskey || StaysStrong(http, person), http.User.IsRemembered());
        return SignInOutcome.Done;
    }

    /// <summary>Whether a session that goes on keeps the second proof that it began with: an own one, or a directory's that is trusted. Who may
    /// not work without one and has a role now came with it.</summary>
    internal bool StaysStrong(HttpContext http, Person person) =>
        http.User.Role() is { } role && (person.TwoFactorEnabled || PortalUser.NeedsSecondFactor(role, settings.IsDemo));

    public async Task<string> PasskeyOptionsAsync(HttpContext http)
    {
        var person = http.User.PersonId() is null ? null : await users.GetUserAsync(http.User);
        var options = await passkeys.MakeRequestOptionsAsync(person, http);
        halfWay.Put(http, HalfStep.PasskeySignIn, state: options.AssertionState ?? "");
        return options.RequestOptionsJson;
    }

    /// <summary>The person of a half-way step, unless something about them changed since.</summary>
    internal async Task<(Half Half, Person Person)?> HalfPersonAsync(HttpContext http, HalfStep step) =>
        halfWay.Get(http, step) is { } half
        && await db.Users.FirstOrDefaultAsync(p => p.Id == half.PersonId, http.RequestAborted) is { DisabledAt: null } person
        && person.SecurityStamp == half.Stamp
            ? (half, person)
            : null;

    private async Task<Person?> CheckAsync(string login, string? password, CancellationToken cancellationToken)
    {
        var what = $"password:{login}";
        var tried = await TakeAsync(what, cancellationToken);
        var isOpen = tried is not null;
        var person = await users.FindByNameAsync(login);
        var typed = password is { Length: <= PasswordRules.Longest } ? password : "";
        var verdict = users.PasswordHasher.VerifyHashedPassword(person ?? decoy.Person, person?.PasswordHash ?? decoy.Hash, typed);
        if (!isOpen || person is not { PasswordHash: not null, DisabledAt: null } || verdict == PasswordVerificationResult.Failed)
        {
            await LockedAsync(tried, person?.Id, "password", cancellationToken);
            return null;
        }

        await tries.ClearAsync(what, cancellationToken);
        if (verdict == PasswordVerificationResult.SuccessRehashNeeded)
        {
            person.PasswordHash = users.PasswordHasher.HashPassword(person, typed);
            await users.UpdateAsync(person);
        }

        return person;
    }

    private async Task<bool> FactorAsync(Person person, string? typed, CancellationToken cancellationToken)
    {
        var what = FormattableString.Invariant($"factor:{person.Id}");
        var tried = await TakeAsync(what, cancellationToken);
        if (tried is null)
        {
            return false;
        }

        var code = string.Concat((typed ?? "").Where(c => !char.IsWhiteSpace(c)));
        var isRight = code.Length == 6
            ? await users.GetAuthenticatorKeyAsync(person) is { } key && Totp.Match(key, code, time.GetUtcNow()) is { } step
                && await UseStepAsync(person.Id, step, cancellationToken)
            : code.Length is > 6 and < 40 && (await users.RedeemTwoFactorRecoveryCodeAsync(person, code.ToUpperInvariant())).Succeeded;
        if (isRight)
        {
            await tries.ClearAsync(what, cancellationToken);
        }
        else
        {
            await LockedAsync(tried, person.Id, "second factor", cancellationToken);
        }

        return isRight;
    }

    /// <summary>A code opens once, whoever else saw it: only a later step than the last used one counts.</summary>
    private async Task<bool> UseStepAsync(long person, long step, CancellationToken cancellationToken) =>
        await db.Users.Where(p => p.Id == person && p.TotpStep < step)
            .ExecuteUpdateAsync(p => p.SetProperty(x => x.TotpStep, step), cancellationToken) == 1;

    private async Task<Person?> AssertAsync(HttpContext http, string? credential)
    {
        if (halfWay.Get(http, HalfStep.PasskeySignIn) is not { } half || string.IsNullOrEmpty(credential))
        {
            return null;
        }

        halfWay.End(http);
        var result = await passkeys.PerformAssertionAsync(
            new PasskeyAssertionContext { HttpContext = http, CredentialJson = credential, AssertionState = half.State });
        if (!result.Succeeded)
        {
            return null;
        }

        await users.AddOrUpdatePasskeyAsync(result.User, result.Passkey); // its counter
        return result.User;
    }

    /// <summary>The last wrong try before a lock is written down, for a name that nobody bears as well: the work is the same. Single slips are
    /// not: strangers could fill the audit with them.</summary>
    private async Task LockedAsync(int? tried, long? person, string step, CancellationToken cancellationToken)
    {
        if (tried == settings.SignIn.MostTries)
        {
            await audit.WriteAsync(null, "sign_in.locked", null, new { person, step, tries = tried }, cancellationToken);
        }
    }

    private Task<int?> TakeAsync(string what, CancellationToken cancellationToken) =>
        tries.TakeAsync(what, settings.SignIn.MostTries, settings.SignIn.LockFor, time.GetUtcNow(), cancellationToken);
}

/// <summary>Whose password is compared when nobody bears the name: nobody's, at the same cost.</summary>
internal sealed class Decoy(IPasswordHasher<Person> hasher)
{
    private readonly Lazy<string> _hash = new(() => hasher.HashPassword(new Person(), Convert.ToHexString(RandomNumberGenerator.GetBytes(16))));

    public Person Person { get; } = new();
    public string Hash => _hash.Value;
}
