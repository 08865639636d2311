using Microsoft.AspNetCore.Identity;
using OcopMarket.Core.People;
using OcopMarket.Data.People;

namespace OcopMarket.Web.People;

/// <summary>An installation without people: a real one offers a link that makes the first admin, a demo has people ready.</summary>
public sealed class FirstStart
{
    private static readonly TimeSpan _holds = TimeSpan.FromHours(24);
    private readonly UserManager<Person> _users;
    private readonly PeopleDesk _people;
    private readonly LinkStore _links;
    private readonly PortalAddress _address;
    private readonly TimeProvider _time;

    internal FirstStart(UserManager<Person> users, PeopleDesk people, LinkStore links, PortalAddress address, TimeProvider time) =>
        (_users, _people, _links, _address, _time) = (users, people, links, address, time);

    /// <returns>A link that works once, for a day; null: there are people.</returns>
    public async Task<Uri?> OfferAsync(CancellationToken cancellationToken) => await _people.AnyAsync(cancellationToken)
        ? null
        : _address.Link("/bat-dau", ("ma", await _links.MakeAsync(LinkPurpose.SetUp, null, _time.GetUtcNow() + _holds, cancellationToken)));

    /// <summary>Makes a person with a password, or gives an existing one of that name this password again, in a demo.</summary>
    public async Task PutAsync(string login, string name, PersonRole role, DataScope scope, string password, CancellationToken cancellationToken)
    {
        var person = await _users.FindByNameAsync(login);
        if (person is null)
        {
            person = PeopleDesk.NewPerson(login, name, role, scope, _time.GetUtcNow());
            var made = await _users.CreateAsync(person);
            if (!made.Succeeded)
            {
                throw new InvalidOperationException($"The person {login} was not made: {string.Join(", ", made.Errors.Select(e => e.Code))}.");
            }
        }

        if (person.PasswordHash is null
            || _users.PasswordHasher.VerifyHashedPassword(person, person.PasswordHash, password) == PasswordVerificationResult.Failed)
        {
            person.PasswordHash = _users.PasswordHasher.HashPassword(person, password);
            await _users.UpdateAsync(person);
        }
    }
}
