
namespace OcopMarket.App.Hosting;

/// <summary>Where things lie.</summary>
/// <param name="ConfigFolder">Shipped defaults, beside the program.</param>
/// <param name="DataFolder">Database, keys and sandbox files of this installation.</param>
internal sealed record AppHome(string ConfigFolder, string DataFolder)
{
    public string KeyFile => Path.Combine(DataFolder, "keys", "vault.key");

    public string AuditKeyFile => Path.Combine(DataFolder, "keys", "audit.key");

    /// <summary>Marks of people who were erased, for a restore.</summary>
    public string ErasedFile => Path.Combine(DataFolder, "keys", "erased.marks");

    /// <summary>Seals the key ring of sign-in.</summary>
    public string RingKeyFile => Path.Combine(DataFolder, "keys", "sign-in.key");

    /// <summary>The people of a demo with their passwords.</summary>
    public string DemoPeopleFile => Path.Combine(DataFolder, "keys", "demo-people.json");

    /// <summary>Where a demo's pages answered last.</summary>
    public string DemoPortFile => Path.Combine(DataFolder, "demo.port");

    /// <summary>Where a demo keeps the mails that it would send.</summary>
    public string MailFolder => Path.Combine(DataFolder, "mail");

    /// <summary>This folder was started as a real installation once and stays one.</summary>
    public bool IsReal => File.Exists(RealMark);

    public string SandboxFolder => Path.Combine(DataFolder, "sandbox");

    public void MarkReal()
    {
        try
        {
            if (!IsReal)
            {
                File.WriteAllText(RealMark, "A real installation of OcopMarket lives in this folder.\n");
            }
        }
        catch (IOException) when (IsReal)
        {
            // Another process of this installation writes it at this moment.
        }
    }

    private string RealMark => Path.Combine(DataFolder, "installation");

    /// <param name="data">The user's <c>--data</c>, or null: <c>data</c> in the checkout that <c>./run</c> started from.</param>
    /// <exception cref="StartException">The data folder cannot be written.</exception>
    public static AppHome At(string? data)
    {
        var home = Environment.GetEnvironmentVariable("OCOP_HOME") ?? Environment.CurrentDirectory;
        var folder = Path.GetFullPath(data ?? Path.Combine(home, "data"));
        try
        {
            Directory.CreateDirectory(folder);
            var probe = Path.Combine(folder, $".write-{Environment.ProcessId}");
            File.WriteAllText(probe, "");
            File.Delete(probe);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartException(
                $"The data folder {folder} cannot be written ({e.Message.TrimEnd('.')}). Give this user the right to write there, or name another folder with --data.");
        }

        return new(Path.Combine(AppContext.BaseDirectory, "config"), folder);
    }
}
