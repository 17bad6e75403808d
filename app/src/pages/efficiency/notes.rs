//! Notes on times: beside the numbers that they cover, and all of them on a page of their own.

use domain::family::Family;
use domain::note::{NOTE_MAX_CHARS, Note, NoteAct};
use domain::time::{Instant, Interval};
use leptos::prelude::*;
use leptos::server_fn::ServerFn;

use super::words::array_label;
use crate::api::notes::{ChangeNote, UndoNote, WithdrawNote, WriteNote};
use crate::query::efficiency::{EfficiencyQuery, family_word};

/// The notes that cover what is shown.
pub(super) fn beside(notes: &[Note]) -> impl IntoView + use<> {
    let lines: Vec<_> = notes
        .iter()
        .map(|note| {
            view! {
                <li>
                    <span class="num">{time(note)}</span>" "<b>{about(note)}</b>" "{note.body.text.to_string()}
                    " "<span class="hint">{note.author.clone()}</span>
                </li>
            }
        })
        .collect();
    (!lines.is_empty()).then(|| {
        view! {
            <section class="notes" aria-label="Notes">
                <ul>{lines}</ul>
                <a href="/efficiency/notes">"All notes"</a>
            </section>
        }
    })
}

fn time(note: &Note) -> String {
    format!("{} to {}", note.body.interval.start().for_people(), note.body.interval.end().for_people())
}

fn about(note: &Note) -> String {
    note.body.family.map_or_else(String::new, |family| format!("{}:", array_label(Some(family))))
}

/// A form for a new note on the window.
pub(super) fn write_form(query: &EfficiencyQuery, interval: Option<Interval>) -> impl IntoView + use<> {
    view! {
        <details class="write-note">
            <summary>"Write a note on a time"</summary>
            <form class="form" method="post" action=WriteNote::url()>
                <input type="hidden" name="back" value=query.href() />
                {fields(interval, query.family, "")}
                <button class="main">"Write the note"</button>
            </form>
        </details>
    }
}

/// Time, family and text of a note.
fn fields(interval: Option<Interval>, family: Option<Family>, text: &str) -> impl IntoView + use<> {
    let field = Instant::for_people;
    let (from, to) = interval.map_or((String::new(), String::new()), |i| (field(i.start()), field(i.end())));
    let families = [None].into_iter().chain(Family::ALL.map(Some)).map(|each| {
        let word = each.map_or("all", family_word);
        let words = if each.is_none() { "All" } else { array_label(each) };
        view! { <option value=word selected=each == family>{words}</option> }
    });
    view! {
        <label><span>"From [UTC]"</span><input name="from" value=from placeholder="2022-03-12 21:00:00" required /></label>
        <label><span>"To [UTC]"</span><input name="to" value=to placeholder="2022-03-13 09:00:00" required /></label>
        <label><span>"About"</span><select name="family">{families.collect_view()}</select></label>
        <label><span>"What it says"</span><input name="text" value=text.to_owned() maxlength=NOTE_MAX_CHARS.to_string() required /></label>
    }
}

/// All notes, with what can be done to them.
pub(crate) fn html(notes: &[Note], may_annotate: bool) -> String {
    let rows: Vec<_> = notes.iter().map(|note| row(note, may_annotate)).collect();
    let list = if rows.is_empty() {
        view! { <div class="nothing"><p>"Nobody has written a note yet."</p></div> }.into_any()
    } else {
        view! { <ul class="all-notes">{rows}</ul> }.into_any()
    };
    let query = EfficiencyQuery::default();
    let write = may_annotate.then(|| {
        view! {
            <details class="write-note">
                <summary>"Write a note on a time"</summary>
                <form class="form" method="post" action=WriteNote::url()>
                    <input type="hidden" name="back" value="/efficiency/notes" />
                    {fields(None, None, "")}
                    <button class="main">"Write the note"</button>
                </form>
            </details>
        }
    });
    view! {
        <div class="page">
            <header class="heading">
                <h1>"Notes"</h1>
                <p class="hint">"A note stands beside every number and chart of the time that it covers. Managers write them."</p>
                <p><a href=query.href()>"Efficiency"</a></p>
            </header>
            {list}
            {write}
        </div>
    }
    .to_html()
}

fn row(note: &Note, may_annotate: bool) -> impl IntoView + use<> {
    let (id, version) = (note.id.to_string(), note.version.to_string());
    let numbers = move || {
        view! { <input type="hidden" name="id" value=id.clone() /><input type="hidden" name="version" value=version.clone() /> }
    };
    let undo = match note.last {
        NoteAct::Written => None,
        _ => Some(format!(
            "Undo {}",
            match note.last {
                NoteAct::Withdrawn => "withdrawing it",
                NoteAct::Undone => "the undo",
                _ => "the change",
            }
        )),
    };
    let change = (!note.withdrawn).then(|| {
        view! {
            <details>
                <summary>"Change"</summary>
                <form class="form" method="post" action=ChangeNote::url()>
                    {numbers()}
                    {fields(Some(note.body.interval), note.body.family, note.body.text.as_str())}
                    <button class="main">"Save the note"</button>
                </form>
            </details>
            <form method="post" action=WithdrawNote::url()>{numbers()}<button>"Withdraw"</button></form>
        }
    });
    let undo = undo.map(|words| {
        view! { <form method="post" action=UndoNote::url()>{numbers()}<button>{words}</button></form> }
    });
    let can = may_annotate.then(|| view! { <div class="acts">{change}{undo}</div> });
    let window = domain::efficiency::window::Window::Between(note.body.interval);
    let there = EfficiencyQuery { family: note.body.family, ..EfficiencyQuery::default() }.at(window).href();
    let done = match note.last {
        NoteAct::Written => String::new(),
        other => format!(", {other} by {}", note.last_by),
    };
    let text = note.body.text.to_string();
    let text = if note.withdrawn { view! { <del>{text}</del> }.into_any() } else { text.into_any() };
    view! {
        <li>
            <p><a class="num" href=there>{time(note)}</a>" "<b>{about(note)}</b>" "{text}</p>
            <p class="hint">{note.author.clone()}", "{note.written.for_people()}" UTC"{done}</p>
            {can}
        </li>
    }
    .into_any()
}
