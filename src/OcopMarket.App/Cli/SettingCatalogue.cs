namespace OcopMarket.App.Cli;

internal enum SettingKind { Text, Number, Duration, Address, Day, Secret, Connection, Switch, Word }

/// <param name="Key">Path with colons; in the environment the colons are two underscores.</param>
/// <param name="Description">What it does, with its unit.</param>
/// <param name="Otherwise">What holds when no layer says anything; null: nothing.</param>
internal sealed record SettingEntry(string Key, SettingKind Kind, string Description, string? Otherwise = null)
{
    public long Least { get; init; }
    public long Most { get; init; } = long.MaxValue;

    /// <summary>The words that may stand there.</summary>
    public IReadOnlyList<string> Words { get; init; } = [];
}

/// <summary>Every setting that the program reads, for <c>config</c> and for the check at start.</summary>
internal static class SettingCatalogue
{
    /// <summary>Sections of ours; the rest of the environment is nobody's business.</summary>
    public static IReadOnlyList<string> Sections { get; } = ["Database", "Web", "SignIn", "OpenId", "Mail", "Worker", "Guard", "Sandbox", "AutoMapper", "Metrics", "Daily", "Webhooks", "Retention", "Vault", "Fetch", "Logging", "Marketplaces"];

    private static readonly IReadOnlyList<SettingEntry> _program =
    [
        new("Database:ConnectionString", SettingKind.Connection, "PostgreSQL, as the owner of the tables: for migrate, backup and restore; no string at all: an embedded server in the data folder"),
        new("Database:ConnectionStringFile", SettingKind.Text, "file that holds it; goes before the string, here and below"),
        new("Database:WorkerConnectionString", SettingKind.Connection, "the same as the login of the workers and the commands, with the role ocop_worker"),
        new("Database:WorkerConnectionStringFile", SettingKind.Text, "file that holds it"),
        new("Database:WebConnectionString", SettingKind.Connection, "the same as the login of the pages, with the role ocop_web"),
        new("Database:WebConnectionStringFile", SettingKind.Text, "file that holds it"),
        new("Database:ReadOnlyConnectionString", SettingKind.Connection, "the same as a login for reports of other programs, with the role ocop_readonly; only migrate reads it"),
        new("Database:ReadOnlyConnectionStringFile", SettingKind.Text, "file that holds it"),
        new("Database:Binaries", SettingKind.Text, "folder of PostgreSQL's programs for the embedded server; empty: found or fetched"),
        new("Web:Port", SettingKind.Number, "TCP port of the pages", "5080") { Least = 0, Most = 65535 },
        new("Web:Listen", SettingKind.Text, "IP address of this machine on which the pages answer; another than loopback needs TLS", "127.0.0.1"),
        new("Web:PublicUrl", SettingKind.Address, "address that people and marketplaces use, https unless on this machine; links in mails lead there; empty: the pages' own"),
        new("Web:KnownProxies", SettingKind.Text, "reverse proxies whose X-Forwarded-For and -Proto are believed: IP addresses or networks with commas; empty: nobody's"),
        new("Web:CertificateFile", SettingKind.Text, "certificate (.pfx, or .pem beside Web:CertificateKeyFile) with which the pages answer over TLS themselves"),
        new("Web:CertificateKeyFile", SettingKind.Text, "its private key, where the certificate is a .pem"),
        new("Web:CertificatePassword", SettingKind.Secret, "what opens the .pfx; empty: nothing is needed"),
        new("Web:RequestsPerMinute", SettingKind.Number, "requests a minute of one person, or of one address that has not signed in", "1200") { Least = 30, Most = 1_000_000 },
        new("Api:RequestsPerMinute", SettingKind.Number, "requests a minute with one key of the API", "300") { Least = 1, Most = 1_000_000 },
        new("Api:RequestsPerAddress", SettingKind.Number, "requests a minute to the API from one address, with whatever keys", "600") { Least = 1, Most = 1_000_000 },
        new("Api:Longest", SettingKind.Duration, "after so long the database breaks a request to the API off, hh:mm:ss", "00:00:05"),
        new("Daily:FilesOfBusiness", SettingKind.Number, "files a day that the people of one business may hand in together", "20") { Least = 0, Most = 100_000 },
        new("Daily:MegabytesOfBusiness", SettingKind.Number, "the same in MB (1,000,000 bytes)", "100") { Least = 0, Most = 1_000_000 },
        new("Daily:FilesOfPerson", SettingKind.Number, "files a day that one person of the staff may hand in", "500") { Least = 0, Most = 100_000 },
        new("Daily:MegabytesOfPerson", SettingKind.Number, "the same in MB", "2000") { Least = 0, Most = 1_000_000 },
        new("Daily:RequestsOfBusiness", SettingKind.Number, "requests about personal data a day of one business", "10") { Least = 0, Most = 100_000 },
        new("Daily:RequestsOfPerson", SettingKind.Number, "the same that one person of the staff may write down", "200") { Least = 0, Most = 100_000 },
        new("Daily:PlansOfBusiness", SettingKind.Number, "plans of what to do with listings a day that the people of one business may make together", "100") { Least = 0, Most = 100_000 },
        new("Daily:ThousandLinesOfBusiness", SettingKind.Number, "products in these plans a day, in thousands, each counted on each marketplace", "20") { Least = 0, Most = 1_000_000 },
        new("Daily:PlansOfPerson", SettingKind.Number, "plans a day that one person of the staff may make", "200") { Least = 0, Most = 100_000 },
        new("Daily:ThousandLinesOfPerson", SettingKind.Number, "products in them, in thousands, each counted on each marketplace", "100") { Least = 0, Most = 1_000_000 },
        new("Daily:Copies", SettingKind.Number, "copies of somebody's data a day that one business, or one admin, may download", "20") { Least = 0, Most = 100_000 },
        new("Webhooks:ShopPerMinute", SettingKind.Number, "callbacks a minute about one shop, per process; more are answered 429", "600") { Least = 1, Most = 10_000_000 },
        new("Webhooks:MarketplacePerMinute", SettingKind.Number, "the same of one marketplace; what a shop is refused does not count", "60000") { Least = 1, Most = 100_000_000 },
        new("Webhooks:ShopMegabytes", SettingKind.Number, "MB a day that are stored of what one shop tells, over all processes", "5") { Least = 1, Most = 1_000_000 },
        new("Webhooks:MarketplaceMegabytes", SettingKind.Number, "the same of one marketplace", "2000") { Least = 1, Most = 1_000_000 },
        new("Web:JobsReadOnly", SettingKind.Switch, "whether admins only look at the jobs at /hang-fire: true or false", "true"),
        .. SignIn(),
        new("Worker:Lease", SettingKind.Duration, "how long a worker holds a shop for one call; longer than any CallTimeout, hh:mm:ss", "00:01:00"),
        new("Worker:TakeDown", SettingKind.Duration, "how long the shops have to take down the items of somebody whose data are erased, d.hh:mm:ss", "20:00:00"),
        new("Worker:DeleteAfter", SettingKind.Duration, "between the hiding of an item whose product is gone and its deletion, d.hh:mm:ss", "7.00:00:00"),
        new("Guard:PriceFactor", SettingKind.Number, "a price so many times dearer or cheaper than a week ago waits for a person", "5") { Least = 2, Most = 100 },
        new("Guard:Items", SettingKind.Number, "more than so many items that run out or are taken down at once wait for a person ...", "20") { Least = 1, Most = 10_000 },
        new("Guard:SharePercent", SettingKind.Number, "... when they are more than this share of the source's or the shop's, %", "5") { Least = 1, Most = 50 },
        new("Sandbox:FirstPort", SettingKind.Number, "first TCP port of the simulated marketplaces", "5091") { Least = 0, Most = 65535 },
        new("Metrics:Enabled", SettingKind.Switch, "whether /metrics answers, in Prometheus' format: true or false", "false"),
        new("Metrics:Token", SettingKind.Secret, "what who asks for /metrics must carry (Authorization: Bearer ...), at least 16 characters; empty: this machine only") { Least = 16 },
        new("Retention:WebhookDays", SettingKind.Number, "how long a callback is known as received; longer than any CallbackWindow, days", "30") { Least = 2, Most = 3650 },
        new("Retention:AnswerDays", SettingKind.Number, "how long platforms' own words in answers are kept, days", "30") { Least = 1, Most = 3650 },
        new("Retention:HistoryDays", SettingKind.Number, "how long calls, timelines, closed issues and rejected rows are kept, days", "180") { Least = 7, Most = 3650 },
        new("Retention:AuditDays", SettingKind.Number, "how long evidence is kept: former records, states of shops, releases, days", "731") { Least = 30, Most = 36500 },
        new("Retention:UploadDays", SettingKind.Number, "how long a picture is kept that nothing shows any more, days", "90") { Least = 1, Most = 3650 },
        new("Vault:Address", SettingKind.Address, "HashiCorp Vault that holds the key-encryption key; empty: the key file of the data folder"),
        new("Vault:TokenFile", SettingKind.Text, "file that holds Vault's token; read anew for every call"),
        new("Vault:Mount", SettingKind.Text, "path of Vault's transit engine", "transit"),
        new("Vault:Key", SettingKind.Text, "name of the key there, of type aes256-gcm96", "ocopmarket"),
        new("Vault:KeyStay", SettingKind.Duration, "how long an opened data key stays in memory, hh:mm:ss", "00:05:00"),
        new("Fetch:HttpHosts", SettingKind.Text, "hosts, with commas between, whose pictures may be fetched by http without s; empty: none"),
        new("Fetch:MaxBytes", SettingKind.Number, "longest fetched picture, bytes", "20971520") { Least = 1024, Most = 64 << 20 },
        new("Fetch:Deadline", SettingKind.Duration, "longest time of one fetch, hh:mm:ss", "00:00:20"),
        new("Fetch:PicturesPerRun", SettingKind.Number, "pictures fetched in one run of a source", "5000") { Least = 0, Most = 1_000_000 },
        new("Fetch:BytesPerRun", SettingKind.Number, "bytes fetched in one run of a source", "2147483648") { Least = 0, Most = 1L << 40 },
        new("Fetch:FailuresPerHost", SettingKind.Number, "a server that failed so often in a row is left alone for the rest of the run", "5") { Least = 1, Most = 1_000 },
        new("Logging:Format", SettingKind.Word, "plain: lines for people; json: one object a line, with what it belongs to", "plain") { Words = ["plain", "json"] },
        new("AutoMapper:LicenseKey", SettingKind.Secret, "licence key of AutoMapper; empty: development and test only"),
    ];

