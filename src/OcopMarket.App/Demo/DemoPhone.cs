using System.Security.Cryptography;
using System.Text;

namespace OcopMarket.App.Demo;

/// <summary>An invented phone number for a producer of the demo: always the same, and from a range that we know no operator of (0530).</summary>
internal static class DemoPhone
{
    public static string Of(string producerKey)
    {
        var number = BitConverter.ToUInt32(SHA256.HashData(Encoding.UTF8.GetBytes(producerKey)), 0) % 1_000_000;
        return FormattableString.Invariant($"0530{number:000000}");
    }
}
