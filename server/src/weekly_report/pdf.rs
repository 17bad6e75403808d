//! A report as PDF, typeset by Typst: the layout is `report.typ`, the figures come as data, so that no text of a person is ever
//! read as markup.

use std::collections::HashMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::LazyLock;

use app::api::reports::{Drawn, Typesetting};
use domain::report::Report;
use serde_json::json;
use typst::diag::{FileError, FileResult, SourceDiagnostic};
use typst::foundations::{Bytes, Datetime, Duration, Smart};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World};
use typst_layout::PagedDocument;
use typst_pdf::PdfOptions;

const LAYOUT: &str = include_str!("report.typ");

/// The faces of a report; the program brings them along, so that a PDF looks the same wherever it was made.
static FONTS: LazyLock<Vec<Font>> = LazyLock::new(|| {
    let faces = [dejavu::sans::regular(), dejavu::sans::bold()];
    faces.into_iter().filter_map(|face| Font::new(Bytes::new(face), 0)).collect()
});
static BOOK: LazyLock<LazyHash<FontBook>> = LazyLock::new(|| LazyHash::new(FontBook::from_fonts(FONTS.iter())));
static LIBRARY: LazyLock<LazyHash<Library>> = LazyLock::new(|| LazyHash::new(Library::default()));

/// Makes PDFs beside the threads that answer requests.
pub fn typesetting() -> Typesetting {
    fn typeset(report: Report, drawings: Vec<Drawn>) -> Pin<Box<dyn Future<Output = Result<Vec<u8>, String>> + Send>> {
        Box::pin(async move {
            tokio::task::spawn_blocking(move || pdf(&report, &drawings)).await.map_err(|error| error.to_string())?
        })
    }
    Typesetting(typeset)
}

/// The PDF of a report. The same report gives the same bytes. The error is what the typesetter says, for the log.
pub fn pdf(report: &Report, drawings: &[Drawn]) -> Result<Vec<u8>, String> {
    let desk = Desk::new(report, drawings)?;
    let said = |errors: &[SourceDiagnostic]| {
        errors.iter().map(|error| error.message.to_string()).collect::<Vec<_>>().join("; ")
    };
    let document = typst::compile::<PagedDocument>(&desk).output.map_err(|errors| said(&errors))?;
    let ident = format!("shiftdesk report {} {}", report.window, report.made);
    let options = PdfOptions { ident: Smart::Custom(ident), ..PdfOptions::default() };
    let pdf = typst_pdf::pdf(&document, &options).map_err(|errors| said(&errors));
    // What it remembers of one report helps no other.
    typst::comemo::evict(0);
    pdf
}

/// What lies before the typesetter: the layout, the figures and the drawings; no folder, no network and no clock.
struct Desk {
    main: Source,
    files: HashMap<String, Bytes>,
}

impl Desk {
    fn new(report: &Report, drawings: &[Drawn]) -> Result<Self, String> {
        let name = |n: usize| format!("drawing-{n}.svg");
        let figures = serde_json::to_vec(&as_printed(report, drawings, name)).map_err(|error| error.to_string())?;
        let svgs = drawings.iter().enumerate().map(|(n, drawn)| (name(n), Bytes::new(drawn.svg.clone().into_bytes())));
        let files = svgs.chain([("report.json".to_owned(), Bytes::new(figures))]).collect();
        Ok(Self { main: Source::new(id("report.typ")?, LAYOUT.to_owned()), files })
    }
}

fn id(name: &str) -> Result<FileId, String> {
    let path = VirtualPath::new(name).map_err(|error| error.to_string())?;
    Ok(RootedPath::new(VirtualRoot::Project, path).intern())
}

fn as_printed(report: &Report, drawings: &[Drawn], name: impl Fn(usize) -> String) -> serde_json::Value {
    let columns = report.columns.iter().map(
        |column| json!({ "label": column.label, "shifts": column.shifts(), "sum": column.sum().unwrap_or_default() }),
    );
    let drawings = drawings
        .iter()
        .enumerate()
        .map(|(n, drawn)| json!({ "title": drawn.title, "sentence": drawn.sentence, "file": name(n) }));
    json!({
        "title": report.title,
        "time": report.time(),
        "made": report.made_words(),
        "columns": columns.collect::<Vec<_>>(),
        "rows": report.rows,
        "reasons": report.reasons,
        "notes": report.notes,
        "drawings": drawings.collect::<Vec<_>>(),
    })
}

impl World for Desk {
    fn library(&self) -> &LazyHash<Library> {
        &LIBRARY
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &BOOK
    }

    fn main(&self) -> FileId {
        self.main.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.main.id() { Ok(self.main.clone()) } else { Err(FileError::AccessDenied) }
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        let name = id.vpath().get_without_slash();
        self.files.get(name).cloned().ok_or(FileError::AccessDenied)
    }

    fn font(&self, index: usize) -> Option<Font> {
        FONTS.get(index).cloned()
    }

    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}
