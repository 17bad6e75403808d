//! What happened to the finding: the thread of comments, and the history.

use domain::triage::comment::{Piece, pieces};
use domain::triage::history::Line;
use leptos::prelude::*;

use super::{Verdict, can_undo};
use crate::api::decision::Case;
use crate::components::moment::moment;
use crate::format::thousands;

/// The thread of comments, and the history with an undo on what the reader did, and on what a rule did.
pub(in crate::pages::triage) fn story(verdict: Verdict) -> impl IntoView {
    let shown = Memo::new(move |_| {
        verdict.shown.with(|shown| (shown.story.clone(), shown.mentioned.clone(), shown.reader.clone()))
    });
    move || {
        let _ = shown.get();
        let (comments, lines) = verdict.shown.with_untracked(|shown| {
            let comments: Vec<_> = shown.story.iter().filter_map(|line| comment(line, shown)).collect();
            let lines: Vec<_> = shown.story.iter().map(|line| happened(line, can_undo(shown, line))).collect();
            (comments, lines)
        });
        let comments = (!comments.is_empty())
            .then(|| view! { <section><h3>"Comments"</h3><ol class="thread">{comments}</ol></section> });
        view! { {comments}<section><h3>"History"</h3><ol class="history">{lines}</ol></section> }
    }
}

fn comment(line: &Line, shown: &Case) -> Option<impl IntoView + use<>> {
    let text = words(line.comment.as_deref()?, shown);
    let who = line.who.clone();
    Some(view! {
        <li>
            <p class="head"><strong>{who}</strong>" "<span class="hint num">{moment(line.at)}</span></p>
            <p class="said">{text}</p>
        </li>
    })
}

/// The text of a comment, its addresses as links and the names of people as names. Everything else in it is text.
fn words(comment: &str, shown: &Case) -> Vec<AnyView> {
    let reader = shown.reader.as_ref().map(|reader| reader.name.as_str());
    let is = |one: &str, other: &str| one.eq_ignore_ascii_case(other);
    let piece = |piece| match piece {
        Piece::Address(address) => {
            let (href, address) = (address.to_owned(), address.to_owned());
            view! { <a href=href target="_blank" rel="noopener nofollow">{address}</a> }.into_any()
        }
        Piece::Mention(mention) => {
            let name = mention.trim_start_matches('@');
            let is_me = reader.is_some_and(|reader| is(reader, name));
            if !shown.mentioned.iter().any(|known| is(known, name)) {
                return mention.to_owned().into_any();
            }
            view! {
                <strong class="mention" class:me=is_me title=is_me.then_some("This is you")>{mention.to_owned()}</strong>
            }
            .into_any()
        }
        Piece::Words(words) => words.to_owned().into_any(),
    };
    pieces(comment).into_iter().map(piece).collect()
}

/// Who did it; a rule's name leads to the rule.
fn who(line: &Line) -> AnyView {
    let name = line.who.clone().unwrap_or_else(|| "the log".to_owned());
    match line.rule {
        Some(rule) => view! { <a class="by-a-rule" href=format!("/rules/{rule}") rel="external">{name}</a> }.into_any(),
        None => name.into_any(),
    }
}

fn happened(line: &Line, can_undo: bool) -> impl IntoView + use<> {
    let change = match (line.before.as_str(), line.after.as_str()) {
        ("", "") => String::new(),
        ("", after) => after.to_owned(),
        (before, "") => before.to_owned(),
        (before, after) => format!("{before} → {after}"),
    };
    // An undo is for the whole action, and who reads one finding does not see the others.
    let n = i64::from(line.n_changed);
    let others = (n > 1).then(|| [" for ", &thousands(n), " findings"].concat());
    let undo_it = line.action.filter(|_| can_undo).map(|action| {
        view! {
            <form method="post" action="/_fn/undo">
                <input type="hidden" name="action" value=action />
                <button>"Undo"{others}</button>
            </form>
        }
    });
    let undone = line.undone.then_some(" (undone)");
    view! {
        <li class:undone=line.undone>
            <span class="num">{moment(line.at)}</span>
            <span>{line.what.clone()}{undone}</span>
            <span class="hint">{who(line)}</span>
            <span class="hint">{change}</span>
            {undo_it}
        </li>
    }
}