    private static readonly IReadOnlyList<SettingEntry> _marketplace =
    [
        new("BaseUrl", SettingKind.Address, "address of the platform's API; https unless on this machine"),
        new("CallTimeout", SettingKind.Duration, "longest time of one call, hh:mm:ss", "00:00:15"),
        new("MaxResponseBytes", SettingKind.Number, "longest answer, bytes", "4194304") { Least = 1024, Most = 64 << 20 },
        new("SettlingTime", SettingKind.Duration, "after this time a look-up that finds nothing proves that nothing is there, hh:mm:ss", "00:01:00"),
        new("ReviewUsually", SettingKind.Duration, "usual time of a review; past it staff ask, hh:mm:ss"),
        new("PollMoving", SettingKind.Duration, "time between two readings of a listing that moves, hh:mm:ss"),
        new("PollResting", SettingKind.Duration, "time between two readings of a listing at rest, hh:mm:ss"),
        new("Drift:Price", SettingKind.Text, "when somebody changed the price over there: ask, ours or theirs", "ask"),
        new("Drift:Stock", SettingKind.Text, "when it is sold out over there and we have goods: ask or ours", "ask"),
        new("Drift:Hidden", SettingKind.Text, "when somebody hid it over there: ask, ours or theirs", "ask"),
        new("AcceptedBy", SettingKind.Text, "who accepted that a provisional contract is used on a real host"),
        new("AcceptedOn", SettingKind.Day, "when that was accepted, yyyy-MM-dd"),
    ];

