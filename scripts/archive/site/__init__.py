"""Turn what an engine built into the site that is published."""
