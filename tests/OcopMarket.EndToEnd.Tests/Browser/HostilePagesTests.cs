using OcopMarket.Core.People;

namespace OcopMarket.EndToEnd.Tests.Browser;

/// <summary>Row S21: 500 hostile texts wherever a list, a platform or a person may have written, and every page in a real browser. Nothing of it
/// runs, nothing of it even makes the browser complain that it was kept from running, and no link of it leads into a script.</summary>
public sealed class HostilePagesTests(BrowserPortal portal) : IClassFixture<BrowserPortal>
{
    private const string Hit = "window.__hit=1";

    private static readonly string[] _vectors =
    [
        $"<script>{Hit}</script>", $"<img src=x onerror={Hit}>", $"<svg/onload={Hit}>", $"<svg><script>{Hit}</script></svg>", $"<iframe srcdoc=\"<script>parent.{Hit}</script>\">",
        $"<body onload={Hit}>", $"<details open ontoggle={Hit}>x</details>", $"<video><source onerror={Hit}></video>", $"<a href=\"javascript:{Hit}\">x</a>",
        $"<math><mtext><table><mglyph><style><img src=x onerror={Hit}>", $"<input autofocus onfocus={Hit}>", $"<marquee onstart={Hit}>x</marquee>",
        $"<object data=\"javascript:{Hit}\"></object>", $"<embed src=\"javascript:{Hit}\">", $"<form action=\"javascript:{Hit}\"><button>x</button></form>",
        $"<meta http-equiv=refresh content=\"0;url=javascript:{Hit}\">", "<style>@import 'https://evil.invalid/x.css';</style>", "<link rel=stylesheet href=https://evil.invalid/x.css>",
        $"<noscript><p title=\"</noscript><img src=x onerror={Hit}>\">", $"<base href=\"javascript:{Hit}//\">",
    ];

    private static readonly Func<string, string>[] _wrappers =
    [
        v => v, v => $"\">{v}", v => $"'>{v}", v => $"</title>{v}", v => $"</textarea>{v}", v => $"</script>{v}", v => $"-->{v}", v => $"]]>{v}", v => $"{{{{{v}}}}}", v => $"${{{v}}}",
        v => $"\" onmouseover={Hit} autofocus onfocus={Hit} x=\"{v}", v => $"' onmouseover={Hit} autofocus onfocus={Hit} x='{v}", v => v.Replace("<", "&lt;", StringComparison.Ordinal),
        v => v.Replace("<", "&amp;lt;", StringComparison.Ordinal), Uri.EscapeDataString, v => v.Replace("<", "\\u003c", StringComparison.Ordinal), v => v.Replace('<', '\uFF1C'),
        v => v.Replace("<", "<\u200B", StringComparison.Ordinal), v => v.ToUpperInvariant(), v => v.Replace("javascript", "java\tscript", StringComparison.Ordinal),
        v => v.Replace(" ", "\n", StringComparison.Ordinal), v => $"<<{v}", v => v.Replace("script", "scr<script>ipt", StringComparison.Ordinal), v => $"</option></select>{v}", v => $"\u202E{v}\u202C",
    ];

    private static readonly string[] _payloads = [.. from wrap in _wrappers from vector in _vectors select wrap(vector)];

