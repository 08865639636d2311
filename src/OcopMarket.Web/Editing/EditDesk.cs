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
internal sealed record EditAnswer(bool Done, string Key, string? Arg = null)
{
    /// <summary>What the words tell as a limit.</summary>
    public int? Most { get; init; }

    /// <summary>The database's reason; null: what was sent was no good.</summary>
    public EditRefusal? Why { get; init; }
}

/// <summary>Takes what people send on a product's page of editing.</summary>
internal sealed class EditDesk(EditPortal portal, DayLimits limits, Doer doer, IHttpContextAccessor http, TimeProvider time)
{
    /// <summary>Pictures of one request; megabytes of one picture, and of all together.</summary>
    public const int MostFiles = 10;
    public const int MostMegabytes = 20;
    public const int MostMegabytesInAll = 50;

    /// <summary>Bytes of a request to the page: what it promises, and room for what stands around the pictures.</summary>
    public const long MostOfRequest = ((long)MostMegabytesInAll << 20) + (512 << 10);

    public Task<EditOutcome> SaveAsync(long id, ProductForm form, CancellationToken cancellationToken) =>
        portal.SaveAsync(id, form.Wishes(), Editor, cancellationToken);

    /// <param name="seen">The newest version that the page showed.</param>
    public async Task<EditAnswer> RestoreAsync(long id, int version, int seen, CancellationToken cancellationToken)
    {
        var result = await portal.RestoreAsync(id, version, seen, Editor, cancellationToken);
        return result.Refusal is { } why ? Refused("edit.restore", why) : new(true, "edit.restored");
    }

    /// <summary>All of them or none.</summary>
    public async Task<EditAnswer> AddPicturesAsync(long id, IReadOnlyList<IFormFile> files, CancellationToken cancellationToken)
    {
        IFormFile[] chosen = [.. files.Where(f => f.Length > 0 || f.FileName.Length > 0)];
        if (chosen.Length is 0 or > MostFiles)
        {
            return chosen.Length == 0 ? new(false, "edit.pics.none") : new(false, "edit.pics.many") { Most = MostFiles };
        }

        if (Array.Find(chosen, f => f.Length > (long)MostMegabytes << 20) is { } large)
        {
            return new(false, "edit.pics.large", large.FileName) { Most = MostMegabytes };
        }

        if (chosen.Sum(f => f.Length) > (long)MostMegabytesInAll << 20)
        {
            return new(false, "edit.pics.large_in_all") { Most = MostMegabytesInAll };
        }

        var pictures = new List<NewPicture>(chosen.Length);
        foreach (var file in chosen)
        {
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
            var result = await portal.AddPicturesAsync(id, pictures, limits.Files, VietnamDay.Of(time.GetUtcNow()), Editor, cancellationToken);
            return result.Refusal is { } why ? Refused("edit.pics", why) : new(true, "edit.pics.added");
        }
        catch (DayLimitException)
        {
            return new(false, "edit.pics.limit");
        }
    }

    /// <param name="asked">earlier, later or remove, a colon and the picture; <c>lists</c>.</param>
    /// <param name="seen">Mark of the pictures that the page showed.</param>
    public async Task<EditAnswer> MovePictureAsync(long id, string? asked, string seen, CancellationToken cancellationToken)
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
        if (move is not { } known)
        {
            return Refused("edit.pics", EditRefusal.Same);
        }

        var result = await portal.MovePictureAsync(id, sha256, known, seen, Editor, cancellationToken);
        return result.Refusal is { } why ? Refused("edit.pics", why) : new(true, "edit.pics.arranged");
    }

    private static EditAnswer Refused(string what, EditRefusal why) => new(false, $"{what}.{Words.Of(why)}") { Most = EditPictures.Most, Why = why };

    private Editor Editor => new(doer.Now, http.HttpContext!.User.Role() is { } role ? Words.Of(role) : "");

    private static string WordOf(PictureProblem problem) => problem switch
    {
        PictureProblem.TooManyPixels => "pixels",
        PictureProblem.Animated => "animated",
        PictureProblem.Cut => "cut",
        _ => "unreadable",
    };
}
