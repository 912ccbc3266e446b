"""What an engine built becomes the site that is published."""
