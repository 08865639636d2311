using Microsoft.Extensions.Configuration;

namespace OcopMarket.Web.Tests.Connecting;

/// <summary>A portal whose operator has a login with Shopee, and shops of two producers in two provinces. There is no worker.</summary>
public class ConnectPortalFixture : EmptyPortal
{
    protected override IConfiguration Marketplaces { get; } =
        new ConfigurationBuilder().AddInMemoryCollection([new("Marketplaces:Shopee:ConsentUrl", "http://127.0.0.1:9/auth")]).Build();

    protected override Task SeedAsync() => ExecuteAsync(
        """
        INSERT INTO admin_unit (code, valid_from, name, type, level, parent_code, name_folded) VALUES
            ('84', '2020-01-01', 'Trà Vinh', 'tỉnh', 1, NULL, 'tra vinh'), ('29398', '2020-01-01', 'Trà Cú', 'xã', 3, '84', 'tra cu'),
            ('32001', '2020-01-01', 'Tân Thành', 'xã', 3, '96', 'tan thanh');
        INSERT INTO producer (key, name, name_folded, unit_code, unit_now) VALUES
            ('p1', 'HTX Trà Cú', 'htx tra cu', '29398', '29398'), ('p2', 'Hộ Tân Thành', 'ho tan thanh', '32001', '32001');
        INSERT INTO credential (marketplace, scope, login, key_version, sealed_password, password_at, seal_no) VALUES ('shopee', 'partner', '2001887', 1, '\x01', now(), 1);
        INSERT INTO seller_account (marketplace, producer_id, unit_code, shop_name, state, state_evidence, opened_by)
        SELECT 'shopee', id, unit_code, 'Gian hàng ' || id, 'planned', 'x', 'self' FROM producer ORDER BY id;
        INSERT INTO seller_account (marketplace, producer_id, unit_code, shop_name, state, state_evidence, opened_by) VALUES
            ('voso', 1, '29398', 'Gian hàng Voso', 'active', 'x', 'self');
        INSERT INTO seller_account (marketplace, unit_code, shop_name, state, state_evidence, opened_by) VALUES ('shopee', '29398', 'Gian hàng chung', 'planned', 'x', 'self');
        INSERT INTO mandate (account_id, producer_id, unit_code, given_on, evidence, recorded_by) VALUES (4, 1, '29398', CURRENT_DATE, 'x', 'x');
        """);
}
