//! The templates inside the binary.

macro_rules! templates {
    ($($name:literal)+) => {
        /// Name and text of each.
        pub(super) const TEMPLATES: &[(&str, &str)] =
            &[$(($name, include_str!(concat!("../../templates/messages/", $name)))),+];
    };
}

templates! {
    "layout.html"
    "account_locked/de.txt"
    "account_locked/en.txt"
    "email_link/de.txt"
    "email_link/en.txt"
    "invitation/de.txt"
    "invitation/en.txt"
    "new_device_sign_in/de.txt"
    "new_device_sign_in/en.txt"
    "passkey_added/de.txt"
    "passkey_added/en.txt"
    "passkey_removed/de.txt"
    "passkey_removed/en.txt"
    "password_changed/de.txt"
    "password_changed/en.txt"
    "primary_email_address_changed/de.txt"
    "primary_email_address_changed/en.txt"
    "reset_password_code/de.txt"
    "reset_password_code/en.txt"
    "sign_in_link/de.txt"
    "sign_in_link/en.txt"
    "sign_up_link/de.txt"
    "sign_up_link/en.txt"
    "verification_code/de.txt"
    "verification_code/en.txt"
    "waitlist_confirmation/de.txt"
    "waitlist_confirmation/en.txt"
    "waitlist_invitation/de.txt"
    "waitlist_invitation/en.txt"
}
