//! What a user signs in with, their picture, and what belongs to them elsewhere.

use beadle_types::{
    DeletedObject, ExternalAccountId, IdentificationId, Page, RemovedFactors, User, UserId, VerifiedCode,
    params::{RemovePassword, SetPasswordCompromised, VerifyTotp},
};
use http::{Method, header};
use serde_json::Value;

use super::Users;
use crate::request::{Request, segment};

/// Stands between the parts of a form; a file that holds this line by chance is as likely as a guessed key.
const BOUNDARY: &str = "beadle-7d1c4b0a9e6f4a52b3c8";

impl Users<'_> {
    /// Tells whether an authenticator app or a backup code gave this code. That it did not is an error.
    pub fn verify_totp(self, id: &UserId, code: &str) -> Request<VerifiedCode> {
        self.on_user(Method::POST, id, "/verify_totp").body(&VerifyTotp { code: code.to_owned() })
    }

    /// Takes all second factors away.
    pub fn disable_mfa(self, id: &UserId) -> Request<RemovedFactors> {
        self.on_user(Method::DELETE, id, "/mfa")
    }

    /// Takes the authenticator app away.
    pub fn delete_totp(self, id: &UserId) -> Request<RemovedFactors> {
        self.on_user(Method::DELETE, id, "/totp")
    }

    /// Takes the backup codes away.
    pub fn delete_backup_codes(self, id: &UserId) -> Request<RemovedFactors> {
        self.on_user(Method::DELETE, id, "/backup_code")
    }

    /// Takes the password away.
    pub fn remove_password(self, id: &UserId, params: &RemovePassword) -> Request<User> {
        self.on_user(Method::POST, id, "/remove_password").body(params)
    }

    /// Lets nobody in with the password until it is replaced.
    pub fn set_password_compromised(self, id: &UserId, params: &SetPasswordCompromised) -> Request<User> {
        self.on_user(Method::POST, id, "/password/set_compromised").body(params)
    }

    /// Takes that back.
    pub fn unset_password_compromised(self, id: &UserId) -> Request<User> {
        self.on_user(Method::POST, id, "/password/unset_compromised")
    }

    /// Takes a passkey away.
    pub fn delete_passkey(self, id: &UserId, passkey: &IdentificationId) -> Request<DeletedObject> {
        self.on_user(Method::DELETE, id, &format!("/passkeys/{passkey}"))
    }

    /// Takes a wallet away.
    pub fn delete_web3_wallet(self, id: &UserId, wallet: &IdentificationId) -> Request<DeletedObject> {
        self.on_user(Method::DELETE, id, &format!("/web3_wallets/{wallet}"))
    }

    /// Takes the account at a provider away.
    pub fn delete_external_account(self, id: &UserId, account: &ExternalAccountId) -> Request<DeletedObject> {
        self.on_user(Method::DELETE, id, &format!("/external_accounts/{account}"))
    }

    /// The devices that are not asked for a second factor.
    pub fn trusted_devices(self, id: &UserId) -> Request<Page<Value>> {
        self.on_user(Method::GET, id, "/trusted_devices")
    }

    /// Takes a device off them.
    pub fn revoke_trusted_device(self, id: &UserId, device: &str) -> Request<Value> {
        self.on_user(Method::DELETE, id, &format!("/trusted_devices/{}", segment(device)))
    }

    /// What a provider lets the application do for the user. Beadle keeps no such tokens.
    pub fn oauth_access_tokens(self, id: &UserId, provider: &str) -> Request<Vec<Value>> {
        self.on_user(Method::GET, id, &format!("/oauth_access_tokens/{}", segment(provider)))
    }

    /// The organizations that the user belongs to; none on Beadle.
    pub fn organization_memberships(self, id: &UserId) -> Request<Page<Value>> {
        self.on_user(Method::GET, id, "/organization_memberships")
    }

    /// The organizations that invite the user; none on Beadle.
    pub fn organization_invitations(self, id: &UserId) -> Request<Page<Value>> {
        self.on_user(Method::GET, id, "/organization_invitations")
    }

    /// Gives the user this picture: the bytes of a PNG, JPEG, GIF or WebP file.
    pub fn set_profile_image(self, id: &UserId, file: &[u8]) -> Request<User> {
        let head = format!(
            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"picture\"\r\n\
             Content-Type: application/octet-stream\r\n\r\n"
        );
        let form = [head.as_bytes(), file, format!("\r\n--{BOUNDARY}--\r\n").as_bytes()].concat();
        self.on_user(Method::POST, id, "/profile_image").adjust(|call| {
            call.body = Some(form);
            call.header(header::CONTENT_TYPE, &format!("multipart/form-data; boundary={BOUNDARY}"))
        })
    }

    /// Goes back to the generated picture.
    pub fn delete_profile_image(self, id: &UserId) -> Request<User> {
        self.on_user(Method::DELETE, id, "/profile_image")
    }
}
