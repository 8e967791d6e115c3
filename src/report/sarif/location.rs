//! Places in SARIF: addresses relative to the root, percent-encoded, and regions with all four numbers.

use serde::Serialize;

use super::Text;
use crate::report::style::encoded;
use crate::source::Place;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Location {
    /// By which the message refers to it, where it does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) id: Option<usize>,
    pub(super) physical_location: Physical,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) message: Option<Text>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Physical {
    artifact_location: Artifact,
    region: Region,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Artifact {
    uri: String,
    uri_base_id: &'static str,
}

/// Lines and columns from 1, the end one past the last character.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Region {
    start_line: u32,
    start_column: u32,
    end_line: u32,
    end_column: u32,
}

impl Location {
    pub(super) fn new(place: &Place) -> Self {
        let physical_location =
            Physical { artifact_location: Artifact::new(place), region: Region::new(place) };
        Self { id: None, physical_location, message: None }
    }
}

impl Artifact {
    pub(super) fn new(place: &Place) -> Self {
        let path = place.path.as_str();
        // An empty address is that of the report itself.
        let uri = if path.is_empty() { ".".to_owned() } else { encoded(path) };
        Self { uri, uri_base_id: "%SRCROOT%" }
    }
}

impl Region {
    pub(super) fn new(place: &Place) -> Self {
        Self {
            start_line: place.start.line,
            start_column: place.start.column,
            end_line: place.end.line,
            end_column: place.end.column,
        }
    }
}
