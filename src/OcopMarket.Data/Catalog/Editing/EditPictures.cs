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

    /// <returns>The new version; null: no such product, nothing new, or more than <see cref="Most"/>.</returns>
    public static async Task<int?> AddAsync(
        NpgsqlTransaction transaction, long id, IReadOnlyList<NewPicture> pictures, Editor by, CancellationToken cancellationToken)
    {
        foreach (var picture in pictures)
        {
            var header = picture.File.Header;
            await ProductEdits.RunAsync(
                transaction, EditSql.AddPicture,
                new { sha = picture.Sha256, type = header.ContentType, width = header.Width, height = header.Height, size = picture.File.Bytes.Length, bytes = picture.File.Bytes },
                cancellationToken);
        }

        return await ChangeAsync(transaction, id, by, shown => [.. shown, .. pictures.Select(p => p.Sha256).Except(shown)], cancellationToken);
    }

    /// <inheritdoc cref="AddAsync"/>
    public static Task<int?> MoveAsync(
        NpgsqlTransaction transaction, long id, string sha256, PictureMove move, Editor by, CancellationToken cancellationToken) =>
        ChangeAsync(transaction, id, by, shown => Moved(shown, sha256, move), cancellationToken);

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
    private static async Task<int?> ChangeAsync(
        NpgsqlTransaction transaction, long id, Editor by, Func<string[], string[]?> arrange, CancellationToken cancellationToken)
    {
        if (await ProductEdits.BeginAsync(transaction, id, cancellationToken) is not { GoneAt: null } product)
        {
            return null;
        }

        string[] shown = [.. product.Pictures.Select(p => p.Sha256)];
        var states = product.States.Copy();
        if (arrange(shown) is { } wanted)
        {
            if (wanted.Length > Most || wanted.SequenceEqual(shown))
            {
                return null;
            }

            var uploaded = product.Pictures.Where(p => p.IsUploaded).Select(p => p.Sha256).ToHashSet(StringComparer.Ordinal);
            var listed = shown.Where(s => !uploaded.Contains(s)).ToHashSet(StringComparer.Ordinal);
            Put(states, "images", wanted.Where(s => !listed.Contains(s)));
            Put(states, "image_order", wanted);
            Put(states, "images_removed", states.Strings("images_removed").Union(shown).Except(wanted));
        }
        else if (!Columns.Aggregate(false, (any, column) => states.Product.Remove(column) || any))
        {
            return null;
        }

        var count = arrange(shown)?.Length;
        return await ProductEdits.WriteAsync(
            transaction, product, states, new("pictures", [new("images", null, $"{shown.Length}", count is { } n ? $"{n}" : null, count is null)]), by, cancellationToken);
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
