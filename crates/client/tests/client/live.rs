//! The client against the whole server: what one sends the other understands, and back.

use std::time::Duration;

use beadle_client::{
    Clerk, InvitationStatus, SignInTokenStatus, WaitlistStatus,
    params::{
        CreateActorToken, CreateInvitation, CreateSignInToken, CreateUser, CreateWaitlistEntry,
        InviteWaitlistEntry, ListClients, ListInvitations, ListWaitlistEntries, RemovePassword,
        SetPasswordCompromised,
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
    assert_eq!(c.clients().list(&ListClients::default()).await?.total_count, 1);
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
