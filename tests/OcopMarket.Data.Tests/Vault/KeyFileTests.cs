using OcopMarket.Data.Vault;

namespace OcopMarket.Data.Tests.Vault;

public sealed class KeyFileTests
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
                    return KeyWrappers.OfFile(path, mayCreate: true).File.FirstMark;
                },
                CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)));

            Assert.Single(marks.Distinct());
            Assert.Single(Directory.GetFiles(Path.GetDirectoryName(path)!));
        }

        Directory.Delete(folder, recursive: true);
    }
}
