using System.Text.Json;

namespace OcopMarket.Sandbox.Common;

internal sealed record PlatformContext(string Folder, SandboxSettings Settings, SandboxOptions Options);

internal sealed record SettingsRow(SandboxSettings Settings);

/// <summary>A write whose caller was told nothing and which lands only now.</summary>
internal sealed record LateCall(string Id, DateTimeOffset DueAt, CallRequest Request, bool Done = false);

/// <param name="Delivery">What is done to the answer on its way; null: it goes out as it is.</param>
internal sealed record Decision(Answer Answer, FaultRule? Delivery);

/// <summary>One simulated marketplace: its rules and its state, without the web server around it. Everything but
/// <see cref="WorkAsync"/> is called with <see cref="Gate"/> held.</summary>
internal abstract class Platform : IDisposable
{
    private readonly Table<SettingsRow> _settings;
    private readonly Table<LateCall> _late;
    private readonly TableIndex<LateCall> _lateOpen;

    protected Platform(PlatformContext context)
    {
        Context = context;
        Directory.CreateDirectory(context.Folder);
        Store = new MarketStore(Path.Combine(context.Folder, "journal.jsonl"));
        _settings = Store.Add<SettingsRow>("settings", _ => "1", told: false);
        _late = Store.Add<LateCall>("late", l => l.Id, told: false);
        _lateOpen = _late.IndexBy(l => l.Done ? null : "open");
        Faults = new FaultBook(Store);
    }

    public abstract string Key { get; }
    public abstract string Name { get; }
    public abstract SandboxApplication Application { get; }
    public abstract IEnumerable<ShopView> Shops { get; }
    public abstract IEnumerable<ItemView> Items { get; }

    public Lock Gate { get; } = new();
    public MarketStore Store { get; }
    public FaultBook Faults { get; }

    /// <summary>Of the key that callbacks are signed with; null where the platform signs nothing.</summary>
    public virtual string? PublicKeyPem => null;

    /// <summary>Known once the web server listens.</summary>
    public string BaseUrl { get; set; } = "";
    public SandboxSettings Settings => _settings.Find("1")?.Settings ?? Context.Settings;
    public DateTimeOffset Now => Context.Options.Time.GetUtcNow();
    protected PlatformContext Context { get; }
    protected TokenBuckets Buckets { get; } = new();

    /// <summary>Plays the journal back; on a first start opens the seeded shops and sets the demo's knobs.</summary>
    public void Open()
    {
        Store.Open();
        if (!Shops.Any() && !Faults.Active.Any() && Store.Calls.Count == 0)
        {
            Begin();
        }
    }

    /// <summary>What a call needs from elsewhere before it is decided, pictures that it names for example. Without the lock.</summary>
    public virtual Task<CallRequest> ReceiveAsync(CallRequest request, CancellationToken cancellationToken) => Task.FromResult(request);

    public Decision Decide(CallRequest request)
    {
        Advance();
        var call = Match(request) ?? new Call("unknown", false);
        var to = AddresseeOf(request);
        var fault = Faults.Draw(call, to, request, Settings.Seed);
        var (answer, landed) = Perform(call, request, fault);
        Store.Commit(new CallRecord(
            0, Now, request.Method, Logged(request), call.Name, to.Shop, answer.Http, answer.Error, landed, answer.Breach,
            fault is null ? null : JsonNamingPolicy.SnakeCaseLower.ConvertName(fault.Kind.ToString()), to.Skus));
        return new Decision(answer, fault);
    }

    /// <summary>Brings reviews, verifications and late writes up to now.</summary>
    public void Advance()
    {
        foreach (var late in _lateOpen["open"].Where(l => l.DueAt <= Now).ToList())
        {
            _late.Put(late with { Done = true });
            var request = late.Request with { Late = true };
            var answer = Handle(Match(request)!, request);
            var to = AddresseeOf(request);
            Store.Commit(new CallRecord(
                0, Now, request.Method, Logged(request), "late", to.Shop, answer.Http, answer.Error, Store.Landed, false,
                "late_landing", to.Skus));
        }

        AdvanceReviews();
        Store.Commit();
    }

