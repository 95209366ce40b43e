//! What is asked of a person before a write: the tenant's name where cards are real, a typed confirmation, and
//! for a PIN the card number. The console and the verbs show the questions; how an answer is judged, and what
//! a wrong one leaves in the journal, is decided here for both.

mod pan;
mod question;
mod tries;

pub use pan::{PanPlan, pan_opened};
pub use question::{Answer, Question};
pub use tries::{not_taken, pin_not_taken};

use crate::config::Environment;
use crate::journal::{Subject, Write};

/// One sitting of one person: a console until it locks, or one verb.
#[derive(Debug, Clone)]
pub struct Session {
    environment: Environment,
    tenant: String,
    is_tenant_typed: bool,
}

impl Session {
    /// A session in which nothing has been typed.
    #[must_use]
    pub fn new(environment: Environment, tenant: impl Into<String>) -> Self {
        Self {
            environment,
            tenant: tenant.into(),
            is_tenant_typed: false,
        }
    }

    /// What is asked once a session, before the first write to real cards.
    #[must_use]
    pub fn tenant_question(&self, write: Write, subject: Subject) -> Option<Question> {
        let is_asked = self.environment == Environment::Live && !self.is_tenant_typed;
        is_asked.then(|| Question::tenant(self.tenant.clone(), write, subject))
    }

    /// The same before the confirmation of a write.
    #[must_use]
    pub fn tenant_question_before(&self, confirmation: &Question) -> Option<Question> {
        let (write, subject) = confirmation.about();
        self.tenant_question(write, subject.clone())
    }

    /// Judges an answer, and remembers that the tenant was typed.
    pub fn judge(&mut self, question: &Question, typed: &str) -> Answer {
        let answer = question.judge(typed);
        self.is_tenant_typed |= question.is_tenant() && answer == Answer::Right;
        answer
    }

    /// Somebody else may sit here now: what was typed counts no more.
    pub fn forget(&mut self) {
        self.is_tenant_typed = false;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asks(session: &Session) -> Option<Question> {
        session.tenant_question(Write::Upgrade, Subject::default())
    }

    #[test]
    fn a_live_tenant_is_asked_for_once_a_session() {
        let mut session = Session::new(Environment::Live, "AXIOM");
        let question = asks(&session).expect("a question");
        assert_eq!(session.judge(&question, ""), Answer::Empty);
        assert!(matches!(
            session.judge(&question, "axiom"),
            Answer::Wrong(_)
        ));
        assert!(asks(&session).is_some());
        assert_eq!(session.judge(&question, " AXIOM "), Answer::Right);
        assert!(asks(&session).is_none());
        session.forget();
        assert!(asks(&session).is_some());
    }

    #[test]
    fn no_tenant_is_asked_for_where_no_cards_are_real() {
        for environment in [Environment::Sandbox, Environment::Uat] {
            assert!(asks(&Session::new(environment, "AXIOM")).is_none());
        }
    }

    #[test]
    fn a_confirmation_is_no_tenant() {
        let mut session = Session::new(Environment::Live, "2");
        let count = Question::count(2);
        assert_eq!(session.judge(&count, "2"), Answer::Right);
        assert!(asks(&session).is_some());
    }
}
