//! ngrok
