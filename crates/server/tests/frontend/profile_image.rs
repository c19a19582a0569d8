//! Pictures of users: sent, made small, shown and taken away.

use std::io::Cursor;

use base64::{Engine as _, prelude::BASE64_STANDARD};
use beadle_testkit::{Browser, TestApp, TestResponse, both_engines, json};
use http::Method;
use image::{DynamicImage, ImageFormat, Rgb, RgbImage};

use crate::visit::{ADA, signed_in, text, user};

pub(crate) fn png(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    let picture = DynamicImage::ImageRgb8(RgbImage::from_pixel(width, height, Rgb([10, 120, 200])));
    picture.write_to(&mut Cursor::new(&mut bytes), ImageFormat::Png).unwrap();
    bytes
}

async fn send(browser: &Browser, content_type: &str, body: Vec<u8>) -> TestResponse {
    let call = browser.call(Method::POST, "/me/profile_image").header("content-type", content_type);
    browser.send(call.body(body)).await
}

async fn send_part(browser: &Browser, name: &str, file: &[u8]) -> TestResponse {
    let mut body = format!(
        "--x\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"me.png\"\r\n\
         Content-Type: image/png\r\n\r\n"
    )
    .into_bytes();
    body.extend_from_slice(file);
    body.extend_from_slice(b"\r\n--x--\r\n");
    send(browser, "multipart/form-data; boundary=x", body).await
}

/// Fetches a picture as a page on another site would.
async fn fetch(app: &TestApp, url: &str) -> TestResponse {
    let base = &app.app().instance.frontend_url;
    let path = url.strip_prefix(base.as_str()).unwrap_or_else(|| panic!("{url} is not below {base}"));
    let call = app.backend().call(Method::GET, &format!("/__clerk{path}"));
    call.without_header("authorization").header("origin", "https://elsewhere.example").send().await
}

#[track_caller]
fn shown_anywhere(answer: &TestResponse) {
    assert_eq!(answer.status, 200, "{}", answer.shown());
    assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
    assert_eq!(answer.header("cross-origin-resource-policy"), Some("cross-origin"));
    assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
    assert!(answer.header("cache-control").unwrap().contains("immutable"));
    assert!(answer.header("content-security-policy").unwrap().contains("default-src 'none'"));
}

