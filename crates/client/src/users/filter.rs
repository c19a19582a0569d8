//! The conditions that lists and counts of users share.

/// Writes the conditions as methods of a builder with a `filter: UserFilter`.
macro_rules! filter_methods {
    () => {
        /// Replaces all conditions at once.
        pub fn filter(mut self, filter: beadle_types::params::UserFilter) -> Self {
            self.filter = filter;
            self
        }

        filter_methods! { add:
            /// Has this e-mail address, or another one given this way.
            email_address,
            /// Has this phone number, or another one given this way.
            phone_number,
            /// Has this external id, or another one given this way; a leading `-` excludes it.
            external_id,
            /// Has this username, or another one given this way.
            username,
            /// Has this wallet, or another one given this way.
            web3_wallet,
            /// Belongs to this organisation, or another one given this way; a leading `-` excludes it.
            organization_id,
        }

        filter_methods! { set:
            /// Has this text somewhere in an identifier, the id or the name.
            query,
            /// Has this text somewhere in an e-mail address.
            email_address_query,
            /// Has this text somewhere in a phone number.
            phone_number_query,
            /// Has this text somewhere in the username.
            username_query,
            /// Has this text somewhere in the name.
            name_query,
        }

        filter_methods! { time:
            /// Was last active before this time.
            last_active_at_before,
            /// Was last active after this time.
            last_active_at_after,
            /// Was created before this time.
            created_at_before,
            /// Was created after this time.
            created_at_after,
            /// Last signed in before this time.
            last_sign_in_at_before,
            /// Last signed in after this time.
            last_sign_in_at_after,
        }

        /// Is this user, or another one given this way.
        pub fn user_id(mut self, id: &beadle_types::UserId) -> Self {
            self.filter.user_id.push(id.to_string());
            self
        }

        /// Is any user but this one, and others given this way.
        pub fn not_user_id(mut self, id: &beadle_types::UserId) -> Self {
            self.filter.user_id.push(format!("-{id}"));
            self
        }

        /// Is banned, or is not.
        pub fn banned(mut self, banned: bool) -> Self {
            self.filter.banned = Some(banned);
            self
        }

        /// Is this user at this OAuth provider (`oauth_google`), or another one of the same provider.
        pub fn provider_user_id(mut self, provider: impl Into<String>, id: impl Into<String>) -> Self {
            self.filter.provider = Some(provider.into());
            self.filter.provider_user_id.push(id.into());
            self
        }
    };
    (add: $($(#[$doc:meta])* $name:ident,)+) => {$(
        $(#[$doc])*
        pub fn $name(mut self, value: impl Into<String>) -> Self {
            self.filter.$name.push(value.into());
            self
        }
    )+};
    (set: $($(#[$doc:meta])* $name:ident,)+) => {$(
        $(#[$doc])*
        pub fn $name(mut self, text: impl Into<String>) -> Self {
            self.filter.$name = Some(text.into());
            self
        }
    )+};
    (time: $($(#[$doc:meta])* $name:ident,)+) => {$(
        $(#[$doc])*
        pub fn $name(mut self, time: beadle_types::Timestamp) -> Self {
            self.filter.$name = Some(time.as_millis());
            self
        }
    )+};
}

pub(super) use filter_methods;
