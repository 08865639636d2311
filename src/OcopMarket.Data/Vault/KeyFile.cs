using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace OcopMarket.Data.Vault;

/// <summary>Keys of 256 bits with their versions, in a file that only its owner may read: one line <c>VERSION BASE64</c> each, or one line
/// <c>BASE64</c> alone, which is version 1. Read anew whenever it is asked, so that running programs see what a rotation has written.</summary>
/// <param name="owner">What its keys are for, as a sentence names it: "the stored logins".</param>
public sealed class KeyFile(string path, string owner)
{
    /// <summary>Tries to write, a millisecond or more each.</summary>
    private const int Patience = 10_000;

    private const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    public string Path => path;

    /// <summary>Whether nobody but its owner may read or write a file.</summary>
    public static bool IsPrivate(string path) => OperatingSystem.IsWindows() || (File.GetUnixFileMode(path) & Others) == 0;

    /// <param name="mayCreate">Nothing depends on it yet: an empty new key would make everything unreadable that was sealed before.</param>
    /// <exception cref="VaultException">Missing, damaged, or readable for others; says what to do.</exception>
    public void Ensure(bool mayCreate)
    {
        if (mayCreate && !File.Exists(path))
        {
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path))!);
            Write(
                () => File.Exists(path) ? null : Encoding.ASCII.GetBytes(Convert.ToBase64String(RandomNumberGenerator.GetBytes(Aead.KeyBytes))),
                overwrite: false);
        }

        Read();
    }

    /// <returns>By version, ascending; at least one.</returns>
    /// <exception cref="VaultException">See <see cref="Ensure"/>.</exception>
    public SortedDictionary<int, byte[]> Read()
    {
        var lines = Text().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (!IsPrivate(path))
        {
            throw new VaultException($"The key file {path} can be read or written by other users. Take that right away (chmod 600), then start again.");
        }

        var keys = new SortedDictionary<int, byte[]>();
        foreach (var line in lines)
        {
            var parts = line.Split(' ');
            var key = new byte[Aead.KeyBytes];
            var version = 1;
            if (parts.Length > 2 || (parts.Length == 2 && !int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out version))
                || !Convert.TryFromBase64String(parts[^1], key, out var length) || length != Aead.KeyBytes || !keys.TryAdd(version, key))
            {
                throw Damaged();
            }
        }

        return keys.Count > 0 ? keys : throw Damaged();
    }

    /// <summary>One more key; it is the latest from now on.</summary>
    public void Add() => Write(
        () =>
        {
            var keys = Read();
            keys.Add(keys.Keys.Last() + 1, RandomNumberGenerator.GetBytes(Aead.KeyBytes));
            return Text(keys);
        },
        overwrite: true);

    /// <summary>Only the latest stays.</summary>
    /// <param name="keepFirst">And version 1.</param>
    public void Drop(bool keepFirst) => Write(
        () =>
        {
            var keys = Read();
            var latest = keys.Keys.Last();
            return Text(keys.Where(k => k.Key == latest || (keepFirst && k.Key == 1)));
        },
        overwrite: true);

    /// <summary>Whoever has just given the file its name holds it for a moment longer.</summary>
    private string Text()
    {
        for (var wait = new SpinWait(); ; wait.SpinOnce())
        {
            try
            {
                return File.ReadAllText(path);
            }
            catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
            {
                throw new VaultException($"The key file {path} is missing, and {owner} cannot be used without it. Put it back from your copy.", e);
            }
            catch (Exception e) when (e is UnauthorizedAccessException || (e is IOException && wait.Count > Patience / 10))
            {
                throw new VaultException($"The key file {path} cannot be read ({e.Message.TrimEnd('.')}). Give this user the right to read it.", e);
            }
            catch (IOException)
            {
                continue;
            }
        }
    }

    private VaultException Damaged() => new($"The key file {path} is damaged. Put it back from your copy.");

    private static byte[] Text(IEnumerable<KeyValuePair<int, byte[]>> keys) => Encoding.ASCII.GetBytes(string.Concat(
        keys.Select(k => string.Create(CultureInfo.InvariantCulture, $"{k.Key} {Convert.ToBase64String(k.Value)}\n"))));

    /// <summary>Whole or not at all: of several processes that start at once one writes the key, and all of them use that one. A move that
    /// does not overwrite is a look and a move, with room for another's move in between: whoever writes holds a lock on the draft until it
    /// bears its name, and looks again under it.</summary>
    /// <param name="content">Asked under the lock; null: nothing is to be written any more.</param>
    private void Write(Func<byte[]?> content, bool overwrite)
    {
        var draft = $"{path}.new";
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.Write, Share = FileShare.None };
        if (OperatingSystem.IsWindows())
        {
            options.Share = FileShare.Delete; // still one writer; a file that is open to nobody cannot be moved there
        }
        else
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        var wait = new SpinWait();
        while (overwrite || !File.Exists(path))
        {
            try
            {
                using var file = new FileStream(draft, options);
                if (content() is { } bytes)
                {
                    file.SetLength(0); // of one that died over it
                    file.Write(bytes);
                    file.Flush(flushToDisk: true);
                    File.Move(draft, path, overwrite);
                    return;
                }
            }
            catch (UnauthorizedAccessException e)
            {
                throw new VaultException($"The key file {path} cannot be written ({e.Message.TrimEnd('.')}). Give this user the right to write there.", e);
            }
            catch (IOException) when (wait.Count < Patience)
            {
                wait.SpinOnce(); // somebody else holds the draft
            }
        }

        File.Delete(draft);
    }
}
