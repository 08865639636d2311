using System.Globalization;
using OcopMarket.Core.Catalog;

namespace OcopMarket.Web.Text;

/// <summary>Figures, days and times as Vietnamese readers write them, in both languages of the pages; independent of the machine's culture
/// and time zone. A no-break space joins a figure and its unit.</summary>
public static class VietnamFormat
{
    private const char Joined = '\u00A0';

    private static readonly NumberFormatInfo Figures = NumberFormatInfo.ReadOnly(new()
    {
        NumberGroupSeparator = ".",
        NumberDecimalSeparator = ",",
        NumberGroupSizes = [3],
        NegativeSign = "-",
    });

    /// <summary>68.627</summary>
    public static string Number(long value) => value.ToString("#,0", Figures);

    /// <summary>1.250.000 ₫</summary>
    public static string Money(decimal dong) => dong.ToString("#,0", Figures) + Joined + "₫";

    /// <summary>92,3%</summary>
    /// <returns>A dash when there is nothing to divide.</returns>
    public static string Percent(long part, long whole) =>
        whole == 0 ? "-" : (100m * part / whole).ToString("0.#", Figures) + "%";

    /// <summary>500 g, 0,8 kg, 1,25 kg</summary>
    public static string Weight(int grams) => grams >= 1000 || (grams >= 100 && grams % 100 == 0 && grams > 500)
        ? (grams / 1000m).ToString("#,0.###", Figures) + Joined + "kg"
        : Number(grams) + Joined + "g";

    /// <summary>21/04/2023</summary>
    public static string Day(DateOnly day) => day.ToString("dd'/'MM'/'yyyy", CultureInfo.InvariantCulture);

    /// <summary>21/04/2023, the day in Viet Nam.</summary>
    public static string Day(DateTimeOffset moment) => Day(VietnamDay.Of(moment));

    /// <summary>21/04/2023 12:02</summary>
    public static string Moment(DateTimeOffset moment) =>
        moment.ToOffset(VietnamDay.Offset).ToString("dd'/'MM'/'yyyy HH':'mm", CultureInfo.InvariantCulture);

    /// <summary>12:02</summary>
    public static string Clock(DateTimeOffset moment) =>
        moment.ToOffset(VietnamDay.Offset).ToString("HH':'mm", CultureInfo.InvariantCulture);
}
