using System.Text.Json;
using OcopMarket.Core.Catalog;

namespace OcopMarket.Data.Subjects;

/// <summary>The law's terms for requests about personal data, as <c>config/ocop/data-subjects.json</c> states them. Public holidays are not known
/// here: with one in between, the real term is longer.</summary>
/// <param name="AnswerWorkingDays">Monday to Friday.</param>
public sealed record SubjectClocks(int AnswerWorkingDays, int DoneDays, string Act, IReadOnlyDictionary<string, string> Marks)
{
    private static readonly JsonSerializerOptions _json =
        new(JsonSerializerDefaults.Web) { ReadCommentHandling = JsonCommentHandling.Skip };

    /// <exception cref="JsonException">The file is damaged.</exception>
    public static SubjectClocks Load(string file) => JsonSerializer.Deserialize<SubjectClocks>(File.ReadAllBytes(file), _json)
        ?? throw new JsonException($"{file} is empty.");

    /// <summary>The end of the last day on which it must be said that the request was received.</summary>
    public DateTimeOffset AnswerBy(DateOnly askedOn)
    {
        var day = askedOn;
        for (var left = AnswerWorkingDays; left > 0;)
        {
            day = day.AddDays(1);
            left -= day.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday ? 0 : 1;
        }

        return EndOf(day);
    }

    /// <summary>The end of the last day on which it must be done.</summary>
    public DateTimeOffset DoneBy(DateOnly askedOn) => EndOf(askedOn.AddDays(DoneDays));

    private static DateTimeOffset EndOf(DateOnly day) => VietnamDay.StartOf(day.AddDays(1)).ToUniversalTime();
}
