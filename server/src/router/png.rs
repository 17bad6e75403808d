//! A drawing as PNG, for slides and mails: drawn by resvg with the faces that the program brings along.

use std::sync::{Arc, LazyLock};

use resvg::tiny_skia::{Color, Pixmap, Transform};
use resvg::usvg::{self, Options, Tree, fontdb};

static FONTS: LazyLock<Arc<fontdb::Database>> = LazyLock::new(|| {
    let mut fonts = fontdb::Database::new();
    for face in [dejavu::sans::regular(), dejavu::sans::bold()] {
        fonts.load_font_data(face.to_vec());
    }
    fonts.set_sans_serif_family("DejaVu Sans");
    Arc::new(fonts)
});

/// Dots for each pixel of the drawing: sharp on a projector.
const SCALE: f32 = 2.0;

/// Why there is no PNG. The sentence is for the log.
#[derive(Debug, thiserror::Error)]
pub(super) enum NoPng {
    /// The drawing is none.
    #[error(transparent)]
    Svg(#[from] usvg::Error),
    /// It has no size, or one beyond all memory.
    #[error("a drawing of {0} × {1} px")]
    Size(f32, f32),
    /// It could not be written.
    #[error("{0}")]
    Written(String),
}

/// The drawing on white. It must have its colours in it.
pub(super) fn png(svg: &str) -> Result<Vec<u8>, NoPng> {
    let options = Options { fontdb: FONTS.clone(), font_family: "DejaVu Sans".to_owned(), ..Options::default() };
    let tree = Tree::from_str(svg, &options)?;
    let size = tree.size();
    let no_size = || NoPng::Size(size.width(), size.height());
    let dots = size.to_int_size().scale_by(SCALE).ok_or_else(no_size)?;
    let mut paper = Pixmap::new(dots.width(), dots.height()).ok_or_else(no_size)?;
    paper.fill(Color::WHITE);
    resvg::render(&tree, Transform::from_scale(SCALE, SCALE), &mut paper.as_mut());
    paper.encode_png().map_err(|error| NoPng::Written(error.to_string()))
}
