using System.Security.Cryptography;
using OcopMarket.Sandbox.Common;

namespace OcopMarket.Sandbox.Lazada;

/// <summary>Section 7: pictures, each a file of its own beside the journal. An address is what a product names a picture by.</summary>
internal sealed class LazadaImages(LazadaPlatform platform, string folder)
{
    private const int MaxBytes = 3_145_728;
    private const int MinSide = 330;
    private const int MaxSide = 5000;
    private readonly string _folder = Directory.CreateDirectory(Path.Combine(folder, "media")).FullName;

    public Answer Upload(CallRequest request)
    {
        if (request.File is not { } file)
        {
            return LazadaAnswers.Refused("MissingParameter", "The request is missing required parameter: image");
        }

        if (file.Length > MaxBytes)
        {
            return LazadaAnswers.Refused("303", "E303: The image is too large");
        }

        if (ImageHeader.Read(file) is not { } size || Math.Min(size.Width, size.Height) < MinSide || Math.Max(size.Width, size.Height) > MaxSide)
        {
            return LazadaAnswers.Refused("300", "E300: Upload Image Failed");
        }

        var sha = Convert.ToHexStringLower(SHA256.HashData(file));
        var image = new LazadaImageRow($"{platform.State.Images.Count + 1:D8}{sha[..24]}.{size.Extension}", sha, size.Extension);
        File.WriteAllBytes(Path.Combine(_folder, image.Name), file);
        platform.State.Images.Put(image);
        return LazadaAnswers.Data(new { Image = new { Url = UrlOf(image), HashCode = sha[..32] } });
    }

    public string UrlOf(LazadaImageRow image) => $"{platform.BaseUrl}/p/{image.Name}";

    /// <summary>Null: not one of the platform's own.</summary>
    public LazadaImageRow? Find(string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var address) && address.AbsolutePath.StartsWith("/p/", StringComparison.Ordinal)
            ? platform.State.Images.Find(address.AbsolutePath["/p/".Length..])
            : null;

    public (byte[] Bytes, string ContentType)? Read(string path)
    {
        var image = path.StartsWith("/p/", StringComparison.Ordinal) ? platform.State.Images.Find(path["/p/".Length..]) : null;
        return image is not null && File.Exists(Path.Combine(_folder, image.Name))
            ? (File.ReadAllBytes(Path.Combine(_folder, image.Name)), image.Extension == "png" ? "image/png" : "image/jpeg")
            : null;
    }
}
