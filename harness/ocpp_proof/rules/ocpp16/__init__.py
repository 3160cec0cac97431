"""Rules of OCPP 1.6."""
