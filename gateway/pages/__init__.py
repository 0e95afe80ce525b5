"""The site's own pages, a process beside the gateway's."""
