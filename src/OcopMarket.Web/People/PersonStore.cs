using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;

namespace OcopMarket.Web.People;

/// <summary>Identity's store, with the keys of second factors and the recovery codes sealed: whoever reads the tables cannot use them.</summary>
internal sealed class PersonStore(PeopleDb db, IDataProtectionProvider protection, IdentityErrorDescriber? describer = null)
    : UserOnlyStore<Person, PeopleDb, long>(db, describer)
{
    private readonly IDataProtector _seal = protection.CreateProtector("OcopMarket.People.Token");

    public override Task SetTokenAsync(Person user, string loginProvider, string name, string? value, CancellationToken cancellationToken) =>
        base.SetTokenAsync(user, loginProvider, name, value is null ? null : Of(user).Protect(value), cancellationToken);

    /// <returns>Null also for what was sealed by another ring: a factor that cannot be opened proves nobody.</returns>
    public override async Task<string?> GetTokenAsync(Person user, string loginProvider, string name, CancellationToken cancellationToken)
    {
        if (await base.GetTokenAsync(user, loginProvider, name, cancellationToken) is not { } value)
        {
            return null;
        }

        try
        {
            return Of(user).Unprotect(value);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private IDataProtector Of(Person person) => _seal.CreateProtector(ConvertIdToString(person.Id) ?? "");
}
