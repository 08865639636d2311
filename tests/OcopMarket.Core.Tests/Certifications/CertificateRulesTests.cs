using System.Text.Json;
using CsCheck;
using OcopMarket.Core.Certifications;
using OcopMarket.Core.Sources;

namespace OcopMarket.Core.Tests.Certifications;

[Trait("Category", "Culture")]
public sealed class CertificateRulesTests
{
    private static readonly CertificateRules Rules = new();
    private static readonly DateOnly Today = new(2026, 11, 23);

    [Theory]
    [InlineData("2023-11-23", "2026-11-23")]
    [InlineData("2024-02-29", "2027-02-28")]
    [InlineData("2022-08-22", "2025-08-22")]
    public void A_certificate_holds_36_months_from_its_issue(string issued, string expires)
    {
        var (day, how) = Rules.ExpiryOf(new() { Kind = RecognitionKind.Recognised, IssuedOn = Day(issued) });

        Assert.Equal((Day(expires), ExpiryHow.Computed), (day, how));
    }

    [Fact]
    public void A_stated_last_day_beats_the_computed_one_and_a_year_alone_gives_none()
    {
        Assert.Equal((Day("2025-01-01"), ExpiryHow.Stated), Rules.ExpiryOf(
            new() { Kind = RecognitionKind.Recognised, IssuedOn = Day("2021-03-30"), ExpiresOn = Day("2025-01-01") }));
        Assert.Equal((null, ExpiryHow.Unknown), Rules.ExpiryOf(new() { Kind = RecognitionKind.Recognised, Year = 2023 }));
        Assert.Equal((null, ExpiryHow.Unknown), Rules.ExpiryOf(
            new() { Kind = RecognitionKind.PotentialFiveStar, IssuedOn = Day("2021-03-30") }));
    }

    [Theory]
    [InlineData("2026-11-23", CertificationState.RenewalWindow)]
    [InlineData("2026-11-22", CertificationState.Expired)]
    [InlineData("2027-05-22", CertificationState.RenewalWindow)]
    [InlineData("2027-05-23", CertificationState.Valid)]
    public void The_last_day_still_counts_and_the_renewal_window_opens_180_days_before(string expires, CertificationState state) =>
        Assert.Equal(state, StateOf(Dated(4, "2024-01-01", expires)));

    [Theory]
    [InlineData(2022, CertificationState.Expired, CertificateStanding.Expired)]
    [InlineData(2023, CertificationState.Unknown, CertificateStanding.Unknown)]
    [InlineData(2026, CertificationState.Unknown, CertificateStanding.Unknown)]
    public void A_year_alone_is_expired_only_when_its_latest_possible_last_day_has_passed(
        int year, CertificationState state, string warning)
    {
        var certification = new Certification { Kind = RecognitionKind.Recognised, Stars = 4, Year = year, DecisionNo = "1" };

        Assert.Equal(state, StateOf(certification));
        Assert.Equal(new(null, warning), Rules.StandingOf([certification], Today));
    }

    [Fact]
    public void A_year_runs_out_on_the_last_day_of_the_third_year_after_it()
    {
        var certification = new Certification { Kind = RecognitionKind.Recognised, Stars = 4, Year = 2023 };

        Assert.Equal(CertificationState.Unknown, Rules.StateOf(certification, [certification], new(2026, 12, 31)));
        Assert.Equal(CertificationState.Expired, Rules.StateOf(certification, [certification], new(2027, 1, 1)));
    }

    [Theory]
    [InlineData(RecognitionKind.PlannedAssessment, null, CertificationState.Pending, null)]
    [InlineData(RecognitionKind.PotentialFiveStar, null, CertificationState.Potential5Star, CertificateStanding.Unknown)]
    [InlineData(RecognitionKind.Recognised, 2, CertificationState.NotCertified, null)]
    [InlineData(RecognitionKind.Recognised, null, CertificationState.Unknown, CertificateStanding.Unknown)]
    public void What_is_no_certificate_makes_no_claim(RecognitionKind kind, int? stars, CertificationState state, string? warning)
    {
        var certification = new Certification { Kind = kind, Stars = stars, DecisionNo = "1" };

        Assert.Equal(state, StateOf(certification));
        Assert.Equal(new(null, warning, kind == RecognitionKind.PotentialFiveStar), Rules.StandingOf([certification], Today));
    }

    [Fact]
    public void An_extension_holds_at_most_180_days_and_lets_no_listing_claim()
    {
        var expired = Dated(4, "2023-09-01", "2026-09-01");

        Assert.Equal(CertificationState.Expired, StateOf(expired));
        Assert.Equal(CertificationState.GraceExtended, StateOf(expired with { GraceUntil = Day("2026-12-31") }));
        Assert.Equal(CertificationState.Expired, StateOf(Dated(4, "2023-01-01", "2026-01-01") with { GraceUntil = Day("2026-12-31") }));
        Assert.Equal(CertificateStanding.Expired, Rules.StandingOf([expired with { GraceUntil = Day("2026-12-31") }], Today).Warning);
    }

    [Fact]
    public void Withdrawal_ends_it_from_its_day_on()
    {
        var valid = Dated(4, "2025-01-01", "2028-01-01");

        Assert.Equal(CertificationState.Withdrawn, StateOf(valid with { WithdrawnOn = Today }));
        Assert.Equal(CertificationState.Valid, StateOf(valid with { WithdrawnOn = Today.AddDays(1) }));
        Assert.Equal(CertificateStanding.Withdrawn, Rules.StandingOf([valid with { WithdrawnOn = Today }], Today).Warning);
    }

