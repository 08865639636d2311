namespace OcopMarket.Data.Migrations;

/// <summary>The database and the program do not fit together; nothing was changed. One sentence and what to do, in both languages.</summary>
/// <param name="code"><c>script_changed</c>, <c>database_newer</c> or <c>script_missing</c>.</param>
public sealed class MigrationException(string code, string messageVi, string messageEn) : Exception(messageEn)
{
    public string Code { get; } = code;
    public string MessageVi { get; } = messageVi;
    public string MessageEn { get; } = messageEn;
}
