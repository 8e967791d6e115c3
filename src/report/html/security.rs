//! The policy by which a browser refuses all that the page does not bring itself: no address is asked, and no script
//! or style runs but the two of the template, which are named by their hashes.

use data_encoding::BASE64;
use sha2::{Digest, Sha256};

/// The value of the `Content-Security-Policy`.
pub(super) fn policy(style: &str, script: &str) -> String {
    // An empty icon spares the browser the question for one.
    format!(
        "default-src 'none'; img-src data:; style-src '{}'; script-src '{}'; base-uri 'none'; form-action 'none'",
        hash(style),
        hash(script)
    )
}

fn hash(text: &str) -> String {
    format!("sha256-{}", BASE64.encode(&Sha256::digest(text)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_is_as_browsers_compute_it() {
        // The example of the specification, https://www.w3.org/TR/CSP2/#script-src-hash-usage.
        assert_eq!(hash("alert('Hello, world.');"), "sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng=");
    }
}
