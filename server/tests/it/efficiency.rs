//! The efficiency pages, their files and the API: one set of figures, to the last digit, and the rows behind each.

use std::collections::BTreeMap;
use std::path::Path;

use app::api::person::CurrentUser;
use axum::body::{Body, to_bytes};
use domain::efficiency::Metric;
use domain::people::Role;
use domain::time::{HOUR_S, Instant};
use http::{Request, StatusCode};
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::Field;
use serde_json::Value;
use server::ingest::{Mode, ingest};

use crate::cluster::{Fresh, Server, text};
use crate::report::shared;

type Row = BTreeMap<String, String>;

fn rows(path: &Path) -> Vec<Row> {
    csv::Reader::from_path(path).unwrap().deserialize().map(Result::unwrap).collect()
}

/// A log with its *now*. The server's clock stands before it, so what the log says of the present holds.
pub(crate) async fn loaded(facts: &Path) -> Fresh {
    let fresh = Fresh::open().await;
    let now = std::fs::read_to_string(facts.join("now.txt")).unwrap();
    let now = Instant::parse(now.trim()).unwrap();
    let summary = ingest(Mode::Load { store: &fresh.store, now }, &[facts.to_owned()], |_| {}).await;
    assert!([0, 3].contains(&summary.exit_code()), "{summary}");
    fresh
}

async fn page(server: &Server, path: &str) -> String {
    let answer = server.get(path).await;
    assert_eq!(answer.status(), StatusCode::OK, "{path}");
    text(answer).await
}

/// The texts of the elements with that opening, without the tags inside them.
fn texts(html: &str, opening: &str, closing: &str) -> Vec<String> {
    let of_element = |rest: &str| {
        let mut words = String::new();
        let mut inside = false;
        for c in rest.split(closing).next().unwrap().chars() {
            match c {
                '<' => inside = true,
                '>' => inside = false,
                c if !inside => words.push(c),
                _ => {}
            }
        }
        words
    };
    html.split(opening).skip(1).map(|rest| of_element(rest.split_once('>').unwrap().1)).collect()
}

