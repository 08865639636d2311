using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.XmlEncryption;
using Microsoft.Extensions.DependencyInjection;
using OcopMarket.Data.Vault;

namespace OcopMarket.Web.People;

/// <summary>Seals the keys of the ring with AES-256-GCM before they go to the database.</summary>
/// <param name="key">32 bytes, from outside the database.</param>
public sealed class RingKey(byte[] key) : IXmlEncryptor
{
    private const string Purpose = "OcopMarket key ring";

    public EncryptedXmlInfo Encrypt(XElement plaintextElement)
    {
        var plain = Encoding.UTF8.GetBytes(plaintextElement.ToString(SaveOptions.DisableFormatting));
        var whole = Aead.Seal(key, plain, Purpose);
        CryptographicOperations.ZeroMemory(plain);
        return new(new XElement("sealed", Convert.ToBase64String(whole)), typeof(RingOpener));
    }

    /// <exception cref="CryptographicException">Another key, or the bytes were changed.</exception>
    internal XElement Open(XElement sealedElement)
    {
        var plain = Aead.Open(key, Convert.FromBase64String(sealedElement.Value), Purpose);
        return XElement.Parse(Encoding.UTF8.GetString(plain));
    }
}

/// <summary>Made by the framework by its type's name, which stands beside each sealed key.</summary>
internal sealed class RingOpener(IServiceProvider services) : IXmlDecryptor
{
    public XElement Decrypt(XElement encryptedElement) => services.GetRequiredService<RingKey>().Open(encryptedElement);
}
