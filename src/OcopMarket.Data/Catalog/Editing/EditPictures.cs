using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Npgsql;
using OcopMarket.Core.Catalog.Pictures;

namespace OcopMarket.Data.Catalog.Editing;

/// <summary>A picture that was looked through and may be stored.</summary>
public sealed record NewPicture(string Sha256, PictureFile File)
{
    /// <returns>Null together with the problem.</returns>
    public static NewPicture? Of(ReadOnlySpan<byte> bytes, out PictureProblem problem) =>
        PictureFile.Clean(bytes, out problem) is { } file ? new(Convert.ToHexStringLower(SHA256.HashData(file.Bytes)), file) : null;
}

public enum PictureMove { Earlier, Later, Remove, BackToLists }

/// <summary>Pictures that people add, put in order and take away. A list's picture stays unless somebody took it away; a later one of a list comes
/// behind.</summary>
public static class EditPictures
{
    /// <summary>Of one product.</summary>
    public const int Most = 20;

    internal static readonly string[] Columns = ["images", "image_order", "images_removed"];

    /// <summary>Behind what is shown. What is refused is neither stored nor counted.</summary>
    /// <param name="count">Counts the bytes of each picture that is stored; what it throws leaves nothing behind.</param>
    public static Task<EditResult> AddAsync(
        NpgsqlTransaction transaction, long id, IReadOnlyList<NewPicture> pictures, Editor by, Func<int, Task> count, CancellationToken cancellationToken) =>
        ChangeAsync(
            transaction, id, by, null, shown => [.. shown, .. pictures.Select(p => p.Sha256).Except(shown)],
            async shown =>
            {
                foreach (var picture in pictures.DistinctBy(p => p.Sha256).ExceptBy(shown, p => p.Sha256))
                {
                    await count(picture.File.Bytes.Length);
                    await StoreAsync(transaction, picture, cancellationToken);
                }
            },
            cancellationToken);

    /// <param name="seen"><see cref="EditProduct.PicturesMark"/> of what the page showed.</param>
    public static Task<EditResult> MoveAsync(
        NpgsqlTransaction transaction, long id, string sha256, PictureMove move, string seen, Editor by, CancellationToken cancellationToken) =>
        ChangeAsync(transaction, id, by, seen, shown => Moved(shown, sha256, move), _ => Task.CompletedTask, cancellationToken);

    private static string[]? Moved(string[] shown, string sha256, PictureMove move)
    {
        if (move == PictureMove.BackToLists)
        {
            return null;
        }

        var at = Array.IndexOf(shown, sha256);
        var to = move == PictureMove.Earlier ? at - 1 : at + 1;
        if (at < 0 || (move != PictureMove.Remove && (to < 0 || to >= shown.Length)))
        {
            return shown;
        }

        var order = shown.ToList();
        order.RemoveAt(at);
        if (move != PictureMove.Remove)
        {
            order.Insert(to, sha256);
        }

        return [.. order];
    }

    /// <param name="arrange">From what is shown to what shall be; null: as the lists have it.</param>
    /// <param name="store">Done once it is decided that there is a new version.</param>
    private static async Task<EditResult> ChangeAsync(
        NpgsqlTransaction transaction, long id, Editor by, string? seen, Func<string[], string[]?> arrange, Func<string[], Task> store,
        CancellationToken cancellationToken)
    {
        if (await ProductEdits.BeginAsync(transaction, id, cancellationToken) is not { GoneAt: null } product)
        {
            return EditResult.Refused(EditRefusal.Gone);
        }

        if (seen is not null && seen != product.PicturesMark)
        {
            return EditResult.Refused(EditRefusal.Changed);
        }

        string[] shown = [.. product.Pictures.Select(p => p.Sha256)];
        var states = product.States.Copy();
        var wanted = arrange(shown);
        if (wanted is not null)
        {
            if (wanted.Length > Most || wanted.SequenceEqual(shown))
            {
                return EditResult.Refused(wanted.Length > Most ? EditRefusal.TooMany : EditRefusal.Same);
            }

            var uploaded = product.Pictures.Where(p => p.IsUploaded).Select(p => p.Sha256).ToHashSet(StringComparer.Ordinal);
            var listed = shown.Where(s => !uploaded.Contains(s)).ToHashSet(StringComparer.Ordinal);
            Put(states, "images", wanted.Where(s => !listed.Contains(s)));
            Put(states, "image_order", wanted);
            Put(states, "images_removed", states.Strings("images_removed").Union(shown).Except(wanted));
        }
        else if (!Columns.Aggregate(false, (any, column) => states.Product.Remove(column) || any))
        {
            return EditResult.Refused(EditRefusal.Same);
        }

        await store(shown);
        var change = new EditChange("images", null, $"{shown.Length}", wanted is null ? null : $"{wanted.Length}", wanted is null);
        return new(await ProductEdits.WriteAsync(transaction, product, states, new("pictures", [change]), by, cancellationToken), null);
    }

    private static Task StoreAsync(NpgsqlTransaction transaction, NewPicture picture, CancellationToken cancellationToken)
    {
        var (header, bytes) = (picture.File.Header, picture.File.Bytes);
        return ProductEdits.RunAsync(
            transaction, EditSql.AddPicture,
            new { sha = picture.Sha256, type = header.ContentType, width = header.Width, height = header.Height, size = bytes.Length, bytes }, cancellationToken);
    }

    private static void Put(EditStates states, string column, IEnumerable<string> hashes)
    {
        if (hashes.ToArray() is { Length: > 0 } some)
        {
            states.Product[column] = new JsonArray([.. some.Select(s => (JsonNode?)s)]);
        }
        else
        {
            states.Product.Remove(column);
        }
    }
}