/// The numbers of a page, row by row, one for each column.
fn numbers(html: &str) -> Vec<Vec<String>> {
    // The first table of the page; those below it are its drawings as tables.
    let body = html.split("<tbody>").nth(1).unwrap().split("</tbody>").next().unwrap();
    let rows = body.split("<tr>").skip(1);
    rows.map(|row| texts(row, "<td data-of=", "</td>")).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn every_cell_of_every_week_is_the_expected_one_on_the_page_in_the_files_and_in_the_api() {
    for (folder, weeks) in [("facts/quarter", 13), ("facts/seed_week", 1)] {
        let Some(facts) = shared(folder) else { return };
        let fresh = loaded(&facts).await;
        let server = fresh.server();
        let expected = rows(&facts.join("expected/efficiency_by_week.csv"));
        let mut by_week: BTreeMap<&str, Vec<&Row>> = BTreeMap::new();
        for row in expected.iter().filter(|row| row["week"] != "all") {
            by_week.entry(&row["week"]).or_default().push(row);
        }
        assert!(by_week.len() >= weeks, "{folder} has {} weeks", by_week.len());
        for (week, of_families) in by_week {
            let html = page(&server, &format!("/efficiency?window={week}")).await;
            let numbers = numbers(&html);
            assert_eq!(numbers.len(), Metric::ALL.len(), "{week}");
            let (_, api) = server.json(&format!("/api/v1/efficiency?window={week}")).await;
            let csv = page(&server, &format!("/api/v1/efficiency/numbers.csv?window={week}")).await;
            let csv: Vec<Row> = csv::Reader::from_reader(csv.as_bytes()).deserialize().map(Result::unwrap).collect();
            for row in of_families {
                let family = &row["family"];
                let column = ["12 [m]", "7 [m]", "Total Power"].iter().position(|label| label == family).unwrap();
                let of_api = api["families"].as_array().unwrap().iter().find(|of| of["family"] == **family).unwrap();
                for (at, metric) in Metric::ALL.iter().enumerate() {
                    let (expected, what) = (&row[metric.label()], format!("{week} {family} {metric}"));
                    assert_eq!(numbers[at][column].replace(',', ""), *expected, "{what} on the page");
                    assert_eq!(of_api["metrics"][at]["text"], **expected, "{what} in the API");
                    let cell = &csv[at][family.as_str()];
                    assert_eq!(if cell.is_empty() { "n/a" } else { cell.as_str() }, expected, "{what} in the file");
                }
            }
        }
        fresh.close().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_talks_week_stands_on_the_page_with_its_sum_as_it_adds_up() {
    let Some(facts) = shared("facts/seed_week") else { return };
    let fresh = loaded(&facts).await;
    let server = fresh.server();
    let row = rows(&facts.join("expected/efficiency_by_week.csv")).remove(0);
    let html = page(&server, &format!("/efficiency?window={}&family=12m", row["week"])).await;
    // domain.md §5: these rates come out digit for digit.
    let numbers: Vec<String> = numbers(&html).into_iter().flatten().collect();
    let rates = ["41.42", "41.42", "1.249", "27.995", "35.619", "46.154", "1", "42.857"];
    assert_eq!(numbers[11..], rates.map(str::to_owned));
    // 143.621 h = …: the printed parts add up to the printed whole.
    let sums = texts(&html, "<ul class=\"sums\"", "</ul>").remove(0);
    let thousandths = |figure: &str| figure.replace(['.', ','], "").parse::<i64>().unwrap();
    let figures: Vec<i64> = sums
        .split([' ', '='])
        .filter(|word| word.contains('.') && word.starts_with(|c: char| c.is_ascii_digit()))
        .map(thousandths)
        .collect();
    assert_eq!(figures[0], 143_621, "{sums}");
    assert_eq!(figures[1..].iter().sum::<i64>(), figures[0], "{sums}");
    fresh.close().await;
}

/// A cell that is a figure or missing, as a number of thousandths.
fn whole(value: &Value) -> i64 {
    value.as_i64().unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_rows_behind_each_number_sum_to_it_for_windows_of_every_kind() {
    let Some(facts) = shared("facts/quarter") else { return };
    let fresh = loaded(&facts).await;
    let server = fresh.server();
    let shifts = rows(&facts.join("expected/efficiency_by_shift.csv"));
    let some_shift = format!("shift:{}", shifts[shifts.len() / 3]["shift_id"]);
    let first = Instant::parse(&shifts[0]["start"]).unwrap();
    // Instants that nobody chose: every 37th hour and a bit from the first shift on.
    let odd = |n: i64| first.plus(n * 37 * HOUR_S + n * 113);
    let between = format!("{}..{}", odd(9), odd(14));
    for window in ["last-shift", &some_shift, "2022-W14", &between, "2022-05"] {
        for family in ["", "&family=7m"] {
            let (_, api) = server.json(&format!("/api/v1/efficiency?window={window}{family}")).await;
            let of_families = api["families"].as_array().unwrap();
            assert!(!of_families.is_empty(), "{window}{family}");
            for (at, metric) in Metric::ALL.iter().enumerate() {
                let path = format!("/api/v1/efficiency/rows.json?window={window}{family}&number={}", metric.word());
                let (status, rows) = server.json(&path).await;
                assert_eq!(status, StatusCode::OK, "{path}: {rows}");
                let rows = rows.as_array().unwrap();
                let sum = |part: &str| {
                    let of_part = rows.iter().filter(|row| row["part"] == part);
                    of_part.map(|row| whole(&row["seconds"]) + whole(&row["counts"])).sum::<i64>()
                };
                let of = |what: &str| of_families.iter().map(|f| whole(&f["metrics"][at][what])).sum::<i64>();
                let parts: Vec<_> = metric.ratio().parts().map(|measure| measure.words()).collect();
                match &parts[..] {
                    [seconds] => assert_eq!(sum(seconds), of("numerator"), "{path}"),
                    // What is not determined, and what it is a part of.
                    [without, shifts] if *metric == Metric::TimeCompleteness => {
                        assert_eq!(sum(shifts) - sum(without), of("numerator"), "{path}");
                        assert_eq!(sum(shifts), of("denominator"), "{path}");
                    }
                    [above, below] => {
                        assert_eq!((sum(above), sum(below)), (of("numerator"), of("denominator")), "{path}");
                    }
                    _ => unreachable!("a number has one part or two"),
                }
            }
        }
    }
    fresh.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn behind_a_number_stand_its_rows_with_their_sum_and_the_way_to_triage() {
    let Some(facts) = shared("facts/quarter") else { return };
    let fresh = loaded(&facts).await;
    let server = fresh.server();
    let numbers = page(&server, "/efficiency?window=2022-W14").await;
    let link = "/efficiency/rows?window=2022-W14&amp;family=12m&amp;number=weather-downtime";
    assert!(numbers.contains(&format!("href=\"{link}\"")), "each number leads to its rows");
    let rows = page(&server, &link.replace("&amp;", "&")).await;
    let number = texts(&rows, "<h1", "</h1>").remove(0);
    let (_, api) = server.json("/api/v1/efficiency?window=2022-W14&family=12m").await;
    let expected =
        api["families"][0]["metrics"].as_array().unwrap().iter().find(|m| m["label"] == "WEATHER DOWNTIME [hrs]");
    assert_eq!(number, format!("WEATHER DOWNTIME [hrs]: {}", expected.unwrap()["text"].as_str().unwrap()));
    // The rows as they are printed add up to what stands below them.
    let foot = texts(&rows, "<tfoot", "</tfoot>").remove(0);
    let hours: Vec<i64> = rows
        .split("<tbody>")
        .nth(1)
        .unwrap()
        .split("</tbody>")
        .next()
        .unwrap()
        .split("<tr>")
        .skip(1)
        .map(|row| {
            texts(row, "<td class=\"num\"", "</td>").last().unwrap().replace(['.', ','], "").parse::<i64>().unwrap()
        })
        .collect();
    assert!(hours.len() > 1);
    assert!(foot.replace(['.', ','], "").ends_with(&hours.iter().sum::<i64>().to_string()), "{foot} {hours:?}");
    // The findings of the same time: type, family and shifts.
    let triage =
        rows.split("href=\"").find(|rest| rest.starts_with("/triage?") && rest.contains("weather-downtime")).unwrap();
    let triage = triage.split('"').next().unwrap().replace("&amp;", "&");
    let list = triage.replace("/triage?", "/api/v1/findings?limit=1000&");
    let (status, found) = server.json(&list).await;
    assert_eq!(status, StatusCode::OK, "{list}: {found}");
    let found_s: i64 = found["findings"].as_array().unwrap().iter().map(|finding| whole(&finding["duration_s"])).sum();
    assert_eq!(found_s, whole(&expected.unwrap()["numerator"]), "{triage}");
    fresh.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_hours_of_executions_are_divided_and_the_parts_sum_to_the_whole() {
    let Some(facts) = shared("facts/quarter") else { return };
    let fresh = loaded(&facts).await;
    let server = fresh.server();
    let seconds = async |path: &str| {
        let (status, rows) = server.json(path).await;
        assert_eq!(status, StatusCode::OK, "{path}: {rows}");
        rows.as_array().unwrap().iter().map(|row| whole(&row["seconds"])).sum::<i64>()
    };
    for number in ["qa0-pass", "calib-success"] {
        let all = seconds(&format!("/api/v1/efficiency/rows.json?window=2022-W14&number={number}")).await;
        for by in ["band", "configuration", "grade"] {
            let path = format!("/efficiency?window=2022-W14&number={number}&divide={by}");
            let html = page(&server, &path).await;
            let figure = html.split("id=\"divided\"").nth(1).unwrap().split("</section>").next().unwrap();
            let links: std::collections::BTreeSet<&str> =
                figure.split("of=").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
            assert!(!links.is_empty(), "{path}");
            let mut together = 0;
            for part in links {
                let rows = format!("window=2022-W14&number={number}&of={part}");
                let of_part = seconds(&format!("/api/v1/efficiency/rows.json?{rows}")).await;
                assert!(of_part > 0, "{rows}");
                let told = page(&server, &format!("/efficiency/rows?{rows}")).await;
                let caption = texts(&told, "<h2", "</h2>").remove(0);
                assert!(caption.contains(&format!("{} s", domain::decimal::thousands(of_part))), "{caption} {of_part}");
                together += of_part;
            }
            assert_eq!(together, all, "{number} by {by}");
        }
    }
    let refused = server.get("/api/v1/efficiency/numbers.csv?window=2022-W14&of=band:6").await;
    assert_eq!(refused.status(), StatusCode::BAD_REQUEST);
    fresh.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_long_window_is_read_shift_by_shift_and_each_shift_leads_to_its_facts() {
    let Some(facts) = shared("facts/quarter") else { return };
    let fresh = loaded(&facts).await;
    let server = fresh.server();
    let html = page(&server, "/efficiency/rows?window=cycle:2021&number=technical-downtime").await;
    let link = html.split("href=\"").find(|rest| rest.starts_with("/efficiency/rows?window=shift:")).unwrap();
    let link = link.split('"').next().unwrap().replace("&amp;", "&");
    let shift = page(&server, &link).await;
    assert!(shift.contains("Technical downtime"), "{link}");
    let caption = texts(&html, "<h2", "</h2>").remove(0);
    let (_, api) = server.json("/api/v1/efficiency?window=cycle:2021").await;
    let technical = |family: &Value| {
        let metrics = family["metrics"].as_array().unwrap();
        whole(&metrics.iter().find(|m| m["label"] == "TECHNICAL DOWNTIME [hrs]").unwrap()["numerator"])
    };
    let seconds: i64 = api["families"].as_array().unwrap().iter().map(technical).sum();
    let told = domain::decimal::thousands(seconds);
    assert!(caption.starts_with(&format!("Technical downtime: {told} s = ")), "{caption}");
    fresh.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_three_formats_of_each_table_say_the_same() {
    let Some(facts) = shared("facts/week") else { return };
    let fresh = loaded(&facts).await;
    let server = fresh.server();
    for question in [
        "numbers?window=2022-W10",
        "shifts?window=2022-W10&family=7m",
        "parts?window=2022-W10&by=day",
        "rows?window=2022-W10&number=failure-rate",
        "comparison?window=2022-W10&b=2022-03-12",
        "numbers?window=1999-W01",
    ] {
        let of =
            |extension: &str| format!("/api/v1/efficiency/{}", question.replacen('?', &format!(".{extension}?"), 1));
        let csv = page(&server, &of("csv")).await;
        let mut csv = csv::Reader::from_reader(csv.as_bytes());
        let heads = csv.headers().unwrap().clone();
        let csv: Vec<csv::StringRecord> = csv.records().map(Result::unwrap).collect();
        let (_, json) = server.json(&of("json")).await;
        let json = json.as_array().unwrap();
        let answer = server.get(&of("parquet")).await;
        assert_eq!(answer.headers()["content-type"], "application/vnd.apache.parquet");
        let name = answer.headers()["content-disposition"].to_str().unwrap().to_owned();
        assert!(name.starts_with("attachment; filename=\"shiftdesk-") && name.ends_with(".parquet\""), "{name}");
        let reader = SerializedFileReader::new(to_bytes(answer.into_body(), 64 << 20).await.unwrap()).unwrap();
        let parquet: Vec<_> = reader.get_row_iter(None).unwrap().map(Result::unwrap).collect();
        assert_eq!((csv.len(), csv.len()), (json.len(), parquet.len()), "{question}");
        for ((record, object), row) in csv.iter().zip(json).zip(&parquet) {
            for (head, cell) in heads.iter().zip(record) {
                let field = row.get_column_iter().find(|(name, _)| *name == head).unwrap().1;
                let same = match field {
                    Field::Null => cell.is_empty() && object[head].is_null(),
                    Field::Double(number) => Some(*number) == object[head].as_f64() && cell.parse() == Ok(*number),
                    Field::Long(number) => Some(*number) == object[head].as_i64() && cell.parse() == Ok(*number),
                    Field::Str(text) => object[head] == *text && (cell == text || cell == format!("'{text}")),
                    _ => object[head] == cell,
                };
                assert!(same, "{question} {head}: {cell} {} {field:?}", object[head]);
            }
        }
    }
    for (file, status) in [("numbers.xlsx", StatusCode::NOT_FOUND), ("nothing.csv", StatusCode::NOT_FOUND)] {
        assert_eq!(server.get(&format!("/api/v1/efficiency/{file}?window=7d")).await.status(), status, "{file}");
    }
    for (question, field) in [
        ("numbers.csv", "window"),
        ("rows.csv?window=2022-W10", "number"),
        ("rows.csv?window=2022-W10&number=luck", "number"),
        ("parts.csv?window=last-shift", "window"),
        ("parts.csv?window=0001-01-01..9999-01-01&by=day", "window"),
        ("shifts.csv?window=2022-W10&family=9m", "family"),
        ("shifts.csv?window=2022-W10&page=2", "page"),
    ] {
        let (status, body) = server.json(&format!("/api/v1/efficiency/{question}")).await;
        assert_eq!((status, &body["error"]["field"]), (StatusCode::BAD_REQUEST, &field.into()), "{question}");
    }
    fresh.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_drawings_of_a_window_lead_on_and_come_as_files() {
    let Some(facts) = shared("facts/quarter") else { return };
    let fresh = loaded(&facts).await;
    let server = fresh.server();
    let html = page(&server, "/efficiency?window=2022-W14&family=12m").await;
    // The sum of each bar adds up as it is printed, and the bars are the shifts of the week.
    let sums = html.split("<ul class=\"bar-sums\">").nth(1).unwrap().split("</ul>").next().unwrap();
    let lines = texts(sums, "<li", "</li>");
    let (_, api) = server.json("/api/v1/efficiency?window=2022-W14&family=12m").await;
    assert_eq!(lines.len(), usize::try_from(whole(&api["families"][0]["n_shifts"])).unwrap());
    let mut together = 0;
    for line in &lines {
        let figures: Vec<i64> = line
            .split(' ')
            .filter(|word| word.contains('.') && word.bytes().all(|b| b.is_ascii_digit() || b == b'.'))
            .map(|figure| figure.replace('.', "").parse().unwrap())
            .collect();
        assert_eq!(figures[0], figures[1..].iter().sum::<i64>(), "{line}");
        together += figures[0];
    }
    let hours = &numbers(&html)[0][0].replace(['.', ','], "").parse::<i64>().unwrap();
    // Each bar is rounded for itself: half a thousandth for each at most.
    assert!((together - hours).abs() <= i64::try_from(lines.len()).unwrap(), "{together} {hours}");
    // A bar leads to the window that it stands for, its name below to the rows.
    assert!(
        html.contains("href=\"/efficiency?window=shift:") && sums.contains("href=\"/efficiency/rows?window=shift:")
    );
    for name in ["owners", "hours", "trend", "lost-time"] {
        assert!(html.contains(&format!("id=\"{name}\"")), "{name} is on the page");
        let path = format!("/efficiency/chart/{name}.svg?window=2022-W14&family=12m");
        assert!(html.contains(&path.replace('&', "&amp;")), "{path}");
        let answer = server.get(&path).await;
        assert_eq!(
            (answer.status(), &answer.headers()["content-type"]),
            (StatusCode::OK, &"image/svg+xml".parse().unwrap())
        );
        let svg = text(answer).await;
        assert!(svg.starts_with("<svg ") && !svg.contains("var(--"), "{name}: {svg}");
        let answer = server.get(&path.replace(".svg", ".png")).await;
        assert_eq!(
            (answer.status(), &answer.headers()["content-type"]),
            (StatusCode::OK, &"image/png".parse().unwrap())
        );
        // Two dots for each pixel: the width stands at byte 16 of a PNG.
        let png = to_bytes(answer.into_body(), 16 << 20).await.unwrap();
        assert_eq!((&png[1..4], &png[16..20]), (&b"PNG"[..], &2_240_u32.to_be_bytes()[..]), "{name}");
    }
    for absent in [
        "pie.svg?window=2022-W14",
        "trend.jpg?window=2022-W14",
        "hours.svg?window=cycle:2021",
        "owners.svg?window=1999-W01",
    ] {
        assert_eq!(
            server.get(&format!("/efficiency/chart/{absent}")).await.status(),
            StatusCode::NOT_FOUND,
            "{absent}"
        );
    }
    // Lost time by type is what triage lists for the same shifts.
    let lost = html.split("id=\"lost-time\"").nth(1).unwrap();
    let link = lost.split("href=\"").find(|rest| rest.starts_with("/triage?")).unwrap().split('"').next().unwrap();
    let list = link.replace("&amp;", "&").replace("/triage?", "/api/v1/findings?limit=1000&");
    let (_, found) = server.json(&list).await;
    let seconds: i64 = found["findings"].as_array().unwrap().iter().map(|finding| whole(&finding["duration_s"])).sum();
    let first = texts(lost.split("<tbody>").nth(1).unwrap(), "<td class=\"num\"", "</td>").remove(0);
    assert!(
        (first.replace(['.', ','], "").parse::<i64>().unwrap() * 36 - seconds * 10).abs() < 40,
        "{first} h, {seconds} s"
    );
    fresh.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_page_without_a_log_or_without_a_shift_says_so_and_what_to_do() {
    let fresh = Fresh::open().await;
    let server = fresh.server();
    let html = page(&server, "/efficiency").await;
    assert!(html.contains("There is no log yet") && html.contains("How to load a log"), "{html}");
    assert!(page(&server, "/efficiency/notes").await.contains("Nobody has written a note yet"));
    page(&server, "/efficiency/rows?number=handover").await;
    page(&server, "/efficiency/compare?a=2022-W10").await;
    let Some(facts) = shared("facts/week") else { return };
    let now = Instant::parse("2022-03-14T00:00:00Z").unwrap();
    ingest(Mode::Load { store: &fresh.store, now }, &[facts], |_| {}).await;
    let html = page(&server, "/efficiency?window=1999-W01").await;
    assert!(html.contains("No science operations shift began in this window."), "{html}");
    assert!(html.contains("Show the last shift"), "{html}");
    // The address's mistakes are told, and the rest of it applies.
    let html = page(&server, "/efficiency?window=2022-W10&family=9m&x=%3Cscript%3E").await;
    assert!(
        html.contains("family=9m: unknown family") && html.contains("x=&lt;script&gt;: there is no such parameter")
    );
    assert_eq!(numbers(&html)[0].len(), 4, "all families");
    // A running shift is hatched and named.
    let html = page(&server, "/efficiency?window=last-shift").await;
    assert!(html.contains("still runs") && html.contains("num value hatched"), "{html}");
    fresh.close().await;
}

/// Sends a form as a browser does, signed in.
async fn send(server: &Server, path: &str, role: Role, body: &str) -> StatusCode {
    let mut request = Request::post(path)
        .header("sec-fetch-site", "same-origin")
        .header("accept", "text/html")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(Body::from(body.to_owned()))
        .unwrap();
    request.extensions_mut().insert(CurrentUser { name: "mara".to_owned(), role });
    server.ask(request).await.status()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_note_stands_beside_every_number_of_its_time_until_it_is_taken_back_and_that_is_undone() {
    let Some(facts) = shared("facts/week") else { return };
    let fresh = loaded(&facts).await;
    let server = fresh.server();
    let note = "from=2022-03-09T00:00&to=2022-03-10T00:00&family=12m&text=%3Cb%3ESnow%3C%2Fb%3E+on+the+road";
    assert_eq!(send(&server, "/_fn/write-note", Role::Manager, note).await, StatusCode::FOUND);
    let shown = "&lt;b&gt;Snow&lt;/b&gt; on the road";
    let shows = async |path: &str| page(&server, path).await.contains(shown);
    assert!(shows("/efficiency?window=2022-W10").await);
    assert!(shows("/efficiency?window=2022-03-09&family=12m").await);
    assert!(!shows("/efficiency?window=2022-03-09&family=7m").await, "it is about the 12 m array");
    assert!(!shows("/efficiency?window=2022-03-10").await, "it ends where that day begins");
    let id = fresh.store.notes(None).await.unwrap()[0].id;

    let changed = format!("id={id}&version=1&from=2022-03-09&to=2022-03-11&family=all&text=Ice");
    send(&server, "/_fn/change-note", Role::Manager, &changed).await;
    assert!(page(&server, "/efficiency?window=2022-03-10&family=7m").await.contains("Ice"));
    // A stale edit is refused, and says so on the page it came from.
    assert_eq!(
        send(&server, "/_fn/withdraw-note", Role::Manager, &format!("id={id}&version=1")).await,
        StatusCode::FOUND
    );
    assert!(!fresh.store.notes(None).await.unwrap()[0].withdrawn);
    send(&server, "/_fn/undo-note", Role::Manager, &format!("id={id}&version=2")).await;
    assert!(shows("/efficiency?window=2022-03-09&family=12m").await, "the change is undone");
    send(&server, "/_fn/withdraw-note", Role::Manager, &format!("id={id}&version=3")).await;
    assert!(!shows("/efficiency?window=2022-W10").await);
    send(&server, "/_fn/undo-note", Role::Manager, &format!("id={id}&version=4")).await;
    assert!(shows("/efficiency?window=2022-W10").await, "taking it back is undone");
    let after = &fresh.store.notes(None).await.unwrap()[0];
    assert_eq!((after.version, after.last.label(), after.last_by.as_str()), (5, "undone", "mara"));

    for bad in [
        "from=2022-03-09&to=2022-03-09&family=all&text=x",
        "from=2022-03-09&to=2022-03-10&family=9m&text=x",
        "from=2022-03-09&to=2022-03-10&family=all&text=+",
        "from=2022-03-09&to=2022-03-10&family=all&text=a%00b",
        &format!("from=2022-03-09&to=2022-03-10&family=all&text={}", "x".repeat(401)),
    ] {
        send(&server, "/_fn/write-note", Role::Manager, bad).await;
        assert_eq!(fresh.store.notes(None).await.unwrap().len(), 1, "{bad}");
    }
    fresh.close().await;
}
