namespace OcopMarket.Data.Subjects;

/// <summary>A table with rows about a producer or household.</summary>
/// <param name="Where">Which rows, by the parameters of <see cref="SubjectRows"/>.</param>
public sealed record SubjectTable(string Name, string Where)
{
    /// <summary>What a copy for the person shows; null: nothing, because the rows only point at others or are the program's own business.</summary>
    public string? Shown { get; init; } = "to_jsonb(t)";

    /// <summary>Null: the rows are deleted. Else the statement that takes what is theirs out of rows which stay; empty: they stay as they are.</summary>
    public string? Erasing { get; init; }

    internal string Copy => $"SELECT ({Shown})::text FROM {Name} t WHERE {Where}";

    internal string Erase => Erasing ?? $"DELETE FROM {Name} t WHERE {Where}";
}

/// <summary>Where something of a producer or household is stored, in the order in which it can be erased. A table that is not here holds nothing
/// about one of them: a test compares the list with the database.</summary>
public static class SubjectTables
{
    private const string Products = "product_id IN (SELECT id FROM product WHERE producer_id = ANY(@producers))";
    private const string Rows = "source_row_id IN (SELECT id FROM source_row WHERE " + Products + ")";
    private const string Listings = "listing_id IN (SELECT id FROM listing WHERE producer_id = ANY(@producers) OR account_id = ANY(@accounts))";
    private const string Theirs = "producer_id = ANY(@producers)";
    private const string Named = "EXISTS (SELECT FROM jsonb_each_text(t.raw) v, unnest(@names) n WHERE position(n IN v.value) > 0)";
    private const string InPlan = "EXISTS (SELECT FROM wish_item i WHERE i.plan_id = t.id AND i.producer_id = ANY(@producers))";
    private const string Shops = "account_id = ANY(@accounts)";

    public static IReadOnlyList<SubjectTable> All { get; } =
    [
        // Staff plan for many at once: such a plan stays, and what somebody wrote freely goes from it and from wherever it was carried to.
        new("wish_plan", Theirs)
        {
            Erasing = $"""
                WITH told AS (SELECT t.id, t.reason FROM wish_plan t WHERE t.reason IS NOT NULL AND {InPlan}),
                events AS (
                    UPDATE listing_event e SET raw = NULL FROM told JOIN wish_item i ON i.plan_id = told.id
                    WHERE e.listing_id = i.listing_id AND e.kind = 'decided' AND e.raw = told.reason),
                seasons AS (UPDATE product_season s SET reason = NULL FROM told WHERE s.plan_id = told.id)
                UPDATE wish_plan t SET reason = NULL, proposed_reason = NULL
                WHERE (reason IS NOT NULL OR proposed_reason IS NOT NULL) AND {InPlan};
                DELETE FROM wish_plan t WHERE {Theirs}
                """,
        },
        new("wish_item", Theirs) { Shown = "to_jsonb(t) || coalesce(wish_told(t.plan_id), '{}')" },
        new("product_season", Theirs),
        new("product_away", Theirs),
        new("listing_hold", Listings),
        new("listing_issue", Listings),
        new("listing_event", Listings),
        new("listing_attempt", Listings),
        new("listing_task", Listings),
        new("listing_turn", Listings) { Shown = null },
        new("listing", $"({Theirs} OR {Shops})"),
        new("guard_hold", Shops) { Shown = null },

        new("mandate", $"({Theirs} OR {Shops})"),
        new("mandate_evidence", "sha256 = ANY(@papers) AND NOT EXISTS (SELECT FROM mandate m WHERE m.evidence_sha256 = t.sha256 AND (m.producer_id = ANY(@producers) OR m.account_id = ANY(@accounts)) IS NOT TRUE)")
        {
            Shown = "jsonb_build_object('sha256', sha256, 'content_type', content_type, 'bytes', bytes)", // its name may be that of another who handed the same in
        },
        new("account_event", Shops),
        new("account_issue", Shops),
        new("consent_notice", Shops) { Shown = "to_jsonb(t) - 'spread_at'" },
        new("connect_attempt", Shops) { Shown = "jsonb_build_object('kind', kind, 'began_at', began_at, 'step', step, 'result', result, 'ended_at', ended_at)" },
        new("account_queue", Shops) { Shown = null },
        new("shop_item", Shops),
        new("media_upload", "(marketplace, scope) IN (SELECT marketplace, external_id FROM seller_account WHERE id = ANY(@accounts))") { Shown = null },
        new("webhook_receipt", """
            match_at IS NOT NULL AND EXISTS (
                SELECT FROM jsonb_array_elements(pending) e JOIN seller_account a ON a.external_id = e ->> 'externalShopId' AND a.marketplace = t.marketplace
                WHERE a.id = ANY(@accounts))
            """)
        {
            Shown = null,
            Erasing = """
                UPDATE webhook_receipt t SET pending = (
                    SELECT coalesce(jsonb_agg(e), '[]') FROM jsonb_array_elements(t.pending) e WHERE NOT EXISTS (
                        SELECT FROM seller_account a
                        WHERE a.id = ANY(@accounts) AND a.marketplace = t.marketplace AND a.external_id = e ->> 'externalShopId'))
                WHERE match_at IS NOT NULL AND EXISTS (
                    SELECT FROM jsonb_array_elements(t.pending) e JOIN seller_account a ON a.external_id = e ->> 'externalShopId' AND a.marketplace = t.marketplace
                    WHERE a.id = ANY(@accounts))
                """,
        },
        new("seller_account", "id = ANY(@accounts)"),
        new("credential", "id = ANY(@credentials) AND NOT EXISTS (SELECT FROM seller_account a WHERE a.credential_id = t.id AND NOT (a.id = ANY(@accounts)))")
        {
            Shown = "jsonb_build_object('marketplace', marketplace, 'login', login, 'state', state, 'consent_at', consent_at, 'consent_until', consent_until)",
        },

        new("source_line", Rows) { Shown = null },
        new("source_row_revision", Rows),
        new("source_row", Products),
        new("product_edit", Products) { Shown = "to_jsonb(t) - 'follow_at'" },
        new("product_image", Products),
        new("certification", Products),
        new("variant", Products),
        new("product", Theirs),
        new("producer", "id = ANY(@producers)"),

        // Whether a picture stands with others, too, is looked at by the nightly clearing, which takes the old ones.
        new("media", "sha256 = ANY(@pictures) AND NOT EXISTS (SELECT FROM product_image i WHERE i.sha256 = t.sha256 AND NOT (i.producer_id = ANY(@producers)))")
        {
            Shown = "to_jsonb(t) - 'content'",
            Erasing = """
                UPDATE media t SET created_at = '2000-01-01Z'
                WHERE sha256 = ANY(@pictures) AND NOT EXISTS (SELECT FROM product_image i WHERE i.sha256 = t.sha256)
                """,
        },
        new("source_rejected", Named)
        {
            Erasing = $$"""
                UPDATE source_rejected t SET raw = '{}',
                    reason_vi = 'Dòng này nói về chủ thể đã xóa dữ liệu.', reason_en = 'This row is about somebody whose data were erased.'
                WHERE {{Named}}
                """,
        },
        new("audit", $"{Theirs}") { Shown = "jsonb_build_object('at', at, 'actor', actor, 'action', action)", Erasing = "" },
    ];
}