    /// <summary>Each product gets the next text, and so on through shops, runs and people.</summary>
    private const string Poison = """
        UPDATE product SET name = @texts[1 + (id + @round) % @n], description = @texts[1 + (id + @round + 1) % @n], group_text = @texts[1 + (id + @round + 2) % @n],
               shelf_life = @texts[1 + (id + @round + 3) % @n], origin = @texts[1 + (id + @round + 4) % @n], short_description = @texts[1 + (id + @round + 5) % @n];
        UPDATE variant SET name = @texts[1 + (id + @round) % @n], unit = @texts[1 + (id + @round + 6) % @n];
        UPDATE producer SET name = @texts[1 + (id + @round + 7) % @n], kind_text = @texts[1 + (id + @round + 8) % @n], commune = @texts[1 + (id + @round + 9) % @n];
        UPDATE certification SET decision_no = @texts[1 + (id + @round + 10) % @n], issuing_body = @texts[1 + (id + @round + 11) % @n];
        UPDATE source SET name = @texts[1 + (id % 1000 + @round + 12) % @n];
        UPDATE source_run SET file_name = @texts[1 + (id + @round + 13) % @n] || '.xlsx', started_by = @texts[1 + (id + @round + 14) % @n],
               failure_vi = CASE WHEN failure_code IS NOT NULL THEN @texts[1 + (id + @round + 15) % @n] END, description = @texts[1 + (id + @round + 16) % @n];
        UPDATE source_rejected SET sheet = @texts[1 + (row_no + @round) % @n], column_name = @texts[1 + (row_no + @round + 17) % @n], reason_vi = @texts[1 + (row_no + @round + 18) % @n],
               raw = jsonb_build_object(@texts[1 + (row_no + @round + 19) % @n]::text, @texts[1 + (row_no + @round + 20) % @n]::text);
        UPDATE seller_account SET shop_name = @texts[1 + (id + @round + 21) % @n], problem_raw = @texts[1 + (id + @round + 22) % @n], url = 'javascript:window.__hit=1',
               state_evidence = @texts[1 + (id + @round + 23) % @n], external_id = id || @texts[1 + (id + @round + 24) % @n];
        UPDATE account_event SET evidence = @texts[1 + (id + @round + 25) % @n], raw = @texts[1 + (id + @round + 26) % @n];
        UPDATE mandate SET evidence = @texts[1 + (id + @round + 27) % @n], recorded_by = @texts[1 + (id + @round + 28) % @n];
        UPDATE listing SET url = 'javascript:window.__hit=1', seen_title = @texts[1 + (id + @round + 29) % @n], seen_raw = @texts[1 + (id + @round + 30) % @n],
               seller_sku = id || @texts[1 + (id + @round + 31) % @n];
        UPDATE listing_issue SET raw = @texts[1 + (id + @round + 32) % @n], args = ARRAY[@texts[1 + (id + @round + 33) % @n]];
        UPDATE listing_event SET raw = @texts[1 + (id + @round + 34) % @n], how = @texts[1 + (id + @round + 35) % @n];
        UPDATE guard_hold SET proposed_by = @texts[1 + (id + @round + 36) % @n], proposed_reason = @texts[1 + (id + @round + 37) % @n];
        UPDATE subject_request SET evidence = @texts[1 + (id + @round + 39) % @n], recorded_by = @texts[1 + (id + @round + 40) % @n], approved_by = @texts[1 + (id + @round + 41) % @n],
               ended_reason = @texts[1 + (id + @round + 42) % @n],
               left_over = CASE WHEN step = 'done' THEN jsonb_build_array(jsonb_build_object('marketplace', @texts[1 + (id + @round + 43) % @n]::text, 'shop', @texts[1 + (id + @round + 44) % @n]::text, 'item', '<b>')) ELSE '[]' END;
        UPDATE product_edit SET by_name = @texts[1 + (id + @round + 45) % @n],
               changes = jsonb_build_array(jsonb_build_object('field', 'description', 'was', @texts[1 + (id + @round + 46) % @n]::text, 'becomes', @texts[1 + (id + @round + 47) % @n]::text, 'back', false));
        UPDATE wish_plan SET planned_by = @texts[1 + (id + @round + 48) % @n], reason = left(@texts[1 + (id + @round + 49) % @n], 500);
        UPDATE wish_plan SET approved_by = @texts[1 + (id + @round + 50) % @n], proposed_reason = rpad(left(@texts[1 + (id + @round + 51) % @n], 490), 500, '.') WHERE proposed_at IS NOT NULL;
        UPDATE product_season SET told_by = @texts[1 + (product_id + @round + 50) % @n], reason = @texts[1 + (product_id + @round + 51) % @n];
        UPDATE identity.person SET name = left(@texts[1 + (id + @round + 38) % @n], 100);
        """;

    [Fact]
    public async Task Nothing_that_a_list_a_platform_or_a_person_wrote_runs_in_a_browser()
    {
        Assert.Equal(500, _payloads.Length);
        var products = (int)await portal.Database.CountAsync("product");
        await using var visit = await portal.VisitAsync(1280, role: PersonRole.Admin);
        var dialogs = 0;
        visit.Page.Dialog += (_, dialog) =>
        {
            dialogs++;
            _ = dialog.DismissAsync();
        };
        await visit.Page.AddInitScriptAsync("addEventListener('securitypolicyviolation', e => { window.__breach = e.blockedURI || e.violatedDirective; })");
        var pages = PortalPages.All.Where(p => p is not "/dang-nhap/ma" and not "/dat-mat-khau?ma=x").ToList();
        for (var round = 0; round < _payloads.Length; round += products)
        {
            await portal.Database.ExecuteAsync(Poison, new { texts = _payloads, n = _payloads.Length, round });
            foreach (var path in pages.ToList())
            {
                var answer = await visit.GoAsync(path);
                if (round == 0 && !(await answer.TextAsync()).Contains("__hit", StringComparison.OrdinalIgnoreCase))
                {
                    pages.Remove(path); // shows nothing that others wrote: once is enough
                }

                Assert.True(await visit.Page.EvaluateAsync<bool>("window.__hit === undefined"), $"round {round}: a text ran on {path}");
                Assert.True(await visit.Page.EvaluateAsync<bool>("window.__breach === undefined"), $"round {round}: {path} held something that the policy had to stop");
                Assert.Equal(0, await visit.Page.Locator("a[href^='javascript' i], form[action^='javascript' i], iframe, object, embed, base, meta[http-equiv='refresh' i]").CountAsync());
            }
        }

        Assert.True(pages.Count >= 15, $"only {pages.Count} pages show what others wrote");
        Assert.Equal(0, dialogs);
        Assert.DoesNotContain(visit.TakeComplaints(), c => c.Contains("Content Security Policy", StringComparison.OrdinalIgnoreCase) || c.Contains("evil.invalid", StringComparison.Ordinal));
    }
}
