using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.Logging;
using OcopMarket.Core;
using OcopMarket.Core.People;
using OcopMarket.Data.People;

namespace OcopMarket.Web.People;

/// <summary>What people change of their own sign-in. Each change ends all their other sessions and gives this one a new id.</summary>
internal sealed class AccountDesk(
    UserManager<Person> users, IUserStore<Person> store, PeopleDb db, SessionCookie sessions, HalfWay halfWay, SignInDesk desk, PeopleAudit audit, ApiKeyStore keys,
    IPasskeyHandler<Person> passkeys, TimeProvider time, ILogger<AccountDesk> log)
{
    private const int RecoveryCodes = 10;
    private const int MostPasskeys = 10;
    private const string Own = "person.own.change";

    public Task<Person?> OfAsync(HttpContext http) => users.GetUserAsync(http.User);

    /// <returns>The key of what is wrong with it; null: done.</returns>
    public async Task<string?> SetPasswordAsync(HttpContext http, string? password)
    {
        var person = await RequireAsync(http);
        if (PasswordRules.Fault(password ?? "", person.UserName ?? "", person.Name) is { } fault)
        {
            return fault;
        }

        await PutPasswordAsync(person, password!);
        await GoOnAsync(http, person, "password");
        return null;
    }

    /// <summary>By a link that somebody was sent. It signs nobody in, and a second factor stays as it is.</summary>
    /// <returns>The key of what is wrong; null: done.</returns>
    public async Task<string?> SetPasswordByLinkAsync(string? secret, string? password, CancellationToken cancellationToken)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        if (await LinkStore.TakeAsync(transaction.GetDbTransaction(), secret, time.GetUtcNow(), cancellationToken) is not { } id
            || await db.Users.FirstOrDefaultAsync(p => p.Id == id, cancellationToken) is not { DisabledAt: null } person)
        {
            return "link.bad";
        }

        if (PasswordRules.Fault(password ?? "", person.UserName ?? "", person.Name) is { } fault)
        {
            return fault; // the link stays good
        }

        await PutPasswordAsync(person, password!);
        await audit.WriteAsync(transaction, id, Own, null, new { person = id, what = "password by link" }, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        await sessions.EndAllAsync(id, cancellationToken);
        await keys.EndPersonalAsync(id, audit.By(id), time.GetUtcNow(), CancellationToken.None);
        PeopleLog.Changed(log, id, id, "password by link");
        return null;
    }

    /// <returns>The key of what is wrong; null: the first admin is there and signed in.</returns>
    public async Task<string?> SetUpAsync(HttpContext http, string? secret, string? login, string? name, string? password)
    {
        var user = LoginName.Normalise(login);
        var shown = (name ?? "").Trim();
        if (!LoginName.IsValid(user))
        {
            return "person.login.bad";
        }

        if (shown.Length is 0 or > 100)
        {
            return "person.name.bad";
        }

        if (PasswordRules.Fault(password ?? "", user, shown) is { } fault)
        {
            return fault;
        }

        await using var transaction = await db.Database.BeginTransactionAsync(http.RequestAborted);
        if (!await LinkStore.TakeSetUpAsync(transaction.GetDbTransaction(), secret, time.GetUtcNow(), http.RequestAborted)
            || await db.Users.AnyAsync(http.RequestAborted))
        {
            return "link.bad";
        }

        var person = PeopleDesk.NewPerson(user, shown, PersonRole.Admin, DataScope.All, time.GetUtcNow());
        var made = await users.CreateAsync(person, password!);
        if (!made.Succeeded)
        {
            return "person.login.bad";
        }

        await audit.WriteAsync(transaction, person.Id, "person.set_up", null, new { person = person.Id, role = Words.Of(person.Role) }, http.RequestAborted);
        await transaction.CommitAsync(http.RequestAborted);
        PeopleLog.SetUp(log);
        await sessions.BeginAsync(http, person, isStrong: false, remember: false);
        return null;
    }

    /// <summary>A new key for an app; it counts once a code proves that the app has it.</summary>
    public async Task<string> BeginFactorAsync(HttpContext http)
    {
        var person = await RequireAsync(http);
        var key = Totp.NewKey();
        halfWay.Put(http, HalfStep.NewFactor, person, state: key);
        return key;
    }

    /// <summary>The key that was begun with, to show it again after a wrong code.</summary>
    public string? FactorBegun(HttpContext http) => halfWay.Get(http, HalfStep.NewFactor)?.State;

    /// <returns>The recovery codes, shown this once; null: the code is wrong.</returns>
    public async Task<IReadOnlyList<string>?> EndFactorAsync(HttpContext http, string? typed)
    {
        var code = string.Concat((typed ?? "").Where(char.IsAsciiDigit));
        if (await desk.HalfPersonAsync(http, HalfStep.NewFactor) is not var (half, person) || person.Id != http.User.PersonId()
            || Totp.Match(half.State, code, time.GetUtcNow()) is not { } step)
        {
            return null;
        }

        halfWay.End(http);
        person.TotpStep = step;
        await ((IUserAuthenticatorKeyStore<Person>)store).SetAuthenticatorKeyAsync(person, half.State, http.RequestAborted);
        Check(await users.SetTwoFactorEnabledAsync(person, true));
        var codes = await NewCodesAsync(person);
        await GoOnAsync(http, person, "second factor", isStrong: true);
        return codes;
    }

    public async Task<IReadOnlyList<string>> NewRecoveryCodesAsync(HttpContext http)
    {
        var person = await RequireAsync(http);
        var codes = await NewCodesAsync(person);
        Check(await users.UpdateSecurityStampAsync(person));
        await GoOnAsync(http, person, "recovery codes");
        return codes;
    }

    public async Task<IReadOnlyList<UserPasskeyInfo>> PasskeysAsync(HttpContext http) =>
        [.. await users.GetPasskeysAsync(await RequireAsync(http))];

    public async Task<string> PasskeyOptionsAsync(HttpContext http)
    {
        var person = await RequireAsync(http);
        var options = await passkeys.MakeCreationOptionsAsync(
            new PasskeyUserEntity { Id = await users.GetUserIdAsync(person), Name = person.UserName ?? "", DisplayName = person.Name }, http);
        halfWay.Put(http, HalfStep.PasskeyNew, person, state: options.AttestationState ?? "");
        return options.CreationOptionsJson;
    }

    public async Task<bool> AddPasskeyAsync(HttpContext http, string? credential, string? name)
    {
        if (await desk.HalfPersonAsync(http, HalfStep.PasskeyNew) is not var (half, person) || person.Id != http.User.PersonId()
            || string.IsNullOrEmpty(credential) || (await users.GetPasskeysAsync(person)).Count >= MostPasskeys)
        {
            return false;
        }

        halfWay.End(http);
        var result = await passkeys.PerformAttestationAsync(
            new PasskeyAttestationContext { HttpContext = http, CredentialJson = credential, AttestationState = half.State });
        if (!result.Succeeded)
        {
            return false;
        }

        result.Passkey.Name = (name ?? "").Trim() is { Length: > 0 and <= 60 } given ? given : null;
        Check(await users.AddOrUpdatePasskeyAsync(person, result.Passkey));
        Check(await users.UpdateSecurityStampAsync(person));
        await GoOnAsync(http, person, "passkey added", isStrong: true);
        return true;
    }

    public async Task RemovePasskeyAsync(HttpContext http, string? id)
    {
        var person = await RequireAsync(http);
        if ((await users.GetPasskeysAsync(person)).FirstOrDefault(p => Convert.ToHexStringLower(p.CredentialId) == id) is { } passkey)
        {
            Check(await users.RemovePasskeyAsync(person, passkey.CredentialId));
            Check(await users.UpdateSecurityStampAsync(person));
            await GoOnAsync(http, person, "passkey removed");
        }
    }

    public async Task EndEverywhereAsync(HttpContext http)
    {
        var person = await RequireAsync(http);
        Check(await users.UpdateSecurityStampAsync(person));
        await sessions.EndAllAsync(person.Id, http.RequestAborted);
        await keys.EndPersonalAsync(person.Id, audit.By(person.Id), time.GetUtcNow(), CancellationToken.None);
        await sessions.EndAsync(http);
        await TellAsync(person, "signed out everywhere");
    }

    /// <summary>Hashes it, ends the links and changes the stamp.</summary>
    private async Task PutPasswordAsync(Person person, [NotNull] string password)
    {
        person.PasswordHash = users.PasswordHasher.HashPassword(person, password);
        Check(await users.UpdateSecurityStampAsync(person));
    }

    private async Task<IReadOnlyList<string>> NewCodesAsync(Person person) =>
        [.. await users.GenerateNewTwoFactorRecoveryCodesAsync(person, RecoveryCodes) ?? []];

    private async Task GoOnAsync(HttpContext http, Person person, string what, bool? isStrong = null)
    {
        var strong = isStrong ?? desk.StaysStrong(http, person);
        await sessions.EndAllAsync(person.Id, http.RequestAborted);
        await sessions.BeginAsync(http, person, strong, http.User.IsRemembered());
        await TellAsync(person, what);
    }

    private async Task TellAsync(Person person, string what)
    {
        await audit.WriteAsync(person.Id, Own, null, new { person = person.Id, what }, CancellationToken.None); // also for who has closed the page
        PeopleLog.Changed(log, person.Id, person.Id, what);
    }

    private async Task<Person> RequireAsync(HttpContext http) =>
        await users.GetUserAsync(http.User) ?? throw new InvalidOperationException("Nobody is signed in.");

    private static void Check(IdentityResult result)
    {
        if (!result.Succeeded)
        {
            throw new DbUpdateConcurrencyException($"A person was not changed: {string.Join(", ", result.Errors.Select(e => e.Code))}.");
        }
    }
}
