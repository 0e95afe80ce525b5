"""What both web faces share."""
