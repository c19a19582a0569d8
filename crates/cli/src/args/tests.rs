use clap::{CommandFactory as _, error::ErrorKind};

use super::*;

fn parse(line: &str) -> Result<Cli, ErrorKind> {
    Cli::try_parse_from(line.split(' ')).map_err(|error| error.kind())
}

#[test]
fn the_definition_is_sound() {
    Cli::command().debug_assert();
}

#[test]
fn serving_needs_no_command() {
    let cli = parse("beadle --listen 127.0.0.1:1 --data-dir /d").unwrap();
    assert!(cli.command.is_none());
    assert_eq!(cli.serve.listen.as_deref(), Some("127.0.0.1:1"));
    assert!(matches!(parse("beadle serve --listen x").unwrap().command, Some(Command::Serve(_))));
    assert!(parse("beadle").unwrap().command.is_none());
}

#[test]
fn connection_flags_may_stand_anywhere() {
    for line in ["beadle users --json --api-url http://h list", "beadle users list --json --api-url http://h"]
    {
        let Some(Command::Users(users)) = parse(line).unwrap().command else { panic!("{line}") };
        assert!(users.api.json && users.api.api_url.as_deref() == Some("http://h"), "{line}");
    }
}

#[test]
fn falling_orders_and_flags_without_values_are_understood() {
    let line = "beadle users list --order-by -last_sign_in_at --banned --limit 5";
    let Some(Command::Users(users)) = parse(line).unwrap().command else { panic!() };
    let UsersCommand::List(list) = users.command else { panic!() };
    assert_eq!((list.order_by.as_str(), list.banned, list.limit), ("-last_sign_in_at", Some(true), 5));
}

#[test]
fn bad_input_is_a_usage_error() {
    for line in [
        "beadle users get sess_1",
        "beadle users ban",
        "beadle users list --limit 501",
        "beadle users list --limit 0",
        "beadle sessions list --status asleep",
        "beadle sessions revoke user_1",
        "beadle frobnicate",
        "beadle --lissten x",
    ] {
        assert!(parse(line).is_err(), "{line}");
    }
}

#[test]
fn secrets_stay_out_of_debug_output() {
    let cli =
        parse("beadle users --secret-key sk_test_hunter2 --database-url postgres://hunter2 list").unwrap();
    assert!(!format!("{cli:?}").contains("hunter2"));
}
