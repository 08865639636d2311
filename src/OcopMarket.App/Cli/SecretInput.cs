using OcopMarket.App.Hosting;
using OcopMarket.Core.Marketplaces;

namespace OcopMarket.App.Cli;

/// <summary>A secret that somebody hands over: from a file or from standard input, never from the command line, where others see it.</summary>
internal static class SecretInput
{
    private const int Longest = 1000;

    /// <param name="file">Null: standard input.</param>
    public static async Task<Secret> ReadAsync(string? file, CancellationToken cancellationToken)
    {
        try
        {
            using var reader = file is null ? Console.In : File.OpenText(file);
            var text = new char[Longest];
            var read = await reader.ReadBlockAsync(text, cancellationToken);
            return new(new string(text, 0, read).Trim());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartException($"The key file {file} cannot be read; name one that this user may read.");
        }
    }
}
