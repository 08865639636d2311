using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Time.Testing;
using OcopMarket.Web.People;

namespace OcopMarket.Web.Tests.People;

/// <summary>A real installation's portal with a clock of the test's own: second factors are demanded, mails go to a folder.</summary>
public class StrictPortal : EmptyPortal
{
    private readonly string _mails = Directory.CreateTempSubdirectory("ocop-mails-").FullName;

    public FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 11, 25, 3, 0, 0, TimeSpan.Zero));

    public CountingHasher Hashes => (CountingHasher)Services.GetRequiredService<IPasswordHasher<Person>>();

    protected override PortalSettings Settings => TestPeople.Quick with { IsDemo = IsDemo, MailFolder = _mails };

    /// <summary>The fixture itself signs an admin in by password alone.</summary>
    protected virtual bool IsDemo => false;

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        Directory.Delete(_mails, recursive: true);
    }

    /// <summary>The texts of the mails so far, waiting for one more than there were.</summary>
    public async Task<string> NextMailAsync(int before)
    {
        for (var tries = 0; tries < 400; tries++)
        {
            if (Mails > before)
            {
                var newest = Directory.GetFiles(_mails).OrderBy(File.GetLastWriteTimeUtc).Last();
                using var mail = await MimeKit.MimeMessage.LoadAsync(newest);
                return mail.TextBody!;
            }

            await Task.Delay(25);
        }

        throw new TimeoutException("No mail came.");
    }

    public int Mails => Directory.GetFiles(_mails, "*.eml").Length;

    protected override void Prepare(IServiceCollection services)
    {
        services.Replace(ServiceDescriptor.Singleton<TimeProvider>(Clock));
        services.AddSingleton<IPasswordHasher<Person>, CountingHasher>();
    }
}

/// <summary>The framework's hasher, counting how often it had to work.</summary>
public sealed class CountingHasher(Microsoft.Extensions.Options.IOptions<PasswordHasherOptions> options) : IPasswordHasher<Person>
{
    private readonly PasswordHasher<Person> _inner = new(options);
    private int _work;

    public int Work => Volatile.Read(ref _work);

    public string HashPassword(Person user, string password)
    {
        Interlocked.Increment(ref _work);
        return _inner.HashPassword(user, password);
    }

    public PasswordVerificationResult VerifyHashedPassword(Person user, string hashedPassword, string providedPassword)
    {
        Interlocked.Increment(ref _work);
        return _inner.VerifyHashedPassword(user, hashedPassword, providedPassword);
    }
}
