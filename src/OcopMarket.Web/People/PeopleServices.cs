using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using OcopMarket.Data.People;
using OcopMarket.Data.Reading;
using OcopMarket.Web.Hosting;
using OcopMarket.Web.People.Mail;

namespace OcopMarket.Web.People;

internal static class PeopleServices
{
    /// <summary>Needs <see cref="PortalDatabase"/> and <see cref="RingKey"/> among the services.</summary>
    public static IServiceCollection AddPeople(this IServiceCollection services, PortalSettings settings)
    {
        services.AddSingleton(settings).AddSingleton<CookieNames>().AddSingleton<PortalAddress>();
        services.AddDbContext<PeopleDb>((provider, options) => options.UseNpgsql(provider.GetRequiredService<PortalDatabase>().Source));
        AddRing(services);
        AddIdentity(services, settings);
        services.AddSingleton<SessionStore>().AddSingleton<TryStore>().AddSingleton<LinkStore>().AddSingleton<ReachQueries>();
        services.AddSingleton<Doer>().AddSingleton<PeopleAudit>().AddSingleton<IAuthorizationMiddlewareResultHandler, RefusalAudit>();
        services.AddSingleton<SessionCookie>().AddSingleton<HalfWay>().AddSingleton<TryLimits>().AddSingleton<Decoy>();
        services.AddScoped<SignInDesk>().AddScoped<AccountDesk>().AddScoped<PeopleDesk>();
        services.AddScoped(p => new FirstStart(
            p.GetRequiredService<UserManager<Person>>(), p.GetRequiredService<PeopleDesk>(), p.GetRequiredService<LinkStore>(),
            p.GetRequiredService<PortalAddress>(), p.GetRequiredService<TimeProvider>()));
        services.AddSingleton<IReaderScope, RequestReaderScope>();
        services.AddSingleton<ForgottenPasswords>();
        services.AddHostedService(p => p.GetRequiredService<ForgottenPasswords>());
        AddMail(services, settings);
        services.AddAuthentication(SessionCookie.Scheme).AddCookie(SessionCookie.Scheme);
        services.AddSingleton<IConfigureOptions<CookieAuthenticationOptions>, SessionCookieOptions>();
        AddOpenId(services, settings.OpenId);
        Policies.Add(services.AddAuthorizationBuilder());
        return services;
    }

    private static void AddOpenId(IServiceCollection services, OpenIdSettings? directory)
    {
        if (directory is null)
        {
            return;
        }

        services.AddScoped<OpenIdDesk>().AddSingleton(directory);
        services.AddSingleton<IConfigureOptions<OpenIdConnectOptions>, OpenIdOptions>();
        services.AddSingleton<IPostConfigureOptions<OpenIdConnectOptions>, OpenIdConnectPostConfigureOptions>();
        services.AddAuthentication().AddRemoteScheme<OpenIdConnectOptions, OpenIdHandler>(OpenIdOptions.Scheme, null, _ => { });
    }

    private static void AddRing(IServiceCollection services)
    {
        services.AddDataProtection().SetApplicationName("ocopmarket").PersistKeysToDbContext<PeopleDb>();
        services.AddSingleton<IConfigureOptions<KeyManagementOptions>>(
            p => new ConfigureOptions<KeyManagementOptions>(o => o.XmlEncryptor = p.GetRequiredService<RingKey>()));
    }

    private static void AddIdentity(IServiceCollection services, PortalSettings settings)
    {
        services.AddIdentityCore<Person>();
        services.Configure<IdentityOptions>(o => o.Stores.SchemaVersion = IdentitySchemaVersions.Version3);
        services.Configure<PasswordHasherOptions>(o => o.IterationCount = settings.SignIn.HashRounds);
        services.AddSingleton<IPasswordHasher<Person>, PasswordHasher<Person>>();
        services.AddScoped<IUserStore<Person>, PersonStore>();
        services.AddScoped<ILookupNormalizer, LoginNormaliser>();
        services.AddScoped<IPasskeyHandler<Person>, PasskeyHandler<Person>>();
        for (var i = services.Count - 1; i >= 0; i--)
        {
            if (services[i].ServiceType == typeof(IPasswordValidator<Person>))
            {
                services.RemoveAt(i); // the framework's asks for kinds of letters
            }
        }

        services.AddScoped<IPasswordValidator<Person>, PasswordRules>();
        services.AddOptions<IdentityPasskeyOptions>().Configure<PortalAddress>((o, address) =>
        {
            o.ServerDomain = address.Root.Host;
            o.UserVerificationRequirement = "required";
            o.ResidentKeyRequirement = "required";
            o.ValidateOrigin = context => ValueTask.FromResult(!context.CrossOrigin && address.IsOrigin(context.Origin));
        });
    }

    private static void AddMail(IServiceCollection services, PortalSettings settings)
    {
        services.AddSingleton<PersonMails>();
        if (settings.Mail.Warnings && (settings.MailFolder is not null || settings.Mail.Host.Length > 0))
        {
            services.AddSingleton<ConsentMails>().AddSingleton<WarningMails>().AddHostedService(p => p.GetRequiredService<WarningMails>());
        }

        if (settings.MailFolder is { } folder)
        {
            services.AddSingleton(p => new FolderMailer(folder, p.GetRequiredService<TimeProvider>()));
            services.AddSingleton<IMailer>(p => p.GetRequiredService<FolderMailer>());
        }
        else if (settings.Mail.Host.Length > 0)
        {
            services.AddSingleton(settings.Mail).AddSingleton<IMailer, SmtpMailer>();
        }
        else
        {
            services.AddSingleton<IMailer, NoMailer>();
        }
    }
}
