//! The test server itself.

use crate::support::TestServer;

#[actix_web::test]
async fn the_server_answers() {
    let server = TestServer::start().await;
    assert_eq!(server.anyone().get("/healthz").await.status(), 200);
    assert_eq!(server.anyone().get("/readyz").await.status(), 200);
    assert_eq!(server.provider().await.get("/auth/sign-ins").await["items"][0]["current"], true);
}

#[actix_web::test]
async fn every_test_has_a_database_of_its_own() {
    let (one, other) = (TestServer::start().await, TestServer::start().await);
    let patient = one.patient().await;
    let token = patient.token().await;
    assert_eq!(one.bearing(&token).get("/auth/sign-ins").await.status(), 200);
    assert_eq!(other.bearing(&token).get("/auth/sign-ins").await.status(), 401);
}

#[actix_web::test]
async fn an_app_that_the_server_has_outgrown_is_told_with_any_answer() {
    let server = TestServer::start().await;
    let page = server.anyone().get("/").await;
    let script =
        page.text().split("/assets/").nth(1).and_then(|rest| rest.split(".js").next()).expect("the app's script").to_owned();
    let asks =
        async |version: &str| server.anyone().with("X-App-Version", version).get("/me").await.header("x-app-update").to_owned();
    assert_eq!(asks(&script).await, "");
    assert_eq!(asks("app-before").await, "1");
    assert_eq!(server.anyone().get("/me").await.header("x-app-update"), "");
}
