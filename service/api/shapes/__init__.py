"""The shapes of what goes into and comes out of the API, as Pydantic models: what the OpenAPI document shows."""
