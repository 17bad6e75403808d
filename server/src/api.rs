//! API v1: what the pages show, as JSON, for programs.
//!
//! One file per noun. A handler is a few lines: parse, ask the store, call the domain. What a program can rely on is the OpenAPI
//! document, and a test holds it still.

mod actions;
mod efficiency;
mod exports;
mod findings;
mod parameters;
mod person;
mod plan;
pub(crate) mod problem;
mod quarantine;
mod shifts;
mod standing_rules;
mod suggestions;
mod views;

use app::error::AppError;
use axum::Router;
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get};
use http::StatusCode;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::router::AppState;
pub(crate) use findings::Finding;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Shiftdesk",
        version = "1",
        description = "Where observing time went: shifts, their ledgers, the findings and the efficiency sums. All instants \
                       are UTC, `2022-03-12T21:00:00Z`; intervals hold their start and not their end.",
        license(name = "MIT OR Apache-2.0")
    ),
    servers((url = "/api/v1"))
)]
struct Document;

/// The description of everything under `/api/v1`.
pub fn openapi() -> utoipa::openapi::OpenApi {
    described().into_openapi()
}

/// Everything under `/api`, where what is no address is a problem and no page.
pub(crate) fn routes() -> Router<AppState> {
    let (routes, document) = described().split_for_parts();
    let v1 = routes
        .route("/openapi.json", get(move || async move { axum::Json(document) }))
        .fallback(|| async { StatusCode::NOT_FOUND });
    Router::new()
        .nest("/api/v1", v1)
        .route("/api", any(|| async { StatusCode::NOT_FOUND }))
        .route("/api/{*nowhere}", any(|| async { StatusCode::NOT_FOUND }))
}

/// A question that is not answered, as the API says it.
pub(crate) fn refused(error: AppError) -> Response {
    problem::Problem::from(error).into_response()
}

fn described() -> OpenApiRouter<AppState> {
    OpenApiRouter::with_openapi(Document::openapi())
        .routes(routes!(findings::list))
        .routes(routes!(exports::csv))
        .routes(routes!(exports::parquet))
        .routes(routes!(exports::json))
        .routes(routes!(findings::one))
        .routes(routes!(actions::change))
        .routes(routes!(actions::comment))
        .routes(routes!(actions::split))
        .routes(routes!(actions::merge))
        .routes(routes!(actions::history))
        .routes(routes!(actions::mine, actions::bulk))
        .routes(routes!(actions::undo))
        .routes(routes!(shifts::list))
        .routes(routes!(shifts::ledger))
        .routes(routes!(efficiency::of_window))
        .routes(routes!(efficiency::files::file))
        .routes(routes!(plan::list))
        .routes(routes!(plan::csv))
        .routes(routes!(quarantine::list))
        .routes(routes!(standing_rules::list, standing_rules::create))
        .routes(routes!(standing_rules::dry_run))
        .routes(routes!(standing_rules::change, standing_rules::delete))
        .routes(routes!(standing_rules::switch))
        .routes(routes!(standing_rules::turn))
        .routes(routes!(suggestions::of_finding))
        .routes(routes!(suggestions::records))
        .routes(routes!(views::list, views::save))
        .routes(routes!(views::change, views::delete))
        .routes(routes!(views::begin))
        .routes(routes!(views::begin_role))
}
