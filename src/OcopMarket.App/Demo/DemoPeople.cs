using System.Security.Cryptography;
using System.Text.Json;
using OcopMarket.App.Hosting;
using OcopMarket.Core.People;
using OcopMarket.Web.People;

namespace OcopMarket.App.Demo;

/// <param name="Who">For the one who starts the demo.</param>
internal sealed record DemoPerson(string Who, string Login, string Name, PersonRole Role, string Password);

/// <summary>Three people to try the demo with. Their passwords are made at random for its folder and kept there, for its owner's eyes only, so
/// that the next start prints the same.</summary>
internal sealed class DemoPeople
{
    /// <summary>Vinh Long, which took in Tra Vinh, where the sample is from.</summary>
    private static readonly DataScope _province = DataScope.OfUnits(["86"]);

    private DemoPeople(IReadOnlyList<DemoPerson> all) => All = all;

    public IReadOnlyList<DemoPerson> All { get; }

    public static DemoPeople Open(AppHome home)
    {
        var path = home.DemoPeopleFile;
        var passwords = File.Exists(path) ? JsonSerializer.Deserialize<Dictionary<string, string>>(File.ReadAllText(path)) ?? [] : [];
        DemoPerson[] all =
        [
            new("admin", "quantri@demo.ocop", "Quản trị Thử", PersonRole.Admin, Of("admin")),
            new("trade-promotion staff of the province", "canbo@demo.ocop", "Cán bộ Thử", PersonRole.Staff, Of("staff")),
            new("business (the producer with most products)", "0900000001", "Chủ thể Thử", PersonRole.Business, Of("business")),
        ];
        Keep(path, passwords);
        return new(all);

        string Of(string role) => passwords.TryGetValue(role, out var kept) ? kept : passwords[role] = NewPassword();
    }

    /// <summary>Those who need no product.</summary>
    public async Task PutAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        await PutAsync(services, All[0], DataScope.All, cancellationToken);
        await PutAsync(services, All[1], _province, cancellationToken);
    }

    public async Task PutBusinessAsync(IServiceProvider services, DemoQueries queries, CancellationToken cancellationToken)
    {
        if (await queries.LargestProducerAsync(cancellationToken) is { } producer)
        {
            await PutAsync(services, All[2], DataScope.Producer(producer), cancellationToken);
        }
    }

    private static async Task PutAsync(IServiceProvider services, DemoPerson person, DataScope scope, CancellationToken cancellationToken)
    {
        await using var inner = services.CreateAsyncScope();
        await inner.ServiceProvider.GetRequiredService<FirstStart>()
            .PutAsync(person.Login, person.Name, person.Role, scope, person.Password, cancellationToken);
    }

    /// <summary>Easy to read off a screen, 80 random bits.</summary>
    private static string NewPassword() =>
        string.Join('-', Enumerable.Range(0, 4).Select(_ => RandomNumberGenerator.GetString("abcdefghjkmnpqrstuvwxyz23456789", 4)));

    private static void Keep(string path, Dictionary<string, string> passwords)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using var file = new FileStream(path, options);
        JsonSerializer.Serialize(file, passwords);
    }
}
