//! Beside a pinned list: how many rise, fall, come and go, and who goes.

use leptos::prelude::*;

use super::made::Made;

/// Names of blocks that left the list are shown up to this many (our own).
const GONE_SHOWN: usize = 12;

/// What is other than in the pinned list; nothing when none is pinned.
pub(crate) fn beside(made: &Made) -> AnyView {
    let Some(pin) = &made.query.pin else { return ().into_any() };
    let changes = made.changes();
    let (mut n_rise, mut n_fall, mut n_new, mut n_moved) = (0, 0, 0, 0);
    let mut gone = Vec::new();
    for change in &changes {
        match (change.before, change.after) {
            (Some((from, before)), Some((to, after))) if from == to && after < before => n_rise += 1,
            (Some((from, before)), Some((to, after))) if from == to && after > before => n_fall += 1,
            (Some(_), Some(_)) => n_moved += 1,
            (None, Some(_)) => n_new += 1,
            _ => gone.push(change.place),
        }
    }
    let name = |&place: &usize| {
        made.blocks.candidate(place).map(|candidate| {
            let id = candidate.block.id.to_string();
            view! { <li><a href=made.query.opening(Some(&id)).href() rel="external">{candidate.block.name.clone()}</a></li> }
        })
    };
    let rest = gone.len().saturating_sub(GONE_SHOWN);
    let names = gone.iter().take(GONE_SHOWN).filter_map(name).collect_view();
    let rest = (rest > 0).then(|| view! { <li class="hint">"and "{rest}" more"</li> });
    let moved = (n_moved > 0).then(|| format!(", {n_moved} in another section"));
    let text = pin.text();
    let conditions = if text.is_empty() { "now, as it is".to_owned() } else { text.replace('&', " ") };
    let list = (!gone.is_empty())
        .then(|| view! { <details><summary>{gone.len()}" no longer listed"</summary><ul>{names}{rest}</ul></details> });
    view! {
        <div class="beside" role="status">
            <p>
                "Beside the list of "<a href=pin.href() rel="external">{conditions}</a>": "
                <b>{n_rise}</b>" rise, "<b>{n_fall}</b>" fall, "<b>{n_new}</b>" new, "<b>{gone.len()}</b>" gone"{moved}"."
            </p>
            {list}
        </div>
    }
    .into_any()
}
