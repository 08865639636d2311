namespace OcopMarket.Marketplaces.Http;

/// <summary>No whole answer came. Thrown by <see cref="CallGuardHandler"/> through RestSharp; never leaves an adapter.</summary>
internal sealed class CallBrokenException(bool sent, string code, string message, Exception? inner) : Exception(message, inner)
{
    public const string AddressRefused = "address_refused";

    /// <summary>False: the platform cannot have seen the request.</summary>
    public bool Sent { get; } = sent;

    /// <summary>connect_failed, address_refused, timeout, cut, too_large.</summary>
    public string Code { get; } = code;
}

/// <summary>The request may have landed and the answer does not say how it ended. Adapters turn it into one ambiguous outcome per
/// change, or, for a read, into <c>Transient</c>.</summary>
internal sealed class FateUnknownException(string code, string detail, Exception? inner = null) : Exception($"{code}: {detail}", inner)
{
    public string Code { get; } = code;
    public string Detail { get; } = detail;
}
