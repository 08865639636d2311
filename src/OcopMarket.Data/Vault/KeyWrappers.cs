namespace OcopMarket.Data.Vault;

/// <summary>The wrapper that is configured, and those that may have wrapped what is stored: after a change of the setting the former one still
/// opens until <c>./run vault rotate</c> has wrapped everything anew.</summary>
public sealed class KeyWrappers(FileKeyWrapper file, IKeyWrapper? configured = null)
{
    public IKeyWrapper Current => configured ?? file;

    public FileKeyWrapper File => file;

    /// <exception cref="VaultException">It is not configured.</exception>
    public IKeyWrapper Of(string name) =>
        name == Current.Name ? Current
        : name == file.Name ? file
        : throw new VaultException(
            $"The logins of this database are sealed through '{name}', which is not configured. Put the settings Vault:* back that belong to the database.");

    /// <summary>A key file alone.</summary>
    /// <param name="mayCreate">See <see cref="KeyFile.Ensure"/>.</param>
    /// <exception cref="VaultException">See <see cref="KeyFile.Ensure"/>.</exception>
    public static KeyWrappers OfFile(string path, bool mayCreate)
    {
        var file = new KeyFile(path, "the stored logins");
        file.Ensure(mayCreate);
        return new(new FileKeyWrapper(file));
    }
}
