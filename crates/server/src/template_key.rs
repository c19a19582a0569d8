//! Keys that token templates bring along, for parties that do not take the instance's.

use aws_lc_rs::{hmac, rand::SystemRandom, rsa, signature};
use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use beadle_token::Category;
use serde_json::{Map, Value, json};

/// The algorithm of the instance's own key.
pub(crate) const DEFAULT_ALGORITHM: &str = "RS256";

/// How a token is signed.
#[derive(Clone, Copy)]
pub(crate) struct Algorithm {
    name: &'static str,
    kind: Kind,
}

#[derive(Clone, Copy)]
enum Kind {
    Hmac(&'static hmac::Algorithm),
    Rsa(&'static signature::RsaSignatureEncoding),
    Ecdsa(&'static signature::EcdsaSigningAlgorithm),
    Ed25519,
}

static ALGORITHMS: [(&str, Kind); 13] = [
    ("HS256", Kind::Hmac(&hmac::HMAC_SHA256)),
    ("HS384", Kind::Hmac(&hmac::HMAC_SHA384)),
    ("HS512", Kind::Hmac(&hmac::HMAC_SHA512)),
    ("RS256", Kind::Rsa(&signature::RSA_PKCS1_SHA256)),
    ("RS384", Kind::Rsa(&signature::RSA_PKCS1_SHA384)),
    ("RS512", Kind::Rsa(&signature::RSA_PKCS1_SHA512)),
    ("PS256", Kind::Rsa(&signature::RSA_PSS_SHA256)),
    ("PS384", Kind::Rsa(&signature::RSA_PSS_SHA384)),
    ("PS512", Kind::Rsa(&signature::RSA_PSS_SHA512)),
    ("ES256", Kind::Ecdsa(&signature::ECDSA_P256_SHA256_FIXED_SIGNING)),
    ("ES384", Kind::Ecdsa(&signature::ECDSA_P384_SHA384_FIXED_SIGNING)),
    ("ES512", Kind::Ecdsa(&signature::ECDSA_P521_SHA512_FIXED_SIGNING)),
    ("EdDSA", Kind::Ed25519),
];

/// The algorithm of this name, if keys of its kind can be brought along.
pub(crate) fn algorithm(name: &str) -> Option<Algorithm> {
    ALGORITHMS.iter().find(|(known, _)| *known == name).map(|(name, kind)| Algorithm { name, kind: *kind })
}

/// Why a token cannot be signed: the key is not one of the algorithm's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the key does not fit the algorithm")]
pub(crate) struct UnfitKey;

/// The token of these claims: a secret for the `HS` algorithms, else a private key in PEM.
pub(crate) fn sign(
    algorithm: Algorithm,
    key: &[u8],
    claims: &Map<String, Value>,
) -> Result<String, UnfitKey> {
    let category = Category::Template;
    let header = json!({"alg": algorithm.name, "cat": category.header_value(), "typ": category.typ()});
    let part = |text: String| URL_SAFE_NO_PAD.encode(text);
    let claims = serde_json::to_string(claims).map_err(|_| UnfitKey)?;
    let message = format!("{}.{}", part(header.to_string()), part(claims));
    let signature = signature_of(algorithm.kind, key, message.as_bytes())?;
    Ok(format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature)))
}

fn signature_of(kind: Kind, key: &[u8], message: &[u8]) -> Result<Vec<u8>, UnfitKey> {
    match kind {
        Kind::Hmac(_) if key.is_empty() => Err(UnfitKey),
        Kind::Hmac(algorithm) => Ok(hmac::sign(&hmac::Key::new(*algorithm, key), message).as_ref().to_vec()),
        Kind::Rsa(encoding) => {
            let der = der_of(key)?;
            let pair = rsa::KeyPair::from_pkcs8(&der).or_else(|_| rsa::KeyPair::from_der(&der));
            let pair = pair.map_err(|_| UnfitKey)?;
            let mut signature = vec![0; pair.public_modulus_len()];
            pair.sign(encoding, &SystemRandom::new(), message, &mut signature).map_err(|_| UnfitKey)?;
            Ok(signature)
        }
        Kind::Ecdsa(algorithm) => {
            let der = der_of(key)?;
            let pair = signature::EcdsaKeyPair::from_pkcs8(algorithm, &der)
                .or_else(|_| signature::EcdsaKeyPair::from_private_key_der(algorithm, &der))
                .map_err(|_| UnfitKey)?;
            let signature = pair.sign(&SystemRandom::new(), message).map_err(|_| UnfitKey)?;
            Ok(signature.as_ref().to_vec())
        }
        Kind::Ed25519 => {
            let der = der_of(key)?;
            let pair = signature::Ed25519KeyPair::from_pkcs8_maybe_unchecked(&der).map_err(|_| UnfitKey)?;
            Ok(pair.sign(message).as_ref().to_vec())
        }
    }
}

/// What is inside a private key in PEM.
fn der_of(pem: &[u8]) -> Result<Vec<u8>, UnfitKey> {
    let text = std::str::from_utf8(pem).map_err(|_| UnfitKey)?.trim();
    let lines = text.lines().map(str::trim);
    let is_key = text.starts_with("-----BEGIN ")
        && text.lines().next().is_some_and(|line| line.contains("PRIVATE KEY"));
    let inside: String = lines.filter(|line| !line.starts_with("-----")).collect();
    if is_key { STANDARD.decode(inside).map_err(|_| UnfitKey) } else { Err(UnfitKey) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Made by OpenSSL for this test alone.
    const KEYS: &[(&str, &str)] = &[
        (
            "RSA",
            "-----BEGIN PRIVATE KEY-----
MIIEvgIBADANBgkqhkiG9w0BAQEFAASCBKgwggSkAgEAAoIBAQDazn530lVB7t/7
UuOleBsDpNm2C2iCghRmnJQOMr9/1Dz2qtpXDnbbiJhJqGbfb2gVPpVj9oTVmWQc
MXHMfCiRB8wCSVDsPpvBbhLoKVjdwXqwJ6ntArwCUEu7XNZ0rqb8tZ9Fwg1x2cNM
DoYJIppHYjlgks3+yNwCqGBOa/GY/cINWkVJ6a9Sx2c4fZdE8GlGXcy7AZJ5T5Uc
Xt/aFvCLzT/z5otOO6BA4FVAZBZZK6peDJwYD2jUdW6mWK//hxbyx3Fd/XqBPbTQ
Y2QP0vgYe8OkxuHRkNTgQ4G9QF+oRTbB+OoUfRRSNNp0+NZ9u/KMbqoExkO258Do
jK6QyZQtAgMBAAECggEAKbcNkG2GuJvAkwsyAHV9/PtcUGMraRpApnF6npxZOxct
Cj/3gXpt+Zu4oO5csoNsXgSA+b5hg9GLLv7UOc5/82p/n/33Uhr7meyQ6TcczKZa
7CObt2Z6jpxdW9quvi8gAfTkaSm+Y3LHU4Q/VJWGwU4+LyW95THJFC6iscDNnkOE
j52svmtKXwLzzvFanbsqTtc5G1LkjmaA1HGg+06Zr48o2PrV3iZrl3QJZAiC4NYN
WU+gPtTYZg1CJ1+ZR88BRt1nhoOfUMgCTEWa24WgDISE6MXfVNrqFJASV/GXlGvy
4eCIxk01i1vwIds/UaSilt4ayO5s/qYSS+W9iWzEwQKBgQDvuQpRiQnCuWBocNPg
ThNIBmhzfN2rKsalVDAhBIx334G+Jy65OOjbioJ0zKeXCBYaNQI7+ehnk3aLPbQ4
qkOFqeq5e4zjiA9ToCJDXiAMAnV2ru7sYj28uScV89dmxG3PkDquyoHJr05A78z5
VQ7Sje0eIa0L1cogObaW1OkYDQKBgQDpqeE+Hcqr0SgTwKmhrKrUG8tt3S0N6Y23
U1hHOHhuUqNgRtwMX/V6Gq2kyWHlj19Mnv8N2vJQC+fIYYxOcvo3EFwph004DLs1
kmYWVZdFVVBUNRufHsb4psEk91ZmAQRmp6i5qylNg33RrK/XHeukd0ELPGAFA4vR
l0NPjYZEoQKBgBeKsHy5XIAG/HTFP8lzYWldV7yfspUwqjlqPx++9px/Epq99lSy
RgvpWk5mGr82SBVix0lkjXI+hRG/iYdXETJ7MVXt0DQ4FGk9/J9pCvSi+S4il8wX
CcES3cfGHo01FSOhImIv+Pb5hFHUOujxdXcwAO1ImVnkMOlhQZEmb42xAoGBAMh9
zFgJJgKhV7sDIEoqJvYS101wbx013jSEHgYWTTeUTrzocB1qJO5df8saRJa9m27a
Kk0QJcRLQtkr4kDZ5RpkPkAf6UEDo4rHEDNvw3lpR6DJZOb2eJGYO7flRkwF6WnP
yDVvyOPKxKWpf8Ob17pp3PSwHE+RCGKRYN8cty2hAoGBAOYqZCo5cVftdoAh3kiJ
dq1F/3qVxGQfc2lahrc4JToeDToA52g1hSNZa+ypdVctTU9KSxgUzWCCEXCEBJjw
xfstvaAWLKSffiEcd2141eLVuKdVHF8QNRW47yMcoWAT6Ax6MGC4ByxzBaN9J9xD
TOlwHKXIS4KHT1pQHu1A2bUL
-----END PRIVATE KEY-----",
        ),
        (
            "RSA-PKCS1",
            "-----BEGIN RSA PRIVATE KEY-----
MIIEpAIBAAKCAQEA2s5+d9JVQe7f+1LjpXgbA6TZtgtogoIUZpyUDjK/f9Q89qra
Vw5224iYSahm329oFT6VY/aE1ZlkHDFxzHwokQfMAklQ7D6bwW4S6ClY3cF6sCep
7QK8AlBLu1zWdK6m/LWfRcINcdnDTA6GCSKaR2I5YJLN/sjcAqhgTmvxmP3CDVpF
SemvUsdnOH2XRPBpRl3MuwGSeU+VHF7f2hbwi80/8+aLTjugQOBVQGQWWSuqXgyc
GA9o1HVupliv/4cW8sdxXf16gT200GNkD9L4GHvDpMbh0ZDU4EOBvUBfqEU2wfjq
FH0UUjTadPjWfbvyjG6qBMZDtufA6IyukMmULQIDAQABAoIBACm3DZBthribwJML
MgB1ffz7XFBjK2kaQKZxep6cWTsXLQo/94F6bfmbuKDuXLKDbF4EgPm+YYPRiy7+
1DnOf/Nqf5/991Ia+5nskOk3HMymWuwjm7dmeo6cXVvarr4vIAH05GkpvmNyx1OE
P1SVhsFOPi8lveUxyRQuorHAzZ5DhI+drL5rSl8C887xWp27Kk7XORtS5I5mgNRx
oPtOma+PKNj61d4ma5d0CWQIguDWDVlPoD7U2GYNQidfmUfPAUbdZ4aDn1DIAkxF
mtuFoAyEhOjF31Ta6hSQElfxl5Rr8uHgiMZNNYtb8CHbP1GkopbeGsjubP6mEkvl
vYlsxMECgYEA77kKUYkJwrlgaHDT4E4TSAZoc3zdqyrGpVQwIQSMd9+BvicuuTjo
24qCdMynlwgWGjUCO/noZ5N2iz20OKpDhanquXuM44gPU6AiQ14gDAJ1dq7u7GI9
vLknFfPXZsRtz5A6rsqBya9OQO/M+VUO0o3tHiGtC9XKIDm2ltTpGA0CgYEA6anh
Ph3Kq9EoE8Cpoayq1BvLbd0tDemNt1NYRzh4blKjYEbcDF/1ehqtpMlh5Y9fTJ7/
DdryUAvnyGGMTnL6NxBcKYdNOAy7NZJmFlWXRVVQVDUbnx7G+KbBJPdWZgEEZqeo
uaspTYN90ayv1x3rpHdBCzxgBQOL0ZdDT42GRKECgYAXirB8uVyABvx0xT/Jc2Fp
XVe8n7KVMKo5aj8fvvacfxKavfZUskYL6VpOZhq/NkgVYsdJZI1yPoURv4mHVxEy
ezFV7dA0OBRpPfyfaQr0ovkuIpfMFwnBEt3Hxh6NNRUjoSJiL/j2+YRR1Dro8XV3
MADtSJlZ5DDpYUGRJm+NsQKBgQDIfcxYCSYCoVe7AyBKKib2EtdNcG8dNd40hB4G
Fk03lE686HAdaiTuXX/LGkSWvZtu2ipNECXES0LZK+JA2eUaZD5AH+lBA6OKxxAz
b8N5aUegyWTm9niRmDu35UZMBelpz8g1b8jjysSlqX/Dm9e6adz0sBxPkQhikWDf
HLctoQKBgQDmKmQqOXFX7XaAId5IiXatRf96lcRkH3NpWoa3OCU6Hg06AOdoNYUj
WWvsqXVXLU1PSksYFM1gghFwhASY8MX7Lb2gFiykn34hHHdteNXi1binVRxfEDUV
uO8jHKFgE+gMejBguAcscwWjfSfcQ0zpcBylyEuCh09aUB7tQNm1Cw==
-----END RSA PRIVATE KEY-----",
        ),
        (
            "ES256",
            "-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgifwvNDnc+5VbSW2Q
DGyO20rcrmJSVC2DQsRwUHOhFAChRANCAAQIsqrN4y51H72RF7LLFrNhn/oTe+0x
wbkv8x8/v7B3IEgZB+3D65sQ/XZX2fWV7GcZTg2bGBl2EiZ2xH45cJtD
-----END PRIVATE KEY-----",
        ),
        (
            "ES384",
            "-----BEGIN PRIVATE KEY-----
MIG2AgEAMBAGByqGSM49AgEGBSuBBAAiBIGeMIGbAgEBBDCcj03UOxG/xf8JfSnl
I9500pW+1UFo4M0ArBwzWRY9FHFzWtcdiPopNdVegfqVXU6hZANiAAQqYl344/qP
0AYoe1uEBqrE/4puBZlDcG5iZk64j/MAkTBK22V4QTZPzJKazf92V6VukiBE/+ed
k3fIqrTQb71qwVovdGk3551iN4BHwpJZmszVV/Xp6KGxP0Ik6jc9hLs=
-----END PRIVATE KEY-----",
        ),
        (
            "ES512",
            "-----BEGIN PRIVATE KEY-----
MIHuAgEAMBAGByqGSM49AgEGBSuBBAAjBIHWMIHTAgEBBEIAEzdCgWBruASLDL48
IWFbWQNDk91tOve68MDZ7dOf8awE1VSSqu4oQ9wee7eqdSZQMZUolesWXQxwPgKX
U+7ovtWhgYkDgYYABAG/fo6vhnj4N+KLSgm0y915zk0zjw4OSEmyGpbK4qcV1+KK
7rhHHwD1xVSGfAM5nnm26ClGAJWeaqZ7upz7TupzfQE3NrKgaMEwYDDtdAKHx8sA
Bwj8QKCEyWkkTequiER/xYvDRweCLmK1X7F2y/8y15Suk8QKOLabiaNLy73hBEpA
YA==
-----END PRIVATE KEY-----",
        ),
        (
            "EdDSA",
            "-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEICeuWFEWB5H5hk6LBMyp5RiojMSeyCQKab7V97aAkSFr
-----END PRIVATE KEY-----",
        ),
    ];

    #[test]
    fn every_algorithm_signs_with_its_keys_and_no_other() {
        let claims = Map::new();
        for (name, _) in &ALGORITHMS {
            let chosen = algorithm(name).unwrap();
            for (family, pem) in KEYS {
                let fits = match *family {
                    // Any text is a secret.
                    _ if name.starts_with("HS") => true,
                    "RSA" | "RSA-PKCS1" => name.starts_with("RS") || name.starts_with("PS"),
                    family => family == *name,
                };
                let signed = sign(chosen, pem.as_bytes(), &claims);
                assert_eq!(signed.is_ok(), fits, "{name} with {family}");
            }
            assert_eq!(sign(chosen, b"", &claims), Err(UnfitKey), "{name}");
        }
        assert!(algorithm("none").is_none());
    }

    #[test]
    fn a_secret_signs_as_rfc_7515_says() {
        let key = hmac::Key::new(hmac::HMAC_SHA256, b"secret");
        let token = sign(algorithm("HS256").unwrap(), b"secret", &Map::new()).unwrap();
        let (message, signature) = token.rsplit_once('.').unwrap();
        let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
        assert!(hmac::verify(&key, message.as_bytes(), &signature).is_ok());
    }
}
