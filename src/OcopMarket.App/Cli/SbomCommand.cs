using System.CommandLine;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using OcopMarket.App.Hosting;

namespace OcopMarket.App.Cli;

/// <summary><c>./run sbom</c>: which packages this very program is made of, as CycloneDX, from the list that the build left beside it.</summary>
internal static class SbomCommand
{
    private const string Sha512 = "sha512-";

    public static Command Create()
    {
        var command = new Command("sbom", """
            Prints the software bill of materials (CycloneDX 1.6) of this program as JSON: every package with its version and the SHA-512 that the build
            checked it by, and which needs which. The .NET runtime stands in it by its version alone; PostgreSQL's programs and a container's system do not.
            Asks nobody; two builds from the same lock files print the same.

            JSON keys: bomFormat, specVersion, version, metadata{component, properties}, components[{type, bom-ref, name, version, purl, hashes[{alg, content}]}],
            dependencies[{ref, dependsOn}].
            Exit codes: 0 done; 2 wrong arguments; 4 the list of the build is not beside the program.
            Example: ./run sbom > ocopmarket.cdx.json
            """);
        command.SetAction((_, cancellationToken) => PrintAsync(cancellationToken));
        return command;
    }

    private static async Task<int> PrintAsync(CancellationToken cancellationToken)
    {
        var file = Path.Combine(AppContext.BaseDirectory, "OcopMarket.App.deps.json");
        try
        {
            using var built = JsonDocument.Parse(await File.ReadAllBytesAsync(file, cancellationToken));
            await JsonOutput.WriteAsync(Bom(built.RootElement));
            return ExitCodes.Done;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or KeyNotFoundException)
        {
            throw new StartException($"{file} cannot be read, which lists what the program was built from ({e.Message.TrimEnd('.')}). Build it anew.");
        }
    }

    private static JsonObject Bom(JsonElement built)
    {
        var target = built.GetProperty("targets").GetProperty(built.GetProperty("runtimeTarget").GetProperty("name").GetString()!);
        var own = built.GetProperty("libraries").EnumerateObject().Where(l => l.Value.GetProperty("type").GetString() == "project").Select(l => l.Name).ToHashSet();
        var program = own.First(n => n.StartsWith("OcopMarket.App/", StringComparison.Ordinal));
        return new()
        {
            ["bomFormat"] = "CycloneDX",
            ["specVersion"] = "1.6",
            ["version"] = 1,
            ["metadata"] = new JsonObject
            {
                ["component"] = Named("application", program),
                ["properties"] = new JsonArray(new JsonObject { ["name"] = "runtime", ["value"] = RuntimeInformation.FrameworkDescription }),
            },
            ["components"] = new JsonArray([.. built.GetProperty("libraries").EnumerateObject().Where(l => l.Name != program)
                .OrderBy(l => l.Name, StringComparer.OrdinalIgnoreCase).Select(l => own.Contains(l.Name) ? Named("library", l.Name) : Package(l.Name, l.Value))]),
            ["dependencies"] = new JsonArray([.. target.EnumerateObject().OrderBy(l => l.Name, StringComparer.OrdinalIgnoreCase).Select(l => new JsonObject
            {
                ["ref"] = Reference(l.Name, own),
                ["dependsOn"] = new JsonArray([.. Needs(l.Value).Select(n => (JsonNode)Reference(n, own)!)]),
            })]),
        };
    }

    private static JsonObject Package(string name, JsonElement library)
    {
        var package = Named("library", name);
        package["bom-ref"] = Purl(name);
        package["purl"] = Purl(name);
        if (library.GetProperty("sha512").GetString() is { } hash && hash.StartsWith(Sha512, StringComparison.Ordinal))
        {
            package["hashes"] = new JsonArray(new JsonObject
            {
                ["alg"] = "SHA-512",
                ["content"] = Convert.ToHexStringLower(Convert.FromBase64String(hash[Sha512.Length..])),
            });
        }

        return package;
    }

    private static JsonObject Named(string type, string name) => new()
    {
        ["type"] = type,
        ["bom-ref"] = name,
        ["name"] = name[..name.IndexOf('/', StringComparison.Ordinal)],
        ["version"] = name[(name.IndexOf('/', StringComparison.Ordinal) + 1)..],
    };

    private static IEnumerable<string> Needs(JsonElement library) => library.TryGetProperty("dependencies", out var needed)
        ? needed.EnumerateObject().Select(d => $"{d.Name}/{d.Value.GetString()}").Order(StringComparer.OrdinalIgnoreCase)
        : [];

    private static string Reference(string name, HashSet<string> own) => own.Contains(name) ? name : Purl(name);

    private static string Purl(string name) => $"pkg:nuget/{name.Replace('/', '@')}";
}
