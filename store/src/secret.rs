//! Secrets that let somebody in: of a session, of a one-time link, of an API token.

use std::fmt;
use std::str::FromStr;

use sha2::{Digest, Sha256};

use crate::StoreError;

/// 32 random bytes in hexadecimal. Only its owner keeps it; the database has its [`Secret::hash`].
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

/// What somebody sent is no secret of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a secret of this program")]
pub struct NotASecret;

impl Secret {
    /// A new one, from the system's source of randomness.
    pub(crate) fn random() -> Result<Self, StoreError> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).map_err(|error| StoreError::Secret(error.to_string()))?;
        Ok(Self(bytes.iter().map(|byte| format!("{byte:02x}")).collect()))
    }

    /// For the cookie, the link or the header that carries it.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// What the database knows it by. The secret has the entropy of a key, so one round of SHA-256 cannot be guessed back.
    pub(crate) fn hash(&self) -> Vec<u8> {
        Sha256::digest(self.0.as_bytes()).to_vec()
    }
}

impl FromStr for Secret {
    type Err = NotASecret;
    fn from_str(text: &str) -> Result<Self, NotASecret> {
        let legal = text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        if legal { Ok(Self(text.to_owned())) } else { Err(NotASecret) }
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test states what is there")]
    use super::*;

    #[test]
    fn two_secrets_differ_and_read_back_and_do_not_show_in_a_log() {
        let (one, other) = (Secret::random().unwrap(), Secret::random().unwrap());
        assert_ne!(one, other);
        assert_eq!(one.expose().parse(), Ok(one.clone()));
        assert_eq!(format!("{one:?}"), "Secret(…)");
        for text in ["", "ab", &"g".repeat(64), &"A".repeat(64), &"a".repeat(65), &"é".repeat(32)] {
            assert_eq!(text.parse::<Secret>(), Err(NotASecret), "{text}");
        }
    }
}
