//! Blocks and observatory as bytes, for whoever ranks elsewhere: the browser gets the same numbers to the last bit.

use serde::{Deserialize, Serialize};

use super::candidates::Candidate;
use super::observatory::Observatory;
use super::ranking::Blocks;

/// Bytes that are none of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("these bytes are not what the server of this version sends")]
pub struct Unreadable;

#[derive(Serialize)]
struct BlocksOut<'a> {
    current_cycle: &'a str,
    candidates: &'a [Candidate],
}

#[derive(Deserialize)]
struct BlocksIn {
    current_cycle: String,
    candidates: Vec<Candidate>,
}

/// All blocks.
pub fn write_blocks(blocks: &Blocks) -> Vec<u8> {
    written(&BlocksOut { current_cycle: blocks.current_cycle(), candidates: blocks.candidates() })
}

/// The blocks that [`write_blocks`] wrote.
pub fn read_blocks(bytes: &[u8]) -> Result<Blocks, Unreadable> {
    let BlocksIn { current_cycle, candidates } = postcard::from_bytes(bytes).map_err(|_| Unreadable)?;
    Ok(Blocks::new(candidates, &current_cycle))
}

/// The observatory, and which edition of the blocks is around it.
pub fn write_observatory(edition: &str, observatory: &Observatory) -> Vec<u8> {
    written(&(edition, observatory))
}

/// What [`write_observatory`] wrote.
pub fn read_observatory(bytes: &[u8]) -> Result<(String, Observatory), Unreadable> {
    postcard::from_bytes(bytes).map_err(|_| Unreadable)
}

/// Plain data is always written; what could fail is a writer, and a vector never does.
fn written(value: &impl Serialize) -> Vec<u8> {
    postcard::to_allocvec(value).unwrap_or_default()
}
