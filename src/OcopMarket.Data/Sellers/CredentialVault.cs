using System.Security.Cryptography;
using System.Text;
using OcopMarket.Core.Marketplaces;

namespace OcopMarket.Data.Sellers;

/// <summary>Seals secrets for the database and opens them for one use.</summary>
public interface ICredentialVault
{
    int KeyVersion { get; }

    /// <param name="boundTo">What the secret belongs to; the sealed bytes open for nothing else.</param>
    byte[] Seal(Secret secret, string boundTo);

    /// <exception cref="CryptographicException">Another key, another owner, or the bytes were changed.</exception>
    Secret Open(byte[] sealedBytes, string boundTo);
}

/// <summary>AES-256-GCM under a key that lies outside the database, in a file that only its owner may read. A missing key file is made only
/// for an installation that has sealed nothing yet: an empty new key would make every stored token unreadable.</summary>
public sealed class FileCredentialVault : ICredentialVault
{
    private const int NonceBytes = 12;
    private const int TagBytes = 16;

    /// <summary>Tries to write a new key, a millisecond or more each.</summary>
    private const int Patience = 10_000;
    private readonly byte[] _key;

    private FileCredentialVault(byte[] key) => _key = key;

    public int KeyVersion => 1;

    /// <summary>Tells this key from others and says nothing of it: 16 hex digits.</summary>
    public string Mark => Convert.ToHexStringLower(HMACSHA256.HashData(_key, "key mark"u8))[..16];

    /// <param name="mayCreate">Nothing has been sealed yet.</param>
    /// <exception cref="InvalidOperationException">The key file is missing or damaged; says what to do.</exception>
    public static FileCredentialVault Open(string path, bool mayCreate)
    {
        if (!File.Exists(path))
        {
            if (!mayCreate)
            {
                throw new InvalidOperationException(
                    $"The key file {path} is missing, and the stored tokens cannot be opened without it. Put it back from the backup.");
            }

            Create(path);
        }

        var key = new byte[32];
        return Convert.TryFromBase64String(File.ReadAllText(path).Trim(), key, out var length) && length == 32
            ? new FileCredentialVault(key)
            : throw new InvalidOperationException($"The key file {path} is damaged. Put it back from the backup.");
    }

    /// <summary>Whole or not at all: of several processes that start at once one writes the key, and all of them use that one. A move that
    /// does not overwrite is a look and a move, with room for another's move in between: whoever writes holds a lock on the draft until it
    /// bears its name, and looks again under it.</summary>
    private static void Create(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
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
        while (!File.Exists(path))
        {
            try
            {
                using var file = new FileStream(draft, options);
                if (!File.Exists(path))
                {
                    file.SetLength(0); // of one that died over it
                    file.Write(Encoding.ASCII.GetBytes(Convert.ToBase64String(RandomNumberGenerator.GetBytes(32))));
                    file.Flush(flushToDisk: true);
                    File.Move(draft, path);
                    return;
                }
            }
            catch (IOException) when (wait.Count < Patience)
            {
                wait.SpinOnce(); // somebody else holds the draft
            }
        }

        File.Delete(draft);
    }

    public byte[] Seal(Secret secret, string boundTo)
    {
        var plain = Encoding.UTF8.GetBytes(secret.Reveal());
        var result = new byte[NonceBytes + TagBytes + plain.Length];
        RandomNumberGenerator.Fill(result.AsSpan(0, NonceBytes));
        using var cipher = new AesGcm(_key, TagBytes); // one instance is not for several threads
        cipher.Encrypt(
            result.AsSpan(0, NonceBytes), plain, result.AsSpan(NonceBytes + TagBytes), result.AsSpan(NonceBytes, TagBytes),
            Encoding.UTF8.GetBytes(boundTo));
        return result;
    }

    public Secret Open(byte[] sealedBytes, string boundTo)
    {
        var plain = new byte[sealedBytes.Length - NonceBytes - TagBytes];
        using var cipher = new AesGcm(_key, TagBytes);
        cipher.Decrypt(
            sealedBytes.AsSpan(0, NonceBytes), sealedBytes.AsSpan(NonceBytes + TagBytes), sealedBytes.AsSpan(NonceBytes, TagBytes), plain,
            Encoding.UTF8.GetBytes(boundTo));
        return new Secret(Encoding.UTF8.GetString(plain));
    }
}
