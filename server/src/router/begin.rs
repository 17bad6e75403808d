//! `/triage` without a query: where somebody begins, at a view they chose, or that was chosen for their role.

use app::api::person::Visitor;
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use http::Method;

/// Leads on to the view. An address that says which findings is never led elsewhere, so every list can be reached and sent.
pub(super) async fn at_ones_view(request: Request, next: Next) -> Response {
    let says_nothing = request.uri().query().is_none_or(str::is_empty);
    if says_nothing && request.uri().path() == "/triage" && matches!(*request.method(), Method::GET | Method::HEAD) {
        let visitor = request.extensions().get::<Visitor>();
        if let Some(query) = visitor.and_then(|visitor| visitor.begins_with.as_ref()) {
            return Redirect::to(&format!("/triage?{query}")).into_response();
        }
    }
    next.run(request).await
}
