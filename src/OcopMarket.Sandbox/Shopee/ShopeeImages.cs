using System.Security.Cryptography;
using OcopMarket.Sandbox.Common;

namespace OcopMarket.Sandbox.Shopee;

/// <summary>Section 7: pictures, each a file of its own beside the journal.</summary>
internal sealed class ShopeeImages(ShopeePlatform platform, string folder)
{
    private const int MaxBytes = 10 << 20;
    private readonly string _folder = Directory.CreateDirectory(Path.Combine(folder, "media")).FullName;

    public Answer Upload(CallRequest request)
    {
        if (request.File is not { } file)
        {
            return ShopeeAnswers.Refused("error_param", "A multipart part named image is required.");
        }

        if (ImageHeader.Read(file) is not { } size || file.Length > MaxBytes)
        {
            return ShopeeAnswers.Response(new
            {
                ImageInfoList = new[] { new { Id = 0, Error = "error_image", Message = "The image must be JPG or PNG of at most 10 MB." } },
            });
        }

        var sha = Convert.ToHexStringLower(SHA256.HashData(file));
        var image = new ShopeeImageRow($"vn-{platform.State.Images.Count + 1:D8}-{sha[..12]}", sha, size.Extension);
        File.WriteAllBytes(PathOf(image), file);
        platform.State.Images.Put(image);
        var info = new { image.ImageId, ImageUrlList = new[] { new { ImageUrlRegion = "VN", ImageUrl = UrlOf(image) } } };
        return ShopeeAnswers.Response(new { ImageInfo = info, ImageInfoList = new[] { new { Id = 0, Error = "", Message = "", ImageInfo = info } } });
    }

    public string UrlOf(ShopeeImageRow image) => $"{platform.BaseUrl}/file/{image.ImageId}.{image.Extension}";

    public (byte[] Bytes, string ContentType)? Read(string path)
    {
        var image = path.StartsWith("/file/", StringComparison.Ordinal) ? platform.State.Images.Find(Path.GetFileNameWithoutExtension(path)) : null;
        return image is not null && File.Exists(PathOf(image))
            ? (File.ReadAllBytes(PathOf(image)), image.Extension == "png" ? "image/png" : "image/jpeg")
            : null;
    }

    private string PathOf(ShopeeImageRow image) => Path.Combine(_folder, $"{image.ImageId}.{image.Extension}");
}
