"""The open API, version 1: what the directory and the calendar show to everybody."""

from ninja import NinjaAPI

api = NinjaAPI(
    title="Communities of Practice portal",
    version="1",
    description="Communities in the directory and public sessions, as open data.",
    docs_url="/docs",
    urls_namespace="api-v1",
)
