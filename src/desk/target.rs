//! What a write is about: a kit, an order or a whole customer.

use std::fmt;

use crate::dcms::{EntityId, KitNo, OrderId};
use crate::journal::Subject;

/// What a write is about. Only one write at a time runs on a target and on all that it contains.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Target {
    /// A customer's kit.
    Kit {
        /// The customer.
        entity: EntityId,
        /// The kit.
        kit: KitNo,
    },
    /// A card order.
    Order(OrderId),
    /// A customer with all their kits.
    Customer(EntityId),
}

impl Target {
    /// A customer's kit.
    #[must_use]
    pub fn kit(entity: &EntityId, kit: &KitNo) -> Self {
        let (entity, kit) = (entity.clone(), kit.clone());
        Self::Kit { entity, kit }
    }

    /// What a record names; nothing where it names neither a customer nor an order.
    #[must_use]
    pub fn from_subject(subject: &Subject) -> Option<Self> {
        match (&subject.entity, &subject.kit, &subject.order) {
            (Some(entity), Some(kit), _) => Some(Self::kit(entity, kit)),
            (_, _, Some(order)) => Some(Self::Order(order.clone())),
            (Some(entity), None, None) => Some(Self::Customer(entity.clone())),
            (None, _, None) => None,
        }
    }

    /// As the journal names it.
    #[must_use]
    pub fn subject(&self) -> Subject {
        match self {
            Self::Kit { entity, kit } => Subject::kit(entity.clone(), kit.clone()),
            Self::Order(order) => Subject::order(order.clone()),
            Self::Customer(entity) => Subject::entity(entity.clone()),
        }
    }

    /// The kit, where it is about one.
    #[must_use]
    pub fn kit_no(&self) -> Option<&KitNo> {
        match self {
            Self::Kit { kit, .. } => Some(kit),
            Self::Order(_) | Self::Customer(_) => None,
        }
    }

    /// The order, where it is about one.
    #[must_use]
    pub fn order(&self) -> Option<&OrderId> {
        match self {
            Self::Order(order) => Some(order),
            Self::Kit { .. } | Self::Customer(_) => None,
        }
    }

    /// What is typed to confirm a write: the last four characters of its number.
    #[must_use]
    pub fn last_four(&self) -> &str {
        match self {
            Self::Kit { kit, .. } => kit.last_four(),
            Self::Order(order) => order.last_four(),
            Self::Customer(entity) => entity.last_four(),
        }
    }

    /// The number of which they are the end, like `kit number 4561789`.
    #[must_use]
    pub fn number(&self) -> String {
        match self {
            Self::Kit { kit, .. } => format!("kit number {kit}"),
            Self::Order(order) => format!("order id {order}"),
            Self::Customer(entity) => format!("entity id {entity}"),
        }
    }

    /// Whether a write to one keeps a write to the other waiting: they are the same, or one contains the
    /// other.
    #[must_use]
    pub fn excludes(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Kit { kit, .. }, Self::Kit { kit: other, .. }) => kit == other,
            (Self::Order(order), Self::Order(other)) => order == other,
            (Self::Customer(entity), Self::Customer(other) | Self::Kit { entity: other, .. })
            | (Self::Kit { entity, .. }, Self::Customer(other)) => entity == other,
            (Self::Order(_), Self::Kit { .. } | Self::Customer(_))
            | (Self::Kit { .. } | Self::Customer(_), Self::Order(_)) => false,
        }
    }
}

impl fmt::Display for Target {
    /// In a sentence: `kit 4561789`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Kit { kit, .. } => write!(f, "kit {kit}"),
            Self::Order(order) => write!(f, "order {order}"),
            Self::Customer(entity) => write!(f, "customer {entity}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_customer_excludes_their_kits_and_nobody_else_s() {
        let entity = |id| EntityId::parse(id).expect("an id");
        let kit = |id, kit| Target::kit(&entity(id), &KitNo::parse(kit).expect("a number"));
        let order = Target::Order(OrderId::parse("1").expect("an id"));
        let customer = Target::Customer(entity("1"));
        for (one, other, excludes) in [
            (&kit("1", "7"), &kit("1", "7"), true),
            (&kit("1", "7"), &kit("1", "8"), false),
            (&customer, &kit("1", "8"), true),
            (&customer, &kit("2", "8"), false),
            (&customer, &customer, true),
            (&order, &order, true),
            (&order, &customer, false),
            (&order, &kit("1", "7"), false),
        ] {
            assert_eq!(one.excludes(other), excludes, "{one}, {other}");
            assert_eq!(other.excludes(one), excludes, "{other}, {one}");
        }
        for target in [customer, order, kit("1", "7")] {
            assert_eq!(Target::from_subject(&target.subject()), Some(target));
        }
    }
}
