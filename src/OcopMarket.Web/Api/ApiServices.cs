using System.Text.Encodings.Web;
using System.Text.Json.Serialization;
using System.Text.Unicode;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;
using OcopMarket.Data.People;
using OcopMarket.Data.Reading.Feeds;

namespace OcopMarket.Web.Api;

internal static class ApiServices
{
    private const string Scheme = "key";

    public static IServiceCollection AddApi(this IServiceCollection services)
    {
        services.AddAuthentication().AddScheme<AuthenticationSchemeOptions, ApiKeyHandler>(ApiKeyHandler.KeyScheme, null);
        services.AddSingleton<ApiKeyStore>().AddSingleton<ApiLimits>().AddSingleton<ApiShapes>().AddScoped<ApiKeyDesk>();
        services.AddSingleton<ProductFeed>().AddSingleton<ListingFeed>().AddSingleton<AccountFeed>().AddSingleton<IssueFeed>();
        services.ConfigureHttpJsonOptions(o =>
        {
            o.SerializerOptions.Encoder = JavaScriptEncoder.Create(UnicodeRanges.All);
            o.SerializerOptions.NumberHandling = JsonNumberHandling.Strict;
        });
        services.AddOpenApi(ApiEndpoints.Version, Describe);
        return services;
    }

    /// <summary>The document is made from the running endpoints; what they read from the address stands beside each.</summary>
    private static void Describe(OpenApiOptions options)
    {
        options.ShouldInclude = d => $"/{d.RelativePath}".StartsWith($"{ApiAnswers.Root}/{ApiEndpoints.Version}/", StringComparison.Ordinal);
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new()
            {
                Title = "OcopMarket",
                Version = ApiEndpoints.Version,
                Description = "Products, listings, shops, runs and issues, to be read with a key: Authorization: Bearer ocop_... Lists come in parts; "
                    + "give back what an answer has as next. Times are UTC, money is whole dong. Errors are RFC 9457 problems with a code that stays.",
            };
            document.Components ??= new();
            document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>(StringComparer.Ordinal)
            {
                [Scheme] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer" },
            };
            document.Security = [new() { [new OpenApiSecuritySchemeReference(Scheme, document)] = [] }];
            return Task.CompletedTask;
        });
        options.AddOperationTransformer((operation, context, _) =>
        {
            var parameters = context.Description.ActionDescriptor.EndpointMetadata.OfType<ApiParameters>().Single();
            operation.Parameters = [.. operation.Parameters ?? [], .. parameters.All.Select(Of)];
            return Task.CompletedTask;
        });
    }

    private static OpenApiParameter Of(ApiParameter parameter) => new()
    {
        Name = parameter.Name,
        In = ParameterLocation.Query,
        Description = parameter.Description,
        Schema = parameter.Kind switch
        {
            ApiParameterKind.Number => new OpenApiSchema { Type = JsonSchemaType.Integer, Format = "int64", Minimum = "0" },
            ApiParameterKind.Size => new OpenApiSchema
            {
                Type = JsonSchemaType.Integer,
                Format = "int32",
                Minimum = "1",
                Maximum = $"{ApiQuery.MostRows}",
                Default = ApiQuery.UsualRows,
            },
            ApiParameterKind.Flag => new OpenApiSchema { Type = JsonSchemaType.Boolean },
            ApiParameterKind.Word => new OpenApiSchema { Type = JsonSchemaType.String, Enum = [.. parameter.Words!] },
            _ => new OpenApiSchema { Type = JsonSchemaType.String, MinLength = 1, MaxLength = ApiQuery.LongestText },
        },
    };
}
