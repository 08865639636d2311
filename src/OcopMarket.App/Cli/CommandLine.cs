using System.CommandLine;
using System.CommandLine.Invocation;
using OcopMarket.App.Hosting;
using OcopMarket.Core.Sources;
using OcopMarket.Data.Backup;
using OcopMarket.Data.Vault;
using OcopMarket.Marketplaces;

namespace OcopMarket.App.Cli;

/// <summary>The verbs, and how a fault leaves the program: one sentence on standard error and an exit code.</summary>
internal static class CommandLine
{
    public static async Task<int> RunAsync(string[] args)
    {
        var root = new RootCommand("OcopMarket: OCOP products from their lists to the marketplaces, and the truth about every listing.")
        {
            ServeCommand.Create(),
            DemoCommand.Create(),
            SandboxCommand.Create(),
            PullCommand.Create(),
            StatusCommand.Create(),
            ConfigCommand.Create(),
            MigrateCommand.Create(),
            BackupCommand.Create(),
            RestoreCommand.Create(),
            HoldsCommand.Create(),
            ReleaseCommand.Create(),
            UndecidedCommand.Create(),
            DecisionCommands.Keep(),
            DecisionCommands.Replay(),
            RetentionCommand.Create(),
            VaultCommand.Create(),
            AuditCommand.Create(),
            AccountsCommand.Create(),
            MandateCommand.Create(),
            MarketplacesCommand.Create(),
            SubjectCommand.Create(),
            SbomCommand.Create(),
        };
        ServeCommand.AddTo(root);
        try
        {
            var parsed = root.Parse(args);
            if (parsed.Action is ParseErrorAction)
            {
                return Refuse($"{parsed.Errors[0].Message.TrimEnd('.')}; see ./run --help, or ./run VERB --help.", ExitCodes.Usage);
            }

            return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
        }
        catch (StartException e)
        {
            return Refuse(e.Message, e.ExitCode);
        }
        catch (SourceException e)
        {
            return Refuse(e.Message, ExitCodes.Unusable);
        }
        catch (BackupException e)
        {
            return Refuse(e.Message, ExitCodes.Unusable);
        }
        catch (VaultException e)
        {
            return Refuse(e.Message, ExitCodes.Unusable);
        }
        catch (ProfileException e)
        {
            return Refuse(e.Message, ExitCodes.Unusable);
        }
        catch (OperationCanceledException)
        {
            return ExitCodes.Interrupted;
        }
#pragma warning disable CA1031 // the last line of defence: a sentence, not a stack trace
        catch (Exception e)
#pragma warning restore CA1031
        {
            var detail = Environment.GetEnvironmentVariable("OCOP_DEBUG") is null ? $"{e.GetType().Name}: {e.Message}" : e.ToString();
            return Refuse(
                $"OcopMarket met a fault of its own and stopped; what was done is kept, and the same command may be given again. {detail}",
                ExitCodes.Fault);
        }
    }

    private static int Refuse(string message, int code)
    {
        Console.Error.WriteLine(message);
        return code;
    }
}
