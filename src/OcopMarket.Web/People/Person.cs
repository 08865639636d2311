using Microsoft.AspNetCore.Identity;
using OcopMarket.Core.People;

namespace OcopMarket.Web.People;

/// <summary>Somebody who may sign in. The user name is an e-mail address or a telephone number, normalised by <see cref="LoginName"/>.</summary>
public sealed class Person : IdentityUser<long>
{
    public string Name { get; set; } = "";

    public PersonRole Role { get; set; }

    /// <summary>A <see cref="DataScope"/> in its written form.</summary>
    public string Scope { get; set; } = "";

    /// <summary>Since when nobody may sign in as this person; null: they may.</summary>
    public DateTimeOffset? DisabledAt { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>The last time step whose code was used: a code opens once.</summary>
    public long TotpStep { get; set; }

    public DataScope Reach => DataScope.TryParse(Scope, out var scope) ? scope : DataScope.None;
}
