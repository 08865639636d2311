using System.Collections.Frozen;
using Microsoft.AspNetCore.Identity;

namespace OcopMarket.Web.People;

/// <summary>Long enough, not what everybody tries first, and not the person's own name. Nothing about kinds of letters: such rules make
/// passwords weaker.</summary>
internal sealed class PasswordRules : IPasswordValidator<Person>
{
    public const int Shortest = 10;
    public const int Longest = 128;

    private static readonly FrozenSet<string> _common = Load();

    /// <returns>The key of the sentence that says what is wrong; null: nothing.</returns>
    public static string? Fault(string password, string login, string name) =>
        password.Length < Shortest ? "password.short"
        : password.Length > Longest ? "password.long"
        : IsCommon(password) || password.Distinct().Count() < 4 ? "password.common"
        : IsOwn(password, login) || IsOwn(password, name) ? "password.own"
        : null;

    public Task<IdentityResult> ValidateAsync(UserManager<Person> manager, Person user, string? password) =>
        Task.FromResult(Fault(password ?? "", user.UserName ?? "", user.Name) is { } fault
            ? IdentityResult.Failed(new IdentityError { Code = fault })
            : IdentityResult.Success);

    /// <summary>Also with digits or signs hung on at the end.</summary>
    private static bool IsCommon(string password)
    {
        var text = password.ToLowerInvariant();
        return _common.Contains(text) || _common.Contains(text.TrimEnd("0123456789!@#$.*_-".ToCharArray()));
    }

    private static bool IsOwn(string password, string own)
    {
        var part = own.Split('@')[0].Replace(" ", "", StringComparison.Ordinal);
        return part.Length >= 4 && password.Replace(" ", "", StringComparison.Ordinal).Contains(part, StringComparison.OrdinalIgnoreCase);
    }

    private static FrozenSet<string> Load()
    {
        using var reader = new StreamReader(typeof(PasswordRules).Assembly.GetManifestResourceStream("people/common-passwords.txt")!);
        return reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).ToFrozenSet(StringComparer.Ordinal);
    }
}
