//! Pictures of users.

use beadle_types::{ImageId, Timestamp, UserId};

use crate::{
    Conn, Result,
    db::{param::params, sql::Sql},
};

pub(crate) static BY_ID: Sql = Sql::new("SELECT content_type, hash, bytes FROM images WHERE id = ?1");
pub(crate) static INSERT: Sql = Sql::new(
    "INSERT INTO images (id, user_id, content_type, hash, bytes, created_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
);
pub(crate) static DELETE_OF_USER: Sql = Sql::new("DELETE FROM images WHERE user_id = ?1");

/// A row of `images`.
#[derive(Debug, Clone)]
pub struct ImageRow {
    /// Its id, by which anybody can fetch it.
    pub id: ImageId,
    /// Whose picture.
    pub user_id: UserId,
    /// `image/png` or `image/jpeg`.
    pub content_type: &'static str,
    /// SHA-256 of the bytes, hexadecimal.
    pub hash: String,
    /// The file.
    pub bytes: Vec<u8>,
    /// Creation.
    pub created_at: Timestamp,
}

/// What is served of a picture.
#[derive(Debug, Clone)]
pub struct StoredImage {
    /// `image/png` or `image/jpeg`.
    pub content_type: String,
    /// SHA-256 of the bytes, hexadecimal.
    pub hash: String,
    /// The file.
    pub bytes: Vec<u8>,
}

/// The picture.
pub async fn find(conn: &mut Conn, id: &ImageId) -> Result<Option<StoredImage>> {
    conn.query_opt(&BY_ID, params![id], |row| {
        Ok(StoredImage { content_type: row.take()?, hash: row.take()?, bytes: row.take()? })
    })
    .await
}

/// Adds a picture.
pub async fn insert(conn: &mut Conn, row: &ImageRow) -> Result<()> {
    let values =
        params![&row.id, &row.user_id, row.content_type, &row.hash, row.bytes.as_slice(), row.created_at];
    conn.execute(&INSERT, values).await?;
    Ok(())
}

/// Deletes the pictures of a user.
pub async fn delete_of_user(conn: &mut Conn, user_id: &UserId) -> Result<()> {
    conn.execute(&DELETE_OF_USER, params![user_id]).await?;
    Ok(())
}
