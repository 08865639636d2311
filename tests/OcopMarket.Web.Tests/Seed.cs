namespace OcopMarket.Web.Tests;

/// <summary>Rows as the engine would leave them. Names are of published OCOP products; prices, days and states are invented.</summary>
internal static class Seed
{
    /// <summary>Listings per marketplace; every state occurs.</summary>
    public const int Listings = 54;

    /// <summary>A name as an attacker would type it.</summary>
    public const string Hostile = "<script>alert(1)</script> \"Mật\" & 'ong' onclick=x";

    public const string Picture = "9c56cc51b374c3ba189210d5b6d4bf57790d351c96c47c02190ecf1e430635ab";

    /// <summary>All of it lies where the staff of the tests work.</summary>
    public const string Units = """
        UPDATE producer SET unit_now = '84';
        UPDATE product SET unit_code = '84';
        UPDATE variant SET unit_code = '84';
        UPDATE certification SET unit_code = '84';
        UPDATE seller_account SET unit_code = '84';
        UPDATE mandate SET unit_code = '84';
        UPDATE listing SET unit_code = '84';
        UPDATE listing_issue SET unit_code = '84';
        UPDATE product_season SET unit_code = '84';
        """;

    public const string Sql = $$$"""
        INSERT INTO setting (key, value, set_by) VALUES ('mode', 'demo', 'test');
        INSERT INTO source (key, name, kind) VALUES
            ('tra-vinh', 'Danh sách OCOP Trà Vinh', 'workbook'), ('cau-ke', 'Danh sách huyện Cầu Kè', 'csv');
        INSERT INTO source_run (source_id, state, started_by, started_at, heartbeat_at, finished_at, file_name, rows_expected, rows_read, accepted,
            unchanged, repeated, rejected, failure_code, failure_vi, failure_en)
        VALUES (1, 'done', 'lịch', now() - interval '2 days', now() - interval '2 days', now() - interval '2 days' + interval '4 seconds',
                'danh-sach-ocop-tra-vinh.xlsx', 77, 77, 70, 2, 3, 2, NULL, NULL, NULL),
               (2, 'failed', 'cán bộ', now() - interval '1 day', now() - interval '1 day', now() - interval '1 day', 'cau-ke.csv', NULL, 0, 0, 0, 0, 0,
                'header_missing', 'Không thấy dòng tiêu đề trong tệp. Kiểm tra tệp có cột Tên sản phẩm.', 'No header row was found. Check the column of names.'),
               (1, 'running', 'lịch', now() - interval '5 seconds', now(), NULL, 'danh-sach-ocop-tra-vinh.xlsx', 77, 31, 4, 26, 0, 1, NULL, NULL, NULL);
        INSERT INTO source_rejected (run_id, row_no, sheet, column_name, code, reason_vi, reason_en, raw, severity) VALUES
            (1, 14, 'Năm 2023', 'ProductName', 'name_missing', 'Thiếu tên sản phẩm; hãy ghi tên sản phẩm vào dòng này.', 'The name is missing; fill it in.', '{"Hạng": "3 sao"}', 'rejected'),
            (1, 52, 'Năm 2021', 'Stars', 'stars_out_of_range', 'Số sao phải từ 1 đến 5; hãy sửa số sao.', 'Stars must be 1 to 5.', '{"Tên": "Bánh tét", "Hạng": "9"}', 'rejected'),
            (1, 60, 'Năm 2021', 'PriceVnd', 'price_text', 'Giá ghi bằng chữ, đã bỏ qua.', 'The price is text and was left out.', '{"Giá": "liên hệ"}', 'warning');
        INSERT INTO producer (key, name, name_folded, withheld, kind_text, province, district, commune)
        SELECT 'p' || n, name, fold, withheld, kind, 'Trà Vinh', district, commune FROM (VALUES
            (1, 'Cơ sở sản xuất Năm Thụy', 'co so san xuat nam thuy', false, 'Hộ kinh doanh', 'Thành phố Trà Vinh', 'Phường 4'),
            (2, 'Công ty TNHH Trà Vinh Farm', 'cong ty tnhh tra vinh farm', false, 'Công ty', 'Tiểu Cần', 'xã Phú Cần'),
            (3, 'HTX Dừa sáp Hòa Tân', 'htx dua sap hoa tan', false, 'Hợp tác xã', 'Cầu Kè', 'xã Hòa Tân'),
            (4, 'Hộ chưa công bố tên, Phường 6', 'ho chua cong bo ten phuong 6', true, 'Hộ kinh doanh', 'Thành phố Trà Vinh', 'Phường 6'))
            AS t (n, name, fold, withheld, kind, district, commune) ORDER BY n;
        INSERT INTO product (producer_id, key, name, name_folded, criteria_set_no, group_text, description, shelf_life, origin, provenance)
        SELECT 1 + n % 4, 'sp' || n, name, fold, CASE WHEN n % 5 = 0 THEN NULL ELSE 8 END, 'Thực phẩm', 'Làm từ nguyên liệu của địa phương.' || chr(10) || 'Không chất bảo quản.',
            '6 tháng', 'Trà Vinh, Việt Nam',
            '{"description": {"source": "tra-vinh", "row": 17, "how": "invented"}, "shelf_life": {"source": "tra-vinh", "row": 17, "sheet": "Năm 2023", "how": "stated"}}'
        FROM (VALUES (1, 'Chả hoa', 'cha hoa'), (2, 'Mật hoa dừa Sokfarm', 'mat hoa dua sokfarm'), (3, 'Dừa sáp Hòa Tân', 'dua sap hoa tan'),
            (4, 'Lạp xưởng Vạn Thành', 'lap xuong van thanh'), (5, 'Bánh trung thu gà quay jambon', 'banh trung thu ga quay jambon'),
            (6, 'Đường hoa dừa Sokfarm', 'duong hoa dua sokfarm'), (7, 'Bánh tét Trà Cuôn', 'banh tet tra cuon'),
            (8, 'Gạo hữu cơ Long Hòa', 'gao huu co long hoa'), (9, 'Trà túi lọc mãng cầu gai', 'tra tui loc mang cau gai'),
            (10, @hostile, 'script alert 1 script mat ong onclick x')) AS t (n, name, fold) ORDER BY n;
        INSERT INTO product (producer_id, key, name, name_folded)
        SELECT 2, 'thêm' || n, 'Sản phẩm thứ ' || n, 'san pham thu ' || n FROM generate_series(11, 60) n;
        INSERT INTO variant (product_id, producer_id, key, name, list_price_vnd, stock_units, weight_grams, provenance)
        SELECT id, producer_id, 'v' || id, CASE WHEN id < 4 THEN '500 g' END, CASE WHEN id <> 4 THEN 1250000 END, 40, 800,
               '{"list_price_vnd": {"source": "tra-vinh", "row": 17, "how": "invented"}}' FROM product ORDER BY id;
        INSERT INTO certification (product_id, producer_id, key, kind, stars, decision_no, issuing_body, issued_on, year, expires_on, expires_how)
        SELECT id, producer_id, 'c' || id, CASE WHEN id = 9 THEN 'potential_five_star' ELSE 'recognised' END, 3 + id % 2, '847/QĐ-UBND',
            'UBND tỉnh Trà Vinh', CASE id WHEN 1 THEN CURRENT_DATE - 400 WHEN 2 THEN CURRENT_DATE - 1000 WHEN 3 THEN DATE '2020-04-21' WHEN 5 THEN DATE '2021-04-21' END,
            2021, CASE id WHEN 1 THEN CURRENT_DATE + 600 WHEN 2 THEN CURRENT_DATE + 90 WHEN 3 THEN DATE '2023-04-21' WHEN 5 THEN DATE '2024-04-21' END,
            CASE WHEN id IN (1, 2) THEN 'stated' WHEN id IN (3, 5) THEN 'computed' ELSE 'unknown' END FROM product WHERE id <= 9 ORDER BY id;
        INSERT INTO product_edit (product_id, producer_id, unit_code, version, by_name, by_role, kind, of_version, states, changes)
        SELECT id, producer_id, '84', v, 'Sơn Thị Lan', CASE WHEN v = 1 THEN 'business' ELSE 'staff' END, CASE v WHEN 1 THEN 'edit' WHEN 2 THEN 'pictures' ELSE 'restore' END, CASE WHEN v = 3 THEN 1 END,
            '{"product": {"storage": "Nơi khô mát"}, "variants": {}}',
            CASE v WHEN 2 THEN '[{"field": "images", "part": null, "was": "1", "becomes": "2", "back": false}]'
                ELSE '[{"field": "storage", "part": null, "was": null, "becomes": "Nơi khô mát", "back": false}, {"field": "price", "part": "500 g", "was": "1200000", "becomes": "1250000", "back": true}]' END::jsonb
        FROM product CROSS JOIN generate_series(1, 3) v WHERE id = 4 ORDER BY id, v;
        INSERT INTO source_row (source_id, key, content_hash, row_no, producer_id, product_id, facts, last_run_id)
        SELECT 2147483647, 'p.' || key, '\x00', 3, producer_id, id, '{"named": false, "product": {"storage": "Nơi khô mát"}, "how": {"product.storage": "edited"}}', 3 FROM product WHERE id = 4;
        INSERT INTO source_row (source_id, key, content_hash, row_no, sheet, producer_id, product_id, last_run_id)
        SELECT 1, 'k' || id, '\x00', id::int + 6, 'Năm 2023', producer_id, id, 1 FROM product ORDER BY id;
        INSERT INTO media (sha256, content_type, width, height, bytes, content)
        VALUES ('{{{Picture}}}', 'image/png', 1, 1, 70, decode(
            'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mM0qdz4HwAFRgJhWqPn3wAAAABJRU5ErkJggg==', 'base64'));
        INSERT INTO product_image (product_id, producer_id, position, sha256) SELECT id, producer_id, 1, '{{{Picture}}}' FROM product WHERE id <= 3;
        INSERT INTO seller_account (marketplace, external_id, producer_id, shop_name, url, state, state_evidence, problem_code, problem_raw, item_count,
            verified_at, opened_by)
        SELECT m, CASE WHEN p = 4 THEN NULL ELSE m || p END, p, CASE p WHEN 1 THEN 'Năm Thụy' WHEN 2 THEN 'Trà Vinh Farm' WHEN 3 THEN 'Dừa sáp Hòa Tân' ELSE 'Hộ Phường 6' END, NULL,
            CASE p WHEN 3 THEN CASE m WHEN 'voso' THEN 'suspended' ELSE 'active' END WHEN 4 THEN 'planned' ELSE 'active' END, 'kiểm tra tài khoản',
            CASE WHEN p = 3 AND m = 'voso' THEN 'shop_locked' END, CASE WHEN p = 3 AND m = 'voso' THEN 'Gian hàng bị khóa tạm thời' END, 12,
            CASE WHEN p < 4 THEN now() - interval '3 hours' END, 'trade_promotion_staff'
        FROM unnest(ARRAY['postmart', 'voso']) m, generate_series(1, 4) p ORDER BY m, p;
        INSERT INTO account_event (account_id, producer_id, state, evidence, raw) SELECT id, producer_id, state, state_evidence, '{"code": 0}' FROM seller_account;
        INSERT INTO mandate (account_id, producer_id, given_on, evidence, recorded_by)
        SELECT id, producer_id, CURRENT_DATE - 30, 'Phiếu ủy quyền số 12', 'cán bộ' FROM seller_account WHERE producer_id < 4;
        INSERT INTO listing (product_id, variant_id, producer_id, marketplace, account_id, seller_sku, desired, content, content_hash, desired_price,
            desired_stock, submitted_at, external_id, url, seen, seen_raw, seen_how, seen_at, seen_price, seen_stock, state, owner, due_at)
        SELECT p.id, v.id, p.producer_id, m, CASE WHEN p.producer_id < 4 THEN a.id END, 'OCOP-' || m || p.id, 'on_sale',
            jsonb_build_object('title', p.name), '\x00', 1250000, 40,
            CASE WHEN s.seen IS NOT NULL THEN now() - interval '2 days' END, CASE WHEN s.seen IS NOT NULL THEN m || p.id END,
            CASE WHEN s.state = 'live' THEN 'https://example.invalid/' || p.id END, s.seen, CASE WHEN s.seen IS NOT NULL THEN '3' END,
            CASE WHEN s.seen IS NOT NULL THEN 'api' END, CASE WHEN s.seen IS NOT NULL THEN now() - interval '3 hours' END,
            CASE WHEN s.seen IS NOT NULL THEN 1200000 END, CASE WHEN s.seen IS NOT NULL THEN 40 END, s.state, s.owner,
            CASE WHEN s.owner <> 'nobody' THEN now() + ((p.id % 9) - 3) * interval '1 day' END
        FROM product p JOIN variant v ON v.product_id = p.id CROSS JOIN unnest(ARRAY['postmart', 'voso']) m
        JOIN seller_account a ON a.marketplace = m AND a.producer_id = p.producer_id
        JOIN (VALUES (1, 'live', 'nobody', 'live'), (2, 'rejected', 'producer', 'rejected'), (3, 'live_changing', 'nobody', 'live'), (4, 'blocked', 'producer', NULL),
            (5, 'blocked', 'staff', NULL), (6, 'held', 'staff', NULL), (7, 'waiting', 'system', NULL), (8, 'sending', 'system', NULL),
            (9, 'unconfirmed', 'system', NULL), (10, 'in_review', 'platform', 'in_review'), (11, 'in_review', 'staff', 'in_review'),
            (12, 'out_of_stock', 'producer', 'out_of_stock'), (13, 'hidden', 'nobody', 'hidden'), (14, 'locked', 'producer', 'locked'),
            (15, 'stopping', 'system', 'live'), (16, 'removed', 'nobody', 'removed'), (17, 'unheard', 'staff', 'live'),
            (18, 'needs_attention', 'staff', 'needs_attention'), (19, 'failed', 'staff', NULL), (20, 'off', 'nobody', NULL)) AS s (n, state, owner, seen)
            ON s.n = CASE WHEN p.id <= 20 THEN p.id ELSE 1 + p.id % 3 END
        WHERE p.id <= @listings ORDER BY m, p.id;
        INSERT INTO listing_issue (listing_id, producer_id, marketplace, code, origin, severity, owner, fields, args, raw)
        SELECT id, producer_id, marketplace, CASE WHEN marketplace = 'voso' THEN 'voso.NEVER_SEEN' ELSE 'postmart.IMAGE_INVALID' END, 'seen', 'blocking', 'producer',
            ARRAY['images'], ARRAY[]::text[], 'Hình ảnh không đạt <b>yêu cầu</b>' FROM listing WHERE state = 'rejected'
        UNION ALL SELECT id, producer_id, marketplace, 'price_missing', 'composed', 'blocking', 'producer', ARRAY['price'], ARRAY[]::text[], NULL
        FROM listing WHERE state = 'blocked' AND owner = 'producer'
        UNION ALL SELECT id, producer_id, marketplace, 'mandate_missing', 'account', 'blocking', 'staff', ARRAY['mandate'], ARRAY[]::text[], NULL
        FROM listing WHERE state = 'blocked' AND owner = 'staff'
        UNION ALL SELECT id, producer_id, marketplace, 'certificate_expired', 'composed', 'warning', 'producer', ARRAY['certificate'], ARRAY['21/04/2023'], NULL
        FROM listing WHERE product_id IN (3, 5);
        INSERT INTO listing_task (listing_id, account_id, producer_id, lane, wanted_revision, sent_revision, state, last_outcome, last_code, last_at)
        SELECT id, account_id, producer_id, CASE WHEN external_id IS NULL THEN 'create' ELSE 'content' END, 2,
            CASE WHEN external_id IS NULL THEN 0 ELSE 2 END,
            CASE state WHEN 'sending' THEN 'leased' WHEN 'unconfirmed' THEN 'unknown' WHEN 'failed' THEN 'dead' WHEN 'waiting' THEN 'due' ELSE 'idle' END,
            CASE WHEN external_id IS NULL THEN NULL WHEN state = 'rejected' THEN 'refused' ELSE 'accepted' END, NULL, now() - interval '2 days'
        FROM listing WHERE account_id IS NOT NULL;
        INSERT INTO listing_event (listing_id, producer_id, at, kind, what, how, raw)
        SELECT id, producer_id, now() - interval '3 days', 'desired', 'create', NULL, NULL FROM listing
        UNION ALL SELECT id, producer_id, submitted_at, 'sent', 'create', 'accepted', NULL FROM listing WHERE submitted_at IS NOT NULL
        UNION ALL SELECT id, producer_id, seen_at, 'seen', seen, 'api', '3' FROM listing WHERE seen IS NOT NULL
        UNION ALL SELECT id, producer_id, now() - interval '2 hours', 'state', state, owner, NULL FROM listing;
        INSERT INTO subject_request (kind, producer_id, unit_code, evidence, asked_on, recorded_by, recorded_key, answer_by, done_by, answered_at, approved_by,
            approved_key, approved_at, step, began_at, ended_at, ended_reason, removed, left_over)
        VALUES ('export', 1, '84', 'portal', CURRENT_DATE, 'producer', 'person:0', now() + interval '2 days', now() + interval '15 days', now(), NULL,
                NULL, NULL, 'open', NULL, NULL, NULL, NULL, '[]'),
            ('erase', 2, '84', 'Phiếu số 7', CURRENT_DATE - 30, 'Lan', 'name:LAN', now() - interval '26 days', now() - interval '15 days', NULL, NULL,
                NULL, NULL, 'open', NULL, NULL, NULL, NULL, '[]'),
            ('erase', 9001, '84', 'Phiếu số 5', CURRENT_DATE - 60, 'Lan', 'name:LAN', now() - interval '57 days', now() - interval '45 days',
                now() - interval '55 days', 'Minh', 'name:MINH', now() - interval '50 days', 'done', now() - interval '50 days', now() - interval '44 days', NULL,
                '{"product": 3, "listing": 6, "producer": 1, "seller_account": 2}', '[{"marketplace": "voso", "shop": "voso9", "item": "SP-9"}]'),
            ('erase', 3, '84', 'Phiếu số 8', CURRENT_DATE - 2, 'Lan', 'name:LAN', now(), now() + interval '13 days', now(), 'Minh', 'name:MINH', now(), 'leaving',
                now(), NULL, NULL, NULL, '[]'),
            ('erase', 1, '84', 'Phiếu số 2', CURRENT_DATE - 20, 'Lan', 'name:LAN', now() - interval '17 days', now() - interval '5 days',
                now() - interval '18 days', NULL, NULL, NULL, 'refused', NULL, now() - interval '9 days', 'Phiếu không phải của chủ thể', NULL, '[]');
        INSERT INTO wish_plan (kind, scope, producer_id, planned_by, planned_key, reason, products, step, confirmed_at, done_at, effort, proposed_at, proposed_reason, approved_by, approved_key)
        VALUES ('publish', 'producer:1', 1, 'Chị Thi', 'person:0', 'Bán dịp Tết', 2, 'done', now(), now(), '[{"marketplace": "postmart", "calls": 3, "seconds": 75}]', NULL, NULL, NULL, NULL),
               ('hide', 'producer:1', 1, 'Chị Thi', 'person:0', NULL, 2, 'planned', NULL, NULL, '[]', NULL, NULL, NULL, NULL),
               ('season', 'units:84', NULL, 'Cán bộ Sơn', 'person:0', 'Hết mùa bưởi', 5, 'confirmed', now(), NULL, '[{"marketplace": "voso", "calls": 1, "seconds": 1}]',
                now(), 'Các nhà vườn đã báo hết mùa bưởi', 'Cán bộ Lan', 'person:9000');
        INSERT INTO wish_item (plan_id, n, product_id, producer_id, listing_id, marketplace, act, why, print, outcome)
        SELECT w.id, row_number() OVER (PARTITION BY w.id ORDER BY l.id), l.product_id, l.producer_id, l.id, l.marketplace,
            CASE WHEN l.state = 'blocked' THEN 'blocked' WHEN w.kind = 'publish' THEN 'create' WHEN w.kind = 'hide' THEN 'hide' ELSE 'zero' END,
            CASE WHEN l.state = 'blocked' THEN ARRAY['price_missing'] ELSE ARRAY[]::text[] END, 'x',
            CASE WHEN w.kind = 'publish' AND l.state <> 'blocked' THEN 'applied' END
        FROM wish_plan w JOIN listing l ON l.producer_id = coalesce(w.producer_id, 2) AND (w.id < 3 OR l.product_id < 20);
        INSERT INTO product_season (product_id, producer_id, back_on, since, told_by, reason, plan_id)
        VALUES (8, 1, CURRENT_DATE + 30, CURRENT_DATE, 'Chị Thi', 'Hết lúa mùa', 1);
        INSERT INTO guard_hold (kind, source_id, total, proposed_by, proposed_key, proposed_at, proposed_reason)
        VALUES ('price', 1, NULL, 'Sơn', 'name:SƠN', now() + interval '1 hour', 'Chủ thể đã xác nhận bảng giá mới');
        INSERT INTO listing_hold (listing_id, hold_id, kind, was, becomes)
        SELECT id, 1, 'price', desired_price, 10 * desired_price FROM listing WHERE state = 'held';
        """;
}
