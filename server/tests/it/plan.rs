//! The plan: the list of the page, the same list from the bytes the browser gets, policies, and plans of shifts.

use axum::body::to_bytes;
use domain::facts::rows::Table;
use domain::family::Family;
use domain::people::Role;
use domain::plan::observatory::WhatIf;
use domain::plan::ranking::Section;
use domain::plan::situation::Bands;
use domain::plan::wire::{read_blocks, read_observatory};
use domain::time::{Instant, Interval};
use http::StatusCode;
use server::ingest::{Mode, ingest};

use crate::cluster::{Fresh, Server, text};
use crate::efficiency::loaded;
use crate::report::shared;
use crate::rights::{People, encoded};

async fn bytes(server: &Server, path: &str) -> Vec<u8> {
    let answer = server.get(path).await;
    assert_eq!(answer.status(), StatusCode::OK, "{path}");
    to_bytes(answer.into_body(), usize::MAX).await.unwrap().to_vec()
}

/// The ids of the listed blocks of a page, in its order.
fn listed(html: &str) -> Vec<String> {
    let (lists, _) = html.split_once("id=\"why-not\"").unwrap();
    let id = |rest: &str| rest.split('"').next().unwrap().replace("&amp;", "&");
    lists.split("data-sb=\"").skip(1).map(id).collect()
}

