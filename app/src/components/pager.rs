//! Links to the other pages of a list.

use leptos::prelude::*;

use crate::format::thousands;

/// `1–100 of 1,234` and the links around it; nothing when one page holds everything.
pub fn pager(page: i64, page_rows: i64, n_rows: i64, href: impl Fn(i64) -> String) -> impl IntoView {
    let n_pages = (n_rows + page_rows - 1) / page_rows;
    (n_pages > 1 && page <= n_pages).then(|| {
        let link = |to: i64, text: &'static str, rel: &'static str| {
            if (1..=n_pages).contains(&to) {
                view! { <a href=href(to) rel=rel>{text}</a> }.into_any()
            } else {
                view! { <span class="off">{text}</span> }.into_any()
            }
        };
        let (first, last) = ((page - 1) * page_rows + 1, (page * page_rows).min(n_rows));
        view! {
            <nav class="pager" aria-label="Pages of the list">
                {link(page - 1, "‹ Previous page", "prev")}
                <span class="num">{thousands(first)}"–"{thousands(last)}" of "{thousands(n_rows)}</span>
                {link(page + 1, "Next page ›", "next")}
            </nav>
        }
    })
}
