using System.Globalization;
using System.Text.Json;

namespace OcopMarket.Chaos;

/// <summary>What should be on sale at the end, kept apart from the program: the judge reads nothing of the ledger to know it.</summary>
/// <param name="Claim">Its description promises a cure: it must never be sent.</param>
internal sealed record ChaosProduct(int Number, int Producer, string Name, bool Claim)
{
    /// <summary>The one word of the name that no other product has, by which it is known in every title made of it.</summary>
    public string Code => CodeOf(Name);

    public static string CodeOf(string title) => title.Split(' ').SkipWhile(w => w != "loại").ElementAtOrDefault(1) ?? "";

    public long Price { get; set; }
    public int Stock { get; set; }
}

/// <summary>The products of the run, as a source states them, and what the source changes while the run lasts.</summary>
internal sealed class ChaosCatalogue
{
    private static readonly string[] Kinds =
        ["Bánh tráng", "Mật dừa nước", "Cốm dẹp", "Tôm khô", "Rượu nếp", "Trà túi lọc", "Kẹo dừa", "Mắm cá", "Gạo thơm", "Bột sen"];

    private readonly Random _random;
    private readonly int _waves;

    public ChaosCatalogue(ChaosOptions options)
    {
        _random = new Random((int)options.Seed);
        _waves = options.Edits + 1;
        Named = options.Products / _waves;
        Products = [.. Enumerable.Range(0, options.Products).Select(n => new ChaosProduct(
            n, n % options.Producers, $"{Kinds[n % Kinds.Length]} loại {Letters(n)} chợ Càng Long", n % 97 == 5)
        {
            Price = 1000L * _random.Next(20, 400),
            Stock = _random.Next(1, 500),
        })];
    }

    public IReadOnlyList<ChaosProduct> Products { get; }

    /// <summary>The source names so many of them by now.</summary>
    public int Named { get; private set; }

    /// <summary>Pictures that must lie in the folder <c>images</c> beside the file.</summary>
    public static IEnumerable<string> Pictures => Enumerable.Range(0, 4).Select(n => Path.GetFileName(PictureOf(n)));

    /// <summary>The next share of the products comes in. A tenth of the prices change, half of these have been that before; a twentieth of the stocks.</summary>
    public void Edit(int wave)
    {
        Named = (int)((long)Products.Count * (wave + 2) / _waves);
        foreach (var product in Products)
        {
            var draw = (product.Number + (wave / 2)) % 20;
            if (draw < 2)
            {
                product.Price += wave % 2 == 0 ? 3000 : -3000; // there and back: the old price must be sent again
            }
            else if (draw == 2)
            {
                product.Stock = _random.Next(1, 500);
            }
        }
    }

    public async Task WriteAsync(string path, CancellationToken cancellationToken)
    {
        await using var file = File.CreateText(path);
        foreach (var product in Products.Take(Named))
        {
            await file.WriteAsync(JsonSerializer.Serialize(Row(product)).AsMemory(), cancellationToken);
            await file.WriteAsync("\n".AsMemory(), cancellationToken);
        }
    }

    private static Dictionary<string, object?> Row(ChaosProduct product) => new()
    {
        ["row"] = product.Number + 1,
        ["productName"] = product.Name,
        ["producerName"] = $"Hợp tác xã {Letters(product.Producer)} Trà Vinh",
        ["producerKind"] = "cooperative",
        ["province"] = "Trà Vinh",
        ["district"] = "Huyện Tiểu Cần",
        ["commune"] = "Xã Phú Cần",
        ["criteriaSetNo"] = 7,
        ["stars"] = 3 + (product.Number % 2),
        ["recognition"] = "recognised",
        ["certificateNo"] = string.Create(CultureInfo.InvariantCulture, $"OCOP-THU-{product.Number:00000}"),
        ["issuedDaysAgo"] = 100,
        ["expiresInDays"] = 900,
        ["issuingBody"] = "UBND tỉnh (giả định)",
        ["priceVnd"] = product.Price,
        ["stockUnits"] = product.Stock,
        ["weightGrams"] = 500,
        ["lengthCm"] = 10,
        ["widthCm"] = 10,
        ["heightCm"] = 10,
        ["unit"] = "hộp",
        ["variantName"] = "Hộp 500 g",
        ["origin"] = "Việt Nam",
        ["shortDescription"] = "Sản phẩm thử của vùng dừa.",
        ["description"] = product.Claim ? "Sản phẩm này chữa bệnh tiểu đường." : "Làm từ nguyên liệu trong tỉnh, đóng gói kín.",
        ["ingredients"] = "Nguyên liệu trong tỉnh",
        ["usage"] = "Dùng theo nhãn",
        ["storage"] = "Nơi khô ráo",
        ["shelfLife"] = "12 tháng kể từ ngày sản xuất",
        ["foodSafetyNo"] = "MAU-04/ATTP",
        ["images"] = new[] { PictureOf(product.Number) },
    };

    private static string PictureOf(int number) => string.Create(CultureInfo.InvariantCulture, $"images/{1 + (number % 4):00}.jpg");

    // Letters only: a reviewer takes long runs of digits for a phone number.
    private static string Letters(int number)
    {
        var text = "";
        for (var rest = number + 700; rest > 0; rest /= 26)
        {
            text = (char)('A' + (rest % 26)) + text;
        }

        return text;
    }
}
