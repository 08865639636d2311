using System.Runtime.Versioning;

namespace OcopMarket.Data.Tests.Embedded;

/// <summary>Programs that tell a version and can do nothing else.</summary>
internal static class FakePrograms
{
    [UnsupportedOSPlatform("windows")]
    public static async Task WriteAsync(string bin, string version)
    {
        Directory.CreateDirectory(bin);
        foreach (var program in new[] { "postgres", "initdb", "pg_ctl" })
        {
            var path = Path.Combine(bin, program);
            await File.WriteAllTextAsync(path,
                $"#!/bin/sh\n[ \"$1\" = --version ] && echo '{program} (PostgreSQL) {version}' && exit 0\necho 'error: only a fake' >&2\nexit 1\n");
            File.SetUnixFileMode(path, (UnixFileMode)Convert.ToInt32("755", 8));
        }
    }
}
