using Microsoft.AspNetCore.DataProtection.EntityFrameworkCore;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;
using OcopMarket.Core;
using OcopMarket.Core.People;

namespace OcopMarket.Web.People;

/// <summary>Identity's own store and the key ring, in the schema <c>identity</c>. Its tables are made by a numbered step of our schema; a test
/// compares the two.</summary>
public sealed class PeopleDb(DbContextOptions<PeopleDb> options) : IdentityUserContext<Person, long>(options), IDataProtectionKeyContext
{
    public DbSet<DataProtectionKey> DataProtectionKeys => Set<DataProtectionKey>();

    protected override void OnModelCreating(ModelBuilder builder)
    {
        base.OnModelCreating(builder);
        builder.HasDefaultSchema("identity");
        builder.Entity<Person>(person =>
        {
            person.ToTable("person");
            person.Property(p => p.Role).HasConversion(r => Words.Of(r), w => Words.Parse<PersonRole>(w));
            person.Property(p => p.SecurityStamp).IsRequired();
            person.Ignore(p => p.Reach);
        });
        builder.Entity<IdentityUserClaim<long>>().ToTable("person_claim");
        builder.Entity<IdentityUserLogin<long>>().ToTable("person_login");
        builder.Entity<IdentityUserToken<long>>().ToTable("person_token");
        builder.Entity<IdentityUserPasskey<long>>().ToTable("person_passkey");
        builder.Entity<DataProtectionKey>().ToTable("ring_key");
        foreach (var entity in builder.Model.GetEntityTypes().Where(e => !e.IsMappedToJson()))
        {
            foreach (var property in entity.GetProperties())
            {
                property.SetColumnName(Snake(property.Name));
            }
        }

        foreach (var json in builder.Model.GetEntityTypes().Where(e => e.IsMappedToJson()))
        {
            json.SetContainerColumnName("data");
        }
    }

    private static string Snake(string name) =>
        string.Concat(name.Select((c, i) => i > 0 && char.IsUpper(c) ? $"_{char.ToLowerInvariant(c)}" : $"{char.ToLowerInvariant(c)}"));
}
