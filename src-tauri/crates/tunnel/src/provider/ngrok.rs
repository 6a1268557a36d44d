//! ngrok's service.

use crate::session::{End, Session};
use crate::{NgrokPlan, TunnelError, What};

pub(crate) async fn run(_plan: &NgrokPlan, _session: &Session) -> End {
    End::Failed(TunnelError::new(What::Refused, ""))
}
