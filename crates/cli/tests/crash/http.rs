//! One connection to the Backend API.

use std::{
    io::{self, BufRead as _, BufReader, Error, ErrorKind, Read as _, Write as _},
    net::TcpStream,
    time::Duration,
};

use serde_json::Value;

use super::instance::Instance;

pub(crate) struct Http {
    stream: BufReader<TcpStream>,
    host: String,
    key: String,
    /// What the newest answer has set, attributes left out.
    cookies: Vec<String>,
}

const JSON: &str = "application/json";

impl Http {
    pub(crate) fn connect(instance: &Instance) -> Self {
        Self::try_connect(&instance.url, &instance.secret_key).unwrap()
    }

    pub(crate) fn try_connect(url: &str, key: &str) -> io::Result<Self> {
        let host = url.strip_prefix("http://").unwrap();
        let stream = TcpStream::connect(host)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(Duration::from_secs(20)))?;
        Ok(Self {
            stream: BufReader::new(stream),
            host: host.to_owned(),
            key: key.to_owned(),
            cookies: Vec::new(),
        })
    }

    /// The status and body of a request that must be answered.
    pub(crate) fn get(&mut self, path: &str) -> (u16, Value) {
        self.send("GET", path, &Value::Null).unwrap()
    }

    /// Sends a request and waits for its answer. `Null` means no body.
    pub(crate) fn send(&mut self, method: &str, path: &str, body: &Value) -> io::Result<(u16, Value)> {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let head = self.head(method, path, JSON, &body, "");
        self.stream.get_mut().write_all(format!("{head}{body}").as_bytes())?;
        self.answer()
    }

    /// Posts a form, as browsers do.
    pub(crate) fn post_form(&mut self, path: &str, form: &str) -> io::Result<(u16, Value)> {
        let head = self.head("POST", path, "application/x-www-form-urlencoded", form, "");
        self.stream.get_mut().write_all(format!("{head}{form}").as_bytes())?;
        self.answer()
    }

    /// The value of a cookie that the newest answer has set, by the beginning of its name.
    pub(crate) fn cookie(&self, prefix: &str) -> Option<String> {
        let pair = self.cookies.iter().find(|cookie| cookie.starts_with(prefix))?;
        pair.split_once('=').map(|(_, value)| value.to_owned())
    }

    /// Sends all but the body, and waits until the server asks for it.
    pub(crate) fn send_head(&mut self, method: &str, path: &str, body: &Value) -> io::Result<()> {
        let head = self.head(method, path, JSON, &body.to_string(), "Expect: 100-continue\r\n");
        self.stream.get_mut().write_all(head.as_bytes())?;
        let status = self.status()?;
        assert_eq!(status, 100);
        self.length().map(drop)
    }

    /// Sends the body after [`Http::send_head`], and waits for the answer.
    pub(crate) fn send_body(&mut self, body: &Value) -> io::Result<(u16, Value)> {
        self.stream.get_mut().write_all(body.to_string().as_bytes())?;
        self.answer()
    }

    fn head(&self, method: &str, path: &str, kind: &str, body: &str, more: &str) -> String {
        let Self { host, key, .. } = self;
        let length = body.len();
        format!(
            "{method} {path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {key}\r\n{more}\
             Content-Type: {kind}\r\nContent-Length: {length}\r\n\r\n"
        )
    }

    /// An answer counts when it has arrived whole.
    fn answer(&mut self) -> io::Result<(u16, Value)> {
        let status = self.status()?;
        let mut body = vec![0; self.length()?];
        self.stream.read_exact(&mut body)?;
        Ok((status, serde_json::from_slice(&body)?))
    }

    fn status(&mut self) -> io::Result<u16> {
        let line = self.line()?;
        let status = line.split(' ').nth(1).and_then(|status| status.parse().ok());
        status.ok_or_else(|| Error::new(ErrorKind::InvalidData, line))
    }

    /// Reads the headers and returns how long the body is.
    fn length(&mut self) -> io::Result<usize> {
        let mut length = 0;
        self.cookies.clear();
        loop {
            let line = self.line()?;
            let Some((name, value)) = line.split_once(": ") else { return Ok(length) };
            match name.to_ascii_lowercase().as_str() {
                "content-length" => length = value.parse().unwrap(),
                "set-cookie" => self.cookies.push(value.split(';').next().unwrap_or_default().to_owned()),
                _ => {}
            }
        }
    }

    fn line(&mut self) -> io::Result<String> {
        let mut line = String::new();
        if self.stream.read_line(&mut line)? == 0 || !line.ends_with('\n') {
            return Err(ErrorKind::UnexpectedEof.into());
        }
        Ok(line.trim_end().to_owned())
    }
}
