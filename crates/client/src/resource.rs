//! The operations on one kind of object.

/// A struct that borrows the client; the operations are its methods.
macro_rules! resource {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug)]
        pub struct $name<'a> {
            clerk: &'a $crate::clerk::Clerk,
        }

        impl<'a> $name<'a> {
            pub(crate) fn new(clerk: &'a $crate::clerk::Clerk) -> Self {
                Self { clerk }
            }
        }
    };
}

pub(crate) use resource;
