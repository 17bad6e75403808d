//! Drawings of the windows that were asked for lately: on Monday everybody opens the same week.
//!
//! They are kept by all that they are made of, so none can be older than its figures.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use leptos::prelude::*;

use super::charts::{Charts, sections};
use crate::query::efficiency::EfficiencyQuery;

/// How many windows are kept; a week has half a megabyte (our own choice).
const KEPT_MAX: usize = 8;

/// The windows, the latest first.
static LATELY: Mutex<VecDeque<Drawn>> = Mutex::new(VecDeque::new());

struct Drawn {
    charts: Charts,
    query: EfficiencyQuery,
    html: Arc<str>,
}

/// The drawings as HTML, made or kept.
pub(super) fn drawn(charts: Charts, query: &EfficiencyQuery) -> Arc<str> {
    if let Some(html) = kept(&charts, query) {
        return html;
    }
    let html: Arc<str> = sections(&charts, query).into_view().to_html().into();
    let mut lately = LATELY.lock().unwrap_or_else(PoisonError::into_inner);
    // Another reader may have drawn it meanwhile.
    lately.retain(|drawn| drawn.query != *query || drawn.charts != charts);
    lately.push_front(Drawn { charts, query: query.clone(), html: Arc::clone(&html) });
    lately.truncate(KEPT_MAX);
    html
}

fn kept(charts: &Charts, query: &EfficiencyQuery) -> Option<Arc<str>> {
    let mut lately = LATELY.lock().unwrap_or_else(PoisonError::into_inner);
    let at = lately.iter().position(|drawn| drawn.query == *query && drawn.charts == *charts)?;
    let drawn = lately.remove(at)?;
    let html = Arc::clone(&drawn.html);
    lately.push_front(drawn);
    Some(html)
}
