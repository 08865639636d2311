namespace OcopMarket.Data.Retention;

/// <param name="Purpose">What it is stored for.</param>
/// <param name="Kept">When its rows go.</param>
/// <param name="Stays">What of it is kept all the same, because it still holds; null: nothing.</param>
public sealed record StoredTable(string Name, string Purpose, Period Kept = Period.Standing, string? Stays = null)
{
    /// <summary>Its column with a platform's own words, which is emptied after <see cref="Period.Answers"/>.</summary>
    public string? Emptied { get; init; }
}

/// <summary>Every table with its purpose and how long its rows are kept. A table that is not named here may not be made.</summary>
public static class TableRegistry
{
    public static IReadOnlyList<StoredTable> All { get; } =
    [
        new("schema_version", "which steps of the schema were applied"),
        new("setting", "what this installation is, and who said so"),

        new("admin_unit", "communes, districts and provinces of all times"),
        new("admin_unit_succession", "which unit became which"),
        new("ocop_group", "product groups of the programme"),

        new("source", "where products come from"),
        new("source_run", "who pulled which list when, and its sums; the records point at it"),
        new("source_run_seen", "rows met by the run under way; emptied at its end"),
        new("source_rejected", "rows that could not be taken, with the reason", Period.History, "the rows of each source's last run and last finished run"),
        new("source_row", "what each row of a source states now"),
        new("source_line", "by what a row is recognised as unchanged"),
        new("source_row_revision", "evidence of what was received", Period.Audit, "the record that a row states now"),

        new("producer", "who makes the products: name, place, contact of the list"),
        new("product", "what is made"),
        new("product_edit", "what people changed of a product in the portal, and who; stays as long as the product"),
        new("product_due", "products of which the listings are still to be composed"),
        new("variant", "what is sold"),
        new("certification", "recognitions with their days"),
        new("product_image", "which pictures show a product"),
        new("media", "the pictures' bytes", Period.Uploads, "pictures of a product or a listing"),
        new("media_upload", "which picture a platform has; goes with the picture"),

        new("credential", "sealed logins and tokens of shops"),
        new("vault_key", "wrapped keys that logins are sealed with; a retired one is empty"),
        new("intake_key", "keys that the portal seals typed logins for; a day each"),
        new("audit", "who did what for whom; a row that went would break the chain"),
        new("audit_seal", "the chain over the audit"),
        new("audit_head", "the chain's end on each day"),
        new("seller_account", "shops on marketplaces and their state"),
        new("account_event", "how a shop's state changed, with evidence", Period.Audit, "each shop's last event") { Emptied = "raw" },
        new("account_issue", "what somebody must do about a shop, by when", Period.History, "open issues"),
        new("connect_attempt", "who connected or disconnected a shop, and how that ended; a platform's code and a typed login go when they are taken", Period.History, "what is under way"),
        new("marketplace_stop", "which marketplaces are out of use, and who said so"),
        new("consent_notice", "warnings that a consent ends, for the mails about it", Period.History),
        new("mandate", "the producer's consent; its proof outlives the shop's work"),
        new("mandate_evidence", "the signed papers of mandates, each once; proof as the mandates are"),
        new("subject_request", "what people asked about their data, and what became of it; names nobody"),
        new("subject_mark", "codes by which an erased one is not taken again from a list or a backup"),
        new("account_count", "households with an account of which a report gives only the number"),
        new("account_queue", "whose turn it is"),
        new("rate_bucket", "what a platform still grants now"),
        new("circuit", "whether a platform answers"),
        new("shop_item", "what stands in a shop, as last read"),

        new("listing", "what is wanted, sent and seen of one product in one shop"),
        new("listing_turn", "when a listing is read again or changes by time alone"),
        new("listing_task", "what is still to be sent"),
        new("listing_issue", "why a listing is not what it should be", Period.History, "open issues") { Emptied = "raw" },
        new("listing_attempt", "calls to platforms", Period.History,
            "open calls, calls of doubtful fate, and each listing's last create or delete") { Emptied = "detail" },
        new("listing_event", "the timeline", Period.History, "each listing's last event of each kind; what people decided, as long as evidence") { Emptied = "raw" },
        new("listing_hold", "what the mass-change guard kept back, item by item", Period.Audit, "what is still held"),
        new("guard_hold", "what the mass-change guard kept back, and who let it go", Period.Audit, "what is still held"),
        new("product_season", "which products are out of season until when, and who said so"),
        new("product_away", "on which marketplaces a product is not wanted"),
        new("wish_plan", "who planned and confirmed what for which listings; a day where nobody confirmed it", Period.Audit),
        new("wish_item", "one line of such a plan, with what became of it; goes with the plan"),
        new("listing_count_sum", "counters of listings by state"),
        new("listing_count_move", "changes of these counters, folded every half minute"),
        new("ledger_figures", "the last sums for /metrics"),

        new("identity.person", "who may sign in: name, login, role, scope; kept while the person is with us"),
        new("identity.person_claim", "part of Identity's store; empty"),
        new("identity.person_login", "sign-ins by a directory; part of Identity's store"),
        new("identity.person_passkey", "public keys of people's devices"),
        new("identity.person_token", "sealed keys of second factors and recovery codes"),
        new("identity.ring_key", "sealed keys of the cookies"),
        new("identity.ring_mark", "tells the key file of these apart"),
        new("identity.session", "who is signed in; goes when it is over"),
        new("identity.api_key", "hashes of keys of the API, with whose they are and when they were used; go 90 days after their end"),
        new("identity.consent_mail", "which warning was sent to whom; goes with the warning or the person"),
        new("identity.link", "hashes of links that work once; go when they have expired"),
        new("identity.sign_in_try", "hashes of names that were tried; go after a day"),
        new("identity.day_use", "how many files, requests and copies somebody had on a day, and how much a shop told (by the hash of its id); goes after two"),

        new("webhook_receipt", "callbacks by the hash of their body, so that none counts twice; bodies are not stored", Period.Webhooks),
    ];
}
