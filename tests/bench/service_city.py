"""A city at voluntary service: two years of a thousand communities, or one community alone.

`ready(communities)` makes it once with generate_series and keeps it: of each community a thousand
orders with their way, whom was asked and the hours, a hundred volunteers, fifty wishes, ten needs
and resources, twenty events. The rows are what the acts would have left. Indexes and references of
the large tables are built, and so checked, after the rows; who confirmed an hour is not asked.
"""

import os
import subprocess
import sys

from config.embedded import BASE_DIR
from tests.bench import cities
from tests.bench.volunteers import PEOPLE, PLACES, VOLUNTEERING

COMMUNITIES = int(os.environ.get("BENCH_COMMUNITIES", "1000"))
ORDERS = 1000  # of a community in DAYS
DAYS = 730

# Person k of community c: the volunteers are numbered over the city's buildings, five times round.
# Order n belongs to community n % communities; m counts those of a community.
OF = """
CREATE FUNCTION pg_temp.person(c bigint, k bigint) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$
    SELECT COALESCE(NULLIF(20 * c + k %% 20 + %(buildings)s * (k %% 100 / 20), 0),
        100 * %(communities)s)
$$;
"""
STAFF = """
INSERT INTO stations_station (area_id, name, address, phone, opens, closes)
SELECT id, name || '党群服务站', '中心广场旁', '0731-55550110', '08:30', '20:30'
  FROM stations_area WHERE level = 4;
INSERT INTO stations_entrance (id, building_id, number, code)
SELECT 2 * b.id + k, b.id, 1 + k, 've' || b.id || '-' || k
  FROM stations_building b, generate_series(0, 1) k;
INSERT INTO stations_user (id, password, is_superuser, username, email, is_staff, is_active,
    date_joined, name, must_change_password)
SELECT 1000000 + 10 * c + k, %(password)s, false, CASE WHEN c > 0 THEN w.who || c ELSE w.who END,
    '', false, true, now(), w.who || c, false
  FROM generate_series(0, %(communities)s - 1) c,
    unnest(ARRAY['worker', 'secretary', 'colleague']) WITH ORDINALITY w (who, k);
INSERT INTO stations_user (id, password, is_superuser, username, email, is_staff, is_active,
    date_joined, name, must_change_password)
VALUES (900001, %(password)s, false, 'officer', '', false, true, now(), 'officer', false),
    (900002, %(password)s, false, 'city', '', false, true, now(), 'city', false),
    (900003, %(password)s, false, 'city_officer', '', false, true, now(), 'city_officer', false);
INSERT INTO stations_posting (user_id, area_id, role, title, since)
SELECT 1000000 + 10 * c + k, 1000 + c, CASE k WHEN 2 THEN 'secretary' ELSE 'worker' END, '',
    now() - interval '3 years'
  FROM generate_series(0, %(communities)s - 1) c, generate_series(1, 3) k
UNION ALL SELECT 900001, 100, 'officer', '', now() - interval '3 years'
UNION ALL SELECT 900002, 1, 'district', '', now() - interval '3 years'
UNION ALL SELECT 900003, 1, 'officer', '', now() - interval '3 years'
UNION ALL SELECT user_id, area_id, 'volunteer', '', now() - interval '2 years'
  FROM volunteers_volunteer;
UPDATE stations_user SET password = %(password)s, username = 'volunteer'
 WHERE id = pg_temp.person(0, 5);
UPDATE stations_user SET password = %(password)s, username = 'leader'
 WHERE id = pg_temp.person(0, 0);
UPDATE stations_user u SET phone = (13000000000 + u.id)::varchar WHERE u.id < 900000;
INSERT INTO volunteers_identity (user_id, area_id, key, claimed_at, verified_at, verified_by_id)
SELECT v.user_id, v.area_id, md5('i' || v.user_id), now(), now(),
    1000000 + 10 * (v.area_id - 1000) + 1
  FROM volunteers_volunteer v WHERE v.id %% 20 > 0;
INSERT INTO volunteers_identity (user_id, area_id, key, claimed_at, verified_at, verified_by_id)
SELECT p.user_id, p.area_id, md5('i' || p.user_id), now(), now(), 900001
  FROM stations_posting p WHERE p.user_id >= 1000000;
"""
# One brand of the whole city with a team in each community, and one of each community.
TEAMS = """
INSERT INTO volunteers_partner (id, area_id, uuid, name, kind, words, contact_sealed, since)
SELECT 1 + c * 3 + k, 1000 + c, gen_random_uuid(), '合伙人' || k, 'shop', '', '', current_date - 700
  FROM generate_series(0, %(communities)s - 1) c, generate_series(0, 2) k;
INSERT INTO volunteers_brand (id, area_id, code, name, motto, story, colour, icon, logo, thumb,
    "order", since)
SELECT 1, 1, 'city', '同心志', '', '全市的品牌', 'blue', 'heart-handshake', '', '', 1,
    current_date - 700
UNION ALL SELECT 2 + c, 1000 + c, 'place' || c, '同心益' || c, '', '社区的品牌', 'green', 'heart',
    '', '', 10, current_date - 700
  FROM generate_series(0, %(communities)s - 1) c;
INSERT INTO volunteers_team (id, area_id, brand_id, name, words, helps, leader_id, deputy_id,
    price_words, invite_code, is_open, since)
SELECT 1 + c * 2 + k, 1000 + c, CASE k WHEN 0 THEN 1 ELSE 2 + c END, '第' || c || '-' || k,
    '', ARRAY['errand', 'repair']::varchar[], pg_temp.person(c, 0), pg_temp.person(c, 20), '',
    'team' || c || '-' || k, true, current_date - 700
  FROM generate_series(0, %(communities)s - 1) c, generate_series(0, 1) k;
INSERT INTO volunteers_membership (team_id, volunteer_id, area_id, state, asked_at, decided_at)
SELECT 1 + (v.area_id - 1000) * 2 + v.id %% 2, v.id, v.area_id,
    CASE WHEN v.id %% 50 = 7 THEN 'applied' ELSE 'in' END, now() - interval '2 years',
    CASE WHEN v.id %% 50 <> 7 THEN now() - interval '2 years' END
  FROM volunteers_volunteer v;
"""
# Order n: `m` is its number in the community (0 oldest, 999 today), `was` the moment it came.
# The newest fifteen are open in turn, fifteen before wait to be confirmed, ten more are on show.
LIVES = """
CREATE TEMP TABLE life AS
SELECT n, c, m, 10000 + 2 * c + m %% 2 AS estate, 1 + 20 * c + m %% 2 * 10 + m / 2 %% 10 AS building,
    pg_temp.person(c, k) AS person, now() - make_interval(
        mins => ((999 - m) * %(days)s * 1.44)::int + (n %% 90)::int) AS was,
    CASE WHEN m >= 985 THEN (ARRAY['ordered', 'dispatched', 'accepted', 'on_way'])[1 + m %% 4]
        WHEN m %% 20 = 3 THEN 'cancelled' WHEN m >= 970 THEN 'done'
        WHEN m %% 3 = 0 THEN 'confirmed' ELSE 'rated' END AS state,
    (ARRAY['errand', 'repair', 'escort', 'company', 'haircut', 'care'])[1 + m %% 6] AS help,
    gen_random_uuid() AS uuid
  FROM (SELECT n, (n - 1) %% %(communities)s AS c, (n - 1) / %(communities)s AS m,
      2 + ((n - 1) / %(communities)s * 7) %% 97 AS k
    FROM generate_series(1, %(orders)s * %(communities)s::bigint) n) numbered;
INSERT INTO volunteers_beneficiary (id, uuid, area_id, building_id, is_regular, call_every_days,
    last_call_at, name_sealed, phone_sealed, phone_index, door_sealed, words_sealed, card_digest,
    since, erased_at)
SELECT n, uuid, estate, building, m < 20, CASE WHEN m < 20 THEN 14 END,
    CASE WHEN m < 20 THEN now() - make_interval(days => m::int) END, '', '',
    CASE WHEN m < 20 OR m > 740 THEN substr(md5('p' || c || '-' || m %% 300), 1, 32) ELSE '' END,
    '', '', '', was::date, CASE WHEN m BETWEEN 20 AND 740 THEN was + interval '181 days' END
  FROM life;
INSERT INTO volunteers_package (id, beneficiary_id, area_id, name, helps, per_month, weekday, part,
    team_id, by_id, since)
SELECT 1 + 10 * c + m, n, estate, '康养包', ARRAY['care', 'haircut']::varchar[], 2, m %% 5, 0,
    2 + c * 2, 1000001 + 10 * c, current_date - 700
  FROM life WHERE m < 10;
INSERT INTO volunteers_order (id, token, uuid, code_digest, area_id, building_id, entrance_id,
    beneficiary_id, help, words_sealed, brief, wanted_on, part, minutes, channel, by_id, package_id, state,
    state_since, due_at, round, team_id, volunteer_id, price_words, created_at, accepted_at,
    begun_at, done_at, confirmed_at, rating, rating_words, cancelled_why, call_since)
SELECT n, gen_random_uuid(), uuid, md5('code' || n), estate, building, 2 * building + m / 3 %% 2,
    CASE WHEN m %% 40 = 5 THEN 1 + c + %(communities)s * (m / 40 %% 10) ELSE n END, help, '', '',
    was::date + 2, m %% 3, 60, CASE WHEN m %% 40 = 5 THEN 'package' WHEN m %% 4 = 0 THEN 'worker'
    ELSE 'form' END, CASE WHEN m %% 4 = 0 THEN 1000001 + 10 * c END,
    CASE WHEN m %% 40 = 5 THEN 1 + 10 * c + m / 40 %% 10 END, state,
    was + CASE WHEN m < 985 THEN interval '1 day' ELSE interval '0' END, was + interval '2 days',
    CASE WHEN state = 'ordered' THEN 0 ELSE 1 END, 1 + c * 2 + m %% 2,
    CASE WHEN state NOT IN ('ordered', 'dispatched', 'cancelled') THEN person END, '', was,
    CASE WHEN state NOT IN ('ordered', 'dispatched', 'cancelled') THEN was + interval '2 hours' END,
    CASE WHEN state IN ('done', 'confirmed', 'rated') THEN was + interval '1 day' END,
    CASE WHEN state IN ('done', 'confirmed', 'rated') THEN was + interval '25 hours' END,
    CASE WHEN state IN ('confirmed', 'rated') THEN was + interval '2 days' END,
    CASE state WHEN 'rated' THEN CASE m %% 50 WHEN 1 THEN 2 ELSE 5 END END, '', '',
    CASE WHEN m BETWEEN 950 AND 969 AND m %% 50 = 1 THEN was + interval '2 days' END
  FROM life;
INSERT INTO volunteers_orderevent (order_id, at, kind, by_id, actor, words, public_words)
SELECT n, was + make_interval(hours => e.k::int), e.kind,
    CASE WHEN e.k IN (2, 3, 4) THEN person WHEN m %% 4 = 0 THEN 1000001 + 10 * c END, '有人', '', ''
  FROM life, unnest(ARRAY['ordered', 'dispatched', 'accepted', 'begun', 'done', 'confirmed'])
    WITH ORDINALITY e (kind, k)
 WHERE e.k <= CASE state WHEN 'ordered' THEN 1 WHEN 'cancelled' THEN 2 WHEN 'dispatched' THEN 2
    WHEN 'accepted' THEN 3 WHEN 'on_way' THEN 3 WHEN 'done' THEN 5 ELSE 6 END;
INSERT INTO volunteers_ask (order_id, volunteer_id, team_id, area_id, round, why, state, asked_at,
    until, answered_at, words)
SELECT n, CASE k WHEN 0 THEN person ELSE pg_temp.person(c, 2 + (m * 7 + 11) %% 97) END,
    1 + c * 2 + m %% 2, estate, 1, '同一栋楼',
    CASE WHEN state = 'dispatched' THEN 'asked' WHEN state = 'cancelled' THEN 'withdrawn'
      WHEN k = 0 THEN 'accepted' ELSE 'taken' END,
    was + interval '1 hour', was + interval '5 hours',
    CASE WHEN state <> 'dispatched' THEN was + interval '2 hours' END, ''
  FROM life, generate_series(0, 1) k WHERE state <> 'ordered';
"""
# Nine of ten services have hours: who served, who leads, and who was helped by a telephone.
HOURS = """
INSERT INTO volunteers_hour (id, number, volunteer_id, team_id, area_id, order_id, source, help,
    words, began_at, ended_at, minutes, state, person_keys, lead_by_id, lead_at, lead_keys,
    other_as, other_at, other_keys, odd, objection, decision, shown_until, counted_at, created_at)
SELECT n, CASE WHEN m < 955 THEN 'FW-' || to_char(was + interval '10 days', 'YYYYMM') || '-'
      || lpad(n::varchar, 7, '0') END,
    person, 1 + c * 2 + m %% 2, 1000 + c, n, 'clock', help, '', was + interval '1 day',
    was + interval '25 hours', 60,
    CASE WHEN m >= 970 THEN 'reported' WHEN m %% 100 = 61 AND m >= 900 THEN 'held'
      WHEN m >= 955 THEN 'shown' ELSE 'counted' END,
    ARRAY['i:' || md5('i' || person)],
    CASE WHEN m < 970 THEN pg_temp.person(c, 0) END,
    CASE WHEN m < 970 THEN was + interval '2 days' END,
    CASE WHEN m < 970 THEN ARRAY['i:' || md5('i' || pg_temp.person(c, 0))]::varchar[]
      ELSE '{}' END,
    CASE WHEN m < 970 THEN 'served' ELSE '' END,
    CASE WHEN m < 970 THEN was + interval '2 days' END,
    CASE WHEN m < 970 THEN ARRAY['p:' || md5('p' || n)]::varchar[] ELSE '{}' END, '', '', '',
    CASE WHEN m < 970 THEN GREATEST(was + interval '6 days', CASE WHEN m >= 955
      THEN now() + interval '2 days' END) END,
    CASE WHEN m < 955 THEN was + interval '10 days' END, was + interval '25 hours'
  FROM life WHERE state IN ('done', 'confirmed', 'rated') AND m %% 50 > 0;
INSERT INTO volunteers_point (volunteer_id, area_id, seq, kind, points, balance, hour_id, at)
SELECT volunteer_id, area_id, row_number() OVER w, 'earned', 2, 2 * row_number() OVER w, id,
    counted_at
  FROM volunteers_hour WHERE state = 'counted' WINDOW w AS (PARTITION BY volunteer_id ORDER BY id);
INSERT INTO volunteers_paper (number, code, token, kind, volunteer_id, area_id, first_on, last_on,
    minutes, services, lines, made_by_id, made_at, revoked_why)
SELECT 'FWJL-' || c || '-' || k, 'paper' || to_char(c, 'FM0000') || to_char(k, 'FM000'),
    gen_random_uuid(), 'record',
    pg_temp.person(c, k), 1000 + c, current_date - 365, current_date - 1, 540, 9, '[]',
    1000001 + 10 * c, now() - make_interval(days => k), ''
  FROM generate_series(0, %(communities)s - 1) c, generate_series(0, 29) k;
"""
GIVING = """
INSERT INTO volunteers_wish (uuid, token, area_id, first_name, who_sealed, title, words, worth_fen,
    kind, state, volunteer_id, claimed_at, claimed_until, photo, thumb, is_photo_public,
    fulfilled_at, thanks, thanked_at, by_id, created_at)
SELECT gen_random_uuid(), gen_random_uuid(), 10000 + 2 * c + k %% 2, '小满', CASE WHEN k > 38
    THEN 'sealed' ELSE '' END, '想要一盏台灯', '', 8000, 'thing', s.state,
    CASE WHEN s.state IN ('claimed', 'handed_in', 'fulfilled', 'thanked')
      THEN pg_temp.person(c, 2 + k) END,
    CASE WHEN s.state <> 'draft' THEN now() - make_interval(days => 735 - k * 14) END,
    CASE WHEN s.state = 'claimed' THEN current_date + 20 - k %% 10 END, '', '', false,
    CASE WHEN s.state IN ('fulfilled', 'thanked') THEN now() - make_interval(days => 735 - k * 14)
      END, '', CASE WHEN s.state = 'thanked' THEN now() - make_interval(days => 735 - k * 14) END,
    1000001 + 10 * c, now() - make_interval(days => 736 - k * 14)
  FROM generate_series(0, %(communities)s - 1) c, generate_series(0, 49) k, LATERAL (SELECT
    CASE WHEN k < 40 THEN CASE WHEN k %% 8 = 7 THEN 'cancelled' WHEN k %% 2 = 0 THEN 'thanked'
      ELSE 'fulfilled' END ELSE (ARRAY['open', 'claimed', 'handed_in', 'open', 'draft'])[1 + k %% 5]
    END AS state) s;
INSERT INTO volunteers_need (id, token, area_id, title, words, sort, help, quantity, unit, first_on,
    last_on, source, state, by_id, created_at)
SELECT 1 + c * 10 + k, gen_random_uuid(), CASE WHEN k %% 5 = 0 THEN 1000 + c ELSE
    10000 + 2 * c + k %% 2 END, '需求' || k, '',
    (ARRAY['people', 'skill', 'room', 'goods', 'money'])[1 + k %% 5],
    CASE WHEN k %% 5 < 2 THEN 'repair' ELSE '' END, 5, '份', NULL, current_date + 30, 'station',
    CASE WHEN k < 6 THEN 'open' ELSE 'met' END, 1000001 + 10 * c,
    now() - make_interval(days => 10 + k)
  FROM generate_series(0, %(communities)s - 1) c, generate_series(0, 9) k;
INSERT INTO volunteers_resource (id, area_id, partner_id, title, words, sort, help, quantity,
    "left", unit, last_on, by_id, created_at)
SELECT 1 + c * 10 + k, 1000 + c, 1 + c * 3 + k %% 3, '资源' || k, '',
    (ARRAY['people', 'skill', 'room', 'goods', 'money'])[1 + k %% 5],
    CASE WHEN k %% 5 < 2 THEN 'repair' ELSE '' END, 20, CASE WHEN k < 7 THEN 10 ELSE 0 END, '份',
    current_date + 60, 1000001 + 10 * c, now() - make_interval(days => 10 + k)
  FROM generate_series(0, %(communities)s - 1) c, generate_series(0, 9) k;
INSERT INTO volunteers_match (need_id, resource_id, area_id, quantity, state, why, by_id,
    created_at, need_agreed_at, need_agreed_by, giver_agreed_at, giver_agreed_by, delivered_at,
    delivered_words, declined_why)
SELECT 1 + c * 10 + k, 1 + c * 10 + k, 1000 + c, 5, CASE WHEN k < 6 THEN 'proposed' ELSE 'rated'
    END, '', 1000001 + 10 * c, now(), now(), '', now(), '', now(), '', ''
  FROM generate_series(0, %(communities)s - 1) c, generate_series(4, 9) k;
INSERT INTO volunteers_donation (id, number, area_id, partner_id, what, quantity, unit, worth_fen,
    received_on, received_by_id, witness_id, used, is_public, created_at)
SELECT 1 + c * 5 + k, 'JZ-' || c || '-' || k, 1000 + c, 1 + c * 3 + k %% 3, '大米', 20, '袋', 100000,
    current_date - (k * 60)::int, 1000001 + 10 * c, 1000002 + 10 * c, 20, true, now()
  FROM generate_series(0, %(communities)s - 1) c, generate_series(0, 4) k;
INSERT INTO volunteers_donationuse (donation_id, area_id, quantity, "where", used_on, by_id)
SELECT d.id, d.area_id, 4, '独居老人', d.received_on + k, d.received_by_id
  FROM volunteers_donation d, generate_series(1, 5) k;
INSERT INTO volunteers_gift (id, area_id, partner_id, name, words, points, "left")
SELECT 1 + c * 2 + k, 1000 + c, 1 + c * 3, '理发券', '', 20, 50
  FROM generate_series(0, %(communities)s - 1) c, generate_series(0, 1) k;
INSERT INTO volunteers_redemption (token, code, volunteer_id, gift_id, area_id, points, at,
    handed_over_at, handed_over_by_id)
SELECT gen_random_uuid(), 'r' || c || '-' || k, pg_temp.person(c, k), 1 + c * 2, 1000 + c, 20,
    now() - make_interval(days => k * 20), CASE WHEN k > 2 THEN now() END,
    CASE WHEN k > 2 THEN 1000001 + 10 * c END
  FROM generate_series(0, %(communities)s - 1) c, generate_series(0, 19) k;
"""
EVENTS = """
INSERT INTO volunteers_event (id, area_id, team_id, kind, help, title, words, risks, place,
    is_risky, fits_minors, state, cancelled_why, by_id, created_at)
SELECT 1 + c * 20 + k, CASE WHEN k %% 2 = 0 THEN 1000 + c ELSE 10000 + 2 * c END, 1 + c * 2,
    'service', 'other', '义诊', '', '', '广场', false, false, CASE WHEN k < 3 THEN 'open' ELSE 'over'
    END, '', 1000001 + 10 * c, now() - make_interval(days => 20 + k * 36)
  FROM generate_series(0, %(communities)s - 1) c, generate_series(0, 19) k;
INSERT INTO volunteers_slot (id, event_id, area_id, starts_at, ends_at, seats, code)
SELECT 2 * e.id + h, e.id, e.area_id, s.day + make_interval(hours => 9 + 5 * h),
    s.day + make_interval(hours => 11 + 5 * h), 6, 's' || e.id || '-' || h
  FROM volunteers_event e, generate_series(0, 1) h, LATERAL (SELECT
    CASE WHEN (e.id - 1) %% 20 < 3 THEN current_date + 2 + 3 * ((e.id - 1) %% 20)::int
      ELSE current_date - ((e.id - 1) %% 20)::int * 36 END::timestamptz AS day) s;
INSERT INTO volunteers_signup (slot_id, volunteer_id, area_id, state, starts_at, ends_at, asked_at,
    present_at, left_at)
SELECT s.id, pg_temp.person((s.event_id - 1) / 20, 1 + (s.id * 8 + k) %% 96), s.area_id,
    CASE WHEN s.ends_at > now() THEN CASE WHEN k < 6 THEN 'in' ELSE 'waiting' END
      WHEN k = 7 THEN 'no_show' ELSE 'left' END, s.starts_at, s.ends_at,
    s.starts_at - interval '5 days', CASE WHEN s.ends_at < now() AND k < 7 THEN s.starts_at END,
    CASE WHEN s.ends_at < now() AND k < 7 THEN s.ends_at END
  FROM volunteers_slot s, generate_series(0, 7) k;
INSERT INTO volunteers_post (id, area_id, kind, title, words, seats, outline, has_cleanup, since)
SELECT 1 + c * 10 + k, 10000 + 2 * c + k %% 2, (ARRAY['autonomy', 'law', 'virtue', 'zone'])
    [1 + k %% 4], '楼栋岗' || k, '看一看', 2, '[]', false, current_date - 700
  FROM generate_series(0, %(communities)s - 1) c, generate_series(0, 9) k;
INSERT INTO volunteers_claim (post_id, volunteer_id, area_id, promise, since, until, ended_at)
SELECT p.id, pg_temp.person((p.id - 1) / 10, 2 + (p.id - 1) %% 10 * 4 + k), p.area_id, '',
    current_date - 720 + k * 180, current_date - 540 + k * 180,
    CASE WHEN k < 3 THEN now() - make_interval(days => 540 - k * 180) END
  FROM volunteers_post p, generate_series(0, 3) k;
INSERT INTO volunteers_call (token, beneficiary_id, area_id, by_id, at, result)
SELECT gen_random_uuid(), n, estate, 1000001 + 10 * c, now() - make_interval(days => k * 14), 'well'
  FROM life, generate_series(0, 9) k WHERE m < 20;
"""
# What the ground floor keeps of all this: duties, what was looked at, messages, figures.
AROUND = """
INSERT INTO stations_duty (kind, object_id, area_id, role, title, subtitle, since, half_at, most_at,
    until, told, ended_at)
SELECT CASE WHEN m >= 985 AND state NOT IN ('ordered', 'dispatched') THEN 'volunteers.late_order'
      WHEN m < 985 AND m >= 970 THEN 'volunteers.confirm_order' ELSE 'volunteers.dispatch_order'
    END, n, estate, 'worker', '派单', '', was, was + interval '1 hour', was + interval '2 hours',
    was + interval '1 day', 100, CASE WHEN m < 970 THEN was + interval '3 hours' END
  FROM life WHERE state <> 'cancelled';
INSERT INTO stations_act (at, actor, verb, on_type, on_id, on_label, area_id, request_id, detail,
    by_id)
SELECT was, '社区', a.verb, 'volunteers.order', n, '点单', estate, '', '{}', 1000001 + 10 * c
  FROM life, unnest(ARRAY['volunteers.dispatch_order', 'volunteers.reveal_beneficiary']) a (verb);
INSERT INTO stations_message (recipient_id, key, title, body, url, created_at, read_at, mailed_at)
SELECT person, 'volunteers.ask:' || n, '有人请您帮忙', '', '/mine/', was,
    CASE WHEN m < 990 THEN was END, was
  FROM life;
INSERT INTO stations_figure (area_id, day, key, split, number)
SELECT estate, was::date, 'volunteers.ordered', '', count(*) FROM life
 WHERE state <> 'cancelled' GROUP BY 1, 2;
INSERT INTO stations_figure (area_id, day, key, split, number)
SELECT area.id, f.day, f.key, '', sum(f.number)
  FROM stations_figure f JOIN stations_area e ON e.id = f.area_id
  JOIN stations_area area ON area.level < 5 AND area.id = ANY
    (string_to_array(trim(e.path, '/'), '/')::bigint[])
 GROUP BY 1, 2, 3;
"""
PARTS = (PLACES, PEOPLE, VOLUNTEERING, OF, STAFF, TEAMS, LIVES, HOURS, GIVING, EVENTS, AROUND)
GROUND = ("Area", "User", "Posting", "Station", "Building", "Entrance")


