//! The client against the whole server: what one sends the other understands, and back.

use std::time::Duration;

use beadle_client::{
    Clerk, InvitationStatus, SignInTokenStatus, WaitlistStatus,
    params::{
        CreateActorToken, CreateApiKey, CreateInvitation, CreateM2mToken, CreateMachine, CreateSignInToken,
        CreateUser, CreateWaitlistEntry, InviteWaitlistEntry, ListApiKeys, ListInvitations, ListM2mTokens,
        ListMachines, ListPage, ListWaitlistEntries, Patch, RemovePassword, SetPasswordCompromised,
        TokenFormat, UpdateApiKey, UpdateMachine,
    },
};
use beadle_testkit::{LiveServer, SECRET_KEY};

fn clerk(server: &LiveServer) -> Clerk {
    Clerk::new(SECRET_KEY).api_url(&server.url).timeout(Duration::from_secs(20))
}

#[tokio::test]
async fn tickets_and_lists_come_back_as_they_were_sent() -> Result<(), beadle_client::Error> {
    let server = LiveServer::start();
    let c = clerk(&server);
    let user =
        c.users().create(&CreateUser { username: Some("ada_l".into()), ..CreateUser::default() }).await?;

    let token = CreateSignInToken { user_id: user.id.to_string(), ..CreateSignInToken::default() };
    let token = c.sign_in_tokens().create(&token).await?;
    assert_eq!(c.sign_in_tokens().revoke(&token.id).await?.status, SignInTokenStatus::Revoked);
    let mut token = CreateActorToken { user_id: user.id.to_string(), ..CreateActorToken::default() };
    token.actor.insert("sub".into(), "user_admin".into());
    let token = c.actor_tokens().create(&token).await?;
    assert_eq!(token.actor["sub"], "user_admin");
    assert_eq!(c.actor_tokens().revoke(&token.id).await?.status, SignInTokenStatus::Revoked);

    let to = |n: u32| CreateInvitation {
        email_address: format!("guest{n}@example.com"),
        notify: Some(false),
        ..CreateInvitation::default()
    };
    let one = c.invitations().create(&to(1)).await?;
    assert_eq!(c.invitations().create_many(&[to(2), to(3)]).await?.len(), 2);
    assert_eq!(c.invitations().revoke(&one.id).await?.status, InvitationStatus::Revoked);
    let page =
        c.invitations().list(&ListInvitations { limit: Some(1), ..ListInvitations::default() }).await?;
    assert_eq!((page.data.len(), page.total_count), (1, 2));

    let wait =
        |n: u32| CreateWaitlistEntry { email_address: format!("queue{n}@example.com"), notify: Some(false) };
    let one = c.waitlist_entries().create(&wait(1)).await?;
    let two = c.waitlist_entries().create_many(&[wait(2), wait(3)]).await?;
    let invited = c.waitlist_entries().invite(&one.id, &InviteWaitlistEntry::default()).await?;
    assert_eq!(invited.status, WaitlistStatus::Invited);
    assert_eq!(c.waitlist_entries().reject(&two[0].id).await?.status, WaitlistStatus::Rejected);
    assert!(c.waitlist_entries().delete(&two[1].id).await?.deleted);
    assert_eq!(c.waitlist_entries().list(&ListWaitlistEntries::default()).await?.total_count, 2);

    let session = c.sessions().create(&user.id).await?;
    let known = c.clients().get(&session.client_id).await?;
    assert_eq!(known.session_ids, std::slice::from_ref(&session.id));
    assert_eq!(c.clients().list(&ListPage::default()).await?.total_count, 1);
    assert!(c.clients().verify("not a token").await.is_err_and(|error| error.is_not_found()));
    Ok(())
}

