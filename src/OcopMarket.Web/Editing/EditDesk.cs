using Microsoft.AspNetCore.Http;
using OcopMarket.Core;
using OcopMarket.Core.Catalog;
using OcopMarket.Core.Catalog.Pictures;
using OcopMarket.Data.Catalog.Editing;
using OcopMarket.Data.People;
using OcopMarket.Data.Reading;
using OcopMarket.Web.Hosting;
using OcopMarket.Web.People;

namespace OcopMarket.Web.Editing;

/// <param name="Key">Of the words.</param>
/// <param name="Arg">A picture's name, where one is at fault.</param>
internal sealed record EditAnswer(bool Done, string Key, string? Arg = null);

/// <summary>Takes what people send on a product's page of editing.</summary>
internal sealed class EditDesk(EditPortal portal, DayLimits limits, Doer doer, IHttpContextAccessor http, TimeProvider time)
{
    /// <summary>Pictures of one request, and the bytes of each.</summary>
    public const int MostFiles = 10;
    public const int MostBytes = 20 << 20;

    public Task<EditOutcome> SaveAsync(long id, ProductForm form, CancellationToken cancellationToken) =>
        portal.SaveAsync(id, form.Wishes(), Editor, cancellationToken);

    public Task<int?> RestoreAsync(long id, int version, CancellationToken cancellationToken) =>
        portal.RestoreAsync(id, version, Editor, cancellationToken);

    /// <summary>All of them or none.</summary>
    public async Task<EditAnswer> AddPicturesAsync(long id, IReadOnlyList<IFormFile> files, CancellationToken cancellationToken)
    {
        IFormFile[] chosen = [.. files.Where(f => f.Length > 0 || f.FileName.Length > 0)];
        if (chosen.Length is 0 or > MostFiles)
        {
            return new(false, chosen.Length == 0 ? "edit.pics.none" : "edit.pics.many");
        }

        var pictures = new List<NewPicture>(chosen.Length);
        foreach (var file in chosen)
        {
            if (file.Length > MostBytes)
            {
                return new(false, "edit.pics.large", file.FileName);
            }

            using var content = new MemoryStream((int)file.Length);
            await file.CopyToAsync(content, cancellationToken);
            if (NewPicture.Of(content.ToArray(), out var problem) is not { } picture)
            {
                return new(false, $"edit.pics.{WordOf(problem)}", file.FileName);
            }

            pictures.Add(picture);
        }

        try
        {
            return await portal.AddPicturesAsync(id, pictures, limits.Files, VietnamDay.Of(time.GetUtcNow()), Editor, cancellationToken) is null
                ? new(false, "edit.pics.same")
                : new(true, "edit.pics.added");
        }
        catch (DayLimitException)
        {
            return new(false, "edit.pics.limit");
        }
    }

    /// <param name="asked">earlier, later or remove, a colon and the picture; <c>lists</c>.</param>
    public async Task<EditAnswer> MovePictureAsync(long id, string? asked, CancellationToken cancellationToken)
    {
        var (word, sha256) = asked?.Split(':', 2) is [var first, .. var rest] ? (first, rest.Length > 0 ? rest[0] : "") : ("", "");
        PictureMove? move = word switch
        {
            "earlier" => PictureMove.Earlier,
            "later" => PictureMove.Later,
            "remove" => PictureMove.Remove,
            "lists" => PictureMove.BackToLists,
            _ => null,
        };
        return move is { } known && await portal.MovePictureAsync(id, sha256, known, Editor, cancellationToken) is not null
            ? new(true, "edit.pics.arranged")
            : new(false, "edit.pics.same");
    }

    private Editor Editor => new(doer.Now, http.HttpContext!.User.Role() is { } role ? Words.Of(role) : "");

    private static string WordOf(PictureProblem problem) => problem switch
    {
        PictureProblem.TooManyPixels => "pixels",
        PictureProblem.Animated => "animated",
        PictureProblem.Cut => "cut",
        _ => "unreadable",
    };
}
