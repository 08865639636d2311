using System.Security.Cryptography;
using OcopMarket.Sandbox.Common;

namespace OcopMarket.Sandbox.Postmart;

/// <summary>Section 5: pictures, each a file of its own beside the journal.</summary>
internal sealed class PostmartMediaStore(PostmartPlatform platform, string folder)
{
    private const int MaxBytes = 5 << 20;
    private readonly string _folder = Directory.CreateDirectory(Path.Combine(folder, "media")).FullName;

    public Answer Upload(CallRequest request)
    {
        if (request.File is not { } file)
        {
            return PostmartAnswers.BadRequest("Cần một phần multipart tên file.");
        }

        var size = ImageHeader.Read(file);
        var error = file.Length > MaxBytes ? "Ảnh lớn quá 5 MB."
            : size is null ? "Ảnh phải là JPEG hoặc PNG."
            : size.Width is < 500 or > 4000 || size.Height is < 500 or > 4000 ? "Mỗi cạnh ảnh phải từ 500 đến 4000 điểm."
            : null;
        if (error is not null)
        {
            return PostmartAnswers.Refuse("IMAGE_INVALID", error);
        }

        var media = new PostmartMedia(
            $"M{platform.State.Media.Count + 1:D8}", Convert.ToHexStringLower(SHA256.HashData(file)), size!.Extension, size.Width, size.Height);
        File.WriteAllBytes(PathOf(media), file);
        platform.State.Media.Put(media);
        return PostmartAnswers.Ok(new { mediaId = media.MediaId, url = UrlOf(media), width = media.Width, height = media.Height });
    }

    public string UrlOf(PostmartMedia media) => $"{platform.BaseUrl}/media/{media.MediaId}.{media.Extension}";

    public (byte[] Bytes, string ContentType)? Read(string path)
    {
        var media = path.StartsWith("/media/", StringComparison.Ordinal)
            ? platform.State.Media.Find(Path.GetFileNameWithoutExtension(path))
            : null;
        return media is not null && File.Exists(PathOf(media))
            ? (File.ReadAllBytes(PathOf(media)), media.Extension == "png" ? "image/png" : "image/jpeg")
            : null;
    }

    private string PathOf(PostmartMedia media) => Path.Combine(_folder, $"{media.MediaId}.{media.Extension}");
}
