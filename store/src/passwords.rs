//! Passwords as argon2id hashes.
//!
//! Hashing is slow and takes memory on purpose, so it runs on threads of its own, and never more than [`AT_ONCE`] of it: a flood
//! of sign-ins waits in a line and takes no more memory than two.

use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};
use domain::people::Password;
use tokio::sync::Semaphore;

use crate::StoreError;

/// Memory of one hash \[KiB\]. With [`ROUNDS`] one of the equally strong pairs of OWASP's Password Storage Cheat Sheet; this one
/// keeps two hashes at once within what the server may take.
const MEMORY_KIB: u32 = 12_288;
/// How often the memory is gone over (OWASP, as above).
const ROUNDS: u32 = 3;
/// How many hashes are computed at the same time (our own choice: as many as the smallest machine has cores).
const AT_ONCE: usize = 2;

static LINE: Semaphore = Semaphore::const_new(AT_ONCE);

/// Of a password nobody has: what is checked when there is no account of that name, so that the answer takes as long.
const NOBODYS: &str =
    "$argon2id$v=19$m=12288,t=3,p=1$c2hpZnRkZXNrLW5vYm9keQ$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// The hash of a password with a new salt.
pub(crate) async fn hash(password: Password) -> Result<String, StoreError> {
    in_line(move || {
        let mut salt = [0; 16];
        getrandom::fill(&mut salt).map_err(|error| StoreError::Secret(error.to_string()))?;
        let salt = SaltString::encode_b64(&salt).map_err(failed)?;
        Ok(argon2()?.hash_password(password.expose().as_bytes(), &salt).map_err(failed)?.to_string())
    })
    .await
}

/// Whether the password is the one of the hash; `false`, after the same time, where there is no hash.
pub(crate) async fn is_right(password: String, stored: Option<String>) -> Result<bool, StoreError> {
    in_line(move || {
        let hash = PasswordHash::new(stored.as_deref().unwrap_or(NOBODYS)).map_err(failed)?;
        match argon2()?.verify_password(password.as_bytes(), &hash) {
            Ok(()) => Ok(stored.is_some()),
            Err(argon2::password_hash::Error::Password) => Ok(false),
            Err(error) => Err(failed(error)),
        }
    })
    .await
}

fn argon2() -> Result<Argon2<'static>, StoreError> {
    let params = Params::new(MEMORY_KIB, ROUNDS, 1, None).map_err(failed)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

async fn in_line<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    let place = LINE.acquire().await.map_err(failed)?;
    // The place goes with the work: who stops waiting for the answer does not make room for one more.
    let done = tokio::task::spawn_blocking(move || {
        let _place = place;
        work()
    });
    done.await.map_err(failed)?
}

fn failed(error: impl std::fmt::Display) -> StoreError {
    StoreError::Secret(error.to_string())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test states what is there")]
    use super::*;

    #[tokio::test]
    async fn only_the_password_itself_is_right_and_two_hashes_of_it_differ() {
        let password = || Password::new("correct horse battery".to_owned(), 12).unwrap();
        let (one, other) = (hash(password()).await.unwrap(), hash(password()).await.unwrap());
        assert_ne!(one, other, "each has its own salt");
        assert!(one.starts_with("$argon2id$v=19$m=12288,t=3,p=1$"), "{one}");
        assert!(is_right("correct horse battery".to_owned(), Some(one.clone())).await.unwrap());
        assert!(!is_right("Correct horse battery".to_owned(), Some(one)).await.unwrap());
    }

    #[tokio::test]
    async fn without_an_account_a_hash_of_the_same_cost_is_checked_and_nothing_is_right() {
        let nobodys = PasswordHash::new(NOBODYS).unwrap();
        assert_eq!(Params::try_from(&nobodys).unwrap().m_cost(), MEMORY_KIB);
        assert_eq!(Params::try_from(&nobodys).unwrap().t_cost(), ROUNDS);
        assert!(!is_right(String::new(), None).await.unwrap());
    }
}
