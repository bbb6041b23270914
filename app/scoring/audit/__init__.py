"""What a threshold accepts, costs and loses, and whom it treats otherwise."""
