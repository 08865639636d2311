using Microsoft.AspNetCore.Http;
using OcopMarket.Core.Catalog.Editing;
using OcopMarket.Data.Catalog.Editing;
using OcopMarket.Sources.Normalising;
using OcopMarket.Web.Parts;

namespace OcopMarket.Web.Editing;

/// <summary>One field of the form: what is typed in it, and how that reads.</summary>
/// <param name="Id">Its name without the letter that says what is sent: <c>name</c>, <c>12.price</c>.</param>
/// <param name="Seen">Mark of the stored value that the form shows.</param>
public sealed record EditInput(string Id, EditPart Part, FieldStanding Standing, string Typed, EditValue Value, FormProblem? Problem, string Seen, bool TakeBack)
{
    public EditField Field => Standing.Field;

    /// <summary>What is stored now and was not when the form was opened; the form says something else.</summary>
    public EditValue? Theirs { get; init; }

    /// <summary>What would hold once this is saved.</summary>
    public EditValue Becomes => TakeBack && Standing.IsSet ? Standing.Listed?.Value ?? EditValue.None : Problem is null ? Value : Standing.Value;
}

/// <summary>The form of a product: a field for each that a person may set, of the product and of each variant.</summary>
public sealed class ProductForm
{
    private const string Typed = "f.";
    private const string Mark = "s.";
    private const string Back = "b.";
    private const string YesBack = "1";

    private ProductForm(List<EditInput> inputs) => Inputs = inputs;

    public IReadOnlyList<EditInput> Inputs { get; }
    public bool HasProblem => Inputs.Any(i => i.Problem is not null);
    public IEnumerable<EditInput> Conflicts => Inputs.Where(i => i.Theirs is not null);

    /// <summary>As stored.</summary>
    public static ProductForm Of(EditProduct product) => new([.. All(product, (id, part, standing) =>
        new EditInput(id, part, standing, standing.Value.Shown(standing.Field.Kind), standing.Value, null, standing.Value.Mark, false))]);

    /// <summary>As sent. A field that is not in it stands as it is.</summary>
    public static ProductForm Of(EditProduct product, IFormCollection sent)
    {
        var inputs = All(product, (id, part, standing) => sent.TryGetValue(Typed + id, out var typed)
            ? Read(id, part, standing, typed.ToString(), sent[Mark + id].ToString(), sent[Back + id] == YesBack)
            : new EditInput(id, part, standing, standing.Value.Shown(standing.Field.Kind), standing.Value, null, standing.Value.Mark, false)).ToList();
        for (var i = 0; i < inputs.Count; i++)
        {
            if (Days(inputs, inputs[i]) is { } wrong)
            {
                inputs[i] = inputs[i] with { Problem = wrong };
            }
        }

        return new(inputs);
    }

    public IReadOnlyList<FieldWish> Wishes() => [.. Inputs.Select(i => new FieldWish(i.Part.Key, i.Field, i.Value, i.Seen, i.TakeBack))];

    /// <summary>With what others wrote meanwhile beside it. Sent once more it holds: who sends it has seen both.</summary>
    public ProductForm With(IReadOnlyList<EditConflict> conflicts) => new([.. Inputs.Select(i =>
        conflicts.FirstOrDefault(c => c.Part == i.Part.Key && c.Field == i.Field) is { } c ? i with { Theirs = c.Theirs, Seen = c.Theirs.Mark } : i)]);

    public IEnumerable<EditInput> Of(EditPart part) => Inputs.Where(i => i.Part.Key == part.Key);

    private static EditInput Read(string id, EditPart part, FieldStanding standing, string typed, string seen, bool back)
    {
        var (value, problem) = FormReading.Read(standing.Field, typed);
        if (problem is null && standing.Field.Required && value.Text is null)
        {
            problem = new("name_missing", "Anh/chị ghi tên sản phẩm.", "Write the product's name.");
        }

        return new(id, part, standing, typed, value, back ? null : problem, seen, back);
    }

    private static FormProblem? Days(List<EditInput> inputs, EditInput input) =>
        input is { Field.Name: "saleTo", Problem: null } && input.Becomes.Day is { } to
            && inputs.Find(o => o.Part.Key == input.Part.Key && o.Field.Name == "saleFrom")?.Becomes.Day > to
            ? new("date_order", "Ngày cuối đứng trước ngày đầu của đợt giảm giá. Anh/chị sửa lại.", "The sale ends before it begins. Correct the days.")
            : null;

    private static IEnumerable<EditInput> All(EditProduct product, Func<string, EditPart, FieldStanding, EditInput> make) =>
        product.Parts.SelectMany(part => part.Fields.Select(standing => make(Id(part, standing.Field), part, standing)));

    private static string Id(EditPart part, EditField field) => part.Key.Length == 0 ? field.Name : $"{Urls.Text(part.Id)}.{field.Name}";
}