#[tokio::test]
async fn what_a_user_signs_in_with_can_be_taken_away() -> Result<(), beadle_client::Error> {
    let server = LiveServer::start();
    let c = clerk(&server);
    let new = CreateUser {
        email_address: vec!["ada@example.com".into()],
        password: Some("wJ8kPq3z-x".into()),
        backup_codes: Some(vec!["abcd1234".into()]),
        ..CreateUser::default()
    };
    let id = c.users().create(&new).await?.id;

    assert_eq!(c.users().verify_totp(&id, "abcd1234").await?.code_type, "backup_code");
    assert_eq!(c.users().disable_mfa(&id).await?.user_id, id);
    assert!(!c.users().get(&id).await?.backup_code_enabled);
    c.users().set_password_compromised(&id, &SetPasswordCompromised::default()).await?;
    c.users().unset_password_compromised(&id).await?;
    assert!(!c.users().remove_password(&id, &RemovePassword::default()).await?.password_enabled);
    assert_eq!(c.users().trusted_devices(&id).await?.total_count, 0);

    // One white pixel.
    let gif = b"GIF89a\x01\0\x01\0\x80\0\0\xff\xff\xff\0\0\0,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;";
    assert!(c.users().set_profile_image(&id, gif).await?.has_image);
    assert!(!c.users().delete_profile_image(&id).await?.has_image);
    Ok(())
}

#[tokio::test]
async fn keys_and_machines_come_back_as_they_were_sent() -> Result<(), beadle_client::Error> {
    let server = LiveServer::start();
    let c = clerk(&server);
    let user =
        c.users().create(&CreateUser { username: Some("ada_l".into()), ..CreateUser::default() }).await?;

    let subject = user.id.to_string();
    let new = CreateApiKey { name: "Laptop".into(), subject: subject.clone(), ..CreateApiKey::default() };
    let key = c.api_keys().create(&new).await?;
    let secret = key.secret.clone().unwrap_or_default();
    assert_eq!(c.api_keys().verify(&secret).await?.id, key.id);
    assert_eq!(c.api_keys().secret(&key.id).await?.secret, secret);
    let change = UpdateApiKey { description: Patch::Value("x".into()), ..UpdateApiKey::default() };
    assert_eq!(c.api_keys().update(&key.id, &change).await?.description.as_deref(), Some("x"));
    let query = ListApiKeys { subject: Some(subject), ..ListApiKeys::default() };
    assert_eq!(c.api_keys().list(&query).await?.total_count, 1);
    c.users().ban(&user.id).await?;
    assert!(c.api_keys().verify(&secret).await.is_err_and(|error| error.is_not_found()));
    assert!(c.api_keys().create(&new).await.is_err_and(|error| error.is_banned()));
    assert!(c.api_keys().get(&key.id).await?.revoked);
    assert_eq!(c.api_keys().revoke(&key.id, Some("gone")).await?.revocation_reason.as_deref(), Some("gone"));
    assert!(c.api_keys().delete(&key.id).await?.deleted);

    let new = |name: &str| CreateMachine { name: name.into(), ..CreateMachine::default() };
    let (asks, asked) = (c.machines().create(&new("asks")).await?, c.machines().create(&new("asked")).await?);
    assert_eq!(c.machines().create_scope(&asks.id, &asked.id).await?.to_machine_id, asked.id);
    assert_eq!(c.machines().get(&asks.id).await?.scoped_machines.map(|scoped| scoped.len()), Some(1));
    let change = UpdateMachine { name: Some("renamed".into()), ..UpdateMachine::default() };
    assert_eq!(c.machines().update(&asks.id, &change).await?.name, "renamed");
    assert_eq!(c.machines().list(&ListMachines::default()).await?.total_count, 2);
    let secret = c.machines().rotate_secret_key(&asks.id, 0).await?.secret;
    assert_eq!(c.machines().secret_key(&asks.id).await?.secret, secret);

    let machine = Clerk::new(secret).api_url(&server.url);
    let opaque = machine.m2m().create_token(&CreateM2mToken::default()).await?;
    let jwt = CreateM2mToken { token_format: Some(TokenFormat::Jwt), ..CreateM2mToken::default() };
    let jwt = machine.m2m().create_token(&jwt).await?;
    for token in [&opaque, &jwt] {
        let shown = token.token.clone().unwrap_or_default();
        assert_eq!(c.m2m().verify(shown).await?.id, token.id);
    }
    let query = ListM2mTokens { subject: Some(asks.id.to_string()), ..ListM2mTokens::default() };
    assert_eq!(c.m2m().list(&query).await?.total_count, 1);
    assert!(machine.m2m().revoke_token(&opaque.id, None).await?.revoked);
    assert_eq!(c.machines().delete_scope(&asks.id, &asked.id).await?.deleted, Some(true));
    assert!(c.machines().delete(&asks.id).await?.deleted);
    Ok(())
}