    public static IEnumerable<SettingEntry> Of(IEnumerable<string> marketplaces) =>
        [.. _program, .. marketplaces.SelectMany(OfMarketplace)];

    private static IEnumerable<SettingEntry> SignIn() =>
    [
        new("SignIn:HashRounds", SettingKind.Number, "rounds of PBKDF2-SHA512 for a password; stored ones follow at the next sign-in", "210000") { Least = 1000, Most = 10_000_000 },
        new("SignIn:Idle", SettingKind.Duration, "a session without a request for so long is over, hh:mm:ss", "01:00:00"),
        new("SignIn:Absolute", SettingKind.Duration, "a session is over so long after it began, hh:mm:ss", "12:00:00"),
        new("SignIn:Remembered", SettingKind.Duration, "in the place of both for people of a business who ask for it, d.hh:mm:ss", "14.00:00:00"),
        new("SignIn:MostTries", SettingKind.Number, "after so many wrong tries in a row a name waits for SignIn:LockFor", "5") { Least = 3, Most = 100 },
        new("SignIn:LockFor", SettingKind.Duration, "how long it waits, hh:mm:ss", "00:15:00"),
        new("SignIn:TriesPerAddress", SettingKind.Number, "tries to sign in a minute from one address", "30") { Least = 5, Most = 100_000 },
        new("SignIn:TriesInAll", SettingKind.Number, "tries to sign in a minute of everybody together, per process", "300") { Least = 10, Most = 1_000_000 },
        new("SignIn:ProofHolds", SettingKind.Duration, "for so long after a proof nobody is asked again before a sensitive change, hh:mm:ss", "00:10:00"),
        new("SignIn:InvitationHolds", SettingKind.Duration, "how long an invitation can be taken up, d.hh:mm:ss", "7.00:00:00"),
        new("SignIn:ResetHolds", SettingKind.Duration, "how long a link to a new password works, hh:mm:ss", "01:00:00"),
        new("OpenId:Authority", SettingKind.Address, "directory with which people sign in by OpenID Connect, https unless on this machine; empty: none"),
        new("OpenId:ClientId", SettingKind.Text, "id under which the directory knows this portal"),
        new("OpenId:ClientSecret", SettingKind.Secret, "what the directory gave for it; better in a file"),
        new("OpenId:ClientSecretFile", SettingKind.Text, "file that holds it, for its owner alone (chmod 600); goes before the secret"),
        new("OpenId:Name", SettingKind.Text, "what the button of the sign-in page calls it; empty: a general word"),
        new("OpenId:Trust", SettingKind.Text, "answers that count as a second factor, with commas, such as amr:mfa or acr:VALUE; empty: ours is asked"),
        new("OpenId:MatchBy", SettingKind.Word, "what finds a person the first time: the verified address of mail, or the subject where that is the login", "email") { Words = ["email", "sub"] },
        new("Mail:Host", SettingKind.Text, "SMTP server for invitations, new passwords and warnings; empty: admins hand links over themselves"),
        new("Mail:Port", SettingKind.Number, "its TCP port", "587") { Least = 1, Most = 65535 },
        new("Mail:Security", SettingKind.Word, "starttls (demanded), tls from the first byte, or none", "starttls") { Words = ["starttls", "tls", "none"] },
        new("Mail:User", SettingKind.Text, "login there; empty: none is needed"),
        new("Mail:Password", SettingKind.Secret, "its password"),
        new("Mail:From", SettingKind.Text, "address of the sender"),
        new("Mail:Warnings", SettingKind.Switch, "whether people are told by mail that a shop's consent ends or was refused: true or false", "true"),
    ];