/// A number from 0 to 1 that follows from another: conditions at random, the same in each run.
fn share(seed: &mut u64) -> f64 {
    *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    (*seed >> 40) as f64 / (1_u64 << 24) as f64
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_list_of_the_page_is_the_list_of_the_bytes_the_browser_gets() {
    let Some(quarter) = shared("facts/quarter") else { return };
    let fresh = loaded(&quarter).await;
    let server = fresh.server();
    let blocks = read_blocks(&bytes(&server, "/plan/blocks").await).unwrap();
    let stored = fresh.store.book().await.unwrap();
    assert_eq!(blocks.candidates(), stored.blocks.candidates());
    let start = Instant::parse("2022-03-12T00:00:00Z").unwrap();
    let (mut seed, mut n_listed) = (7, 0);
    for _ in 0..40 {
        #[expect(clippy::cast_possible_truncation, reason = "seconds of a month")]
        let at = start.plus((share(&mut seed) * 30.0 * 86_400.0) as i64);
        let asked = WhatIf {
            at: Some(at),
            pwv_mm: (share(&mut seed) < 0.7).then(|| 0.2 + 4.0 * share(&mut seed)),
            elevation_deg: (share(&mut seed) < 0.5).then(|| 50.0 * share(&mut seed)),
            exec_frac: (share(&mut seed) < 0.5).then(|| share(&mut seed)),
            bands: (share(&mut seed) < 0.3).then(|| [3_u8, 6, 7].into_iter().collect::<Bands>()),
            ..WhatIf::default()
        };
        let name = if share(&mut seed) < 0.5 { "shiftdesk" } else { "dsa-cycle3" };
        let query = app::query::plan::PlanQuery {
            asked: asked.clone(),
            policy: Some((name.to_owned(), None)),
            all_rows: true,
            ..Default::default()
        };
        let address = query.href();
        let answer = server.get(&address).await;
        assert_eq!(answer.status(), StatusCode::OK, "{address}");
        let html = text(answer).await;

        let path = format!("/plan/observatory?at={}", encoded(&String::from(at)));
        let (edition, observatory) = read_observatory(&bytes(&server, &path).await).unwrap();
        assert_eq!(edition, stored.edition);
        let policy = observatory.policy(Some(name), None).unwrap();
        let situation = observatory.situation(&asked, policy).unwrap();
        let ranking = blocks.rank(&situation, policy);
        let of_bytes: Vec<String> = Section::ALL
            .iter()
            .flat_map(|&section| ranking.section(section))
            .map(|&place| blocks.candidate(place as usize).unwrap().block.id.to_string())
            .collect();
        assert_eq!(listed(&html), of_bytes, "{address}");
        n_listed += of_bytes.len();
    }
    assert!(n_listed > 40, "{n_listed} blocks were listed in all: too few to compare anything");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_log_is_another_edition() {
    let fresh = Fresh::open().await;
    let before = fresh.store.book().await.unwrap();
    assert_eq!(before.blocks.len(), 0);
    let folder = tempfile::tempdir().unwrap();
    let head =
        "sb_uid,sb_name,project_code,array,band,rep_freq_ghz,ra_deg,dec_deg,max_pwv_mm,exec_count,est_time_h,state\n";
    let line = "uid://A001/X1/X2,Dor,2021.1.00001.S,SEVEN-M,6,230,69.2,-62.1,1.8,2,0.6,Ready\n";
    std::fs::write(folder.path().join("scheduling_blocks.csv"), format!("{head}{line}")).unwrap();
    let mode = Mode::Load { store: &fresh.store, now: crate::cluster::monday() };
    let summary = ingest(mode, &[folder.path().to_owned()], |_| {}).await;
    assert_eq!(summary.exit_code(), 0, "{summary}");
    let after = fresh.store.book().await.unwrap();
    assert_ne!(before.edition, after.edition);
    assert_eq!(after.blocks.len(), 1);
    // "Where is SB X?" is one search; the log has no project for it, and says so.
    let html = text(fresh.server().get("/plan?find=dor").await).await;
    assert!(html.contains("no project_code among the projects"), "{html}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_filter_parts_the_list_and_keeps_the_ranks() {
    let Some(quarter) = shared("facts/quarter") else { return };
    let fresh = loaded(&quarter).await;
    let server = fresh.server();
    let asked = async |hour: u32, find: &str| {
        let answer = text(server.get(&format!("/api/v1/plan?at=2022-03-12T{hour:02}:00:00Z{find}")).await).await;
        serde_json::from_str::<serde_json::Value>(&answer).unwrap()
    };
    let ranks = |plan: &serde_json::Value| -> Vec<(String, u64)> {
        let sections = plan["sections"].as_array().unwrap();
        let blocks = sections.iter().flat_map(|section| section["blocks"].as_array().unwrap());
        blocks.map(|one| (one["sb_uid"].as_str().unwrap().to_owned(), one["rank"].as_u64().unwrap())).collect()
    };
    let n_not_listed = |plan: &serde_json::Value| plan["not_listed"].as_array().unwrap().len();
    let (mut n_six, mut n_others) = (0, 0);
    for hour in (0..24).step_by(3) {
        let (six, others) = (asked(hour, "&find=band:6").await, asked(hour, "&find=-band:6").await);
        let all = asked(hour, "").await;
        let mut together: Vec<_> = ranks(&six).into_iter().chain(ranks(&others)).collect();
        let mut whole = ranks(&all);
        together.sort();
        whole.sort();
        assert_eq!(together, whole);
        assert_eq!(n_not_listed(&six) + n_not_listed(&others), n_not_listed(&all));
        (n_six, n_others) = (n_six + ranks(&six).len(), n_others + ranks(&others).len());
    }
    assert!(n_six > 0 && n_others > 0, "{n_six} of band 6, {n_others} of others");
    let refused = server.get("/api/v1/plan?find=band:66").await;
    assert_eq!(refused.status(), StatusCode::BAD_REQUEST);
    assert!(text(refused).await.contains("66 (character 6): a band is a number from 1 to 10"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_blocks_of_cycle_1_import_and_say_what_they_lack() {
    let Some(list) = shared("real/sb_cycle1.tsv") else { return };
    let fresh = Fresh::open().await;
    let mode = Mode::Load { store: &fresh.store, now: crate::cluster::monday() };
    let summary = ingest(mode, &[list], |_| {}).await;
    assert_eq!(summary.exit_code(), 0, "{summary}");
    let book = fresh.store.book().await.unwrap();
    // The file has a line for its columns and 450 blocks.
    assert_eq!(book.blocks.len(), 450);
    let of = |family| book.blocks.candidates().iter().filter(|one| one.block.array == Some(family)).count();
    // `cut -f7 | sort | uniq -c`: 52 TP-ARRAY; 27 SEVEN-M and 5 ACA; the others name configurations.
    assert_eq!((of(Family::TotalPower), of(Family::Seven), of(Family::Twelve)), (52, 32, 366));
    let html = text(fresh.server().get("/plan?failing=project+state&rows=all").await).await;
    assert!(listed(&html).is_empty());
    assert!(html.contains("no project&#x27;s state") || html.contains("no project's state"), "{html}");
}

const POLICY: &str = "fields[w0]=0.5&fields[w1]=0&fields[w2]=0&fields[w3]=0&fields[w4]=0&fields[w5]=0&fields[w6]=0.5&fields[elevation_deg]=25&fields[sets_in_h]=1&fields[hour_angle_from_h]=-3\
    &fields[hour_angle_to_h]=3&fields[exec_frac]=0.7&fields[a]=10&fields[a_carried_over]=9&fields[b]=4&fields[c]=0";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_policy_is_made_approved_by_somebody_else_and_then_made_the_default() {
    let people = People::open().await;
    let make = |name: &str| format!("fields[name]={name}&{POLICY}");
    let ask = async |function: &str, body: &str, role| {
        let answer = people.ask("POST", &format!("/_fn/{function}"), body, Some(role)).await;
        (answer.status(), text(answer).await)
    };
    assert_eq!(ask("make-policy", &make("winter"), Role::Planner).await.0, StatusCode::OK);
    assert_eq!(ask("make-policy", &make("winter"), Role::Planner).await.0, StatusCode::OK);
    let all = people.fresh.store.policies().await.unwrap();
    let versions: Vec<(String, u32)> = all.iter().map(|kept| (kept.policy.name.clone(), kept.policy.version)).collect();
    let expected = [("shiftdesk", 1), ("dsa-cycle3", 1), ("winter", 2), ("winter", 1)];
    assert_eq!(versions, expected.map(|(name, version)| (name.to_owned(), version)));
    assert!(all[0].is_default);

    let (status, told) = ask("make-policy", &make("shiftdesk"), Role::Planner).await;
    assert!(status == StatusCode::UNPROCESSABLE_ENTITY && told.contains("built-in"), "{status} {told}");
    let (_, told) =
        ask("make-policy", &make("winter").replace("fields[w0]=0.5", "fields[w0]=1.5"), Role::Planner).await;
    assert!(told.contains("a weight is a number from 0 to 1"), "{told}");

    let winter = "name=winter&version=1";
    let (_, told) = ask("default-policy", winter, Role::Planner).await;
    assert!(told.contains("only an approved policy"), "{told}");
    let (_, told) = ask("approve-policy", winter, Role::Planner).await;
    assert!(told.contains("somebody else than its author"), "{told}");
    assert_eq!(ask("approve-policy", winter, Role::Admin).await.0, StatusCode::OK);
    assert_eq!(ask("default-policy", winter, Role::Planner).await.0, StatusCode::OK);
    let default = people.fresh.store.policies().await.unwrap().into_iter().find(|kept| kept.is_default).unwrap();
    assert_eq!((default.policy.name.as_str(), default.policy.version), ("winter", 1));
    // The list names it.
    let html = text(people.server.get("/plan").await).await;
    assert!(html.contains("winter, version 1"), "the policy of the list is named");
    let (status, _) = ask("approve-policy", "name=winter&version=9", Role::Admin).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_plan_is_filled_changed_undone_and_published_and_two_planners_do_not_overwrite_each_other() {
    let people = People::open().await;
    let store = &people.fresh.store;
    let simulation = server::demo::simulate(2, 7, crate::cluster::monday());
    let tables = [Table::Projects, Table::SchedulingBlocks, Table::Configurations, Table::ConfigurationSchedule];
    let mut load = store.begin_load("demo", &tables).await.unwrap();
    for (_, fact) in server::demo::facts_in_order(&simulation).filter(|(table, _)| tables.contains(table)) {
        load.push(fact).await.unwrap();
    }
    load.finish().await.unwrap();
    let start = crate::cluster::monday().plus(3_600);
    let shift = Interval::new(start, start.plus(12 * 3_600)).unwrap();
    let (from, to) = (encoded(&String::from(shift.start())), encoded(&String::from(shift.end())));
    let act = async |version: i32, act: &str| {
        let body = format!("which[family]=7m&which[start]={from}&which[end]={to}&which[version]={version}&act={act}");
        let answer = people.ask("POST", "/_fn/edit-plan", &body, Some(Role::Planner)).await;
        (answer.status(), text(answer).await)
    };
    let plan = async || store.shift_plan(Family::Seven, shift.start()).await.unwrap();

    let (status, told) = act(0, "fill").await;
    assert_eq!(status, StatusCode::OK, "{told}");
    let filled = plan().await;
    assert_eq!(filled.version, 1);
    assert!(filled.planned.len() > 3, "{:?}", filled.planned);
    for pair in filled.planned.windows(2) {
        assert!(pair[0].interval.overlap(pair[1].interval).is_none(), "{pair:?}");
    }
    assert!(filled.planned.iter().all(|one| shift.overlap(one.interval) == Some(one.interval)));
    // The list that it was chosen from is kept with it.
    let event = people.fresh.store.plan_event(Family::Seven, shift.start(), 1).await.unwrap().unwrap();
    let list = event.kept_list().unwrap();
    let beginning = filled.events[0].kept_list().unwrap();
    assert_eq!((beginning.is_whole, &beginning.rows[..]), (false, &list.rows[..5]));
    assert_eq!((list.policy.name.as_str(), list.policy.version), ("shiftdesk", 1));
    assert!(list.href.starts_with("/plan?at="), "{}", list.href);
    // All of it: made again from what was kept with it, it is the same.
    let book = people.fresh.store.book().await.unwrap();
    let ranking = book.blocks.rank(&list.situation, &list.policy);
    let places = Section::ALL.iter().flat_map(|&section| ranking.section(section)).map(|&place| place as usize);
    let again = places.filter_map(|place| Some((book.blocks.candidate(place)?, ranking.score(place)?)));
    let again = again.filter(|(candidate, _)| candidate.block.array == Some(Family::Seven));
    let again: Vec<_> = again.map(|(candidate, score)| (candidate.block.id.clone(), score)).collect();
    let kept: Vec<_> = list.rows.iter().map(|row| (row.sb.clone(), row.score)).collect();
    assert!(list.is_whole && kept.len() > 1);
    assert_eq!(kept, again);
    // As it was kept before it was kept whole, it is read too.
    let mut old = serde_json::to_value(&list).unwrap();
    let keys = old.as_object_mut().unwrap();
    let rows = keys.remove("rows").unwrap();
    keys.remove("is_whole");
    keys.insert("first".to_owned(), rows);
    let event = domain::plan::shift_plan::PlanEvent { list: Some(old), ..event };
    assert_eq!(event.kept_list().map(|list| list.is_whole), Some(false));

    // Another planner still has the page of before.
    assert_eq!(act(0, "remove&nth=0").await.0, StatusCode::CONFLICT);
    assert_eq!(plan().await, filled);

    assert_eq!(act(1, "move&nth=0&by=-300").await.0, StatusCode::OK);
    let moved = plan().await;
    assert_eq!(moved.planned[0].interval.start(), filled.planned[0].interval.start().plus(-300));
    assert_eq!(act(2, "remove&nth=0").await.0, StatusCode::OK);
    assert_eq!(plan().await.planned.len(), filled.planned.len() - 1);
    assert_eq!(act(3, "undo").await.0, StatusCode::OK);
    assert_eq!(plan().await.planned, moved.planned);
    // An undo is undone too.
    assert_eq!(act(4, "undo").await.0, StatusCode::OK);
    assert_eq!(plan().await.planned.len(), filled.planned.len() - 1);

    let gone = &filled.planned[1];
    let body = format!("insert&sb={}&at={}", encoded(gone.sb.as_str()), encoded(&String::from(gone.interval.start())));
    assert_eq!(act(5, &body).await.0, StatusCode::OK);
    assert_eq!(act(6, "publish").await.0, StatusCode::OK);
    let published = plan().await;
    assert!(published.events[0].published);
    assert_eq!((published.events[0].author.as_str(), published.events.len()), ("planner", 7));

    for (wrong, what) in [
        ("remove&nth=99", "no such execution"),
        ("insert&sb=none&at=2022-03-14", "none of that id"),
        ("dance", "insert, move"),
    ] {
        let (status, told) = act(7, wrong).await;
        assert!(status.is_client_error() && told.contains(what), "{wrong}: {status} {told}");
    }
    let html = text(people.server.get(&format!("/plan/shift?family=7m&start={from}&end={to}")).await).await;
    assert!(html.contains("Published"), "{html}");
}
