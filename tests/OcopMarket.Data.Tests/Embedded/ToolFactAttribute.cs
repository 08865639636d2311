namespace OcopMarket.Data.Tests.Embedded;

/// <summary>A test that fetches programs over the network with a tool of the system; skipped, and counted as such, without the tool.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ToolFactAttribute : FactAttribute
{
    public ToolFactAttribute(string tool)
    {
        Tool = tool;
        var path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries);
        Skip = path.Any(folder => File.Exists(Path.Combine(folder, tool))) ? null : $"{tool} is not installed";
    }

    public string Tool { get; }
}
