//! What older versions of the API show otherwise. The objects of this crate have the newest shape; the older one is made
//! where an answer leaves the server, one file per object that differs.
//!
//! What older versions *take* besides is told by [`ApiVersion`] itself. Operations that a version did not have yet are
//! there all the same.

mod session;

use serde::{Serialize, Serializer};
use serde_json::Value;

use crate::{ApiVersion, Listed};

/// An object whose shape has changed.
pub trait Versioned: Serialize {
    /// Takes from the newest shape what a version did not have.
    fn unlearn(version: ApiVersion, shown: &mut Value);
}

/// An object in the shape of a version.
#[derive(Debug, Clone)]
pub struct AsOf<T> {
    /// In the newest shape.
    pub object: T,
    /// The version to show it in.
    pub version: ApiVersion,
}

impl<T: Versioned> Serialize for AsOf<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.version == ApiVersion::NEWEST {
            return self.object.serialize(serializer);
        }
        let mut shown = serde_json::to_value(&self.object).map_err(serde::ser::Error::custom)?;
        T::unlearn(self.version, &mut shown);
        shown.serialize(serializer)
    }
}

/// Both forms of a list.
impl<T: Versioned> Versioned for Listed<T> {
    fn unlearn(version: ApiVersion, shown: &mut Value) {
        let items = match shown {
            Value::Object(page) => page.get_mut("data"),
            items => Some(items),
        };
        for item in items.and_then(Value::as_array_mut).into_iter().flatten() {
            T::unlearn(version, item);
        }
    }
}
