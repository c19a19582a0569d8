//! Server-sent events, as far as the feed uses them (HTML Living Standard, 9.2): the data of each event.

/// Bytes of an event at most: five times what the largest frame takes.
const MAX_EVENT: usize = 8 * 1024 * 1024;

/// Takes bytes as they come and hands out the data of whole events.
#[derive(Default)]
pub(super) struct Events {
    line: Vec<u8>,
    data: Vec<u8>,
    /// The last byte was a carriage return: a line feed after it ends no second line.
    after_cr: bool,
}

/// An event is too large to be one of the feed's.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct TooLarge;

impl Events {
    /// Adds bytes; `found` gets the data of every event that they complete.
    pub(super) fn push(&mut self, bytes: &[u8], mut found: impl FnMut(&[u8])) -> Result<(), TooLarge> {
        let mut rest = bytes;
        while let Some(end) = rest.iter().position(|byte| matches!(byte, b'\n' | b'\r')) {
            let is_second_half = rest[end] == b'\n' && self.after_cr && end == 0;
            self.after_cr = rest[end] == b'\r';
            if !is_second_half {
                self.line.extend_from_slice(&rest[..end]);
                self.end_line(&mut found);
            }
            rest = &rest[end + 1..];
        }
        if !rest.is_empty() {
            self.after_cr = false;
            self.line.extend_from_slice(rest);
        }
        if self.line.len() + self.data.len() > MAX_EVENT { Err(TooLarge) } else { Ok(()) }
    }

    fn end_line(&mut self, found: &mut impl FnMut(&[u8])) {
        if self.line.is_empty() {
            if !self.data.is_empty() {
                found(&self.data);
                self.data.clear();
            }
        } else if let Some(value) = self.line.strip_prefix(b"data:") {
            if !self.data.is_empty() {
                self.data.push(b'\n');
            }
            self.data.extend_from_slice(value.strip_prefix(b" ").unwrap_or(value));
        }
        self.line.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn events(pieces: &[&[u8]]) -> Vec<String> {
        let (mut events, mut found) = (Events::default(), Vec::new());
        for piece in pieces {
            let keep = |data: &[u8]| found.push(String::from_utf8_lossy(data).into_owned());
            events.push(piece, keep).expect("small");
        }
        found
    }

    #[test]
    fn data_is_found_among_other_fields() {
        let text =
            b"retry: 1000\n\n: comment\nevent: x\nid: 1\ndata: {\"a\":1}\n\ndata:b\ndata: c\n\nid: 2\n\n";
        assert_eq!(events(&[text]), ["{\"a\":1}", "b\nc"]);
    }

    #[test]
    fn any_cut_and_any_line_end_will_do() {
        for text in ["data: ä\n\ndata: b\n\n", "data: ä\r\n\r\ndata: b\r\n\r\n", "data: ä\r\rdata: b\r\r"]
        {
            for cut in 0..=text.len() {
                let (one, other) = text.as_bytes().split_at(cut);
                assert_eq!(events(&[one, other]), ["ä", "b"], "{text:?} cut at {cut}");
            }
        }
    }

    #[test]
    fn an_endless_line_is_given_up() {
        let (mut events, piece) = (Events::default(), vec![b'a'; 1024 * 1024]);
        let outcome = (0..9).map(|_| events.push(&piece, |_| ())).find(Result::is_err);
        assert_eq!(outcome, Some(Err(TooLarge)));
    }
}
