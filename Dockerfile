# Two stages: durable-rules comes as source only, so the first has a compiler; the second has neither compiler nor pip's
# leavings. Nothing is fetched when the image runs.
FROM python:3.11-trixie AS build
RUN python -m venv /opt/opq
WORKDIR /src
COPY setup.cfg pyproject.toml LICENSE ./
COPY rules rules
COPY contingency_plans contingency_plans
COPY service service
RUN /opt/opq/bin/pip install --no-cache-dir .

FROM python:3.11-slim-trixie
# pg_dump and pg_restore, for opq backup and opq restore; never older than the server.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends postgresql-client-17 \
    && rm -rf /var/lib/apt/lists/*
RUN useradd --uid 10001 --user-group --no-create-home --shell /usr/sbin/nologin opq \
    && install --directory --owner opq --group opq --mode 0700 /data
COPY --from=build /opt/opq /opt/opq
ENV PATH=/opt/opq/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    OPQ_DATA_DIR=/data \
    OPQ_HOST=0.0.0.0
USER 10001:10001
WORKDIR /data
# The build fails here, and not at three in the morning, if anything that it runs on cannot be loaded.
RUN python -c "import durable.lang, psycopg, service.app, service.worker" \
    && OPQ_DATA_DIR=/tmp/smoke opq init && rm -r /tmp/smoke
EXPOSE 8080
ENTRYPOINT ["opq"]
CMD ["serve"]
