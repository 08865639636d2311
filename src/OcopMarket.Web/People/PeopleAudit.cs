using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;
using OcopMarket.Core.People;
using OcopMarket.Data.Audit;
using OcopMarket.Data.Reading;
using OcopMarket.Web.Hosting;

namespace OcopMarket.Web.People;

/// <summary>Who came in and who changed whom, in the audit. People are told by number: names and addresses of mail stay out of it, because a
/// row of it can never be erased.</summary>
internal sealed class PeopleAudit(PortalDatabase portal, Doer doer)
{
    /// <param name="person">Null: nobody who signed in.</param>
    public Actor By(long? person) => doer.Of(person);

    /// <param name="actor">Null: nobody who signed in.</param>
    public Task WriteAsync(long? actor, string action, object? before, object? after, CancellationToken cancellationToken) =>
        AuditLog.WriteAsync(portal.Source, Entry(actor, action, before, after), cancellationToken);

    /// <summary>With the change itself: both or neither.</summary>
    public Task WriteAsync(
        IDbContextTransaction transaction, long? actor, string action, object? before, object? after, CancellationToken cancellationToken) =>
        AuditLog.WriteAsync((NpgsqlTransaction)transaction.GetDbTransaction(), Entry(actor, action, before, after), cancellationToken);

    private AuditEntry Entry(long? actor, string action, object? before, object? after) => new(doer.Of(actor), action) { Before = before, After = after };
}
