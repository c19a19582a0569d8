//! A keep-alive HTTP/1.1 client of one connection, enough to seed a server and to time single calls.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    time::Duration,
};

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

/// One open connection.
pub(crate) struct Connection {
    stream: BufReader<TcpStream>,
    address: String,
    key: String,
}

impl Connection {
    /// Connects; every request carries the secret key.
    pub(crate) fn open(address: &str, key: &str) -> Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(Duration::from_secs(30)))?;
        Ok(Self { stream: BufReader::new(stream), address: address.to_owned(), key: key.to_owned() })
    }

    /// Sends one request and reads its whole answer: status and body.
    pub(crate) fn send(&mut self, method: &str, path: &str, json: Option<&Value>) -> Result<(u16, Vec<u8>)> {
        let body = json.map(Value::to_string).unwrap_or_default();
        let kind = if json.is_some() { "Content-Type: application/json\r\n" } else { "" };
        let (address, key, length) = (&self.address, &self.key, body.len());
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {key}\r\n{kind}Content-Length: {length}\r\n\r\n{body}"
        );
        self.stream.get_mut().write_all(request.as_bytes())?;
        self.read_answer()
    }

    /// Sends, expects 200 and parses the answer.
    pub(crate) fn json(&mut self, method: &str, path: &str, json: Option<&Value>) -> Result<Value> {
        let (status, body) = self.send(method, path, json)?;
        ensure!(status == 200, "{method} {path}: {status} {}", String::from_utf8_lossy(&body));
        serde_json::from_slice(&body).with_context(|| format!("{method} {path}: no JSON"))
    }

    fn read_answer(&mut self) -> Result<(u16, Vec<u8>)> {
        let first = self.line()?;
        let status = first.split(' ').nth(1).and_then(|word| word.parse().ok());
        let Some(status) = status else { bail!("no HTTP answer: {first:?}") };
        let mut length = None;
        loop {
            let line = self.line()?;
            if line.is_empty() {
                break;
            }
            if let Some((name, value)) = line.split_once(':')
                && name.eq_ignore_ascii_case("content-length")
            {
                length = Some(value.trim().parse::<usize>()?);
            }
        }
        let mut body = vec![0; length.context("an answer without Content-Length")?];
        self.stream.read_exact(&mut body)?;
        Ok((status, body))
    }

    fn line(&mut self) -> Result<String> {
        let mut line = String::new();
        ensure!(self.stream.read_line(&mut line)? > 0, "the server closed the connection");
        Ok(line.trim_end().to_owned())
    }
}
