using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.XmlEncryption;
using Microsoft.Extensions.DependencyInjection;

namespace OcopMarket.Web.People;

/// <summary>Seals the keys of the ring with AES-256-GCM before they go to the database.</summary>
/// <param name="key">32 bytes, from outside the database.</param>
public sealed class RingKey(byte[] key) : IXmlEncryptor
{
    private const int NonceBytes = 12;
    private const int TagBytes = 16;
    private static readonly byte[] _purpose = "OcopMarket key ring"u8.ToArray();

    public EncryptedXmlInfo Encrypt(XElement plaintextElement)
    {
        var plain = Encoding.UTF8.GetBytes(plaintextElement.ToString(SaveOptions.DisableFormatting));
        var whole = new byte[NonceBytes + TagBytes + plain.Length];
        RandomNumberGenerator.Fill(whole.AsSpan(0, NonceBytes));
        using var cipher = new AesGcm(key, TagBytes); // one instance is not for several threads
        cipher.Encrypt(
            whole.AsSpan(0, NonceBytes), plain, whole.AsSpan(NonceBytes + TagBytes), whole.AsSpan(NonceBytes, TagBytes), _purpose);
        CryptographicOperations.ZeroMemory(plain);
        return new(new XElement("sealed", Convert.ToBase64String(whole)), typeof(RingOpener));
    }

    /// <exception cref="CryptographicException">Another key, or the bytes were changed.</exception>
    internal XElement Open(XElement sealedElement)
    {
        var whole = Convert.FromBase64String(sealedElement.Value);
        var plain = new byte[whole.Length - NonceBytes - TagBytes];
        using var cipher = new AesGcm(key, TagBytes);
        cipher.Decrypt(
            whole.AsSpan(0, NonceBytes), whole.AsSpan(NonceBytes + TagBytes), whole.AsSpan(NonceBytes, TagBytes), plain, _purpose);
        return XElement.Parse(Encoding.UTF8.GetString(plain));
    }
}

/// <summary>Made by the framework by its type's name, which stands beside each sealed key.</summary>
internal sealed class RingOpener(IServiceProvider services) : IXmlDecryptor
{
    public XElement Decrypt(XElement encryptedElement) => services.GetRequiredService<RingKey>().Open(encryptedElement);
}
