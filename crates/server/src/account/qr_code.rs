//! Pictures that cameras of phones read.

use std::fmt::Write as _;

use minijinja::{Value, context};
use qrcode::{Color, EcLevel, QrCode};

use crate::error::{ApiError, ApiResult};

/// Modules of white around the code, without which cameras do not find it.
const MARGIN: usize = 4;

/// What a template draws as SVG: the side of the picture, and a path along the dark modules, row by row.
pub(super) fn of(text: &str) -> ApiResult<Value> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M).map_err(ApiError::internal)?;
    let width = code.width();
    let mut path = String::new();
    for (y, row) in code.into_colors().chunks(width).enumerate() {
        let mut x = 0;
        for run in row.chunk_by(|one, other| one == other) {
            if run.first() == Some(&Color::Dark) {
                let length = run.len();
                write!(path, "M{} {}h{length}v1h-{length}z", x + MARGIN, y + MARGIN)
                    .map_err(ApiError::internal)?;
            }
            x += run.len();
        }
    }
    Ok(context! { side => width + 2 * MARGIN, path })
}