    public void Change(SandboxSettings settings)
    {
        _settings.Put(new SettingsRow(settings));
        Store.Commit();
    }

    public void Reset()
    {
        Store.Reset();
        Buckets.Clear();
        Begin();
    }

    public void Dispose()
    {
        Store.Dispose();
        Close();
    }

    /// <summary>Calls out that this platform makes by itself (callbacks, fetched pictures): everything that is due,
    /// once.</summary>
    public abstract Task WorkAsync(CancellationToken cancellationToken);

    /// <summary>Opens a shop as post staff would, or changes the state of the one with this phone number.</summary>
    /// <param name="state">new, active, locked or closed.</param>
    public abstract ShopView OpenShop(SandboxShopSeed shop, string state);

    /// <summary>Answers for a reviewer.</summary>
    /// <param name="verdict">approve, reject, lock or unknown.</param>
    /// <returns>False when there is no such item.</returns>
    public abstract bool Moderate(string item, string verdict, string? reason);

    /// <summary>Files beside the API: a picture's bytes; null when there is none.</summary>
    public virtual (byte[] Bytes, string ContentType)? File(string path) => null;

    /// <summary>How a call's address stands in the log.</summary>
    protected virtual string Logged(CallRequest request) => request.PathAndQuery;

    protected abstract Call? Match(CallRequest request);
    protected abstract Addressee AddresseeOf(CallRequest request);
    protected abstract Answer Handle(Call call, CallRequest request);
    protected abstract Answer TooMany(int? retryAfter, bool breach);
    protected abstract Answer ServerError(int? http);
    protected abstract void EndToken(string token);
    protected abstract void AdvanceReviews();

    /// <summary>Lets go of what the platform holds besides its store.</summary>
    protected abstract void Close();

    private void Begin()
    {
        foreach (var shop in Context.Options.Shops)
        {
            OpenShop(shop, "active");
        }

        DemoFaults.Of(Context.Options.Demo).ForEach(rule => Faults.Set(rule));
        Store.Commit();
    }

    private (Answer, bool Landed) Perform(Call call, CallRequest request, FaultRule? fault)
    {
        var early = fault?.Kind switch
        {
            FaultKind.RateLimited => TooMany(null, breach: false),
            FaultKind.RateLimitedRetryAfter => TooMany((int)(fault.Seconds ?? 2), breach: false),
            FaultKind.ServerErrorBefore => ServerError(fault.HttpStatus),
            FaultKind.Html => Answer.Html(fault.HttpStatus ?? 502, "Bad Gateway"),
            FaultKind.DroppedBefore => Answer.Html(504, "Gateway Time-out"),
            FaultKind.LateLanding => Postpone(request, fault),
            _ => null
        };
        if (early is not null)
        {
            return (early, false);
        }

        Prepare(request, fault);
        var answer = Handle(call, Marked(request, fault));
        var landed = Store.Landed;
        return fault?.Kind switch
        {
            FaultKind.ServerErrorAfter => (ServerError(fault.HttpStatus), landed),
            FaultKind.HtmlAfter => (Answer.Html(fault.HttpStatus ?? 502, "Bad Gateway"), landed),
            _ => (answer, landed)
        };
    }

    private Answer Postpone(CallRequest request, FaultRule fault)
    {
        _late.Put(new LateCall($"{_late.Count + 1}", Now.AddSeconds(fault.Seconds ?? 5), request));
        return Answer.Html(fault.HttpStatus ?? 504, "Gateway Time-out");
    }

    private void Prepare(CallRequest request, FaultRule? fault)
    {
        if (fault is { Kind: FaultKind.TokenRevoked } && request.Token is { } token)
        {
            EndToken(token);
        }
        else if (fault is { Kind: FaultKind.TaxonomyChanged, Category: { } category })
        {
            _settings.Put(new SettingsRow(Settings with { RetiredCategories = [.. Settings.RetiredCategories, category] }));
        }
    }

    private static CallRequest Marked(CallRequest request, FaultRule? fault) => fault?.Kind switch
    {
        FaultKind.UnknownStatus => request with { UnknownStatus = true, FaultSku = fault.Sku },
        FaultKind.UnknownError => request with { UnknownError = true, FaultSku = fault.Sku },
        _ => request
    };
}