    [Fact]
    public void A_later_recognition_of_more_stars_takes_the_place_of_the_earlier()
    {
        var four = Dated(4, "2024-06-01", "2027-06-01");
        var five = Dated(5, "2025-06-01", "2028-06-01");
        Certification[] both = [four, five];

        Assert.Equal(CertificationState.Upgraded, Rules.StateOf(four, both, Today));
        Assert.Equal(CertificationState.Valid, Rules.StateOf(five, both, Today));
        Assert.Equal(5, Rules.ClaimFor(both, Today)?.Stars);
        Assert.Equal(4, Rules.ClaimFor([four, five with { WithdrawnOn = Today }], Today)?.Stars);
    }

    [Fact]
    public void Of_two_valid_ones_the_one_issued_last_is_claimed_even_with_fewer_stars() =>
        Assert.Equal(3, Rules.ClaimFor([Dated(4, "2024-06-01", "2027-06-01"), Dated(3, "2025-06-01", "2028-06-01")], Today)?.Stars);

    [Fact]
    public void Without_a_number_or_a_day_of_issue_there_is_no_claim()
    {
        var valid = Dated(4, "2025-01-01", "2028-01-01");

        Assert.Equal("QD", Rules.ClaimFor([valid], Today)?.CertificateNo);
        Assert.Equal("GCN", Rules.ClaimFor([valid with { CertificateNo = "GCN" }], Today)?.CertificateNo);
        Assert.Equal(CertificateStanding.Unknown, Rules.StandingOf([valid with { DecisionNo = null }], Today).Warning);
        Assert.Equal(CertificateStanding.Unknown, Rules.StandingOf([valid with { IssuedOn = null }], Today).Warning);
        Assert.Equal(new(null, null), Rules.StandingOf([], Today));
    }

    [Fact]
    public void Every_claim_is_true_today_whatever_the_facts() =>
        Facts.List[0, 5].Select(Gen.Int[0, 4000]).Sample((all, offset) =>
        {
            var today = new DateOnly(2020, 1, 1).AddDays(offset);
            var standing = Rules.StandingOf(all, today);
            if (standing.Claim is { } claim)
            {
                Assert.Null(standing.Warning);
                Assert.InRange(claim.Stars, 3, 5);
                Assert.True(claim.IssuedOn <= today && today <= claim.ExpiresOn);
                Assert.Contains(all, c => c.Stars == claim.Stars && c.IssuedOn == claim.IssuedOn && !(c.WithdrawnOn <= today)
                    && c.Kind is not (RecognitionKind.PotentialFiveStar or RecognitionKind.PlannedAssessment));
            }
        });

    [Fact]
    public void The_order_of_the_records_does_not_matter() =>
        Facts.List[0, 5].Sample(all => Assert.Equal(
            Rules.StandingOf(all, Today), Rules.StandingOf([.. all.AsEnumerable().Reverse()], Today)));

    [Fact]
    public void The_shipped_file_says_what_the_program_assumes_and_nonsense_is_refused()
    {
        var shipped = CertificateRules.Parse(File.ReadAllText(Path.Combine(RepositoryRoot(), "config/ocop/certificate-rules.json")));

        Assert.Equal(Rules.LegalBases, shipped.LegalBases);
        Assert.Equal(Rules with { LegalBases = [] }, shipped with { LegalBases = Rules.LegalBases } with { LegalBases = [] });
        Assert.Equal("148/QĐ-TTg", shipped.LegalBasisOn(new(2025, 7, 5)));
        Assert.Equal("148/QĐ-TTg, 1489/QĐ-TTg", shipped.LegalBasisOn(new(2025, 7, 6)));
        Assert.Null(shipped.LegalBasisOn(null));
        Assert.Throws<JsonException>(() => CertificateRules.Parse("""{ "termMonths": 0 }"""));
    }

    private static readonly Gen<DateOnly> Days = Gen.Int[0, 4000].Select(d => new DateOnly(2019, 1, 1).AddDays(d));

    private static readonly Gen<Certification> Facts =
        Gen.Select(Gen.Enum<RecognitionKind>(), Gen.Int[0, 6], Days, Gen.Int[0, 7], Gen.Int[2019, 2027])
            .Select((kind, stars, day, shape, year) =>
            {
                var facts = new CertificationFacts { Kind = kind, IssuedOn = (shape & 1) == 0 ? day : null };
                return new Certification
                {
                    Kind = kind,
                    Stars = stars is 0 or 6 ? null : stars,
                    IssuedOn = facts.IssuedOn,
                    Year = (shape & 2) == 0 ? year : null,
                    ExpiresOn = Rules.ExpiryOf(facts).ExpiresOn,
                    DecisionNo = stars == 3 ? null : "QD",
                    WithdrawnOn = shape == 4 ? day.AddDays(400) : null,
                };
            });

    private static CertificationState StateOf(Certification certification) => Rules.StateOf(certification, [certification], Today);

    private static Certification Dated(int stars, string issued, string expires) => new()
    {
        Kind = RecognitionKind.Recognised,
        Stars = stars,
        IssuedOn = Day(issued),
        ExpiresOn = Day(expires),
        DecisionNo = "QD",
    };

    private static DateOnly Day(string text) => DateOnly.ParseExact(text, "yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);

    private static string RepositoryRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "OcopMarket.sln")))
        {
            folder = Path.GetDirectoryName(folder)!;
        }

        return folder;
    }
}
