using System.Diagnostics;

namespace OcopMarket.EndToEnd.Tests.Docker;

/// <summary>What the Dockerfile builds, built in a temporary folder: only what it copies is there, and its own commands are run.</summary>
public sealed class Image : IAsyncLifetime
{
    private static readonly string[] _never = ["bin", "obj", "TestResults"];

    internal Dockerfile File { get; } = Dockerfile.Read(Path.Combine(Repository, "docker", "Dockerfile"));
    internal string Folder { get; } = Directory.CreateTempSubdirectory("ocop-image-").FullName;

    /// <summary>The image's /app.</summary>
    internal string App => Path.Combine(Folder, "app");

    /// <summary>The image's /usr/local/bin and whatever else is copied to an absolute place.</summary>
    internal string Root => Path.Combine(Folder, "root");

    internal static string Repository { get; } = FindRepository();

    public async Task InitializeAsync()
    {
        OpenToAll(Folder);
        var build = Directory.CreateDirectory(Path.Combine(Folder, "build")).FullName;
        foreach (var (from, to) in File.BuildCopies)
        {
            Copy(from, Path.Combine(build, to));
        }

        foreach (var command in File.BuildCommands)
        {
            await ShellAsync(build, command.Replace("-o /app", $"-o {App}", StringComparison.Ordinal));
        }

        Directory.Delete(build, recursive: true);
        foreach (var (from, to) in File.ImageCopies)
        {
            Copy(from, to.StartsWith('/') ? Path.Combine(Root, to[1..]) : Path.Combine(App, to));
        }
    }

    public Task DisposeAsync()
    {
        Directory.Delete(Folder, recursive: true);
        return Task.CompletedTask;
    }

    /// <summary>The containers' user is nobody that this machine knows.</summary>
    internal static void OpenToAll(string path)
    {
        const UnixFileMode read = UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead
            | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        if (!OperatingSystem.IsWindows())
        {
            System.IO.File.SetUnixFileMode(path, read | UnixFileMode.UserWrite);
        }
    }

    private static void Copy(string[] from, string to)
    {
        foreach (var name in from)
        {
            var path = Path.Combine(Repository, name);
            if (Directory.Exists(path))
            {
                CopyFolder(new DirectoryInfo(path), to);
                continue;
            }

            Assert.True(System.IO.File.Exists(path), $"The Dockerfile copies {name}, and there is no such file.");
            var target = to.EndsWith('/') || from.Length > 1 ? Path.Combine(to, Path.GetFileName(path)) : to;
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            System.IO.File.Copy(path, target);
        }
    }

    private static void CopyFolder(DirectoryInfo from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in from.EnumerateFiles())
        {
            file.CopyTo(Path.Combine(to, file.Name), overwrite: true);
        }

        foreach (var folder in from.EnumerateDirectories().Where(d => !_never.Contains(d.Name)))
        {
            CopyFolder(folder, Path.Combine(to, folder.Name));
        }
    }

    private static async Task ShellAsync(string folder, string command)
    {
        var start = new ProcessStartInfo("/bin/sh", ["-c", command])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        foreach (var name in start.Environment.Keys.Where(n => n.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase) || n == "OCOP_LOCKED").ToList())
        {
            start.Environment.Remove(name);
        }

        start.Environment["MSBUILDDISABLENODEREUSE"] = "1"; // nothing of the build outlives it
        start.Environment["UseSharedCompilation"] = "false";
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var said = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{command} ended with {process.ExitCode}: {said[0]} {said[1]}");
    }

    private static string FindRepository()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!System.IO.File.Exists(Path.Combine(folder!.FullName, "OcopMarket.sln")))
        {
            folder = folder.Parent;
        }

        return folder.FullName;
    }
}
