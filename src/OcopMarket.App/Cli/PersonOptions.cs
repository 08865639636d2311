using System.CommandLine;

namespace OcopMarket.App.Cli;

/// <summary>Who decides, and why: kept with what was decided.</summary>
internal sealed class PersonOptions
{
    private readonly Option<string> _by = new("--by") { Description = "Your name; it is kept with the decision.", Required = true };
    private readonly Option<string> _reason = new("--reason") { Description = "Why; at least ten characters.", Required = true };

    public PersonOptions()
    {
        _by.Validators.Add(r => Require(r.GetValue(_by), 1, "--by needs your name.", r.AddError));
        _reason.Validators.Add(r => Require(r.GetValue(_reason), 10, "--reason needs at least ten characters: say who confirmed it.", r.AddError));
    }

    public void AddTo(Command command)
    {
        command.Add(_by);
        command.Add(_reason);
    }

    public (string By, string Reason) Of(ParseResult parsed) => (parsed.GetValue(_by)!.Trim(), parsed.GetValue(_reason)!.Trim());

    private static void Require(string? value, int least, string message, Action<string> fail)
    {
        if ((value?.Trim().Length ?? 0) < least)
        {
            fail(message);
        }
    }
}
