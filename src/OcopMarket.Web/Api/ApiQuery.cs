using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using OcopMarket.Data.Reading.Feeds;

namespace OcopMarket.Web.Api;

internal enum ApiParameterKind { Text, Number, Flag, Word, Cursor, Size }

/// <param name="Name">As in the address.</param>
/// <param name="Description">For the OpenAPI document, in English.</param>
/// <param name="Words">What a <see cref="ApiParameterKind.Word"/> may be.</param>
internal sealed record ApiParameter(string Name, ApiParameterKind Kind, string Description, IReadOnlyList<string>? Words = null);

/// <summary>What an endpoint takes: says what the document tells, what is read, and what is refused.</summary>
/// <param name="List">Which list its cursors belong to; null: it is no list.</param>
internal sealed record ApiParameters(ApiResource? List, IReadOnlyList<ApiParameter> All);

/// <summary>The parameters of a request. Unlike on a page nothing that makes no sense is passed over: a program that misspelt a filter would take
/// all rows for the ones it wanted.</summary>
internal sealed class ApiQuery
{
    public const int LongestText = 100;
    public const int MostRows = 200;
    public const int UsualRows = 50;

    private readonly Dictionary<string, string> _texts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _numbers = new(StringComparer.Ordinal);

    /// <summary>Of the request that is being answered.</summary>
    public static ApiQuery Of(HttpContext http) => http.Features.GetRequiredFeature<ApiQuery>();

    public FeedPlace Place => new(Number("cursor"), (int)(Number("limit") ?? UsualRows));

    public string? Text(string name) => _texts.GetValueOrDefault(name);

    public long? Number(string name) => _numbers.TryGetValue(name, out var number) ? number : null;

    /// <summary>Numbers that no row has are as far as a column's type reaches.</summary>
    public int? Small(string name) => Number(name) is { } number ? (int)Math.Min(number, int.MaxValue) : null;

    public bool Flag(string name) => _texts.GetValueOrDefault(name) == "true";

    /// <returns>What is wrong with the request; null: its parameters can be asked for.</returns>
    public ApiProblem? Read(IQueryCollection query, ApiParameters parameters)
    {
        foreach (var (name, values) in query)
        {
            if (parameters.All.FirstOrDefault(p => p.Name == name) is not { } parameter)
            {
                return new(StatusCodes.Status400BadRequest, "parameter_unknown", string.Join(", ", parameters.All.Select(p => p.Name)));
            }

            if (values is not [{ Length: > 0 } value] || value.Length > LongestText || value.Contains('\0', StringComparison.Ordinal)
                || !Take(parameter, value, parameters.List))
            {
                return Bad(parameter);
            }
        }

        return null;
    }

    private bool Take(ApiParameter parameter, string value, ApiResource? list)
    {
        if (parameter.Kind is ApiParameterKind.Number or ApiParameterKind.Size or ApiParameterKind.Cursor)
        {
            var number = parameter.Kind == ApiParameterKind.Cursor ? ApiCursor.Read(list!.Value, value)
                : long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var typed) ? typed
                : null;
            if (number is null || (parameter.Kind == ApiParameterKind.Size && number is < 1 or > MostRows))
            {
                return false;
            }

            _numbers[parameter.Name] = number.Value;
            return true;
        }

        _texts[parameter.Name] = value;
        return parameter.Kind switch
        {
            ApiParameterKind.Flag => value is "true" or "false",
            ApiParameterKind.Word => parameter.Words!.Contains(value, StringComparer.Ordinal),
            _ => true,
        };
    }

    private static ApiProblem Bad(ApiParameter parameter) => parameter.Kind switch
    {
        ApiParameterKind.Cursor => new(StatusCodes.Status400BadRequest, "cursor_bad"),
        ApiParameterKind.Size => new(StatusCodes.Status400BadRequest, "limit_bad", string.Create(CultureInfo.InvariantCulture, $"limit: 1-{MostRows}")),
        ApiParameterKind.Word => new(StatusCodes.Status400BadRequest, "parameter_bad", $"{parameter.Name}: {string.Join(", ", parameter.Words!)}"),
        ApiParameterKind.Flag => new(StatusCodes.Status400BadRequest, "parameter_bad", $"{parameter.Name}: true, false"),
        ApiParameterKind.Number => new(StatusCodes.Status400BadRequest, "parameter_bad", $"{parameter.Name}: 0, 1, 2 ..."),
        _ => new(StatusCodes.Status400BadRequest, "parameter_bad", string.Create(CultureInfo.InvariantCulture, $"{parameter.Name}: 1-{LongestText}")),
    };
}
