using OcopMarket.App.Cli;

return await CommandLine.RunAsync(args);
