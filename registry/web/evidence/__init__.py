"""What accounts for public money: registers, hours, certificates, service, reports, use of space."""
