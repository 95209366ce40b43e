//! Letting people in by a key or a certificate whose owner has proved to have it, and looking again as time
//! goes by.

use std::net::IpAddr;
use std::sync::Arc;

use jiff::Timestamp;
use russh::keys::ssh_key::{Certificate, PublicKey};

use super::authority::{Authority, Claims};
use super::directory::People;
use super::key::{Fingerprint, check_kind};
use super::not_admitted::NotAdmitted;
use super::person::{Person, PersonId};
use super::rights::Rights;
use super::role::Roles;

/// Somebody who was let in.
#[derive(Debug, Clone)]
pub struct Admitted {
    /// Who.
    pub person: Arc<Person>,
    /// The roles that they have in this session: of a certificate's owner those that its authority gives.
    pub roles: Roles,
    /// By which key.
    pub key: Fingerprint,
    /// The authority of their certificate, if they came with one.
    pub authority: Option<String>,
    /// When they may stay no longer, if that is known.
    pub until: Option<Timestamp>,
    /// From where they came.
    pub from: IpAddr,
    /// What they came with.
    credential: Credential,
}

#[derive(Debug, Clone)]
enum Credential {
    Key,
    Certificate(Box<Claims>),
}

impl Admitted {
    /// What they may do.
    #[must_use]
    pub fn rights(&self) -> Rights {
        Rights::of(&self.roles)
    }
}

impl People {
    /// Whether somebody has this key, for a key that is only offered: that proves nothing, and nothing must be
    /// kept of it.
    #[must_use]
    pub fn knows_key(&self, key: &PublicKey) -> bool {
        self.owner(&Fingerprint::of(key)).is_some()
    }

    /// Whether people may come with certificates.
    #[must_use]
    pub fn has_authorities(&self) -> bool {
        !self.authorities().is_empty()
    }

    /// Lets somebody in who has proved to have a key.
    ///
    /// # Errors
    /// When they may not come.
    pub fn admit_key(
        &self,
        key: &PublicKey,
        from: IpAddr,
        now: Timestamp,
    ) -> Result<Admitted, NotAdmitted> {
        check_kind(&key.algorithm()).map_err(|_| NotAdmitted::KeyKind)?;
        self.admit(Fingerprint::of(key), Credential::Key, from, now)
    }

    /// Lets somebody in who has proved to have a certificate's key.
    ///
    /// # Errors
    /// When they may not come, or the certificate is not good.
    pub fn admit_certificate(
        &self,
        cert: &Certificate,
        from: IpAddr,
        now: Timestamp,
    ) -> Result<Admitted, NotAdmitted> {
        let claims = Claims::of(cert, self.authorities())?;
        let credential = Credential::Certificate(Box::new(claims));
        self.admit(
            Fingerprint::of_data(cert.public_key()),
            credential,
            from,
            now,
        )
    }

    /// Whether somebody who was let in may stay: asked after the page was read again, and as time goes by.
    ///
    /// # Errors
    /// When they would not be let in any more, or not with all that they have in their session.
    pub fn still_admits(&self, admitted: &Admitted, now: Timestamp) -> Result<(), NotAdmitted> {
        let credential = admitted.credential.clone();
        let again = self.admit(admitted.key, credential, admitted.from, now)?;
        let (person, before) = (&again.person, &admitted.person);
        if person.id != before.id {
            return Err(NotAdmitted::UnknownPerson(before.id.to_string()));
        }
        if person.branch != before.branch || !again.roles.have_all_of(&admitted.roles) {
            return Err(NotAdmitted::Changed);
        }
        Ok(())
    }

    fn admit(
        &self,
        key: Fingerprint,
        credential: Credential,
        from: IpAddr,
        now: Timestamp,
    ) -> Result<Admitted, NotAdmitted> {
        let (person, authority) = match &credential {
            Credential::Key => (self.of_key(&key)?, None),
            Credential::Certificate(claims) => {
                let (person, authority) = self.of_certificate(claims, from, now)?;
                (person, Some((authority, claims.ends())))
            }
        };
        person.may_come(from, now)?;
        let roles = match authority {
            Some((authority, _)) => person.roles.shared_with(&authority.roles),
            None => person.roles.clone(),
        };
        if roles.is_empty() {
            return Err(NotAdmitted::NoRole);
        }
        let ends = authority.map(|(_, ends)| ends);
        Ok(Admitted {
            person: Arc::clone(person),
            roles,
            key,
            authority: authority.map(|(authority, _)| authority.name.clone()),
            until: person.ends().into_iter().chain(ends).min(),
            from,
            credential,
        })
    }

    fn of_key(&self, key: &Fingerprint) -> Result<&Arc<Person>, NotAdmitted> {
        // A key that is known to be stolen is good nowhere.
        if self
            .authorities()
            .iter()
            .any(|authority| authority.revoked.has_key(key))
        {
            return Err(NotAdmitted::Revoked);
        }
        self.owner(key).ok_or(NotAdmitted::UnknownKey(*key))
    }

    fn of_certificate(
        &self,
        claims: &Claims,
        from: IpAddr,
        now: Timestamp,
    ) -> Result<(&Arc<Person>, &Authority), NotAdmitted> {
        let mut authorities = self.authorities().iter();
        let authority = authorities.find(|authority| authority.key == claims.authority);
        let authority = authority.ok_or(NotAdmitted::WrongAuthority(claims.authority))?;
        authority.accepts(claims, from, now)?;
        let ids = claims.principals.iter();
        let ids = ids.filter_map(|principal| PersonId::parse(principal));
        let mut people: Vec<_> = ids.filter_map(|id| self.person(&id)).collect();
        people.dedup_by(|one, other| one.id == other.id);
        let person = match people.as_slice() {
            [person] => *person,
            [] => {
                let principals = claims.principals.join(", ").escape_debug().to_string();
                return Err(NotAdmitted::UnknownPerson(principals));
            }
            [_, _, ..] => return Err(NotAdmitted::SeveralPeople),
        };
        match self.owner(&claims.key) {
            Some(owner) if owner.id != person.id => Err(NotAdmitted::AnothersKey),
            Some(_) | None => Ok((person, authority)),
        }
    }
}
