//! `/triage` and `/plan` without a query: where somebody begins, at a view they chose, or that was chosen for their role.

use app::api::person::Visitor;
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use domain::saved_view::ViewPage;
use http::Method;

/// Leads on to the view. An address that says anything is never led elsewhere, so every list can be reached and sent.
pub(super) async fn at_ones_view(request: Request, next: Next) -> Response {
    let says_nothing = request.uri().query().is_none_or(str::is_empty);
    let page = ViewPage::ALL.iter().find(|page| page.path() == request.uri().path());
    if let Some(page) = page
        && says_nothing
        && matches!(*request.method(), Method::GET | Method::HEAD)
        && let Some(query) = request.extensions().get::<Visitor>().and_then(|visitor| visitor.begins_with.of(*page))
    {
        return Redirect::to(&format!("{}?{query}", page.path())).into_response();
    }
    next.run(request).await
}
