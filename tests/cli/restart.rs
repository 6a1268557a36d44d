//! The next run over the same directory: what an open page, and nobody else, goes on with.

use super::*;

/// The key that a page of this run holds.
async fn key(app: &Instance) -> Value {
    app.get("session/key").await["key"].clone()
}

/// Two runs of a directory had the same address, where nobody took the port meanwhile.
fn is_same_address(first: &Instance, second: &Instance) -> bool {
    let same = first.ready["control"] == second.ready["control"];
    let address = first.ready["control"].as_str().unwrap();
    let address = address.strip_prefix("http://").unwrap();
    assert!(same || std::net::TcpListener::bind(address).is_err());
    same
}

#[cfg(unix)]
#[tokio::test]
async fn a_run_has_its_own_token_and_gives_it_to_the_pages_of_the_run_before() {
    use std::os::unix::fs::PermissionsExt as _;
    let dir = tempfile::TempDir::new().unwrap();
    let mut first = Instance::start_in(dir.path());
    let first_key = key(&first).await;
    assert_eq!(first.terminate(), Some(0));
    let mut second = Instance::start_in(dir.path());
    assert_ne!(second.ready["token"], first.ready["token"]);
    assert_ne!(second.ready["ui_once"], first.ready["ui_once"]);
    let same = is_same_address(&first, &second);
    let second_key = key(&second).await;
    assert_eq!(second_key == first_key, same);

    let session = second.control("session");
    let challenge = second.http.get(&session).send().await.unwrap();
    let challenge: Value = challenge.json().await.unwrap();
    let enter = async |given: Value| {
        let answer = second.http.post(&session).json(&given).send().await;
        let answer = answer.unwrap();
        let status = answer.status().as_u16();
        (
            status,
            answer.json::<Value>().await.unwrap()["token"].clone(),
        )
    };
    let proof = signed(&second_key, &challenge["challenge"]);
    assert_eq!(
        enter(json!({"proof": proof})).await,
        (200, second.ready["token"].clone())
    );
    for wrong in [
        json!({"proof": signed(&challenge["challenge"], &second_key)}),
        json!({"proof": first.ready["token"]}),
        json!({"proof": ""}),
        json!({"proof": proof, "word": "x"}),
        json!({}),
    ] {
        assert_eq!(enter(wrong.clone()).await.0, 401, "{wrong}");
    }
    let old = second.http.get(second.control("status"));
    let old = old.bearer_auth(first.ready["token"].as_str().unwrap());
    assert_eq!(old.send().await.unwrap().status(), 401);
    assert_eq!(second.terminate(), Some(0));

    // A file that others could read names no key any more.
    let file = dir.path().join("hookloupe.running");
    let open = std::fs::Permissions::from_mode(0o644);
    std::fs::set_permissions(&file, open).unwrap();
    let mut third = Instance::start_in(dir.path());
    assert_ne!(key(&third).await, second_key);
    let mode = std::fs::metadata(&file).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    assert_eq!(third.terminate(), Some(0));
}

#[tokio::test]
async fn a_run_at_another_address_has_another_key() {
    let dir = tempfile::TempDir::new().unwrap();
    let mut first = Instance::start_in(dir.path());
    let first_key = key(&first).await;
    assert_eq!(first.terminate(), Some(0));
    // Whoever takes the port of a run that ended.
    let address = first.ready["control"].as_str().unwrap();
    let another = std::net::TcpListener::bind(address.strip_prefix("http://").unwrap());
    let second = Instance::start_in(dir.path());
    assert!(another.is_err() || !is_same_address(&first, &second));
    assert_eq!(
        key(&second).await == first_key,
        first.ready["control"] == second.ready["control"]
    );
}

fn signed(key: &Value, text: &Value) -> String {
    use hmac::{Hmac, KeyInit as _, Mac as _};
    let key = key.as_str().unwrap().as_bytes();
    let mut mac = Hmac::<sha2::Sha256>::new_from_slice(key).unwrap();
    mac.update(text.as_str().unwrap().as_bytes());
    let code = mac.finalize().into_bytes();
    code.iter().map(|byte| format!("{byte:02x}")).collect()
}