both_engines! {
    async fn a_picture_is_made_small_and_shown_everywhere(app: TestApp) {
        let id = user(&app, ADA).await;
        let (browser, _) = signed_in(&app, ADA).await;
        let set = send_part(&browser, "file", &png(1_200, 600)).await.ok();
        let image = &set["response"];
        assert_eq!((&image["object"], &image["name"]), (&json!("image"), &image["id"]));
        let url = text(&image["public_url"]);
        let session = &set["client"]["sessions"][0];
        for shown in [&session["user"], &session["public_user_data"]] {
            assert_eq!((&shown["image_url"], &shown["has_image"]), (&json!(url), &json!(true)), "{shown}");
        }
        let known = app.backend().get(&format!("/v1/users/{id}")).send().await.ok();
        assert_eq!((&known["image_url"], &known["profile_image_url"]), (&json!(url), &json!(url)));
        let begun = app.browser().post("/client/sign_ins", &[("identifier", ADA)]).await.ok();
        assert_eq!(begun["response"]["user_data"]["image_url"], json!(url));
        assert_eq!(app.event_kinds(&id).await.iter().filter(|kind| *kind == "user.updated").count(), 1);

        let served = fetch(&app, &url).await;
        shown_anywhere(&served);
        assert_eq!(served.header("content-type"), Some("image/jpeg"));
        let read = image::load_from_memory(&served.body).unwrap();
        assert_eq!((read.width(), read.height()), (512, 256));
        let path = url.strip_prefix(app.app().instance.frontend_url.as_str()).unwrap();
        let again = app.backend().call(Method::GET, &format!("/__clerk{path}"));
        let again = again.header("if-none-match", served.header("etag").unwrap()).send().await;
        assert_eq!((again.status.as_u16(), again.body.len()), (304, 0));
    }

    async fn base64_does_as_well_and_a_new_picture_replaces_the_old(app: TestApp) {
        user(&app, ADA).await;
        let (browser, _) = signed_in(&app, ADA).await;
        let plain = BASE64_STANDARD.encode(png(20, 20));
        let first = send(&browser, "application/octet-stream", plain.clone().into_bytes()).await.ok();
        let data_url = format!("data:image/png;base64,{plain}").into_bytes();
        let second = send(&browser, "application/octet-stream", data_url).await.ok();
        let third = send(&browser, "application/octet-stream", png(20, 20)).await.ok();
        let [first, second, third] = [first, second, third].map(|set| text(&set["response"]["public_url"]));
        fetch(&app, &first).await.refused(404, "resource_not_found");
        fetch(&app, &second).await.refused(404, "resource_not_found");
        shown_anywhere(&fetch(&app, &third).await);
    }

    async fn without_a_picture_initials_are_drawn(app: TestApp) {
        let body = json!({"email_address": [ADA], "first_name": "Ada", "last_name": "Lovelace"});
        app.create_user(&body).await;
        let (browser, _) = signed_in(&app, ADA).await;
        let client = browser.get("/client").await.ok();
        let user = &client["response"]["sessions"][0]["user"];
        assert_eq!(user["has_image"], false);
        let drawn = fetch(&app, &text(&user["image_url"])).await;
        shown_anywhere(&drawn);
        assert_eq!(drawn.header("content-type"), Some("image/svg+xml"));
        assert!(drawn.text().contains(">AL</text>"), "{}", drawn.text());
        let base = app.app().instance.frontend_url.clone();
        for odd in ["/avatars/1/%3Cb%3E", "/avatars/999/AL", "/avatars/1/ABC", "/images/img_1", "/images/x"] {
            fetch(&app, &format!("{base}{odd}")).await.refused(404, "resource_not_found");
        }
    }

    async fn a_picture_goes_when_it_is_deleted_and_with_its_user(app: TestApp) {
        let id = user(&app, ADA).await;
        let (browser, _) = signed_in(&app, ADA).await;
        browser.delete("/me/profile_image").await.refused(404, "image_not_found");
        let set = send_part(&browser, "file", &png(20, 20)).await.ok();
        let gone = browser.delete("/me/profile_image").await.ok();
        assert_eq!(gone["response"], json!({"object": "image", "id": set["response"]["id"], "deleted": true}));
        assert_eq!(gone["client"]["sessions"][0]["user"]["has_image"], false);
        fetch(&app, &text(&set["response"]["public_url"])).await.refused(404, "resource_not_found");
        let again = send_part(&browser, "file", &png(20, 20)).await.ok();
        app.backend().delete(&format!("/v1/users/{id}")).send().await.ok();
        fetch(&app, &text(&again["response"]["public_url"])).await.refused(404, "resource_not_found");
    }

    async fn what_is_no_picture_is_refused(app: TestApp) {
        user(&app, ADA).await;
        let (browser, _) = signed_in(&app, ADA).await;
        send_part(&browser, "file", b"<svg/>").await.refused(400, "request_body_invalid");
        send_part(&browser, "file", b"").await.refused(400, "form_param_missing");
        send_part(&browser, "other", &png(1, 1)).await.refused(400, "form_param_missing");
        send(&browser, "multipart/form-data; boundary=x", b"garbage".to_vec()).await.refused(400, "request_body_invalid");
        let large = vec![0xFF; 10 * 1024 * 1024 + 1];
        send_part(&browser, "file", &large).await.refused(413, "image_too_large");
        send_part(&browser, "file", &vec![0; 15 * 1024 * 1024]).await.refused(413, "image_too_large");
        let stranger = app.browser();
        send_part(&stranger, "file", &png(1, 1)).await.refused(401, "signed_out");
    }
}
