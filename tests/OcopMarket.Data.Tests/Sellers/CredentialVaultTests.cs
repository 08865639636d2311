using OcopMarket.Data.Sellers;

namespace OcopMarket.Data.Tests.Sellers;

public sealed class CredentialVaultTests
{
    [Fact]
    public async Task Programs_that_start_at_once_in_an_empty_folder_use_one_key()
    {
        var folder = Directory.CreateTempSubdirectory("ocop-vault-").FullName;
        for (var round = 0; round < 50; round++)
        {
            var path = Path.Combine(folder, $"{round}", "vault.key");
            using var start = new Barrier(4);

            var marks = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Factory.StartNew(
                () =>
                {
                    start.SignalAndWait();
                    return FileCredentialVault.Open(path, mayCreate: true).Mark;
                },
                CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)));

            Assert.Single(marks.Distinct());
            Assert.Single(Directory.GetFiles(Path.GetDirectoryName(path)!));
        }

        Directory.Delete(folder, recursive: true);
    }
}
