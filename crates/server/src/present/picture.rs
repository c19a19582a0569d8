//! Where the pictures of users are.

use beadle_domain::avatar::Avatar;
use beadle_store::users::UserRow;
use beadle_types::ImageId;

use crate::instance::Instance;

/// The picture of a user: their own, or one that is drawn for them.
pub(crate) fn of_user(instance: &Instance, user: &UserRow) -> String {
    if let Some(id) = &user.image_id {
        return image_url(instance, id);
    }
    let avatar = Avatar::of(&user.id, user.first_name.as_deref(), user.last_name.as_deref());
    let initials: String = form_urlencoded::byte_serialize(avatar.path_initials().as_bytes()).collect();
    format!("{}/avatars/{}/{initials}", instance.frontend_url, avatar.hue())
}

/// The address of a picture.
pub(crate) fn image_url(instance: &Instance, id: &ImageId) -> String {
    format!("{}/images/{id}", instance.frontend_url)
}
