using System.Globalization;
using System.Text;

namespace OcopMarket.Web.Parts;

/// <summary>Addresses of the pages; empty values are left out.</summary>
public static class Urls
{
    public static string Product(long id) => $"/san-pham/{Text(id)}";

    public static string Edit(long product) => $"{Product(product)}/sua";

    public static string Versions(long product) => $"{Product(product)}/ban-ghi";

    public static string Listing(long product, long listing) => $"{Product(product)}#tin-{Text(listing)}";

    public static string Account(long id) => $"/gian-hang/{Text(id)}";

    public static string Mandates(long account) => $"{Account(account)}/uy-quyen";

    public static string Run(long id) => $"/dot-chay/{Text(id)}";

    public static string Hold(long id) => $"/tam-giu/{Text(id)}";

    public static string Plan(long id) => $"/ke-hoach/{Text(id)}";

    public static string Subject(long id) => $"/yeu-cau-du-lieu/{Text(id)}";

    public static string Issue(string code, string? marketplace = null) => With($"/van-de/{Uri.EscapeDataString(code)}", ("san", marketplace));

    public static string Listings(string? marketplace = null, string? state = null, string? owner = null, bool late = false, long? account = null) =>
        With("/tin-dang", ("san", marketplace), ("trang-thai", state), ("viec", owner), ("qua-han", late ? "1" : null), ("gian-hang", Text(account)));

    public static string Picture(string sha256) => $"/anh/{sha256}.jpg";

    public static string With(string path, params ReadOnlySpan<(string Name, string? Value)> query)
    {
        var result = new StringBuilder(path);
        var separator = '?';
        foreach (var (name, value) in query)
        {
            if (!string.IsNullOrEmpty(value))
            {
                result.Append(separator).Append(name).Append('=').Append(Uri.EscapeDataString(value));
                separator = '&';
            }
        }

        return result.ToString();
    }

    public static string Text(long id) => id.ToString(CultureInfo.InvariantCulture);

    private static string? Text(long? id) => id?.ToString(CultureInfo.InvariantCulture);
}
