using System.Collections;
using System.Text.Json;
using OcopMarket.Core.Marketplaces;

namespace OcopMarket.Core.Tests;

public sealed class SecretTests
{
    private const string Mark = "bi-mat-4471";

    [Fact]
    public void A_secret_leaves_by_no_text_no_JSON_and_no_exception()
    {
        var secret = new Secret(Mark);
        object[] holders =
        [
            secret, new SellerLogin("ocop", secret, new Dictionary<string, string>()), new SellerTokens(secret, secret, DateTimeOffset.UnixEpoch),
            new SellerSession("S-1", secret), new { secret }, new Secret?[] { secret }, new Dictionary<string, Secret> { ["x"] = secret },
            new InvalidOperationException($"It was {secret}.", new ArgumentException(secret.ToString())), Tuple.Create(secret),
        ];

        foreach (var holder in holders)
        {
            Assert.DoesNotContain(Mark, holder.ToString(), StringComparison.Ordinal);
            Assert.DoesNotContain(Mark, $"{holder}", StringComparison.Ordinal);
            Assert.DoesNotContain(Mark, string.Concat((holder as IEnumerable)?.Cast<object>() ?? []), StringComparison.Ordinal);
            Assert.DoesNotContain(Mark, holder is Exception ? "" : JsonSerializer.Serialize(holder), StringComparison.Ordinal);
        }

        Assert.DoesNotContain(typeof(Secret).GetProperties(), p => p.PropertyType == typeof(string));
        Assert.Empty(typeof(Secret).GetFields());
    }

    [Theory]
    [InlineData(Mark, true)]
    [InlineData("bi-mat-4472", false)]
    [InlineData("bi-mat-447", false)]
    [InlineData("", false)]
    public void Two_secrets_are_the_same_when_their_texts_are(string other, bool same)
    {
        Assert.Equal(same, new Secret(Mark) == new Secret(other));
        Assert.Equal(same, Secrets.AreEqual(other, Mark));
    }

    [Fact]
    public void A_new_secret_has_128_bits_at_least_and_is_another_each_time()
    {
        var made = Enumerable.Range(0, 1000).Select(_ => Secrets.NewHex(16)).ToHashSet();

        Assert.Equal(1000, made.Count);
        Assert.All(made, m => Assert.Matches("^[0-9a-f]{32}$", m));
        var ones = made.Sum(m => Convert.FromHexString(m).Sum(b => int.PopCount(b)));
        Assert.InRange(ones, 63_000, 65_000); // of 128,000
        Assert.Throws<ArgumentOutOfRangeException>(() => Secrets.NewHex(15));
    }
}
