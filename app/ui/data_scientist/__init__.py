"""The data scientist's wing: drift and the API console."""
