//! A line that tells how far an import or export has come, where somebody watches.

use std::{
    io::{self, IsTerminal as _, Write as _},
    time::Instant,
};

const WIDTH: u64 = 30;

pub(crate) struct Progress {
    size: u64,
    began: Instant,
    first_row: Option<usize>,
    watched: bool,
}

impl Progress {
    pub(crate) fn new(size: u64) -> Self {
        Self { size, began: Instant::now(), first_row: None, watched: io::stderr().is_terminal() }
    }

    pub(crate) fn show(&mut self, position: u64, rows: usize, refused: Option<usize>) {
        if !self.watched {
            return;
        }
        let seconds = self.began.elapsed().as_secs().max(1);
        let since = rows - *self.first_row.get_or_insert(rows);
        let line = line(self.size, position, rows, refused, since as u64 / seconds);
        drop(write!(io::stderr(), "\r{line}"));
    }

    /// Makes room for what is printed next.
    pub(crate) fn clear(&self) {
        if self.watched {
            drop(write!(io::stderr(), "\r\u{1b}[2K"));
        }
    }
}

fn line(size: u64, position: u64, rows: usize, refused: Option<usize>, per_second: u64) -> String {
    let done = (position * WIDTH).checked_div(size).unwrap_or(WIDTH).min(WIDTH);
    let bar: String = (0..WIDTH).map(|n| if n < done { '#' } else { '.' }).collect();
    let refused = refused.map(|refused| format!(", {refused} refused")).unwrap_or_default();
    format!("[{bar}] {rows} rows, {per_second}/s{refused} ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bar_fills_with_the_file() {
        assert!(
            line(100, 50, 7, Some(1), 3)
                .starts_with("[###############...............] 7 rows, 3/s, 1 refused")
        );
        assert!(line(100, 200, 7, None, 3).starts_with(&format!("[{}]", "#".repeat(30))));
        assert!(line(0, 0, 0, None, 0).starts_with(&format!("[{}]", "#".repeat(30))));
    }
}
