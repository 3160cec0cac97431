"""The subcommands of `ocpp-proof`."""