def name_of(communities):
    """The name of the city in `tests.bench.cities`."""
    return f"service_{communities}"


def ready(communities):
    """The city with today's tables, made when it is not there."""
    name = name_of(communities)
    cities.kept(name, made_by=__file__, fill=lambda: settle_in(name, communities))


def settle_in(name, communities):
    """`fill()` in a process whose database is the city."""
    cities.manage(name, "createcachetable")
    environment = cities.environment(name) | {"DJANGO_SETTINGS_MODULE": "config.settings"}
    command = [sys.executable, "-m", "tests.bench.service_city", str(communities)]
    subprocess.run(command, env=environment, check=True, cwd=BASE_DIR)
    with cities.connect(name) as database:
        database.execute("VACUUM ANALYZE")


def fill(communities):
    """Places, people, and two years of their service, in the database of DATABASE_URL."""
    from django.apps import apps
    from django.contrib.auth.hashers import make_password
    from django.db import connection, transaction

    from deliberation.demo.prefecture.sheets import bare_tables, count_on
    from stations.demo import PASSWORD
    from stations.models import Act, Duty, Figure, Message
    from volunteers.choices import Help
    from volunteers.models import Ask, Beneficiary, Hour, Order, OrderEvent, Point

    facts = {
        "communities": communities,
        "buildings": 20 * communities,
        "volunteers": 100 * communities,
        "orders": ORDERS,
        "days": DAYS,
        "password": make_password(PASSWORD),
        "helps": list(Help.values),
    }
    large = (Ask, Beneficiary, Hour, Order, OrderEvent, Point, Act, Duty, Figure, Message)
    with transaction.atomic(), connection.cursor() as cursor:
        with bare_tables(cursor, *large):
            cursor.execute("SET LOCAL work_mem = '128MB'")
            cursor.execute("ALTER TABLE volunteers_hour DISABLE TRIGGER USER")
            for part in PARTS:
                cursor.execute(part, facts)
            cursor.execute("ALTER TABLE volunteers_hour ENABLE TRIGGER USER")
        own = [*apps.get_app_config("volunteers").get_models()]
        ground = [apps.get_model("stations", name) for name in GROUND]
        count_on(cursor, *own, *ground)


if __name__ == "__main__":
    import django

    django.setup()
    fill(int(sys.argv[1]))
