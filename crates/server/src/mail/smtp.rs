//! Sending through a mail server.

use std::time::{Duration, SystemTime};

use beadle_store::mails::MailRow;
use lettre::{
    Address, AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor,
    message::{Mailbox, MultiPart, SinglePart},
    transport::smtp::{
        self, PoolConfig,
        authentication::Credentials,
        client::{Tls, TlsParameters},
        extension::ClientId,
        response::Category,
    },
};
use secrecy::ExposeSecret as _;

use super::Delivery;
use crate::config::{ConfigError, MailConfig, SmtpSecurity};

/// For each step of the conversation.
const TIMEOUT: Duration = Duration::from_secs(10);
const IDLE_TIMEOUT: Duration = Duration::from_secs(30);
const CONNECTIONS: u32 = 4;

/// What stands before the `@` of the sender just now, if not what the configuration has there.
pub type SenderName = Box<dyn Fn() -> Option<String> + Send + Sync>;

/// A mail server and the sender. Connections are kept open for a while and used again.
pub struct Smtp {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    name: Option<SenderName>,
}

impl Smtp {
    /// Prepares the connection; nothing is sent yet.
    ///
    /// # Errors
    /// A URL or sender that cannot be used, or no certificate authorities on this machine.
    pub fn new(config: &MailConfig) -> Result<Self, ConfigError> {
        let server = config.server()?;
        let from = config.sender()?;
        let tls = |wrap: fn(TlsParameters) -> Tls| {
            TlsParameters::new(server.host.clone())
                .map(wrap)
                .map_err(|error| ConfigError::new("mail.smtp_url", format!("needs TLS: {error}")))
        };
        let security = match server.security {
            SmtpSecurity::Tls => tls(Tls::Wrapper)?,
            SmtpSecurity::StartTls => tls(Tls::Required)?,
            SmtpSecurity::Opportunistic => tls(Tls::Opportunistic)?,
            SmtpSecurity::Plain => Tls::None,
        };
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&server.host)
            .port(server.port)
            .tls(security)
            .timeout(Some(TIMEOUT))
            .hello_name(ClientId::Domain(from.email.domain().to_owned()))
            .pool_config(PoolConfig::new().max_size(CONNECTIONS).idle_timeout(IDLE_TIMEOUT));
        if let Some((user, password)) = server.credentials {
            builder = builder.credentials(Credentials::new(user, password.expose_secret().to_owned()));
        }
        Ok(Self { transport: builder.build(), from, name: None })
    }

    /// Lets the sender's name be another, from mail to mail. The domain stays, since mail servers look at it.
    pub(super) fn name_sender(&mut self, name: SenderName) {
        self.name = Some(name);
    }

    fn sender(&self) -> Mailbox {
        let name = self.name.as_ref().and_then(|name| name());
        let address = name.and_then(|name| Address::new(name, self.from.email.domain()).ok());
        Mailbox { email: address.unwrap_or_else(|| self.from.email.clone()), ..self.from.clone() }
    }

    /// Sends one mail, and logs why if that fails. Addresses stay out of the log; the mail server's answer may
    /// name one.
    pub(super) async fn send(&self, mail: &MailRow) -> Delivery {
        let message = match self.message(mail) {
            Ok(message) => message,
            Err(error) => {
                tracing::error!(mail = %mail.id, %error, "mail cannot be written");
                return Delivery::Refused;
            }
        };
        match self.transport.send(message).await {
            Ok(_) => Delivery::Sent,
            Err(error) if refuses_recipient(&error) => {
                tracing::warn!(mail = %mail.id, %error, "mail refused for good");
                Delivery::Refused
            }
            Err(error) => {
                tracing::warn!(mail = %mail.id, attempt = mail.attempts, %error, "mail not sent");
                Delivery::Deferred
            }
        }
    }

    fn message(&self, mail: &MailRow) -> Result<Message, lettre::error::Error> {
        let recipient: Address = mail.recipient.parse().map_err(|_| lettre::error::Error::MissingTo)?;
        let since_epoch = u64::try_from(mail.created_at.as_millis()).unwrap_or_default();
        let builder = Message::builder()
            .from(self.sender())
            .to(Mailbox::new(None, recipient))
            .subject(&mail.subject)
            .date(SystemTime::UNIX_EPOCH + Duration::from_millis(since_epoch))
            .message_id(Some(format!("<{}@{}>", mail.id, self.from.email.domain())));
        match &mail.html {
            Some(html) => {
                builder.multipart(MultiPart::alternative_plain_html(mail.body.clone(), html.clone()))
            }
            None => builder.singlepart(SinglePart::plain(mail.body.clone())),
        }
    }
}

/// 55x: the address does not exist or is not wanted. Other refusals are the operator's to mend (a password, a
/// policy), and the mail waits for that.
fn refuses_recipient(error: &smtp::Error) -> bool {
    error.is_permanent() && error.status().is_some_and(|code| code.category == Category::MailSystem)
}
