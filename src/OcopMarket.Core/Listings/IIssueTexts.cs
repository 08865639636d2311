namespace OcopMarket.Core.Listings;

/// <param name="Sentence">What happened and what to do, in the language asked for.</param>
/// <param name="Known">False: no dictionary has this code; the sentence shows the raw text and staff must look.</param>
public sealed record IssueText(string Sentence, bool Known);

/// <summary>The words of an issue by its code: ours, or a platform's (<c>postmart.IMAGE_INVALID</c>).</summary>
public interface IIssueTexts
{
    /// <param name="raw">The platform's own words, when there are any.</param>
    /// <param name="language"><c>vi</c> or <c>en</c>.</param>
    IssueText Describe(string code, IReadOnlyList<string> args, string? raw, string language);
}