    private static IEnumerable<SettingEntry> Limit(string name) =>
    [
        new($"Limits:{name}:PerSecond", SettingKind.Number, "calls a second that the platform grants; empty: as in its file") { Least = 1 },
        new($"Limits:{name}:Burst", SettingKind.Number, "calls at once that the platform grants; empty: as in its file") { Least = 1 },
    ];

    private static IEnumerable<SettingEntry> OfMarketplace(string key)
    {
        IEnumerable<SettingEntry> own = key switch
        {
            "postmart" =>
            [
                new("CallbackPublicKey", SettingKind.Text, "the platform's public key (PEM) for callbacks; empty: every callback is refused"),
                .. Limit("partner"),
                .. Limit("shop"),
                new("CallbackWindow", SettingKind.Duration, "how old a callback may be, hh:mm:ss", "01:15:00"),
            ],
            "voso" => [.. Limit("login"), .. Limit("create"), new("SlowDown", SettingKind.Duration, "pause after an answer 429, which names no time, hh:mm:ss", "00:00:02")],
            "woocommerce" =>
            [
                .. Limit("shop"),
                new("WebhookSecret", SettingKind.Secret, "what every shop's own webhook secret is made from; empty: every webhook is refused"),
                new("WebhookWindow", SettingKind.Duration, "how old the change may be that a webhook tells of, hh:mm:ss", "01:15:00"),
            ],
            "shopee" =>
            [
                .. Limit("shop"),
                .. Limit("partner"),
                new("ConsentUrl", SettingKind.Address, "where owners of shops consent; the partner id and key are no settings but ./run vault partner", "https://open.shopee.com/auth"),
                new("ItemUrl", SettingKind.Address, "where buyers find an item: shop and item are written behind it", "https://shopee.vn/product"),
                new("NoBrand", SettingKind.Text, "what a product without a brand is sent as", "NoBrand"),
                new("PushUrl", SettingKind.Address, "the push address exactly as it stands in Shopee's console; empty: every push is refused"),
                new("PushKey", SettingKind.Secret, "the push partner key of Shopee's console, else the partner key; empty: every push is refused"),
                new("PushWindow", SettingKind.Duration, "how old a push may be, hh:mm:ss", "04:00:00"),
            ],
            "lazada" =>
            [
                .. Limit("shop"),
                .. Limit("app"),
                new("AuthUrl", SettingKind.Address, "where owners of shops consent and tokens are given; the app key and secret are no settings but ./run vault partner", "https://auth.lazada.com"),
                new("NoBrand", SettingKind.Text, "what a product without a brand is sent as, by name", "No Brand"),
                new("NoBrandId", SettingKind.Text, "the same by Lazada's id, which then is sent instead of the name"),
                new("PartnerTag", SettingKind.Text, "sent as partner_id with each call; empty: nothing is sent. Set it when Lazada answers MissingPartner"),
                new("PushApp", SettingKind.Text, "the app key that pushes are signed over; empty: every push is refused"),
                new("PushKey", SettingKind.Secret, "the app secret that pushes are signed with; empty: every push is refused"),
                new("PushWindow", SettingKind.Duration, "how old a push may be, hh:mm:ss", "07:00:00"),
                .. Enumerable.Range(1, 26).Select(set => new SettingEntry(
                    $"Categories:{set}", SettingKind.Text, $"Lazada's leaf category of criteria set {set}, an id of its category tree; empty: products of the set are not offered there")),
            ],
            _ => [],
        };
        return _marketplace.Concat(own).Select(e => e with { Key = $"Marketplaces:{key}:{e.Key}" });
    }
}
