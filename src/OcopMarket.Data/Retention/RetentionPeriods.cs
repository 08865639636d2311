namespace OcopMarket.Data.Retention;

/// <summary>How long what is no longer needed is kept. Section <c>Retention</c>, whole days.</summary>
public sealed record RetentionPeriods
{
    /// <summary>What platforms told us by callback. Default 30 days.</summary>
    public TimeSpan Webhooks { get; init; } = TimeSpan.FromDays(30);

    /// <summary>Platforms' own words in answers: emptied, while what happened stays. Default 30 days.</summary>
    public TimeSpan Answers { get; init; } = TimeSpan.FromDays(30);

    /// <summary>Calls, timelines, closed issues, rejected rows. Default 180 days.</summary>
    public TimeSpan History { get; init; } = TimeSpan.FromDays(180);

    /// <summary>Evidence: former records of a source, former states of a shop, what a person released. Default 24 months.</summary>
    public TimeSpan Audit { get; init; } = TimeSpan.FromDays(731);

    /// <summary>Pictures that nothing shows any more. Default 90 days.</summary>
    public TimeSpan Uploads { get; init; } = TimeSpan.FromDays(90);

    /// <summary>Plans that nobody confirmed. Fixed.</summary>
    public static TimeSpan Unconfirmed { get; } = TimeSpan.FromDays(1);

    /// <exception cref="ArgumentOutOfRangeException"><see cref="Period.Standing"/> has no length.</exception>
    public TimeSpan Of(Period period) => period switch
    {
        Period.Webhooks => Webhooks,
        Period.Answers => Answers,
        Period.History => History,
        Period.Audit => Audit,
        Period.Uploads => Uploads,
        Period.Unconfirmed => Unconfirmed,
        _ => throw new ArgumentOutOfRangeException(nameof(period), period, "What stands has no end."),
    };
}

/// <summary>Why rows of a table go some day. Standing: what holds now; it goes only with the thing itself.</summary>
public enum Period { Standing, Webhooks, Answers, History, Audit, Uploads, Unconfirmed }
