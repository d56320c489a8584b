"""Figures for Prometheus: of the installation when they are asked for, of requests as they come.

Those of the installation are read from the store, so every web process tells the same, of workers too, which have no
address to ask. Those of requests are of the process that is asked: each is asked by itself, and Prometheus adds up.
"""

from __future__ import annotations

import time
from collections.abc import Iterator

from apiflask import APIBlueprint
from flask import Flask, Response, g, request
from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector

from service.operations import health
from service.operations.context import Context

NAMESPACE = "opq"

_PLAIN = {
    "held_readings": "Readings that wait for a person",
    "waiting_requests": "Requests that wait for a second person",
    "deliveries_pending": "Deliveries on their way to active webhooks",
    "worker_silence_seconds": "Seconds since any job of a worker ran",
    "exceptional_seconds": "Seconds for which the longest premises has been at EXCEPTIONAL, restricted ones left out",
    "exceptional_sustainable_seconds": "Seconds for which the plan says that EXCEPTIONAL can be kept up",
    "record_faults": "Faults that the last reading of the whole record found",
    "record_check_age_seconds": "Seconds since the whole record was last read",
}
"""The figures without labels; one that is not known is left out."""


class Installation(Collector):
    """The figures that are read from the store at each scrape."""

    def __init__(self, context: Context) -> None:
        self.context = context

    def describe(self) -> list[Metric]:
        """Nothing, so that registering does not read the store."""
        return []

    def collect(self) -> Iterator[Metric]:
        """The present figures."""
        figures = health.figures(self.context)
        premises = GaugeMetricFamily(
            f"{NAMESPACE}_premises", "Premises by response level, restricted ones left out", labels=["response_level"]
        )
        for level, count in figures["premises"].items():
            premises.add_metric([level], count)
        age = GaugeMetricFamily(
            f"{NAMESPACE}_feed_age_seconds", "Seconds since a source was last read", labels=["source"]
        )
        for source, seconds in figures["feed_age_seconds"].items():
            age.add_metric([source], seconds)
        webhooks = GaugeMetricFamily(f"{NAMESPACE}_webhooks", "Webhooks by state", labels=["state"])
        for state, count in figures["webhooks"].items():
            webhooks.add_metric([state], count)
        jobs = GaugeMetricFamily(
            f"{NAMESPACE}_job_age_seconds", "Seconds since a job of the workers last began", labels=["job"]
        )
        for name, seconds in figures["job_age_seconds"].items():
            jobs.add_metric([name], seconds)
        yield from (premises, age, webhooks, jobs)
        for name, sentence in _PLAIN.items():
            if figures[name] is not None:
                yield _gauge(name, sentence, figures[name])


def _gauge(name: str, sentence: str, value: float) -> Metric:
    return GaugeMetricFamily(f"{NAMESPACE}_{name}", sentence, value=value)


def register(app: Flask, context: Context) -> None:
    """Count the requests of ``app`` and serve all figures at ``/metrics``."""
    registry = CollectorRegistry()
    registry.register(Installation(context))
    requests = Counter(
        "requests", "Requests here", ["method", "route", "status"], namespace=NAMESPACE, registry=registry
    )
    seconds = Histogram("request_seconds", "Time to answer", ["route"], namespace=NAMESPACE, registry=registry)

    def begin() -> None:
        g.began = time.perf_counter()

    def count(answer: Response) -> Response:
        route = request.url_rule.rule if request.url_rule else "none"
        requests.labels(request.method, route, answer.status_code).inc()
        seconds.labels(route).observe(time.perf_counter() - g.began)
        return answer

    def metrics() -> Response:
        """Figures for Prometheus"""
        return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)

    app.before_request(begin)
    app.after_request(count)
    routes = APIBlueprint("metrics", __name__, enable_openapi=False)
    routes.add_url_rule("/metrics", view_func=metrics)
    app.register_blueprint(routes)
