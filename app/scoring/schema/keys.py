"""The column that names a client, in every table and every frame made from them."""

CLIENT = "SK_ID_CURR"
